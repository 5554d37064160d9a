//! How an array lies in pages: which of its axes are samples, columns, rows and planes, and which become pages.

use imageio_core::{DType, Error, Result};

use crate::options::{Photometric, PlanarConfig};
use crate::writer::imagej;

/// What the caller said that decides how an array lies.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) photometric: Option<Photometric>,
    pub(super) planar: Option<PlanarConfig>,
    pub(super) extra: Option<&'a [u16]>,
    pub(super) volume: bool,
    pub(super) tile: &'a [usize],
    pub(super) axes: Option<&'a str>,
    pub(super) colormap: bool,
    pub(super) flavour: Flavour,
}

/// Whose description the file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// That of the array's shape, in JSON.
    Shaped,
    /// None but the caller's.
    Plain,
    /// ImageJ's.
    ImageJ,
    /// OME's.
    Ome,
}

/// How an array lies in pages.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    /// Pages.
    pub(super) frames: usize,
    /// Planes of samples in a page.
    pub(super) separate: usize,
    /// Slices of a volume in a page.
    pub(super) depth: usize,
    pub(super) length: usize,
    pub(super) width: usize,
    /// Samples side by side.
    pub(super) contig: usize,
    /// Samples that are no colour.
    pub(super) extra: usize,
    pub(super) photometric: Photometric,
    /// Whether pages hold volumes.
    pub(super) volume: bool,
    pub(super) dtype: DType,
    /// Axes of the array behind the one of columns.
    pub(super) trailing: usize,
}

impl Stored {
    /// Samples of a pixel.
    pub(super) fn samples(&self) -> usize {
        self.separate.max(self.contig)
    }

    /// Bits of one sample in the file.
    pub(super) fn bits(&self) -> usize {
        match self.dtype {
            DType::Bool => 1,
            other => other.size() * 8,
        }
    }

    /// Elements of one page.
    pub(super) fn page_len(&self) -> usize {
        self.separate * self.depth * self.length * self.width * self.contig
    }

    /// Bytes of one row of one plane in the file, without compression.
    pub(super) fn row_bytes(&self) -> usize {
        (self.width * self.contig * self.bits()).div_ceil(8)
    }

    /// Bytes of one page in the file, without compression.
    pub(super) fn page_bytes(&self) -> usize {
        self.separate * self.depth * self.length * self.row_bytes()
    }
}

/// Colours of a pixel.
fn colours(photometric: Photometric) -> usize {
    match photometric {
        Photometric::Rgb | Photometric::YCbCr | Photometric::CieLab => 3,
        Photometric::Separated => 4,
        _ => 1,
    }
}

/// Tells how an array of `shape` lies.
///
/// # Errors
/// `BadOption` where the shape does not fit what was asked for.
pub(super) fn layout(shape: &[usize], dtype: DType, asked: &Asked<'_>) -> Result<Stored> {
    let mut asked = asked.clone();
    check_tile(&asked)?;
    if asked.flavour == Flavour::ImageJ {
        imagej::settle(shape, dtype, &mut asked)?;
    } else if asked.colormap {
        asked.photometric = Some(Photometric::Palette);
    }
    if asked.photometric == Some(Photometric::Palette) {
        asked.planar = None;
    }
    // A volume is one where its tiles are.
    asked.volume = asked.flavour_allows_volume()? && (asked.volume || asked.tile.len() == 3);
    let shape = at_least_two(shape, asked.photometric);
    let plan = Plan::of(&shape, dtype, &asked);
    let stored = plan.stored(dtype, &asked)?;
    check(&stored, &shape, &asked)?;
    Ok(stored)
}

impl Asked<'_> {
    fn flavour_allows_volume(&self) -> Result<bool> {
        let wanted = self.volume || self.tile.len() == 3;
        match self.flavour {
            Flavour::ImageJ | Flavour::Ome if wanted => Err(Error::bad_option(
                "ImageJ and OME know no volumes inside a page",
            )),
            _ => Ok(true),
        }
    }
}

fn check_tile(asked: &Asked<'_>) -> Result<()> {
    let fits = match asked.tile {
        [] => true,
        [length, width] | [_, length, width] => {
            length % 16 == 0 && width % 16 == 0 && asked.tile.iter().all(|&side| side > 0)
        }
        _ => false,
    };
    if fits && asked.tile.iter().all(|&side| side <= 1 << 20) {
        return Ok(());
    }
    Err(Error::bad_option(format!(
        "tile {:?}: length and width are multiples of 16",
        asked.tile
    )))
}

/// `shape` with ones before it, so that there are rows and columns, and samples where colours need them.
fn at_least_two(shape: &[usize], photometric: Option<Photometric>) -> Vec<usize> {
    let least = photometric.map_or(2, |it| colours(it).clamp(2, 3));
    let missing = least.saturating_sub(shape.len());
    std::iter::repeat_n(1, missing)
        .chain(shape.iter().copied())
        .collect()
}

/// What was asked for, with what the shape decides.
struct Plan<'a> {
    shape: &'a [usize],
    photometric: Photometric,
    planar: Option<PlanarConfig>,
    volume: bool,
}

impl<'a> Plan<'a> {
    fn of(shape: &'a [usize], dtype: DType, asked: &Asked<'_>) -> Self {
        let mut plan = Plan {
            shape,
            photometric: asked.photometric.unwrap_or(Photometric::MinIsBlack),
            planar: asked.planar,
            volume: asked.volume && shape.len() > 2,
        };
        if asked.photometric.is_none() {
            plan.guess(dtype, asked.flavour);
        }
        if plan.planar.is_some() && shape.len() <= 2 + usize::from(plan.volume) {
            plan.planar = None;
            if colours(plan.photometric) > 1 {
                plan.photometric = Photometric::MinIsBlack;
            }
        }
        plan
    }

    /// The length of axis `back`, counted from the last, which is 1.
    fn axis(&self, back: usize) -> usize {
        let at = self.shape.len().checked_sub(back);
        at.and_then(|at| self.shape.get(at)).copied().unwrap_or(1)
    }

    /// The axis that planes of samples lie along, counted from the last.
    fn plane_axis(&self) -> usize {
        if self.volume { 4 } else { 3 }
    }

    /// RGB where the last axis, or the one of planes, has three or four elements.
    fn guess(&mut self, dtype: DType, flavour: Flavour) {
        let ndim = self.shape.len();
        let coloured = |axis: usize| ndim > 2 && ndim >= axis && matches!(self.axis(axis), 3 | 4);
        let side_by_side = coloured(1);
        let planes = coloured(self.plane_axis());
        if dtype == DType::Bool {
            self.photometric = Photometric::MinIsWhite;
            return;
        }
        match self.planar {
            Some(PlanarConfig::Contig) if side_by_side => self.photometric = Photometric::Rgb,
            Some(PlanarConfig::Separate) if planes => self.photometric = Photometric::Rgb,
            Some(_) => {}
            None if side_by_side => {
                self.photometric = Photometric::Rgb;
                self.planar = Some(PlanarConfig::Contig);
            }
            None if planes && matches!(flavour, Flavour::Shaped | Flavour::Plain) => {
                self.photometric = Photometric::Rgb;
                self.planar = Some(PlanarConfig::Separate);
            }
            None => {}
        }
    }

    fn stored(mut self, dtype: DType, asked: &Asked<'_>) -> Result<Stored> {
        let colours = colours(self.photometric);
        let extra_asked = asked.extra.is_none_or(|extra| !extra.is_empty());
        if colours > 1 {
            self.volume &= self.shape.len() > 3;
            let planar = match self.planar {
                Some(planar) => planar,
                None => self.planes_of(colours),
            };
            return Ok(self.with_samples(planar, colours, dtype));
        }
        if self.photometric != Photometric::Cfa {
            if let Some(planar) = self.planar {
                if extra_asked {
                    return Ok(self.with_samples(planar, 1, dtype));
                }
            } else if asked.extra.is_some_and(|extra| !extra.is_empty()) {
                return Ok(self.with_samples(PlanarConfig::Contig, 1, dtype));
            }
        } else if self.shape.len() != 2 {
            return Err(Error::bad_option(format!(
                "a colour filter array of shape {:?}",
                self.shape
            )));
        }
        // One after the other, trailing ones hold no pixel of their own.
        let trimmed = match asked.flavour {
            Flavour::Shaped => usize::MAX,
            Flavour::ImageJ => 1,
            Flavour::Plain | Flavour::Ome => 0,
        };
        let (mut left, all) = (trimmed, self.shape.len());
        while self.planar.is_none() && left > 0 && self.shape.len() > 2 && self.axis(1) == 1 {
            self.shape = self.shape.get(..self.shape.len() - 1).unwrap_or_default();
            left -= 1;
        }
        self.volume &= self.shape.len() > 2;
        let mut stored = self.gray(dtype);
        stored.trailing = all - self.shape.len();
        Ok(stored)
    }

    /// Whether samples lie side by side or in planes, where only the colours are known.
    fn planes_of(&self, colours: usize) -> PlanarConfig {
        let alpha = self.photometric == Photometric::Rgb;
        let holds = |count: usize| count == colours || (alpha && count == 4);
        let (last, planes) = (self.axis(1), self.axis(self.plane_axis()));
        if holds(last) || (!holds(planes) && last <= planes) {
            PlanarConfig::Contig
        } else {
            PlanarConfig::Separate
        }
    }

    fn with_samples(&self, planar: PlanarConfig, colours: usize, dtype: DType) -> Stored {
        let mut stored = self.gray(dtype);
        if planar == PlanarConfig::Contig {
            stored.contig = self.axis(1);
            stored.trailing = 1;
            stored.width = self.axis(2);
            stored.length = self.axis(3);
            stored.depth = if self.volume { self.axis(4) } else { 1 };
        } else {
            stored.separate = self.axis(self.plane_axis());
        }
        stored.extra = stored.samples().saturating_sub(colours);
        stored.frames = self.frames(&stored);
        stored
    }

    fn gray(&self, dtype: DType) -> Stored {
        let mut stored = Stored {
            frames: 1,
            separate: 1,
            depth: if self.volume { self.axis(3) } else { 1 },
            length: self.axis(2),
            width: self.axis(1),
            contig: 1,
            extra: 0,
            photometric: self.photometric,
            volume: self.volume,
            dtype,
            trailing: 0,
        };
        stored.frames = self.frames(&stored);
        stored
    }

    fn frames(&self, stored: &Stored) -> usize {
        let all: usize = self.shape.iter().product();
        all.checked_div(stored.page_len()).unwrap_or(0)
    }
}

fn check(stored: &Stored, shape: &[usize], asked: &Asked<'_>) -> Result<()> {
    let refuse = |what: &str| Err(Error::bad_option(format!("shape {shape:?}: {what}")));
    if stored.frames == 0 || stored.frames.checked_mul(stored.page_len()) != checked_product(shape)
    {
        return refuse("it does not fill whole pages");
    }
    if [stored.depth, stored.length, stored.width]
        .iter()
        .any(|&side| u32::try_from(side).is_err())
        || u16::try_from(stored.samples()).is_err()
    {
        return Err(Error::unsupported(format!(
            "an image of shape {shape:?}: a TIFF holds sides of 32 and samples of 16 bits"
        )));
    }
    if stored.samples() < colours(stored.photometric) {
        return refuse("it has too few samples for the colours asked for");
    }
    if stored.photometric == Photometric::Palette
        && (stored.samples() != 1 || !matches!(stored.dtype, DType::U8 | DType::U16))
    {
        return refuse("a palette takes one sample of 8 or 16 bits without sign");
    }
    if asked.extra.is_some_and(|extra| extra.len() != stored.extra) {
        return refuse(&format!("{} extra samples", stored.extra));
    }
    if asked.tile.len() == 3 && !stored.volume && asked.tile[0] > 1 {
        return refuse("tiles of several slices, but no volume");
    }
    Ok(())
}

fn checked_product(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1usize, |product, &axis| product.checked_mul(axis))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Asked<'_> = Asked {
        photometric: None,
        planar: None,
        extra: None,
        volume: false,
        tile: &[],
        axes: None,
        colormap: false,
        flavour: Flavour::Shaped,
    };

    fn pages(shape: &[usize], asked: &Asked<'_>) -> (Vec<usize>, Photometric) {
        let it = layout(shape, DType::U8, asked).expect("a layout");
        let pages = vec![
            it.frames,
            it.separate,
            it.depth,
            it.length,
            it.width,
            it.contig,
        ];
        (pages, it.photometric)
    }

    // checklist: E-150, E-152
    #[test]
    fn the_shape_decides_what_is_colour() {
        let gray = Photometric::MinIsBlack;
        let cases: [(&[usize], [usize; 6], Photometric); 8] = [
            (&[7], [1, 1, 1, 1, 7, 1], gray),
            (&[5, 7], [1, 1, 1, 5, 7, 1], gray),
            (&[5, 7, 3], [1, 1, 1, 5, 7, 3], Photometric::Rgb),
            (&[2, 5, 7, 4], [2, 1, 1, 5, 7, 4], Photometric::Rgb),
            (&[3, 5, 7], [1, 3, 1, 5, 7, 1], Photometric::Rgb),
            (&[2, 4, 5, 7], [2, 4, 1, 5, 7, 1], Photometric::Rgb),
            (&[2, 5, 7], [2, 1, 1, 5, 7, 1], gray),
            (&[6, 2, 5, 7], [12, 1, 1, 5, 7, 1], gray),
        ];
        for (shape, expected, photometric) in cases {
            assert_eq!(
                pages(shape, &PLAIN),
                (expected.to_vec(), photometric),
                "{shape:?}"
            );
        }
        let bilevel = layout(&[5, 7], DType::Bool, &PLAIN).expect("a layout");
        assert_eq!(bilevel.photometric, Photometric::MinIsWhite);
    }

    // checklist: E-152
    #[test]
    fn gray_with_a_planar_configuration_has_extra_samples() {
        let asked = Asked {
            planar: Some(PlanarConfig::Contig),
            ..PLAIN
        };
        let stored = layout(&[5, 7, 2], DType::U8, &asked).expect("a layout");
        assert_eq!((stored.contig, stored.extra, stored.frames), (2, 1, 1));
        let asked = Asked {
            planar: Some(PlanarConfig::Separate),
            ..PLAIN
        };
        let stored = layout(&[6, 2, 5, 7], DType::U8, &asked).expect("a layout");
        assert_eq!((stored.separate, stored.extra, stored.frames), (2, 1, 6));
    }

    #[test]
    fn volumes_lie_in_one_page() {
        let asked = Asked {
            volume: true,
            ..PLAIN
        };
        assert_eq!(
            pages(&[6, 16, 32], &asked).0,
            [1, 1, 6, 16, 32, 1],
            "a volume"
        );
        let bad = Asked {
            tile: &[16, 20],
            ..PLAIN
        };
        assert!(layout(&[64, 64], DType::U8, &bad).is_err());
    }
}
