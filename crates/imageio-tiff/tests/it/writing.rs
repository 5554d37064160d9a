//! What options and metadata of writing put into the file.

use imageio_core::{DType, ErrorKind, Images, Metadata, Options, Rational, Value};
use imageio_tiff::{Compression, ResolutionUnit, TiffOpenOptions, TiffWriteOptions};

use crate::written::{metadata, pages, picture, read, series, write, write_all};

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Metadata {
    pairs.into_iter().collect()
}

/// Tags of page 0 of a gray picture written with `options`.
fn tags(options: TiffWriteOptions) -> Metadata {
    let bytes = write(&picture(DType::U8, &[64, 48]), options).unwrap();
    metadata(&bytes, 0)
}

// checklist: E-120, E-155
#[test]
fn software_is_named_once() {
    let image = picture(DType::U8, &[4, 5]);
    let two = || [Images::single(&image), Images::single(&image)];
    let open = TiffOpenOptions::new().software("testsoftware");
    let bytes = write_all(two(), open, TiffWriteOptions::new()).unwrap();
    let software = |page| metadata(&bytes, page).get("software").cloned();
    assert_eq!(software(0), Some("testsoftware".into()));
    assert_ne!(software(1), Some("testsoftware".into()));
    // The pages of one series have neither the name nor the date again.
    let volume = picture(DType::U8, &[2, 4, 5]);
    let options = TiffWriteOptions::new()
        .software("testsoftware")
        .datetime("2018:07:02 09:46:15");
    let bytes = write(&volume, options).unwrap();
    assert_eq!(pages(&bytes), 2);
    for (tag, page, holds) in [
        ("Software", 0, true),
        ("Software", 1, false),
        ("DateTime", 0, true),
        ("DateTime", 1, false),
    ] {
        let found = metadata(&bytes, page).lookup(tag).is_some();
        assert_eq!(found, holds, "{tag} of page {page}");
    }
}

// checklist: E-123
#[test]
fn metadata_decides_how_pages_are_laid_out() {
    let of = |shape: &[usize], key: &str, value: Value| {
        let image = picture(DType::U8, shape);
        let images = [Images::single(&image).metadata([map([(key, value)])])];
        let bytes = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
        assert_eq!(read(&bytes, 0), image);
        (pages(&bytes), metadata(&bytes, 0))
    };
    let (count, about) = of(&[2, 8, 9], "planarconfig", "separate".into());
    assert_eq!(
        (count, about.lookup("SamplesPerPixel")),
        (1, Some(&2.into()))
    );
    let (count, about) = of(&[20, 33, 50], "volume", true.into());
    assert_eq!((count, about.lookup("ImageDepth")), (1, Some(&20.into())));
    let (count, about) = of(&[8, 9], "photometric", "miniswhite".into());
    let photometric = about.lookup("PhotometricInterpretation");
    assert_eq!((count, photometric), (1, Some(&0.into())));
}

// checklist: E-142
#[test]
fn pages_that_are_stored_in_other_ways_make_other_series() {
    let image = picture(DType::U8, &[4, 5]);
    let meta = |compression: &str| map([("compression", compression.into())]);
    let written = |compressions: [&str; 2]| {
        let images = compressions.map(|name| Images::single(&image).metadata([meta(name)]));
        let options = TiffWriteOptions::new().writeshape(false);
        write_all(images, TiffOpenOptions::new(), options).unwrap()
    };
    assert_eq!(series(&written(["packbits", "packbits"])), 1);
    assert_eq!(series(&written(["packbits", "lzw"])), 2);
}

// checklist: E-128, E-129, E-123
#[test]
fn texts_come_back_for_each_page() {
    let image = picture(DType::U8, &[4, 5]);
    let meta = |text: &str, hour: &str| {
        map([
            ("description", text.into()),
            ("datetime", format!("2018:07:02 {hour}:46:15").into()),
            ("is_shaped", true.into()),
            ("something else", 7.into()),
        ])
    };
    let images = [("first", "09"), ("second", "10")]
        .map(|(text, hour)| Images::single(&image).metadata([meta(text, hour)]));
    let bytes = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
    for (page, text, hour) in [(0, "first", 9), (1, "second", 10)] {
        let about = metadata(&bytes, page);
        assert_eq!(about.get("description"), Some(&text.into()));
        let shape = about.get("description1").and_then(Value::as_str);
        assert_eq!(shape, Some("{\"shape\": [4, 5]}"));
        match about.get("datetime") {
            Some(Value::DateTime(time)) => assert_eq!(time.hour, hour),
            other => panic!("{other:?}"),
        }
        assert!(!about.contains_key("something else"));
    }
    let bytes = write(&image, TiffWriteOptions::new()).unwrap();
    let described = metadata(&bytes, 0).get("description").cloned();
    assert_eq!(described, Some("{\"shape\": [4, 5]}".into()));
    let bytes = write(&image, TiffWriteOptions::new().writeshape(false)).unwrap();
    assert_eq!(metadata(&bytes, 0).lookup("ImageDescription"), None);
}

// checklist: E-125, E-154, F-294
#[test]
fn resolutions_come_back() {
    let image = picture(DType::U8, &[4, 5]);
    let third = Value::List(vec![[1, 3].into(), [1, 3].into()]);
    let cases: [(Value, f64, f64); 5] = [
        ([1, 1].into(), 1.0, 1.0),
        ([100, 200].into(), 100.0, 200.0),
        ([0, 1].into(), 0.0, 1.0),
        ([0, 12].into(), 0.0, 12.0),
        (third, 1.0 / 3.0, 1.0 / 3.0),
    ];
    for (resolution, x, y) in cases {
        let meta = map([("resolution", resolution)]);
        let images = [Images::single(&image).metadata([meta])];
        let bytes = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
        let about = metadata(&bytes, 0);
        let found: Vec<Value> = about.get("resolution").unwrap().as_list().unwrap().to_vec();
        assert_eq!(found[0].as_f64(), Some(x));
        assert_eq!(found[1].as_f64(), Some(y));
        assert_eq!(found[2].as_str(), Some("INCH"));
        assert_eq!(about.get("resolution_unit"), Some(&2.into()));
    }
    let plain = tags(TiffWriteOptions::new());
    assert_eq!(plain.get("resolution_unit"), Some(&1.into()));
    let one = Value::Rational(Rational::new(1, 1));
    assert_eq!(plain.lookup("XResolution"), Some(&one));
    let options = TiffWriteOptions::new().resolutionunit(ResolutionUnit::Centimeter);
    assert_eq!(tags(options).get("resolution_unit"), Some(&3.into()));
}

// checklist: E-123, E-127, H-015
#[test]
fn compressions_have_two_spellings() {
    let image = picture(DType::U16, &[64, 48]);
    let compression = |meta: Metadata| {
        let images = [Images::single(&image).metadata([meta])];
        let written = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new())?;
        assert_eq!(read(&written, 0), image);
        let code = metadata(&written, 0).get("compression").cloned();
        Ok::<_, imageio_core::Error>((code, written.len()))
    };
    let code = |meta| compression(meta).unwrap().0;
    assert_eq!(code(map([("compress", 6.into())])), Some(8.into()));
    assert_eq!(code(map([("compress", 0.into())])), Some(1.into()));
    assert_eq!(code(map([("compression", "zlib".into())])), Some(8.into()));
    assert_eq!(code(map([("compression", 5.into())])), Some(5.into()));
    let level = |level: i32| {
        let args: Metadata = [("level", level)].into_iter().collect();
        map([
            ("compression", "zlib".into()),
            ("compressionargs", args.into()),
        ])
    };
    let (fast, small) = (
        compression(level(1)).unwrap(),
        compression(level(9)).unwrap(),
    );
    assert_eq!(small.0, Some(8.into()));
    assert_ne!(small.1, fast.1);
    let bad = [
        level(77),
        map([("compress", 10.into())]),
        map([("compression", 4.into())]),
    ];
    for meta in bad {
        assert_eq!(compression(meta).unwrap_err().kind(), ErrorKind::BadOption);
    }
}

// checklist: E-124, E-157
#[test]
fn predictors_fit_the_type() {
    let predictor = |dtype, value: Value| {
        let image = picture(dtype, &[16, 20]);
        let meta = map([("predictor", value), ("compression", 8.into())]);
        let images = [Images::single(&image).metadata([meta])];
        let bytes = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new())?;
        assert_eq!(read(&bytes, 0), image);
        Ok::<_, imageio_core::Error>(metadata(&bytes, 0).get("predictor").cloned())
    };
    for (value, expected) in [(1, 1), (2, 2), (3, 2)] {
        assert_eq!(
            predictor(DType::U8, value.into()).unwrap(),
            Some(expected.into())
        );
    }
    assert_eq!(predictor(DType::F32, true.into()).unwrap(), Some(3.into()));
    assert!(predictor(DType::F32, "horizontal".into()).is_err());
    assert!(predictor(DType::Bool, true.into()).is_err());
    let alone = TiffWriteOptions::new().predictor(true);
    let error = write(&picture(DType::U8, &[4, 5]), alone).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

// checklist: E-123
#[test]
fn extra_tags_are_written() {
    let tag = |code: i32, dtype: &str, value: Value, once: bool| {
        Value::List(vec![
            code.into(),
            dtype.into(),
            Value::Null,
            value,
            once.into(),
        ])
    };
    let extra = Value::List(vec![
        tag(65000, "H", [1, 2, 3].into(), false),
        tag(65001, "s", "a text".into(), true),
        tag(65002, "d", 0.5.into(), false),
        tag(256, "I", 99.into(), false),
    ]);
    let volume = picture(DType::U8, &[2, 4, 5]);
    let bytes = write(&volume, TiffWriteOptions::new().extratags(extra)).unwrap();
    let (first, second) = (metadata(&bytes, 0), metadata(&bytes, 1));
    assert_eq!(first.lookup("65000"), Some(&[1, 2, 3].into()));
    assert_eq!(first.lookup("65001"), Some(&"a text".into()));
    assert_eq!(first.lookup("65002"), Some(&0.5.into()));
    assert_eq!(first.lookup("ImageWidth"), Some(&5.into()));
    assert_eq!(second.lookup("65000"), Some(&[1, 2, 3].into()));
    assert_eq!(second.lookup("65001"), None);
    let bad = Value::List(vec![tag(65000, "x", 1.into(), false)]);
    assert!(write(&volume, TiffWriteOptions::new().extratags(bad)).is_err());
}

// checklist: E-149, E-153
#[test]
fn the_layout_has_its_defaults() {
    let plain = tags(TiffWriteOptions::new());
    let number = |about: &Metadata, tag: &str| {
        let value = about.lookup(tag);
        let one = value.and_then(|it| it.as_list().and_then(|it| it.first()).or(Some(it)));
        one.and_then(Value::as_i64)
    };
    assert_eq!(number(&plain, "RowsPerStrip"), Some(64));
    assert_eq!(number(&plain, "StripByteCounts"), Some(64 * 48));
    assert_eq!(number(&plain, "StripOffsets").map(|at| at % 16), Some(0));
    assert_eq!(number(&plain, "NewSubfileType"), Some(0));
    let packed = tags(TiffWriteOptions::new().compress(6));
    assert_eq!(number(&packed, "Compression"), Some(8));
    let large = picture(DType::U8, &[1024, 1024]);
    let options = TiffWriteOptions::new().compression(Compression::Deflate);
    let about = metadata(&write(&large, options).unwrap(), 0);
    assert_eq!(number(&about, "RowsPerStrip"), Some(256));
    let options = TiffWriteOptions::new().align(512);
    assert_eq!(
        number(&tags(options), "StripOffsets").map(|at| at % 512),
        Some(0)
    );
}

// checklist: E-159
#[test]
fn sample_formats_tell_the_type() {
    let cases = [
        (DType::I16, Some(2)),
        (DType::F16, Some(3)),
        (DType::F64, Some(3)),
        (DType::C64, Some(6)),
    ];
    for (dtype, format) in cases {
        let bytes = write(&picture(dtype, &[4, 5]), TiffWriteOptions::new()).unwrap();
        let found = metadata(&bytes, 0).lookup("SampleFormat").cloned();
        let found = found.and_then(|it| it.as_i64().or_else(|| it.as_list()?.first()?.as_i64()));
        assert_eq!(found, format, "{dtype}");
    }
    let image = picture(DType::Bool, &[3, 9]);
    let bytes = write(&image, TiffWriteOptions::new()).unwrap();
    let about = metadata(&bytes, 0);
    let bits = about.lookup("BitsPerSample").cloned();
    let bits = bits.and_then(|it| it.as_i64().or_else(|| it.as_list()?.first()?.as_i64()));
    assert_eq!(bits, Some(1));
    let counts = about.lookup("StripByteCounts").cloned();
    let counts = counts.and_then(|it| it.as_i64().or_else(|| it.as_list()?.first()?.as_i64()));
    assert_eq!(counts, Some(6), "three rows of two bytes");
}

#[test]
fn what_was_read_can_be_written_with_its_metadata() {
    let image = picture(DType::U16, &[16, 20]);
    let options = TiffWriteOptions::new()
        .compression(Compression::Lzw)
        .predictor(true)
        .resolution(Value::from([72, 72]))
        .description("a cell");
    let bytes = write(&image, options).unwrap();
    let images = [Images::single(&image).metadata([metadata(&bytes, 0)])];
    let again = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
    let (first, second) = (metadata(&bytes, 0), metadata(&again, 0));
    for key in ["compression", "predictor", "resolution", "description"] {
        assert_eq!(first.get(key), second.get(key), "{key}");
    }
    // A shape that was read is no description of the next array.
    let volume = write(&picture(DType::U8, &[3, 2, 4, 5]), TiffWriteOptions::new()).unwrap();
    let images = [Images::single(&image).metadata([metadata(&volume, 0)])];
    let again = write_all(images, TiffOpenOptions::new(), TiffWriteOptions::new()).unwrap();
    assert_eq!((pages(&again), read(&again, 0)), (1, image));
}

#[test]
fn options_of_a_call_win_over_metadata() {
    let image = picture(DType::U8, &[16, 20]);
    let meta = map([("compression", 5.into()), ("description", "old".into())]);
    let options = TiffWriteOptions::new().compression(Compression::Deflate);
    let images = [Images::single(&image).metadata([meta])];
    let bytes = write_all(images, TiffOpenOptions::new(), options).unwrap();
    let about = metadata(&bytes, 0);
    assert_eq!(about.get("compression"), Some(&8.into()));
    assert_eq!(about.get("description"), Some(&"old".into()));
}

#[test]
fn names_lead_to_options() {
    let options = Options::new()
        .set("compression", "ZSTD")
        .set("tile", "16,32")
        .set("resolution", "(72, 72)")
        .set("photometric", "minisblack")
        .set("planarconfig", "planar");
    let parsed: TiffWriteOptions = options.parse().unwrap();
    assert_eq!(parsed.compression, Some(Compression::Zstd));
    assert_eq!(parsed.tile, [16, 32]);
}

#[test]
fn imagej_and_ome_say_what_they_hold() {
    let stack = picture(DType::U16, &[2, 3, 4, 15, 16]);
    let options = TiffWriteOptions::new().imagej(true);
    let bytes = write(&stack, options.clone()).unwrap();
    assert_eq!(read(&bytes, 0), stack);
    let text = metadata(&bytes, 0).get("description").cloned();
    let text = text.and_then(|it| it.as_str().map(str::to_owned)).unwrap();
    for line in [
        "ImageJ=1.11a",
        "images=24",
        "channels=4",
        "slices=3",
        "frames=2",
    ] {
        assert!(text.lines().any(|it| it == line), "{text}");
    }
    let two = [Images::single(&stack), Images::single(&stack)];
    assert!(write_all(two, TiffOpenOptions::new(), options).is_err());
    let image = picture(DType::F64, &[4, 5]);
    let error = write(&image, TiffWriteOptions::new().imagej(true)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);

    let about: Metadata = [("PhysicalSizeX", 0.5)].into_iter().collect();
    let options = TiffWriteOptions::new()
        .ome(true)
        .axes("TZCYX")
        .metadata(about);
    let bytes = write(&stack, options).unwrap();
    assert_eq!(read(&bytes, 0), stack);
    let text = metadata(&bytes, 0).get("description").cloned();
    let text = text.and_then(|it| it.as_str().map(str::to_owned)).unwrap();
    for part in [
        "SizeT=\"2\"",
        "SizeZ=\"3\"",
        "SizeC=\"4\"",
        "PhysicalSizeX=\"0.5\"",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
