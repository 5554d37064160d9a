//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Swf file takes.
    pub struct SwfReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Swf file takes: nothing.
    pub struct SwfWriteOptions {}
}
