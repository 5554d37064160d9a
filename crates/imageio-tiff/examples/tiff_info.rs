//! Prints what the series of TIFF files are: `cargo run -p imageio-tiff --example tiff_info -- *.tif`.
#![expect(clippy::print_stdout, reason = "what it is for")]

use imageio_core::{Index, Result};
use imageio_tiff::{TiffReadOptions, TiffReader};

fn main() {
    for path in std::env::args().skip(1) {
        match describe(&path) {
            Ok(lines) => lines.iter().for_each(|line| println!("{path}\t{line}")),
            Err(error) => println!("{path}\terror {:?}: {error}", error.kind()),
        }
    }
}

fn describe(path: &str) -> Result<Vec<String>> {
    let mut reader = TiffReader::open(path)?;
    let options = TiffReadOptions::new();
    let series = 0..reader.n_series()?;
    series
        .map(|series| {
            let properties = reader.properties(Index::At(series), &options);
            Ok(match properties {
                Ok(it) => format!(
                    "{series}\t{:?}\t{}\t{}\t{}",
                    it.shape,
                    it.axes.unwrap_or_default(),
                    it.dtype,
                    it.levels.len()
                ),
                Err(error) => format!("{series}\terror {:?}: {error}", error.kind()),
            })
        })
        .collect()
}
