//! Pixels that no other program writes any more, and what no fixture can hold.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{DType, ErrorKind, Index, NdImage, Request, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{Counted, LONG, SHORT, described, file, files_in, fixtures, name_of};

fn read(bytes: Vec<u8>) -> imageio_core::Result<NdImage> {
    TiffReader::open(bytes)?.read(Index::Default, &TiffReadOptions::new())
}

fn samples(image: &NdImage) -> Vec<u8> {
    image.as_slice::<u8>().expect("bytes").to_vec()
}

/// Colour of 3 rows of 5 pixels in units of two by two: four of brightness, then two differences.
fn subsampled() -> Vec<u8> {
    let units: Vec<u8> = (0..2 * 3)
        .flat_map(|unit: u8| {
            [
                unit * 4,
                unit * 4 + 1,
                unit * 4 + 2,
                unit * 4 + 3,
                100 + unit,
                200 + unit,
            ]
        })
        .collect();
    let len = units.len() as u32;
    file(
        &units,
        &[
            (256, SHORT, 1, 5),
            (257, SHORT, 1, 3),
            (258, SHORT, 1, 8),
            (259, SHORT, 1, 1),
            (262, SHORT, 1, 6),
            (273, LONG, 1, 8),
            (277, SHORT, 1, 3),
            (278, SHORT, 1, 3),
            (279, LONG, 1, len),
            (530, SHORT, 2, 2 << 16 | 2),
        ],
    )
}

#[test]
fn pixels_share_the_colours_of_their_unit() {
    let image = read(subsampled()).expect("a page");
    assert_eq!((image.shape(), image.dtype()), (&[3, 5, 3][..], DType::U8));
    let all = samples(&image);
    let pixel = |y: usize, x: usize| &all[(y * 5 + x) * 3..][..3];
    assert_eq!(pixel(0, 0), [0, 100, 200]);
    assert_eq!(pixel(1, 1), [3, 100, 200]);
    assert_eq!(pixel(0, 4), [8, 102, 202]);
    assert_eq!(pixel(2, 3), [17, 104, 204]);
    let mut reader = TiffReader::open(subsampled()).expect("a file");
    let window = Window::new([1..3, 2..5]);
    let part = reader.read_window(Index::Default, &window, &TiffReadOptions::new());
    assert_eq!(
        part.expect("a part"),
        image.crop(&[1..3, 2..5]).expect("a part")
    );
}

#[test]
fn strips_inside_of_a_jpeg_stream() {
    let folder = fixtures().join("jpeg");
    let stream = std::fs::read_dir(&folder)
        .expect("fixtures")
        .filter_map(|entry| std::fs::read(entry.ok()?.path()).ok())
        .find_map(|data| {
            // The first with a baseline frame of three components.
            let at = data
                .windows(4)
                .position(|w| w[..3] == [0xff, 0xc0, 0] && w[3] == 17)?;
            let side = |at: usize| u32::from(u16::from_be_bytes([data[at], data[at + 1]]));
            Some((side(at + 5), side(at + 7), data.clone()))
        });
    let (height, width, stream) = stream.expect("a colour picture");
    let len = stream.len() as u32;
    let data = file(
        &stream,
        &[
            (256, LONG, 1, width),
            (257, LONG, 1, height),
            (258, SHORT, 1, 8),
            (259, SHORT, 1, 6),
            (262, SHORT, 1, 6),
            (273, LONG, 1, 8 + len / 2),
            (277, SHORT, 1, 3),
            (278, LONG, 1, height),
            (279, LONG, 1, len / 2),
            (513, LONG, 1, 8),
            (514, LONG, 1, len),
        ],
    );
    let image = read(data).expect("a page");
    assert_eq!(image.shape(), [height as usize, width as usize, 3]);
    assert!(samples(&image).windows(2).any(|pair| pair[0] != pair[1]));
}

/// Rows of four bytes in strips of two rows, of which the file says that they hold `len` bytes each.
fn strips(compression: u32, data: &[u8], len: u32) -> Vec<u8> {
    file(
        data,
        &[
            (256, SHORT, 1, 4),
            (257, SHORT, 1, 2),
            (258, SHORT, 1, 8),
            (259, SHORT, 1, compression),
            (262, SHORT, 1, 1),
            (273, LONG, 1, 8),
            (277, SHORT, 1, 1),
            (278, SHORT, 1, 2),
            (279, LONG, 1, len),
        ],
    )
}

// checklist: E-136
#[test]
fn rows_that_a_strip_lacks_are_zeros() {
    // PackBits: five bytes as they are.
    let image = read(strips(32773, &[4, 1, 2, 3, 4, 5], 6)).expect("a page");
    assert_eq!(samples(&image), [1, 2, 3, 4, 5, 0, 0, 0]);
}

#[test]
fn a_count_beyond_the_file_does_no_harm_where_the_pixels_are_there() {
    let whole = [7, 1, 2, 3, 4, 5, 6, 7, 8];
    let image = read(strips(32773, &whole, 1 << 20)).expect("a page");
    assert_eq!(samples(&image), [1, 2, 3, 4, 5, 6, 7, 8]);
    // The same where the file ends before the pixels do.
    let error = read(cut_packbits()).expect_err("too few pixels");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

/// A strip of PackBits behind the IFD, where the file ends after two pixels.
fn cut_packbits() -> Vec<u8> {
    let ifd_len = 2 + 9 * 12 + 4;
    let mut data = strips(32773, &[], 1 << 20);
    let at = data.len() - ifd_len + 2 + 5 * 12 + 8;
    let end = data.len() as u32;
    data[at..at + 4].copy_from_slice(&end.to_le_bytes());
    data.extend([7, 1, 2]);
    data
}

/// 100,000 pixels in both directions, in tiles of 512 that all lie in the same place.
fn huge() -> Vec<u8> {
    let tile: Vec<u8> = (0..2048u32)
        .flat_map(|run| [0x81, (run / 8) as u8])
        .collect();
    let tiles = 196 * 196;
    let mut data = tile.clone();
    let index = 8 + data.len() as u32;
    data.extend((0..tiles).flat_map(|_| 8u32.to_le_bytes()));
    let counts = 8 + data.len() as u32;
    data.extend((0..tiles).flat_map(|_| (tile.len() as u32).to_le_bytes()));
    file(
        &data,
        &[
            (256, LONG, 1, 100_000),
            (257, LONG, 1, 100_000),
            (258, SHORT, 1, 8),
            (259, SHORT, 1, 32773),
            (262, SHORT, 1, 1),
            (277, SHORT, 1, 1),
            (322, SHORT, 1, 512),
            (323, SHORT, 1, 512),
            (324, LONG, tiles, index),
            (325, LONG, tiles, counts),
        ],
    )
}

#[test]
fn a_window_of_a_huge_file_costs_its_tiles() {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted(Cursor::new(huge()), Arc::clone(&read));
    let mut reader = TiffReader::open(Request::from_seekable(counted)).expect("a file");
    let options = TiffReadOptions::new();
    for (start, tiles) in [(51_200, 1), (51_300, 4)] {
        let before = read.load(Ordering::Relaxed);
        let window = Window::new([start..start + 512, start..start + 512]);
        let part = reader
            .read_window(Index::Default, &window, &options)
            .expect("a part");
        let all = samples(&part);
        let row = |y: usize| ((start + y) % 512 / 2) as u8;
        assert!((0..512).all(|y| all[y * 512..][..512].iter().all(|&pixel| pixel == row(y))));
        let bytes = read.load(Ordering::Relaxed) - before;
        // The tiles, and the places of a row and a bit of them.
        assert!(bytes <= tiles * 4096 + (32 << 10), "{bytes} bytes read");
    }
}

#[test]
fn pages_without_places_of_strips_are_refused() {
    let data = file(
        &[0; 8],
        &[
            (256, SHORT, 1, 4),
            (257, SHORT, 1, 2),
            (258, SHORT, 1, 8),
            (262, SHORT, 1, 1),
        ],
    );
    let error = read(data).expect_err("no pixels");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

/// Compares every fixture whose name begins so with what the reference makes of it.
fn are_the_references(names: &[&str]) {
    for start in names {
        let start = format!("pixels_{start}");
        let files = files_in(&fixtures().join("tiff"));
        let mut found = 0;
        for path in files
            .iter()
            .filter(|path| name_of(path).starts_with(&start))
        {
            let name = name_of(path);
            let expected = fixtures().join(format!("expected/tiff/{name}.json"));
            let expected = std::fs::read_to_string(expected).expect("an answer");
            let expected: serde_json::Value = serde_json::from_str(&expected).expect("JSON");
            let image = read(std::fs::read(path).expect("a file")).expect(&name);
            let ours = described(&image);
            for key in ["shape", "dtype", "sha256"] {
                assert_eq!(ours[key], expected["series"][0][key], "{name} {key}");
            }
            found += 1;
        }
        assert!(found > 0, "no fixture {start}");
    }
}

// checklist: E-133
#[test]
fn compressions_are_undone_or_named() {
    are_the_references(&[
        "lzw_",
        "zlib_",
        "zstd_",
        "lzma_",
        "packbits_",
        "jpeg_",
        "uint8_plain",
    ]);
    are_the_references(&["webp_", "png_", "jpegxl_", "jpeg2000_", "lerc_", "fax_"]);
    // Deflate has a second number.
    let named = |data: &[u8], code: u16| {
        let entry = |code: u16| [259u16, 3, 1, 0, code].map(u16::to_le_bytes).concat();
        let at = data
            .windows(10)
            .position(|w| w == entry(8))
            .expect("Deflate");
        [&data[..at], &entry(code), &data[at + 10..]].concat()
    };
    let files = files_in(&fixtures().join("tiff"));
    let path = files
        .iter()
        .find(|path| name_of(path).starts_with("pixels_zlib_tiles"));
    let deflated = std::fs::read(path.expect("a file")).expect("a file");
    let other = read(named(&deflated, 32946)).expect("a page");
    assert_eq!(other, read(deflated).expect("a page"));
    let path = fixtures().join("bad/tiff/pixels_jpegxr.tif");
    let error = read(std::fs::read(path).expect("a file")).expect_err("no such codec");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("34934 (JPEG XR)"), "{error}");
}

// checklist: E-134
#[test]
fn differences_and_turned_bits_are_undone() {
    are_the_references(&[
        "uint8_be",
        "int64_be",
        "float16_be",
        "float64_be",
        "predictor_",
        "fill_order_",
    ]);
}

// checklist: E-135
#[test]
fn odd_depths_get_the_next_type() {
    are_the_references(&["bits_", "rgb565_", "bool_", "float24_", "complex_int"]);
}
