//! Says what Lytro files tell of the camera: `cargo run -p imageio-lytro --example lytro_info -- FILE…`

use std::io::Write;
use std::path::PathBuf;

use imageio_core::{Index, Result};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};

fn main() -> Result<()> {
    let options = LytroReadOptions::new();
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let format = match path.extension().and_then(|ending| ending.to_str()) {
            Some("lfp") => LytroFormat::Lfp,
            Some("lfr") => LytroFormat::Lfr,
            _ => LytroFormat::IllumRaw,
        };
        let reader = LytroReader::open(&path, format)?;
        let known = reader.properties(Index::Default, &options)?;
        let (dtype, shape) = (known.dtype, known.shape);
        writeln!(out, "{}: {dtype} {shape:?}", path.display())?;
        for (key, value) in reader.metadata(Index::Default, &options)? {
            writeln!(out, "  {key}: {value}")?;
        }
    }
    Ok(())
}
