//! Says which bitmaps SWF files hold: `cargo run -p imageio-swf --example swf_info -- FILE…`

use std::io::Write;
use std::path::PathBuf;

use imageio_core::{ErrorKind, Index, Result};
use imageio_swf::{SwfReadOptions, SwfReader};

fn main() -> Result<()> {
    let options = SwfReadOptions::new();
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let mut reader = SwfReader::open(&path)?;
        writeln!(out, "{}:", path.display())?;
        for position in 0.. {
            match reader.properties(Index::At(position), &options) {
                Ok(known) => writeln!(out, "  {position}: {} {:?}", known.dtype, known.shape)?,
                Err(error) if error.kind() == ErrorKind::OutOfRange => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
