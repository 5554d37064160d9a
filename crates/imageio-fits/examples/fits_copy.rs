//! Copies the images of a FITS file, compressed if asked: `fits_copy FROM TO [COMPRESSION [QUANTIZE_LEVEL]]`.

use imageio_core::{Images, Index, Mode, OpenArgs, Options, Registry, Request, Result, imopen_in};
use imageio_fits::{FitsReadOptions, FitsReader, PLUGIN};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().unwrap_or_default();
    let (from, to, compression, level) = (next(), next(), next(), next());
    let options = FitsReadOptions::new();
    let mut reader = FitsReader::open(&from, &options)?;
    let mut how = Options::new().set("checksum", true);
    if !compression.is_empty() {
        how = how.set("compression_type", compression);
    }
    if !level.is_empty() {
        how = how
            .set("quantize_level", level)
            .set("quantize_method", "SUBTRACTIVE_DITHER_2");
    }
    let request = Request::new(&to).mode(Mode::WRITE);
    let mut copy = imopen_in(&Registry::new(), request, OpenArgs::new().plugin(&PLUGIN))?;
    for position in 0..reader.n_images(&options)? {
        let image = reader.read(Index::At(position), &options)?;
        let metadata = reader.metadata(Index::At(position), true, &options)?;
        copy.write(Images::single(&image).metadata([metadata]), &how)?;
    }
    copy.close().map(|_| ())
}
