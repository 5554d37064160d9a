//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Npz file takes.
    pub struct NpzReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Npz file takes: nothing.
    pub struct NpzWriteOptions {}
}
