//! Files that lie: every error is clear, and nothing takes more than it may.

use imageio_core::{ErrorKind, Index, Limits, Request};
use imageio_dicom::{DicomReadOptions, DicomReader, Tags};

use crate::support::{Dcm, files_in, fixtures, name_of};

/// Reads whatever can be read of these bytes; gives the kind of error.
fn try_all(bytes: Vec<u8>) -> Result<(), ErrorKind> {
    let request = Request::from(bytes).with_limits(Limits::new().bytes(64 << 20));
    let options = DicomReadOptions::new();
    let mut reader = DicomReader::open(request).map_err(|error| error.kind())?;
    drop(reader.metadata(Index::Default, false, &options.clone().tags(Tags::All)));
    drop(reader.properties(Index::All, &options));
    reader
        .read(Index::Default, &options)
        .map(drop)
        .map_err(|error| error.kind())
}

#[test]
fn cut_and_bent_files_are_errors_or_images() {
    let (mut tried, mut refused) = (0, 0);
    for path in files_in(&fixtures().join("dicom")) {
        let whole = std::fs::read(&path).expect("a fixture");
        for len in (0..whole.len()).step_by(7) {
            tried += 1;
            refused += usize::from(try_all(whole[..len].to_vec()).is_err());
        }
        for at in (132..whole.len()).step_by(3) {
            let mut bent = whole.clone();
            bent[at] ^= 1 << (at * 5 % 8);
            tried += 1;
            refused += usize::from(try_all(bent).is_err());
        }
    }
    println!("{tried} cut or bent files, {refused} of them refused");
    assert!(tried > 10_000 && refused > 500);
}

#[test]
fn bad_fixtures_are_refused_as_the_manifest_says() {
    for path in files_in(&fixtures().join("bad/dicom")) {
        let name = name_of(&path);
        let kind = try_all(std::fs::read(&path).expect("a fixture")).expect_err(&name);
        let allowed: &[ErrorKind] = match name.as_str() {
            "report.dcm" | "bits_12.dcm" | "video.dcm" => &[ErrorKind::Unsupported],
            "header_only.dcm" => &[ErrorKind::Unsupported, ErrorKind::Corrupt],
            "huge.dcm" => &[ErrorKind::LimitExceeded, ErrorKind::Corrupt],
            _ => &[ErrorKind::Corrupt],
        };
        assert!(allowed.contains(&kind), "{name}: {kind:?}");
    }
}

#[test]
fn lengths_that_lie_take_no_memory() {
    // A text of 4 GB in a file of 1 KB, kept because everything is asked for.
    let dcm = Dcm::new();
    let mut bytes = dcm.meta();
    bytes.extend([0x08, 0, 0x70, 0, b'U', b'T', 0, 0, 0xf0, 0xff, 0xff, 0xff]);
    bytes.extend(dcm.data_set());
    let request = Request::from(bytes);
    let mut reader = DicomReader::open(&request).expect("a header");
    let metadata = reader.metadata(
        Index::Default,
        false,
        &DicomReadOptions::new().tags(Tags::All),
    );
    assert!(metadata.is_ok());
    assert!(
        reader
            .read(Index::Default, &DicomReadOptions::new())
            .is_err()
    );
    reader.check(&DicomReadOptions::new()).expect("forgiven");
    assert!(
        request.warnings()[0].contains("the file ends inside the value of (0008,0070)"),
        "{:?}",
        request.warnings()
    );
}

#[test]
fn budgets_count_for_stacks_and_frames() {
    let frames = Dcm::new()
        .text(0x0028_0008, b"IS", "2")
        .short(0x0028_0010, 1)
        .bytes();
    for limits in [Limits::new().frames(1), Limits::new().pixels(2)] {
        let request = Request::from(frames.clone()).with_limits(limits);
        let error = DicomReader::open(request)
            .expect("a header")
            .read(Index::Default, &DicomReadOptions::new());
        assert_eq!(
            error.expect_err("over budget").kind(),
            ErrorKind::LimitExceeded
        );
    }
    let large = Dcm::new().short(0x0028_0010, 1000).short(0x0028_0011, 1000);
    let request = Request::from(large.bytes()).with_limits(Limits::new().bytes(100_000));
    let error = DicomReader::open(request)
        .expect("a header")
        .read(Index::Default, &DicomReadOptions::new());
    assert_eq!(
        error.expect_err("over budget").kind(),
        ErrorKind::LimitExceeded
    );
}
