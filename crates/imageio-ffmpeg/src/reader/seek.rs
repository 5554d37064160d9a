//! From one frame to another: on, ahead or back.

use imageio_core::{NdImage, Result};

use super::{FfmpegReader, is_plain};
use crate::child;
use crate::command::{Start, shown};
use crate::frames::FrameStream;
use crate::options::FfmpegReadOptions;

/// Frames that are skipped sooner than an index is made.
const NEAR: usize = 100;

/// Frames that could be decoded in the time that a process takes to begin.
const BEGINNING: usize = 24;

/// The decoding that is under way.
#[derive(Debug)]
pub(super) struct Current {
    options: FfmpegReadOptions,
    stream: FrameStream,
    /// The frame that comes next.
    next: usize,
    /// Whether every frame up to here was counted by decoding.
    from_start: bool,
}

impl Current {
    pub(super) fn is_of(&self, options: &FfmpegReadOptions) -> bool {
        self.options == *options
    }

    pub(super) fn shape(&self) -> [usize; 3] {
        self.stream.shape()
    }
}

impl FfmpegReader {
    /// Whether frame `position` is known to be there.
    pub(super) fn has_passed(&self, position: usize, options: &FfmpegReadOptions) -> bool {
        let current = self
            .current
            .as_ref()
            .filter(|current| current.is_of(options));
        current.is_some_and(|current| position < current.next)
    }

    /// Frame `position`; nothing where there are fewer.
    pub(super) fn fetch(
        &mut self,
        position: usize,
        options: &FfmpegReadOptions,
    ) -> Result<Option<NdImage>> {
        match self.ahead(position, options) {
            Some(skipped) if self.goes_on(position, skipped, options)? => {
                if !self.skip(skipped)? {
                    return Ok(None);
                }
            }
            _ => {
                if let Some(first) = self.restart(position, options)? {
                    return Ok(Some(first));
                }
                if self.ahead(position, options) != Some(0) {
                    return Ok(None);
                }
            }
        }
        self.take()
    }

    /// How many frames lie between the next one and `position`, where that is ahead.
    fn ahead(&self, position: usize, options: &FfmpegReadOptions) -> Option<usize> {
        let current = self
            .current
            .as_ref()
            .filter(|current| current.is_of(options))?;
        position.checked_sub(current.next)
    }

    /// Whether decoding `skipped` frames for nothing is cheaper than to begin elsewhere.
    fn goes_on(
        &mut self,
        position: usize,
        skipped: usize,
        options: &FfmpegReadOptions,
    ) -> Result<bool> {
        if skipped <= BEGINNING || !is_plain(options) {
            return Ok(true);
        }
        if self.index.is_none() && skipped <= NEAR {
            return Ok(true);
        }
        let index = self.index(child::seconds(options.timeout))?;
        let Some(index) = index.filter(|index| position < index.len()) else {
            return Ok(true);
        };
        Ok(index
            .start(position, 0)
            .is_none_or(|(_, before)| skipped <= before + BEGINNING))
    }

    fn skip(&mut self, count: usize) -> Result<bool> {
        let Some(current) = &mut self.current else {
            return Ok(false);
        };
        let skipped = current.stream.skip(count)?;
        current.next += skipped;
        if skipped < count {
            self.note_end();
        }
        Ok(skipped == count)
    }

    fn take(&mut self) -> Result<Option<NdImage>> {
        let Some(current) = &mut self.current else {
            return Ok(None);
        };
        let frame = current.stream.next()?;
        if frame.is_some() {
            current.next += 1;
        } else {
            self.note_end();
        }
        Ok(frame)
    }

    /// A decoding that came to its end knows how many frames there are.
    fn note_end(&mut self) {
        let Some(current) = &mut self.current else {
            return;
        };
        if let Some(complaint) = current.stream.complaint() {
            self.request.warn(complaint);
        }
        let (count, from_start) = (current.next, current.from_start);
        if from_start {
            self.counted = Some((current.options.clone(), count));
        }
        let is_whole = from_start && is_plain(&current.options);
        if is_whole
            && self
                .index
                .as_ref()
                .is_some_and(|index| index.len() != count)
        {
            // Some packet gave no frame, so the index does not tell which frame is which.
            self.index = None;
            self.distrusts_packets = true;
        }
    }

    /// Begins a decoding whose next frame is `position`. Gives that frame where it had to be looked at.
    pub(super) fn restart(
        &mut self,
        position: usize,
        options: &FfmpegReadOptions,
    ) -> Result<Option<NdImage>> {
        // The old process ends before another one takes memory and processors.
        self.current = None;
        if position == 0 || !is_plain(options) {
            self.begin(&Start::First, 0, options)?;
            self.skip(position)?;
            return Ok(None);
        }
        let index = if position > BEGINNING {
            self.index(child::seconds(options.timeout))?
        } else {
            self.index.clone()
        };
        if let Some(index) = index {
            if position >= index.len() {
                return Ok(None);
            }
            for attempt in 0..2 {
                let Some((start, _)) = index.start(position, attempt) else {
                    break;
                };
                self.begin(&start, position, options)?;
                if let Some(frame) = self.first_of_seek() {
                    return Ok(Some(frame));
                }
            }
            self.current = None;
            self.begin(&Start::Frame(position), position, options)?;
            return Ok(None);
        }
        self.begin(&Start::First, 0, options)?;
        self.skip(position)?;
        Ok(None)
    }

    /// The first frame after a seek; nothing where the one that was looked for did not come.
    fn first_of_seek(&mut self) -> Option<NdImage> {
        let current = self.current.as_mut()?;
        // What a seek cannot find, decoding from the start will, or tell why not.
        let frame = current.stream.next().ok().flatten()?;
        current.next += 1;
        Some(frame)
    }

    fn begin(&mut self, start: &Start, next: usize, options: &FfmpegReadOptions) -> Result<()> {
        let command = self.decoding(options).frames(&self.program, start);
        log::debug!("{}", shown(&command));
        let stall = child::seconds(options.timeout);
        let limits = self.request.limits();
        let stream = FrameStream::start(command, options.dtype, &limits, stall)?;
        self.warn_of_size(stream.shape());
        self.current = Some(Current {
            options: options.clone(),
            stream,
            next,
            from_start: *start == Start::First,
        });
        Ok(())
    }

    /// Tells, once a size, that frames are not as large as the video's own.
    fn warn_of_size(&self, [height, width, _]: [usize; 3]) {
        let Some((own_width, own_height)) = self.info.shown_size() else {
            return;
        };
        let message = format!(
            "the frames are scaled to {width}x{height}, the video's own are {own_width}x{own_height}"
        );
        if (own_width, own_height) != (width, height) && !self.request.warnings().contains(&message)
        {
            self.request.warn(message);
        }
    }
}
