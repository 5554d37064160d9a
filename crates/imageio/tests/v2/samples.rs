//! What the tests share.

use std::path::{Path, PathBuf};

use imageio::{Error, ErrorKind, NdImage};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name)
}

/// Four frames.
pub(crate) fn animation() -> PathBuf {
    fixture("gif/durations.gif")
}

pub(crate) fn gray(shape: &[usize]) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(|at| (at * 7 % 251) as u8).collect()).expect("an image")
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The error of a call that must fail, with its kind checked.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Error>, kind: ErrorKind) -> String {
    match result {
        Ok(_) => panic!("it must fail with {kind:?}"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{error}");
            error.to_string()
        }
    }
}
