//! What options and kinds of images do in writing.

use imageio_core::{DType, ErrorKind, Images, Index, NdImage, Options, image_as_uint};
use imageio_swf::{PLUGIN, SwfReadOptions, SwfReader, SwfWriteOptions};

use crate::support::{image, noise, open_with, write_bytes};

fn read_all(bytes: Vec<u8>) -> Vec<NdImage> {
    let mut reader = SwfReader::open(bytes).expect("a file");
    let options = SwfReadOptions::new();
    (0..)
        .map_while(|n| reader.read_next(n, &options).expect("an image"))
        .collect()
}

// checklist: E-358, E-363
#[test]
fn the_card_says_what_it_takes() {
    assert_eq!((PLUGIN.name(), PLUGIN.v2_modes()), ("SWF", "I"));
    assert_eq!(
        (PLUGIN.readable(), PLUGIN.writable()),
        (&[".swf"][..], &[".swf"][..])
    );
    let usual = SwfWriteOptions::new();
    assert_eq!(
        (usual.fps, usual.r#loop, usual.html, usual.compress),
        (12, true, false, false)
    );
    let image = noise(&[2, 3]);
    let mut with = open_with(".swf", Options::new());
    let metadata = [("author", 1)]
        .into_iter()
        .collect::<imageio_core::Metadata>();
    with.write(Images::single(&image).metadata([metadata]), &Options::new())
        .expect("a write");
    let with = with.close().expect("a commit").into_bytes().expect("bytes");
    assert_eq!(with, write_bytes(&[image], usual));
}

// checklist: E-357
#[test]
fn a_rate_has_one_byte() {
    for fps in [0, 1, 255] {
        let bytes = write_bytes(&[noise(&[2, 3])], SwfWriteOptions::new().fps(fps));
        assert_eq!(bytes[13..15], [0, fps]);
    }
    let mut resource = open_with(".swf", Options::new());
    let error = resource
        .write(&noise(&[2, 3]), &Options::new().set("fps", 256))
        .expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.message().contains("256 does not fit"), "{error}");
}

// checklist: E-361, E-347, E-369, F-290
#[test]
fn every_type_becomes_rgba_of_eight_bits() {
    let types = [
        DType::U8,
        DType::U16,
        DType::U32,
        DType::U64,
        DType::I8,
        DType::I16,
        DType::I32,
        DType::I64,
        DType::F16,
        DType::F32,
        DType::F64,
    ];
    for dtype in types {
        for shape in [&[10, 12][..], &[10, 12, 1], &[10, 12, 3]] {
            let source = noise(shape).cast(dtype);
            let eight = image_as_uint(&source, 8).expect("numbers");
            let bytes = write_bytes(&[source], SwfWriteOptions::new());
            let [back] = read_all(bytes).try_into().expect("one image");
            assert_eq!((back.shape(), back.dtype()), (&[10, 12, 4][..], DType::U8));
            let channels = shape.get(2).copied().unwrap_or(1);
            let eight = eight.as_bytes().into_owned();
            let expected: Vec<u8> = eight
                .chunks(channels)
                .flat_map(|pixel| [pixel[0], pixel[channels / 2], pixel[channels - 1], 255])
                .collect();
            assert_eq!(back.as_bytes(), expected, "{dtype} {shape:?}");
        }
    }
}

// checklist: E-361
#[test]
fn other_shapes_are_refused_before_anything_is_written() {
    for shape in [
        &[5][..],
        &[2, 3, 2],
        &[2, 3, 4, 4, 4],
        &[0, 3],
        &[1, 65_536],
    ] {
        let mut resource = open_with(".swf", Options::new());
        let good = noise(&[2, 3]);
        let odd = NdImage::from_vec(shape, vec![0u8; shape.iter().product()]).expect("an array");
        let error = resource
            .write(&[good, odd], &Options::new())
            .expect_err("no image");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{shape:?}");
        let bytes = resource
            .close()
            .expect("a commit")
            .into_bytes()
            .expect("bytes");
        assert_eq!(bytes.len(), 39, "{shape:?}");
    }
}

// checklist: E-355, F-286
#[test]
fn what_is_written_is_read_again() {
    let frames: Vec<_> = (0..10u8)
        .map(|n| {
            image(
                &[45, 67, 4],
                (0..=n).map(|m| m.wrapping_mul(29)).chain(3..200),
            )
        })
        .collect();
    for compress in [false, true] {
        let bytes = write_bytes(&frames, SwfWriteOptions::new().compress(compress));
        assert_eq!(&bytes[..3], if compress { b"CWS" } else { b"FWS" });
        assert_eq!(read_all(bytes), frames);
    }
}

// checklist: E-355
#[test]
fn alpha_is_kept_as_it_is_or_multiplied() {
    let source = image(
        &[1, 3, 4],
        [200, 100, 51, 0, 200, 100, 50, 128, 10, 20, 30, 255],
    );
    let plain = write_bytes(std::slice::from_ref(&source), SwfWriteOptions::new());
    assert_eq!(read_all(plain), std::slice::from_ref(&source));
    let multiplied = write_bytes(&[source], SwfWriteOptions::new().premultiplied(true));
    let stored = image(&[1, 3, 4], [0, 0, 0, 0, 100, 50, 25, 128, 10, 20, 30, 255]);
    assert_eq!(read_all(multiplied.clone()), [stored]);
    let mut reader = SwfReader::open(multiplied).expect("a file");
    let divided = reader
        .read(Index::At(0), &SwfReadOptions::new().premultiplied(true))
        .expect("an image");
    assert_eq!(
        divided,
        image(&[1, 3, 4], [0, 0, 0, 0, 199, 100, 50, 128, 10, 20, 30, 255])
    );
}

#[test]
fn an_array_is_a_batch_where_it_has_an_axis_more() {
    for (shape, count) in [
        (&[5, 6][..], 1),
        (&[5, 6, 3], 1),
        (&[5, 6, 7], 5),
        (&[2, 5, 6, 3], 2),
    ] {
        let mut resource = open_with(".swf", Options::new());
        resource
            .write(&noise(shape), &Options::new())
            .expect("a write");
        let bytes = resource
            .close()
            .expect("a commit")
            .into_bytes()
            .expect("bytes");
        assert_eq!(read_all(bytes).len(), count, "{shape:?}");
    }
}

// checklist: E-362
#[test]
fn the_first_image_gives_the_size_that_players_show() {
    let bytes = write_bytes(&[noise(&[2, 3]), noise(&[40, 50])], SwfWriteOptions::new());
    assert_eq!(bytes[8..13], [0x38, 0x07, 0x80, 0x14, 0x00]);
    assert_eq!(read_all(bytes)[1].shape(), [40, 50, 4]);
}

// checklist: E-354
#[test]
fn numbers_of_characters_run_out() {
    let one = noise(&[1, 1]);
    let many = vec![one.clone(); 32_767];
    let mut resource = open_with(".swf", Options::new());
    resource
        .write(&many, &Options::new())
        .expect("as many as there are numbers");
    let error = resource
        .write(&one, &Options::new())
        .expect_err("one too many");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("32767"), "{error}");
    let bytes = resource
        .close()
        .expect("a commit")
        .into_bytes()
        .expect("bytes");
    assert_eq!(bytes[14..16], 32_767u16.to_le_bytes());
}

// Edges have at most 65,535 twips, which the reference refuses to write more of.
#[test]
fn wide_images_are_written_in_several_edges() {
    let wide = noise(&[1, 10_000]);
    let bytes = write_bytes(&[wide], SwfWriteOptions::new());
    assert_eq!(read_all(bytes)[0].shape(), [1, 10_000, 4]);
}
