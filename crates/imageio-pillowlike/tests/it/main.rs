//! The `pillow` plugin through core's own functions.

mod conformance;
mod legacy;
mod modes;
mod options;
mod png_info;
mod reading;
mod support;
mod tga_ico;

/// A file of the repository's fixtures.
fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
