//! What of each frame is written, and with which colours.

use imageio_core::{Error, Limits, NdImage, Result};

use super::colors::{self, ColorMap};
use super::dither;
use super::encode::Settings;
use super::quantize::Reducer;
use super::scan::Region;
use super::source::{Pixel, Source};

/// One frame to write: a part of the canvas as indices.
pub(super) struct Picture {
    pub(super) region: Region,
    pub(super) indices: Vec<u8>,
    pub(super) table: Vec<[u8; 3]>,
    pub(super) transparent: Option<u8>,
}

/// What is the same for all frames.
pub(super) struct Plan<'a> {
    frames: &'a [NdImage],
    settings: &'a Settings,
    limits: &'a Limits,
    /// The gray level that is transparent.
    clear_level: Option<u8>,
    /// The colour of the transparent entry, where tables get one.
    clear: Option<[u8; 3]>,
    /// All colours of all frames, if they fit one table.
    shared: Option<ColorMap>,
    reducer: Reducer,
}

impl<'a> Plan<'a> {
    /// Checks frames and settings, and counts colours over all frames.
    pub(super) fn new(
        frames: &'a [NdImage],
        settings: &'a Settings,
        limits: &'a Limits,
    ) -> Result<Self> {
        check_settings(settings)?;
        check_frames(frames)?;
        let mut plan = Plan {
            frames,
            settings,
            limits,
            clear_level: None,
            clear: None,
            shared: None,
            reducer: Reducer::new(settings.quantizer),
        };
        let gray = plan.source(0)?.is_gray();
        match (settings.transparency, &settings.palette) {
            (Some(level), _) if gray => plan.clear_level = Some(level),
            (Some(_), None) => {
                return Err(Error::bad_option(
                    "`transparency` is a level of gray frames; colour frames need an alpha channel",
                ));
            }
            _ => {}
        }
        plan.survey(gray)?;
        plan.check_disposal()?;
        Ok(plan)
    }

    /// Counts colours, and decides on the transparent entry.
    fn survey(&mut self, gray: bool) -> Result<()> {
        let sources = |count| (0..count).map_while(|position| self.source(position).ok());
        if let Some(palette) = &self.settings.palette {
            let index = self.settings.transparency.map(usize::from);
            let clear = index.and_then(|index| palette.get(index).copied());
            let wanted = !gray
                && colors::survey(sources(self.frames.len()), 0)
                    .clear
                    .is_some();
            if wanted && clear.is_none() {
                return Err(Error::unsupported(
                    "the frames have transparent pixels, the palette has no transparent entry",
                ));
            }
            self.clear = clear;
            return Ok(());
        }
        let size = self.settings.palette_size;
        let seen = colors::survey(sources(self.frames.len()), size);
        let fits = |room| seen.exact.as_ref().filter(|map| map.colors().len() <= room);
        // Frames that could be transparent come back with alpha, unless that costs a colour.
        let spare = sources(1).any(|source| source.has_alpha())
            && (seen.exact.is_none() || fits(size - 1).is_some());
        let clear = seen.clear.or(spare.then_some([0; 3]));
        let shared = fits(size - usize::from(clear.is_some())).cloned();
        (self.clear, self.shared) = (clear, shared);
        Ok(())
    }

    fn check_disposal(&self) -> Result<()> {
        let Some(disposal) = self.settings.disposal else {
            return Ok(());
        };
        let needed = self.own_disposal();
        if self.settings.subrectangles && disposal != needed && self.frames.len() > 1 {
            return Err(Error::bad_option(format!(
                "`subrectangles` needs disposal {needed} for these frames, not {disposal}"
            )));
        }
        Ok(())
    }

    /// The method that frames are written with.
    pub(super) fn disposal(&self) -> u8 {
        self.settings.disposal.unwrap_or(self.own_disposal())
    }

    fn own_disposal(&self) -> u8 {
        match (self.frames.len(), self.settings.subrectangles, self.clear) {
            (..2, ..) => 0,
            (_, true, None) => 1,
            _ => 2,
        }
    }

    fn source(&self, position: usize) -> Result<Source<'a>> {
        match self.frames.get(position) {
            Some(frame) => Source::new(frame, self.clear_level),
            None => Err(Error::out_of_range(position, self.frames.len())),
        }
    }

    /// Frame `position` as it is written.
    pub(super) fn picture(&mut self, position: usize) -> Result<Picture> {
        let source = self.source(position)?;
        let region = if position == 0 || !self.settings.subrectangles {
            source.region()
        } else if self.clear.is_some() {
            // The frame before is cleared, so what is transparent need not be drawn.
            source.opaque()
        } else {
            source.changed(&self.source(position - 1)?)
        };
        self.colored(&source.crop(region), region)
    }

    /// `part`, which lies at `region`, with its table.
    fn colored(&mut self, part: &Source<'_>, region: Region) -> Result<Picture> {
        if let Some(palette) = &self.settings.palette {
            return self.colored_as_given(part, region, palette);
        }
        let room = self.settings.palette_size - usize::from(self.clear.is_some());
        let own = match &self.shared {
            Some(map) => Some(map.clone()),
            None => colors::survey(std::iter::once(part.clone()), room).exact,
        };
        let mut table = match &own {
            Some(map) => map.colors().to_vec(),
            None => self.reducer.reduce(part, room),
        };
        let transparent = self.clear.map(|_| table.len() as u8);
        let indices = match own {
            Some(map) => self.looked_up(part, transparent, |color| map.index(color).unwrap_or(0)),
            None => self.reduced(part, &table, transparent, None),
        }?;
        table.extend(self.clear);
        Ok(Picture {
            region,
            indices,
            table,
            transparent,
        })
    }

    /// `part` with the caller's palette, in which gray samples are indices.
    fn colored_as_given(
        &mut self,
        part: &Source<'_>,
        region: Region,
        palette: &[[u8; 3]],
    ) -> Result<Picture> {
        let transparent = self.settings.transparency;
        let indices = if part.is_gray() {
            indices_as_given(part, palette.len())
        } else {
            self.reducer.take_palette(palette);
            self.reduced(part, palette, transparent, Some(&ColorMap::of(palette)))
        }?;
        Ok(Picture {
            region,
            indices,
            table: palette.to_vec(),
            transparent,
        })
    }

    /// Indices of the entries nearest to the pixels, dithered if asked for.
    fn reduced(
        &mut self,
        part: &Source<'_>,
        table: &[[u8; 3]],
        transparent: Option<u8>,
        exact: Option<&ColorMap>,
    ) -> Result<Vec<u8>> {
        let mut reducer = std::mem::take(&mut self.reducer);
        let find = |color| {
            let known = exact.and_then(|map| map.index(color));
            known.unwrap_or_else(|| reducer.nearest(color))
        };
        let indices = if self.settings.dither {
            dither::diffuse(part, table, transparent.unwrap_or(0), find, self.limits)
        } else {
            self.looked_up(part, transparent, find)
        };
        self.reducer = reducer;
        indices
    }

    fn looked_up(
        &self,
        part: &Source<'_>,
        transparent: Option<u8>,
        mut find: impl FnMut([u8; 3]) -> u8,
    ) -> Result<Vec<u8>> {
        let len = part.width * part.height;
        let mut indices = self.limits.try_capacity(len, "pixels of a frame")?;
        let mut last = None;
        indices.extend(part.pixels().map(|pixel| match last {
            Some((same, index)) if same == pixel => index,
            _ => {
                let index = match pixel {
                    Pixel::Clear(_) => transparent.unwrap_or(0),
                    Pixel::Opaque(color) => find(color),
                };
                last = Some((pixel, index));
                index
            }
        }));
        Ok(indices)
    }
}

/// Gray samples as indices into a table of `len` colours.
fn indices_as_given(part: &Source<'_>, len: usize) -> Result<Vec<u8>> {
    match part
        .samples
        .iter()
        .find(|&&index| usize::from(index) >= len)
    {
        Some(index) => Err(Error::unsupported(format!(
            "index {index} in a frame, where the palette has {len} colours"
        ))),
        None => Ok(part.samples.to_vec()),
    }
}

fn check_settings(settings: &Settings) -> Result<()> {
    let size = settings.palette_size;
    if !(2..=256).contains(&size) {
        return Err(Error::bad_option(format!(
            "a palette size of {size}: GIF holds 2 to 256 colours"
        )));
    }
    if let Some(disposal) = settings.disposal.filter(|&disposal| disposal > 3) {
        return Err(Error::bad_option(format!(
            "disposal {disposal}: GIF knows 0 to 3"
        )));
    }
    let Some(palette) = &settings.palette else {
        return Ok(());
    };
    if !(1..=256).contains(&palette.len()) {
        let count = palette.len();
        return Err(Error::bad_option(format!(
            "a palette of {count} colours: GIF holds 1 to 256"
        )));
    }
    match settings.transparency {
        Some(index) if usize::from(index) >= palette.len() => Err(Error::bad_option(format!(
            "transparent index {index}, where the palette has {} colours",
            palette.len()
        ))),
        _ => Ok(()),
    }
}

/// Refuses frames that GIF cannot hold, or not in one file.
fn check_frames(frames: &[NdImage]) -> Result<()> {
    let Some(first) = frames.first() else {
        return Err(Error::unsupported("there is no frame to write"));
    };
    for (position, frame) in frames.iter().enumerate() {
        Source::new(frame, None).map_err(|error| error.at(format_args!("frame {position}")))?;
        if frame.shape() != first.shape() || frame.dtype() != first.dtype() {
            return Err(Error::unsupported(format!(
                "frame {position} is {} of shape {:?}, the first is {} of shape {:?}: the frames \
                 of a GIF are alike",
                frame.dtype(),
                frame.shape(),
                first.dtype(),
                first.shape()
            )));
        }
    }
    Ok(())
}
