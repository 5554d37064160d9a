//! Frames of one file: any part of them, decoded.

use std::cell::RefCell;
use std::ops::Range;

use imageio_core::{Element, Error, Limits, Result};

use super::coding;
use super::cursor::Source;
use super::file::Header;
use super::fragments::Fragments;
use super::native::{Native, bands};
use super::pixels::Pixels;
use super::rescale::Rescale;
use super::sample::{Sample, with_sample};
use super::syntax::Coding;
use super::walker::PixelPlace;

/// Bytes of samples that are converted at once, so that they stay in the cache.
const BAND: usize = 128 << 10;

/// A part of one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) frame: usize,
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Part {
    /// Samples of the part.
    pub(crate) fn len(&self, samples: usize) -> usize {
        self.rows.len() * self.columns.len() * samples
    }
}

/// The frames of a file that is open.
pub(crate) struct Frames<'a> {
    source: &'a dyn Source,
    pixels: &'a Pixels,
    place: PixelPlace,
    fragments: Option<Fragments>,
    coding: Coding,
    /// Bytes of plain pixels that there are.
    len: u64,
    limits: &'a Limits,
    /// The frame that was decoded last as a whole, with its samples as bytes.
    last: RefCell<Option<(usize, Vec<u64>)>>,
}

impl<'a> Frames<'a> {
    /// The frames of a file; refuses what is too short.
    pub(crate) fn open(
        source: &'a dyn Source,
        header: &'a Header,
        pixels: &'a Pixels,
        limits: &'a Limits,
    ) -> Result<Self> {
        let place = header
            .pixels
            .ok_or_else(|| Error::unsupported("a DICOM file without pixels"))?;
        header.syntax.check()?;
        let mut frames = Frames {
            source,
            pixels,
            place,
            fragments: None,
            coding: pixels.coding,
            len: 0,
            limits,
            last: RefCell::default(),
        };
        let Some(len) = place.len else {
            let fragments = Fragments::find(source, &place, pixels.frames, &header.data, limits)?;
            if pixels.coding == Coding::Native {
                frames.coding = fragments.looks(source)?;
            }
            if fragments.frames() < pixels.frames {
                return Err(Error::corrupt(format!(
                    "fragments of {} frames, expected {}",
                    fragments.frames(),
                    pixels.frames
                )));
            }
            frames.fragments = Some(fragments);
            return Ok(frames);
        };
        // The file may end before the value does.
        frames.len = len.min(source.len()?.saturating_sub(place.offset));
        if pixels.coding != Coding::Native {
            return Err(Error::corrupt("coded pixels that are not in fragments"));
        }
        frames.native().check()?;
        Ok(frames)
    }

    fn native(&self) -> Native<'_> {
        Native {
            source: self.source,
            pixels: self.pixels,
            place: self.place,
            len: self.len,
            limits: self.limits,
        }
    }

    /// Reads `part` into `out`, rescaled; says whether a value did not fit.
    pub(crate) fn read<D: Sample>(
        &self,
        part: &Part,
        rescale: &Rescale,
        out: &mut [D],
    ) -> Result<bool> {
        if part.len(self.pixels.samples) == 0 {
            return Ok(false);
        }
        with_sample!(self.pixels.dtype, S => {
            if rescale.is_identity() && S::DTYPE == D::DTYPE {
                self.stored::<S>(part, bytemuck::cast_slice_mut(out))?;
                return Ok(false);
            }
            self.converted::<S, D>(part, rescale, out)
        })
    }

    fn converted<S: Sample, D: Sample>(
        &self,
        part: &Part,
        rescale: &Rescale,
        out: &mut [D],
    ) -> Result<bool> {
        let width = part.columns.len() * self.pixels.samples;
        let at_once = match self.fragments {
            None => (BAND / (width * size_of::<S>())).clamp(1, part.rows.len()),
            Some(_) => part.rows.len(),
        };
        let mut band = self.limits.scratch::<S>(at_once * width, "samples")?;
        let mut beyond = false;
        let lines = out.chunks_mut(at_once * width);
        for (rows, to) in bands(&part.rows, at_once).zip(lines) {
            let from = band.get_mut(..to.len()).unwrap_or_default();
            let inside = Part {
                rows,
                ..part.clone()
            };
            self.stored(&inside, from)?;
            beyond |= rescale.apply(from, to);
        }
        Ok(beyond)
    }

    /// Reads `part` as it is stored.
    fn stored<S: Sample>(&self, part: &Part, out: &mut [S]) -> Result<()> {
        let Some(fragments) = &self.fragments else {
            return self.native().read(part, out);
        };
        let pixels = self.pixels;
        let whole = out.len() == pixels.frame_len();
        let mut last = self.last.borrow_mut();
        if let Some((frame, words)) = last.as_ref()
            && *frame == part.frame
        {
            cut(bytemuck::cast_slice(words), part, pixels, out);
            return Ok(());
        }
        let place = |error: Error| error.at(format_args!("frame {}", part.frame));
        let data = fragments.frame(self.source, part.frame, self.limits)?;
        let _held = self.limits.claim(data.len() as u64, "a coded frame")?;
        if whole {
            return coding::decode(&data, self.coding, pixels, out, self.limits).map_err(place);
        }
        // Words of 64 bits are aligned for every type of samples.
        let words = (pixels.frame_len() * size_of::<S>()).div_ceil(8);
        let mut frame = self.limits.try_vec::<u64>(words, "a frame")?;
        let all: &mut [S] = bytemuck::cast_slice_mut(&mut frame);
        let all = all.get_mut(..pixels.frame_len()).unwrap_or_default();
        coding::decode(&data, self.coding, pixels, all, self.limits).map_err(place)?;
        cut(all, part, pixels, out);
        *last = Some((part.frame, frame));
        Ok(())
    }
}

/// Copies `part` out of the samples of a whole frame.
fn cut<S: Sample>(frame: &[S], part: &Part, pixels: &Pixels, out: &mut [S]) {
    let samples = pixels.samples;
    let width = part.columns.len() * samples;
    let lines = frame
        .chunks_exact(pixels.columns * samples)
        .skip(part.rows.start);
    for (to, line) in out.chunks_exact_mut(width.max(1)).zip(lines) {
        let start = part.columns.start * samples;
        if let Some(from) = line.get(start..start + width) {
            to.copy_from_slice(from);
        }
    }
}
