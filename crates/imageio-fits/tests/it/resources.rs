//! Where bytes come from, and how many of them a read takes.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{ErrorKind, Index, Limits, NdImage, Request, Spacing, Window};
use imageio_fits::{Compression, FitsReadOptions, FitsReader, FitsWriteOptions, PLUGIN};

use crate::support::{fixture, open, reader_of, written};

struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buf)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

fn counted(bytes: Vec<u8>) -> (FitsReader, Arc<AtomicU64>) {
    let count = Arc::new(AtomicU64::new(0));
    let request = Request::from_seekable(Counted(Cursor::new(bytes), Arc::clone(&count)));
    (
        FitsReader::open(request, &FitsReadOptions::new()).expect("a valid file"),
        count,
    )
}

fn picture() -> NdImage {
    let data: Vec<i16> = (0..400 * 300)
        .map(|n| ((n % 1000) * (n % 1000) % 251 + n / 300) as i16)
        .collect();
    NdImage::from_vec(&[400, 300], data).expect("that many")
}

#[test]
fn a_window_is_the_part_of_the_image_and_costs_no_more() {
    let options = FitsReadOptions::new();
    let image = picture();
    for (compression, most) in [
        (None, 20_000),
        (Some(Compression::Rice1), 40_000),
        (Some(Compression::Hcompress1), 60_000),
    ] {
        let mut how = FitsWriteOptions::new();
        how.compression_type = compression;
        let bytes = written(&image, ".fits", how).expect("an image");
        let whole = bytes.len() as u64;
        let (mut reader, count) = counted(bytes);
        reader
            .properties(Index::At(0), &options)
            .expect("properties");
        reader
            .metadata(Index::At(0), true, &options)
            .expect("metadata");
        assert!(
            count.swap(0, Ordering::Relaxed) < 20_000,
            "only headers are read"
        );
        let ranges = [200..210, 17..150];
        let part = reader
            .read_window(Index::At(0), &Window::new(ranges.clone()), &options)
            .expect("a part");
        assert_eq!(
            part,
            image.crop(&ranges).expect("inside").compact(),
            "{compression:?}"
        );
        let cost = count.swap(0, Ordering::Relaxed);
        assert!(
            cost < most && cost < whole,
            "{cost} bytes for {compression:?}"
        );
    }
}

#[test]
fn windows_of_every_kind_are_parts() {
    let options = FitsReadOptions::new();
    for name in [
        "cube.fits",
        "groups.fits",
        "scaled_int16.fits",
        "blank_uint8.fits",
        "tiles_rice.fits.gz",
        "tiles_gzip_2.fits.gz",
    ] {
        let mut reader = open(name);
        for position in 0..reader.n_images(&options).expect(name).min(40) {
            let whole = reader.read(Index::At(position), &options).expect(name);
            let ranges: Vec<_> = whole
                .shape()
                .iter()
                .map(|&len| len / 4..len.div_ceil(2) + len / 4)
                .collect();
            let part = reader
                .read_window(Index::At(position), &Window::new(ranges.clone()), &options)
                .expect(name);
            let expected = whole.crop(&ranges).expect("inside").compact();
            assert_eq!(
                part.as_bytes(),
                expected.as_bytes(),
                "{name} {position} {ranges:?}"
            );
            let mut target =
                NdImage::zeros(whole.dtype(), whole.shape(), &Limits::new()).expect("memory");
            reader
                .read_into(Index::At(position), &mut target, &options)
                .expect(name);
            assert_eq!(target.as_bytes(), whole.as_bytes(), "{name}");
        }
    }
}

// checklist: E-163
#[test]
fn tables_are_skipped_and_all_images_are_stacked() {
    let options = FitsReadOptions::new();
    let mut reader = open("multi.fits");
    assert_eq!(reader.n_images(&options).ok(), Some(3));
    let stack = reader.read(Index::All, &options).expect("three images");
    assert_eq!(stack.shape(), [3, 5, 7]);
    for position in 0..3 {
        let image = reader.read_next(position, &options).expect("an image");
        assert_eq!(image, stack.frame(position).ok());
    }
    assert_eq!(reader.read_next(3, &options).expect("the end"), None);
    let part = reader
        .read_window(Index::All, &Window::new([1..3, 0..2]), &options)
        .expect("a part");
    assert_eq!(part.shape(), [2, 2, 7]);
    let error = reader
        .read(Index::At(3), &options)
        .expect_err("three images");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    let unequal = open("unequal.fits")
        .read(Index::All, &options)
        .expect_err("unequal images");
    assert_eq!(unequal.kind(), ErrorKind::Unsupported);
    let metadata = reader
        .metadata(Index::All, true, &options)
        .expect("metadata");
    assert_eq!(
        metadata
            .get("hdus")
            .and_then(|v| v.as_list())
            .map(<[_]>::len),
        Some(6)
    );
}

// checklist: E-163
#[test]
fn arrays_without_elements_are_no_images() {
    let line = |key: &str, value: &str| format!("{:80}", format!("{key:8}= {value:>20}"));
    let axes = |lengths: [usize; 2]| {
        let [first, second] = lengths.map(|len| len.to_string());
        [
            line("BITPIX", "8"),
            line("NAXIS", "2"),
            line("NAXIS1", &first),
            line("NAXIS2", &second),
        ]
        .concat()
    };
    let unit = |first: String, lengths, behind: String| {
        let lines = first + &axes(lengths) + &behind + "END";
        format!("{lines:2880}")
    };
    let groups = line("PCOUNT", "0") + &line("GCOUNT", "1");
    let file = [
        unit(line("SIMPLE", "T"), [0, 5], String::new()),
        unit(line("XTENSION", "'IMAGE   '"), [3, 0], groups.clone()),
        unit(line("XTENSION", "'IMAGE   '"), [3, 1], groups),
        format!("{:2880}", "abc"),
    ]
    .concat();
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open(file.into_bytes(), &options).expect("a file");
    assert_eq!(reader.n_images(&options).ok(), Some(1));
    let image = reader.read(Index::Default, &options).expect("an image");
    assert_eq!(image.into_vec::<u8>().ok().as_deref(), Some(&b"abc"[..]));
}

#[test]
fn streams_and_gzip_are_read() {
    let options = FitsReadOptions::new();
    for name in [
        "whole.fits.gz",
        "members.fits.gz",
        "multi.fits",
        "tiled.fits.fz",
    ] {
        let request = Request::from_reader(Cursor::new(fixture(name)));
        let mut reader = FitsReader::open(request, &options).expect(name);
        let streamed = reader.read(Index::At(0), &options).expect(name);
        assert_eq!(
            streamed,
            open(name).read(Index::At(0), &options).expect(name)
        );
    }
    assert!(FitsReader::open(Request::from(b"\x1f\x8b\x08nothing".to_vec()), &options).is_err());
}

#[test]
fn a_budget_holds_for_images_tiles_and_what_is_inside_gzip() {
    let options = FitsReadOptions::new();
    for name in ["cube.fits", "tiled.fits.fz", "whole.fits.gz"] {
        let limits = Limits::new().bytes(100);
        let request = Request::from(fixture(name)).with_limits(limits);
        let error = FitsReader::open(request, &options)
            .and_then(|mut reader| reader.read(Index::At(0), &options))
            .expect_err(name);
        assert!(
            [ErrorKind::LimitExceeded, ErrorKind::NotThisFormat].contains(&error.kind()),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn spacing_comes_from_the_header() {
    let options = FitsReadOptions::new();
    for (name, expected) in [
        (
            "cards.fits",
            Some(vec![Spacing::Uniform(0.5), Spacing::Uniform(0.25)]),
        ),
        (
            "cd.fits",
            Some(vec![Spacing::Uniform(2.0), Spacing::Uniform(5.0)]),
        ),
        ("logarithmic.fits", None),
        ("int16.fits", None),
    ] {
        let known = open(name).properties(Index::At(0), &options).expect(name);
        assert_eq!(known.spacing, expected, "{name}");
    }
}

// checklist: E-162, F-162
#[test]
fn the_card_names_what_it_reads() {
    for extension in [".fits", ".fit", ".fts", ".fz"] {
        assert!(PLUGIN.readable().contains(&extension) && PLUGIN.writable().contains(&extension));
    }
    assert!(!PLUGIN.readable().contains(&".png"));
    assert_eq!((PLUGIN.name(), PLUGIN.v2_modes()), ("FITS", "iIvV"));
    let png = Request::from(b"\x89PNG\r\n\x1a\n".to_vec());
    let error = FitsReader::open(png, &FitsReadOptions::new()).expect_err("a PNG");
    assert!(error.is_not_this_format());
}

// checklist: E-168
#[test]
fn a_compressed_image_of_six_megapixels() {
    let data: Vec<u16> = (0..2042 * 3054u32)
        .map(|n| (n.wrapping_mul(2654435761) >> 22) as u16)
        .collect();
    let image = NdImage::from_vec(&[2042, 3054], data).expect("that many");
    let bytes = written(&image, ".fz", FitsWriteOptions::new()).expect("an image");
    assert!(bytes.len() < image.nbytes());
    let back = reader_of(bytes)
        .read(Index::At(0), &FitsReadOptions::new())
        .expect("an image");
    assert!(back == image);
}
