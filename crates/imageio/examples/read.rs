//! Reads a picture, and a window of it: `cargo run --example read -- photo.png`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use imageio::v3 as iio;

fn main() -> imageio::Result<()> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "photo.png".to_owned());
    let image = iio::imread(&path)?;
    println!("{:?} {}", image.shape(), image.dtype());
    let corner = iio::imread_with(&path, iio::ReadArgs::new().window([0..4, 0..4]))?;
    println!("{:?} {}", corner.shape(), corner.dtype());
    Ok(())
}
