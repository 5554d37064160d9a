//! Run-length packets: of one pixel repeated, or of pixels one by one.

use std::io::{BufRead, Seek, SeekFrom};

use imageio_core::{Error, Limits, Result};

use super::header::Header;
use super::rows::{Part, lines};
use crate::format::Input;

/// Fills `out` with the pixels inside the part; nothing is decoded after its last row.
pub(super) fn read<T>(
    input: &mut Input,
    header: &Header,
    part: &Part,
    limits: &Limits,
    out: &mut [T],
    take: impl Fn(&[u8], usize, &mut [T]),
) -> Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    input.seek(SeekFrom::Start(header.start()))?;
    let size = header.pixel_size();
    let mut row = limits.scratch::<u8>(header.width * size, "row")?;
    let columns = part.stored_columns(header);
    let wanted = columns.start * size..columns.end * size;
    let mut packets = Packets {
        input,
        size,
        run: None,
        left: 0,
    };
    let mut at = 0;
    let explain = |at: usize| {
        Error::corrupt(format!(
            "pixel data ends inside stored row {at} of {}",
            header.height
        ))
    };
    for _ in 0..part.stored_rows(header).start {
        if !packets.skip(header.width)? {
            return Err(explain(at));
        }
        at += 1;
    }
    for line in lines(out, header, part) {
        if !packets.fill(&mut row)? {
            return Err(explain(at));
        }
        at += 1;
        take(row.get(wanted.clone()).unwrap_or_default(), 0, line);
    }
    Ok(())
}

/// The packets of a picture. They may go on over the end of a row, against the specification.
struct Packets<'a> {
    input: &'a mut Input,
    /// Bytes of a pixel, at most 4.
    size: usize,
    /// The pixel that a packet repeats, or nothing where its pixels are stored.
    run: Option<[u8; 4]>,
    /// Pixels of the packet that are still to come.
    left: usize,
}

impl Packets<'_> {
    /// Fills a whole row; whether the file has it.
    fn fill(&mut self, row: &mut [u8]) -> std::io::Result<bool> {
        let mut rest = row;
        while !rest.is_empty() {
            if self.left == 0 && !self.next()? {
                return Ok(false);
            }
            let count = self.left.min(rest.len() / self.size);
            let (now, later) = rest.split_at_mut(count * self.size);
            if let Some(pixel) = self.run {
                repeat(pixel, self.size, now);
            } else if !self.copy(now)? {
                return Ok(false);
            }
            self.left -= count;
            rest = later;
        }
        Ok(true)
    }

    /// Leaves out so many pixels; whether the file has them.
    fn skip(&mut self, pixels: usize) -> std::io::Result<bool> {
        let mut pixels = pixels;
        while pixels > 0 {
            if self.left == 0 && !self.next()? {
                return Ok(false);
            }
            let count = self.left.min(pixels);
            if self.run.is_none() && !self.pass(count * self.size)? {
                return Ok(false);
            }
            self.left -= count;
            pixels -= count;
        }
        Ok(true)
    }

    /// Begins the next packet, where there is one.
    fn next(&mut self) -> std::io::Result<bool> {
        let mut head = [0];
        if !self.copy(&mut head)? {
            return Ok(false);
        }
        let [head] = head;
        self.left = usize::from(head & 0x7f) + 1;
        self.run = None;
        if head & 0x80 != 0 {
            let (mut pixel, size) = ([0; 4], self.size);
            if !self.copy(pixel.get_mut(..size).unwrap_or_default())? {
                return Ok(false);
            }
            self.run = Some(pixel);
        }
        Ok(true)
    }

    /// Fills `out` from the file, as far as what is buffered without a call for each byte.
    fn copy(&mut self, out: &mut [u8]) -> std::io::Result<bool> {
        let mut rest = out;
        while !rest.is_empty() {
            let buffered = self.input.fill_buf()?;
            let count = buffered.len().min(rest.len());
            if count == 0 {
                return Ok(false);
            }
            let (now, later) = rest.split_at_mut(count);
            for (to, from) in now.iter_mut().zip(buffered) {
                *to = *from;
            }
            self.input.consume(count);
            rest = later;
        }
        Ok(true)
    }

    fn pass(&mut self, bytes: usize) -> std::io::Result<bool> {
        let mut left = bytes;
        while left > 0 {
            let count = self.input.fill_buf()?.len().min(left);
            if count == 0 {
                return Ok(false);
            }
            self.input.consume(count);
            left -= count;
        }
        Ok(true)
    }
}

fn repeat(pixel: [u8; 4], size: usize, out: &mut [u8]) {
    let pixel = pixel.get(..size).unwrap_or_default();
    match pixel {
        [sample] => out.fill(*sample),
        _ => out
            .chunks_exact_mut(size)
            .for_each(|to| to.copy_from_slice(pixel)),
    }
}
