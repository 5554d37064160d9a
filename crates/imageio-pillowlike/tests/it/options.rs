//! What the options do.

use imageio_core::{ErrorKind, Mode, NdImage, OpenArgs, Options, Request, Result, Value, imopen};
use imageio_pillowlike::{
    ExrCompression, PLUGIN, PillowMode, PillowReadOptions, PillowWriteOptions,
};

fn encode(image: &NdImage, extension: &str, options: impl Into<Options>) -> Result<Vec<u8>> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), open)?;
    target.write(image, &options.into())?;
    Ok(target.close()?.into_bytes().unwrap_or_default())
}

fn decode(bytes: &[u8], options: impl Into<Options>) -> Result<NdImage> {
    imopen(bytes, OpenArgs::new().plugin(&PLUGIN))?.read(0, &options.into())
}

fn colours() -> NdImage {
    let data = (0..32 * 32 * 3)
        .map(|i: usize| (i * i / 7 % 256) as u8)
        .collect();
    NdImage::from_vec(&[32, 32, 3], data).expect("a picture")
}

#[test]
fn mode_converts_to_its_shape_and_type() {
    let png = encode(&colours(), ".png", Options::new()).expect("a PNG");
    for (mode, shape, dtype) in [
        (PillowMode::L, vec![32, 32], "uint8"),
        (PillowMode::Rgb, vec![32, 32, 3], "uint8"),
        (PillowMode::Rgba, vec![32, 32, 4], "uint8"),
        (PillowMode::La, vec![32, 32, 2], "uint8"),
        (PillowMode::I, vec![32, 32], "int32"),
        (PillowMode::F, vec![32, 32], "float32"),
    ] {
        let image = decode(&png, PillowReadOptions::new().mode(mode)).expect("converted");
        assert_eq!(
            (image.shape(), image.dtype().name()),
            (shape.as_slice(), dtype),
            "{mode:?}"
        );
    }
}

// checklist: F-217, F-218
#[test]
fn png_options_change_the_file() {
    let size =
        |options: PillowWriteOptions| encode(&colours(), ".png", options).expect("a PNG").len();
    let options = PillowWriteOptions::new;
    assert!(size(options().compress_level(9)) < size(options().compress_level(0)));
    assert!(size(options().bits(2)) < size(options().bits(8)));
    let error =
        encode(&colours(), ".png", options().compress_level(10)).expect_err("no such level");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

// checklist: F-228, F-229
#[test]
fn gif_options_reach_the_file() {
    let size = encode(&colours(), ".gif", PillowWriteOptions::new().palettesize(4))
        .expect("a GIF")
        .len();
    assert!(
        size < encode(&colours(), ".gif", Options::new())
            .expect("a GIF")
            .len()
    );
    let gif = encode(
        &colours(),
        ".gif",
        Options::new()
            .set("fps", 20)
            .set("loop", 3)
            .set("comment", "hello"),
    )
    .expect("a GIF");
    let mut resource = imopen(gif, OpenArgs::new()).expect("a GIF");
    let first = resource
        .metadata(0, true, &Options::new())
        .expect("metadata");
    assert_eq!(
        first.get("duration").and_then(imageio_core::Value::as_i64),
        Some(50)
    );
    assert_eq!(
        first.get("loop").and_then(imageio_core::Value::as_i64),
        Some(3)
    );
    assert_eq!(
        first.get("comment").and_then(|c| c.as_bytes()),
        Some(&b"hello"[..])
    );
    let both = encode(
        &colours(),
        ".gif",
        Options::new().set("fps", 20).set("duration", 50),
    );
    assert_eq!(
        both.map_err(|error| error.kind()).err(),
        Some(ErrorKind::BadOption)
    );
}

#[test]
fn gif_options_with_several_values_reach_the_file() {
    let frames = NdImage::stack(&[colours(), colours()]).expect("two frames");
    let gif = |options: Options| encode(&frames, ".gif", options);
    let comments: Value = vec![Value::from("one"), Value::from("two")].into();
    let options = Options::new()
        .set("disposal", "[1, 2]")
        .set("comment", comments)
        .set("quantizer", "nq");
    let bytes = gif(options).expect("a GIF");
    let blocks = |head: &[u8]| bytes.windows(head.len()).filter(|at| *at == head).count();
    assert_eq!(blocks(b"!\xFE\x03one\0"), 1);
    assert_eq!(blocks(b"!\xFE\x03two\0"), 1);
    assert_eq!((blocks(b"!\xF9\x04\x04"), blocks(b"!\xF9\x04\x08")), (1, 1));
    let bad = gif(Options::new().set("disposal", "[4]")).expect_err("no such method");
    assert_eq!(bad.kind(), ErrorKind::BadOption);
}

#[test]
fn gif_frames_have_indices() {
    let gif = encode(&colours(), ".gif", Options::new()).expect("a GIF");
    let indices = decode(&gif, PillowReadOptions::new().mode(PillowMode::P)).expect("indices");
    assert_eq!(
        (indices.shape(), indices.dtype().name()),
        (&[32, 32][..], "uint8")
    );
    let mut resource = imopen(gif, OpenArgs::new().plugin(&PLUGIN)).expect("a GIF");
    assert_eq!(
        resource.read(0, &Options::new()).expect("colours").shape(),
        [32, 32, 3]
    );
}

// checklist: E-044
#[test]
fn bits_quantise_to_as_many_colours() {
    let png = encode(&colours(), ".png", PillowWriteOptions::new().bits(2)).expect("a PNG");
    let image = decode(&png, Options::new()).expect("a PNG");
    let mut seen: Vec<_> = image.as_slice::<u8>().expect("bytes").chunks(3).collect();
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() <= 4, "{} colours", seen.len());
}

#[test]
fn metadata_that_was_given_comes_back() {
    let options = PillowWriteOptions::new()
        .quality(90)
        .comment("hi")
        .dpi([72.0]);
    let jpeg = encode(&colours(), ".jpg", options).expect("a JPEG");
    let metadata = imopen(jpeg, OpenArgs::new())
        .and_then(|mut it| it.metadata(0, true, &Options::new()))
        .expect("metadata");
    assert_eq!(
        metadata.get("comment").and_then(|c| c.as_bytes()),
        Some(&b"hi"[..])
    );
    assert_eq!(
        metadata
            .get("dpi")
            .map(std::string::ToString::to_string)
            .as_deref(),
        Some("[72, 72]")
    );
}

// checklist: E-052
#[test]
fn webp_options_change_the_file() {
    let options = PillowWriteOptions::new;
    let file = |options: PillowWriteOptions| encode(&colours(), ".webp", options).expect("a WebP");
    assert!(file(options().quality(95)).len() > file(options().quality(5)).len());
    assert_eq!(file(options()), file(options().quality(80)));
    let exact = decode(&file(options().lossless(true)), Options::new()).expect("a WebP");
    assert_eq!(exact, colours());
    let error = encode(&colours(), ".webp", options().method(7)).map_err(|error| error.kind());
    assert_eq!(error.err(), Some(ErrorKind::BadOption));
}

// checklist: E-045
#[test]
fn webp_animations_keep_what_they_are_given() {
    let samples = (0..3 * 8 * 8 * 3).map(|i: usize| (i * i / 5 % 256) as u8);
    let stack = NdImage::from_vec(&[3, 8, 8, 3], samples.collect()).expect("a stack");
    let options = PillowWriteOptions::new()
        .lossless(true)
        .duration([40.0, 60.0])
        .r#loop(3)
        .background([1, 2, 3, 4])
        .xmp(&b"<x/>"[..]);
    let file = encode(&stack, ".webp", options).expect("a WebP");
    let mut resource = imopen(file, OpenArgs::new().plugin(&PLUGIN)).expect("a WebP");
    let all = resource.read(imageio_core::Index::All, &Options::new());
    assert_eq!(all.expect("a stack"), stack);
    // Without an index it is the first image, as in Pillow's plugin.
    let first = resource.read(imageio_core::Index::Default, &Options::new());
    assert_eq!(first.expect("an image").shape(), [8, 8, 3]);
    let metadata = resource
        .metadata(2, true, &Options::new())
        .expect("metadata");
    let text = |key: &str| metadata.get(key).map(std::string::ToString::to_string);
    assert_eq!(text("duration").as_deref(), Some("60"));
    assert_eq!(text("timestamp").as_deref(), Some("100"));
    assert_eq!(text("loop").as_deref(), Some("3"));
    assert_eq!(text("background").as_deref(), Some("[1, 2, 3, 4]"));
    let xmp = metadata.get("xmp").and_then(|xmp| xmp.as_bytes());
    assert_eq!(xmp, Some(&b"<x/>"[..]));
}

#[test]
fn exr_options_reach_the_file() {
    let data = (0..32 * 32 * 3).map(|i: usize| (i / 100) as f32).collect();
    let image = NdImage::from_vec(&[32, 32, 3], data).expect("a picture");
    let owner = [("owner", "us")].into_iter().collect();
    let options = PillowWriteOptions::new()
        .compression(ExrCompression::Piz)
        .attributes(imageio_core::Value::Map(owner));
    let exr = encode(&image, ".exr", options).expect("an OpenEXR");
    assert_eq!(decode(&exr, Options::new()).expect("an OpenEXR"), image);
    let metadata = imopen(exr.clone(), OpenArgs::new())
        .and_then(|mut it| it.metadata(0, true, &Options::new()))
        .expect("metadata");
    let text = |key| metadata.get(key).and_then(|value| value.as_str());
    assert_eq!(
        (text("compression"), text("owner")),
        (Some("piz"), Some("us"))
    );
    // By its name too, also where that name means nothing elsewhere.
    for name in ["none", "rle", "b44a"] {
        let exr = encode(&image, ".exr", Options::new().set("compression", name)).expect(name);
        let metadata = imopen(exr, OpenArgs::new())
            .and_then(|mut it| it.metadata(0, true, &Options::new()))
            .expect("metadata");
        let compression = metadata.get("compression").and_then(|it| it.as_str());
        assert_eq!(compression, Some(name));
    }
    let options = PillowReadOptions::new().channels(vec!["G".to_owned()]);
    let green = decode(&exr, options).expect("one channel");
    assert_eq!(green.shape(), [32, 32]);
    let png = encode(&colours(), ".png", Options::new()).expect("a PNG");
    let refused = decode(&png, PillowReadOptions::new().layer("light".to_owned()));
    assert_eq!(
        refused.map_err(|error| error.kind()).err(),
        Some(ErrorKind::BadOption)
    );
}
