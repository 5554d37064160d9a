//! The examples run on fixtures.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs an example, which cargo built beside this test; gives what it prints.
fn run(name: &str, argument: &Path) -> String {
    let binary = std::env::current_exe().expect("this test");
    let folder = binary
        .ancestors()
        .nth(2)
        .expect("the folder of the profile");
    let output = Command::new(folder.join("examples").join(name))
        .arg(argument)
        .output()
        .expect(name);
    assert!(
        output.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name)
}

#[test]
fn the_examples_do_what_they_say() {
    assert_eq!(
        run("read", &fixture("png/rgb8.png")),
        "[17, 23, 3] uint8\n[4, 4, 3] uint8\n"
    );
    assert_eq!(
        run("frames", &fixture("gif/durations.gif")).lines().count(),
        4
    );
    let said = run("metadata", &fixture("jpeg/exif_rich.jpg"));
    assert!(
        said.starts_with("[25, 33, 3] uint8 batch: false\n")
            && said.contains("\nMake: Fixture Works\n"),
        "{said}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    run("write", folder.path());
    let ramp = imageio::v3::improps(folder.path().join("ramp.png")).expect("a PNG");
    assert_eq!(
        (ramp.shape, ramp.dtype),
        (vec![64, 256], imageio::DType::U16)
    );
    let waves = imageio::v3::improps(folder.path().join("waves.gif")).expect("a GIF");
    assert_eq!(waves.n_images, Some(8));
    let bytes = folder.path().join("bytes.foobar");
    std::fs::write(&bytes, b"123").expect("a file");
    assert_eq!(run("dummy_format", &bytes), "[3, 1]\n[3, 1]\n");
}
