//! What reading gives: frames, depths, metadata.

use imageio_core::{Applied, DType, ErrorKind, Index, Metadata, NdImage, Options, Value};
use imageio_pillowlike::{PillowMode, PillowReadOptions};
use sha2::{Digest, Sha256};

use crate::fixture;
use crate::support::{open, opened, real};

fn read(name: &str, options: impl Into<Options>) -> NdImage {
    opened(name)
        .read(0, &options.into())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn metadata(name: &str, index: impl Into<Index>, exclude_applied: bool) -> Metadata {
    let mut resource = opened(name);
    resource
        .metadata(index, exclude_applied, &Options::new())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(metadata: &Metadata, key: &str) -> String {
    metadata
        .get(key)
        .unwrap_or_else(|| panic!("no {key}"))
        .to_string()
}

fn palette_of(metadata: &Metadata) -> &NdImage {
    match metadata.get("palette") {
        Some(Value::Array(palette)) => palette,
        other => panic!("{other:?} is no palette"),
    }
}

const SINGLE: [&str; 7] = [
    "png/rgb8.png",
    "png/gray16.png",
    "png/palette4.png",
    "jpeg/rgb_420_33x25.jpg",
    "bmp/palette8_13x7.bmp",
    "pnm/raw_13x7.pbm",
    "pnm/rgb_big.pfm",
];

// checklist: E-005
#[test]
fn all_frames_of_any_format_stack_along_a_new_axis() {
    for name in SINGLE {
        let one = read(name, Options::new());
        let all = opened(name).read(.., &Options::new()).expect(name);
        assert_eq!(all.shape(), [&[1], one.shape()].concat(), "{name}");
        assert_eq!(all.frame(0).expect("the first"), one, "{name}");
    }
    for (name, count) in [
        ("gif/durations.gif", 4),
        ("png/apng_delays.png", 5),
        ("pnm/three_pictures.ppm", 3),
        ("jpeg/two_pictures.mpo", 2),
    ] {
        let all = opened(name).read(.., &Options::new()).expect(name);
        assert_eq!(all.shape()[0], count, "{name}");
        for position in 0..count {
            let one = opened(name).read(position, &Options::new()).expect(name);
            assert_eq!(
                all.frame(position).expect("a frame"),
                one,
                "{name} {position}"
            );
        }
    }
}

// checklist: E-006
#[test]
fn iterating_gives_every_frame_processed_as_reading_does() {
    let options: Options = PillowReadOptions::new().mode(PillowMode::L).into();
    let cases = SINGLE.map(|name| (name, 1));
    let several = [
        ("gif/durations.gif", 4),
        ("png/apng_delays.png", 5),
        ("pnm/three_pictures.ppm", 3),
    ];
    for (name, count) in cases.into_iter().chain(several) {
        let mut resource = opened(name);
        let frames: Vec<NdImage> = resource
            .iter(&options)
            .collect::<Result<_, _>>()
            .expect(name);
        assert_eq!(frames.len(), count, "{name}");
        for (position, frame) in frames.iter().enumerate() {
            assert_eq!((frame.ndim(), frame.dtype()), (2, DType::U8), "{name}");
            let alone = opened(name).read(position, &options).expect(name);
            assert_eq!(*frame, alone, "{name} {position}");
        }
    }
    let options: Options = PillowReadOptions::new()
        .rotate(true)
        .apply_gamma(true)
        .into();
    for name in ["jpeg/exif_orientation6.jpg", "png/rgb8_gama.png"] {
        let mut resource = opened(name);
        let frames: Vec<_> = resource.iter(&options).collect();
        assert_eq!(frames.len(), 1);
        let frame = frames.into_iter().next().expect("one").expect(name);
        assert_eq!(frame, read(name, options.clone()), "{name}");
        assert_ne!(frame, read(name, Options::new()), "{name}");
    }
}

// checklist: E-009, E-010
#[test]
fn a_palette_is_applied_unless_its_indices_are_asked_for() {
    for name in [
        "png/palette4.png",
        "png/palette8_trns.png",
        "bmp/palette8_13x7.bmp",
        "bmp/rle4.bmp",
        "tga/map24_type1.tga",
    ] {
        let colors = read(name, Options::new());
        let mut resource = opened(name);
        let indices = resource
            .read(0, &PillowReadOptions::new().mode(PillowMode::P).into())
            .expect(name);
        assert!(!resource.applied().palette, "{name}");
        assert_eq!((indices.ndim(), indices.dtype()), (2, DType::U8), "{name}");
        let listed = metadata(name, 0, false);
        let palette = palette_of(&listed);
        let samples = palette.shape()[1];
        assert_eq!(colors.shape()[2], samples, "{name}");
        let palette = palette.as_slice::<u8>().expect("bytes");
        let looked_up: Vec<u8> = indices
            .as_slice::<u8>()
            .expect("bytes")
            .iter()
            .flat_map(|&index| &palette[usize::from(index) * samples..][..samples])
            .copied()
            .collect();
        assert_eq!(looked_up, colors.into_vec::<u8>().expect("bytes"), "{name}");
    }
}

// checklist: E-012, E-013
#[test]
fn one_bit_is_bool_and_sixteen_bits_stay() {
    for name in ["png/gray1.png", "pnm/raw_13x7.pbm", "bmp/black_white.bmp"] {
        let image = read(name, Options::new());
        assert_eq!((image.ndim(), image.dtype()), (2, DType::Bool), "{name}");
    }
    let words = read("png/gray16.png", Options::new());
    assert_eq!(words.dtype(), DType::U16);
    let ints = read(
        "png/gray16.png",
        PillowReadOptions::new().mode(PillowMode::I),
    );
    assert_eq!(ints, words.cast(DType::I32));
    let most = words.as_slice::<u16>().expect("words").iter().max();
    assert!(most > Some(&255), "the upper byte is in use");
}

// checklist: E-016
#[test]
fn what_was_read_is_the_callers_to_write_to() {
    for name in [
        "png/rgb8.png",
        "jpeg/gray.jpg",
        "bmp/rgb24_13x7.bmp",
        "gif/still.gif",
    ] {
        let mut resource = opened(name);
        let mut image = resource.read(0, &Options::new()).expect(name);
        image.as_array_mut::<u8>().expect("bytes").fill(7);
        assert!(
            image
                .as_slice::<u8>()
                .expect("bytes")
                .iter()
                .all(|&sample| sample == 7)
        );
        let again = resource.read(0, &Options::new()).expect(name);
        assert_eq!(
            again,
            read(name, Options::new()),
            "{name}: the reader has its own"
        );
        assert_ne!(again, image, "{name}");
    }
}

// checklist: E-022, E-023
#[test]
fn gamma_is_applied_at_the_images_own_depth() {
    let options = || PillowReadOptions::new().apply_gamma(true);
    let mut resource = opened("png/rgb8_gama.png");
    let bright = resource.read(0, &options().into()).expect("a PNG");
    assert_eq!(resource.applied().gamma, Some(0.45455));
    // What ImageIO 2.38 gives.
    assert_eq!(
        format!("{:x}", Sha256::digest(bright.as_bytes())),
        "817b19efde87c833b9a3f689de46d323fd51b9c4494f1aba3d6c34d8d72a3e9a"
    );
    let stored = read("png/gray16_gama.png", Options::new());
    let bright = read("png/gray16_gama.png", options());
    assert_eq!(
        (bright.shape(), bright.dtype()),
        (stored.shape(), DType::U16)
    );
    let pairs = stored
        .as_slice::<u16>()
        .expect("words")
        .iter()
        .zip(bright.as_slice::<u16>().expect("words"));
    for (&before, &after) in pairs {
        let exact = (f64::from(before) / 65535.0).powf(0.45455) * 65535.0;
        assert!(
            (f64::from(after) - exact).abs() <= 1.0,
            "{before} became {after}"
        );
    }
    let plain = read("png/rgb8.png", options());
    assert_eq!(
        plain,
        read("png/rgb8.png", Options::new()),
        "no gamma, no change"
    );
}

// checklist: E-024
#[test]
fn older_names_of_options_are_taken() {
    let gray = read("png/rgb8.png", PillowReadOptions::new().mode(PillowMode::L));
    assert_eq!(
        read("png/rgb8.png", Options::new().set("pilmode", "L")),
        gray
    );
    let upright = read(
        "jpeg/exif_orientation6.jpg",
        PillowReadOptions::new().rotate(true),
    );
    let name = "jpeg/exif_orientation6.jpg";
    assert_eq!(read(name, Options::new().set("exifrotate", true)), upright);
    let mut resource = opened(name);
    let options = Options::new().set("exifrotate", true).set("pilmode", "F");
    let properties = resource.properties(0, &options).expect("properties");
    assert_eq!(
        (&properties.shape[..], properties.dtype),
        (&upright.shape()[..2], DType::F32)
    );
    for value in [true, false] {
        let error = opened("png/rgb8.png")
            .read(0, &Options::new().set("as_gray", value))
            .expect_err("it is gone");
        assert_eq!(error.kind(), ErrorKind::BadOption);
        let message = error.to_string();
        assert!(
            message.contains("mode=\"F\"") && message.contains("mode=\"L\""),
            "{message}"
        );
    }
}

// checklist: E-027
#[test]
fn metadata_gives_width_first_and_properties_give_height_first() {
    for (name, width, height) in [
        ("png/rgb8_13x7.png", 13, 7),
        ("jpeg/rgb_420_33x25.jpg", 33, 25),
        ("bmp/rgb24_13x7.bmp", 13, 7),
        ("gif/facts.gif", 200, 150),
    ] {
        assert_eq!(
            text(&metadata(name, 0, true), "shape"),
            format!("[{width}, {height}]"),
            "{name}"
        );
        let properties = opened(name).properties(0, &Options::new()).expect(name);
        assert_eq!(properties.shape, [height, width, 3], "{name}");
    }
}

// checklist: E-029
#[test]
fn facts_of_a_photograph_an_animation_and_a_camera() {
    let photograph = metadata("png/facts.png", Index::Default, true);
    assert_eq!(
        photograph.get("gamma").and_then(Value::as_f64),
        Some(0.45455)
    );
    assert_eq!(photograph.get("srgb").and_then(Value::as_i64), Some(0));
    assert_eq!(
        photograph.get("source").and_then(Value::as_str),
        Some("a camera of 1991")
    );
    let whole = metadata("gif/facts.gif", Index::Default, true);
    assert_eq!(
        whole.get("version").and_then(Value::as_bytes),
        Some(&b"GIF89a"[..])
    );
    assert_eq!(whole.get("loop").and_then(Value::as_i64), Some(0));
    assert_eq!(whole.get("background").and_then(Value::as_i64), Some(0));
    assert_eq!(
        whole.get("comment").and_then(Value::as_bytes),
        Some(&b"made of bars"[..])
    );
    for (position, duration) in [50, 20, 50, 20].into_iter().enumerate() {
        let frame = metadata("gif/facts.gif", position, true);
        assert_eq!(
            frame.get("duration").and_then(Value::as_i64),
            Some(duration),
            "{position}"
        );
    }
    let camera = metadata("jpeg/facts.jpg", Index::Default, false);
    assert_eq!(camera.get("Orientation").and_then(Value::as_i64), Some(6));
    assert_eq!(text(&camera, "dpi"), "[180, 180]");
    assert_eq!(camera.get("Make").and_then(Value::as_str), Some("Canon"));
    assert_eq!(
        camera.get("DateTime").and_then(Value::as_str),
        Some("2014:08:02 16:37:17")
    );
    assert!(!metadata("jpeg/facts.jpg", Index::Default, true).contains_key("Orientation"));
}

// checklist: E-030
#[test]
fn the_palette_is_listed_only_with_what_is_applied() {
    for (name, colors, samples) in [
        ("png/palette4.png", 16, 3),
        ("png/palette4_trns.png", 16, 4),
        ("bmp/palette4_13x7.bmp", 16, 3),
    ] {
        assert!(!metadata(name, 0, true).contains_key("palette"), "{name}");
        let listed = metadata(name, 0, false);
        let palette = palette_of(&listed);
        assert_eq!(
            (palette.shape(), palette.dtype()),
            (&[colors, samples][..], DType::U8),
            "{name}"
        );
    }
    assert!(!metadata("png/rgb8.png", 0, false).contains_key("palette"));
}

// checklist: E-034
#[test]
fn shapes_are_known_without_decoding() {
    let shape = |bytes| {
        let properties = open(bytes)
            .properties(Index::Default, &Options::new())
            .expect("properties");
        (properties.shape, properties.dtype, properties.is_batch)
    };
    // The shape of ImageIO's `newtonscradle.gif`; its pictures in `facts.gif` are others.
    assert_eq!(
        shape(fixture("gif/facts.gif")),
        (vec![36, 150, 200, 3], DType::U8, true)
    );
    let real_files = [
        ("png/imageio.test_images/chelsea.png", vec![300, 451, 3]),
        ("png/imageio.test_images/text.png", vec![172, 448]),
    ];
    for (name, expected) in real_files {
        if let Some(bytes) = real(name) {
            assert_eq!(shape(bytes), (expected, DType::U8, false), "{name}");
        }
    }
}

#[test]
fn what_was_applied_is_told() {
    let applied = |name, options: PillowReadOptions| {
        let mut resource = opened(name);
        resource.read(0, &options.into()).expect(name);
        resource.applied()
    };
    assert_eq!(
        applied("png/rgb8.png", PillowReadOptions::new()),
        Applied::default()
    );
    let palette = applied("png/palette4.png", PillowReadOptions::new());
    assert!(palette.palette && palette.mode.is_none());
    let gray = applied(
        "png/palette4.png",
        PillowReadOptions::new().mode(PillowMode::L),
    );
    assert!(gray.palette && gray.mode.as_deref() == Some("L"));
    let same = applied(
        "png/rgb8.png",
        PillowReadOptions::new().mode(PillowMode::Rgb),
    );
    assert_eq!(same.mode, None, "nothing changed");
}
