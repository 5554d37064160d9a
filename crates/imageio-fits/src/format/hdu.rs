//! A header with its data: what it is, and where the data lie.

use imageio_core::{Error, Result};

use super::header::Header;
use super::scaling::{Scaling, Stored};
use super::tiling::Tiling;
use super::whole_blocks;

/// What the data are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// An array.
    Image,
    /// Arrays of equal shape, each behind parameters of its own (section 6).
    Groups,
    /// An array as a table of compressed tiles (section 10.1).
    Tiles,
    /// Anything else.
    Other,
}

/// A header unit with the place of its data.
#[derive(Clone, Debug)]
pub(crate) struct Hdu {
    pub(crate) header: Header,
    pub(crate) kind: Kind,
    pub(crate) header_start: u64,
    pub(crate) data_start: u64,
    /// Bytes of data without what fills the last block.
    pub(crate) data_len: u64,
}

impl Hdu {
    /// The unit whose header is given.
    ///
    /// # Errors
    /// `Corrupt` where its size cannot be told.
    pub(crate) fn new(header: Header, header_start: u64, data_start: u64) -> Result<Self> {
        let kind = kind(&header);
        let data_len = data_len(&header)?;
        Ok(Hdu {
            header,
            kind,
            header_start,
            data_start,
            data_len,
        })
    }

    /// Where the next unit begins.
    pub(crate) fn end(&self) -> u64 {
        self.data_start.saturating_add(whole_blocks(self.data_len))
    }

    /// The image, where the data hold one.
    pub(crate) fn picture(&self, with_tiles: bool) -> Result<Option<Picture>> {
        match self.kind {
            Kind::Tiles if with_tiles => Picture::of_tiles(self).map(Some),
            Kind::Image | Kind::Groups if self.data_len > 0 => Picture::of_array(self),
            _ => Ok(None),
        }
    }
}

fn kind(header: &Header) -> Kind {
    let first = header.cards().first();
    let keyword = first.map_or("", |card| card.keyword.as_str());
    match (keyword, header.text("XTENSION").map(str::trim_end)) {
        ("SIMPLE", _) if !header.is_true("SIMPLE") => Kind::Other,
        ("SIMPLE", _) if header.is_true("GROUPS") => Kind::Groups,
        ("SIMPLE", _) | ("XTENSION", Some("IMAGE")) => Kind::Image,
        ("XTENSION", Some("BINTABLE" | "A3DTABLE")) if header.is_true("ZIMAGE") => Kind::Tiles,
        _ => Kind::Other,
    }
}

/// Section 4.4.1.1, equation 1, and 6.1, equation 4.
fn data_len(header: &Header) -> Result<u64> {
    let bitpix = header.need_int("BITPIX")?;
    let width = stored(bitpix)?.width() as u64;
    let mut axes = header.axes("NAXIS")?;
    if axes.is_empty() {
        return Ok(0);
    }
    if axes.len() > 1 && axes[0] == 0 && header.is_true("GROUPS") {
        axes.remove(0);
    }
    let count = |keyword, otherwise| {
        let value = header.int(keyword)?.unwrap_or(otherwise);
        u64::try_from(value).map_err(|_| Error::corrupt(format!("`{keyword}` is {value}")))
    };
    let (groups, parameters) = (count("GCOUNT", 1)?, count("PCOUNT", 0)?);
    product(&axes)
        .and_then(|len| {
            len.checked_add(parameters)?
                .checked_mul(groups)?
                .checked_mul(width)
        })
        .filter(|len| i64::try_from(*len).is_ok())
        .ok_or_else(|| Error::corrupt(format!("axes {axes:?} hold more bytes than can be counted")))
}

fn product(axes: &[u64]) -> Option<u64> {
    // An axis of length 0 makes an empty array, however long the others are.
    if axes.contains(&0) {
        return Some(0);
    }
    axes.iter()
        .try_fold(1u64, |len, &axis| len.checked_mul(axis))
}

fn stored(bitpix: i64) -> Result<Stored> {
    Stored::of_bitpix(bitpix).ok_or_else(|| {
        Error::corrupt(format!(
            "`BITPIX` is {bitpix}, expected 8, 16, 32, 64, -32 or -64"
        ))
    })
}

/// An image and how it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// The longest stride first, as NumPy has it.
    pub(crate) shape: Vec<usize>,
    pub(crate) stored: Stored,
    pub(crate) scaling: Scaling,
    pub(crate) data: Data,
}

/// Where the numbers are.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Behind each other; each element of the first axis begins `skip` bytes behind the end of the one before.
    Plain {
        start: u64,
        skip: u64,
    },
    Tiles(Box<Tiling>),
}

impl Picture {
    fn of_array(hdu: &Hdu) -> Result<Option<Self>> {
        let header = &hdu.header;
        let stored = stored(header.need_int("BITPIX")?)?;
        let mut axes = header.axes("NAXIS")?;
        let mut start = hdu.data_start;
        let mut skip = 0;
        if hdu.kind == Kind::Groups {
            // Section 6.1: the first axis is 0 and stands for the parameters.
            if axes.first() != Some(&0) || axes.len() < 2 {
                return Ok(None);
            }
            axes.remove(0);
            let parameters = header.int("PCOUNT")?.unwrap_or(0);
            skip = u64::try_from(parameters)
                .unwrap_or(0)
                .saturating_mul(stored.width() as u64);
            start = start.saturating_add(skip);
            axes.push(u64::try_from(header.int("GCOUNT")?.unwrap_or(1)).unwrap_or(0));
        }
        Ok(Some(Picture {
            shape: shape(&axes)?,
            stored,
            scaling: Scaling::of(header, stored),
            data: Data::Plain { start, skip },
        }))
    }

    fn of_tiles(hdu: &Hdu) -> Result<Self> {
        let header = &hdu.header;
        let stored = Stored::of_bitpix(header.need_int("ZBITPIX")?)
            .ok_or_else(|| Error::corrupt("`ZBITPIX` is none of 8, 16, 32, 64, -32 and -64"))?;
        let axes = header.axes("ZNAXIS")?;
        let tiling = Tiling::new(hdu, &axes, stored)?;
        let scaling = Scaling::of(header, stored).or_blank(tiling.image_blank());
        Ok(Picture {
            shape: shape(&axes)?,
            stored,
            scaling,
            data: Data::Tiles(Box::new(tiling)),
        })
    }

    /// Whether there is no element.
    pub(crate) fn is_empty(&self) -> bool {
        self.shape.is_empty() || self.shape.contains(&0)
    }
}

/// Axes in NumPy's order, which is the reverse.
pub(crate) fn shape(axes: &[u64]) -> Result<Vec<usize>> {
    let axis = |&len: &u64| {
        usize::try_from(len).map_err(|_| Error::corrupt(format!("an axis of {len} elements")))
    };
    axes.iter().rev().map(axis).collect()
}
