//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Tiff file takes.
    pub struct TiffReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Tiff file takes: nothing.
    pub struct TiffWriteOptions {}
}
