//! Prints what the images of FITS files are: `fits_info FILE…`. With `--raw FOLDER` their elements go there.
#![expect(clippy::print_stdout, reason = "it prints")]

use imageio_core::{Index, Result};
use imageio_fits::{FitsReadOptions, FitsReader};

fn main() -> Result<()> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let raw = (names.first().map(String::as_str) == Some("--raw"))
        .then(|| names.drain(..2).nth(1))
        .flatten();
    for name in names {
        if let Err(error) = show(&name, raw.as_deref()) {
            println!("{name}: {error}");
        }
    }
    Ok(())
}

fn show(name: &str, raw: Option<&str>) -> Result<()> {
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open(name, &options)?;
    for position in 0..reader.n_images(&options)? {
        let properties = reader.properties(Index::At(position), &options)?;
        println!(
            "{name} {position}: {} {:?} {:?}",
            properties.dtype, properties.shape, properties.spacing
        );
        if let Some(folder) = raw {
            let image = reader.read(Index::At(position), &options)?;
            let stem = name.rsplit('/').next().unwrap_or(name);
            std::fs::write(format!("{folder}/{stem}.{position}.npy"), image.to_npy())?;
        }
    }
    Ok(())
}
