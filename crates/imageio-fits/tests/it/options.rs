//! What options do.

use imageio_core::{DType, ErrorKind, Index, OpenArgs, Options, Registry, Request, imopen_in};
use imageio_fits::{Checksum, FitsReadOptions, FitsReader, PLUGIN};

use crate::support::{fixture, fixtures, open};

fn read(name: &str, options: &FitsReadOptions) -> imageio_core::NdImage {
    open(name).read(Index::Default, options).expect(name)
}

/// A unit of these cards, and of `data` bytes.
fn unit(cards: &[&str], data: usize) -> Vec<u8> {
    let mut lines: Vec<String> = cards.iter().map(|card| format!("{card:80}")).collect();
    lines.push(format!("{:80}", "END"));
    let mut bytes = lines.concat().into_bytes();
    bytes.resize(bytes.len().next_multiple_of(2880), b' ');
    bytes.resize(bytes.len() + data.next_multiple_of(2880), 0);
    bytes
}

#[test]
fn a_summary_has_instrument_exposure_and_coordinates() {
    let mut file = unit(
        &[
            "SIMPLE  =                    T",
            "BITPIX  =                    8",
            "NAXIS   =                    0",
            "INSTRUME= 'ACS     '",
            "EXPTIME =                 12.5",
            "FILTER1 = '        '",
        ],
        0,
    );
    file.extend(unit(
        &[
            "XTENSION= 'IMAGE   '",
            "BITPIX  =                    8",
            "NAXIS   =                    2",
            "NAXIS1  =                    3",
            "NAXIS2  =                    2",
            "PCOUNT  =                    0",
            "GCOUNT  =                    1",
            "EXTNAME = 'SCI     '",
            "EXPTIME =                 11.0",
            "OBJECT  = 'M 51    '",
            "CTYPE1  = 'RA---TAN'",
            "CTYPE2  = 'DEC--TAN'",
            "CRVAL1  =                202.5",
            "CRVAL2  =                 47.2",
            "CD1_1   =               -0.001",
            "CD2_2   =                0.001",
        ],
        6,
    ));
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open(file, &options).expect("a file");
    let summary = reader.summary(Index::Default, &options).expect("known");
    let json: serde_json::Value = serde_json::from_str(&summary.to_json()).expect("JSON");
    let expected = serde_json::json!({
        "OBJECT": "M 51",
        "INSTRUME": "ACS",
        "EXPTIME": 11.0,
        "wcs": {
            "axes": ["RA---TAN", "DEC--TAN"],
            "values": [202.5, 47.2],
            "scale": "3.6 arcsec x 3.6 arcsec a pixel",
        },
        "hdus": ["0 empty", "1 SCI image 2x3 uint8"],
    });
    assert_eq!(json, expected);
    let keys: Vec<&str> = summary.keys().collect();
    assert_eq!(keys, ["OBJECT", "INSTRUME", "EXPTIME", "wcs", "hdus"]);
}

#[test]
fn a_file_without_an_image_says_what_it_holds() {
    let table = unit(
        &[
            "XTENSION= 'BINTABLE'",
            "BITPIX  =                    8",
            "NAXIS   =                    2",
            "NAXIS1  =                    4",
            "NAXIS2  =                    2",
            "PCOUNT  =                    0",
            "GCOUNT  =                    1",
            "TFIELDS =                    1",
            "TFORM1  = 'J       '",
            "EXTNAME = 'EVENTS  '",
        ],
        8,
    );
    let head = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ];
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open([unit(&head, 0), table].concat(), &options).expect("a file");
    let error = reader.read(Index::Default, &options).expect_err("a table");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert_eq!(
        error.message(),
        "no image among the units 0 empty, 1 EVENTS BINTABLE"
    );
}

// checklist: E-164, E-166
#[test]
fn unsigned_integers_are_an_option() {
    let options = FitsReadOptions::new();
    assert_eq!(read("uint16.fits", &options).dtype(), DType::U16);
    assert_eq!(read("int8.fits", &options).dtype(), DType::I8);
    for options in [options.clone().uint(false), options.uint16(false)] {
        let floats = read("uint16.fits", &options);
        assert_eq!(
            floats.as_slice::<f32>().map(|v| (v[0], v[34])).ok(),
            Some((0.0, 65535.0))
        );
        assert_eq!(read("uint32.fits", &options).dtype(), DType::F64);
    }
}

// checklist: E-164
#[test]
fn numbers_can_be_left_as_stored() {
    let options = FitsReadOptions::new().do_not_scale_image_data(true);
    for (name, stored) in [
        ("uint16.fits", DType::I16),
        ("scaled_int16.fits", DType::I16),
        ("blank_int32.fits", DType::I32),
        ("int8.fits", DType::U8),
    ] {
        assert_eq!(read(name, &options).dtype(), stored, "{name}");
    }
    assert_eq!(
        read("scaled_int16.fits", &options)
            .as_slice::<i16>()
            .map(|v| v[0])
            .ok(),
        Some(-32768)
    );
    let metadata = open("scaled_int16.fits")
        .metadata(Index::At(0), true, &options)
        .expect("metadata");
    assert!(metadata.contains_key("BSCALE"));
}

// checklist: E-164, E-166
#[test]
fn blank_is_nan_unless_it_is_ignored() {
    let options = FitsReadOptions::new();
    let floats = read("blank_int16.fits", &options);
    let blanks = |image: &imageio_core::NdImage| {
        image
            .as_slice::<f32>()
            .map(|v| v.iter().filter(|x| x.is_nan()).count())
    };
    assert_eq!(
        blanks(&floats).ok(),
        Some(3),
        "the first number of the ramp is BLANK as well"
    );
    let options = options.ignore_blank(true);
    assert_eq!(read("blank_int16.fits", &options).dtype(), DType::I16);
    assert_eq!(
        blanks(&read("blank_scaled_int16.fits", &options)).ok(),
        Some(0)
    );
}

// checklist: E-164
#[test]
fn a_missing_end_is_refused_unless_it_is_ignored() {
    let path = fixtures().join("fits/missing_end.fits");
    let error = FitsReader::open(&path, &FitsReadOptions::new()).expect_err("no END");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("ignore_missing_end"), "{error}");
    let options = FitsReadOptions::new().ignore_missing_end(true);
    let mut reader = FitsReader::open(&path, &options).expect("a header");
    let known = reader
        .properties(Index::At(0), &options)
        .expect("properties");
    assert_eq!(known.shape, [5, 7]);
}

// checklist: E-164
#[test]
fn compressed_images_can_be_taken_for_tables() {
    let options = FitsReadOptions::new();
    assert_eq!(open("tiled.fits.fz").n_images(&options).ok(), Some(1));
    let options = options.disable_image_compression(true);
    assert_eq!(open("tiled.fits.fz").n_images(&options).ok(), Some(0));
}

// checklist: E-164
#[test]
fn checksums_are_compared_when_asked() {
    let verify = FitsReadOptions::new().checksum(Checksum::Verify);
    for (name, warnings) in [
        ("checksum.fits", 0),
        ("checksum_wrong.fits", 2),
        ("checksum_header.fits", 1),
    ] {
        let request = Request::from(fixture(name));
        for (options, expected) in [(FitsReadOptions::new(), 0), (verify.clone(), warnings)] {
            let mut reader = FitsReader::open(&request, &options).expect(name);
            reader.read(Index::At(0), &options).expect(name);
            assert_eq!(
                request.warnings().len(),
                expected,
                "{name}: {:?}",
                request.warnings()
            );
        }
    }
    let remove = FitsReadOptions::new().checksum(Checksum::Remove);
    let mut reader = open("checksum.fits");
    let metadata = |reader: &mut FitsReader, options| {
        reader
            .metadata(Index::At(0), true, options)
            .expect("metadata")
    };
    assert!(metadata(&mut reader, &verify).contains_key("CHECKSUM"));
    assert!(!metadata(&mut reader, &remove).contains_key("CHECKSUM"));
}

// checklist: E-164, E-165
#[test]
fn every_option_of_the_manual_is_taken_at_opening_too() {
    let options = Options::new()
        .set("cache", false)
        .set("uint", false)
        .set("ignore_missing_end", true)
        .set("checksum", "remove")
        .set("disable_image_compression", false)
        .set("do_not_scale_image_data", false)
        .set("ignore_blank", false)
        .set("scale_back", true);
    let args = OpenArgs::new().plugin(&PLUGIN).options(options);
    let request = Request::from(fixtures().join("fits/uint16.fits"));
    let mut resource = imopen_in(&Registry::new(), request, args).expect("a fixture");
    let image = resource
        .read(Index::Default, &Options::new())
        .expect("an image");
    assert_eq!(image.dtype(), DType::F32);
    let again = resource
        .read(Index::Default, &Options::new().set("uint", true))
        .expect("an image");
    assert_eq!(again.dtype(), DType::U16);
    let metadata = resource
        .metadata(Index::Default, true, &Options::new())
        .expect("metadata");
    assert!(metadata.contains_key("BZERO"), "scale_back keeps it");
    let plain = open("uint16.fits")
        .metadata(Index::Default, true, &FitsReadOptions::new())
        .expect("metadata");
    assert!(!plain.contains_key("BZERO"));
}
