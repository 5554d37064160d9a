//! Tells what is in a video and how bright each frame is: `video_frames MOVIE`.

use imageio_core::Result;
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};

#[expect(clippy::print_stdout, reason = "an example for the terminal")]
fn main() -> Result<()> {
    let Some(path) = std::env::args_os().nth(1) else {
        println!("usage: frames MOVIE");
        return Ok(());
    };
    let mut reader = FfmpegReader::open(path)?;
    let info = reader.info();
    println!(
        "{} in {}, {}x{}",
        info.codec, info.container, info.width, info.height
    );
    let options = FfmpegReadOptions::new();
    let mut position = 0;
    while let Some(frame) = reader.read_next(position, &options)? {
        let samples = frame.as_slice::<u8>()?;
        println!(
            "frame {position}: the first sample is {}",
            samples.first().copied().unwrap_or(0)
        );
        position += 1;
    }
    Ok(())
}
