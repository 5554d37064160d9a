//! Metadata: Python's names and values, and all the rest on request.

use imageio_core::{ImageMode, Index, Value};
use imageio_dicom::{DicomReadOptions, DicomReader, Tags};
use serde_json::{Value as Json, json};

use crate::support::{Dcm, Folder, Vr, element, fixture, json};

fn of(dcm: &Dcm, options: &DicomReadOptions) -> Json {
    json(
        &dcm.open()
            .metadata(Index::Default, false, options)
            .expect("metadata"),
    )
}

fn of_fixture(name: &str, options: &DicomReadOptions) -> Json {
    let mut reader = DicomReader::open(fixture(name)).expect(name);
    json(&reader.metadata(Index::Default, false, options).expect(name))
}

/// Every element of the default metadata: tag, name, type in the file, text, and what it becomes.
#[expect(clippy::too_many_lines, reason = "a table")]
fn usual() -> Vec<(u32, &'static str, &'static [u8; 2], &'static str, Json)> {
    let mut rows: Vec<(u32, &str, &[u8; 2], &str, Json)> = vec![
        (0x0008_0016, "SOPClassUID", b"UI", "1.2", json!("1.2")),
        (0x0008_0018, "SOPInstanceUID", b"UI", "1.3", json!("1.3")),
        (0x0008_0117, "ContextUID", b"UI", "1.4", json!("1.4")),
        (0x0020_000d, "StudyInstanceUID", b"UI", "1.5", json!("1.5")),
        (0x0020_000e, "SeriesInstanceUID", b"UI", "1.6", json!("1.6")),
        (0x0008_0060, "Modality", b"CS", "CT", json!("CT")),
        (0x0008_0070, "Manufacturer", b"LO", "maker", json!("maker")),
        (
            0x0008_0080,
            "InstitutionName",
            b"LO",
            "house",
            json!("house"),
        ),
        (
            0x0008_1030,
            "StudyDescription",
            b"LO",
            "study",
            json!("study"),
        ),
        (
            0x0008_103e,
            "SeriesDescription",
            b"LO",
            "series",
            json!("series"),
        ),
        (
            0x0020_0020,
            "PatientOrientation",
            b"CS",
            "L\\P",
            json!("L\\P"),
        ),
        (
            0x0020_0030,
            "ImagePosition",
            b"DS",
            "1\\2\\3",
            json!([1.0, 2.0, 3.0]),
        ),
        (
            0x0020_0032,
            "ImagePositionPatient",
            b"DS",
            "-1\\2.5\\3",
            json!([-1.0, 2.5, 3.0]),
        ),
        (
            0x0020_0035,
            "ImageOrientation",
            b"DS",
            "1\\0",
            json!([1.0, 0.0]),
        ),
        (
            0x0020_0037,
            "ImageOrientationPatient",
            b"DS",
            "1\\0\\0\\0\\1\\0",
            json!([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        ),
        (
            0x0010_0010,
            "PatientName",
            b"PN",
            "Doe^Jane",
            json!("Doe^Jane"),
        ),
        (0x0010_0020, "PatientID", b"LO", "4711", json!("4711")),
        (
            0x0010_0030,
            "PatientBirthDate",
            b"DA",
            "19700102",
            json!("19700102"),
        ),
        (0x0010_0040, "PatientSex", b"CS", "O", json!("O")),
        (0x0010_1010, "PatientAge", b"AS", "049Y", json!("049Y")),
        (0x0010_1020, "PatientSize", b"DS", "1.75", json!(1.75)),
        (0x0010_1030, "PatientWeight", b"DS", "61.5", json!(61.5)),
        (0x0028_0008, "NumberOfFrames", b"IS", "1", json!(1)),
        (0x0028_1052, "RescaleIntercept", b"DS", "0", json!(0.0)),
        (0x0028_1053, "RescaleSlope", b"DS", "1", json!(1.0)),
        (
            0x0028_0030,
            "PixelSpacing",
            b"DS",
            "0.75\\0.5",
            json!([0.75, 0.5]),
        ),
        (0x0018_0088, "SliceSpacing", b"DS", "2.5", json!(2.5)),
    ];
    for (element, name) in ["StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"]
        .into_iter()
        .enumerate()
    {
        rows.push((
            0x0008_0020 + element as u32,
            name,
            b"DA",
            "20191017",
            json!("20191017"),
        ));
    }
    for (element, name) in ["StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"]
        .into_iter()
        .enumerate()
    {
        rows.push((
            0x0008_0030 + element as u32,
            name,
            b"TM",
            "150637.431000",
            json!("150637.431000"),
        ));
    }
    let numbers = [
        "Series",
        "Acquisition",
        "Instance",
        "Isotope",
        "Phase",
        "Interval",
        "TimeSlot",
        "Angle",
        "Item",
    ];
    let names = [
        "SeriesNumber",
        "AcquisitionNumber",
        "InstanceNumber",
        "IsotopeNumber",
        "PhaseNumber",
        "IntervalNumber",
        "TimeSlotNumber",
        "AngleNumber",
        "ItemNumber",
    ];
    for (element, (_, name)) in numbers.into_iter().zip(names).enumerate() {
        rows.push((0x0020_0011 + element as u32, name, b"IS", "12", json!(12)));
    }
    rows
}

// checklist: E-193, E-194, E-195, E-196, E-197, E-198, E-199, E-200, E-201, E-202, E-203, E-204, E-205
#[test]
fn every_usual_element_has_its_name_and_value() {
    let rows = usual();
    let mut dcm = Dcm::new();
    for (tag, _, vr, text, _) in &rows {
        dcm = dcm.text(*tag, vr, text);
    }
    let metadata = of(
        &dcm.clone().short(0x0028_0102, 15),
        &DicomReadOptions::new(),
    );
    for (_, name, _, _, expected) in &rows {
        assert_eq!(metadata[name], *expected, "{name}");
    }
    for (name, value) in [
        ("SamplesPerPixel", 1),
        ("Rows", 2),
        ("Columns", 3),
        ("BitsAllocated", 16),
        ("BitsStored", 16),
        ("HighBit", 15),
        ("PixelRepresentation", 0),
    ] {
        assert_eq!(metadata[name], value, "{name}");
    }
    assert_eq!(metadata["TransferSyntaxUID"], "1.2.840.10008.1.2.1");
    assert_eq!(metadata["shape"], json!([2, 3]));
    assert_eq!(metadata["sampling"], json!([0.75, 0.5]));
    assert!(metadata["PixelData"].is_string());
    // In the order of the file, the transfer syntax first and what was worked out last.
    let keys: Vec<&str> = metadata
        .as_object()
        .expect("a map")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!((keys[0], keys[1]), ("TransferSyntaxUID", "SOPClassUID"));
    assert_eq!(keys[keys.len() - 3..], ["PixelData", "shape", "sampling"]);
}

// checklist: E-204, E-205
#[test]
fn empty_values_are_none_and_what_is_no_number_is_text() {
    let dcm = Dcm::new()
        .put(0x0010_1020, b"DS", [])
        .text(0x0010_1030, b"DS", "heavy")
        .text(0x0020_0011, b"IS", "1.5")
        .put(0x0008_0060, b"CS", *b"O ")
        .put(0x0008_0030, b"TM", *b"150637.431000 ")
        .put(0x0008_0070, b"LO", *b"maker  \0")
        .put(0x0008_0020, b"DA", []);
    let metadata = of(&dcm, &DicomReadOptions::new());
    assert_eq!(metadata["PatientSize"], Json::Null);
    assert_eq!(metadata["PatientWeight"], "heavy");
    assert_eq!(metadata["SeriesNumber"], "1.5");
    assert_eq!(metadata["Modality"], "O");
    assert_eq!(metadata["StudyTime"], "150637.431000");
    assert_eq!(metadata["Manufacturer"], "maker");
    assert_eq!(metadata["StudyDate"], Json::Null);
}

// checklist: E-206
#[test]
fn other_elements_are_left_out_by_default() {
    let metadata = of_fixture("nested.dcm", &DicomReadOptions::new());
    for name in [
        "EchoTime",
        "ImageType",
        "AnatomicRegionSequence",
        "(0009,1001)",
    ] {
        assert!(metadata.get(name).is_none(), "{name}");
    }
}

#[test]
fn all_elements_come_on_request() {
    let usual = of_fixture("nested.dcm", &DicomReadOptions::new());
    let all = of_fixture("nested.dcm", &DicomReadOptions::new().tags(Tags::All));
    for (name, value) in usual.as_object().expect("a map") {
        assert_eq!(all[name], *value, "{name}");
    }
    assert_eq!(all["ImageType"], json!(["ORIGINAL", "PRIMARY"]));
    assert_eq!(all["EchoTime"], Json::Null);
    let regions = &all["AnatomicRegionSequence"];
    assert_eq!(regions[0]["CodeValue"], "T-A0100");
    assert_eq!(regions[0]["CodeMeaning"], "Brain");
    assert_eq!(regions[1], json!({}));
    let deeper = regions[0]
        .as_object()
        .expect("a map")
        .values()
        .find_map(|value| value.get(0));
    assert_eq!(
        deeper.expect("a nested sequence")["ScheduledProcedureStepDescription"],
        "said inside"
    );
    assert_eq!(all["(0009,0010)"], "FIXTURES");
    assert_eq!(all["(0009,1001)"], 2.5);
    assert_eq!(all["(0009,1002)"], "private");
    assert_eq!(
        all["(0018,9810)"]
            .as_array()
            .or(all["ZeroVelocityPixelValue"].as_array())
            .map(Vec::len),
        Some(3)
    );
    assert!(all["MediaStorageSOPInstanceUID"].is_string());
}

#[test]
fn identity_goes_on_request_deep_inside_too() {
    let options = DicomReadOptions::new().identity(false);
    let mut dcm = Dcm::new();
    for (tag, _, vr, text, _) in usual() {
        dcm = dcm.text(tag, vr, text);
    }
    let dcm = dcm
        .text(0x0008_0090, b"PN", "Doc^Who")
        .text(0x0009_0010, b"LO", "maker");
    for options in [options.clone(), options.tags(Tags::All)] {
        let text = of(&dcm, &options).to_string();
        for secret in ["Doe", "4711", "19700102", "house", "Doc", "0009"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(
            text.contains("maker") && text.contains("PatientSex"),
            "{text}"
        );
    }
}

/// A sequence of one item, of defined lengths, in a form to be put.
fn item(elements: &[(u32, Vr, &str)]) -> Vec<u8> {
    let mut inside = Vec::new();
    for (tag, vr, text) in elements {
        element(&mut inside, (*tag, **vr, text.as_bytes()), true);
    }
    let mut out = vec![0xfe, 0xff, 0, 0xe0];
    out.extend((inside.len() as u32).to_le_bytes());
    out.extend(inside);
    out
}

#[test]
fn a_summary_has_device_and_exposure_and_no_patient_where_that_is_not_wanted() {
    let dcm = Dcm::new()
        .text(0x0010_0010, b"PN", "Doe^Jane")
        .text(0x0008_0060, b"CS", "CT")
        .text(0x0008_1090, b"LO", "Scanner 9")
        .text(0x0018_0060, b"DS", "120")
        .text(0x0018_1151, b"IS", "")
        .text(0x0018_0050, b"DS", "2.5");
    let summary = |dcm: &Dcm, options: &DicomReadOptions| {
        json(&dcm.open().summary(Index::Default, options).expect("known"))
    };
    let options = DicomReadOptions::new();
    let expected = json!({
        "PatientName": "Doe^Jane", "Modality": "CT", "ManufacturerModelName": "Scanner 9", "KVP": 120.0,
        "SliceThickness": 2.5,
    });
    let known = summary(&dcm, &options);
    assert_eq!(known, expected);
    let order = known.as_object().expect("a map").keys();
    assert!(order.eq(expected.as_object().expect("a map").keys()));
    let hidden = summary(&dcm, &options.clone().identity(false));
    assert_eq!(hidden.get("PatientName"), None);
    assert_eq!(hidden["KVP"], 120.0);
    // Newer kinds say it for all frames, deep inside; what stands at the top goes before.
    let deep = item(&[(0x0018_0060, b"DS", "80"), (0x0018_1150, b"IS", "7 ")]);
    let mut groups = Vec::new();
    element(&mut groups, (0x0018_9321, *b"SQ", &deep), true);
    let mut shared = vec![0xfe, 0xff, 0, 0xe0];
    shared.extend((groups.len() as u32).to_le_bytes());
    shared.extend(groups);
    let enhanced = summary(&dcm.put(0x5200_9229, b"SQ", shared), &options);
    assert_eq!(
        (&enhanced["KVP"], &enhanced["ExposureTime"]),
        (&json!(120.0), &json!(7))
    );
}

#[test]
fn a_summary_of_a_folder_lists_its_series() {
    let named = |dcm: Dcm| {
        dcm.text(0x0008_103e, b"LO", "legs")
            .text(0x0010_0010, b"PN", "Doe")
    };
    let folder = Folder::new(
        "outlines",
        &[
            ("a", named(Dcm::slice("1.1", 1, 0.0)).bytes()),
            ("b", named(Dcm::slice("1.1", 2, 1.0)).bytes()),
            (
                "c",
                Dcm::slice("1.2", 1, 0.0)
                    .text(0x0008_0060, b"CS", "MR")
                    .bytes(),
            ),
        ],
    );
    let mut reader = folder.reader(ImageMode::Any);
    let summary = reader.summary(Index::Default, &DicomReadOptions::new());
    assert_eq!(
        json(&summary.expect("known"))["series"],
        json!(["2x2x3 2 files 'legs'", "MR 2x3 1 file"])
    );
}

#[test]
fn names_in_many_character_sets() {
    for (charset, name) in [
        ("latin1", "Buc^Jérôme"),
        ("cyrillic", "Люкceмбypг"),
        ("greek", "Διονυσιος"),
        ("utf8", "Wang^XiaoDong=王^小东"),
        ("gb18030", "Wang^XiaoDong=王^小东"),
        ("korean", "Hong^Gildong=洪^吉洞=홍^길동"),
        ("japanese", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("katakana", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
    ] {
        let metadata = of_fixture(&format!("name_{charset}.dcm"), &DicomReadOptions::new());
        assert_eq!(metadata["PatientName"], name, "{charset}");
        assert_eq!(metadata["SeriesDescription"], "plain", "{charset}");
    }
    let unsaid = Dcm::new().put(0x0010_0010, b"PN", "Jérôme".as_bytes());
    assert_eq!(
        of(&unsaid, &DicomReadOptions::new())["PatientName"],
        "Jérôme"
    );
}

#[test]
fn numbers_of_all_types() {
    let dcm = Dcm::new()
        .put(0x0028_1101, b"US", [0, 1, 0, 0, 16, 0])
        .put(0x0018_9334, b"UN", [1, 2])
        .put(0x0028_9411, b"FL", 1.5f32.to_le_bytes())
        .put(0x0018_6020, b"SL", (-3i32).to_le_bytes())
        .put(0x0028_0009, b"AT", [0x18, 0, 0x63, 0x10])
        .put(0x0028_1201, b"OW", [1, 2, 3, 4])
        .put(0x0028_1203, b"US", vec![7; 200]);
    let mut reader = dcm.open();
    let all = reader
        .metadata(
            Index::Default,
            false,
            &DicomReadOptions::new().tags(Tags::All),
        )
        .expect("metadata");
    let found = json(&all);
    assert_eq!(
        found["RedPaletteColorLookupTableDescriptor"],
        json!([256, 0, 16])
    );
    assert_eq!(found["FrameIncrementPointer"], "(0018,1063)");
    assert_eq!(found["ReferencePixelX0"], -3);
    assert_eq!(
        all.get("RedPaletteColorLookupTableData"),
        Some(&Value::Bytes(vec![1, 2, 3, 4]))
    );
    assert!(
        matches!(all.get("BluePaletteColorLookupTableData"), Some(Value::Array(array)) if array.len() == 100)
    );
}
