//! Each documented exit code, with one line that says why.

use std::fs;

use crate::{fail, fixture, run, text};

#[test]
fn each_kind_of_failure_has_its_code() {
    let png = fixture("png/rgb8.png");
    let png = png.as_str();
    let cut = fixture("bad/png/cut_in_data.png");
    let folder = tempfile::tempdir().expect("a folder");
    let jpg = folder
        .path()
        .join("a.jpg")
        .to_str()
        .expect("text")
        .to_owned();
    let here = folder.path().to_str().expect("text");
    let cases: &[(i32, &[&str])] = &[
        (2, &["info"]),
        (2, &["inof", png]),
        (2, &["info", png, "--option", "zork=1"]),
        (2, &["info", png, "--option", "zork"]),
        (2, &["info", png, "--extension", "png"]),
        (2, &["read", png, "--npy", "-", "--index", "first"]),
        (2, &["read", png, "--npy", "-", "--limit-bytes", "much"]),
        (2, &["convert", png, "-"]),
        (3, &["info", "/no/such/file.png"]),
        (3, &["convert", png, "/no/such/folder/a.png"]),
        (3, &["read", png, "--npy", "/no/such/folder/a.npy"]),
        (4, &["info", png, "--plugin", "zork"]),
        (4, &["info", png, "--plugin", "SPE"]),
        (
            4,
            &["info", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")],
        ),
        (4, &["convert", png, "a.unknown"]),
        (4, &["help", "zork"]),
        (5, &["read", &cut, "--npy", "-"]),
        (6, &["read", png, "--npy", "-", "--limit-bytes", "1k"]),
        (7, &["convert", &fixture("png/gray16.png"), &jpg]),
        (8, &["read", png, "--npy", "-", "--index", "1"]),
        (8, &["read", png, "--npy", "-", "--window", "0:99999"]),
        (9, &["convert", png, here, "--extension", ".png"]),
        (9, &["read", png, "--npy", here]),
        (9, &["convert", png, "<screen>"]),
    ];
    for (code, args) in cases {
        let (found, line) = fail(args, b"");
        assert_eq!(found, *code, "{args:?}: {line}");
    }
    assert_eq!(fs::read_dir(here).expect("a folder").count(), 0);
}

#[test]
fn messages_say_what_would_help() {
    let png = fixture("png/rgb8.png");
    let (_, line) = fail(&["info", &png, "--plugin", "gdal"], b"");
    assert!(line.contains("feature `gdal`"), "{line}");
    let (_, line) = fail(&["read", &png, "--npy", "-", "--limit-bytes", "9"], b"");
    assert!(line.contains("--limit-bytes"), "{line}");
    let (_, line) = fail(&["info", "-"], b"this is no image");
    assert!(line.starts_with("imageio: -: "), "{line}");
}

#[test]
fn a_name_cannot_begin_a_line_of_its_own() {
    let (code, line) = fail(&["info", "a\nimageio: all is well\u{1b}[2J"], b"");
    assert!(code == 3 && !line.contains('\u{1b}'), "{line}");
}

#[test]
fn help_goes_to_standard_output() {
    for args in [
        &["--help"][..],
        &["help"],
        &["help", "convert"],
        &["info", "-h"],
        &["--version"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(text(output.stdout).contains("imageio") && output.stderr.is_empty());
    }
    let all = text(run(&["--help"]).stdout);
    let codes = all
        .split("Exit codes:")
        .nth(1)
        .expect("they are documented");
    for code in 0..=9 {
        assert!(codes.contains(&format!("\n  {code}  ")), "{code}");
    }
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output.stderr).contains("Usage:"));
}
