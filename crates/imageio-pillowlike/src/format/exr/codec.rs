//! Compression of the samples of one chunk.

use std::ops::Range;

use imageio_core::{Error, Limits, Result, Scratch};

use super::channel::{Channel, Stored};

mod b44;
mod bits;
mod huffman;
mod pack;
mod piz;
mod pxr24;
mod rle;
mod wavelet;
mod zip;

pub(super) use pack::Packer;

/// How chunks are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Rle,
    Zips,
    Zip,
    Piz,
    Pxr24,
    B44,
    B44a,
    Dwaa,
    Dwab,
    Htj2k256,
    Htj2k32,
    Unknown(u8),
}

/// Each by its code: its name and the lines of a chunk.
const KNOWN: [(Compression, &str, usize); 12] = [
    (Compression::None, "none", 1),
    (Compression::Rle, "rle", 1),
    (Compression::Zips, "zips", 1),
    (Compression::Zip, "zip", 16),
    (Compression::Piz, "piz", 32),
    (Compression::Pxr24, "pxr24", 16),
    (Compression::B44, "b44", 32),
    (Compression::B44a, "b44a", 32),
    (Compression::Dwaa, "dwaa", 32),
    (Compression::Dwab, "dwab", 256),
    (Compression::Htj2k256, "htj2k256", 256),
    (Compression::Htj2k32, "htj2k32", 32),
];

impl Compression {
    pub(super) fn from_code(code: u8) -> Self {
        let known = KNOWN.get(usize::from(code));
        known.map_or(Compression::Unknown(code), |(compression, ..)| *compression)
    }

    pub(super) fn code(self) -> u8 {
        match self {
            Compression::Unknown(code) => code,
            known => KNOWN.iter().position(|(it, ..)| *it == known).unwrap_or(0) as u8,
        }
    }

    /// The compression of that name, of those that can be written.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let written = Compression::written();
        written.into_iter().find(|it| it.name() == name)
    }

    /// What can be written.
    pub(super) fn written() -> [Self; 8] {
        [0, 1, 2, 3, 4, 5, 6, 7].map(Compression::from_code)
    }

    pub(super) fn name(self) -> String {
        match KNOWN.get(usize::from(self.code())) {
            Some((_, name, _)) => (*name).to_owned(),
            None => format!("unknown {}", self.code()),
        }
    }

    /// Lines of a chunk where there are no tiles.
    pub(super) fn lines(self) -> usize {
        let known = KNOWN.get(usize::from(self.code()));
        known.map_or(usize::MAX, |(_, _, lines)| *lines)
    }

    /// Whether chunks of it can be read.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Compression::Dwaa
            | Compression::Dwab
            | Compression::Htj2k256
            | Compression::Htj2k32
            | Compression::Unknown(_) => Err(Error::unsupported(format!(
                "OpenEXR compression {}",
                self.name()
            ))),
            _ => Ok(()),
        }
    }
}

/// The samples of one channel in one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plane {
    pub(super) stored: Stored,
    pub(super) linear: bool,
    /// Samples of a line, and lines that have any.
    pub(super) width: usize,
    pub(super) height: usize,
    /// A line of the picture has samples where this divides its number.
    every: usize,
}

impl Plane {
    /// Whether line `line` of the picture, counted from the part's first, has samples.
    pub(super) fn has(&self, line: usize) -> bool {
        line.is_multiple_of(self.every)
    }

    /// 16-bit words of one line.
    pub(super) fn line_words(&self) -> usize {
        self.width * self.stored.words()
    }

    fn words(&self) -> usize {
        self.line_words().saturating_mul(self.height)
    }
}

/// What a chunk holds: its lines, and a plane for each channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) lines: Range<usize>,
    pub(super) planes: Vec<Plane>,
}

impl Layout {
    /// The layout of a chunk of these lines and columns, counted from the part's first, which sampling divides.
    pub(super) fn new(channels: &[Channel], lines: &Range<usize>, columns: &Range<usize>) -> Self {
        let plane = |channel: &Channel| {
            let (x, y) = (channel.x_sampling as usize, channel.y_sampling as usize);
            Plane {
                stored: channel.stored,
                linear: channel.linear,
                width: columns.end.div_ceil(x) - columns.start.div_ceil(x),
                height: lines.end.div_ceil(y) - lines.start.div_ceil(y),
                every: y,
            }
        };
        Layout {
            lines: lines.clone(),
            planes: channels.iter().map(plane).collect(),
        }
    }

    /// 16-bit words of the whole chunk.
    pub(super) fn words(&self) -> usize {
        let words = self.planes.iter().map(Plane::words);
        words.fold(0, usize::saturating_add)
    }

    /// Calls `take` for each channel of each line in the file's order, with the channel's number and its words.
    fn each_line(&self, mut take: impl FnMut(usize, &Plane) -> Result<()>) -> Result<()> {
        for line in self.lines.clone() {
            let planes = self.planes.iter().enumerate();
            for (number, plane) in planes.filter(|(_, plane)| plane.has(line)) {
                take(number, plane)?;
            }
        }
        Ok(())
    }
}

/// The samples of a chunk as its compression leaves them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Words<'a> {
    /// Bytes of words, low ones first.
    Bytes(&'a [u8]),
    /// All low bytes, and all high bytes.
    Halves(&'a [u8], &'a [u8]),
    /// Words.
    Native(&'a [u16]),
}

/// Samples of a chunk, and their order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples<'a> {
    pub(super) words: Words<'a>,
    /// Channel after channel, not line after line.
    pub(super) by_channel: bool,
}

/// What decoding chunks needs beside their bytes; one a thread.
pub(super) struct Workshop {
    limits: Limits,
    bytes: Scratch<u8>,
    words: Scratch<u16>,
    inflate: flate2::Decompress,
    huffman: huffman::Decoder,
}

impl Workshop {
    pub(super) fn new(limits: &Limits) -> Result<Self> {
        Ok(Workshop {
            limits: limits.clone(),
            bytes: limits.scratch(0, BYTES)?,
            words: limits.scratch(0, BYTES)?,
            inflate: flate2::Decompress::new(true),
            huffman: huffman::Decoder::new(),
        })
    }

    /// The samples that `packed` holds.
    ///
    /// # Errors
    /// `Corrupt` when they are not as many as `layout` says.
    pub(super) fn decode<'a>(
        &'a mut self,
        compression: Compression,
        packed: &'a [u8],
        layout: &Layout,
    ) -> Result<Samples<'a>> {
        let count = layout.words();
        let len = count.saturating_mul(2);
        let by_line = |words| Samples {
            words,
            by_channel: false,
        };
        let by_channel = |words| Samples {
            words: Words::Native(words),
            by_channel: true,
        };
        // What would have grown stands as it is.
        if compression == Compression::None || packed.len() >= len {
            if packed.len() == len {
                return Ok(by_line(Words::Bytes(packed)));
            }
            let there = packed.len();
            return Err(Error::corrupt(format!("{there} bytes, expected {len}")));
        }
        match compression {
            Compression::Rle => {
                let bytes = grown(&mut self.bytes, len, &self.limits)?;
                rle::unpack(packed, bytes)?;
                Ok(by_line(zip::unpredicted(bytes)))
            }
            Compression::Zips | Compression::Zip => {
                let bytes = grown(&mut self.bytes, len, &self.limits)?;
                zip::inflate(&mut self.inflate, packed, bytes)?;
                Ok(by_line(zip::unpredicted(bytes)))
            }
            Compression::Pxr24 => {
                let bytes = grown(&mut self.bytes, len, &self.limits)?;
                let words = grown(&mut self.words, count, &self.limits)?;
                pxr24::unpack(&mut self.inflate, packed, layout, bytes, words)?;
                Ok(by_line(Words::Native(words)))
            }
            Compression::Piz => {
                let words = grown(&mut self.words, count, &self.limits)?;
                piz::unpack(&mut self.huffman, packed, layout, words)?;
                Ok(by_channel(words))
            }
            Compression::B44 | Compression::B44a => {
                let words = grown(&mut self.words, count, &self.limits)?;
                b44::unpack(packed, layout, words)?;
                Ok(by_channel(words))
            }
            other => Err(other
                .check()
                .err()
                .unwrap_or_else(|| Error::corrupt("no compression"))),
        }
    }
}

const BYTES: &str = "the samples of a chunk";

/// The first `len` elements of a buffer that grows as needed.
fn grown<'a, T: imageio_core::Element>(
    buffer: &'a mut Scratch<T>,
    len: usize,
    limits: &Limits,
) -> Result<&'a mut [T]> {
    if buffer.len() < len {
        // The old one goes first, as both need not be held.
        *buffer = limits.scratch(0, BYTES)?;
        *buffer = limits.scratch(len, BYTES)?;
    }
    buffer
        .get_mut(..len)
        .ok_or_else(|| Error::corrupt("a buffer is too short"))
}
