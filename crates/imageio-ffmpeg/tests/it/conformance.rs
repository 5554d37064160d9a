//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_core::{Images, NdImage};
use imageio_ffmpeg::PLUGIN;

use crate::support::{none, numbered, open};

#[test]
fn keeps_the_promises_of_its_card() {
    let small = numbered("small.mp4", 3, &["-c:v", "libx264", "-pix_fmt", "yuv420p"]);
    let flat = NdImage::from_vec(&[32, 48, 3], [90u8, 120, 60].repeat(32 * 48)).expect("an image");
    let cases = Cases::new()
        .sample(".mp4", std::fs::read(small).expect("a file"))
        .lossy(".mp4", flat, 4.0);
    let report = check(&PLUGIN, &cases);
    println!("{report}");
    assert!(report.checks() > 50 && report.mutations() > 50, "{report}");
}

#[test]
fn two_writes_of_one_image_are_the_same_file() {
    let flat = NdImage::from_vec(&[32, 48], vec![90u8; 32 * 48]).expect("an image");
    let bytes = || {
        let request = imageio_core::Request::to_bytes().extension_hint(Some(".mkv"));
        let mut writer = open(request.expect("a hint"), "w?").expect("a writer");
        writer
            .write(Images::single(&flat), &none())
            .expect("a frame");
        writer
            .close()
            .expect("a video")
            .into_bytes()
            .expect("bytes")
            .len()
    };
    assert_eq!(bytes(), bytes());
}
