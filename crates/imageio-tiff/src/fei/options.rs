//! What opening and reading take.

use imageio_core::plugin_options;

use crate::options::{TiffOpenOptions, TiffReadOptions};

plugin_options! {
    /// What opening a file of FEI takes.
    pub struct FeiOpenOptions {
        /// Where the TIFF file begins in the resource, in bytes. Default: `None`, at its start.
        offset: Option<u64> = None,
        /// Bytes of the TIFF file. Default: `None`, all from `offset` on.
        size: Option<u64> = None,
        /// Whether a series may have pages in other files; taken for Python's sake, such files have one page.
        /// Default: `true`.
        multifile: bool = true,
        /// Whether other files of a series are closed after use; taken for Python's sake, without effect.
        /// Default: `true`.
        multifile_close: bool = true,
        /// Leave out the caption below the picture, which says nothing that the metadata does not. Default: `true`.
        discard_watermark: bool = true,
        /// Height of the caption in pixels, 0 for none. Default: `None`, what the metadata says, else 70.
        watermark_height: Option<usize> = None,
    }

    /// What reading a file of FEI takes.
    pub struct FeiReadOptions {
        /// Leave out the caption below the picture, which says nothing that the metadata does not. Default: `true`.
        discard_watermark: bool = true,
        /// Height of the caption in pixels, 0 for none. Default: `None`, what the metadata says, else 70.
        watermark_height: Option<usize> = None,
    }
}

impl FeiOpenOptions {
    /// Those that the TIFF file is opened with.
    pub(super) fn tiff(&self) -> TiffReadOptions {
        TiffReadOptions::of_open(
            &TiffOpenOptions::new()
                .offset(self.offset)
                .size(self.size)
                .multifile(self.multifile),
        )
    }
}

impl FeiReadOptions {
    /// The options of a call that follow from those of opening.
    pub(super) fn of_open(open: &FeiOpenOptions) -> Self {
        FeiReadOptions::new()
            .discard_watermark(open.discard_watermark)
            .watermark_height(open.watermark_height)
    }
}
