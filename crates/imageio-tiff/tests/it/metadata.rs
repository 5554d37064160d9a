//! What the file says, key by key.

use imageio_core::{Index, Metadata, Request, Spacing, Value};
use imageio_tiff::{TiffReadOptions, TiffReader};
use serde_json::json;

use crate::support::{LONG, SHORT, as_json, file, fixture, map_as_json, open};

fn of(name: &str) -> Metadata {
    open(name)
        .metadata(Index::Default, true, &TiffReadOptions::new())
        .expect(name)
}

fn of_file(name: &str) -> Metadata {
    open(name)
        .metadata(Index::All, true, &TiffReadOptions::new())
        .expect(name)
}

// checklist: E-111, E-116
#[test]
fn every_documented_key_is_always_there() {
    let metadata = of("container_be.tif");
    for key in [
        "planar_configuration",
        "is_fluoview",
        "is_nih",
        "is_contig",
        "is_micromanager",
        "is_ome",
        "is_lsm",
        "is_palette",
        "is_reduced",
        "is_rgb",
        "is_sgi",
        "is_shaped",
        "is_stk",
        "is_tiled",
        "is_mdgel",
        "resolution_unit",
        "compression",
        "predictor",
        "is_mediacy",
        "orientation",
        "description",
        "description1",
        "is_imagej",
        "software",
    ] {
        assert!(metadata.contains_key(key), "{key}");
    }
    let planes = of("planar_rgb.tif");
    assert_eq!(planes.get("planar_configuration"), Some(&Value::from(2)));
}

/// A page with a resolution in this unit, and with these tags.
fn with_unit(unit: u32, more: &[(u16, u16, u32, u32)]) -> Metadata {
    let numbers = [3u32, 2, 5, 1].map(u32::to_le_bytes).concat();
    let mut tags = vec![
        (256, SHORT, 1, 2),
        (257, SHORT, 1, 2),
        (258, SHORT, 1, 8),
        (273, LONG, 1, 8),
        (282, 5, 1, 8),
        (283, 5, 1, 16),
        (296, SHORT, 1, unit),
    ];
    tags.extend(more);
    tags.sort_unstable();
    let mut reader = TiffReader::open(file(&numbers, &tags)).unwrap();
    let options = TiffReadOptions::new();
    reader.metadata(Index::Default, true, &options).unwrap()
}

// checklist: E-113
#[test]
fn each_unit_has_its_name() {
    let names = [
        (1, "NONE"),
        (2, "INCH"),
        (3, "CENTIMETER"),
        (4, "MILLIMETER"),
        (5, "MICROMETER"),
    ];
    for (unit, name) in names {
        let resolution = with_unit(unit, &[]).get("resolution").map(as_json);
        assert_eq!(resolution, Some(json!([1.5, 5.0, name])));
    }
}

// checklist: E-117
#[test]
fn a_palette_counts_where_it_is_not_a_makers() {
    let is = |more: &[(u16, u16, u32, u32)], flag: &str| {
        let metadata = with_unit(1, more);
        metadata.get(flag).and_then(Value::as_bool).expect(flag)
    };
    let palette = (262, SHORT, 1, 3);
    assert!(is(&[palette], "is_palette"));
    // UIC2, of STK.
    assert!(!is(&[palette, (33629, 5, 1, 8)], "is_palette"));
    let (make, flag) = ((271, 2, 4, 0), (65420, LONG, 1, 1));
    assert!(is(&[make, flag], "is_ndpi"));
    assert!(!is(&[flag], "is_ndpi") && !is(&[make], "is_ndpi"));
}

// checklist: E-112, E-113, F-054
#[test]
fn facts_of_a_page_have_their_types() {
    let metadata = map_as_json(&of("facts.tif"));
    let expected = json!({
        "description": "first", "description1": "{\"shape\": [5, 7]}", "software": "a recipe", "orientation": 6,
        "datetime": "2015-05-09T09:08:29", "date_time": "2015:05:09 09:08:29", "resolution_unit": 2,
        "resolution": [300.0, 150.0, "INCH"], "is_imagej": false, "compression": 1, "predictor": 1,
        "planar_configuration": 1,
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(metadata[key], *value, "{key}");
    }
}

// checklist: E-112
#[test]
fn a_date_that_is_none_is_left_out() {
    let metadata = of("datetime_wrong.tif");
    assert!(!metadata.contains_key("datetime"));
    assert_eq!(
        metadata.get("date_time"),
        Some(&Value::from("2015:05:99 09:08:29"))
    );
}

// checklist: E-113, E-114, E-125, F-056, H-024
#[test]
fn resolutions_are_quotients_and_left_out_where_there_is_none() {
    let resolution = |name: &str| of(name).get("resolution").map(as_json);
    let third = resolution("resolution_third.tif").unwrap();
    assert_eq!(third, json!([1.0 / 3.0, 2.0 / 3.0, "CENTIMETER"]));
    assert_eq!(
        resolution("resolution_zero.tif"),
        Some(json!([0.0, 0.0, "CENTIMETER"]))
    );
    let request = Request::from(fixture("resolution_invalid.tif"));
    let mut reader = TiffReader::open(request.clone()).unwrap();
    let metadata = reader
        .metadata(Index::Default, true, &TiffReadOptions::new())
        .unwrap();
    assert!(!metadata.contains_key("resolution"));
    assert_eq!(metadata.get("resolution_unit"), Some(&Value::Int(2)));
    assert_eq!(
        request.warnings(),
        ["the resolution is left out: at least one direction has the denominator 0"]
    );
    assert!(!of("exif_gps.tif").contains_key("resolution"));
    assert!(!of("exif_gps.tif").contains_key("resolution_unit"));
}

// checklist: E-117
#[test]
fn flags_tell_what_a_page_is() {
    let is = |name: &str, flag: &str| of(name).get(flag).and_then(Value::as_bool).expect(flag);
    for (flag, yes, no) in [
        ("is_rgb", "planar_rgb.tif", "palette.tif"),
        ("is_contig", "strips_rgb.tif", "planar_rgb.tif"),
        ("is_tiled", "pyramid_subifds.tif", "pages_3.tif"),
        ("is_palette", "palette.tif", "pages_3.tif"),
        ("is_shaped", "shaped_old.tif", "imagej_le.tif"),
        ("is_ome", "ome_5d.ome.tif", "imagej_le.tif"),
        ("is_sgi", "volume_sgi.tif", "pages_3.tif"),
        ("is_imagej", "imagej_be.tif", "ome_5d.ome.tif"),
    ] {
        assert!(is(yes, flag), "{flag} of {yes}");
        assert!(!is(no, flag), "{flag} of {no}");
    }
    let options = TiffReadOptions::new().page(1);
    let reduced = open("pyramid_reduced.tif")
        .metadata(Index::All, true, &options)
        .unwrap();
    assert_eq!(reduced.get("is_reduced"), Some(&Value::Bool(true)));
}

/// A file of one page with one private tag.
fn with_tag(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 5] = [
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 8),
        (273, 4, 1, 100),
        (tag, 1, value.len() as u32, 101),
    ];
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, at) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(at.to_le_bytes());
    }
    file.resize(101, 0);
    file.extend(value);
    file
}

// checklist: E-117
#[test]
fn private_tags_tell_what_wrote_a_page() {
    for (tag, value, flag) in [
        (34362, &b"123456789"[..], "is_fluoview"),
        (43314, b"123456789", "is_nih"),
        (51123, b"{\"a\": 1}", "is_micromanager"),
        (34412, b"123456789", "is_lsm"),
        (33445, b"123456789", "is_mdgel"),
        (33629, b"123456789", "is_stk"),
        (50288, b"MC TIFF 1.0", "is_mediacy"),
    ] {
        let mut reader = TiffReader::open(with_tag(tag, value)).unwrap();
        let metadata = reader
            .metadata(Index::Default, true, &TiffReadOptions::new())
            .unwrap();
        assert_eq!(metadata.get(flag), Some(&Value::Bool(true)), "{flag}");
    }
    let mut reader = TiffReader::open(with_tag(50288, b"something else")).unwrap();
    let metadata = reader
        .metadata(Index::Default, true, &TiffReadOptions::new())
        .unwrap();
    assert_eq!(metadata.get("is_mediacy"), Some(&Value::Bool(false)));
}

// checklist: E-115
#[test]
fn metadata_is_that_of_the_first_page_or_of_the_one_named() {
    let mut reader = open("pages_unequal.tif");
    let width = |reader: &mut TiffReader, index: Index, page: Option<usize>| {
        let options = TiffReadOptions::new().tags(true).page(page);
        let metadata = reader.metadata(index, true, &options).unwrap();
        metadata.get("ImageWidth").and_then(Value::as_i64).unwrap()
    };
    assert_eq!(width(&mut reader, Index::Default, None), 7);
    assert_eq!(width(&mut reader, Index::At(1), None), 4);
    assert_eq!(width(&mut reader, Index::All, Some(1)), 4);
    assert_eq!(width(&mut reader, Index::At(0), Some(1)), 7);
}

#[test]
fn exif_and_gps_are_nested() {
    let metadata = map_as_json(&of("exif_gps.tif"));
    assert_eq!(metadata["ExifTag"]["ExposureTime"], json!([1, 250]));
    assert_eq!(
        metadata["ExifTag"]["LensModel"]
            .as_str()
            .or(metadata["ExifTag"]["LensSerialNumber"].as_str()),
        Some("lens")
    );
    assert_eq!(metadata["GPSTag"]["GPSLatitudeRef"], json!("N"));
    assert_eq!(
        metadata["GPSTag"]["GPSLatitude"],
        json!([[48, 1], [12, 1], [30, 1]])
    );
}

#[test]
fn a_file_says_what_it_is_and_what_its_kind_stores() {
    let metadata = map_as_json(&of_file("imagej_be.tif"));
    assert_eq!(metadata["byteorder"], json!(">"));
    assert_eq!(metadata["is_imagej"], json!(true));
    assert_eq!(
        (&metadata["channels"], &metadata["spacing"]),
        (&json!(2), &json!(2.5))
    );
    assert_eq!(metadata["Info"], json!("made by a recipe \u{b5}"));
    assert_eq!(metadata["Labels"].as_array().unwrap().len(), 12);
    assert_eq!(metadata["Ranges"], json!([0.0, 100.0, 5.0, 50.0]));
    assert_eq!(metadata["Properties"], json!({"key": "value"}));
    assert_eq!(metadata["LUTs"][0][0][255], json!(255.0));
    let ome = map_as_json(&of_file("ome_5d.ome.tif"));
    assert_eq!(ome["OME"]["Image"]["Pixels"]["SizeZ"], json!(3));
    assert_eq!(ome["OME"]["Image"]["Pixels"]["PhysicalSizeX"], json!(0.25));
    assert_eq!(
        map_as_json(&of_file("shaped_axes.tif"))["axes"],
        json!("TZYX")
    );
}

#[test]
fn spacing_comes_from_the_format_or_from_the_resolution() {
    let spacing = |name: &str| {
        let properties = open(name).properties(Index::Default, &TiffReadOptions::new());
        properties.expect(name).spacing
    };
    let uniform = |all: &[f64]| Some(all.iter().map(|&one| Spacing::Uniform(one)).collect());
    assert_eq!(spacing("facts.tif"), uniform(&[1.0 / 150.0, 1.0 / 300.0]));
    assert_eq!(spacing("imagej_le.tif"), uniform(&[2.5, 0.25, 0.25]));
    assert_eq!(spacing("ome_modulo.ome.tif").map(|all| all.len()), Some(2));
    assert_eq!(spacing("exif_gps.tif"), None);
}
