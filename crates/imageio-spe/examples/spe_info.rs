//! Says what is in SPE files: `cargo run -p imageio-spe --example spe_info -- FILE…`

use std::io::Write;

use imageio_core::{Index, Result};
use imageio_spe::{SpeReadOptions, SpeReader};

fn main() -> Result<()> {
    let options = SpeReadOptions::new();
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1).map(std::path::PathBuf::from) {
        let mut reader = SpeReader::open(&path)?;
        let properties = reader.properties(Index::All, &options)?;
        writeln!(
            out,
            "{}: {} {:?}",
            path.display(),
            properties.dtype,
            properties.shape
        )?;
        for (key, value) in reader.metadata(Index::All, &options)? {
            writeln!(out, "  {key}: {value}")?;
        }
    }
    Ok(())
}
