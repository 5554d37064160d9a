//! Lossless bitmaps: a zlib stream of rows.

use flate2::{Decompress, FlushDecompress, Status};
use imageio_codecs::deflate;
use imageio_core::{Error, Limits, Result};

use super::bitmap::{Area, Format};
use super::body::{Body, corrupt};

/// Bytes that are inflated, or read, at once.
const BLOCK: usize = 1 << 20;

/// A bitmap whose compressed data, and whose stored rows, are no longer than this is decoded in one go, which is faster.
const AT_ONCE: usize = 4 << 20;

/// A lossless bitmap at which the body stands.
pub(crate) struct Lossless {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) has_alpha: bool,
    pub(crate) format: Format,
}

impl Lossless {
    /// Decodes `area` into `out`, which has room for just it, from `len` bytes that `body` goes on with.
    pub(crate) fn decode(
        &self,
        body: &mut Body,
        len: u64,
        area: &Area,
        out: &mut [u8],
    ) -> Result<()> {
        if area.is_empty() {
            return Ok(());
        }
        let limits = body.limits();
        let mut data = Zlib::new(body, len)?;
        let channels = self.channels();
        if *area == self.whole() && len <= AT_ONCE as u64 {
            data.read_more(AT_ONCE)?;
            if self.decode_whole(&data.input, out, &limits)? {
                return Ok(());
            }
        }
        let palette = self.read_palette(&mut data)?;
        let stride = self.stride();
        let whole_rows = area.columns == (0..self.width);
        let blocks = (BLOCK / stride.max(1)).max(1);
        let mut rows = limits.scratch::<u8>(stride * blocks.min(area.rows.end), "some rows")?;
        let mut before = area.rows.start;
        while before > 0 {
            let count = before.min(blocks);
            data.fill(rows.get_mut(..count * stride).unwrap_or_default())?;
            before -= count;
        }
        let out_row = area.columns.len() * channels;
        for part in out.chunks_mut(blocks * out_row) {
            if whole_rows && channels == 4 && self.format == Format::ThirtyTwo {
                data.fill(part)?;
                put_alpha_last(part);
                continue;
            }
            let count = part.len() / out_row;
            let stored = rows.get_mut(..count * stride).unwrap_or_default();
            data.fill(stored)?;
            for (stored, to) in stored.chunks(stride).zip(part.chunks_mut(out_row)) {
                self.convert(stored, &palette, area, to);
            }
        }
        data.check_end()
    }

    /// Decodes all of it from `data`, where nothing is wrong with them and memory allows; says whether it did.
    fn decode_whole(&self, data: &[u8], out: &mut [u8], limits: &Limits) -> Result<bool> {
        if self.channels() == 4 && self.format == Format::ThirtyTwo {
            let is_whole = deflate::decode_whole(data, out) == Some(out.len());
            if is_whole {
                put_alpha_last(out);
            }
            return Ok(is_whole);
        }
        let palette_len = match self.format {
            Format::Palette(colours) => colours * self.channels(),
            _ => 0,
        };
        let len = palette_len + self.stride() * self.height;
        if len > AT_ONCE {
            return Ok(false);
        }
        let mut stored = limits.scratch::<u8>(len, "the stored rows")?;
        if deflate::decode_whole(data, &mut stored) != Some(len) {
            return Ok(false);
        }
        let (palette, rows) = stored.split_at(palette_len);
        let (area, out_row) = (self.whole(), self.width * self.channels());
        for (stored, to) in rows.chunks(self.stride()).zip(out.chunks_mut(out_row)) {
            self.convert(stored, palette, &area, to);
        }
        Ok(true)
    }

    fn whole(&self) -> Area {
        Area {
            rows: 0..self.height,
            columns: 0..self.width,
        }
    }

    /// Samples of a pixel.
    pub(crate) fn channels(&self) -> usize {
        if self.has_alpha { 4 } else { 3 }
    }

    /// Bytes of a stored row: rows begin at multiples of four.
    fn stride(&self) -> usize {
        match self.format {
            Format::Palette(_) => self.width.next_multiple_of(4),
            Format::Fifteen => (self.width * 2).next_multiple_of(4),
            Format::ThirtyTwo => self.width * 4,
        }
    }

    fn read_palette(&self, data: &mut Zlib<'_>) -> Result<Vec<u8>> {
        let Format::Palette(colours) = self.format else {
            return Ok(Vec::new());
        };
        let mut palette = vec![0; colours * self.channels()];
        data.fill(&mut palette)?;
        Ok(palette)
    }

    /// The wanted columns of a stored row.
    fn convert(&self, stored: &[u8], palette: &[u8], area: &Area, out: &mut [u8]) {
        let (first, count) = (area.columns.start, area.columns.len());
        let channels = self.channels();
        let pixels = out.chunks_exact_mut(channels);
        match self.format {
            Format::Palette(_) => {
                for (place, to) in stored.iter().skip(first).zip(pixels) {
                    let at = usize::from(*place) * channels;
                    // Players show nothing where the palette ends too early.
                    match palette.get(at..at + channels) {
                        Some(colour) => to.copy_from_slice(colour),
                        None => to.fill(0),
                    }
                }
            }
            Format::Fifteen => {
                let stored = stored.as_chunks::<2>().0.iter().skip(first);
                for (pair, to) in stored.zip(pixels) {
                    let bits = u16::from_be_bytes(*pair);
                    for (to, shift) in to.iter_mut().zip([10, 5, 0]) {
                        let five = (bits >> shift & 31) as u8;
                        *to = five << 3 | five >> 2;
                    }
                }
            }
            Format::ThirtyTwo => {
                let stored = stored.as_chunks::<4>().0;
                let stored = stored.get(first..first + count).unwrap_or_default();
                for (&[alpha, r, g, b], to) in stored.iter().zip(pixels) {
                    match to {
                        [to_r, to_g, to_b, to_a] => {
                            (*to_r, *to_g, *to_b, *to_a) = (r, g, b, alpha);
                        }
                        to => to.copy_from_slice(&[r, g, b]),
                    }
                }
            }
        }
    }
}

/// Turns the order of the file, alpha first, into ours.
fn put_alpha_last(pixels: &mut [u8]) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        *pixel = u32::from_le_bytes(*pixel).rotate_right(8).to_le_bytes();
    }
}

/// Inflates what lies in a part of a body.
pub(super) struct Zlib<'a> {
    body: &'a mut Body,
    /// Compressed bytes that are still to be read.
    left: u64,
    stream: Decompress,
    input: Vec<u8>,
    used: usize,
    ended: bool,
    given: u64,
}

impl<'a> Zlib<'a> {
    pub(super) fn new(body: &'a mut Body, len: u64) -> Result<Self> {
        Ok(Zlib {
            left: len,
            stream: Decompress::new(true),
            input: body
                .limits()
                .try_capacity(AT_ONCE.min(len as usize), "compressed data")?,
            body,
            used: 0,
            ended: false,
            given: 0,
        })
    }

    /// Fills `out`.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> Result<()> {
        let filled = self.inflate(out)?;
        self.given += filled as u64;
        if filled == out.len() {
            return Ok(());
        }
        let (given, expected) = (self.given, self.given + (out.len() - filled) as u64);
        Err(Error::corrupt(format!(
            "the bitmap ends after {given} bytes, at least {expected} expected"
        )))
    }

    /// Lets the stream check its sum, where all of it was used. A stream that goes on is left alone.
    pub(super) fn check_end(&mut self) -> Result<()> {
        self.inflate(&mut [0]).map(drop)
    }

    fn inflate(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < out.len() && !self.ended {
            if self.used == self.input.len() && !self.read_more(BLOCK)? {
                break;
            }
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let input = self.input.get(self.used..).unwrap_or_default();
            let output = out.get_mut(filled..).unwrap_or_default();
            let status = self.stream.decompress(input, output, FlushDecompress::None);
            self.used += (self.stream.total_in() - before_in) as usize;
            filled += (self.stream.total_out() - before_out) as usize;
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) => {}
                Err(error) => return Err(corrupt("the bitmap", &error)),
            }
        }
        Ok(filled)
    }

    /// Replaces the input, which is used up, by at most so many bytes.
    fn read_more(&mut self, most: usize) -> Result<bool> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(most);
        self.input.resize(wanted, 0);
        let filled = self.body.read(&mut self.input)?;
        self.input.truncate(filled);
        self.left -= filled as u64;
        self.used = 0;
        Ok(filled > 0)
    }
}
