//! What options do.

use imageio_bsdf::{BsdfOpenOptions, BsdfWriteOptions, Compression, PLUGIN};
use imageio_core::{
    DType, ErrorKind, Images, Mode, OpenArgs, Options, Registry, Request, imopen_in,
};

use crate::support::{counted, fixtures, open, written};

// checklist: E-326, E-337
#[test]
fn elements_are_packed_as_asked() {
    let image = counted(DType::U16, &[60, 50]);
    let size = |options: &Options| {
        written(Images::from(&image), options, "wi")
            .expect("an image")
            .len()
    };
    let (none, zlib, bz2) = (
        size(&Options::new().set("compression", "no")),
        size(&Options::new().set("compression", 1)),
        size(&BsdfWriteOptions::new().compression(Compression::Bz2).into()),
    );
    assert!(none > 6000 && zlib < 3000 && bz2 < 3000 && zlib != bz2);
    assert_eq!(size(&Options::new()), zlib);
    let wrong = Options::new().set("compression", "lzma");
    let error = written(Images::from(&image), &wrong, "wi").expect_err("no packing");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn options_of_opening_hold_for_every_call() {
    let image = counted(DType::U16, &[60, 50]);
    let typed = BsdfOpenOptions::new().compression(Compression::No);
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .extension(".bsdf")
        .options(typed);
    let mode: Mode = "wI".parse().expect("a mode");
    let mut target =
        imopen_in(&Registry::new(), Request::to_bytes().mode(mode), args).expect("a target");
    target.write(&image, &Options::new()).expect("an image");
    let packed = Options::new().set("compression", "zlib");
    target.write(&image, &packed).expect("an image");
    let bytes = target
        .close()
        .expect("a file")
        .into_bytes()
        .unwrap_or_default();
    assert!(bytes.len() > 6000 && bytes.len() < 10_000);
}

#[test]
fn options_for_the_other_direction_are_refused() {
    let open_with = |mode: &str, options: Options| {
        let args = OpenArgs::new()
            .plugin(&PLUGIN)
            .extension(".bsdf")
            .options(options);
        let request = match mode {
            "r?" => Request::from(fixtures().join("bsdf/plain.bsdf")),
            _ => Request::to_bytes(),
        };
        let mode: Mode = mode.parse().expect("a mode");
        imopen_in(&Registry::new(), request.mode(mode), args).map(drop)
    };
    for (mode, option) in [
        ("r?", "compression"),
        ("w?", "random_access"),
        ("r?", "append"),
    ] {
        let error = open_with(mode, Options::new().set(option, 1)).expect_err(option);
        assert_eq!(error.kind(), ErrorKind::BadOption, "{error}");
    }
    open_with("r?", Options::new().set("random_access", true)).expect("an option of reading");
    open_with("w?", Options::new().set("compression", 0)).expect("an option of writing");
    let mut opened = open(
        Request::from(fixtures().join("bsdf/plain.bsdf")),
        Mode::READ,
        ".bsdf",
    )
    .expect("a file");
    let error = opened
        .read(0, &Options::new().set("compression", 1))
        .expect_err("an option of writing");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}
