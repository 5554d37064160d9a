//! From and to any kind of resource.

use std::io::Cursor;

use imageio_core::{DType, ErrorKind, Index, Mode, Options, Request};
use imageio_npz::{NpzReader, PLUGIN};

use crate::support::{archive, counted, fixtures, open};

/// A reader that cannot seek and gives little at a time.
struct Drip(Cursor<Vec<u8>>);

impl std::io::Read for Drip {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let len = buf.len().min(1000);
        self.0.read(&mut buf[..len])
    }
}

#[test]
fn streams_readers_bytes_and_paths_give_the_same() {
    let image = counted(DType::I32, &[30, 40]);
    let folder = tempfile::tempdir().expect("a folder");
    for (bytes, name) in [
        (archive(std::slice::from_ref(&image), true), "it.npz"),
        (archive(std::slice::from_ref(&image), false), "it.npz"),
        (image.to_npy(), "it.npy"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).expect("a file");
        let mut shifted = Cursor::new([b"before", bytes.as_slice()].concat());
        shifted.set_position(6);
        for request in [
            Request::from(bytes.clone()),
            Request::from(path.as_path()),
            Request::from_seekable(shifted),
            Request::from_reader(Drip(Cursor::new(bytes))),
        ] {
            let mut reader = NpzReader::open(request).expect("an array");
            assert_eq!(reader.read(Index::Default).expect("an array"), image);
        }
    }
}

// checklist: E-304, F-213
#[test]
fn the_plugin_is_chosen_by_extension_and_content() {
    assert_eq!(PLUGIN.name(), "NPZ");
    assert_eq!(
        (PLUGIN.readable(), PLUGIN.writable()),
        (PLUGIN.writable(), PLUGIN.readable())
    );
    assert!(PLUGIN.readable().contains(&".npz"));
    assert_eq!(PLUGIN.v2_modes(), "iIvV");
    let image = counted(DType::U8, &[3, 4]);
    for bytes in [archive(std::slice::from_ref(&image), true), image.to_npy()] {
        assert!(NpzReader::recognises(&Request::from(bytes)).expect("bytes"));
    }
    let png = fixtures().join("png/rgb8.png");
    let png = if png.exists() {
        Request::from(png)
    } else {
        Request::from(b"\x89PNG\r\n\x1a\n and so on")
    };
    assert!(!NpzReader::recognises(&png).expect("bytes"));
    let error = NpzReader::open(png).expect_err("no array");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    // Another archive is left to others.
    let mut other = archive(&[image], true);
    let places: Vec<usize> = (0..other.len() - 4)
        .filter(|&at| &other[at..at + 4] == b".npy")
        .collect();
    for at in places {
        other[at..at + 4].copy_from_slice(b".txt");
    }
    assert!(!NpzReader::recognises(&Request::from(other.clone())).expect("bytes"));
    let error = NpzReader::open(Request::from(other)).expect_err("no arrays");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
}

#[test]
fn writers_and_files_get_what_memory_gets() {
    let image = counted(DType::U16, &[10, 12]);
    let folder = tempfile::tempdir().expect("a folder");
    for extension in [".npz", ".npy"] {
        let write = |request: Request| {
            let mut target = open(request, Mode::WRITE, extension).expect("a target");
            target.write(&image, &Options::new()).expect("an array");
            target.close().expect("a file")
        };
        let memory = write(Request::to_bytes()).into_bytes().expect("bytes");
        let path = folder.path().join(format!("it{extension}"));
        write(Request::from(path.as_path()));
        assert_eq!(std::fs::read(&path).expect("a file"), memory);
        let writer = write(Request::from_writer(Cursor::new(Vec::new())));
        let writer: Cursor<Vec<u8>> = writer.into_writer().expect("the writer");
        assert_eq!(writer.into_inner(), memory);
        let mut reader = NpzReader::open(Request::from(memory)).expect("an array");
        assert_eq!(reader.read(Index::Default).expect("an array"), image);
    }
}
