//! Which images are read, windows of them, and what reading costs.

use std::io::{Read, Result as IoResult, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use imageio_bsdf::{BsdfReadOptions, BsdfReader, PLUGIN};
use imageio_core::{DType, ErrorKind, Images, Index, Limits, NdImage, Options, Request, Window};

use crate::support::{counted, fixtures, good, name_of, plain, reader, written};

// checklist: E-330
#[test]
fn the_plugin_is_chosen_by_name_extension_and_content() {
    assert_eq!((PLUGIN.name(), PLUGIN.v2_modes()), ("BSDF", "iIvV"));
    assert_eq!(
        (PLUGIN.readable(), PLUGIN.writable()),
        (&[".bsdf"][..], &[".bsdf"][..])
    );
    let bytes = std::fs::read(fixtures().join("bsdf/plain.bsdf")).expect("a fixture");
    // Whatever it is called: the first bytes count.
    let named = Request::from(bytes)
        .extension_hint(Some(".png"))
        .expect("an extension");
    assert!(BsdfReader::open(named).is_ok());
    let error = BsdfReader::open(Request::from(b"\x89PNG and so on")).expect_err("no BSDF");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    assert_eq!(error.message(), "this does not look like a BSDF file");
}

// checklist: E-313
#[test]
fn versions_are_compared() {
    let request = Request::from(fixtures().join("bsdf/minor_9.bsdf"));
    let mut later = reader(&request);
    later
        .read(Index::At(0), &BsdfReadOptions::new())
        .expect("an image");
    let warnings = request.warnings();
    assert!(
        warnings.iter().any(|text| text.contains("version 2.9")),
        "{warnings:?}"
    );
    let error = BsdfReader::open(fixtures().join("bad/bsdf/major_3.bsdf")).expect_err("version 3");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

// checklist: E-325
#[test]
fn unknown_extensions_are_told_once() {
    let request = Request::from(fixtures().join("bsdf/everything.bsdf"));
    let options = BsdfReadOptions::new();
    let metadata = reader(&request)
        .metadata(Index::At(0), &options)
        .expect("metadata");
    assert_eq!(
        metadata.get("unknown").map(ToString::to_string).as_deref(),
        Some("[1, two]")
    );
    let warnings = request.warnings();
    let about = |name: &str| warnings.iter().filter(|text| text.contains(name)).count();
    assert_eq!(
        (about("unheard.of"), warnings.len()),
        (1, 2),
        "{warnings:?}"
    );
}

// checklist: E-334, E-335
#[test]
fn errors_say_what_is_there() {
    let options = BsdfReadOptions::new();
    let error_of = |name: &str, index| {
        let mut reader = reader(fixtures().join(name));
        reader.read(index, &options).expect_err(name)
    };
    let scalar = error_of("bad/bsdf/scalar.bsdf", Index::At(0));
    assert!(
        scalar
            .message()
            .contains("does not look like an image container, it is 1"),
        "{scalar}"
    );
    let scalars = error_of("bad/bsdf/scalars.bsdf", Index::At(1));
    assert!(
        scalars.message().contains("the file contains non-image 2"),
        "{scalars}"
    );
    let past = error_of("bsdf/closed.bsdf", Index::At(3));
    assert_eq!(past.message(), "image index 3 is not in [0 3]");
    let mut empty = reader(fixtures().join("bad/bsdf/empty_list.bsdf"));
    let known = empty.properties(Index::All, &options).expect("properties");
    assert_eq!(
        (
            known.n_images,
            empty.read_next(0, &options).expect("the end")
        ),
        (Some(0), None)
    );
}

// checklist: E-331, E-333, F-081, F-082, F-083
#[test]
fn images_are_read_in_any_order() {
    for name in ["closed", "open", "unstreamed", "list"] {
        let mut reader = reader(fixtures().join(format!("bsdf/{name}.bsdf")));
        let options = BsdfReadOptions::new();
        let all = reader.read(Index::All, &options).expect(name);
        assert_eq!(all.shape(), [3, 9, 7, 3]);
        let known = reader.properties(Index::All, &options).expect(name);
        assert_eq!(
            (known.shape.as_slice(), known.n_images),
            (all.shape(), Some(3))
        );
        for position in [1, 0, 2, 0, 1, 2] {
            let image = reader.read(Index::At(position), &options).expect(name);
            assert_eq!(image, all.frame(position).expect("a frame"));
        }
    }
}

#[test]
fn windows_of_every_fixture_are_the_crop() {
    let options = BsdfReadOptions::new();
    let mut count = 0;
    for path in good() {
        let mut reader = reader(&path);
        for position in 0.. {
            let Some(image) = reader.read_next(position, &options).expect("an image") else {
                break;
            };
            let third = |&len: &usize| len / 3..len - len / 4;
            let ranges: Vec<_> = image.shape().iter().map(third).collect();
            for window in [
                Window::new(ranges),
                Window::new([1..1]),
                Window::new([0..1]),
            ] {
                let part = reader.read_window(Index::At(position), &window, &options);
                let expected = image.crop(window.ranges()).expect("inside");
                assert_eq!(part.expect("a window"), expected, "{}", name_of(&path));
                count += 1;
            }
        }
    }
    assert!(count > 100);
    let mut series = reader(fixtures().join("bsdf/closed.bsdf"));
    let all = series.read(Index::All, &options).expect("a stack");
    for window in [Window::new([1..3, 2..5, 0..7, 1..2]), Window::new([1..1])] {
        let part = series
            .read_window(Index::All, &window, &options)
            .expect("a window");
        assert_eq!(part, all.crop(window.ranges()).expect("inside"));
    }
    let mut out = NdImage::zeros(DType::U8, all.shape(), &Limits::new()).expect("zeros");
    series
        .read_into(Index::All, &mut out, &options)
        .expect("a stack");
    assert_eq!(out, all);
}

/// A file in memory that counts what is read of it.
struct Watched(std::io::Cursor<Vec<u8>>, Arc<Mutex<u64>>);

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> IoResult<usize> {
        let count = self.0.read(buf)?;
        *self.1.lock().expect("no panic") += count as u64;
        Ok(count)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.0.seek(to)
    }
}

// checklist: E-331
#[test]
fn blobs_are_read_when_they_are_asked_for() {
    let images = [0; 3].map(|_| counted(DType::U16, &[1000, 600]));
    let bytes = written(Images::from(&images), &plain(), "wI").expect("a series");
    let seen = Arc::new(Mutex::new(0));
    let source = Watched(std::io::Cursor::new(bytes), Arc::clone(&seen));
    let mut reader = reader(Request::from_seekable(source));
    let options = BsdfReadOptions::new();
    let seen = || std::mem::take(&mut *seen.lock().expect("no panic"));
    assert_eq!(
        reader
            .properties(Index::All, &options)
            .expect("properties")
            .shape,
        [3, 1000, 600]
    );
    reader.metadata(Index::At(2), &options).expect("metadata");
    assert!(seen() < 200_000);
    let window = Window::new([500..510, 10..500]);
    let part = reader
        .read_window(Index::At(1), &window, &options)
        .expect("a window");
    assert_eq!(part, images[1].crop(window.ranges()).expect("inside"));
    assert!(seen() <= 10 * 490 * 2 + 1);
    assert_eq!(
        reader.read(Index::At(2), &options).expect("an image"),
        images[2]
    );
    assert!(seen() <= images[2].nbytes() as u64 + 1);
}

#[test]
fn a_stack_tells_the_error_of_its_first_bad_image() {
    let images: Vec<_> = (0..6u8)
        .map(|n| NdImage::from_vec(&[400, 500], vec![n; 200_000]).expect("as many"))
        .collect();
    for compression in ["zlib", "bz2"] {
        let packed = Options::new().set("compression", compression);
        let bytes = written(Images::from(&images), &packed, "wI").expect("a series");
        let options = BsdfReadOptions::new();
        let all = reader(bytes.clone()).read(Index::All, &options);
        assert!(all.expect("a stack") == NdImage::stack(&images).expect("equal images"));
        let each = (bytes.len() - 16) / 6;
        let mut other = bytes;
        for n in [2, 4] {
            let start = 16 + n * each;
            other[start + each - 12..start + each - 8].fill(0x55);
        }
        let mut reader = reader(other);
        let first = reader
            .read(Index::At(2), &options)
            .expect_err("a bad image");
        let error = reader.read(Index::All, &options).expect_err("two of them");
        assert_eq!(error.to_string(), first.to_string());
    }
}

// checklist: E-341, F-084
#[test]
fn a_volume_comes_back_in_any_packing() {
    let volume = counted(DType::I16, &[256, 128, 128]);
    for compression in ["no", "zlib", "bz2"] {
        let options = Options::new().set("compression", compression);
        let bytes = written(Images::from(&volume), &options, "wv").expect("a volume");
        let mut reader = reader(bytes);
        let back = reader
            .read(Index::Default, &BsdfReadOptions::new())
            .expect("a volume");
        assert_eq!(back, volume);
    }
}

// checklist: E-340
#[test]
fn files_made_as_the_standard_images_are_read() {
    let options = BsdfReadOptions::new();
    let picture = counted(DType::U8, &[300, 451, 3]);
    let packed = Options::new().set("compression", "bz2");
    let mut chelsea = written(Images::from(&picture), &packed, "wi").expect("a picture");
    let name = chelsea.windows(7).position(|part| part == b"image2d");
    // Another writer's name for it.
    chelsea[name.expect("its name") + 6] = b'D';
    let request = Request::from(chelsea);
    let back = reader(&request).read(Index::Default, &options);
    assert_eq!(back.expect("a picture"), picture);
    assert!(request.warnings().is_empty(), "{:?}", request.warnings());
    let cradle: Vec<_> = (0..36u8)
        .map(|n| NdImage::from_vec(&[150, 200, 4], vec![n; 120_000]).expect("as many"))
        .collect();
    let bytes = written(Images::from(&cradle), &Options::new(), "wI").expect("a series");
    assert_eq!(bytes[6..9], [b'l', 254, 36]);
    let mut series = reader(bytes);
    let known = series.properties(Index::All, &options).expect("properties");
    assert_eq!(known.shape, [36, 150, 200, 4]);
    let all = series.read(Index::All, &options).expect("a stack");
    assert!(all == NdImage::stack(&cradle).expect("equal images"));
    let stent = counted(DType::U16, &[256, 128, 128]);
    let bytes = written(Images::from(&stent), &Options::new(), "wv").expect("a volume");
    let back = reader(bytes).read(Index::Default, &options);
    assert!(back.expect("a volume") == stent);
}

// checklist: E-324
#[test]
fn a_checksum_that_does_not_fit_is_corrupt() {
    let path = fixtures().join("bsdf/checksum.bsdf");
    let bytes = std::fs::read(path).expect("a fixture");
    let options = BsdfReadOptions::new();
    reader(bytes.clone())
        .read(Index::At(0), &options)
        .expect("an image");
    // The stored sum is behind the packing and the flag that announces it.
    let at = bytes
        .windows(2)
        .position(|pair| pair == [1, 0xff])
        .expect("a flag")
        + 2;
    let mut other = bytes;
    other[at] ^= 1;
    let error = reader(other)
        .read(Index::At(0), &options)
        .expect_err("another sum");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("checksum"), "{error}");
}
