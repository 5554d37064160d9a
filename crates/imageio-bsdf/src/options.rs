//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Bsdf file takes.
    pub struct BsdfReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Bsdf file takes: nothing.
    pub struct BsdfWriteOptions {}
}
