//! NDPI: pages that are one JPEG with a list of its restart markers.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_codecs::jpeg::{Area, FrameHeader, Job, Subsampling, decode_u8, encode};
use imageio_core::{ErrorKind, Index, Limits, NdImage, Request, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{Counted, LONG, SHORT, bytes, file, fixture};

const NAME: &str = "restarts.ndpi";

/// A reader of bytes that are NDPI by their name.
fn open(bytes: Vec<u8>) -> imageio_core::Result<TiffReader> {
    let request = Request::from(bytes).extension_hint(Some(".ndpi"))?;
    TiffReader::open(request)
}

fn read(reader: &mut TiffReader, level: usize) -> imageio_core::Result<NdImage> {
    reader.read(Index::Default, &TiffReadOptions::new().level(level))
}

/// Where both frame headers have their sizes.
fn sizes(data: &[u8]) -> Vec<usize> {
    let frames = data.windows(4).enumerate();
    let is_frame = |bytes: &[u8]| bytes == [0xff, 0xc0, 0, 17];
    let found: Vec<usize> = frames
        .filter(|(_, w)| is_frame(w))
        .map(|(at, _)| at + 5)
        .collect();
    assert_eq!(found.len(), 2);
    found
}

#[test]
fn a_header_without_a_size_is_as_good_as_one_with() {
    let mut data = bytes(NAME);
    for at in sizes(&data) {
        data[at..at + 4].fill(0);
    }
    let (mut with, mut without) = (
        TiffReader::open(fixture(NAME)).expect("a file"),
        open(data).expect("a file"),
    );
    for level in 0..2 {
        let expected = read(&mut with, level).expect("a level");
        assert_eq!(read(&mut without, level).expect("a level"), expected);
    }
}

#[test]
fn every_window_is_a_part_of_the_whole() {
    let mut reader = open(bytes(NAME)).expect("a file");
    for level in 0..2 {
        let options = TiffReadOptions::new().level(level);
        let whole = read(&mut reader, level).expect("a level");
        let (height, width) = (whole.shape()[0], whole.shape()[1]);
        for rows in [0..1, 15..17, 16..32, 5..height, height - 1..height] {
            for columns in [0..1, width / 2 - 2..width / 2 + 2, 0..width, 31..width] {
                let window = Window::new([rows.clone(), columns.clone()]).level(level);
                let part = reader.read_window(Index::Default, &window, &options);
                let expected = whole.crop(&[rows.clone(), columns]).expect("a part");
                assert_eq!(part.expect("a part"), expected.compact());
            }
        }
    }
}

/// One JPEG of 1024 rows of 64 pixels with a restart marker behind each row of units, whose header has no size; the
/// upper half of the places is `high`.
fn tall(high: u32) -> (Vec<u8>, Vec<u8>) {
    let (height, width) = (1024usize, 64usize);
    let samples: Vec<u8> = (0..height * width)
        .map(|at| (at * 7 % 251 + at / 509) as u8)
        .collect();
    let mut stream = encode(&Job {
        samples: &samples,
        height,
        width,
        channels: 1,
        quality: 90,
        subsampling: Subsampling::S444,
        progressive: false,
        optimize: false,
        tables: &[],
        restart_blocks: 0,
        restart_rows: 1,
        density: None,
        keep_rgb: false,
    })
    .expect("a picture");
    let frame = FrameHeader::find(&stream).expect("a frame");
    let mut whole = vec![0; height * width];
    decode_u8(
        &stream,
        &frame,
        &Area::whole(&frame),
        &mut whole,
        &Limits::new(),
    )
    .expect("pixels");
    let at = |marker: [u8; 2]| {
        stream
            .windows(2)
            .position(|w| w == marker)
            .expect("a marker")
    };
    let (size, scan) = (at([0xff, 0xc0]) + 5, at([0xff, 0xda]));
    let mut starts = vec![scan + 2 + usize::from(stream[scan + 3])];
    let is_restart = |at: &usize| stream[*at] == 0xff && matches!(stream[at + 1], 0xd0..=0xd7);
    starts.extend(
        (starts[0]..stream.len() - 1)
            .filter(is_restart)
            .map(|at| at + 2),
    );
    assert_eq!(starts.len(), height / 8);
    stream[size..size + 4].fill(0);
    let count = starts.len() as u32;
    let list = 8 + stream.len() as u32;
    let mut data = stream.clone();
    data.extend(
        starts
            .iter()
            .flat_map(|&start| (start as u32).to_le_bytes()),
    );
    data.extend((0..count).flat_map(|n| (if n > 0 { high } else { 0 }).to_le_bytes()));
    let tags = [
        (256, LONG, 1, width as u32),
        (257, LONG, 1, height as u32),
        (258, SHORT, 1, 8),
        (259, SHORT, 1, 7),
        (262, SHORT, 1, 1),
        (271, 2, 4, u32::from_le_bytes(*b"Ham\0")),
        (273, LONG, 1, 8),
        (277, SHORT, 1, 1),
        (279, LONG, 1, stream.len() as u32),
        (65420, LONG, 1, 1),
        (65426, LONG, count, list),
        (65432, LONG, count, list + 4 * count),
    ];
    (file(&data, &tags), whole)
}

#[test]
fn a_window_costs_the_rows_that_it_needs() {
    let (data, whole) = tall(0);
    let len = data.len() as u64;
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted(Cursor::new(data), Arc::clone(&read));
    let mut reader = TiffReader::open(Request::from_seekable(counted)).expect("a file");
    let options = TiffReadOptions::new();
    let known = reader
        .properties(Index::Default, &options)
        .expect("properties");
    assert_eq!(known.shape.as_slice(), [1024, 64]);
    let before = read.load(Ordering::Relaxed);
    let window = Window::new([500..520, 0..64]);
    let part = reader
        .read_window(Index::Default, &window, &options)
        .expect("a part");
    assert_eq!(
        part.as_slice::<u8>().expect("bytes"),
        &whole[500 * 64..520 * 64]
    );
    let bytes = read.load(Ordering::Relaxed) - before;
    assert!(bytes < len / 4, "{bytes} of {len} bytes read");
    let all = reader.read(Index::Default, &options).expect("a page");
    assert_eq!(all.as_slice::<u8>().expect("bytes"), whole);
}

#[test]
fn places_have_an_upper_half() {
    let (data, _) = tall(1);
    let mut reader = TiffReader::open(data).expect("a file");
    let error = reader.read(Index::Default, &TiffReadOptions::new());
    let error = error.expect_err("places behind the end");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn broken_lists_and_headers_are_survived() {
    let data = bytes(NAME);
    let (mut fine, mut refused) = (0, 0);
    for place in 0..data.len() {
        let mut changed = data.clone();
        changed[place] ^= 0x81;
        match open(changed).and_then(|mut reader| read(&mut reader, 0)) {
            Ok(_) => fine += 1,
            Err(error) => {
                let kinds = [ErrorKind::Io, ErrorKind::External];
                assert!(!kinds.contains(&error.kind()), "byte {place}: {error}");
                refused += 1;
            }
        }
    }
    println!("{fine} changed files are read, {refused} refused");
    assert!(fine > 0 && refused > 0, "{fine} read, {refused} refused");
}
