//! What options do.

use imageio_core::{
    DType, ErrorKind, Images, Index, Mode, OpenArgs, Options, Registry, Request, imopen_in,
};
use imageio_npz::{NpzReader, NpzWriteOptions, PLUGIN};

use crate::support::{archive, counted, open, written};

fn names(bytes: Vec<u8>) -> Vec<String> {
    let reader = NpzReader::open(Request::from(bytes)).expect("an archive");
    reader.names().into_iter().map(str::to_owned).collect()
}

#[test]
fn arrays_get_the_names_they_are_given() {
    let images = [1, 2].map(|n| counted(DType::U8, &[n, 3]));
    let options = NpzWriteOptions::new().names(vec!["mask_2".to_owned(), "image_1".to_owned()]);
    let bytes = written(Images::from(&images), &options.into(), ".npz").expect("an archive");
    let mut reader = NpzReader::open(Request::from(bytes)).expect("an archive");
    assert_eq!(reader.names(), ["image_1", "mask_2"]);
    assert_eq!(reader.read(Index::At(1)).expect("the mask"), images[0]);
    let one = reader.metadata(Index::At(0)).expect("metadata");
    assert_eq!(one.to_string(), "{name: image_1}");
    let all = reader.metadata(Index::All).expect("metadata");
    assert_eq!(all.to_string(), "{names: [image_1, mask_2]}");
}

#[test]
fn names_of_opening_count_the_arrays_of_the_file() {
    let image = counted(DType::U8, &[2, 3]);
    let typed = NpzWriteOptions::new().names(vec!["a".to_owned(), "b".to_owned()]);
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .extension(".npz")
        .options(typed);
    let request = Request::to_bytes().mode(Mode::WRITE);
    let mut target = imopen_in(&Registry::new(), request, args).expect("a target");
    for _ in 0..3 {
        target.write(&image, &Options::new()).expect("an array");
    }
    let named = Options::new().set("names", ["c"]);
    target.write(&image, &named).expect("an array");
    let bytes = target.close().expect("an archive").into_bytes();
    assert_eq!(names(bytes.unwrap_or_default()), ["arr_2", "a", "b", "c"]);
}

#[test]
fn names_that_do_not_fit_are_refused_and_nothing_of_the_call_is_written() {
    let images = [1, 2].map(|n| counted(DType::U8, &[n, 3]));
    for bad in [
        vec!["a"],
        vec!["a", "a"],
        vec!["a", ""],
        vec!["a", "b\0"],
        vec!["x", "arr_0"],
    ] {
        let mut target = open(Request::to_bytes(), Mode::WRITE, ".npz").expect("a target");
        target.write(&images[0], &Options::new()).expect("an array");
        let list: Vec<imageio_core::Value> = bad.iter().map(|name| (*name).into()).collect();
        let options = Options::new().set("names", list);
        let error = target
            .write(Images::from(&images), &options)
            .expect_err("bad names");
        assert_eq!(error.kind(), ErrorKind::BadOption, "{bad:?}");
        assert!(error.message().starts_with("option `names`: "), "{error}");
        let bytes = target.close().expect("an archive").into_bytes();
        assert_eq!(names(bytes.unwrap_or_default()), ["arr_0"]);
    }
}

#[test]
fn arrays_are_deflated_unless_told_otherwise() {
    let images = [counted(DType::U8, &[64, 64])];
    let default = written(Images::from(&images), &Options::new(), ".npz").expect("an archive");
    let stored = archive(&images, false);
    assert_eq!(default, archive(&images, true));
    assert!(default.len() < images[0].nbytes() / 4 && stored.len() > images[0].nbytes());
    // APPNOTE 4.4.5: the method is at byte 8, 8 for Deflate.
    assert_eq!((default[8], stored[8]), (8, 0));
    assert!(
        stored
            .windows(64)
            .any(|part| part == &images[0].as_bytes()[..64])
    );
}

#[test]
fn reading_takes_no_options() {
    let bytes = archive(&[counted(DType::U8, &[2, 2])], true);
    let mut opened = open(bytes.clone(), Mode::READ, ".npz").expect("an archive");
    let error = opened
        .read(0, &Options::new().set("compressed", true))
        .expect_err("no such option");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .options(NpzWriteOptions::new());
    let error = imopen_in(&Registry::new(), Request::from(bytes), args).expect_err("write options");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}
