//! Containers: whose they are, their chunks, options and indices.

use imageio_core::{
    DType, ErrorKind, Index, Limits, Mode, NdImage, OpenArgs, Options, Request, Window,
};
use imageio_lytro::{LFP, LFR, LytroFormat, LytroReadOptions, LytroReader};

use crate::support::{
    FILE, chunk, f01_index, files_in, fixture, fixtures, found, illum_index, name_of, none, open,
    read, reference, search,
};

fn kind<T: std::fmt::Debug>(result: imageio_core::Result<T>) -> ErrorKind {
    result.expect_err("an error").kind()
}

// checklist: E-388, F-202, F-205, F-065
#[test]
fn each_camera_has_its_plugin_whatever_the_name() {
    for path in files_in(&fixtures().join("lytro")) {
        let name = name_of(&path);
        let plugin = if path.extension().is_some_and(|ending| ending == "lfr") {
            "LYTRO-LFR"
        } else {
            "LYTRO-LFP"
        };
        assert_eq!(found(path.as_path()), Ok(plugin), "{name}");
        let bytes = std::fs::read(&path).expect("a fixture");
        assert_eq!(found(bytes.clone()), Ok(plugin), "{name}");
        let other = if plugin == "LYTRO-LFR" { &LFP } else { &LFR };
        let error = search(bytes, OpenArgs::new().plugin(other)).map(|it| it.plugin().name());
        assert_eq!(
            error.map_err(|error| error.kind()),
            Err(ErrorKind::NotThisFormat),
            "{name}"
        );
    }
    assert_eq!(
        (LFR.readable(), LFP.readable()),
        (&[".lfr"][..], &[".lfp"][..])
    );
    assert!(LFR.v2_modes() == "i" && LFP.v2_modes() == "i");
}

// checklist: E-387, E-388, F-065
#[test]
fn nothing_is_written() {
    for card in imageio_lytro::PLUGINS {
        assert!(!card.can_write() && card.writable().is_empty());
        let request = Request::to_bytes().mode(Mode::WRITE);
        assert!(search(request, OpenArgs::new().plugin(*card)).is_err());
    }
    let mut opened = search(fixture("small.lfr").as_path(), OpenArgs::new()).expect("a file");
    let pixel = NdImage::from_vec(&[1, 1], vec![0u8]).expect("a pixel");
    assert_eq!(kind(opened.write(&pixel, &none())), ErrorKind::Unsupported);
}

// checklist: E-387, F-206, F-207
#[test]
fn there_is_one_image() {
    for name in ["small.lfr", "small.lfp"] {
        let reader = open(&fixture(name)).expect(name);
        let options = LytroReadOptions::new();
        let first = reader.read(Index::At(0), &options).expect(name);
        assert_eq!(first, read(&reader));
        for position in [1, 7] {
            assert_eq!(
                kind(reader.read(Index::At(position), &options)),
                ErrorKind::OutOfRange
            );
            assert_eq!(
                kind(reader.metadata(Index::At(position), &options)),
                ErrorKind::OutOfRange
            );
        }
        let all = reader.read(Index::All, &options).expect(name);
        assert_eq!(all.shape(), [&[1], first.shape()].concat());
    }
}

// checklist: E-385, E-386, F-206, F-207
#[test]
fn options_leave_out_pixels_and_thumbnail() {
    for name in ["small.lfr", "thumbnail.lfp"] {
        let reader = open(&fixture(name)).expect(name);
        let only = LytroReadOptions::new().meta_only(true);
        let empty = reader.read(Index::Default, &only).expect(name);
        assert_eq!((empty.shape(), empty.dtype()), (&[0][..], DType::F64));
        assert_eq!(
            reader.properties(Index::Default, &only).expect(name).shape,
            [0]
        );
        let with = reader.metadata(Index::Default, &only).expect(name);
        assert_eq!(
            with.keys().collect::<Vec<_>>(),
            ["metadata", "privateMetadata", "thumbnail"]
        );
        let Some(imageio_core::Value::Map(thumbnail)) = with.get("thumbnail") else {
            panic!("{name}")
        };
        assert_eq!(
            thumbnail.keys().collect::<Vec<_>>(),
            ["image", "height", "width"]
        );
        let without = reader
            .metadata(Index::Default, &only.include_thumbnail(false))
            .expect(name);
        assert_eq!(
            without.keys().collect::<Vec<_>>(),
            ["metadata", "privateMetadata"]
        );
        // Given at opening, as Python's `get_reader` takes them.
        let options = Options::new()
            .set("meta_only", true)
            .set("include_thumbnail", false);
        let mut opened =
            search(fixture(name).as_path(), OpenArgs::new().options(options)).expect(name);
        assert_eq!(opened.read(0, &none()).expect(name).shape(), [0]);
        assert_eq!(opened.metadata(0, true, &none()).expect(name).len(), 2);
        let call = Options::new().set("meta_only", false);
        assert_eq!(opened.read(0, &call).expect(name).ndim(), 2);
    }
}

// checklist: E-394
#[test]
fn a_thumbnail_that_is_not_there_is_left_out() {
    let reader = open(&fixture("thumbnail_missing.lfr")).expect("a file");
    let metadata = reader
        .metadata(Index::Default, &LytroReadOptions::new())
        .expect("metadata");
    assert!(!metadata.contains_key("thumbnail") && metadata.contains_key("metadata"));
}

#[test]
fn counts_are_what_the_floats_were_made_of() {
    for (name, most) in [("small.lfr", 1023.0), ("small.lfp", 4095.0)] {
        let reader = open(&fixture(name)).expect(name);
        let counts = reader
            .read(Index::Default, &LytroReadOptions::new().counts(true))
            .expect(name);
        assert_eq!(counts.dtype(), DType::U16);
        let floats: Vec<f64> = counts
            .into_vec::<u16>()
            .expect(name)
            .iter()
            .map(|&n| f64::from(n) / most)
            .collect();
        assert_eq!(read(&reader).into_vec::<f64>().expect(name), floats);
    }
}

// checklist: E-382
#[test]
fn errors_say_what_is_wrong() {
    let message = |bytes: Vec<u8>, format| {
        LytroReader::open(bytes, format)
            .expect_err("an error")
            .message()
            .to_owned()
    };
    assert_eq!(
        message(b"no".to_vec(), LytroFormat::Lfr),
        "the LFR file header is invalid"
    );
    assert_eq!(
        message(b"no".to_vec(), LytroFormat::Lfp),
        "the LFP file header is invalid"
    );
    let odd = [FILE, b"\x89LFX\r\n\x1a\n\0\0\0\0\0\0\0\0"].concat();
    assert_eq!(
        message(odd, LytroFormat::Lfr),
        "byte 16: the chunk header is invalid"
    );
    let keyless = [
        FILE.to_vec(),
        chunk(b'M', &reference(9), b"{\"frames\": []}"),
    ]
    .concat();
    assert_eq!(
        message(keyless, LytroFormat::Lfr),
        "not a valid LFR file: there is no `/frames/0/frame/imageRef`"
    );
}

// checklist: E-381
#[test]
fn chunks_come_in_any_number_and_order() {
    let image = [0x12, 0x34, 0x56].repeat(2);
    let metadata = br#"{"image": {"width": 4, "height": 1, "rawDetails": {"pixelPacking": {"bitsPerPixel": 12}}}}"#;
    let mut chunks = vec![
        chunk(b'C', &reference(1), metadata),
        chunk(b'C', &reference(2), &image),
        chunk(b'C', &reference(3), b"{}"),
        chunk(b'M', &reference(4), f01_index().as_bytes()),
    ];
    for n in 5..40 {
        chunks.push(chunk(b'C', &reference(n), &[n; 7]));
    }
    for _ in 0..4 {
        chunks.rotate_left(11);
        let bytes = [FILE.to_vec(), chunks.concat()].concat();
        let reader = LytroReader::open(bytes, LytroFormat::Lfp).expect("a file");
        let expected = [291, 1110, 291, 1110]
            .map(|n| f64::from(n) / 4095.0)
            .to_vec();
        assert_eq!(read(&reader).into_vec::<f64>().expect("floats"), expected);
    }
}

#[test]
fn what_a_cut_file_has_lost_is_named() {
    let bytes = [
        FILE.to_vec(),
        chunk(b'M', &reference(4), illum_index().as_bytes()),
        chunk(b'C', &reference(1), b"{\"a\": 1}"),
        chunk(b'C', &reference(3), b"{\"b\": [2, 3, 4, 5, 6]}")[..110].to_vec(),
    ]
    .concat();
    let request = Request::from(bytes);
    let reader = LytroReader::open(&request, LytroFormat::Lfr).expect("a file");
    let metadata = reader
        .metadata(Index::Default, &LytroReadOptions::new())
        .expect("metadata");
    assert_eq!(metadata.to_string(), "{metadata: {a: 1}}");
    assert_eq!(request.warnings().len(), 1);
    assert!(request.warnings()[0].contains("`privateMetadataRef` is left out"));
    let error = reader
        .read(Index::Default, &LytroReadOptions::new())
        .expect_err("no image");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("`imageRef` names"), "{error}");
}

#[test]
fn windows_and_buffers_are_the_same_pixels() {
    for name in ["small.lfr", "small.lfp"] {
        for counts in [false, true] {
            let options = LytroReadOptions::new().counts(counts);
            let reader = open(&fixture(name)).expect(name);
            let whole = reader.read(Index::At(0), &options).expect(name);
            let (height, width) = (whole.shape()[0], whole.shape()[1]);
            for ranges in [
                [0..height, 0..width],
                [1..3, 0..width],
                [0..height, 1..2],
                [2..4, 3..6],
                [0..0, 0..2],
                [1..2, 5..5],
            ] {
                let part = reader
                    .read_window(Index::At(0), &Window::new(ranges.clone()), &options)
                    .expect(name);
                assert_eq!(
                    part,
                    whole.crop(&ranges).expect(name).to_contiguous(),
                    "{ranges:?}"
                );
            }
            let mut out =
                NdImage::zeros(whole.dtype(), whole.shape(), &Limits::new()).expect("a buffer");
            reader
                .read_into(Index::At(0), &mut out, &options)
                .expect(name);
            assert_eq!(out, whole);
            let mut turned = NdImage::zeros(whole.dtype(), &[width, height], &Limits::new())
                .expect("a buffer")
                .permute(&[1, 0])
                .expect("turned");
            reader
                .read_into(Index::At(0), &mut turned, &options)
                .expect(name);
            assert_eq!(turned, whole);
        }
    }
}
