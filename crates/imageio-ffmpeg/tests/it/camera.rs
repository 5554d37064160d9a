//! Cameras, with a virtual input of ffmpeg in place of a device.

use std::time::Duration;

use imageio_core::{ErrorKind, Index, Request};
use imageio_ffmpeg::{Camera, CameraReader, FfmpegReadOptions, FrameSize, cameras};

fn virtual_camera(options: &FfmpegReadOptions) -> CameraReader {
    let camera = Camera::new("lavfi", "testsrc=size=64x48:rate=25");
    CameraReader::open(Request::new("<video0>"), camera, options).expect("a camera")
}

// checklist: E-422, F-069, F-152, F-154
#[test]
fn the_newest_frame_is_given_and_told() {
    let mut camera = virtual_camera(&FfmpegReadOptions::new());
    let first = camera.newest().expect("a frame");
    assert_eq!(first.shape(), [48, 64, 3]);
    let mut new = 0;
    for _ in 0..50 {
        let frame = camera.newest().expect("a frame");
        new += usize::from(frame != first);
    }
    assert!(new < 50, "reading is faster than the camera");
    std::thread::sleep(Duration::from_millis(400));
    let late = camera.newest().expect("a frame");
    assert!(late != first, "the frames in between are gone");
    let next = camera.next_new().expect("a frame");
    assert!(next != late, "waits for another");
    let after = camera.next_new().expect("a frame");
    assert!(after != next);
}

// checklist: E-415, E-422, F-157
#[test]
fn a_camera_that_is_not_there_says_so() {
    let camera = Camera::new("video4linux2", "/dev/video-that-nobody-has");
    let error = CameraReader::open(Request::new("<video7>"), camera, &FfmpegReadOptions::new());
    let error = error.expect_err("no camera");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .message()
            .starts_with("no (working) camera at <video7>"),
        "{error}"
    );
    assert!(
        error.message().contains("video-that-nobody-has"),
        "with ffmpeg's words: {error}"
    );
}

#[test]
fn sizes_types_and_rates_of_a_camera() {
    let options = FfmpegReadOptions::new()
        .dtype(imageio_ffmpeg::SampleType::U16)
        .size(FrameSize::from((32, 24)));
    let mut camera = virtual_camera(&options);
    let frame = camera.newest().expect("a frame");
    assert_eq!(frame.dtype(), imageio_core::DType::U16);
    assert!(cameras().expect("a list").len() < 1000);
}

#[test]
fn a_camera_that_ends_says_so() {
    let camera = Camera::new("lavfi", "testsrc=size=64x48:rate=50:duration=0.2");
    let mut camera =
        CameraReader::open(Request::new("<video0>"), camera, &FfmpegReadOptions::new())
            .expect("a camera");
    let error = loop {
        match camera.next_new() {
            Ok(frame) => assert_eq!(frame.shape(), [48, 64, 3]),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::External);
    assert!(error.message().contains("gives no more"), "{error}");
    let _ = Index::All;
}
