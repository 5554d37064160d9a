//! The same from bytes, streams and archives.

use imageio_core::{ErrorKind, ImageMode, Index, Mode, OpenArgs, Options, Request, imopen};
use imageio_dicom::{DicomReadOptions, DicomReader};

use crate::support::{Dcm, Folder, fixture};

#[test]
fn bytes_and_streams_read_as_files_do() {
    let options = DicomReadOptions::new();
    for name in [
        "frames16.dcm",
        "deflated.dcm",
        "jpeg2000.dcm",
        "rgb_planes.dcm",
    ] {
        let path = fixture(name);
        let expected = DicomReader::open(&path)
            .expect(name)
            .read(Index::Default, &options)
            .expect(name);
        let bytes = std::fs::read(&path).expect(name);
        let stream = Request::from_reader(std::io::Cursor::new(bytes.clone()));
        let seekable = Request::from_seekable(std::io::Cursor::new(bytes.clone()));
        for request in [Request::from(bytes), stream, seekable] {
            let image = DicomReader::open(request)
                .expect(name)
                .read(Index::Default, &options)
                .expect(name);
            assert_eq!(image, expected, "{name}");
        }
    }
}

#[test]
fn what_lies_in_no_folder_is_a_series_alone() {
    let request = Request::from(Dcm::slice("1", 1, 0.0).bytes())
        .mode(Mode::READ.images(ImageMode::MultiVolume));
    let mut reader = DicomReader::open(request).expect("bytes");
    let options = DicomReadOptions::new();
    assert_eq!(
        reader
            .read(Index::At(0), &options)
            .expect("an image")
            .shape(),
        [2, 3]
    );
    assert_eq!(reader.read_next(1, &options).expect("the end"), None);
}

// checklist: E-174, F-133
#[test]
fn folders_are_opened_by_name_and_files_by_their_content() {
    let folder = Folder::new("by_name", &[("a.bin", Dcm::new().bytes())]);
    let unnamed = imopen(folder.0.as_path(), OpenArgs::new()).expect_err("a folder");
    assert_ne!(unnamed.kind(), ErrorKind::Io, "{unnamed}");
    assert!(unnamed.to_string().contains("DICOM"), "{unnamed}");
    let mut named = imopen(folder.0.as_path(), OpenArgs::new().plugin("DICOM")).expect("by name");
    let image = named
        .read(Index::Default, &Options::new())
        .expect("an image");
    assert_eq!(image.shape(), [2, 3]);
    let file = imopen(folder.0.join("a.bin").as_path(), OpenArgs::new()).expect("by content");
    assert_eq!(file.plugin().name(), "DICOM");
    let mut wrong = Dcm::new().bytes();
    wrong[128] = b'X';
    assert!(imopen(wrong, OpenArgs::new()).is_err());
}
