//! Prints what the images of FITS files are, and how long reading each took: `fits_info FILE…`.
#![expect(clippy::print_stdout, reason = "it prints")]

use std::time::Instant;

use imageio_core::{Index, Result};
use imageio_fits::{FitsReadOptions, FitsReader};

fn main() {
    for name in std::env::args().skip(1) {
        if let Err(error) = show(&name) {
            println!("{name}: {error}");
        }
    }
}

fn show(name: &str) -> Result<()> {
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open(name, &options)?;
    for position in 0..reader.n_images(&options)? {
        let index = Index::At(position);
        let properties = reader.properties(index, &options)?;
        let start = Instant::now();
        reader.read(index, &options)?;
        let (dtype, shape) = (properties.dtype, properties.shape);
        println!(
            "{name} {position}: {dtype} {shape:?} in {:?}",
            start.elapsed()
        );
    }
    Ok(())
}
