//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading an NPZ file takes: nothing.
    pub struct NpzReadOptions {}
}

plugin_options! {
    /// What writing an NPZ file takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct NpzWriteOptions {
        /// Deflate the arrays of an `.npz` file, as `numpy.savez_compressed` does; else they are stored, as
        /// `numpy.savez` does. Default: `true`.
        compressed: bool = true,
        /// What the arrays of this call are called in an `.npz` file, one name each; given at opening, the arrays of
        /// the file. Default: `None`, `arr_0`, `arr_1` and so on.
        names: Option<Vec<String>> = None,
    }
}
