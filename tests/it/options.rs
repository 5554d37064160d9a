//! The option tables of every plugin.

use imageio::v3 as iio;
use imageio::{ErrorKind, NdImage, Options};

/// A file that the plugin reads.
fn sample_of(plugin: &str) -> std::path::PathBuf {
    crate::fixture::path(match plugin {
        "SPE" => "spe/uint16.spe",
        "TIFF" => "tiff/strips_rgb.tif",
        "FEI" => "tiff/fei_databar.tif",
        "FITS" => "fits/int16.fits",
        "DICOM" => "dicom/uint16.dcm",
        "NPZ" => "npz/many.npz",
        "BSDF" => "bsdf/plain.bsdf",
        "SWF" => "swf/deflated.swf",
        "LYTRO-LFR" => "lytro/small.lfr",
        "LYTRO-LFP" => "lytro/small.lfp",
        "FFMPEG" => "video/numbered.mp4",
        "JPEG-PIL" | "MPO-PIL" => "jpeg/gray.jpg",
        "GIF-PIL" => "gif/still.gif",
        "BMP-PIL" => "bmp/gray8.bmp",
        "DIB-PIL" => "bmp/bare_rgb24.dib",
        "PPM-PIL" => "pnm/comments_raw.ppm",
        "TGA-PIL" => "tga/rgb_raw.tga",
        "ICO-PIL" => "ico/rgb24.ico",
        "CUR-PIL" => "cur/png.cur",
        _ => "png/rgb8.png",
    })
}

/// The plugins but those whose files have the one size of a sensor, too large for a fixture.
fn with_samples() -> Vec<&'static imageio::PluginInfo> {
    let mut cards = imageio::plugins();
    cards.retain(|card| !matches!(card.name(), "LYTRO-ILLUM-RAW" | "LYTRO-F01-RAW"));
    cards
}

// checklist: A-036, E-002, G-001
#[test]
fn every_plugin_refuses_unknown_options_and_lists_its_own() {
    let unknown = Options::new().set("no_such_option", 1);
    let cards = with_samples();
    assert!(cards.len() > 20);
    for card in cards {
        let sample = sample_of(card.name());
        let args = iio::ReadArgs::new().plugin(card).options(unknown.clone());
        let error = iio::imread_with(sample, args).expect_err("an unknown option");
        assert_eq!(
            (error.kind(), error.plugin()),
            (ErrorKind::BadOption, Some(card.name()))
        );
        for option in card.read_spec() {
            assert!(
                error.to_string().contains(&format!("`{}`", option.name)),
                "{error}"
            );
        }
    }
}

#[test]
fn every_option_names_its_default_and_reads_its_default_back() {
    for card in with_samples() {
        for option in card.read_spec().iter().chain(card.write_spec()) {
            assert!(
                option.doc.contains("Default: "),
                "{}: {}",
                card.name(),
                option.name
            );
            assert!(!option.type_name().is_empty());
        }
        let defaults: Options = card
            .read_spec()
            .iter()
            .map(|option| (option.name, option.default()))
            .collect();
        let sample = sample_of(card.name());
        let plain =
            iio::imread_with(&sample, iio::ReadArgs::new().plugin(card)).expect("the sample");
        let spelt = iio::imread_with(&sample, iio::ReadArgs::new().plugin(card).options(defaults));
        assert_eq!(spelt.ok(), Some(plain), "{}", card.name());
    }
}

// checklist: A-002, G-002
#[test]
fn typed_and_named_options_mean_the_same() {
    let path = crate::fixture::path("png/rgb8.png");
    let typed = imageio::pillow::PillowReadOptions::new().mode(imageio::pillow::PillowMode::L);
    let by_type = iio::imread_with(&path, typed.clone()).expect("typed");
    let by_name = iio::imread_with(&path, iio::ReadArgs::new().option("mode", "L")).expect("named");
    assert_eq!((by_type.ndim(), &by_type), (2, &by_name));
    let error = iio::imread_with(&path, iio::ReadArgs::from(typed).plugin("SPE"))
        .expect_err("another plugin's options");
    assert!(
        matches!(
            error.kind(),
            ErrorKind::BadOption | ErrorKind::NotThisFormat
        ),
        "{error}"
    );
    let image = NdImage::from_vec(&[1, 1], vec![1u8]).expect("a pixel");
    let wrong = iio::imwrite_with(
        "<bytes>.png",
        &image,
        imageio::pillow::PillowReadOptions::new(),
    );
    let text = wrong
        .expect_err("options of the other direction")
        .to_string();
    assert!(
        text.contains("PillowReadOptions") && text.contains("PillowWriteOptions"),
        "{text}"
    );
}
