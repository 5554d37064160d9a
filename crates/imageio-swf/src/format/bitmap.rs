//! What kinds of bitmaps there are.

use std::sync::Arc;

/// A bitmap, and where its data lie: behind all that is told here.
#[derive(Clone, Debug)]
pub(crate) struct Bitmap {
    pub(crate) coding: Coding,
    pub(crate) start: u64,
    pub(crate) len: u64,
}

/// How a bitmap is coded, chapter 8.
#[derive(Clone, Debug)]
pub(crate) enum Coding {
    /// DefineBitsLossless, and DefineBitsLossless2 where there is alpha.
    Lossless {
        height: usize,
        width: usize,
        has_alpha: bool,
        format: Format,
    },
    /// DefineBits (1) with tables from elsewhere, DefineBitsJPEG2, 3 and 4.
    Jpeg {
        version: u8,
        tables: Option<Arc<[u8]>>,
    },
}

/// How the pixels of a lossless bitmap are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    /// As places in a palette of that many colours.
    Palette(usize),
    /// Five bits for each colour.
    Fifteen,
    /// A byte of alpha, or of nothing, and three of colours.
    ThirtyTwo,
}

impl Coding {
    /// What stands before the compressed data of a lossless bitmap, and how many bytes that takes.
    pub(super) fn lossless(head: &[u8], has_alpha: bool) -> Option<(Coding, u64)> {
        let &[_, _, format, w0, w1, h0, h1, ref rest @ ..] = head else {
            return None;
        };
        let (format, used) = match (format, rest) {
            (3, [most, ..]) => (Format::Palette(usize::from(*most) + 1), 8),
            // DefineBitsLossless2 has none of these.
            (4, _) if !has_alpha => (Format::Fifteen, 7),
            (5, _) => (Format::ThirtyTwo, 7),
            _ => return None,
        };
        let coding = Coding::Lossless {
            height: u16::from_le_bytes([h0, h1]).into(),
            width: u16::from_le_bytes([w0, w1]).into(),
            has_alpha,
            format,
        };
        Some((coding, used))
    }
}

/// The part of a bitmap that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) rows: std::ops::Range<usize>,
    pub(crate) columns: std::ops::Range<usize>,
}

impl Area {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.columns.is_empty()
    }
}
