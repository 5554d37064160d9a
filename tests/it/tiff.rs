//! TIFF as the functions of v3 choose and write it.

use imageio::v2;
use imageio::v3 as iio;
use imageio::{NdImage, OpenArgs};

use crate::fixture::path;

fn colours() -> NdImage {
    let samples = (0u8..180).collect();
    NdImage::from_vec(&[10, 6, 3], samples).expect("a picture")
}

// checklist: H-017
#[test]
fn tifffile_is_asked_first_for_tiff() {
    let bytes = iio::imwrite_bytes(&colours(), ".tif").expect("a file");
    for extension in [".tif", ".tiff", ".stk", ".lsm"] {
        let order = imageio::registry().candidates(extension);
        assert_eq!(
            order.first().map(|card| card.name()),
            Some("TIFF"),
            "{extension}"
        );
    }
    for args in [OpenArgs::new(), OpenArgs::new().plugin("tifffile")] {
        let opened = iio::imopen_with(bytes.clone(), "r", args).expect("a TIFF");
        assert_eq!(opened.plugin().name(), "TIFF");
    }
    let args = OpenArgs::new().plugin("tifffile");
    assert!(iio::imopen_with(path("png/rgb8.png"), "r", args).is_err());
}

// checklist: H-008
#[test]
fn one_picture_in_colour_is_one_page() {
    let bytes = iio::imwrite_bytes(&colours(), ".tif").expect("a file");
    let image = iio::imread(bytes.clone()).expect("the picture");
    assert_eq!(image, colours());
    let mut pages = v2::get_reader(bytes.clone()).expect("a reader");
    assert_eq!(pages.len().ok(), Some(1));
    let batch = iio::WriteArgs::new().extension(".tif").is_batch(true);
    let stack = NdImage::from_vec(&[3, 10, 6], (0u8..180).collect()).expect("a stack");
    let bytes = iio::imwrite_with("<bytes>", &stack, batch).expect("a file");
    let mut pages = v2::get_reader(bytes.expect("bytes")).expect("a reader");
    assert_eq!(pages.len().ok(), Some(3));
}
