//! A static library that a C program links: constructors may not run there, the built-in plugins must be found.
#![cfg(unix)]

mod outside;

use std::fs;
use std::process::Command;

use outside::{cargo, root, run, share_settings, target};

const LIBRARY: &str = r#"
use std::ffi::{CStr, c_char, c_int};

/// Width of the picture at `path`, or -1.
///
/// # Safety
/// `path` is a string that ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn picture_width(path: *const c_char) -> c_int {
    let path = unsafe { CStr::from_ptr(path) }.to_string_lossy().into_owned();
    imageio::v3::improps(path).map_or(-1, |properties| properties.shape[1] as c_int)
}

/// Number of plugins.
#[unsafe(no_mangle)]
pub extern "C" fn plugin_count() -> c_int {
    imageio::plugins().len() as c_int
}
"#;

const PROGRAM: &str = r#"
#include <stdio.h>
int picture_width(const char *path);
int plugin_count(void);
int main(int argc, char **argv) {
    printf("%d %d\n", plugin_count(), picture_width(argv[1]));
    return 0;
}
"#;

#[test]
fn the_builtin_list_serves_a_c_program() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = format!(
        "[package]\nname = \"picture\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\ncrate-type = [\"staticlib\"]\n\n[dependencies]\nimageio-rs = {{ path = \"{}\" }}\n",
        root().join("crates/imageio").display()
    );
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(folder.path().join("src/lib.rs"), LIBRARY).expect("a library");
    fs::write(folder.path().join("main.c"), PROGRAM).expect("a program");
    share_settings(folder.path());
    cargo(folder.path(), &["build", "--quiet"]);
    let program = folder.path().join("program");
    let library = target().join("debug/libpicture.a");
    run(Command::new("cc")
        .arg(folder.path().join("main.c"))
        .arg(library)
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(&program));
    let picture = root().join("fixtures/png/rgb8.png");
    let printed = run(Command::new(&program).arg(&picture));
    let width = imageio::v3::improps(&picture).expect("the fixture").shape[1];
    let count = imageio::plugins().len();
    assert_eq!(printed.trim(), format!("{count} {width}"));
}
