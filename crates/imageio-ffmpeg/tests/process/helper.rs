//! What other tests run in a process of its own, which they watch or kill.

use std::time::Duration;

use imageio_core::{Images, Index, Mode, NdImage, OpenArgs, Options, Registry, Request, imopen_in};
use imageio_ffmpeg::{Camera, CameraReader, FfmpegReadOptions, FfmpegReader, PLUGIN};

use crate::{children, threads, video};

#[expect(clippy::print_stdout, reason = "the parent waits for it")]
fn ready() {
    println!("\nready");
    std::io::Write::flush(&mut std::io::stdout()).expect("a pipe");
}

/// Reads a little of an endless video and waits to be killed.
#[test]
#[ignore = "run by another test"]
fn reads_and_waits() {
    let options = FfmpegReadOptions::new();
    let camera = Camera::new("lavfi", "testsrc2=size=64x48:rate=50");
    let mut camera =
        CameraReader::open(Request::new("<video0>"), camera, &options).expect("a camera");
    camera.newest().expect("a frame");
    let mut reader = FfmpegReader::open(video()).expect("a video");
    reader.read(Index::At(0), &options).expect("a frame");
    ready();
    std::thread::sleep(Duration::from_mins(10));
}

/// Writes a few frames and waits to be killed.
#[test]
#[ignore = "run by another test"]
fn writes_and_waits() {
    let target = crate::folder().join("never.mp4");
    let request = Request::from(target.as_path()).mode(Mode::WRITE);
    let mut writer =
        imopen_in(&Registry::new(), request, OpenArgs::new().plugin(&PLUGIN)).expect("a writer");
    let frame = NdImage::from_vec(&[48, 64], vec![7u8; 48 * 64]).expect("a frame");
    for _ in 0..3 {
        writer
            .write(Images::single(&frame), &Options::new())
            .expect("a frame");
    }
    ready();
    std::thread::sleep(Duration::from_mins(10));
}

/// Opens and drops two hundred times at any point and under error; leaves nothing.
#[test]
#[ignore = "run by another test"]
fn opens_and_drops() {
    let path = video();
    let bytes = std::fs::read(&path).expect("a file");
    let before = threads();
    let options = FfmpegReadOptions::new();
    ready();
    for round in 0..200 {
        let request = match round % 4 {
            0 => Request::from(bytes.clone()),
            _ => Request::from(path.as_path()),
        };
        match round % 10 {
            9 => {
                let broken = Request::from(bytes[..bytes.len() / 3].to_vec());
                assert!(FfmpegReader::open(broken).is_err());
            }
            8 => {
                let mut reader = FfmpegReader::open(request).expect("a video");
                let bad: FfmpegReadOptions = Options::new()
                    .set("output_params", "-vf nosuch")
                    .parse()
                    .expect("options");
                assert!(reader.read(Index::At(0), &bad).is_err());
            }
            7 => {
                let target = crate::folder().join("dropped.mp4");
                let target = Request::from(target.as_path()).mode(Mode::WRITE);
                let mut writer =
                    imopen_in(&Registry::new(), target, OpenArgs::new().plugin(&PLUGIN))
                        .expect("a writer");
                let frame = NdImage::from_vec(&[48, 64], vec![7u8; 48 * 64]).expect("a frame");
                writer
                    .write(Images::single(&frame), &Options::new())
                    .expect("a frame");
            }
            5 | 6 => {
                let mut reader = FfmpegReader::open(request).expect("a video");
                for position in [0, 1, 2, round % 150] {
                    reader.read(Index::At(position), &options).expect("a frame");
                }
            }
            4 => {
                let camera = Camera::new("lavfi", "testsrc=size=64x48:rate=50");
                let reader = CameraReader::open(Request::new("<video0>"), camera, &options);
                reader.expect("a camera").newest().expect("a frame");
            }
            1 => {
                let mut reader = FfmpegReader::open(request).expect("a video");
                while reader.read_next(0, &options).expect("a frame").is_none() {}
            }
            _ => drop(FfmpegReader::open(request).expect("a video")),
        }
        assert_eq!(children(std::process::id()), [0u32; 0], "round {round}");
        assert_eq!(threads(), before, "round {round}");
    }
}
