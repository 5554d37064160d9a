//! The plugin of `docs/plugin-guide.md`, built outside the workspace exactly as it is printed there.

mod outside;

use std::fs;
use std::path::{Path, PathBuf};

use outside::{cargo, root, share_settings};

/// The code blocks of the guide that follow the line `name:`.
fn block(guide: &str, name: &str) -> String {
    let after = guide.split_once(&format!("`{name}`:\n")).expect(name).1;
    let code = after.split_once("```").expect("a code block").1;
    let (_, code) = code.split_once('\n').expect("a language");
    code.split_once("```")
        .expect("the end of the block")
        .0
        .to_owned()
}

/// Writes the crate of the guide and a program that uses it; gives the program's folder.
fn write_crates(folder: &Path) -> PathBuf {
    let guide = fs::read_to_string(root().join("docs/plugin-guide.md")).expect("the guide");
    let lib = block(&guide, "src/lib.rs");
    assert!(
        lib.lines().count() < 60,
        "the plugin of the guide has {} lines",
        lib.lines().count()
    );
    let root = root();
    let core = format!("path = \"{}\"", root.join("crates/imageio-core").display());
    let manifest = block(&guide, "Cargo.toml")
        .replace(
            "imageio-core = \"0.1\"",
            &format!("imageio-core = {{ {core} }}"),
        )
        .replace("version = \"0.1\", features", &format!("{core}, features"));
    let plugin = folder.join("imageio-ink");
    fs::create_dir_all(plugin.join("src")).expect("a folder");
    fs::create_dir_all(plugin.join("tests")).expect("a folder");
    fs::write(plugin.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(plugin.join("src/lib.rs"), lib).expect("a library");
    fs::write(
        plugin.join("tests/conformance.rs"),
        block(&guide, "tests/conformance.rs"),
    )
    .expect("a test");

    let program = folder.join("program");
    fs::create_dir_all(program.join("src")).expect("a folder");
    let umbrella = root.join("crates/imageio");
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         imageio-rs = {{ path = \"{}\", default-features = false }}\nimageio-ink = {{ path = \"../imageio-ink\" }}\n",
        umbrella.display()
    );
    fs::write(program.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(program.join("src/main.rs"), PROGRAM).expect("a program");
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"imageio-ink\", \"program\"]\n";
    fs::write(folder.join("Cargo.toml"), members).expect("a workspace");
    share_settings(folder);
    program
}

/// Reads through `imread` what only the plugin of the guide can read, and prints what came.
const PROGRAM: &str = r#"
use imageio::v3 as iio;
use imageio_ink as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("a path")?;
    let ink = iio::imread(&path)?;
    let inverted = iio::imread_with(&path, imageio_ink::InkReadOptions::new().invert(true))?;
    println!("{:?} {:?} {:?}", ink.shape(), ink.as_slice::<u8>()?, inverted.as_slice::<u8>()?);
    let missing = iio::imread_with(&b"\x89PNG\r\n\x1a\n"[..], iio::ReadArgs::new().extension(".png"));
    println!("{}", missing.map_or_else(|error| error.to_string(), |_| String::from("read")));
    Ok(())
}
"#;

// The program is built without a single feature, so it shows too what a missing one looks like.
// checklist: A-054, A-074, D-010, G-021
#[test]
fn the_plugin_of_the_guide_works_through_imread_and_passes_conformance() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = write_crates(folder.path());
    let picture = folder.path().join("a.ink");
    fs::write(&picture, "INK1\n2 2\n1 0\n0 1\n").expect("a picture");
    let printed = cargo(
        &program,
        &["run", "--quiet", "--", &picture.display().to_string()],
    );
    let (pixels, missing) = printed.trim().split_once('\n').expect("two lines");
    assert_eq!(pixels, "[2, 2] [0, 255, 255, 0] [255, 0, 0, 255]");
    assert!(missing.contains("tried ink (no INK1)"), "{missing}");
    assert!(
        missing.contains("what would help: feature `pillow` of imageio-rs"),
        "{missing}"
    );
    let umbrella = fs::read_to_string(root().join("crates/imageio/Cargo.toml"));
    assert!(umbrella.is_ok_and(|manifest| manifest.contains("\npillow = [")));
    let printed = cargo(
        &folder.path().join("imageio-ink"),
        &["test", "--quiet", "--", "--nocapture"],
    );
    assert!(printed.contains("ink: "), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}
