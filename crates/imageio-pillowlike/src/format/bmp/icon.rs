//! Bitmaps inside of icons and cursors: no file header, and twice the height for the mask's sake.

use imageio_core::{Error, Limits, Result};

use super::BmpDecoder;
use super::header::{self, Coding};
use crate::format::{Decoder, FrameInfo, Input};

/// Blue, green, red and alpha.
const WITH_ALPHA: [u32; 4] = [0xff_0000, 0xff00, 0xff, 0xff00_0000];
const WITHOUT_ALPHA: [u32; 4] = [0xff_0000, 0xff00, 0xff, 0];

/// A bitmap of which the first half is the picture.
pub(crate) struct Icon(BmpDecoder);

impl Icon {
    /// Reads the header and the palette; `wants_alpha` makes the fourth byte of 32 bits one.
    pub(crate) fn read(mut input: Input, wants_alpha: bool, limits: &Limits) -> Result<Self> {
        let mut header = header::read_bare(&mut input).map_err(|error| {
            if error.is_not_this_format() {
                return Error::corrupt("an entry that is neither a PNG nor a bitmap");
            }
            error
        })?;
        if header.height < 2 {
            return Err(Error::corrupt("a bitmap with mask of height 1"));
        }
        let is_plain = matches!(header.coding, Coding::Raw | Coding::Masks(WITHOUT_ALPHA));
        if wants_alpha && header.bits == 32 && is_plain {
            header.coding = Coding::Masks(WITH_ALPHA);
        }
        BmpDecoder::new(input, limits, header).map(Icon)
    }

    /// Header of the picture alone.
    pub(crate) fn info(&self) -> FrameInfo {
        FrameInfo {
            height: self.0.header.height / 2,
            ..self.0.info()
        }
    }

    /// Where the rows of the picture end; where they begin if run lengths hide that.
    pub(crate) fn pixels_end(&self) -> u64 {
        match self.0.header.coding {
            Coding::Runs(_) | Coding::Huffman => self.0.start,
            _ => self.end_of(self.0.header.height / 2),
        }
    }

    /// Where a mask of the same depth as the picture would end.
    pub(crate) fn whole_end(&self) -> u64 {
        self.end_of(self.0.header.height)
    }

    fn end_of(&self, rows: usize) -> u64 {
        let len = self.0.header.stride().saturating_mul(rows as u64);
        self.0.start.saturating_add(len)
    }

    /// The decoder of the picture.
    pub(crate) fn into_picture(mut self) -> Box<dyn Decoder> {
        self.0.header.height /= 2;
        Box::new(self.0)
    }

    /// The decoder of all rows, the picture in the lower half.
    pub(crate) fn into_whole(self) -> Box<dyn Decoder> {
        Box::new(self.0)
    }
}
