//! The same from bytes, streams and archives.

use imageio_core::{ImageMode, Index, Mode, Request};
use imageio_dicom::{DicomReadOptions, DicomReader};

use crate::support::{Dcm, fixture};

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
