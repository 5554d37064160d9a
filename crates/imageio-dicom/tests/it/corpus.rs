//! Real files, in the folder that `IMAGEIO_CORPUS` names.

use std::collections::BTreeMap;
use std::path::PathBuf;

use imageio_core::{DType, ErrorKind, Index, Request};
use imageio_dicom::{DicomReadOptions, DicomReader, Tags};

use crate::support::{files_in, name_of};

fn corpus(folder: &str) -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: real DICOM files are not tried");
        return None;
    };
    Some(PathBuf::from(corpus).join(folder))
}

// checklist: E-215
#[test]
fn real_files_are_read() {
    let Some(folder) = corpus("dicom") else {
        return;
    };
    let options = DicomReadOptions::new();
    let mut counts = BTreeMap::new();
    let files = files_in(&folder);
    for path in &files {
        let mut reader =
            DicomReader::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        reader
            .metadata(Index::Default, false, &options.clone().tags(Tags::All))
            .expect("metadata");
        let outcome = match reader.read(Index::Default, &options) {
            Ok(image) => {
                let known = reader
                    .properties(Index::Default, &options)
                    .expect("properties");
                assert_eq!(
                    (known.shape.as_slice(), known.dtype),
                    (image.shape(), image.dtype())
                );
                "read".to_owned()
            }
            Err(error) => format!("{:?}", error.kind()),
        };
        *counts.entry(outcome).or_insert(0) += 1;
    }
    println!("{} real files: {counts:?}", files.len());
    assert!(counts["read"] >= 99, "{counts:?}");
    for (name, dtype) in [
        ("dicom_file03.dcm", DType::U8),
        ("dicom_file04.dcm", DType::U8),
        ("dicom_file90.dcm", DType::U16),
    ] {
        let path = files.iter().find(|path| name_of(path) == name).expect(name);
        let image = DicomReader::open(path)
            .expect(name)
            .read(Index::Default, &options)
            .expect(name);
        assert_eq!(image.dtype(), dtype, "{name}");
    }
}

#[test]
fn hostile_files_end_well() {
    let Some(folder) = corpus("../hostile/dicom") else {
        return;
    };
    let mut counts = BTreeMap::new();
    for path in files_in(&folder) {
        let request = Request::from(path.as_path());
        let outcome = DicomReader::open(request).and_then(|mut reader| {
            drop(reader.metadata(Index::All, false, &DicomReadOptions::new().tags(Tags::All)));
            reader.read(Index::Default, &DicomReadOptions::new())
        });
        let kind =
            outcome.map_or_else(|error| format!("{:?}", error.kind()), |_| "read".to_owned());
        assert_ne!(kind, format!("{:?}", ErrorKind::Io), "{}", path.display());
        *counts.entry(kind).or_insert(0) += 1;
    }
    println!("hostile files: {counts:?}");
}
