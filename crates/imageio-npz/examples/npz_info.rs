//! Says what is in NPZ and NPY files: `cargo run -p imageio-npz --example npz_info -- FILE…`

use std::io::Write;
use std::path::PathBuf;

use imageio_core::{Index, Result};
use imageio_npz::NpzReader;

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let mut reader = NpzReader::open(&path)?;
        writeln!(out, "{}: {} arrays", path.display(), reader.n_arrays())?;
        for position in 0..reader.n_arrays() {
            let known = reader.properties(Index::At(position))?;
            let names = reader.names();
            let name = names.get(position).copied().unwrap_or("the array");
            writeln!(out, "  {name}: {} {:?}", known.dtype, known.shape)?;
        }
    }
    Ok(())
}
