//! The older names: what their options and rules make of files and arrays.

use imageio_core::{
    DType, ErrorKind, Images, Index, Limits, Metadata, Mode, NdImage, OpenArgs, Options, Request,
    Result, Value, imopen,
};
use imageio_pillowlike::PLUGIN;

use crate::fixture;

mod gif;

fn read(
    plugin: &str,
    file: &str,
    index: impl Into<Index>,
    options: impl Into<Options>,
) -> Result<NdImage> {
    let args = OpenArgs::new().plugin(plugin).extension(extension(file));
    imopen(fixture(file), args)?.read(index, &options.into())
}

fn extension(file: &str) -> String {
    let dot = file.rfind('.').unwrap_or_default();
    file[dot..].to_owned()
}

fn options<const N: usize>(pairs: [(&str, Value); N]) -> Options {
    pairs
        .into_iter()
        .fold(Options::new(), |options, (key, value)| {
            options.set(key, value)
        })
}

fn write(plugin: &str, images: Images<'_>, options: impl Into<Options>) -> Result<Vec<u8>> {
    let request = Request::to_bytes().mode(Mode::WRITE);
    let mut target = imopen(request, OpenArgs::new().plugin(plugin))?;
    target.write(images, &options.into())?;
    Ok(target.close()?.into_bytes().unwrap_or_default())
}

/// What the `pillow` plugin finds in the bytes.
fn decoded(bytes: &[u8]) -> NdImage {
    let mut resource = imopen(bytes.to_vec(), OpenArgs::new().plugin(&PLUGIN)).expect("an image");
    resource
        .read(Index::Default, &Options::new())
        .expect("pixels")
}

fn metadata(plugin: &str, bytes: Vec<u8>) -> Metadata {
    let mut resource = imopen(bytes, OpenArgs::new().plugin(plugin)).expect("an image");
    resource
        .metadata(Index::At(0), false, &Options::new())
        .expect("metadata")
}

fn ramp<T: imageio_core::Element>(shape: &[usize], value: impl Fn(usize) -> T) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(value).collect()).expect("a full image")
}

fn said(result: Result<impl std::fmt::Debug>) -> (ErrorKind, String) {
    let error = result.expect_err("an error");
    (error.kind(), error.to_string())
}

// checklist: E-055, E-056
#[test]
fn a_name_takes_its_own_format_alone() {
    let (kind, text) = said(read("PNG-PIL", "jpeg/gray.jpg", 0, Options::new()));
    assert_eq!(kind, ErrorKind::NotThisFormat);
    assert!(text.contains("`PNG-PIL` can not read"), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    let image = ramp(&[4, 4], |i| i as u8);
    let to = |name: &str| {
        let mut target = imopen(
            Request::from(folder.path().join(name)).mode(Mode::WRITE),
            OpenArgs::new().plugin("PNG-PIL"),
        )?;
        target.write(&image, &Options::new())?;
        target.close()
    };
    assert_eq!(said(to("x.jpg").map(|_| ())).0, ErrorKind::NotThisFormat);
    assert!(to("x.png").is_ok() && to("y").is_ok());
    assert!(!folder.path().join("x.jpg").exists());
}

// checklist: E-057, E-058
#[test]
fn modes_and_gray_come_on_request() {
    let gray = read(
        "PNG-PIL",
        "png/rgb8.png",
        0,
        options([("as_gray", true.into())]),
    );
    let gray = gray.expect("gray");
    assert_eq!((gray.dtype(), gray.ndim()), (DType::F32, 2));
    let plain = read("PNG-PIL", "png/rgb8.png", 0, Options::new()).expect("colour");
    let rgb = plain.as_slice::<u8>().expect("bytes");
    let luma = |rgb: &[u8]| {
        (f64::from(rgb[0]) * 0.299 + f64::from(rgb[1]) * 0.587 + f64::from(rgb[2]) * 0.114) as f32
    };
    for (pixel, value) in rgb.chunks(3).zip(gray.as_slice::<f32>().expect("floats")) {
        assert!((luma(pixel) - value).abs() < 0.51, "{pixel:?} {value}");
    }
    let la = read(
        "PNG-PIL",
        "png/rgb8.png",
        0,
        options([("pilmode", "LA".into())]),
    );
    assert_eq!(la.expect("LA").shape().last(), Some(&2));
    let both = [("pilmode", "L".into()), ("as_gray", true.into())];
    let both = read("BMP-PIL", "bmp/rgb24_13x7.bmp", 0, options(both)).expect("L, then F");
    let level = read(
        "BMP-PIL",
        "bmp/rgb24_13x7.bmp",
        0,
        options([("pilmode", "L".into())]),
    );
    assert_eq!(both, level.expect("L").cast(DType::F32));
    let frames = read(
        "GIF-PIL",
        "gif/durations.gif",
        Index::All,
        options([("pilmode", "RGB".into()), ("as_gray", true.into())]),
    );
    let frames = frames.expect("all frames");
    assert_eq!((frames.dtype(), frames.ndim()), (DType::F32, 3));
}

// checklist: E-059, E-060
#[test]
fn bombs_and_broken_files_are_refused_with_the_reason() {
    let few = Limits::new().pixels(4);
    let request = Request::from(fixture("png/rgb8.png")).with_limits(few);
    let opened = imopen(request, OpenArgs::new().plugin("PNG-PIL"));
    let read = opened.and_then(|mut resource| resource.read(0, &Options::new()));
    assert_eq!(said(read).0, ErrorKind::LimitExceeded);
    let mut broken = fixture("jpeg/gray.jpg");
    broken.truncate(60);
    let opened = imopen(broken, OpenArgs::new().plugin("JPEG-PIL"));
    let read = opened.and_then(|mut resource| resource.read(0, &Options::new()));
    let (kind, text) = said(read);
    assert_eq!(kind, ErrorKind::Corrupt);
    assert!(
        text.contains("<bytes>") && text.contains("JPEG-PIL"),
        "{text}"
    );
}

// checklist: E-061, E-062
#[test]
fn indices_past_the_end_are_errors() {
    let (kind, text) = said(read("PNG-PIL", "png/rgb8.png", 1, Options::new()));
    assert_eq!(
        (kind, text.contains('1')),
        (ErrorKind::OutOfRange, true),
        "{text}"
    );
    let args = OpenArgs::new().plugin("PNG-PIL");
    let mut resource = imopen(fixture("png/rgb8.png"), args).expect("a PNG");
    let wrong = resource.metadata(Index::At(1), false, &Options::new());
    assert_eq!(said(wrong).0, ErrorKind::OutOfRange);
    let right = resource.metadata(Index::Default, false, &Options::new());
    assert_eq!(
        right.expect("info").get("mode").and_then(Value::as_str),
        Some("RGB")
    );
}

// checklist: E-063, E-066
#[test]
fn frames_become_gray_or_have_alpha() {
    for (plugin, file, shape_end, dtype) in [
        ("PNG-PIL", "png/palette4.png", 4, DType::U8),
        ("PNG-PIL", "png/palette4_trns.png", 4, DType::U8),
        ("PNG-PIL", "png/graya8.png", 4, DType::U8),
        ("PNG-PIL", "png/gray1.png", 0, DType::U8),
        ("PNG-PIL", "png/rgb8.png", 3, DType::U8),
        ("JPEG-PIL", "jpeg/cmyk.jpg", 3, DType::U8),
        ("GIF-PIL", "gif/still.gif", 4, DType::U8),
        ("GIF-PIL", "gif/gray_palette.gif", 0, DType::U8),
        ("BMP-PIL", "bmp/palette8_13x7.bmp", 4, DType::U8),
        ("BMP-PIL", "bmp/gray8.bmp", 0, DType::U8),
    ] {
        let image = read(plugin, file, 0, Options::new()).unwrap_or_else(|e| panic!("{file}: {e}"));
        let channels = if image.ndim() == 2 {
            0
        } else {
            image.shape()[2]
        };
        assert_eq!((channels, image.dtype()), (shape_end, dtype), "{file}");
        let args = OpenArgs::new().plugin(plugin).extension(extension(file));
        let mut resource = imopen(fixture(file), args).expect("opened before");
        let properties = resource.properties(0, &Options::new()).expect("properties");
        assert_eq!(properties.shape, image.shape(), "{file}");
    }
    let levels = read("PNG-PIL", "png/gray1.png", 0, Options::new()).expect("two levels");
    assert!(
        levels
            .as_slice::<u8>()
            .expect("bytes")
            .iter()
            .all(|level| [0, 255].contains(level))
    );
    let opaque = read("PNG-PIL", "png/palette4.png", 0, Options::new()).expect("a palette");
    assert!(
        opaque
            .as_slice::<u8>()
            .expect("bytes")
            .chunks(4)
            .all(|rgba| rgba[3] == 255)
    );
}

// checklist: E-064
#[test]
fn palettes_of_bitmaps_are_red_first() {
    let file = "bmp/palette8_13x7.bmp";
    let pillow = decoded(&fixture(file));
    let legacy = read("BMP-PIL", file, 0, Options::new()).expect("RGBA");
    let rgb = legacy
        .crop(&[0..legacy.shape()[0], 0..legacy.shape()[1], 0..3])
        .expect("RGB");
    assert_eq!(rgb.compact(), pillow);
    let colours = pillow.as_slice::<u8>().expect("bytes");
    assert!(
        colours.chunks(3).any(|rgb| rgb[0] != rgb[2]),
        "the picture tells red from blue"
    );
}

// checklist: E-065
#[test]
fn deep_gray_stays_deep() {
    let image = read("PNG-PIL", "png/gray16.png", 0, Options::new()).expect("16 bits");
    assert_eq!(image.dtype(), DType::U16);
    assert_eq!(image, decoded(&fixture("png/gray16.png")));
}

// checklist: E-067, E-070
#[test]
fn single_image_formats_take_one_image() {
    let image = ramp(&[3, 5, 3], |i| i as u8);
    for plugin in ["PNG-PIL", "JPEG-PIL", "BMP-PIL", "PPM-PIL"] {
        let two = Images::list([&image, &image]);
        let (kind, text) = said(write(plugin, two, Options::new()));
        assert_eq!(kind, ErrorKind::Unsupported);
        assert!(
            text.contains("only supports single images"),
            "{plugin}: {text}"
        );
    }
    let with_axis = image
        .crop(&[0..3, 0..5, 0..1])
        .expect("one channel")
        .compact();
    let png = write("PNG-PIL", Images::single(&with_axis), Options::new()).expect("gray");
    assert_eq!(decoded(&png).shape(), [3, 5]);
    let two = image
        .crop(&[0..3, 0..5, 0..2])
        .expect("two channels")
        .compact();
    let png = write("PNG-PIL", Images::single(&two), Options::new()).expect("gray and alpha");
    assert_eq!(decoded(&png), two);
}

// checklist: E-068, E-075, E-076, E-069
#[test]
fn values_are_scaled_to_the_depth_of_the_format() {
    let png = |image: &NdImage, pairs: Options| {
        decoded(&write("PNG-PIL", Images::single(image), pairs).expect("a PNG"))
    };
    let floats = ramp(&[2, 2, 3], |i| i as f64 / 11.0);
    assert_eq!(
        png(&floats, Options::new()),
        imageio_core::image_as_uint(&floats, 8).expect("scaled")
    );
    let deep = ramp(&[2, 3], |i| 1000 + i as u16);
    assert_eq!(png(&deep, Options::new()), deep);
    let deep_colour = ramp(&[2, 3, 3], |i| (i as u16) << 8);
    assert_eq!(png(&deep_colour, Options::new()).dtype(), DType::U8);
    let small = ramp(&[2, 3], |i| i as u16);
    assert_eq!(png(&small, Options::new()), small.cast(DType::U8));
    let keep = || options([("prefer_uint8", false.into())]);
    assert_eq!(png(&small, keep()), small);
    let bytes = small.cast(DType::U8);
    assert_eq!(png(&bytes, keep()), bytes, "8 bits are not stretched to 16");
    let bmp = write("BMP-PIL", Images::single(&deep), Options::new()).expect("a bitmap");
    assert_eq!(decoded(&bmp).dtype(), DType::U8);
}

// checklist: E-071
#[test]
fn metadata_of_the_image_is_written() {
    let image = ramp(&[8, 8, 3], |i| (i * 31) as u8);
    let mut given = Metadata::new();
    given.insert("dpi", vec![Value::Float(72.0), Value::Float(144.0)]);
    given.insert("bits", 2);
    let images = Images::single(&image).metadata([given]);
    let png = write("PNG-PIL", images, Options::new()).expect("a PNG");
    let info = metadata("PNG-PIL", png.clone());
    let dpi: Vec<_> = info
        .get("dpi")
        .expect("dpi")
        .as_list()
        .expect("two")
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert!(
        (dpi[0] - 72.0).abs() < 0.1 && (dpi[1] - 144.0).abs() < 0.1,
        "{dpi:?}"
    );
    let pixels = decoded(&png);
    let mut colours: Vec<_> = pixels.as_slice::<u8>().expect("bytes").chunks(3).collect();
    colours.sort_unstable();
    colours.dedup();
    assert!(colours.len() <= 4, "{} colours", colours.len());
}

// checklist: E-073
#[test]
fn gamma_is_applied_where_it_is_not_ignored() {
    let image = ramp(&[1, 4], |i| (i * 64) as u8);
    let args = OpenArgs::new().plugin(&PLUGIN).extension(".png");
    let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), args).expect("a target");
    target
        .write(&image, &options([("gamma", 0.5.into())]))
        .expect("a PNG");
    let png = target
        .close()
        .expect("written")
        .into_bytes()
        .expect("bytes");
    let read = |ignore: bool| {
        let mut resource = imopen(png.clone(), OpenArgs::new().plugin("PNG-PIL")).expect("a PNG");
        let pixels = resource.read(0, &options([("ignoregamma", ignore.into())]));
        pixels.expect("pixels").into_vec::<u8>().expect("bytes")
    };
    assert_eq!(read(true), [0, 64, 128, 192]);
    assert_eq!(read(false), [0, 128, 181, 221]);
}

// checklist: E-074, E-077
#[test]
fn png_options_are_checked() {
    let image = ramp(&[32, 32, 3], |i| (i * i / 5) as u8);
    let png = |pairs: Options| write("PNG-PIL", Images::single(&image), pairs);
    let small = png(options([("compression", 9.into())]))
        .expect("level 9")
        .len();
    let large = png(options([
        ("compression", 0.into()),
        ("compress_level", 9.into()),
    ]));
    assert!(large.expect("compression wins").len() > small);
    assert!(
        png(options([("compress_level", 0.into())]))
            .expect("level 0")
            .len()
            > small
    );
    let (kind, text) = said(png(options([("compression", 10.into())])));
    assert_eq!(kind, ErrorKind::BadOption);
    assert!(text.contains("invalid PNG compression level: 10"), "{text}");
    for bad in [1, 3, 100, 512] {
        let (kind, text) = said(png(options([("quantize", bad.into())])));
        assert_eq!(kind, ErrorKind::BadOption);
        assert!(
            text.contains("power of two") && text.contains(&bad.to_string()),
            "{text}"
        );
    }
    let four = decoded(&png(options([("quantize", 4.into())])).expect("four colours"));
    let mut colours: Vec<_> = four.as_slice::<u8>().expect("bytes").chunks(3).collect();
    colours.sort_unstable();
    colours.dedup();
    assert!(
        (2..=4).contains(&colours.len()),
        "{} colours",
        colours.len()
    );
    let (kind, text) = said(png(options([("no_such", 1.into())])));
    assert_eq!(kind, ErrorKind::BadOption);
    assert!(
        text.contains("no_such") && text.contains("prefer_uint8"),
        "{text}"
    );
}

// checklist: E-078, E-080
#[test]
fn jpegs_stand_upright_unless_told_otherwise() {
    let upright = read("JPEG-PIL", "jpeg/exif_orientation1.jpg", 0, Options::new()).expect("plain");
    for orientation in 2..=8 {
        let file = format!("jpeg/exif_orientation{orientation}.jpg");
        let raw = read(
            "JPEG-PIL",
            &file,
            0,
            options([("exifrotate", false.into())]),
        );
        let raw = raw.expect("as stored");
        let turned = read("JPEG-PIL", &file, 0, Options::new()).expect("turned");
        let turns = orientation >= 5;
        assert_eq!(turned.shape()[..2] == raw.shape()[..2], !turns, "{file}");
        let by_pillow = imopen(fixture(&file), OpenArgs::new().plugin(&PLUGIN))
            .and_then(|mut resource| resource.read(0, &options([("rotate", true.into())])));
        assert_eq!(turned, by_pillow.expect("rotated"), "{file}");
        assert_ne!((turned.shape(), &turned), (raw.shape(), &raw), "{file}");
        let two = read("JPEG-PIL", &file, 0, options([("exifrotate", 2.into())]));
        assert_eq!(two.expect("2 means true"), turned, "{file}");
    }
    assert_eq!(upright.ndim(), 3);
    let info = metadata("JPEG-PIL", fixture("jpeg/exif_orientation6.jpg"));
    let tags = info
        .get("EXIF_MAIN")
        .expect("EXIF")
        .as_map()
        .expect("tags by name");
    assert_eq!(tags.get("Orientation").and_then(Value::as_i64), Some(6));
}

// checklist: E-081, E-082, E-083
#[test]
fn jpeg_options_are_honoured() {
    let image = ramp(&[64, 64, 3], |i| (i * i / 77) as u8);
    let jpeg = |pairs: Options| write("JPEG-PIL", Images::single(&image), pairs);
    let plain = jpeg(Options::new()).expect("quality 75");
    assert_eq!(
        plain,
        jpeg(options([("quality", 75.into())])).expect("the default")
    );
    assert!(
        jpeg(options([("quality", 20.into())]))
            .expect("worse")
            .len()
            < plain.len()
    );
    for bad in [-1, 101] {
        let (kind, text) = said(jpeg(options([("quality", bad.into())])));
        assert_eq!(kind, ErrorKind::BadOption);
        assert!(text.contains("between 0 and 100"), "{text}");
    }
    let optimized = jpeg(options([("optimize", true.into())])).expect("optimised tables");
    assert!(
        optimized.len() < plain.len(),
        "optimize counts without progressive"
    );
    let progressive = jpeg(options([("progressive", true.into())])).expect("passes");
    let has = |bytes: &[u8], marker: u8| bytes.windows(2).any(|pair| pair == [0xff, marker]);
    assert!(has(&progressive, 0xc2) && has(&optimized, 0xc0) && !has(&optimized, 0xc2));
    let alpha = ramp(&[8, 8, 4], |i| i as u8);
    let (kind, text) = said(write("JPEG-PIL", Images::single(&alpha), Options::new()));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        text.contains("JPEG does not support alpha channel"),
        "{text}"
    );
    let floats = ramp(&[8, 8], |i| i as f32 / 64.0);
    let gray =
        decoded(&write("JPEG-PIL", Images::single(&floats), Options::new()).expect("scaled"));
    assert_eq!((gray.shape(), gray.dtype()), (&[8, 8][..], DType::U8));
}
