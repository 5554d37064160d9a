//! Reading: tags, indices and kinds of files.

use imageio_core::{ErrorKind, Index, Metadata, Options, Request, Value, Window};
use imageio_swf::{SwfReadOptions, SwfReader, SwfWriteOptions};

use crate::support::{Swf, head, image, noise, open_read, write_bytes};

fn kind<T: std::fmt::Debug>(result: imageio_core::Result<T>) -> ErrorKind {
    result.expect_err("an error").kind()
}

// checklist: E-364, E-375, F-285, F-288
#[test]
fn the_signature_decides() {
    let bytes = write_bytes(&[noise(&[2, 3, 4])], SwfWriteOptions::new());
    assert!(SwfReader::open(bytes.clone()).is_ok());
    for other in [
        &b""[..],
        b"FW",
        b"fws\x08",
        b"some text that is no animation",
        &bytes[1..],
    ] {
        let error = SwfReader::open(other).expect_err("other bytes");
        assert_eq!(error.kind(), ErrorKind::NotThisFormat);
        assert!(error.message().contains("does not look like a SWF file"));
    }
    assert_eq!(kind(SwfReader::open(&bytes[..8])), ErrorKind::Corrupt);
}

// checklist: E-374, E-376, E-373
#[test]
fn indices_end_or_begin_again() {
    let frames: Vec<_> = (0..3u8)
        .map(|n| image(&[2, 3, 4], [n, 10, 20, 255]))
        .collect();
    let bytes = write_bytes(&frames, SwfWriteOptions::new());
    let requests = [
        Request::from(bytes.clone()),
        // A stream counts its images as a file does, though it must be read to its end for that.
        Request::from_reader(std::io::Cursor::new(bytes.clone())),
    ];
    for request in requests {
        let mut reader = SwfReader::open(request).expect("a file");
        let plain = SwfReadOptions::new();
        let around = plain.clone().r#loop(true);
        assert_eq!(
            kind(reader.read(Index::At(3), &plain)),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            kind(reader.metadata(Index::At(3), &plain)),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            reader.read(Index::At(1), &plain).expect("an image"),
            frames[1]
        );
        assert_eq!(
            reader.read(Index::At(5), &around).expect("an image"),
            frames[2]
        );
        assert_eq!(
            reader
                .properties(Index::At(7), &around)
                .expect("known")
                .shape,
            [2, 3, 4]
        );
        assert_eq!(reader.read_next(3, &around).expect("the end"), None);
        assert_eq!(
            reader.read(Index::Default, &plain).expect("an image"),
            frames[0]
        );
        assert_eq!(
            reader.metadata(Index::All, &plain).expect("none"),
            Metadata::new()
        );
    }
    let mut opened = open_read(bytes, Options::new().set("loop", true));
    assert_eq!(
        opened.read(4, &Options::new()).expect("an image"),
        frames[1]
    );
    let call = Options::new().set("loop", false);
    assert_eq!(kind(opened.read(4, &call)), ErrorKind::OutOfRange);
    let none = Swf::new()
        .open()
        .read(Index::At(0), &SwfReadOptions::new().r#loop(true));
    assert_eq!(kind(none), ErrorKind::OutOfRange);
}

// checklist: E-366, E-367, E-371
#[test]
fn heads_of_tags_are_long_or_short_and_rectangles_of_any_width() {
    let body = [
        &[1, 0][..],
        &head(5, 1, 1),
        &crate::support::zlib(&[9, 1, 2, 3]),
    ]
    .concat();
    assert!(body.len() < 63);
    let expected = image(&[1, 1, 4], [1, 2, 3, 9]);
    let mut reader = Swf::new()
        .tag(36, &body)
        .tag(1, &[])
        .long_tag(36, &body)
        .long_tag(1, &[])
        .open();
    for position in 0..2 {
        let read = reader.read(Index::At(position), &SwfReadOptions::new());
        assert_eq!(read.expect("an image"), expected);
    }
    // 31 bits each: 5 + 124 bits are 17 bytes.
    let plain = Swf::new().tag(36, &body).bytes();
    let wide = [&plain[..8], &[31 << 3], &[0; 16], &plain[13..]].concat();
    let mut reader = SwfReader::open(wide).expect("a file");
    assert_eq!(
        reader
            .read(Index::At(0), &SwfReadOptions::new())
            .expect("an image"),
        expected
    );
}

// checklist: E-368
#[test]
fn sprites_and_what_follows_the_end_do_not_count() {
    let inner = Swf::new().bitmap(36, &head(5, 1, 1), &[1; 4]).bytes();
    let bytes = Swf::new()
        .tag(39, &inner[17..])
        .bitmap(36, &head(5, 2, 1), &[7; 8])
        .tag(0, &[])
        .bitmap(36, &head(5, 1, 1), &[1; 4]);
    let mut reader = bytes.open();
    let known = reader
        .properties(Index::All, &SwfReadOptions::new())
        .expect("one image");
    assert_eq!(known.shape, [1, 1, 2, 4]);
}

// checklist: E-372
#[test]
fn a_bitmap_of_an_unknown_format_is_named_and_left_out() {
    let bytes = Swf::new()
        .bitmap(36, &head(7, 1, 1), &[1; 4])
        .bitmap(36, &head(4, 1, 1), &[1; 4])
        .tag(20, &[1])
        .bitmap(20, &head(5, 1, 1), &[0, 1, 2, 3])
        .bytes();
    let request = Request::from(bytes);
    let mut reader = SwfReader::open(&request).expect("a file");
    let all = reader
        .read(Index::All, &SwfReadOptions::new())
        .expect("one image");
    assert_eq!(all, image(&[1, 1, 1, 3], [1, 2, 3]));
    let warnings = request.warnings();
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[0].contains("no known format"));
}

#[test]
fn the_three_packings_read_alike() {
    let file = (0..4u8).fold(Swf::new(), |file, n| {
        file.bitmap(
            36,
            &head(5, 40, 30),
            &noise(&[4800 + usize::from(n)]).as_bytes()[usize::from(n)..],
        )
    });
    let options = SwfReadOptions::new();
    let plain = file
        .clone()
        .open()
        .read(Index::All, &options)
        .expect("images");
    assert_eq!(plain.shape(), [4, 30, 40, 4]);
    for bytes in [file.clone().deflated(), file.packed()] {
        let mut reader = SwfReader::open(bytes).expect("a file");
        // Going back begins again.
        for position in [3, 1, 2, 0] {
            let image = reader
                .read(Index::At(position), &options)
                .expect("an image");
            assert_eq!(image, plain.frame(position).expect("an image"));
        }
        assert_eq!(reader.read(Index::All, &options).expect("images"), plain);
    }
}

#[test]
fn images_of_several_shapes_do_not_stack() {
    let bytes = write_bytes(&[noise(&[2, 3]), noise(&[2, 4])], SwfWriteOptions::new());
    let mut reader = SwfReader::open(bytes).expect("a file");
    let error = reader
        .read(Index::All, &SwfReadOptions::new())
        .expect_err("two shapes");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.message().starts_with("image 1 is of shape [2, 4, 4]"),
        "{error}"
    );
    assert_eq!(
        reader
            .read(Index::At(1), &SwfReadOptions::new())
            .expect("an image")
            .shape(),
        [2, 4, 4]
    );
}

#[test]
fn windows_are_the_same_part_of_the_whole() {
    let options = SwfReadOptions::new();
    let fixture = |name: &str| crate::support::fixtures().join("swf").join(name);
    for name in [
        "three_frames.swf",
        "rgb32.swf",
        "rgb15.swf",
        "palette.swf",
        "palette_alpha.swf",
        "jpeg_2.swf",
        "jpeg_2_gray.swf",
        "jpeg_4.swf",
    ] {
        let mut reader = SwfReader::open(fixture(name)).expect(name);
        let whole = reader.read(Index::All, &options).expect(name);
        let [count, height, width, channels] = *whole.shape() else {
            panic!("{name}")
        };
        for ranges in [
            [0..count, 0..height, 0..width, 0..channels],
            [0..1, 2..5, 0..width, 0..channels],
            [count - 1..count, 1..height, 3..5, 0..channels],
            [0..count, 3..3, 0..2, 0..channels],
            [0..count, 0..2, 4..6, 1..2],
        ] {
            let window = Window::new(ranges.clone());
            let part = reader
                .read_window(Index::All, &window, &options)
                .expect(name);
            assert_eq!(
                part,
                whole.crop(&ranges).expect(name).to_contiguous(),
                "{name} {ranges:?}"
            );
        }
    }
}

#[test]
fn a_default_read_says_that_nothing_was_changed() {
    let bytes = write_bytes(&[noise(&[2, 3, 4])], SwfWriteOptions::new());
    let mut opened = open_read(bytes, Options::new());
    opened.read(0, &Options::new()).expect("an image");
    assert!(opened.applied().is_empty());
    opened
        .read(0, &Options::new().set("premultiplied", Value::from(true)))
        .expect("an image");
    assert!(opened.applied().alpha);
}
