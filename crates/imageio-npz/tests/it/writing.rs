//! What is written, byte by byte, and what is refused.

use std::io::Read as _;

use imageio_core::{DType, ErrorKind, Images, Index, Metadata, Mode, NdImage, Options, Request};
use imageio_npz::NpzReader;

use crate::support::{archive, counted, open, written};

/// The first member of an archive, unpacked.
fn member(bytes: &[u8]) -> Vec<u8> {
    let number = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let start = 30 + number(26) + number(28);
    let mut data = Vec::new();
    if number(8) == 8 {
        let mut unpacked = flate2::read::DeflateDecoder::new(&bytes[start..]);
        unpacked.read_to_end(&mut data).expect("Deflate");
    } else {
        data.extend_from_slice(&bytes[start..]);
    }
    data
}

// checklist: E-309, E-310
#[test]
fn a_member_has_the_bytes_of_the_reference() {
    let image = NdImage::from_vec(&[2, 3], vec![0u8, 1, 2, 3, 4, 5]).expect("six");
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
    let mut expected = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    expected.extend_from_slice(format!("{text:117}\n").as_bytes());
    expected.extend_from_slice(&[0, 1, 2, 3, 4, 5]);
    assert_eq!(
        member(&archive(std::slice::from_ref(&image), true)),
        expected
    );
    assert!(member(&archive(std::slice::from_ref(&image), false)).starts_with(&expected));
    let alone = written(Images::from(&image), &Options::new(), ".npy").expect("an array");
    assert_eq!(alone, expected);
}

// checklist: E-309
#[test]
fn unequal_images_keep_their_order_and_lose_their_metadata() {
    let images = [
        counted(DType::U8, &[3, 4]),
        counted(DType::F64, &[2, 3, 4]),
        counted(DType::Bool, &[5]),
        counted(DType::C64, &[2, 2, 2, 2]),
        counted(DType::I16, &[1, 1]),
    ];
    let metadata = images.iter().map(|_| Metadata::from_iter([("name", "x")]));
    let given = Images::from(&images).metadata(metadata);
    let bytes = written(given, &Options::new(), ".npz").expect("an archive");
    let mut reader = NpzReader::open(Request::from(bytes)).expect("an archive");
    assert_eq!(
        reader.names(),
        ["arr_0", "arr_1", "arr_2", "arr_3", "arr_4"]
    );
    for (position, image) in images.iter().enumerate() {
        assert_eq!(reader.read(Index::At(position)).expect("an array"), *image);
        let metadata = reader.metadata(Index::At(position)).expect("metadata");
        assert_eq!(metadata.to_string(), format!("{{name: arr_{position}}}"));
    }
    let error = reader.read(Index::At(5)).expect_err("five arrays");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
}

// checklist: E-311
#[test]
fn a_volume_is_one_array_and_a_batch_is_several() {
    let volume = counted(DType::I16, &[256, 128, 128]);
    let bytes = written(Images::from(&volume), &Options::new(), ".npz").expect("an archive");
    for mode in ["ri", "rv", "r?"] {
        let mode: Mode = mode.parse().expect("a mode");
        let mut opened = open(bytes.clone(), mode, ".npz").expect("an archive");
        assert_eq!(
            opened
                .read(Index::Default, &Options::new())
                .expect("a volume"),
            volume
        );
    }
    let batch = counted(DType::I16, &[3, 4, 5]);
    let bytes = written(Images::batch(&batch), &Options::new(), ".npz").expect("an archive");
    let mut reader = NpzReader::open(Request::from(bytes)).expect("an archive");
    assert_eq!(reader.n_arrays(), 3);
    assert_eq!(reader.read(Index::All).expect("a stack"), batch);
}

#[test]
fn calls_append() {
    let images: Vec<_> = (1..13).map(|n| counted(DType::U8, &[n, 2])).collect();
    let mut target = open(Request::to_bytes(), Mode::WRITE, ".npz").expect("a target");
    for image in &images {
        target.write(image, &Options::new()).expect("an array");
    }
    let bytes = target.close().expect("an archive").into_bytes();
    let mut reader = NpzReader::open(Request::from(bytes.unwrap_or_default())).expect("an archive");
    for (position, image) in images.iter().enumerate() {
        assert_eq!(reader.read(Index::At(position)).expect("an array"), *image);
    }
}

#[test]
fn nothing_written_is_an_archive_without_arrays() {
    let target = open(Request::to_bytes(), Mode::WRITE, ".npz").expect("a target");
    let bytes = target
        .close()
        .expect("an archive")
        .into_bytes()
        .unwrap_or_default();
    assert_eq!((bytes.len(), &bytes[..4]), (22, &b"PK\x05\x06"[..]));
}

#[test]
fn an_npy_file_holds_one_array() {
    let image = counted(DType::U8, &[2, 3]);
    let two = [image.clone(), image.clone()];
    let error = written(Images::from(&two), &Options::new(), ".npy").expect_err("two images");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let named = Options::new().set("names", ["a"]);
    let error = written(Images::from(&image), &named, ".npy").expect_err("a name");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    let mut target = open(Request::to_bytes(), Mode::WRITE, ".npy").expect("a target");
    target.write(&image, &Options::new()).expect("an array");
    let error = target
        .write(&image, &Options::new())
        .expect_err("a second image");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
