//! Images as they come: from pipes, and from HTTP, where that is the default.

use std::io::{Read, Result as IoResult};
use std::sync::{Arc, Mutex};

use imageio_bsdf::{BsdfReadOptions, BsdfReader};
use imageio_core::{
    DType, ErrorKind, Images, Index, NdImage, Options, Request, Resource, ResourceKind,
};

use crate::support::{counted, fixtures, plain, reader, written};

fn streaming() -> BsdfReadOptions {
    BsdfReadOptions::new().random_access(false)
}

// checklist: E-332, F-082
#[test]
fn an_open_stream_goes_forward_and_has_no_length() {
    for (name, count) in [("open", None), ("closed", Some(3))] {
        let path = fixtures().join(format!("bsdf/{name}.bsdf"));
        let all = reader(&path)
            .read(Index::All, &BsdfReadOptions::new())
            .expect(name);
        let mut reader = reader(&path);
        let known = reader.properties(Index::All, &streaming()).expect(name);
        assert_eq!((known.is_batch, known.n_images), (true, count), "{name}");
        for position in [0, 2] {
            let image = reader.read(Index::At(position), &streaming()).expect(name);
            assert_eq!(image, all.frame(position).expect("a frame"));
            reader
                .metadata(Index::At(position), &streaming())
                .expect(name);
        }
        let error = reader
            .read(Index::At(1), &streaming())
            .expect_err("a way back");
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
        assert!(
            error.message().contains("does not allow rewinding"),
            "{error}"
        );
        let error = reader.read_next(1, &streaming()).expect_err("a way back");
        assert!(
            error.message().contains("does not allow rewinding"),
            "{error}"
        );
        assert_eq!(reader.read_next(3, &streaming()).expect("the end"), None);
        let error = reader
            .read(Index::At(3), &streaming())
            .expect_err("past the end");
        assert_eq!(error.message(), "image index 3 is not in [0 3]");
        // Another way to read is another beginning.
        let first = reader
            .read(Index::At(0), &BsdfReadOptions::new())
            .expect(name);
        assert_eq!(first, all.frame(0).expect("a frame"));
    }
}

#[test]
fn all_of_a_stream_can_be_had_at_its_beginning() {
    let path = fixtures().join("bsdf/open.bsdf");
    let all = reader(&path)
        .read(Index::All, &BsdfReadOptions::new())
        .expect("a stack");
    let mut fresh = reader(&path);
    assert_eq!(fresh.read(Index::All, &streaming()).expect("a stack"), all);
    let mut begun = reader(&path);
    begun.read(Index::At(0), &streaming()).expect("an image");
    assert_eq!(begun.read(Index::All, &streaming()).expect("a stack"), all);
    let mut late = reader(&path);
    late.read(Index::At(1), &streaming()).expect("an image");
    let error = late.read(Index::All, &streaming()).expect_err("a way back");
    assert!(error.message().contains("rewinding"), "{error}");
}

/// A pipe that tells how much was taken out of it.
struct Pipe(std::io::Cursor<Vec<u8>>, Arc<Mutex<usize>>);

impl Read for Pipe {
    fn read(&mut self, buf: &mut [u8]) -> IoResult<usize> {
        let len = buf.len().min(5000);
        let count = self.0.read(&mut buf[..len])?;
        *self.1.lock().expect("no panic") += count;
        Ok(count)
    }
}

#[test]
fn a_pipe_is_read_no_further_than_its_images() {
    let images = [0; 8].map(|_| counted(DType::U16, &[300, 500]));
    for options in [plain(), Options::new().set("compression", "zlib")] {
        let bytes = written(Images::from(&images), &options, "wI").expect("a series");
        let each = bytes.len() / 8;
        let taken = Arc::new(Mutex::new(0));
        let pipe = Pipe(std::io::Cursor::new(bytes), Arc::clone(&taken));
        let mut reader = BsdfReader::open(Request::from_reader(pipe)).expect("a pipe");
        for (position, image) in images.iter().enumerate() {
            let read = reader.read_next(position, &streaming()).expect("an image");
            assert_eq!(read.as_ref(), Some(image));
            let taken = *taken.lock().expect("no panic");
            assert!(
                taken <= (position + 1) * each + 70_000,
                "{taken} of {each} each"
            );
        }
        assert_eq!(reader.read_next(8, &streaming()).expect("the end"), None);
    }
}

#[test]
fn the_last_image_of_an_open_stream_may_be_cut_off() {
    let bytes = std::fs::read(fixtures().join("bsdf/open.bsdf")).expect("a fixture");
    for (options, cut) in [
        (BsdfReadOptions::new(), 5),
        (BsdfReadOptions::new(), 100),
        (streaming(), 5),
    ] {
        let request = Request::from(&bytes[..bytes.len() - cut]);
        let mut reader = reader(&request);
        let mut images: Vec<NdImage> = Vec::new();
        while let Some(image) = reader.read_next(images.len(), &options).expect("an image") {
            images.push(image);
        }
        assert_eq!(images.len(), 2);
        let warnings = request.warnings();
        assert!(
            warnings.iter().any(|text| text.contains("cut off")),
            "{warnings:?}"
        );
    }
}

/// Bytes behind an address.
struct Remote(Vec<u8>);

impl Resource for Remote {
    fn len(&self) -> imageio_core::Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> imageio_core::Result<usize> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// Twelve images, each of its number.
fn twelve() -> Vec<u8> {
    let images: Vec<_> = (0..12)
        .map(|n| NdImage::from_vec(&[3, 4], vec![n as u8; 12]).expect("twelve"))
        .collect();
    written(Images::from(&images), &Options::new(), "wI").expect("a series")
}

// checklist: E-331, E-332, F-085
#[test]
fn over_http_there_is_no_way_back_unless_asked_for() {
    for scheme in ["http://", "https://", "other://"] {
        let kind = ResourceKind::new("test", &["http://", "https://", "other://"], |_, _| {
            Ok(Arc::new(Remote(twelve())))
        });
        kind.add();
        let uri = format!("{scheme}example.org/series.bsdf");
        let mut reader = reader(uri.as_str());
        let options = BsdfReadOptions::new();
        for n in [0, 10] {
            let image = reader.read(Index::At(n), &options).expect("an image");
            assert_eq!(image.as_slice::<u8>().expect("bytes"), [n as u8; 12]);
        }
        let back = reader.read(Index::At(9), &options);
        if scheme == "other://" {
            back.expect("any order");
        } else {
            let error = back.expect_err("a way back");
            assert_eq!(error.kind(), ErrorKind::OutOfRange);
            assert!(error.message().contains("rewinding"), "{error}");
        }
        let any_order = options.random_access(true);
        let image = reader.read(Index::At(9), &any_order).expect("any order");
        assert_eq!(image.as_slice::<u8>().expect("bytes"), [9; 12]);
    }
}
