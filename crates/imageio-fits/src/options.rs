//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Fits file takes.
    pub struct FitsReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Fits file takes: nothing.
    pub struct FitsWriteOptions {}
}
