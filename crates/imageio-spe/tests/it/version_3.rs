//! Version 3: the XML footer, regions of interest, and what is stored about each frame.

use imageio_core::{DType, ErrorKind, Index, Window};
use imageio_spe::{SpeReadOptions, SpeReader};
use serde_json::json;

use crate::support::{self, Spe, fixtures, pixels};

/// A footer for `count` frames of 2-byte pixels whose regions are `(height, width, stride)`.
fn footer(count: usize, stride: usize, regions: &[(usize, usize, usize)]) -> String {
    let block = |&(height, width, stride): &(usize, usize, usize)| {
        let size = 2 * height * width;
        let sizes = format!(r#"size="{size}" stride="{stride}" width="{width}" height="{height}""#);
        format!(r#"<DataBlock type="Region" count="1" {sizes}/>"#)
    };
    let blocks = regions.iter().map(block).collect::<Vec<_>>().concat();
    let size: usize = regions.iter().map(|(.., stride)| stride).sum();
    format!(
        r#"<SpeFormat version="3.0" xmlns="http://www.princetoninstruments.com/spe/2009"><DataFormat>
        <DataBlock type="Frame" count="{count}" pixelFormat="MonochromeUnsigned16" size="{size}" stride="{stride}">
        {blocks}</DataBlock></DataFormat></SpeFormat>"#
    )
}

// checklist: E-289
#[test]
fn the_footer_comes_raw_and_parsed_beside_the_header() {
    let mut reader = SpeReader::open(fixtures().join("spe/v3_one_region.spe")).expect("a fixture");
    let metadata = reader
        .metadata(Index::All, &SpeReadOptions::new())
        .expect("metadata");
    let bytes = metadata
        .get("__xml")
        .and_then(imageio_core::Value::as_bytes)
        .expect("bytes");
    assert!(bytes.starts_with(b"<?xml ") && bytes.ends_with(b"</SpeFormat>"));
    let text = |path| metadata.lookup(path).and_then(imageio_core::Value::as_str);
    assert_eq!(text("SpeFormat.@version"), Some("3.0"));
    assert_eq!(
        text("SpeFormat.DataFormat.DataBlock.DataBlock.@width"),
        Some("7")
    );
    assert_eq!(
        text("SpeFormat.GeneralInformation.Notes"),
        Some("5 µm slit & no filter")
    );
    let wavelengths = "SpeFormat.Calibrations.WavelengthMapping.Wavelength.#text";
    assert_eq!(text(wavelengths), Some("500.5,501,501.5"));
    assert_eq!(support::json(&metadata)["file_header_ver"], json!(3.0));
    assert!(metadata.contains_key("ROIs") && !metadata.contains_key("frame"));
}

#[test]
fn repeated_elements_are_lists() {
    let mut reader = SpeReader::open(fixtures().join("spe/v3_two_regions.spe")).expect("a fixture");
    let metadata = reader
        .metadata(Index::At(0), &SpeReadOptions::new())
        .expect("metadata");
    let found = support::json(&metadata);
    let mappings = &found["SpeFormat"]["Calibrations"]["SensorMapping"];
    assert_eq!(
        (&mappings[0]["@y"], &mappings[1]["@y"]),
        (&json!("20"), &json!("40"))
    );
}

#[test]
fn time_stamps_are_skipped_by_pixels_and_given_with_their_frame() {
    let options = SpeReadOptions::new();
    let mut reader = SpeReader::open(fixtures().join("spe/v3_time_stamps.spe")).expect("a fixture");
    for frame in 0..3 {
        let found = support::json(
            &reader
                .metadata(Index::At(frame), &options)
                .expect("metadata"),
        );
        let stamps = json!({"ExposureStarted": 1000 * frame, "ExposureEnded": 1000 * frame + 500});
        assert_eq!(found["frame"], json!({"TimeStamp": stamps}));
    }
    let stack = reader.read(Index::All, &options).expect("three frames");
    assert_eq!(stack.shape(), [3, 5, 7]);
    for frame in 0..3 {
        let single = reader.read(Index::At(frame), &options).expect("a frame");
        assert_eq!(stack.frame(frame).expect("a frame"), single);
    }
    let window = Window::new([1..3, 2..4, 3..7]);
    let part = reader
        .read_window(Index::All, &window, &options)
        .expect("a window");
    assert_eq!(part, stack.crop(window.ranges()).expect("a window"));
}

#[test]
fn regions_one_above_the_other_are_the_strip_of_the_header() {
    let options = SpeReadOptions::new();
    let mut reader = SpeReader::open(fixtures().join("spe/v3_two_regions.spe")).expect("a fixture");
    let whole = reader.read(Index::At(1), &options).expect("a frame");
    let upper = reader
        .read(Index::At(1), &options.clone().roi(0))
        .expect("a region");
    let lower = reader
        .read(Index::All, &options.clone().roi(1))
        .expect("a region of all");
    assert_eq!(
        (upper.shape(), lower.shape()),
        (&[2, 7][..], &[3, 3, 7][..])
    );
    assert_eq!(pixels(&upper), pixels(&whole)[..14]);
    assert_eq!(
        pixels(&lower.frame(1).expect("a frame")),
        pixels(&whole)[14..]
    );
}

#[test]
fn equal_regions_that_are_no_strip_are_stacked() {
    let spe = Spe::new(2, 4, 3).put(656, 9u16.to_le_bytes());
    let mut reader = spe
        .with_footer(footer(2, 24, &[(2, 3, 12), (2, 3, 12)]))
        .open()
        .expect("a valid file");
    let options = SpeReadOptions::new();
    let known = reader.properties(Index::All, &options).expect("properties");
    assert_eq!((known.shape, known.axes), (vec![2, 2, 2, 3], None));
    let frame = reader.read(Index::At(1), &options).expect("a frame");
    assert_eq!(
        (frame.shape(), pixels(&frame)),
        (&[2, 2, 3][..], (12..24).collect())
    );
    let part = reader
        .read_window(Index::At(1), &Window::new([1..2, 0..2, 2..3]), &options)
        .expect("a window");
    assert_eq!(
        (part.shape(), pixels(&part)),
        (&[1, 2, 1][..], vec![20, 23])
    );
}

#[test]
fn unequal_regions_are_read_one_by_one() {
    let spe = Spe::new(2, 5, 2)
        .with_footer(footer(2, 20, &[(2, 2, 8), (3, 2, 12)]).replace("pixelFormat", "was"));
    // The header's strip is of another height, so it does not describe the regions.
    let mut reader = spe
        .put(656, 4u16.to_le_bytes())
        .open()
        .expect("a valid file");
    let error = reader
        .read(Index::At(0), &SpeReadOptions::new())
        .expect_err("no one shape");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.help(), ["option `roi`, 0 to 1"]);
    let lower = reader
        .read(Index::At(1), &SpeReadOptions::new().roi(1))
        .expect("a region");
    assert_eq!(
        (lower.shape(), pixels(&lower)),
        (&[3, 2][..], (14..20).collect())
    );
    let error = reader
        .read(Index::At(0), &SpeReadOptions::new().roi(2))
        .expect_err("two regions");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert_eq!(
        error.message(),
        "option `roi`: 2 is out of range: a frame has 2 regions"
    );
}

#[test]
fn gaps_between_regions_are_skipped() {
    let spe = Spe::new(2, 8, 2).with_footer(footer(2, 32, &[(2, 2, 14), (2, 2, 14)]));
    let frame = spe
        .open()
        .expect("a valid file")
        .read(Index::At(1), &SpeReadOptions::new())
        .expect("a frame");
    assert_eq!(
        (frame.shape(), pixels(&frame)),
        (&[2, 2, 2][..], vec![16, 17, 18, 19, 23, 24, 25, 26])
    );
}

#[test]
fn the_header_of_version_2_splits_its_strip_for_one_region() {
    let mut reader = SpeReader::open(fixtures().join("spe/two_regions.spe")).expect("a fixture");
    let whole = reader
        .read(Index::At(0), &SpeReadOptions::new())
        .expect("a frame");
    let lower = reader
        .read(Index::At(0), &SpeReadOptions::new().roi(1))
        .expect("a region");
    assert_eq!((whole.shape(), lower.shape()), (&[5, 6][..], &[3, 6][..]));
    assert_eq!(pixels(&lower), pixels(&whole)[12..]);
}

#[test]
fn the_footer_alone_is_enough() {
    // Version and footer offset are all that the specification asks of the header.
    let spe = Spe::new(3, 2, 3).with_footer(footer(3, 12, &[(2, 3, 12)]));
    let bare = spe
        .put(108, [9, 0])
        .put(42, [0, 0])
        .put(656, [0, 0])
        .put(1446, [0; 4]);
    let stack = bare
        .open()
        .expect("a valid file")
        .read(Index::All, &SpeReadOptions::new())
        .expect("frames");
    assert_eq!((stack.shape(), stack.dtype()), (&[3, 2, 3][..], DType::U16));
    assert_eq!(pixels(&stack), (0..18).collect::<Vec<u16>>());
}

#[test]
fn a_broken_footer_leaves_what_the_header_says() {
    let good = footer(3, 12, &[(2, 3, 12)]);
    for (broken, message) in [
        (good.replace("</SpeFormat>", ""), "the XML footer: "),
        (
            good.replace("width=\"3\"", "width=\"4\""),
            "region 0 of the footer: 12 bytes",
        ),
        (
            good.replace("stride=\"12\">", "stride=\"11\">"),
            "regions of 12 bytes in a frame of 12 bytes every 11",
        ),
        (
            good.replace("type=\"Frame\"", "type=\"Film\""),
            "the XML footer describes no frame",
        ),
        (
            good.replace("count=\"3\"", "count=\"0\""),
            "the XML footer claims 0 frames",
        ),
        ("\u{fffd}".repeat(3), "the XML footer: "),
    ] {
        let request = Spe::new(3, 2, 3).with_footer(broken).request();
        let mut reader = SpeReader::open(&request).expect(message);
        let stack = reader
            .read(Index::All, &SpeReadOptions::new())
            .expect(message);
        assert_eq!(pixels(&stack), (0..18).collect::<Vec<u16>>());
        assert!(
            request.warnings()[0].starts_with(message),
            "{:?}",
            request.warnings()
        );
        let metadata = reader
            .metadata(Index::At(0), &SpeReadOptions::new())
            .expect(message);
        assert!(metadata.contains_key("__xml"));
    }
}

#[test]
fn a_recording_that_was_cut_off_has_no_footer() {
    let spe = Spe::new(3, 2, 3).with_footer("").put(678, [0; 8]);
    let request = spe.request();
    let mut reader = SpeReader::open(&request).expect("a valid file");
    assert_eq!(
        reader
            .read(Index::All, &SpeReadOptions::new())
            .expect("frames")
            .shape(),
        [3, 2, 3]
    );
    assert!(
        !reader
            .metadata(Index::All, &SpeReadOptions::new())
            .expect("metadata")
            .contains_key("__xml")
    );
    assert_eq!(request.warnings().len(), 1);
}

// checklist: E-290
#[test]
fn frames_end_at_the_footer() {
    let spe = Spe::new(3, 2, 3)
        .put(1446, 9i32.to_le_bytes())
        .with_footer(footer(9, 12, &[(2, 3, 12)]));
    let request = spe.request();
    let mut reader = SpeReader::open(&request).expect("a valid file");
    assert_eq!(
        reader
            .properties(Index::All, &SpeReadOptions::new())
            .expect("known")
            .n_images,
        Some(3)
    );
    assert_eq!(
        request.warnings(),
        ["9 frames are claimed, the file holds 3"]
    );
}
