//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Dicom file takes.
    pub struct DicomReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Dicom file takes: nothing.
    pub struct DicomWriteOptions {}
}
