//! What options do.

use imageio_core::{Index, NdImage, Request};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};

use crate::conformance::SAMPLE;

#[test]
fn inverts_when_asked() {
    let reader = FfmpegReader::open(Request::from(SAMPLE)).unwrap();
    let plain = reader
        .read(Index::Default, &FfmpegReadOptions::new())
        .unwrap();
    let inverted = reader
        .read(Index::All, &FfmpegReadOptions::new().invert(true))
        .unwrap();
    let image = |shape: &[usize], data: &[u8]| NdImage::from_vec(shape, data.to_vec()).unwrap();
    assert_eq!(plain, image(&[2, 3], &[0, 16, 32, 48, 64, 255]));
    assert_eq!(inverted, image(&[1, 2, 3], &[255, 239, 223, 207, 191, 0]));
}
