//! Says what is in BSDF files: `cargo run -p imageio-bsdf --example bsdf_info -- FILE…`

use std::io::Write;
use std::path::PathBuf;

use imageio_bsdf::{BsdfReadOptions, BsdfReader};
use imageio_core::{ErrorKind, Index, Result};

fn main() -> Result<()> {
    let options = BsdfReadOptions::new();
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let mut reader = BsdfReader::open(&path)?;
        writeln!(out, "{}:", path.display())?;
        for position in 0.. {
            let known = match reader.properties(Index::At(position), &options) {
                Err(error) if error.kind() == ErrorKind::OutOfRange => break,
                known => known?,
            };
            let metadata = reader.metadata(Index::At(position), &options)?;
            let (dtype, shape) = (known.dtype, known.shape);
            writeln!(out, "  {position}: {dtype} {shape:?} {metadata}")?;
        }
    }
    Ok(())
}
