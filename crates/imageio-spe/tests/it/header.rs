//! Each header field on its own: its bytes at its offset, and nothing else, give its value.

use imageio_core::{DType, ErrorKind, Index};
use imageio_spe::SpeReadOptions;
use serde_json::{Value as Json, json};

use crate::support::{self, Spe, fixtures};

/// Where a field stands, bytes for it, the key, and the value under it.
fn fields() -> Vec<(usize, Vec<u8>, &'static str, Json)> {
    let i16 = |offset, value: i16, key| (offset, value.to_le_bytes().to_vec(), key, json!(value));
    let u16 = |offset, value: u16, key| (offset, value.to_le_bytes().to_vec(), key, json!(value));
    let f32 = |offset, value: f32, key| (offset, value.to_le_bytes().to_vec(), key, json!(value));
    let flag = |offset, key| (offset, vec![0, 1], key, json!(true));
    let text = |offset, text: &str, key| (offset, text.as_bytes().to_vec(), key, json!(text));
    let pair = |offset, value: u16, key, pair: [u16; 2]| {
        (offset, value.to_le_bytes().to_vec(), key, json!(pair))
    };
    vec![
        i16(0, -258, "controller_version"),
        i16(2, -259, "logic_output"),
        u16(4, 0xfedc, "amp_high_cap_low_noise"),
        pair(6, 0xfedd, "chip_size", [0xfedd, 0]),
        i16(8, -260, "mode"),
        f32(10, 0.375, "exposure_sec"),
        (14, vec![0xfe, 0xff], "virt_chip_size", json!([-2, 0])),
        (16, vec![0xfd, 0xff], "virt_chip_size", json!([0, -3])),
        pair(18, 0xfede, "chip_size", [0, 0xfede]),
        text(20, "31Dec2025", "date"),
        f32(36, -70.25, "detector_temp"),
        i16(40, -261, "detector_type"),
        i16(44, -262, "st_diode"),
        f32(46, 1.125, "delay_time"),
        u16(50, 0xfedf, "shutter_control"),
        flag(52, "absorb_live"),
        u16(54, 0xfee0, "absorb_mode"),
        flag(56, "can_do_virtual_chip"),
        flag(58, "threshold_min_live"),
        f32(60, -3.5, "threshold_min_val"),
        flag(64, "threshold_max_live"),
        f32(66, 4.5, "threshold_max_val"),
        (98, vec![0xfc, 0xff], "pre_pixels", json!([-4, 0])),
        (100, vec![0xfb, 0xff], "post_pixels", json!([-5, 0])),
        (102, vec![0xfa, 0xff], "pre_pixels", json!([0, -6])),
        (104, vec![0xf9, 0xff], "post_pixels", json!([0, -7])),
        text(172, "235958", "time_local"),
        text(179, "225958", "time_utc"),
        u16(188, 0xfee1, "adc_offset"),
        u16(190, 0xfee2, "adc_rate"),
        u16(192, 0xfee3, "adc_type"),
        u16(194, 0xfee4, "adc_resolution"),
        u16(196, 0xfee5, "adc_bit_adjust"),
        u16(198, 0xfee6, "gain"),
        (200, b"a".to_vec(), "comments", json!(["a", "", "", "", ""])),
        (360, b"c".to_vec(), "comments", json!(["", "", "c", "", ""])),
        (
            520,
            [b'e'; 80].to_vec(),
            "comments",
            json!(["", "", "", "", "e".repeat(80)]),
        ),
        f32(672, 8.75, "readout_time"),
        (
            678,
            vec![1, 2, 3, 4, 5, 6, 7, 8],
            "xml_footer_offset",
            json!(0x0807_0605_0403_0201u64),
        ),
        text(688, "sixteen letters!", "sw_version"),
        (704, vec![6, 0], "type", json!("DC131 (PentaMax)")),
        (
            742,
            [7; 436].to_vec(),
            "spare_4",
            json!({"$bytes": format!("{}Bw==", "BwcH".repeat(145))}),
        ),
        f32(1428, 0.0625, "clockspeed_us"),
        (1480, vec![3, 0], "readout_mode", json!("kinetics")),
        u16(1482, 0xfee7, "window_size"),
        f32(1992, 2.75, "file_header_ver"),
    ]
}

// checklist: E-231, E-232, E-233, E-234, E-235, E-236, E-237, E-238, E-239, E-240, E-241, E-242, E-244, E-245, E-246
// checklist: E-247, E-248, E-249, E-250, E-251, E-252, E-253, E-254, E-255, E-256, E-257, E-259, E-260, E-261, E-262
// checklist: E-263, E-264, E-265, E-266, E-267, E-270, E-271, E-272, E-273, E-274, E-275, E-277, E-278, E-281, E-284
#[test]
fn each_field_stands_at_its_offset() {
    let options = SpeReadOptions::new();
    let plain = support::json(&Spe::new(1, 2, 3).metadata(&options).0);
    for (offset, bytes, key, value) in fields() {
        let (metadata, warnings) = Spe::new(1, 2, 3).put(offset, &bytes).metadata(&options);
        let found = support::json(&metadata);
        assert_eq!(found[key], value, "{key} at {offset}");
        assert_eq!(warnings, Vec::<String>::new());
        let alias = ["exp_sec", "amp_hi_cap_low_noise"];
        for (other, before) in plain.as_object().expect("a map") {
            if other != key && !alias.contains(&other.as_str()) {
                assert_eq!(found[other], *before, "{other} changed with {key}");
            }
        }
        assert_eq!(
            found.as_object().map(serde_json::Map::len),
            plain.as_object().map(serde_json::Map::len)
        );
    }
}

// checklist: E-231, E-232, E-233, E-234, E-235, E-236, E-237, E-238, E-239, E-240, E-241, E-242, E-243, E-244, E-245
// checklist: E-246, E-247, E-248, E-249, E-250, E-251, E-252, E-253, E-254, E-255, E-256, E-257, E-258, E-259, E-260
// checklist: E-261, E-262, E-263, E-264, E-265, E-266, E-267, E-268, E-269, E-270, E-271, E-272, E-273, E-274, E-275
// checklist: E-276, E-277, E-278, E-279, E-280, E-281
#[test]
fn the_fixture_with_every_field_gives_every_value() {
    let path = fixtures().join("spe/every_field.spe");
    let mut reader = imageio_spe::SpeReader::open(path).expect("a fixture");
    let options = SpeReadOptions::new();
    let properties = reader.properties(Index::All, &options).expect("properties");
    assert_eq!(
        (properties.shape, properties.dtype),
        (vec![2, 5, 7], DType::U16)
    );
    let found = support::json(&reader.metadata(Index::All, &options).expect("metadata"));
    let spare: Vec<u8> = (1..=40).collect();
    let comment = format!("{:.<80}", "the fifth one fills its eighty characters");
    // Two maps: one is too long for the macro.
    let first = json!({
        "ROIs": [{"top_left": [1, 1], "bottom_right": [7, 5], "bin": [1, 1]}],
        "controller_version": 3, "logic_output": 1, "amp_high_cap_low_noise": 1, "mode": 2, "exposure_sec": 0.25,
        "date": "17Oct2019", "detector_temp": -70.5, "detector_type": 26, "st_diode": 4, "delay_time": 1.5,
        "shutter_control": 2, "absorb_live": true, "absorb_mode": 1, "can_do_virtual_chip": true,
        "threshold_min_live": true, "threshold_min_val": 12.5, "threshold_max_live": false,
        "threshold_max_val": 6000.25, "time_local": "143005", "time_utc": "123005", "adc_offset": 3, "adc_rate": 8
    });
    let second = json!({
        "adc_type": 2, "adc_resolution": 1, "adc_bit_adjust": 5, "gain": 7,
        "comments": ["first comment", "second", "µ and ü", "", comment],
        "sw_version": "2.5.25.2", "readout_time": 42.5, "xml_footer_offset": 0, "type": "ST133 (MicroMax/Roper)",
        "clockspeed_us": 3.25, "readout_mode": "frame transfer", "window_size": 9, "file_header_ver": 2.5,
        "chip_size": [1024, 768], "virt_chip_size": [512, 256], "pre_pixels": [10, 12], "post_pixels": [11, 13],
        "geometric": ["rotate", "reverse", "flip"],
    });
    for (key, value) in [first, second]
        .iter()
        .flat_map(|map| map.as_object().expect("a map"))
    {
        assert_eq!(found[key], *value, "{key}");
    }
    let metadata = reader.metadata(Index::All, &options).expect("metadata");
    let bytes = metadata
        .get("spare_4")
        .and_then(imageio_core::Value::as_bytes);
    assert_eq!(bytes, Some(spare.as_slice()));
}

// checklist: E-229, E-230, E-243, E-258, E-269, E-276
#[test]
fn the_fields_of_a_frame_decide_shape_and_type() {
    let options = SpeReadOptions::new();
    let codes = [
        (0, DType::F32),
        (1, DType::I32),
        (2, DType::I16),
        (3, DType::U16),
        (8, DType::U32),
    ];
    for (code, dtype) in codes {
        let spe = Spe::new(8, 3, 5)
            .put(108, i16::to_le_bytes(code))
            .put(1446, 2i32.to_le_bytes());
        let mut reader = spe.open().expect("a valid file");
        let image = reader.read(Index::All, &options).expect("two frames");
        assert_eq!((image.shape(), image.dtype()), (&[2, 3, 5][..], dtype));
        assert_eq!(image.as_bytes(), &spe.body[..image.nbytes()]);
    }
    for code in (-300..300).filter(|code| !codes.iter().any(|(known, _)| known == code)) {
        let error = Spe::new(2, 3, 5)
            .put(108, i16::to_le_bytes(code))
            .open()
            .expect_err("no type");
        assert_eq!(error.kind(), ErrorKind::NotThisFormat);
        assert_eq!(error.message(), format!("data type {code} does not exist"));
    }
}

// checklist: E-268, E-285, E-286
#[test]
fn numbers_with_names_are_given_by_name() {
    let value = |offset, number: i16, key: &str| {
        let spe = Spe::new(1, 2, 3).put(offset, number.to_le_bytes());
        support::json(&spe.metadata(&SpeReadOptions::new()).0)[key].clone()
    };
    let controllers = [
        "new120 (Type II)",
        "old120 (Type I)",
        "ST130",
        "ST121",
        "ST138",
        "DC131 (PentaMax)",
        "ST133 (MicroMax/Roper)",
        "ST135 (GPIB)",
        "VTCCD",
        "ST116 (GPIB)",
        "OMA3 (GPIB)",
        "OMA4",
    ];
    for (number, name) in (1..).zip(controllers) {
        assert_eq!(value(704, number, "type"), json!(name));
    }
    for (number, name) in (1..).zip(["full frame", "frame transfer", "kinetics"]) {
        assert_eq!(value(1480, number, "readout_mode"), json!(name));
    }
    for number in [0, 13, -1, i16::MAX, i16::MIN] {
        assert_eq!(value(704, number, "type"), Json::Null);
    }
    for number in [0, 4, -1] {
        assert_eq!(value(1480, number, "readout_mode"), Json::Null);
    }
    let words = ["rotate", "reverse", "flip"];
    for bits in 0..16u8 {
        let expected: Vec<_> = (0..3)
            .filter(|bit| bits & 1 << bit != 0)
            .map(|bit| words[bit])
            .collect();
        assert_eq!(value(600, bits.into(), "geometric"), json!(expected));
    }
}

// checklist: E-279, E-280, E-283
#[test]
fn regions_of_interest_are_listed() {
    let mut spe = Spe::new(1, 2, 3);
    for n in 0..10u16 {
        for (place, value) in (0..6).zip([1, 2, 3, 4, 5, 6u16]) {
            spe = spe.put(
                1512 + usize::from(12 * n + 2 * place),
                (100 * n + value).to_le_bytes(),
            );
        }
    }
    for (count, listed) in [
        (-1, 1),
        (0, 1),
        (1, 1),
        (2, 2),
        (10, 10),
        (11, 10),
        (i16::MAX, 10),
    ] {
        let found = support::json(
            &spe.clone()
                .put(1510, i16::to_le_bytes(count))
                .metadata(&SpeReadOptions::new())
                .0,
        );
        let expected: Vec<Json> = (0..listed)
            .map(|n| 100 * n)
            .map(|n| json!({"top_left": [n + 1, n + 4], "bottom_right": [n + 2, n + 5], "bin": [n + 3, n + 6]}))
            .collect();
        assert_eq!(found["ROIs"], json!(expected));
    }
}

// checklist: E-282
#[test]
fn text_ends_at_its_first_nul_and_keeps_its_blanks() {
    let spe = Spe::new(1, 2, 3)
        .comment(0, "up to\0here")
        .comment(1, "  blanks  ")
        .put(688, "\0gone");
    let found = support::json(&spe.metadata(&SpeReadOptions::new()).0);
    assert_eq!(
        found["comments"],
        json!(["up to", "  blanks  ", "", "", ""])
    );
    assert_eq!(found["sw_version"], json!(""));
}
