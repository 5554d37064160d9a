//! Parts of images, levels of pyramids, and reading into buffers.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{DType, ErrorKind, Index, Limits, NdImage, Request, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{files_in, fixture, fixtures, name_of, open, read};

/// A third of each axis, somewhere in the middle.
fn middle(shape: &[usize]) -> Vec<std::ops::Range<usize>> {
    shape
        .iter()
        .map(|&len| len / 3..(len / 3 + 1).max(len - len / 3))
        .collect()
}

#[test]
fn windows_are_what_cropping_gives() {
    for path in files_in(&fixtures().join("tiff")) {
        let name = name_of(&path);
        let mut reader = TiffReader::open(&path).expect(&name);
        let options = TiffReadOptions::new();
        for series in 0..reader.n_series().expect(&name) {
            let index = Index::At(series);
            let whole = reader.read(index, &options).expect(&name);
            for keep in 0..=whole.ndim() {
                let ranges = middle(&whole.shape()[..keep]);
                let part = reader.read_window(index, &Window::new(ranges.clone()), &options);
                assert_eq!(
                    part.expect(&name),
                    whole.crop(&ranges).expect(&name),
                    "{name} {ranges:?}"
                );
            }
        }
    }
}

#[test]
fn empty_windows_have_no_pixels() {
    let mut reader = open("shaped_volume.tif");
    let options = TiffReadOptions::new();
    for window in [Window::new([1..1]), Window::new([0..1, 0..1, 2..2])] {
        let part = reader
            .read_window(Index::Default, &window, &options)
            .unwrap();
        assert!(part.is_empty());
    }
}

#[test]
fn windows_count_in_their_level() {
    for name in ["pyramid_subifds.tif", "pyramid_reduced.tif"] {
        let mut reader = open(name);
        let options = TiffReadOptions::new();
        let half = reader
            .read(Index::Default, &TiffReadOptions::new().level(1))
            .unwrap();
        assert_eq!(half.shape(), [16, 16]);
        let window = Window::new([3..9, 5..6]).level(1);
        let part = reader
            .read_window(Index::Default, &window, &options)
            .unwrap();
        assert_eq!(part, half.crop(&[3..9, 5..6]).unwrap());
        let beyond = Window::new([0..1]).level(3);
        let error = reader
            .read_window(Index::Default, &beyond, &options)
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::OutOfRange,
                "level 3 is out of range: the image has 3"
            )
        );
        let twice = reader.read_window(Index::Default, &window, &TiffReadOptions::new().level(2));
        assert_eq!(twice.unwrap_err().kind(), ErrorKind::BadOption);
    }
}

#[test]
fn buffers_are_filled_in_place() {
    for path in files_in(&fixtures().join("tiff")) {
        let name = name_of(&path);
        let mut reader = TiffReader::open(&path).expect(&name);
        let options = TiffReadOptions::new();
        let whole = reader.read(Index::Default, &options).expect(&name);
        // What was in the buffer before must not show where pages are missing.
        let mut out = NdImage::from_vec(whole.shape(), vec![1u8; whole.len()])
            .unwrap()
            .cast(whole.dtype());
        reader
            .read_into(Index::Default, &mut out, &options)
            .expect(&name);
        assert_eq!(out, whole, "{name}");
    }
    let mut wrong = NdImage::zeros(DType::U8, &[5, 8], &Limits::new()).unwrap();
    let error = open("pages_3.tif").read_into(Index::Default, &mut wrong, &TiffReadOptions::new());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::BadOption);
}

/// Bytes that count how many of them are read.
struct Counted {
    bytes: Cursor<Vec<u8>>,
    read: Arc<AtomicU64>,
}

impl Counted {
    fn request(bytes: Vec<u8>) -> (Request, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            bytes: Cursor::new(bytes),
            read: Arc::clone(&read),
        };
        (Request::from_seekable(counted), read)
    }
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let len = self.bytes.read(buf)?;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// A stack of 64 pages of 64 KiB, as ImageJ stores it: one IFD, then all pixels.
fn stack() -> Vec<u8> {
    let description = b"ImageJ=1.11a\nimages=64\nslices=64\n\0";
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 8] = [
        (256, 3, 1, 256),
        (257, 3, 1, 256),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (270, 2, description.len() as u32, 200),
        (273, 4, 1, 512),
        (278, 3, 1, 256),
        (279, 4, 1, 65536),
    ];
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.resize(200, 0);
    file.extend(description);
    file.resize(512, 0);
    file.extend((0..64u32 * 65536).map(|n| (n / 65536) as u8));
    file
}

#[test]
fn a_slice_of_a_volume_costs_a_slice() {
    let (request, read) = Counted::request(stack());
    let mut reader = TiffReader::open(request).unwrap();
    let options = TiffReadOptions::new();
    let window = Window::new([40..41, 100..110, 20..30]);
    let part = reader
        .read_window(Index::Default, &window, &options)
        .unwrap();
    assert_eq!(part.into_vec::<u8>().unwrap(), [40; 100]);
    let read = read.load(Ordering::Relaxed);
    assert!(read < 16 << 10, "{read} bytes read");
}

#[test]
fn properties_and_metadata_read_no_pixels() {
    let (request, read) = Counted::request(stack());
    let mut reader = TiffReader::open(request).unwrap();
    let options = TiffReadOptions::new().tags(true);
    assert_eq!(
        reader.properties(Index::Default, &options).unwrap().shape,
        [64, 256, 256]
    );
    reader.metadata(Index::Default, true, &options).unwrap();
    reader.metadata(Index::All, true, &options).unwrap();
    let read = read.load(Ordering::Relaxed);
    assert!(read <= 8 << 10, "{read} bytes read");
}

#[test]
fn pages_are_turned_on_request() {
    let stored = read("facts.tif", 0).unwrap();
    let mut reader = open("facts.tif");
    let options = TiffReadOptions::new().rotate(true);
    let turned = reader.read(Index::Default, &options).unwrap();
    // Orientation 6: what is stored is turned by a quarter.
    assert_eq!(turned, stored.permute(&[1, 0]).unwrap().flip(1).unwrap());
    assert_eq!(reader.applied().orientation, Some(6));
    assert_eq!(
        reader.properties(Index::Default, &options).unwrap().shape,
        [7, 5]
    );
    let window = reader
        .read_window(Index::Default, &Window::new([0..2]), &options)
        .unwrap();
    assert_eq!(window, turned.crop(&[0..2]).unwrap());
    let mut out = NdImage::zeros(DType::U8, &[7, 5], &Limits::new()).unwrap();
    reader
        .read_into(Index::Default, &mut out, &options)
        .unwrap();
    assert_eq!(out, turned);
    assert!(
        !reader
            .metadata(Index::Default, true, &options)
            .unwrap()
            .contains_key("orientation")
    );
    assert!(
        reader
            .metadata(Index::Default, false, &options)
            .unwrap()
            .contains_key("orientation")
    );
    reader
        .read(Index::Default, &TiffReadOptions::new())
        .unwrap();
    assert!(reader.applied().is_empty());
    assert!(fixture("facts.tif").exists());
}
