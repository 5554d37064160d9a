//! Shapes, types, spacing and values.

use imageio_core::{DType, ErrorKind, Index, Spacing};
use imageio_dicom::{DicomReadOptions, DicomReader};

use crate::support::{Dcm, fixture, json, shorts};

fn options() -> DicomReadOptions {
    DicomReadOptions::new()
}

// checklist: E-207, E-208
#[test]
fn samples_are_the_last_axis_and_frames_the_first() {
    for (name, shape) in [
        ("uint16.dcm", &[5, 7][..]),
        ("frames16.dcm", &[3, 5, 7]),
        ("rgb.dcm", &[8, 10, 3]),
        ("rgb_planes.dcm", &[8, 10, 3]),
        ("rgb16.dcm", &[8, 10, 3]),
    ] {
        let mut reader = DicomReader::open(fixture(name)).expect(name);
        assert_eq!(
            reader
                .properties(Index::Default, &options())
                .expect(name)
                .shape,
            shape,
            "{name}"
        );
        assert_eq!(
            reader.read(Index::Default, &options()).expect(name).shape(),
            shape,
            "{name}"
        );
    }
}

// checklist: E-207, E-215, E-211, F-133
#[test]
fn a_report_says_that_it_is_one_and_still_tells_its_metadata() {
    let report =
        Dcm::new()
            .without(0x7fe0_0010)
            .without(0x0028_0002)
            .text(0x0008_0060, b"CS", "SR");
    let mut reader = report.open();
    let error = reader
        .read(Index::Default, &options())
        .expect_err("a report");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.message().contains("SamplesPerPixel") && error.message().contains("report"),
        "{error}"
    );
    let metadata = json(
        &reader
            .metadata(Index::Default, false, &options())
            .expect("metadata"),
    );
    assert_eq!(metadata["Modality"], "SR");
    let empty = Dcm::new()
        .without(0x7fe0_0010)
        .open()
        .read(Index::Default, &options());
    assert_eq!(
        empty.expect_err("no pixels").message(),
        "a DICOM file without pixels"
    );
}

// checklist: E-209
#[test]
fn sampling_has_a_number_for_each_axis_of_space() {
    let sampling = |dcm: &Dcm| {
        let metadata = dcm
            .open()
            .metadata(Index::Default, false, &options())
            .expect("metadata");
        json(&metadata)["sampling"].clone()
    };
    let plain = Dcm::new();
    assert_eq!(sampling(&plain), serde_json::json!([1.0, 1.0]));
    let told = plain
        .text(0x0028_0030, b"DS", "0.75\\0.5")
        .text(0x0018_0088, b"DS", "-2.5");
    assert_eq!(sampling(&told), serde_json::json!([0.75, 0.5]));
    let frames = told
        .clone()
        .text(0x0028_0008, b"IS", "2")
        .short(0x0028_0010, 1);
    assert_eq!(sampling(&frames), serde_json::json!([2.5, 0.75, 0.5]));
    let known = frames
        .open()
        .properties(Index::Default, &options())
        .expect("properties");
    assert_eq!(
        known.spacing,
        Some([2.5, 0.75, 0.5].map(Spacing::Uniform).to_vec())
    );
    assert_eq!(known.axes.as_deref(), Some("ZYX"));
    let enhanced = DicomReader::open(fixture("enhanced.dcm"))
        .expect("a fixture")
        .properties(Index::Default, &options());
    assert_eq!(
        enhanced.expect("properties").spacing,
        Some([1.5, 0.25, 0.125].map(Spacing::Uniform).to_vec())
    );
}

// checklist: E-210
#[test]
fn bits_that_are_not_stored_are_not_masked() {
    let dcm = Dcm::new()
        .short(0x0028_0101, 12)
        .put(0x7fe0_0010, b"OW", [0xff; 12]);
    assert_eq!(shorts(&dcm.read()), [0xffff; 6]);
    let signed = Dcm::new()
        .short(0x0028_0103, 1)
        .put(0x7fe0_0010, b"OW", [0xff; 12])
        .read();
    assert_eq!(signed.into_vec::<i16>().expect("int16"), [-1; 6]);
}

fn rescaled(stored: u16, slope: Option<&str>, intercept: Option<&str>) -> Dcm {
    let mut dcm = Dcm::new().short(0x0028_0101, stored);
    if let Some(slope) = slope {
        dcm = dcm.text(0x0028_1053, b"DS", slope);
    }
    if let Some(intercept) = intercept {
        dcm = dcm.text(0x0028_1052, b"DS", intercept);
    }
    dcm
}

// checklist: E-212, E-213, E-214, E-215
#[test]
fn values_come_in_a_type_that_holds_all_that_the_stored_bits_can_be() {
    for (stored, slope, intercept, dtype) in [
        (16, None, None, DType::U16),
        (16, Some("1"), Some("0"), DType::U16),
        (12, Some("1"), Some("-1024"), DType::I16),
        (16, Some("1"), Some("-1024"), DType::I32),
        (12, Some("2"), Some("0"), DType::U16),
        (16, Some("2"), None, DType::U32),
        (7, Some("1"), Some("-1"), DType::I8),
        (8, Some("1"), Some("-1"), DType::I16),
        (12, Some("0.5"), Some("0"), DType::F32),
        (12, None, Some("0.25"), DType::F32),
    ] {
        let mut reader = rescaled(stored, slope, intercept).open();
        let known = reader
            .properties(Index::Default, &options())
            .expect("properties");
        let image = reader.read(Index::Default, &options()).expect("an image");
        assert_eq!(
            (known.dtype, image.dtype()),
            (dtype, dtype),
            "{stored} {slope:?} {intercept:?}"
        );
        let slope: f64 = slope.map_or(1.0, |text| text.parse().expect("a number"));
        let intercept: f64 = intercept.map_or(0.0, |text| text.parse().expect("a number"));
        let values = image.cast(DType::F64).into_vec::<f64>().expect("floats");
        let expected: Vec<f64> = (0..6).map(|at| f64::from(at) * slope + intercept).collect();
        assert_eq!(values, expected);
    }
}

#[test]
fn values_beyond_the_stored_bits_become_the_nearest_with_a_warning() {
    let dcm = rescaled(12, Some("1"), Some("-1024")).put(
        0x7fe0_0010,
        b"OW",
        [0, 0, 0xff, 0xff, 0, 0x80, 0, 0, 0, 0, 0, 0],
    );
    let request = imageio_core::Request::from(dcm.bytes());
    let mut reader = DicomReader::open(&request).expect("a file");
    let image = reader.read(Index::Default, &options()).expect("an image");
    assert_eq!(
        image.into_vec::<i16>().expect("int16"),
        [-1024, 32_767, 31_744, -1024, -1024, -1024]
    );
    assert_eq!(request.warnings().len(), 1);
}

#[test]
fn rescaling_is_left_out_of_metadata_where_it_was_applied() {
    let mut reader = rescaled(12, Some("1"), Some("-1024")).open();
    let has = |reader: &mut DicomReader, exclude, options| {
        let metadata = reader
            .metadata(Index::Default, exclude, &options)
            .expect("metadata");
        metadata.contains_key("RescaleIntercept")
    };
    assert!(has(&mut reader, false, options()));
    assert!(!has(&mut reader, true, options()));
    assert!(has(&mut reader, true, options().rescale(false)));
}

#[test]
fn doses_tell_the_distances_between_their_frames() {
    let dose = Dcm::new()
        .text(0x0028_0008, b"IS", "3")
        .short(0x0028_0010, 1)
        .short(0x0028_0011, 2);
    let even = dose
        .clone()
        .text(0x3004_000c, b"DS", "0\\2\\4")
        .open()
        .properties(Index::Default, &options());
    assert_eq!(
        even.expect("properties").spacing.expect("spacing")[0],
        Spacing::Uniform(2.0)
    );
    let uneven = dose
        .text(0x3004_000c, b"DS", "0\\2\\5")
        .open()
        .properties(Index::Default, &options());
    assert_eq!(
        uneven.expect("properties").spacing.expect("spacing")[0],
        Spacing::Distances(vec![2.0, 3.0])
    );
}
