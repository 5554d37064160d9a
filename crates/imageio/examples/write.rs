//! Writes an `ndarray` as a 16-bit PNG, and an animation with options: `cargo run --example write -- FOLDER`.

use imageio::ndarray::Array2;
use imageio::pillow::PillowWriteOptions;
use imageio::v3 as iio;

fn main() -> imageio::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let ramp = Array2::from_shape_fn((64, 256), |(_, x)| x as u16 * 257);
    iio::imwrite(format!("{folder}/ramp.png"), &iio::NdImage::from(ramp))?;

    let frames: Vec<iio::NdImage> = (0..8u8)
        .map(|step| {
            Array2::from_shape_fn((32, 32), |(y, x)| ((x + y) as u8).wrapping_mul(step)).into()
        })
        .collect();
    let options = PillowWriteOptions::new().duration([50.0]).r#loop(0);
    iio::imwrite_with(format!("{folder}/waves.gif"), &frames, options)?;
    Ok(())
}
