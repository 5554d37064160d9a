//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Lytro file takes.
    pub struct LytroReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Lytro file takes: nothing.
    pub struct LytroWriteOptions {}
}
