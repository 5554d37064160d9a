//! Building crates that are not members of the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the root")
}

/// Where this binary was built, so that crates outside find their dependencies built already.
pub(crate) fn target() -> PathBuf {
    let binary = std::env::current_exe().expect("this binary");
    // target/debug/deps/binary
    binary
        .ancestors()
        .nth(3)
        .expect("a target folder")
        .to_path_buf()
}

/// Gives a workspace in `folder` the lock file and the profile of ours: other settings build everything anew.
pub(crate) fn share_settings(folder: &Path) {
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    let ours = fs::read_to_string(root().join("Cargo.toml")).expect("our manifest");
    let profiles = ours
        .split_once("[profile.dev]")
        .map(|(_, rest)| format!("\n[profile.dev]{rest}"))
        .unwrap_or_default();
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("a manifest") + &profiles;
    fs::write(manifest, text).expect("a manifest");
}

/// Runs cargo in `folder` without the network; gives what it prints.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    run(command
        .arg("--offline")
        .args(arguments)
        .env("CARGO_TARGET_DIR", target())
        .current_dir(folder))
}

/// Runs a command that must succeed; gives what it prints.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}
