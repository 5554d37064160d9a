//! The v2 API.

mod formats;
mod functions;
mod image;
mod legacy;
mod memtest;
mod progress;
mod reader;
mod samples;
mod tiff;
mod writer;

#[expect(
    dead_code,
    reason = "an example has a `main` that a test does not call"
)]
#[path = "../../examples/dummy_format.rs"]
mod dummy_format;
