//! Says what a file holds without decoding it: `cargo run --example metadata -- photo.jpg`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use imageio::v3 as iio;

fn main() -> imageio::Result<()> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "photo.jpg".to_owned());
    let properties = iio::improps(&path)?;
    println!(
        "{:?} {} batch: {}",
        properties.shape, properties.dtype, properties.is_batch
    );
    for (key, value) in iio::immeta(&path)?.iter() {
        println!("{key}: {value}");
    }
    Ok(())
}
