//! Files to read, and the two calls that most tests make.

use std::path::PathBuf;

use imageio_core::{ImageResource, Mode, NdImage, OpenArgs, Options, Request, Result, imopen};
use imageio_pillowlike::PLUGIN;

use crate::fixture;

/// The real file of this path inside the corpus; nothing, with a word about it, where there is no corpus.
pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from) else {
        eprintln!("IMAGEIO_CORPUS is not set: {name} is not tried");
        return None;
    };
    let path = corpus.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// `bytes` opened for reading.
pub(crate) fn open(bytes: Vec<u8>) -> ImageResource {
    imopen(bytes, OpenArgs::new().plugin(&PLUGIN)).expect("a file of this plugin")
}

/// A fixture opened for reading.
pub(crate) fn opened(name: &str) -> ImageResource {
    open(fixture(name))
}

/// The bytes of `image` as a file of `extension`.
pub(crate) fn encode(
    image: &NdImage,
    extension: &str,
    options: impl Into<Options>,
) -> Result<Vec<u8>> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), open)?;
    target.write(image, &options.into())?;
    Ok(target.close()?.into_bytes().unwrap_or_default())
}
