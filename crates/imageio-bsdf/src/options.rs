//! What opening, reading and writing take.

use imageio_core::plugin_options;

use crate::format::packing::Compression;

plugin_options! {
    /// What opening a BSDF file takes; what reading and writing take holds for every call that does not say otherwise.
    pub struct BsdfOpenOptions {
        /// See [`BsdfReadOptions`]. Default: `None`.
        random_access: Option<bool> = None,
        /// See [`BsdfWriteOptions`]. Default: `None`, zlib.
        compression: Option<Compression> = None,
        /// In a write, keep the stream of images that is there and add to it. Default: `false`.
        append: bool = false,
    }
}

plugin_options! {
    /// What reading a BSDF file takes.
    pub struct BsdfReadOptions {
        /// Whether images can be read in any order, for which the structure of all of them is read first; `false`
        /// reads them as they come, without a way back. Default: `None`, `true` but for HTTP.
        random_access: Option<bool> = None,
    }
}

plugin_options! {
    /// What writing a BSDF file takes.
    pub struct BsdfWriteOptions {
        /// How elements are packed: `0` or `no`, `1` or `zlib`, `2` or `bz2`. Default: `zlib`.
        compression: Compression = Compression::Zlib,
    }
}
