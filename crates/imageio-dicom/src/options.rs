//! What reading DICOM takes.

use imageio_core::{option_enum, plugin_options};

use crate::progress::Progress;

option_enum! {
    /// Which elements metadata has.
    pub enum Tags {
        /// Those that Python's ImageIO has, under its names.
        Usual = "default",
        /// The whole data set, nested sequences and private elements too, but not the pixels.
        All = "all",
    }
}

plugin_options! {
    /// What reading DICOM takes. Given at opening, it holds for every call that does not say otherwise.
    pub struct DicomReadOptions {
        /// Tell how far the files of a folder have been read: `true` on standard output, or an object of your own.
        /// Default: `false`; Python's default is `true`.
        progress: Progress = Progress::Silent,
        /// Which elements metadata has: `default` or `all`. Default: `default`.
        tags: Tags = Tags::Usual,
        /// Apply slope and intercept, in a type that holds the values; `false` gives samples as they are stored.
        /// Default: `true`.
        rescale: bool = true,
        /// Let metadata have what identifies the patient; without it, names, numbers, dates and places of persons and
        /// institutions and all private elements are left out. That is no de-identification. Default: `true`.
        identity: bool = true,
        /// Refuse files that break the standard, which else are read with a warning. Default: `false`.
        strict: bool = false,
    }
}
