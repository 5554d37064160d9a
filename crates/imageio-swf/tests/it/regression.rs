//! Broken, cut and lying files: an error or images, never a panic, never more than the budget.

use std::time::{Duration, Instant};

use imageio_core::{ErrorKind, Index, Limits, Request, Window};
use imageio_swf::{SwfReadOptions, SwfReader};

use crate::support::{Swf, files_in, fixtures, head};

/// Uses everything that a file offers; gives whether all of it worked.
pub(crate) fn use_all(request: Request) -> bool {
    let Ok(mut reader) = SwfReader::open(request.with_limits(Limits::new().bytes(64 << 20))) else {
        return false;
    };
    let options = SwfReadOptions::new();
    let known = reader.properties(Index::All, &options);
    let read = reader.read(Index::All, &options);
    if let (Ok(known), Ok(image)) = (&known, &read) {
        assert_eq!(
            (known.shape.as_slice(), known.dtype),
            (image.shape(), image.dtype())
        );
    }
    let around = options.clone().r#loop(true).premultiplied(true);
    _ = reader.read(Index::At(1000), &around);
    let part = reader.read_window(Index::At(0), &Window::new([0..1, 0..1]), &options);
    let mut all = known.is_ok() && read.is_ok() && part.is_ok();
    for position in 0..64 {
        match reader.read_next(position, &options) {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(_) => {
                all = false;
                break;
            }
        }
    }
    all
}

#[test]
fn every_fixture_cut_anywhere_and_with_bits_flipped() {
    let (mut tried, mut read) = (0, 0);
    for path in files_in(&fixtures().join("swf")) {
        let bytes = std::fs::read(path).expect("a fixture");
        for cut in (0..bytes.len()).step_by(1 + bytes.len() / 150) {
            read += usize::from(use_all(Request::from(&bytes[..cut])));
            tried += 1;
        }
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 150) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            read += usize::from(use_all(Request::from(flipped)));
            tried += 1;
        }
    }
    println!("{tried} damaged files, {read} of them read");
    assert!(tried > 3000 && read < tried);
}

#[test]
fn bombs_end_in_an_error_inside_budget_and_time() {
    let start = Instant::now();
    // 64 MB of tags of two bytes.
    let tags = Swf::new();
    let many = [tags.bytes()[..17].to_vec(), [0x40, 0].repeat(32 << 20)].concat();
    let request = Request::from(many);
    let error = SwfReader::open(&request)
        .and_then(|mut reader| reader.properties(Index::All, &SwfReadOptions::new()))
        .expect_err("too many tags");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    // A bitmap of 64 megapixels in a hundred bytes.
    let huge = Swf::new()
        .bitmap(36, &head(5, 8000, 8000), &[0; 100])
        .bytes();
    let limits = Limits::new().bytes(64 << 20);
    let error = SwfReader::open(Request::from(huge).with_limits(limits))
        .and_then(|mut reader| reader.read(Index::At(0), &SwfReadOptions::new()))
        .expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    // A tag of 4 GB.
    let long = [
        &Swf::new().bytes()[..17],
        &[0x3f, 0x09, 0xff, 0xff, 0xff, 0xff, 1, 0, 5, 1, 0, 1, 0],
    ]
    .concat();
    assert!(!use_all(Request::from(long)));
    assert!(start.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_body_that_inflates_without_end_is_stopped() {
    let unit = Swf::new().bytes()[8..17].to_vec();
    // One tag that claims 4 GB, and 1.2 GB of zeros behind it.
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(1));
    let mut write =
        |bytes: &[u8]| std::io::Write::write_all(&mut encoder, bytes).expect("in memory");
    write(&unit);
    write(&[0x7f, 0x13, 0xff, 0xff, 0xff, 0xff]);
    for _ in 0..1200 {
        write(&vec![0; 1 << 20]);
    }
    let bomb = [
        b"CWS\x08\xff\xff\xff\xff".as_slice(),
        &encoder.finish().expect("in memory"),
    ]
    .concat();
    let error = SwfReader::open(Request::from(bomb))
        .and_then(|mut reader| reader.properties(Index::All, &SwfReadOptions::new()))
        .expect_err("a bomb");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}
