//! Which plugin serves a resource, and what is said when none does.

use imageio::v3 as iio;
use imageio::{ErrorKind, FileExtension, NdImage, OpenArgs, Trust};

use crate::fixture::path;

fn pixel() -> NdImage {
    NdImage::from_vec(&[1, 1], vec![9u8]).expect("a pixel")
}

// checklist: A-026, A-027, A-033, D-027, G-022
#[test]
fn a_plugin_is_named_by_name_case_or_card() {
    let file = path("png/rgb8.png");
    for (name, meant) in [
        ("pillow", "pillow"),
        ("PILLOW", "pillow"),
        ("PNG-PIL", "PNG-PIL"),
        ("png-pil", "PNG-PIL"),
    ] {
        let resource = iio::imopen_with(&file, "r", OpenArgs::new().plugin(name)).expect(name);
        assert_eq!(resource.plugin().name(), meant);
    }
    assert!(iio::imread_with(&file, iio::ReadArgs::new().plugin(&imageio::pillow::PLUGIN)).is_ok());
    let error =
        iio::imread_with(&file, iio::ReadArgs::new().plugin("no-such")).expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::UnknownPlugin);
    assert!(
        error
            .message()
            .starts_with("`no-such` is not a registered plugin name"),
        "{error}"
    );
    let known =
        iio::imread_with(&file, iio::ReadArgs::new().plugin("ITK")).expect_err("not in this build");
    assert_eq!(known.help(), ["feature `itk` of imageio-rs"]);
}

// checklist: A-031, A-032, A-065
#[test]
fn a_named_plugin_that_declines_is_the_only_one_asked() {
    let error = iio::imread_with(path("png/rgb8.png"), iio::ReadArgs::new().plugin("SPE"))
        .expect_err("no SPE");
    assert_eq!(
        (error.kind(), error.tried().len()),
        (ErrorKind::NotThisFormat, 0)
    );
    assert!(
        error.to_string().contains("rgb8.png")
            && error
                .to_string()
                .contains(": SPE: cannot handle the resource: "),
        "{error}"
    );
}

// checklist: A-045, A-046, E-001
#[test]
fn content_decides_where_the_extension_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, plugin) in [
        ("png/rgb8.png", "pillow"),
        ("spe/uint16.spe", "SPE"),
        ("gif/still.gif", "pillow"),
    ] {
        for wrong in ["a", "a.xyz", "a.jpg", "a.PNG"] {
            let copy = folder.path().join(wrong);
            std::fs::copy(path(name), &copy).expect("a copy");
            let resource = iio::imopen(&copy, "r").expect(name);
            assert_eq!(resource.plugin().name(), plugin, "{name} as {wrong}");
        }
    }
}

// checklist: A-049, A-050, F-026
#[test]
fn a_wrong_hint_warns_and_the_search_goes_on() {
    for hint in [".spe", ".no-such", ".CAP"] {
        let resource = iio::imopen_with(path("png/rgb8.png"), "r", OpenArgs::new().extension(hint))
            .expect(hint);
        assert_eq!(resource.plugin().name(), "pillow");
        let warned = resource
            .warnings()
            .iter()
            .any(|w| w.contains(&format!("`{}`", hint.to_lowercase())));
        // `.cap` and `.no-such` are of no plugin here, `.spe` is declined by its own.
        assert!(warned, "{hint}: {:?}", resource.warnings());
    }
    let clean = iio::imopen_with(path("png/rgb8.png"), "r", OpenArgs::new().extension(".png"))
        .expect("right");
    assert!(clean.warnings().is_empty());
}

// checklist: A-052, A-053, A-039, F-044
#[test]
fn when_nothing_fits_the_error_lists_who_was_asked_and_why() {
    let secret = b"no image at all, and private".to_vec();
    let error = iio::imread(secret).expect_err("no image");
    assert_eq!(error.kind(), ErrorKind::NoPlugin);
    let text = error.to_string();
    assert!(
        text.starts_with("<bytes>: no plugin could read it; tried "),
        "{text}"
    );
    let asked = imageio::plugins().into_iter();
    for card in asked.filter(|card| card.place() != imageio::Tier::Named) {
        assert!(
            error
                .tried()
                .iter()
                .any(|(name, reason)| name == card.name() && !reason.is_empty()),
            "{text}"
        );
    }
    assert!(
        !text.contains("private") && !text.contains('\n') && !text.contains("``"),
        "{text}"
    );
    let error = iio::imwrite("<bytes>.xyz", &pixel()).expect_err("no such format");
    assert!(
        error
            .to_string()
            .contains("no plugin could write it (extension `.xyz`)"),
        "{error}"
    );
}

// checklist: A-054, A-055
#[test]
fn the_error_says_which_feature_would_have_helped_once_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let scan = folder.path().join("a.img");
    std::fs::write(&scan, b"no scan").expect("a file");
    let error = iio::imread(&scan).expect_err("no plugin for it here");
    assert_eq!(
        error.help(),
        [
            "feature `itk` of imageio-rs",
            "feature `gdal` of imageio-rs"
        ]
    );
}

// checklist: A-043, A-044, A-059
#[test]
fn devices_and_folders_are_refused_with_advice() {
    for target in ["<video0>", "<screen>", "<clipboard>"] {
        let error = iio::imwrite(target, &pixel()).expect_err("read-only");
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        assert!(
            error
                .message()
                .contains(&format!("`{target}` is read-only")),
            "{error}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let error = iio::imread(folder.path()).expect_err("a folder");
    assert_eq!(error.kind(), ErrorKind::NoPlugin);
    assert!(error.message().contains("DICOM"), "{error}");
    assert_eq!(
        iio::imread("").map_err(|error| error.kind()).err(),
        Some(ErrorKind::NoPlugin)
    );
}

// checklist: A-051, D-023
#[test]
fn extensions_match_without_regard_to_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("A.PNG");
    iio::imwrite(&file, &pixel()).expect("upper case");
    assert_eq!(iio::imread(&file).expect("upper case"), pixel());
}

// checklist: D-026
#[test]
fn formats_and_priorities_can_be_changed_at_run_time() {
    imageio::add_format(FileExtension::new(".mypic", "My picture", ["pillow"]));
    // Writing needs a plugin that knows the extension itself; reading follows the table.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.mypic");
    std::fs::copy(path("png/rgb8.png"), &file).expect("a copy");
    assert!(iio::imread(&file).is_ok());
    assert!(
        imageio::formats()
            .iter()
            .any(|format| format.extension == ".mypic")
    );
    imageio::set_priority(".mypic2", ["SPE", "pillow"]);
    let candidates = imageio::registry().candidates(".mypic2");
    assert_eq!(
        candidates
            .iter()
            .map(|card| card.name())
            .collect::<Vec<_>>(),
        ["SPE", "pillow"]
    );
}

#[test]
fn a_caller_can_rule_out_code_that_is_not_memory_safe() {
    assert!(
        iio::imread_with(
            path("png/rgb8.png"),
            iio::ReadArgs::new().trust(Trust::MemorySafe)
        )
        .is_ok()
    );
}
