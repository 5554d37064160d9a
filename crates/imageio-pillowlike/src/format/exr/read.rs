//! Reading of chunks: in the file's order of bands, on as many threads as pay.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Mutex;

use imageio_core::{Error, Limits, NdImage, Result, cores};

use super::choice::Choice;
use super::codec::{Layout, Workshop};
use super::part::{Block, Part, Place};
use super::place::{Canvas, Sample};
use crate::format::{Input, shape_of};

/// Elements for which a thread more is worth its start.
const PER_THREAD: usize = 1 << 18;

/// The most threads; chunks come from one reader, which more would wait for.
const MOST_THREADS: usize = 4;

/// A window of one part.
pub(super) struct Reading<'a> {
    pub(super) part: &'a Part,
    pub(super) choice: &'a Choice,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    /// The part's number, where chunks say it.
    pub(super) number: Option<i32>,
    pub(super) file_len: u64,
}

/// What threads take their work from.
struct Source<'a, 'p, T> {
    input: &'a mut Input,
    bands: Range<usize>,
    /// Pixels of the bands that are left.
    pixels: &'p mut [T],
    failure: Option<Error>,
}

/// A band on its way: its number, and its rows of the window.
struct Job<'p, T> {
    band: usize,
    rows: Range<usize>,
    pixels: &'p mut [T],
}

impl Reading<'_> {
    /// Decodes the window.
    pub(super) fn run<T: Sample>(&self, input: &mut Input, limits: &Limits) -> Result<NdImage> {
        let shape = shape_of(self.rows.len(), self.columns.len(), self.choice.mode);
        let len = limits.check_image(&shape, T::DTYPE)?;
        let mut pixels = limits.try_vec::<T>(len, "image")?;
        let bands = self.part.bands(&self.rows);
        let threads = cores()
            .min(MOST_THREADS)
            .min(len / PER_THREAD)
            .min(bands.len());
        let source = Mutex::new(Source {
            input,
            bands: if self.columns.is_empty() { 0..0 } else { bands },
            pixels: &mut pixels,
            failure: None,
        });
        if threads > 1 {
            std::thread::scope(|scope| {
                for _ in 1..threads {
                    scope.spawn(|| self.work(&source, limits));
                }
                self.work(&source, limits);
            });
        } else {
            self.work(&source, limits);
        }
        let source = source.into_inner();
        let failure = source.map_or_else(|broken| broken.into_inner().failure, |it| it.failure);
        match failure {
            Some(error) => Err(error),
            None => NdImage::from_vec(&shape, pixels),
        }
    }

    /// Takes bands until there are none or one fails.
    fn work<T: Sample>(&self, source: &Mutex<Source<'_, '_, T>>, limits: &Limits) {
        let done = self.try_work(source, limits);
        if let (Err(error), Ok(mut source)) = (done, source.lock()) {
            source.bands = 0..0;
            source.failure.get_or_insert(error);
        }
    }

    fn try_work<T: Sample>(
        &self,
        source: &Mutex<Source<'_, '_, T>>,
        limits: &Limits,
    ) -> Result<()> {
        let mut workshop = Workshop::new(limits)?;
        let mut packed = limits.scratch::<u8>(0, "a chunk")?;
        let steps: Vec<usize> = self
            .part
            .channels
            .iter()
            .map(|channel| channel.x_sampling as usize)
            .collect();
        loop {
            // A job's first chunk is read while the lock is held anyway.
            let job = {
                let mut source = source.lock().map_err(|_| poisoned())?;
                self.next(&mut source)
            };
            let Some(job) = job else { return Ok(()) };
            let mut canvas = Canvas {
                pixels: job.pixels,
                rows: job.rows,
                columns: self.columns.clone(),
                channels: &self.choice.channels,
            };
            for block in self.part.blocks(job.band, &self.columns) {
                let place = |error: Error| error.at(format_args!("chunk {}", block.chunk));
                let len = {
                    let mut source = source.lock().map_err(|_| poisoned())?;
                    self.fetch(source.input, &block, &mut packed, limits)
                        .map_err(place)?
                };
                let bytes = packed.get(..len).unwrap_or_default();
                let layout = Layout::new(&self.part.channels, &block.rows, &block.columns);
                let samples = workshop
                    .decode(self.part.compression, bytes, &layout)
                    .map_err(place)?;
                canvas.put(&samples, &layout, block.columns.start, &steps);
            }
        }
    }

    fn next<'p, T>(&self, source: &mut Source<'_, 'p, T>) -> Option<Job<'p, T>> {
        let band = source.bands.next()?;
        let rows = self.part.band_rows(band);
        let rows = rows.start.max(self.rows.start)..rows.end.min(self.rows.end);
        let len = rows.len() * self.columns.len() * self.choice.channels.len();
        let pixels = std::mem::take(&mut source.pixels);
        let (pixels, rest) = pixels.split_at_mut_checked(len)?;
        source.pixels = rest;
        Some(Job { band, rows, pixels })
    }

    /// Reads the bytes of a chunk; gives how many there are.
    fn fetch(
        &self,
        input: &mut Input,
        block: &Block,
        packed: &mut imageio_core::Scratch<u8>,
        limits: &Limits,
    ) -> Result<usize> {
        let entry = self
            .part
            .table
            .saturating_add(block.chunk.saturating_mul(8));
        input.seek(SeekFrom::Start(entry))?;
        let mut eight = [0; 8];
        input.read_exact(&mut eight)?;
        let start = u64::from_le_bytes(eight);
        if start < self.part.table || start >= self.file_len {
            return Err(Error::corrupt(format!(
                "its place is {start} in a file of {} bytes",
                self.file_len
            )));
        }
        input.seek(SeekFrom::Start(start))?;
        let mut four = [0; 4];
        let mut next = || -> Result<i32> {
            input.read_exact(&mut four)?;
            Ok(i32::from_le_bytes(four))
        };
        let wrong = |said: &dyn std::fmt::Display| {
            Error::corrupt(format!("it is of {said}, expected {}", block.place))
        };
        if let Some(number) = self.number {
            let said = next()?;
            if said != number {
                return Err(Error::corrupt(format!(
                    "it is of part {said}, expected {number}"
                )));
            }
        }
        let said = match block.place {
            Place::Line(_) => Place::Line(next()?),
            Place::Tile(..) => {
                let (tile, levels) = (Place::Tile(next()?, next()?), [next()?, next()?]);
                if levels != [0, 0] {
                    return Err(wrong(&format_args!("level {levels:?}")));
                }
                tile
            }
        };
        if said != block.place {
            return Err(wrong(&said));
        }
        let said = next()?;
        let left = self.file_len.saturating_sub(input.position());
        let len = usize::try_from(said).ok().filter(|len| *len as u64 <= left);
        let len =
            len.ok_or_else(|| Error::corrupt(format!("it is of {said} bytes, and {left} follow")))?;
        if packed.len() < len {
            *packed = limits.scratch(0, "a chunk")?;
            *packed = limits.scratch(len, "a chunk")?;
        }
        input.read_exact(packed.get_mut(..len).unwrap_or_default())?;
        Ok(len)
    }
}

fn poisoned() -> Error {
    Error::corrupt("another thread gave up")
}
