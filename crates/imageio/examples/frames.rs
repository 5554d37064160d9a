//! Goes through an animation with one frame in memory: `cargo run --example frames -- movie.gif`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use imageio::v3 as iio;

fn main() -> imageio::Result<()> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "movie.gif".to_owned());
    for (number, frame) in iio::imiter(&path).enumerate() {
        let frame = frame?.into_array::<u8>()?;
        let sum: u64 = frame.iter().map(|&value| u64::from(value)).sum();
        println!(
            "{number} {:?} mean {:.1}",
            frame.shape(),
            sum as f64 / frame.len() as f64
        );
    }
    Ok(())
}
