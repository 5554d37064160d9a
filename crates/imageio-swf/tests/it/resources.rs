//! Files beside the file, budgets, buffers and addresses.

use imageio_core::{
    DType, ErrorKind, Index, Limits, Mode, NdImage, OpenArgs, Options, Registry, Request, imopen_in,
};
use imageio_swf::{PLUGIN, SwfReadOptions, SwfReader, SwfWriteOptions};

use crate::support::{Swf, head, noise, open_with, write_bytes};

// checklist: E-359, E-360
#[test]
fn a_page_stands_beside_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.v2.swf");
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .options(Options::new().set("html", true));
    let request = Request::from(&path).mode(Mode::WRITE);
    let mut resource = imopen_in(&Registry::new(), request, args).expect("the plugin");
    resource
        .write(&noise(&[20, 30]), &Options::new())
        .expect("a write");
    let page = folder.path().join("run.v2.html");
    assert!(!page.exists());
    resource.close().expect("a commit");
    let text = std::fs::read_to_string(page).expect("a page");
    assert!(text.starts_with("<!DOCTYPE html>\n<html>"));
    assert!(text.contains("<title>Show Flash animation run.v2.swf</title>"));
    assert!(text.contains("<embed width=\"30\" height=\"20\" src=\"run.v2.swf\">"));
    assert!(text.contains("</body>\n</html>"));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        2
    );
}

// checklist: E-359
#[test]
fn bytes_have_no_page() {
    let frame = [noise(&[2, 3])];
    let with = write_bytes(&frame, SwfWriteOptions::new().html(true));
    assert_eq!(with, write_bytes(&frame, SwfWriteOptions::new()));
}

#[test]
fn a_file_is_on_a_path_what_it_is_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    for compress in [false, true] {
        let path = folder.path().join("a.swf");
        let args = OpenArgs::new().plugin(&PLUGIN);
        let request = Request::from(&path).mode(Mode::WRITE);
        let mut resource = imopen_in(&Registry::new(), request, args).expect("the plugin");
        let options = Options::from(SwfWriteOptions::new().compress(compress));
        resource
            .write(&noise(&[20, 30]), &options)
            .expect("a write");
        resource.close().expect("a commit");
        let expected = write_bytes(
            &[noise(&[20, 30])],
            SwfWriteOptions::new().compress(compress),
        );
        assert_eq!(std::fs::read(path).expect("a file"), expected);
    }
}

#[test]
fn budgets_are_kept() {
    let bytes = write_bytes(&vec![noise(&[20, 30, 4]); 4], SwfWriteOptions::new());
    let options = SwfReadOptions::new();
    let open =
        |limits| SwfReader::open(Request::from(bytes.clone()).with_limits(limits)).expect("a file");
    let kind = |result: imageio_core::Result<NdImage>| result.expect_err("over the budget").kind();
    let mut tight = open(Limits::new().bytes(2000));
    assert_eq!(
        kind(tight.read(Index::At(0), &options)),
        ErrorKind::LimitExceeded
    );
    assert_eq!(
        tight.properties(Index::All, &options).expect("known").shape,
        [4, 20, 30, 4]
    );
    let mut few = open(Limits::new().frames(3));
    assert_eq!(
        kind(few.read(Index::All, &options)),
        ErrorKind::LimitExceeded
    );
    let mut small = open(Limits::new().pixels(599));
    assert_eq!(
        kind(small.read(Index::At(0), &options)),
        ErrorKind::LimitExceeded
    );
}

#[test]
fn a_dictionary_counts_against_the_budget() {
    let file = Swf::new()
        .bitmap(36, &head(5, 200, 200), &vec![1; 160_000])
        .tag(77, &vec![b' '; 400_000]);
    let packed = file.packed();
    let request = Request::from(packed.clone()).with_limits(Limits::new().bytes(1 << 18));
    let error = SwfReader::open(request).expect_err("over the budget");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let read =
        SwfReader::open(packed).and_then(|mut it| it.read(Index::At(0), &SwfReadOptions::new()));
    assert_eq!(read.expect("an image").shape(), [200, 200, 4]);
}

#[test]
fn a_buffer_is_filled_in_place() {
    let options = SwfReadOptions::new();
    let frames = [noise(&[6, 7, 4]), noise(&[6, 7, 3])];
    let mut reader = SwfReader::open(write_bytes(&frames, SwfWriteOptions::new())).expect("a file");
    let mut out = NdImage::zeros(DType::U8, &[6, 7, 4], &Limits::new()).expect("a buffer");
    let place = out.as_slice::<u8>().expect("a slice").as_ptr();
    reader
        .read_into(Index::At(0), &mut out, &options)
        .expect("an image");
    assert_eq!(out, frames[0]);
    assert_eq!(out.as_slice::<u8>().expect("a slice").as_ptr(), place);
    let mut stack = NdImage::zeros(DType::U8, &[2, 6, 7, 4], &Limits::new()).expect("a buffer");
    reader
        .read_into(Index::All, &mut stack, &options)
        .expect("both");
    assert_eq!(stack, reader.read(Index::All, &options).expect("both"));
    let mut turned = out
        .permute(&[1, 0, 2])
        .expect("turned")
        .to_contiguous()
        .permute(&[1, 0, 2])
        .expect("turned");
    reader
        .read_into(Index::At(1), &mut turned, &options)
        .expect("a strided buffer");
    assert_eq!(
        turned,
        reader.read(Index::At(1), &options).expect("an image")
    );
}

#[test]
fn a_dropped_write_leaves_no_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let request = Request::from(folder.path().join("a.swf")).mode(Mode::WRITE);
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .options(Options::new().set("html", true));
    let mut resource = imopen_in(&Registry::new(), request, args).expect("the plugin");
    resource
        .write(&noise(&[2, 3]), &Options::new())
        .expect("a write");
    drop(resource);
    drop(open_with(".swf", Options::new()));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}
