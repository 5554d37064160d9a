//! Which arrays are read, windows of them, and what reading costs.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use imageio_core::{DType, ErrorKind, Index, Limits, NdImage, Request, Window};
use imageio_npz::NpzReader;

use crate::support::{archive, counted, fixtures, good, name_of};

/// Bytes that remember which of them were asked for.
struct Watched {
    bytes: Vec<u8>,
    at: u64,
    seen: Arc<Mutex<u64>>,
}

impl std::io::Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let rest = usize::try_from(self.at)
            .ok()
            .and_then(|at| self.bytes.get(at..))
            .unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        *self.seen.lock().expect("no panic") += count as u64;
        Ok(count)
    }
}

impl std::io::Seek for Watched {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            std::io::SeekFrom::Start(at) => at,
            std::io::SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            std::io::SeekFrom::End(by) => (self.bytes.len() as u64).saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

fn watched(bytes: Vec<u8>) -> (NpzReader, Arc<Mutex<u64>>) {
    let seen = Arc::new(Mutex::new(0));
    let source = Watched {
        bytes,
        at: 0,
        seen: Arc::clone(&seen),
    };
    let reader = NpzReader::open(Request::from_seekable(source)).expect("an array");
    (reader, seen)
}

fn windows(shape: &[usize]) -> Vec<Vec<Range<usize>>> {
    let third = |&len: &usize| len / 3..len - len / 4;
    vec![
        shape.iter().map(third).collect(),
        shape.iter().take(1).map(third).collect(),
        shape.iter().map(|&len| 0..len).collect(),
        shape.iter().map(|&len| len / 2..len / 2).collect(),
        shape
            .iter()
            .map(|&len| len.saturating_sub(1)..len)
            .collect(),
    ]
}

#[test]
fn windows_of_every_fixture_are_the_crop() {
    let mut count = 0;
    for path in good() {
        let mut reader = NpzReader::open(&path).expect("a fixture");
        for position in 0..reader.n_arrays() {
            let image = reader.read(Index::At(position)).expect("an array");
            for ranges in windows(image.shape()) {
                let part = reader.read_window(Index::At(position), &Window::new(ranges.clone()));
                let expected = image.crop(&ranges).expect("inside");
                assert_eq!(
                    part.expect("a window"),
                    expected,
                    "{} {ranges:?}",
                    name_of(&path)
                );
                count += 1;
            }
        }
    }
    assert!(count > 100);
}

#[test]
fn all_arrays_are_stacked_where_they_are_equal() {
    let mut reader = NpzReader::open(fixtures().join("npz/equal.npz")).expect("a fixture");
    let frames = [0, 1, 2].map(|n| reader.read(Index::At(n)).expect("an array"));
    let expected = NdImage::stack(&frames).expect("equal arrays");
    let known = reader.properties(Index::All).expect("properties");
    assert_eq!(
        (known.shape.as_slice(), known.n_images),
        (&[3, 3, 5][..], Some(3))
    );
    assert_eq!(reader.read(Index::All).expect("a stack"), expected);
    let mut out = NdImage::zeros(DType::U16, &[3, 3, 5], &Limits::new()).expect("zeros");
    reader.read_into(Index::All, &mut out).expect("a stack");
    assert_eq!(out, expected);
    let window = Window::new([1..3, 0..2, 2..5]);
    let part = reader.read_window(Index::All, &window).expect("a window");
    assert_eq!(part, expected.crop(window.ranges()).expect("inside"));
    let none = reader
        .read_window(Index::All, &Window::new([1..1]))
        .expect("a window");
    assert_eq!(none.shape(), [0, 3, 5]);
    let mut mixed = NpzReader::open(fixtures().join("npz/mixed.npz")).expect("a fixture");
    let error = mixed.read(Index::All).expect_err("unequal arrays");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let text = "array 1 is uint8 of shape [4, 5, 3], the ones before it are int16 of shape []";
    assert!(error.to_string().contains(text), "{error}");
}

#[test]
fn a_window_costs_what_it_holds() {
    let image = counted(DType::U16, &[2000, 1000]);
    for (bytes, least) in [
        (image.to_npy(), 0),
        (archive(std::slice::from_ref(&image), false), 40_000),
    ] {
        let (mut reader, seen) = watched(bytes);
        let window = Window::new([1000..1010, 10..900]);
        let part = reader
            .read_window(Index::Default, &window)
            .expect("a window");
        assert_eq!(part, image.crop(window.ranges()).expect("inside"));
        let seen = *seen.lock().expect("no panic");
        assert!(seen < 10 * 890 * 2 + 6000 + least * 4, "{seen} bytes read");
    }
}

#[test]
fn properties_read_the_header_alone() {
    let mut state = 7u32;
    let noise = |_| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 16) as u16
    };
    // Noise does not pack, so that a deflated array is as large as a stored one.
    let noise: Vec<u16> = (0..2_000_000).map(noise).collect();
    let image = NdImage::from_vec(&[2000, 1000], noise).expect("as many");
    for bytes in [
        image.to_npy(),
        archive(std::slice::from_ref(&image), false),
        archive(std::slice::from_ref(&image), true),
    ] {
        let (mut reader, seen) = watched(bytes);
        assert_eq!(
            reader.properties(Index::At(0)).expect("properties").shape,
            [2000, 1000]
        );
        reader.metadata(Index::All).expect("metadata");
        let seen = *seen.lock().expect("no panic");
        assert!(seen < 100_000, "{seen} bytes read");
    }
}

#[test]
fn iteration_holds_one_array() {
    let images = [0u8; 20].map(|_| counted(DType::U8, &[100, 100]));
    let limits = Limits::new().bytes(11_000);
    for compressed in [true, false] {
        let request = Request::from(archive(&images, compressed)).with_limits(limits.clone());
        let mut reader = NpzReader::open(request).expect("an archive");
        for position in 0..20 {
            assert_eq!(
                reader.read(Index::At(position)).expect("an array"),
                images[0]
            );
        }
        let error = reader.read(Index::All).expect_err("over the budget");
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }
}

#[test]
fn a_target_in_another_order_is_filled_too() {
    let image = counted(DType::F32, &[700, 900]);
    let swapped = image.permute(&[1, 0]).expect("two axes");
    for compressed in [true, false] {
        let bytes = archive(std::slice::from_ref(&swapped), compressed);
        let mut reader = NpzReader::open(Request::from(bytes)).expect("an archive");
        let zeros = NdImage::zeros(DType::F32, &[700, 900], &Limits::new()).expect("zeros");
        let mut out = zeros.permute(&[1, 0]).expect("two axes");
        reader.read_into(Index::At(0), &mut out).expect("an array");
        assert_eq!(out, swapped);
    }
}

#[test]
fn a_large_stored_array_is_summed_in_parts() {
    let image = counted(DType::U16, &[2, 1100, 2500]);
    let bytes = archive(std::slice::from_ref(&image), false);
    let mut reader = NpzReader::open(Request::from(bytes.clone())).expect("an archive");
    assert_eq!(reader.read(Index::At(0)).expect("an array"), image);
    for at in [300, bytes.len() / 2, bytes.len() - 300] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let mut reader = NpzReader::open(Request::from(other)).expect("an archive");
        let error = reader.read(Index::At(0)).expect_err("another sum");
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.message().contains("has the checksum"), "{error}");
    }
}
