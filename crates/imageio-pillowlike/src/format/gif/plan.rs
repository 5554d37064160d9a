//! What of each frame is written, and with which colours.

use imageio_core::{Error, Limits, NdImage, Result};

use super::colors::{self, ColorMap};
use super::dither;
use super::encode::Settings;
use super::quantize::{Reducer, Rgba};
use super::scan::Region;
use super::source::Source;

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
}

/// What one thread needs to make pictures, one after the other.
pub(super) struct Workshop {
    reducer: Reducer,
    pixels: Vec<Rgba>,
}

impl Workshop {
    pub(super) fn new(settings: &Settings) -> Self {
        Workshop {
            reducer: Reducer::new(settings.quantizer),
            pixels: Vec::new(),
        }
    }
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
        let needed = self.own_disposal();
        let parts = self.settings.subrectangles && self.frames.len() > 1;
        let other = self.settings.disposal.iter();
        match other.copied().find(|&disposal| parts && disposal != needed) {
            Some(disposal) => Err(Error::bad_option(format!(
                "`subrectangles` needs disposal {needed} for these frames, not {disposal}"
            ))),
            None => Ok(()),
        }
    }

    /// The method that frame `position` is written with.
    pub(super) fn disposal(&self, position: usize) -> u8 {
        let given = &self.settings.disposal;
        let given = given.get(position).or(given.last());
        given.copied().unwrap_or(self.own_disposal())
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

    /// Pixels of one frame.
    pub(super) fn area(&self) -> usize {
        self.frames
            .first()
            .map_or(0, |frame| frame.shape().iter().take(2).product())
    }

    /// Frame `position` as it is written.
    pub(super) fn picture(&self, position: usize, shop: &mut Workshop) -> Result<Picture> {
        let source = self.source(position)?;
        let before = match position.checked_sub(1) {
            Some(before) if self.settings.subrectangles => Some(self.source(before)?),
            _ => None,
        };
        let region = match &before {
            None => source.region(),
            // The frame before is cleared, so what is transparent need not be drawn.
            Some(_) if self.clear.is_some() => source.opaque(),
            Some(before) => source.changed(before),
        };
        if let (Some(palette), true) = (&self.settings.palette, source.is_gray()) {
            let indices = indices_as_given(source.samples(region), palette.len())?;
            return Ok(self.picture_as_given(region, indices, palette));
        }
        let what = "pixels of a frame";
        shop.pixels = self
            .limits
            .try_capacity(region.width * region.height, what)?;
        source.unpack(region, &mut shop.pixels);
        if let Some(palette) = &self.settings.palette {
            shop.reducer.take_palette(palette);
            let exact = ColorMap::of(palette);
            let transparent = self.settings.transparency.unwrap_or(0);
            let indices = self.found(region, palette, transparent, Some(&exact), shop)?;
            return Ok(self.picture_as_given(region, indices, palette));
        }
        let unchanged = match &before {
            Some(before) if self.settings.optimize && self.clear.is_none() => {
                self.clear_unchanged(before, region, &mut shop.pixels)
            }
            _ => false,
        };
        let clear = if unchanged { Some([0; 3]) } else { self.clear };
        self.colored(region, clear, shop)
    }

    /// Makes the pixels that are as in `before` transparent; false, and nothing done, where that costs a colour of
    /// a table that holds all of them.
    fn clear_unchanged(&self, before: &Source<'_>, region: Region, pixels: &mut [Rgba]) -> bool {
        let size = self.settings.palette_size;
        let full = |map: &ColorMap| map.colors().len() >= size;
        if self.shared.as_ref().is_some_and(full) {
            return false;
        }
        let was_exact = colors::exact(pixels, size).is_some();
        let mut old = Vec::new();
        before.unpack(region, &mut old);
        let same = pixels
            .iter_mut()
            .zip(&old)
            .filter(|(new, old)| *new == *old);
        let count = same.map(|(new, _)| new[3] = 0).count();
        if was_exact && colors::exact(pixels, size - 1).is_none() {
            for pixel in pixels {
                pixel[3] = 255;
            }
            return false;
        }
        count > 0
    }

    /// The workshop's pixels, which lie at `region`, with their table.
    fn colored(
        &self,
        region: Region,
        clear: Option<[u8; 3]>,
        shop: &mut Workshop,
    ) -> Result<Picture> {
        let room = self.settings.palette_size - usize::from(clear.is_some());
        let own = match &self.shared {
            Some(map) => Some(map.clone()),
            None => colors::exact(&shop.pixels, room),
        };
        let mut table = match &own {
            Some(map) => map.colors().to_vec(),
            None => shop.reducer.reduce(&shop.pixels, room),
        };
        let transparent = clear.map(|_| table.len() as u8);
        let indices = match own {
            Some(map) => self.looked_up(&shop.pixels, transparent.unwrap_or(0), |color| {
                map.index(color).unwrap_or(0)
            }),
            None => self.found(region, &table, transparent.unwrap_or(0), None, shop),
        }?;
        table.extend(clear);
        Ok(Picture {
            region,
            indices,
            table,
            transparent,
        })
    }

    fn picture_as_given(&self, region: Region, indices: Vec<u8>, palette: &[[u8; 3]]) -> Picture {
        Picture {
            region,
            indices,
            table: palette.to_vec(),
            transparent: self.settings.transparency,
        }
    }

    /// Indices of the entries nearest to the workshop's pixels, dithered if asked for.
    fn found(
        &self,
        region: Region,
        table: &[[u8; 3]],
        transparent: u8,
        exact: Option<&ColorMap>,
        shop: &mut Workshop,
    ) -> Result<Vec<u8>> {
        let Workshop { reducer, pixels } = shop;
        if exact.is_none() && !self.settings.dither {
            let what = "pixels of a frame";
            let mut indices = self.limits.try_capacity(pixels.len(), what)?;
            reducer.indices(pixels, transparent, &mut indices);
            return Ok(indices);
        }
        let find = |color| {
            let known = exact.and_then(|map| map.index(color));
            known.unwrap_or_else(|| reducer.nearest(color))
        };
        if self.settings.dither {
            dither::diffuse(pixels, region.width, table, transparent, find, self.limits)
        } else {
            self.looked_up(pixels, transparent, find)
        }
    }

    fn looked_up(
        &self,
        pixels: &[Rgba],
        transparent: u8,
        mut find: impl FnMut([u8; 3]) -> u8,
    ) -> Result<Vec<u8>> {
        let what = "pixels of a frame";
        let mut indices = self.limits.try_capacity(pixels.len(), what)?;
        let mut last = ([0; 4], transparent);
        indices.extend(pixels.iter().map(|&pixel| {
            let [r, g, b, opaque] = pixel;
            if opaque == 0 {
                return transparent;
            }
            if last.0 != pixel {
                last = (pixel, find([r, g, b]));
            }
            last.1
        }));
        Ok(indices)
    }
}

/// Gray samples as indices into a table of `len` colours.
fn indices_as_given(samples: Vec<u8>, len: usize) -> Result<Vec<u8>> {
    match samples.iter().find(|&&index| usize::from(index) >= len) {
        Some(index) => Err(Error::unsupported(format!(
            "index {index} in a frame, where the palette has {len} colours"
        ))),
        None => Ok(samples),
    }
}

fn check_settings(settings: &Settings) -> Result<()> {
    let size = settings.palette_size;
    if !(2..=256).contains(&size) {
        return Err(Error::bad_option(format!(
            "a palette size of {size}: GIF holds 2 to 256 colours"
        )));
    }
    if let Some(disposal) = settings.disposal.iter().find(|&&disposal| disposal > 3) {
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
