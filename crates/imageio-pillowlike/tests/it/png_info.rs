//! What a PNG says about its image survives being read and written again.

use std::path::Path;

use imageio_core::{
    DateTime, Images, Index, Metadata, Mode, NdImage, OpenArgs, Options, Request, Value, imopen,
};
use imageio_pillowlike::{PLUGIN, PillowWriteOptions};

fn fixture(path: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    std::fs::read(fixtures.join(path)).expect("a fixture")
}

fn written(images: Images<'_>, options: PillowWriteOptions) -> Vec<u8> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(".png");
    let request = Request::to_bytes().mode(Mode::WRITE);
    let mut target = imopen(request, open).expect("a target");
    target.write(images, &options.into()).expect("written");
    target
        .close()
        .expect("closed")
        .into_bytes()
        .unwrap_or_default()
}

/// Each image of a file with its metadata.
fn read(bytes: &[u8]) -> Vec<(NdImage, Metadata)> {
    let mut source = imopen(bytes, OpenArgs::new().plugin(&PLUGIN)).expect("a source");
    let count = source
        .properties(Index::All, &Options::new())
        .expect("properties");
    let count = count.shape.first().copied().unwrap_or(1);
    let mut one = |at: usize| {
        let image = source.read(at, &Options::new()).expect("an image");
        let metadata = source.metadata(at, true, &Options::new());
        (image, metadata.expect("metadata"))
    };
    (0..count).map(&mut one).collect()
}

/// Writes what was read with its metadata, and reads it again.
fn again(bytes: &[u8]) -> Vec<(NdImage, Metadata)> {
    let (images, metadata): (Vec<_>, Vec<_>) = read(bytes).into_iter().unzip();
    let images = match images.as_slice() {
        [one] => Images::from(one),
        several => Images::from(several),
    };
    let images = images.metadata(metadata);
    read(&written(images, PillowWriteOptions::new()))
}

// checklist: E-052
#[test]
fn everything_survives() {
    let info = [
        ("Title", Value::from("a text")),
        ("Long", "ab\u{f6}".repeat(2000).into()),
        ("Comment", "\u{3b1}\u{3b2}".into()),
        ("XML:com.adobe.xmp", "<x:xmpmeta/>".into()),
        (
            "chromaticity",
            [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06].into(),
        ),
        ("cicp", [9, 16, 0, 1].into()),
        ("srgb", 1.into()),
        ("significant_bits", [5, 6, 5].into()),
        ("background", [1, 2, 3].into()),
        ("aspect", [3, 2].into()),
        (
            "time",
            DateTime::new(2024, 2, 29, 23, 59, 60)
                .expect("a time")
                .into(),
        ),
    ];
    let options = PillowWriteOptions::new()
        .pnginfo(Metadata::from_iter(info.clone()))
        .gamma(0.45455)
        .exif(&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..])
        .transparency(Value::from([7, 8, 9]));
    let image = NdImage::from_vec(&[2, 3, 3], (0..18).collect::<Vec<u8>>()).expect("an image");
    let first = read(&written(Images::from(&image), options));
    let metadata = &first[0].1;
    for (key, value) in &info {
        assert_eq!(metadata.get(key), Some(value), "{key}");
    }
    for key in ["gamma", "exif", "transparency", "xmp"] {
        assert!(metadata.contains_key(key), "{key}");
    }
    let (images, held): (Vec<_>, Vec<_>) = first.iter().cloned().unzip();
    let images = Images::from(&images[0]).metadata(held);
    let second = read(&written(images, PillowWriteOptions::new()));
    assert_eq!(second, first);
}

#[test]
fn an_icc_profile_takes_the_place_of_srgb() {
    let image = NdImage::from_vec(&[1, 1], vec![9u8]).expect("an image");
    let options = PillowWriteOptions::new()
        .pnginfo(Metadata::from_iter([("srgb", 0)]))
        .icc_profile(vec![5; 300])
        .dpi(vec![300.0, 150.0]);
    let found = again(&written(Images::from(&image), options));
    let metadata = &found[0].1;
    assert_eq!(metadata.get("icc_profile"), Some(&vec![5u8; 300].into()));
    assert_eq!(metadata.get("srgb"), None);
    assert!(metadata.contains_key("dpi"));
}

// checklist: E-047
#[test]
fn animations_survive() {
    let names = [
        "default_apart",
        "delays",
        "dispose_background_blend_over",
        "dispose_previous_blend_source",
        "gray16",
        "rgb8_loop3",
        "mixed",
        "palette4_trns",
    ];
    for name in names {
        let bytes = fixture(&format!("png/apng_{name}.png"));
        let first = read(&bytes);
        let second = again(&bytes);
        assert_eq!(first.len(), second.len(), "{name}");
        for ((image, info), (same, kept)) in first.iter().zip(&second) {
            assert_eq!(image, same, "{name}");
            for key in ["duration", "loop", "disposal", "default_image"] {
                assert_eq!(info.get(key), kept.get(key), "{name} {key}");
            }
        }
    }
}

#[test]
fn what_does_not_suit_the_image_is_left_out() {
    let metadata = Metadata::from_iter([
        ("transparency", Value::from([1, 2, 3])),
        ("background", 300.into()),
        ("significant_bits", [9, 9, 9].into()),
    ]);
    for shape in [vec![2, 2], vec![2, 2, 2], vec![2, 2, 4]] {
        let len = shape.iter().product();
        let image = NdImage::from_vec(&shape, vec![0u8; len]).expect("an image");
        let images = Images::from(&image).metadata(vec![metadata.clone()]);
        let found = read(&written(images, PillowWriteOptions::new()));
        for key in metadata.keys() {
            assert_eq!(found[0].1.get(key), None, "{key} {shape:?}");
        }
    }
}
