//! Headers: what is recognised, how elements are written, and what is forgiven.

use imageio_core::{ErrorKind, Index, Request};
use imageio_dicom::{DicomReadOptions, DicomReader, PLUGIN, Tags};

use crate::support::{Dcm, Folder, IMPLICIT, element, fixture, json, shorts};

fn accepts(request: impl Into<Request>) -> bool {
    DicomReader::recognises(&request.into()).expect("an answer")
}

// checklist: E-171, E-189, F-059, F-131, F-133
#[test]
fn files_are_known_by_four_letters_and_folders_by_their_files() {
    let good = Dcm::new().bytes();
    assert!(accepts(good.clone()));
    let mut wrong = good.clone();
    wrong[128..132].copy_from_slice(b"XXXX");
    assert!(!accepts(wrong.clone()));
    let error = DicomReader::open(wrong).expect_err("not DICOM");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    assert!(!PLUGIN.can_write());
    let empty = Folder::new("empty", &[]);
    assert!(!accepts(empty.0.as_path()));
    assert!(
        DicomReader::open(empty.0.as_path())
            .expect_err("no format")
            .is_not_this_format()
    );
    let contents = Folder::new(
        "contents",
        &[("DICOMDIR", good.clone()), ("notes.txt", b"x".to_vec())],
    );
    assert!(!accepts(contents.0.as_path()));
    let deep = Folder::new("deep", &[("inside/more/a.dcm", good.clone())]);
    assert!(accepts(deep.0.as_path()));
    let full = Folder::new("full", &[("DICOMDIR", b"x".to_vec()), ("a.dcm", good)]);
    assert!(accepts(full.0.as_path()));
}

// checklist: E-181, E-182, E-183, E-187
#[test]
fn elements_are_read_in_all_forms() {
    let long = |vr: crate::support::Vr| Dcm::new().put(0x0008_0020, vr, *b"20191017");
    for vr in [
        b"OB", b"OW", b"UN", b"OF", b"OD", b"OL", b"OV", b"SV", b"UC", b"UR", b"UT", b"UV",
    ] {
        let image = long(vr).read();
        assert_eq!(shorts(&image), [0, 1, 2, 3, 4, 5], "{vr:?}");
    }
    assert_eq!(
        shorts(&Dcm::new().syntax(IMPLICIT).read()),
        [0, 1, 2, 3, 4, 5]
    );
    // The length of the file meta group is not trusted.
    for name in ["no_group_length.dcm", "wrong_group_length.dcm"] {
        let image = DicomReader::open(fixture(name))
            .expect(name)
            .read(Index::Default, &DicomReadOptions::new());
        assert_eq!(image.expect(name).shape(), [5, 7], "{name}");
    }
    let ends =
        DicomReader::open(Dcm::new().bytes()[..150].to_vec()).expect_err("ends in its header");
    assert_eq!(ends.kind(), ErrorKind::Corrupt, "{ends}");
}

// checklist: E-184, E-185, E-216
#[test]
fn nested_sequences_of_undefined_length_end_where_they_end() {
    let delimiter = |element: u16| [0xfe, 0xff, element as u8, (element >> 8) as u8, 0, 0, 0, 0];
    let open = |out: &mut Vec<u8>, tag: u32| {
        element(out, (tag, *b"SQ", &[]), true);
        let at = out.len() - 4;
        out[at..].fill(0xff);
    };
    let mut sequence = Vec::new();
    open(&mut sequence, 0x0008_1140);
    sequence.extend([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff]);
    open(&mut sequence, 0x0008_1150);
    sequence.extend(delimiter(0xe0dd));
    element(&mut sequence, (0x0028_0010, *b"US", &[99, 0]), true);
    sequence.extend(delimiter(0xe00d));
    sequence.extend(delimiter(0xe0dd));
    let dcm = Dcm::new();
    let file = [dcm.meta(), sequence, dcm.data_set()].concat();
    let request = Request::from(file);
    let mut reader = DicomReader::open(&request).expect("a file");
    let options = DicomReadOptions::new();
    assert_eq!(
        reader
            .read(Index::Default, &options)
            .expect("an image")
            .shape(),
        [2, 3]
    );
    let strict = DicomReadOptions::new().strict(true);
    reader.check(&strict).expect("nothing to forgive");
    let all = DicomReadOptions::new().tags(Tags::All);
    let metadata = reader.metadata(Index::Default, false, &all);
    let items = json(&metadata.expect("metadata"));
    assert_eq!(
        items["ReferencedImageSequence"],
        serde_json::json!([{ "ReferencedSOPClassUID": [], "Rows": 99 }])
    );
    // The one of a real kind: frames of an enhanced file.
    let mut enhanced = DicomReader::open(fixture("enhanced.dcm")).expect("a fixture");
    let image = enhanced.read(Index::Default, &options).expect("frames");
    assert_eq!(
        (image.shape(), image.dtype()),
        (&[4, 3, 5][..], imageio_core::DType::U16)
    );
}

#[test]
fn what_is_of_unknown_type_and_undefined_length_is_implicit_inside() {
    let mut private = vec![
        0x09, 0, 0x10, 0x10, b'U', b'N', 0, 0, 0xff, 0xff, 0xff, 0xff,
    ];
    private.extend([0xfe, 0xff, 0x00, 0xe0, 12, 0, 0, 0]);
    private.extend([0x28, 0, 0x10, 0, 4, 0, 0, 0, 9, 9, 9, 9]);
    private.extend([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
    let dcm = Dcm::new();
    let reader = DicomReader::open([dcm.meta(), private, dcm.data_set()].concat());
    let strict = DicomReadOptions::new().strict(true).tags(Tags::All);
    let mut reader = reader.expect("a file");
    reader.check(&strict).expect("nothing to forgive");
    let all = reader.metadata(Index::Default, false, &strict);
    assert!(
        json(&all.expect("metadata"))
            .to_string()
            .contains("\"Rows\":[2313,2313]")
    );
}

// checklist: E-184
#[test]
fn a_delimiter_with_a_length_is_forgiven_aloud() {
    let dcm = Dcm::new();
    let mut sequence = Vec::new();
    element(&mut sequence, (0x0008_1140, *b"SQ", &[]), true);
    let at = sequence.len() - 4;
    sequence[at..].fill(0xff);
    sequence.extend([0xfe, 0xff, 0xdd, 0xe0, 4, 0, 0, 0]);
    let request = Request::from([dcm.meta(), sequence, dcm.data_set()].concat());
    let reader = DicomReader::open(&request).expect("a file");
    reader.check(&DicomReadOptions::new()).expect("forgiven");
    assert_eq!(
        request.warnings(),
        ["read all the same: a sequence delimiter with a length"]
    );
}

#[test]
fn what_is_forgiven_is_said_once_and_strict_refuses_it() {
    for (name, said) in [
        ("no_preamble.dcm", "no preamble"),
        ("lacks_types.dcm", "lack types"),
        ("odd_type.dcm", "unknown type QX"),
    ] {
        let request = Request::from(fixture(name));
        let reader = DicomReader::open(&request).expect(name);
        let options = DicomReadOptions::new();
        reader.check(&options).expect(name);
        reader.check(&options).expect(name);
        let warnings = request.warnings();
        assert_eq!(
            warnings
                .iter()
                .filter(|warning| warning.contains(said))
                .count(),
            1,
            "{warnings:?}"
        );
        let refused = reader.check(&options.strict(true)).expect_err(name);
        assert_eq!(refused.kind(), ErrorKind::Corrupt);
        assert!(refused.message().contains("standard"), "{refused}");
    }
}

#[test]
fn values_never_stand_in_warnings_and_errors() {
    let secret = "Doe^Jane";
    for len in (132..Dcm::new().bytes().len()).step_by(3) {
        let mut bytes = Dcm::new()
            .text(0x0010_0010, b"PN", secret)
            .text(0x0010_0020, b"QQ", "4711")
            .bytes();
        bytes.truncate(len);
        let request = Request::from(bytes);
        let mut said = Vec::new();
        match DicomReader::open(&request) {
            Ok(mut reader) => {
                reader.check(&DicomReadOptions::new()).expect("forgiven");
                if let Err(error) = reader.read(Index::Default, &DicomReadOptions::new()) {
                    said.push(error.to_string());
                }
            }
            Err(error) => said.push(error.to_string()),
        }
        said.extend(request.warnings());
        assert!(
            said.iter()
                .all(|text| !text.contains("Doe") && !text.contains("4711")),
            "{said:?}"
        );
    }
}

// checklist: E-186
#[test]
fn headers_are_read_without_the_pixels() {
    // A file that ends where its pixels would begin.
    let whole = Dcm::new()
        .short(0x0028_0010, 2000)
        .short(0x0028_0011, 2000)
        .put(0x7fe0_0010, b"OW", Vec::new());
    let mut reader = DicomReader::open(whole.bytes()).expect("a header");
    let options = DicomReadOptions::new();
    assert_eq!(
        reader
            .properties(Index::Default, &options)
            .expect("properties")
            .shape,
        [2000, 2000]
    );
    let all = json(
        &reader
            .metadata(Index::Default, false, &options.clone().tags(Tags::All))
            .expect("metadata"),
    );
    assert_eq!(all["Rows"], 2000);
    let error = reader
        .read(Index::Default, &options)
        .expect_err("no pixels");
    assert_eq!(error.message(), "pixels of 0 bytes, expected 8000000");
}

// checklist: E-188
#[test]
fn other_transfer_syntaxes_are_named_and_their_headers_read() {
    let dcm = Dcm::new().syntax("1.2.840.10008.1.2.4.102");
    let mut reader = DicomReader::open(dcm.bytes()).expect("a header");
    assert_eq!(
        reader
            .properties(Index::Default, &DicomReadOptions::new())
            .expect("known")
            .shape,
        [2, 3]
    );
    let error = reader
        .read(Index::Default, &DicomReadOptions::new())
        .expect_err("MPEG-4");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let text = error.to_string();
    assert!(
        text.contains("1.2.840.10008.1.2.4.102") && text.contains("dcmtk"),
        "{text}"
    );
    for (syntax, family) in [
        ("1.2.840.10008.1.2.4.72", "(JPEG)"),
        ("1.2.840.10008.1.2.4.94", "(JPEG 2000, interactive)"),
        ("1.2.840.10008.1.2.6.1", "(RFC 2557)"),
        ("1.2.840.10008.1.2.4.100", "(MPEG2)"),
    ] {
        let bytes = Dcm::new().syntax(syntax).bytes();
        let mut reader = DicomReader::open(bytes).expect("a header");
        let error = reader.read(Index::Default, &DicomReadOptions::new());
        let text = error.expect_err(syntax).to_string();
        assert!(text.contains(syntax) && text.contains(family), "{text}");
    }
}

// checklist: E-190, E-191, E-192, F-132
#[test]
fn compressed_files_need_no_program_and_leave_none_behind() {
    let coded = std::fs::read(fixture("jpeg_lossless.dcm")).expect("a fixture");
    let folder = Folder::new("converted", &[("a.dcm", coded)]);
    let mut reader = folder.file("a.dcm", imageio_core::ImageMode::SingleImage);
    let image = reader
        .read(Index::At(1), &DicomReadOptions::new())
        .expect("a frame");
    assert_eq!(image.shape(), [6, 9]);
    let names = std::fs::read_dir(&folder.0).expect("a folder").count();
    assert_eq!(names, 1, "nothing lies beside the input");
}
