//! What reading a light field takes.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading an LFR or LFP file takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct LytroReadOptions {
        /// Read only the metadata; the image is an array without elements. Default: `false`.
        meta_only: bool = false,
        /// Put the decoded thumbnail into the metadata, under `thumbnail`. Default: `true`.
        include_thumbnail: bool = true,
        /// Give what the sensor counted, as uint16, instead of floats from 0 to 1. Default: `false`.
        counts: bool = false,
    }
    /// What reading a raw file takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct LytroRawReadOptions {
        /// Read only the metadata; the image is an array without elements. Default: `false`.
        meta_only: bool = false,
        /// Give what the sensor counted, as uint16, instead of floats from 0 to 1. Default: `false`.
        counts: bool = false,
    }
}

impl From<LytroRawReadOptions> for LytroReadOptions {
    fn from(options: LytroRawReadOptions) -> Self {
        LytroReadOptions::new()
            .meta_only(options.meta_only)
            .include_thumbnail(false)
            .counts(options.counts)
    }
}
