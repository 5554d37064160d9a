//! Which codec a page's compression is.

use imageio_codecs::{ccitt, deflate, lzw, packbits};
use imageio_core::{Error, Limits, Result};

use crate::format::page::Page;
use crate::format::source::Source;

/// Tag `T4Options`: bit 0 says that rows may be coded by their difference.
const T4_OPTIONS: u16 = 292;

/// How segments are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// As they are.
    Plain,
    /// As bytes that were made fewer.
    Bytes(Packing),
    /// As facsimile rows.
    Fax(Fax),
    /// As pictures of a format of their own.
    Picture(Picture),
}

/// A codec from bytes to bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Lzw,
    Deflate,
    PackBits,
    #[cfg(feature = "zstd")]
    Zstd,
    #[cfg(feature = "lzma")]
    Lzma,
}

/// A facsimile coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fax {
    Rle { words: bool },
    Group3,
    Group4,
}

/// A picture format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    Jpeg,
    #[cfg(feature = "jpeg2000")]
    Jpeg2000,
    #[cfg(feature = "jpegxl")]
    JpegXl,
    Lerc,
    #[cfg(feature = "png")]
    Png,
    #[cfg(feature = "webp")]
    WebP,
}

impl Coding {
    /// The coding of `page`.
    ///
    /// # Errors
    /// `Unsupported` with the name of the compression.
    pub(super) fn of(page: &Page) -> Result<Self> {
        Ok(match page.compression {
            1 => Coding::Plain,
            2 => Coding::Fax(Fax::Rle { words: false }),
            3 => Coding::Fax(Fax::Group3),
            4 => Coding::Fax(Fax::Group4),
            5 => Coding::Bytes(Packing::Lzw),
            6 | 7 | 33007 | 34892 => Coding::Picture(Picture::Jpeg),
            8 | 32946 | 50013 => Coding::Bytes(Packing::Deflate),
            32771 => Coding::Fax(Fax::Rle { words: true }),
            32773 => Coding::Bytes(Packing::PackBits),
            #[cfg(feature = "jpeg2000")]
            33003..=33005 | 34712 => Coding::Picture(Picture::Jpeg2000),
            34887 => Coding::Picture(Picture::Lerc),
            #[cfg(feature = "lzma")]
            34925 => Coding::Bytes(Packing::Lzma),
            #[cfg(feature = "zstd")]
            34926 | 50000 => Coding::Bytes(Packing::Zstd),
            #[cfg(feature = "webp")]
            34927 | 50001 => Coding::Picture(Picture::WebP),
            #[cfg(feature = "png")]
            34933 => Coding::Picture(Picture::Png),
            #[cfg(feature = "jpegxl")]
            50002 | 52546 => Coding::Picture(Picture::JpegXl),
            code => return Err(refused(code)),
        })
    }
}

impl Packing {
    /// Unpacks `data` into `out` until either ends; gives the bytes that were filled.
    ///
    /// `partial` says that `out` is known to be smaller than what the data hold.
    pub(super) fn decode(
        self,
        data: &[u8],
        out: &mut [u8],
        partial: bool,
        limits: &Limits,
    ) -> Result<usize> {
        let _ = limits;
        match self {
            Packing::Lzw => lzw::decode(data, out),
            Packing::Deflate if partial => deflate::decode_start(data, out),
            Packing::Deflate => deflate::decode(data, out),
            Packing::PackBits => packbits::decode(data, out),
            #[cfg(feature = "zstd")]
            Packing::Zstd if partial => imageio_codecs::zstd::decode_start(data, out, limits),
            #[cfg(feature = "zstd")]
            Packing::Zstd => imageio_codecs::zstd::decode(data, out, limits),
            #[cfg(feature = "lzma")]
            Packing::Lzma => imageio_codecs::lzma::decode(data, out, limits),
        }
    }

    /// Whether the codec is slower where it is to stop before the end of the data.
    pub(super) fn prefers_whole(self) -> bool {
        match self {
            Packing::Lzw | Packing::PackBits => false,
            Packing::Deflate => true,
            #[cfg(feature = "zstd")]
            Packing::Zstd => true,
            #[cfg(feature = "lzma")]
            Packing::Lzma => false,
        }
    }
}

impl Fax {
    /// The codec's own name for it.
    pub(super) fn coding(self, source: &Source, page: &Page) -> Result<ccitt::Coding> {
        Ok(match self {
            Fax::Rle { words } => ccitt::Coding::Rle { words },
            Fax::Group3 => {
                let options = page.ifd.get(T4_OPTIONS);
                let options = options.map_or(Ok(0), |entry| source.integer(entry))?;
                ccitt::Coding::Group3 {
                    two_dimensional: options & 1 == 1,
                }
            }
            Fax::Group4 => ccitt::Coding::Group4,
        })
    }
}

fn refused(code: u16) -> Error {
    let name = match code {
        9 | 10 | 34661 => "JBIG",
        22610 | 34934 => "JPEG XR",
        32766 => "NeXT",
        32767 => "Sony ARW",
        32769 => "packed raw data",
        32770 | 32772 => "Samsung SRW",
        32809 => "ThunderScan",
        32895..=32898 => "IT8",
        32908 => "Pixar film",
        32909 => "PixarLog",
        32947 => "Kodak DCS",
        33003 | 33004 | 33005 | 34712 => "JPEG 2000",
        34676 | 34677 => "SGI LogLuv",
        34713 => "Nikon NEF",
        34715 => "JBIG2",
        34718..=34720 => "Microsoft Document Imaging",
        34925 => "LZMA",
        34926 | 50000 => "ZSTD",
        34927 | 50001 => "WebP",
        34933 => "PNG",
        48124 => "Jetraw",
        50002 | 52546 => "JPEG XL",
        65000..=65002 => "EER",
        65535 => "Pentax PEF",
        _ => return Error::unsupported(format!("compression {code}, which is not known")),
    };
    Error::unsupported(format!("compression {code} ({name})"))
}
