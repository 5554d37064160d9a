//! What opening, reading and writing take.

use imageio_core::plugin_options;

mod key;
mod write;

pub use key::Key;
pub use write::{
    ByteOrderMark, Compression, Photometric, PlanarConfig, ResolutionUnit, TiffWriteOptions,
};

plugin_options! {
    /// What opening a TIFF file takes. Those of reading hold for every call that does not say otherwise.
    pub struct TiffOpenOptions {
        /// Where the TIFF file begins in the resource, in bytes. Default: `None`, at its start.
        offset: Option<u64> = None,
        /// Bytes of the TIFF file. Default: `None`, all from `offset` on.
        size: Option<u64> = None,
        /// Whether a series may have pages in other files, as OME-TIFF has. Default: `true`.
        multifile: bool = true,
        /// Whether other files of a series are closed after use; taken for Python's sake, without effect.
        /// Default: `true`.
        multifile_close: bool = true,
        /// The series that every call means. Default: `None`.
        series: Option<usize> = None,
        /// The page that every call means. Default: `None`.
        page: Option<usize> = None,
        /// The pyramid level that every call means. Default: `None`, full size.
        level: Option<usize> = None,
        /// Whether axes of length 1 are left out. Default: `None`, as the kind of file has it.
        squeeze: Option<bool> = None,
        /// In writing: 64-bit offsets. Default: `None`, where the file needs them.
        bigtiff: Option<bool> = None,
        /// In writing: `<` or `>`, the order of bytes. Default: `None`, this machine's.
        byteorder: Option<ByteOrderMark> = None,
        /// In writing: name of the software, stored with the first page. Default: `None`.
        software: Option<String> = None,
        /// In writing: a hyperstack as ImageJ knows it. Default: `false`.
        imagej: bool = false,
        /// In writing: an OME-TIFF. Default: `None`, where the name says so.
        ome: Option<bool> = None,
    }
}

plugin_options! {
    /// What reading a TIFF file takes.
    pub struct TiffReadOptions {
        /// Where the TIFF file begins in the resource, in bytes. Default: `None`, at its start.
        offset: Option<u64> = None,
        /// Bytes of the TIFF file. Default: `None`, all from `offset` on.
        size: Option<u64> = None,
        /// Whether a series may have pages in other files, as OME-TIFF has. Default: `true`.
        multifile: bool = true,
        /// Whether other files of a series are closed after use; taken for Python's sake, without effect.
        /// Default: `true`.
        multifile_close: bool = true,
        /// The series to read, another name for the index. Default: `None`, the one that the index names.
        series: Option<usize> = None,
        /// The page to read: of the series that the index names, or for all images (Python's `...`) of the file.
        /// Default: `None`, the whole series.
        page: Option<usize> = None,
        /// The pyramid level to read. Default: `None`, full size.
        level: Option<usize> = None,
        /// Pages to read, as `page`: a number, several, or text as `0:10:2`; several are stacked. Default: `None`.
        key: Option<Key> = None,
        /// Whether axes of length 1 are left out. Default: `None`, as the kind of file has it: only files with
        /// tifffile's own description keep them.
        squeeze: Option<bool> = None,
        /// Turn and mirror pages as their orientation says. Default: `false`.
        rotate: bool = false,
        /// Metadata has all tags of the page by name, under `tags`. Default: `false`.
        tags: bool = false,
    }
}

impl TiffReadOptions {
    /// The options of a call that follow from those of opening.
    pub(crate) fn of_open(open: &TiffOpenOptions) -> Self {
        TiffReadOptions {
            offset: open.offset,
            size: open.size,
            multifile: open.multifile,
            multifile_close: open.multifile_close,
            series: open.series,
            page: open.page,
            level: open.level,
            squeeze: open.squeeze,
            ..TiffReadOptions::default()
        }
    }
}
