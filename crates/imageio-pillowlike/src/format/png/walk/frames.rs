//! The frames of an animation: `acTL`, `fcTL` and where the data of each lies.

use std::io::{Seek, SeekFrom};

use imageio_core::{Error, Limits, Result};

use super::{Outline, is_extra};
use crate::format::Input;
use crate::format::png::chunks::{self, Chunk};
use crate::format::png::header::{Header, MAX_INT};

/// Size of `fcTL`.
const CONTROL_LEN: usize = 26;

/// The frames that an animation shows.
#[derive(Default)]
pub(in crate::format::png) struct Control {
    pub(in crate::format::png) frames: Vec<FrameControl>,
    /// Whether the image of `IDAT` is not one of the frames.
    pub(in crate::format::png) default_apart: bool,
}

/// `fcTL` and where the frame's data begins.
#[derive(Clone, Debug)]
pub(in crate::format::png) struct FrameControl {
    pub(in crate::format::png) x: usize,
    pub(in crate::format::png) y: usize,
    pub(in crate::format::png) width: usize,
    pub(in crate::format::png) height: usize,
    pub(in crate::format::png) delay: (u16, u16),
    pub(in crate::format::png) dispose: u8,
    pub(in crate::format::png) blend: u8,
    /// Where the first `IDAT` or `fdAT` begins, its length included.
    pub(in crate::format::png) data: u64,
    /// Whether the data is in `fdAT` chunks.
    pub(in crate::format::png) in_fdat: bool,
}

/// Reads the controls of at most `most` frames from the first `IDAT` on, skipping over the image data.
///
/// `first` is the control before `IDAT`. A file that is cut off gives the frames that it holds.
pub(super) fn read_frames(
    input: &mut Input,
    outline: &mut Outline,
    first: Option<Chunk>,
    most: usize,
    limits: &Limits,
) -> Result<Control> {
    let end = input.seek(SeekFrom::End(0))?;
    let mut walk = Walk {
        frames: Vec::new(),
        pending: None,
        sequence: 0,
        done: false,
    };
    let default_apart = first.is_none();
    if let Some(chunk) = first {
        let frame = walk.control(&chunk, input, &outline.header, limits)?;
        if (frame.width, frame.height) != (outline.header.width, outline.header.height) {
            return Err(Error::corrupt("the frame of IDAT is not the whole image"));
        }
        let data = outline.data;
        walk.frames.push(FrameControl { data, ..frame });
    }
    input.seek(SeekFrom::Start(outline.data))?;
    while let Some(chunk) = Chunk::next(input)? {
        // Image data may be cut off, which its frame's decoding finds out.
        let needed = if &chunk.name == b"fdAT" { 4 } else { chunk.len };
        if &chunk.name == b"IEND" || chunk.start + u64::from(needed) > end {
            break;
        }
        match &chunk.name {
            b"fcTL" | b"fdAT" if walk.done => {}
            b"fcTL" if walk.frames.len() == most => walk.done = true,
            b"fcTL" if walk.pending.is_some() => return Err(two_controls()),
            b"fcTL" => walk.pending = Some(walk.control(&chunk, input, &outline.header, limits)?),
            b"fdAT" => walk.data(&chunk, input)?,
            name if is_extra(*name) => outline.extras.push(chunk),
            _ => {}
        }
        chunk.skip(input)?;
    }
    Ok(Control {
        frames: walk.frames,
        default_apart,
    })
}

pub(super) fn two_controls() -> Error {
    Error::corrupt("an fcTL follows another without image data")
}

/// Number of frames in `acTL`; nothing for one that Pillow takes for a still image.
pub(super) fn animated(chunk: &Chunk, input: &mut Input, limits: &Limits) -> Result<Option<usize>> {
    if chunk.len != 8 {
        return Err(Error::corrupt(format!(
            "acTL has {} bytes, expected 8",
            chunk.len
        )));
    }
    let data = chunk.read(input, limits)?;
    let Some(&[f0, f1, f2, f3, ..]) = data.as_deref() else {
        return Ok(None);
    };
    match u32::from_be_bytes([f0, f1, f2, f3]) {
        0 => Ok(None),
        frames @ 1..=MAX_INT => Ok(Some(frames as usize)),
        frames => Err(Error::corrupt(format!(
            "acTL claims {frames} frames, over {MAX_INT}"
        ))),
    }
}

struct Walk {
    frames: Vec<FrameControl>,
    /// The control whose data has not been met yet.
    pending: Option<FrameControl>,
    /// The number that the next `fcTL` or `fdAT` has.
    sequence: u32,
    /// Whether there are as many frames as `acTL` says; what follows does not count.
    done: bool,
}

impl Walk {
    fn control(
        &mut self,
        chunk: &Chunk,
        input: &mut Input,
        header: &Header,
        limits: &Limits,
    ) -> Result<FrameControl> {
        if chunk.len as usize != CONTROL_LEN {
            let message = format!("fcTL has {} bytes, expected {CONTROL_LEN}", chunk.len);
            return Err(Error::corrupt(message));
        }
        let data = chunk.read_critical(input, limits)?;
        let word = |at: usize| be32(data.get(at..).unwrap_or_default());
        let half = |at: usize| (word(at) >> 16) as u16;
        self.check_sequence(word(0))?;
        let frame = FrameControl {
            width: word(4) as usize,
            height: word(8) as usize,
            x: word(12) as usize,
            y: word(16) as usize,
            // Two half words and two bytes end the chunk; `word(22)` holds the last three of them.
            delay: (half(20), half(22)),
            dispose: (word(22) >> 8) as u8,
            blend: word(22) as u8,
            data: 0,
            in_fdat: false,
        };
        check_frame(&frame, header)?;
        Ok(frame)
    }

    fn data(&mut self, chunk: &Chunk, input: &mut Input) -> Result<()> {
        let mut number = [0; 4];
        if chunk.len < 4 || chunks::read_some(input, &mut number)? < 4 {
            let message = "an fdAT is shorter than its sequence number";
            return Err(Error::corrupt(message));
        }
        self.check_sequence(u32::from_be_bytes(number))?;
        if let Some(frame) = self.pending.take() {
            self.frames.push(FrameControl {
                data: chunk.start - 8,
                in_fdat: true,
                ..frame
            });
        } else if !self.frames.last().is_some_and(|frame| frame.in_fdat) {
            return Err(Error::corrupt("an fdAT stands without an fcTL"));
        }
        Ok(())
    }

    fn check_sequence(&mut self, found: u32) -> Result<()> {
        if found != self.sequence {
            let message = format!(
                "sequence number {found} of a frame, expected {}",
                self.sequence
            );
            return Err(Error::corrupt(message));
        }
        self.sequence = self.sequence.wrapping_add(1);
        Ok(())
    }
}

fn check_frame(frame: &FrameControl, header: &Header) -> Result<()> {
    let inside = |at: usize, len: usize, all: usize| {
        len > 0 && at.checked_add(len).is_some_and(|end| end <= all)
    };
    if inside(frame.x, frame.width, header.width) && inside(frame.y, frame.height, header.height) {
        return Ok(());
    }
    let message = format!(
        "a frame of {} by {} at ({}, {}) does not suit an image of {} by {}",
        frame.width, frame.height, frame.x, frame.y, header.width, header.height
    );
    Err(Error::corrupt(message))
}

fn be32(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
