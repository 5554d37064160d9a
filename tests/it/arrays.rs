//! NPZ and BSDF through the front door: the functions of v2, the searches, and addresses.

use std::path::Path;

use imageio::v2::{self, Length};
use imageio::v3 as iio;
use imageio::{DType, ErrorKind, Metadata, Mode, NdImage, Options, Request};

use crate::fixture::path;
use crate::remote::server::Server;

/// An image that counts up.
fn counted(dtype: DType, shape: &[usize]) -> NdImage {
    let values = (0..shape.iter().product::<usize>()).map(|n| (n * 7 % 251) as f64);
    let image = NdImage::from_vec(shape, values.collect());
    image.expect("as many").cast(dtype)
}

/// Which format the searches of v2 give for a file in a mode such as `ri`.
fn searched(file: &Path, mode: &str) -> Option<String> {
    let request = Request::from(file).mode(mode.parse::<Mode>().expect("a mode"));
    let found = if mode.starts_with('r') {
        v2::formats().search_read_format(request)
    } else {
        v2::formats().search_write_format(request)
    };
    found.map(|format| format.name().to_owned())
}

/// A server that knows ranges and gives these bytes for every address.
pub(crate) fn serve(bytes: Vec<u8>) -> Server {
    Server::start(move |seen, out| {
        out.ranges(seen, bytes.len() as u64, |at, buf| {
            let at = at as usize;
            buf.copy_from_slice(&bytes[at..at + buf.len()]);
        })
    })
}

// checklist: E-304, F-213
#[test]
fn npz_is_selected() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path("npz/mixed.npz");
    let format = v2::formats().get("npz").expect("by its name");
    assert_eq!(format.name(), "NPZ");
    assert_eq!(
        v2::formats().get(".npz").expect("by extension").name(),
        "NPZ"
    );
    for mode in ["ri", "rI", "rv", "rV"] {
        assert_eq!(searched(&file, mode).as_deref(), Some("NPZ"), "{mode}");
        let request = |file| Request::from(file).mode(mode.parse().expect("a mode"));
        assert!(format.can_read(&request(file.clone())).expect("an answer"));
        let png = path("png/rgb8.png");
        assert!(!format.can_read(&request(png)).expect("an answer"));
    }
    for mode in ["wi", "wI", "wv", "wV"] {
        let target = folder.path().join("new.npz");
        assert_eq!(searched(&target, mode).as_deref(), Some("NPZ"), "{mode}");
    }
    let refused = v2::get_reader_with(path("png/rgb8.png"), v2::ReadArgs::new().format("npz"));
    assert!(refused.is_err());
}

// checklist: E-305, F-062
#[test]
fn npz_keeps_what_is_given_through_the_functions_of_v2() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("it.npz");
    let image = counted(DType::I16, &[7, 9]);
    v2::imwrite(&file, &image).expect("one image");
    assert_eq!(*v2::imread(&file).expect("one image").as_ndimage(), image);
    let volume = counted(DType::F32, &[6, 7, 8]);
    v2::volwrite(&file, &volume).expect("a volume");
    assert_eq!(*v2::volread(&file).expect("a volume").as_ndimage(), volume);
    assert_eq!(*v2::imread(&file).expect("a volume").as_ndimage(), volume);
    let three = [1, 2, 3].map(|n| counted(DType::U8, &[n + 3, n + 4, 3]));
    v2::mimwrite(&file, &three).expect("three images");
    let back = v2::mimread(&file).expect("three images");
    let back: Vec<_> = back
        .into_iter()
        .map(imageio::v2::Image::into_ndimage)
        .collect();
    assert_eq!(back, three);
    // A mode that takes any, with images, lines and volumes in one file.
    let mixed = [&[5][..], &[4, 5], &[4, 5, 3], &[2, 3, 4, 5]].map(|s| counted(DType::F64, s));
    let mut writer = v2::get_writer_with(&file, v2::WriteArgs::new().mode("?")).expect("a writer");
    let meta: Metadata = [("author", "me")].into_iter().collect();
    for image in &mixed {
        writer.append_data_with(image, &meta).expect("an array");
    }
    let error = writer.set_meta_data(&meta).expect_err("no metadata");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    writer.close().expect("a file");
    let mut reader = v2::get_reader(&file).expect("a reader");
    assert_eq!(reader.get_length().expect("a length"), Length::Images(4));
    for (index, image) in mixed.iter().enumerate() {
        assert_eq!(
            reader.get_data(index).expect("an array").as_ndimage(),
            image
        );
        // What was given is dropped; the reference refuses the question, here are the names in the archive.
        let known = reader.get_meta_data(index).expect("names");
        assert_eq!(known.to_string(), format!("{{name: arr_{index}}}"));
    }
    let names = reader.get_meta_data(None).expect("names");
    assert_eq!(names.to_string(), "{names: [arr_0, arr_1, arr_2, arr_3]}");
    let error = reader.get_data(4).expect_err("four arrays");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
}

// checklist: E-330, F-058, F-078
#[test]
fn bsdf_is_selected() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("series.bsdf");
    std::fs::copy(path("bsdf/closed.bsdf"), &file).expect("a copy");
    let other = folder.path().join("series.other");
    std::fs::copy(&file, &other).expect("a copy");
    let format = v2::formats().get("bsdf").expect("by its name");
    assert_eq!((format.name(), format.modes()), ("BSDF", "iIvV"));
    let by_extension = v2::formats().get(".bsdf").expect("by extension");
    assert_eq!(by_extension.name(), "BSDF");
    let by_content = v2::formats()
        .get(&file.to_string_lossy())
        .expect("by content");
    assert_eq!(by_content.name(), "BSDF");
    for mode in ["ri", "rI", "rv"] {
        assert_eq!(searched(&file, mode).as_deref(), Some("BSDF"), "{mode}");
        assert_eq!(searched(&other, mode).as_deref(), Some("BSDF"), "{mode}");
        let request = |file: &Path| Request::from(file).mode(mode.parse().expect("a mode"));
        assert!(format.can_read(&request(&other)).expect("an answer"));
        let png = request(&path("png/rgb8.png"));
        assert!(!format.can_read(&png).expect("an answer"));
    }
    let png = folder.path().join("new.png");
    assert_ne!(searched(&png, "wI").as_deref(), Some("BSDF"));
    let new = folder.path().join("new.bsdf");
    assert_eq!(searched(&new, "wI").as_deref(), Some("BSDF"));
    let request = Request::from(&new).mode("wI".parse().expect("a mode"));
    assert!(format.can_write(&request).expect("an answer"));
}

// checklist: E-334, E-335, F-058, F-079
#[test]
fn bsdf_without_images_is_told_from_bsdf_without_any() {
    for name in ["bad/bsdf/scalar.bsdf", "bad/bsdf/scalars.bsdf"] {
        for error in [
            v2::imread(path(name)).expect_err(name),
            v2::mimread(path(name)).expect_err(name),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{name}: {error}");
        }
    }
    let empty = path("bad/bsdf/empty_list.bsdf");
    let error = v2::imread(&empty).expect_err("no image");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert_eq!(v2::mimread(&empty).expect("no images").len(), 0);
    let mut reader = v2::get_reader(path("bsdf/closed.bsdf")).expect("a reader");
    let error = reader.get_data(3).expect_err("three images");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert!(
        error.to_string().contains("image index 3 is not in [0 3]"),
        "{error}"
    );
}

// checklist: E-339, E-336, F-058
#[test]
fn bsdf_has_metadata_of_images_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("it.bsdf");
    let image = counted(DType::U8, &[5, 6, 3]);
    let mut writer = v2::get_writer(&file).expect("a writer");
    for n in 0..3 {
        let meta: Metadata = [("n", n)].into_iter().collect();
        writer.append_data_with(&image, &meta).expect("an image");
    }
    let meta: Metadata = [("title", "all")].into_iter().collect();
    let error = writer
        .set_meta_data(&meta)
        .expect_err("metadata of the file");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    writer.close().expect("a file");
    let mut reader = v2::get_reader(&file).expect("a reader");
    assert_eq!(reader.get_length().expect("a length"), Length::Images(3));
    for n in 0..3 {
        let known = reader.get_meta_data(n).expect("metadata");
        assert_eq!(known.to_string(), format!("{{n: {n}}}"));
    }
    assert!(reader.get_meta_data(None).expect("metadata").is_empty());
    assert_eq!(*v2::imread(&file).expect("the first").as_ndimage(), image);
    v2::imwrite(&file, &image).expect("one image");
    let series = v2::mimread(&file).expect("a series of one");
    assert_eq!(series.len(), 1);
    assert_eq!(*series[0].as_ndimage(), image);
}

// checklist: E-331, E-332, F-058, F-082, F-085
#[test]
fn bsdf_comes_forward_over_http() {
    let images: Vec<_> = (0..12u8)
        .map(|n| NdImage::from_vec(&[3, 4], vec![n; 12]).expect("twelve"))
        .collect();
    let closed = iio::imwrite_bytes(&images, ".bsdf").expect("a series");
    let mut open = closed.clone();
    // The code of an open stream, and no count.
    open[7] = 255;
    open[8..16].fill(0);
    for (bytes, length) in [(closed, Length::Images(12)), (open, Length::Unknown)] {
        let server = serve(bytes);
        let url = server.url("/series.bsdf");
        let mut reader = v2::get_reader(&url).expect("a reader");
        assert_eq!(reader.get_length().expect("a length"), length);
        for n in [0, 2, 10] {
            let image = reader.get_data(n).expect("an image");
            assert_eq!(*image.as_ndimage(), images[n]);
        }
        let error = reader.get_data(9).expect_err("a way back");
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
        assert!(
            error.to_string().contains("does not allow rewinding"),
            "{error}"
        );
        let any_order = Options::new().set("random_access", true);
        let args = v2::ReadArgs::new().options(any_order);
        let mut reader = v2::get_reader_with(&url, args).expect("a reader");
        assert_eq!(reader.get_length().expect("a length"), Length::Images(12));
        for n in [10, 9, 0] {
            let image = reader.get_data(n).expect("an image");
            assert_eq!(*image.as_ndimage(), images[n]);
        }
    }
}
