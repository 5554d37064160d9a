//! The tables of extensions and plugins that ship with the library.

use std::collections::BTreeSet;

use imageio_core::{FileExtension, Registry, known_formats, known_plugin, known_plugins};

// checklist: D-009
#[test]
fn each_plugin_names_the_feature_that_brings_it() {
    for (name, feature) in [
        ("pillow", "pillow"),
        ("pyav", "av"),
        ("TIFF", "tiff"),
        ("BMP-PIL", "pillow"),
        ("TIFF-PIL", "tiff"),
        ("FITS-PIL", "fits"),
        ("FFMPEG", "ffmpeg"),
        ("BSDF", "bsdf"),
        ("DICOM", "dicom"),
        ("FEI", "tiff"),
        ("FITS", "fits"),
        ("GDAL", "gdal"),
        ("ITK", "itk"),
        ("NPZ", "npz"),
        ("SPE", "spe"),
        ("SWF", "swf"),
        ("SCREENGRAB", "grab"),
        ("CLIPBOARDGRAB", "grab"),
        ("LYTRO-F01-RAW", "lytro"),
        ("XPM-FI", "freeimage"),
    ] {
        assert_eq!(
            known_plugin(name).map(|known| known.feature),
            Some(feature),
            "{name}"
        );
    }
    for known in known_plugins() {
        let plain = matches!(known.name, "TIFF-PIL" | "FITS-PIL");
        match known.name {
            name if name.ends_with("-FI") => assert_eq!(known.feature, "freeimage"),
            name if name.ends_with("-PIL") && !plain => assert_eq!(known.feature, "pillow"),
            name if name.starts_with("LYTRO-") => assert_eq!(known.feature, "lytro"),
            _ => assert!(!known.feature.is_empty()),
        }
    }
}

// checklist: D-011, D-028, H-028
#[test]
fn later_plugins_and_extensions_are_known() {
    for name in ["opencv", "tifffile", "rawpy", "SPE"] {
        assert!(known_plugin(name).is_some(), "{name}");
    }
    let registry = Registry::new();
    let names = |extension: &str| -> Vec<String> {
        let formats = registry.formats_of(extension);
        formats
            .iter()
            .flat_map(|format| &format.priority)
            .map(ToString::to_string)
            .collect()
    };
    assert!(names(".h264").contains(&"FFMPEG".to_owned()));
    for extension in [".dip", ".pxm", ".sr"] {
        assert_eq!(names(extension), ["opencv"], "{extension}");
    }
    for extension in [
        ".qpi", ".pcoraw", ".rec", ".qptiff", ".ptiff", ".ptif", ".gel", ".zif", ".ndpi", ".bif",
        ".tf8", ".btf",
    ] {
        assert_eq!(names(extension), ["tifffile"], "{extension}");
    }
    for extension in [".heic", ".avif"] {
        assert_eq!(names(extension), ["pillow"], "{extension}");
    }
    for extension in [
        ".bmp", ".exr", ".hdr", ".jp2", ".jpe", ".jpeg", ".jpg", ".pbm", ".pfm", ".pgm", ".pic",
        ".png", ".pnm", ".ppm", ".ras", ".tif", ".tiff", ".webp",
    ] {
        assert!(
            names(extension).contains(&"opencv".to_owned()),
            "{extension}"
        );
    }
    for extension in [".nef", ".raw"] {
        assert!(
            names(extension).contains(&"rawpy".to_owned()),
            "{extension}"
        );
    }
    for extension in [".tif", ".tiff", ".lsm", ".stk", ".svs"] {
        assert_eq!(names(extension)[0], "tifffile", "{extension}");
    }
}

// checklist: D-014, D-015, D-026
#[test]
fn a_format_remembers_its_first_priorities() {
    let mut format = FileExtension::new("TOY", "Toy pictures", ["toy", "pillow"]);
    assert_eq!(
        (&*format.extension, &*format.name),
        (".toy", "Toy pictures")
    );
    assert!(!format.volume_support && !format.video && format.external_link.is_empty());
    format.priority = vec!["pillow".into()];
    assert_eq!(format.default_priority(), ["toy", "pillow"]);
    format.reset();
    assert_eq!(format.priority, ["toy", "pillow"]);
}

// checklist: D-017
#[test]
fn every_row_is_as_it_was_compared_with_the_tables_of_python() {
    // FNV-1a over the whole list, taken when it agreed with both versions' tables but for the corrections that
    // the porting guide names. Whoever changes a row on purpose changes this figure.
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut rows = 0;
    for format in known_formats() {
        let priority = format.priority.join(",");
        let row = format!(
            "{}|{}|{priority}|{}|{}|{}\n",
            format.extension,
            format.name,
            format.volume_support,
            format.video,
            format.external_link
        );
        for byte in row.bytes() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        rows += 1;
    }
    assert_eq!(
        (rows, format!("{digest:016x}").as_str()),
        (368, "4fba67acbeb512d2")
    );
    let extensions: BTreeSet<_> = known_formats().map(|format| format.extension).collect();
    assert_eq!(extensions.len(), 308);
}

// checklist: D-016, D-018, D-020
#[test]
fn the_list_is_sorted_and_videos_are_marked_once_for_each_extension() {
    let formats = Registry::new().formats();
    assert!(formats.is_sorted_by_key(|format| format.extension.clone()));
    assert_eq!(formats.len(), known_formats().len());
    let videos: Vec<_> = formats
        .iter()
        .filter(|f| f.video)
        .map(|f| &f.extension)
        .collect();
    // `.a64` stands there twice, once for the row that Python spells `.A64`.
    let unique: BTreeSet<_> = videos.iter().collect();
    assert_eq!((videos.len(), unique.len()), (116, 115));
    for video in formats.iter().filter(|format| format.video) {
        let first = formats
            .iter()
            .find(|format| format.extension == video.extension);
        assert_eq!(first, Some(video), "the first of its extension");
    }
    let known: BTreeSet<_> = known_plugins().map(|plugin| plugin.name).collect();
    for name in formats.iter().flat_map(|format| &format.priority) {
        assert!(known.contains(&**name), "{name}");
    }
}

#[test]
fn formats_that_were_added_are_listed_in_order() {
    let mut registry = Registry::new();
    registry.add_format(FileExtension::new(".aaa", "First of all", ["toy"]));
    registry.formats_mut(".png").clear();
    let formats = registry.formats();
    assert!(formats.is_sorted_by_key(|format| format.extension.clone()));
    assert!(formats.iter().any(|format| format.name == "First of all"));
    assert!(!formats.iter().any(|format| format.extension == ".png"));
}
