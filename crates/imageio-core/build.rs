//! Does nothing: Cargo allows `links` only beside a build script.
fn main() {}
