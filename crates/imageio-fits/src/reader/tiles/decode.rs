//! One tile: from its bytes to elements.

use std::ops::Range;

use imageio_core::{Error, Limits, Result, Scratch};

use super::Field;
use super::heap::{Cell, Source, fit};
use crate::codec::gzip::{Inflater, unshuffle};
use crate::codec::quantize::Steps;
use crate::codec::{hcompress, plio, rice};
use crate::format::scaling::Stored;
use crate::format::tiling::{Codec, Parameter};

/// Decodes tiles one after the other, with buffers that stay.
pub(super) struct Decoder<'a> {
    field: Field<'a>,
    limits: Limits,
    integers: Option<Scratch<i32>>,
    raw: Option<Scratch<u8>>,
    sorted: Option<Scratch<u8>>,
    room: Option<Scratch<u8>>,
    transform: hcompress::Scratch,
    inflater: Inflater,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(field: Field<'a>, limits: Limits) -> Self {
        Decoder {
            field,
            limits,
            integers: None,
            raw: None,
            sorted: None,
            room: None,
            transform: hcompress::Scratch::default(),
            inflater: Inflater::new(),
        }
    }

    /// A buffer for a tile that does not go straight to its place.
    pub(super) fn take_room(&mut self, len: usize) -> Result<Scratch<u8>> {
        fit(&mut self.room, len, &self.limits)?;
        self.room
            .take()
            .ok_or_else(|| Error::corrupt("no room for a tile"))
    }

    pub(super) fn give_room(&mut self, room: Scratch<u8>) {
        self.room = Some(room);
    }

    /// Fills `out` with the elements of the tile that covers `extent`.
    pub(super) fn decode(
        &mut self,
        cell: &Cell<'_>,
        extent: &[Range<usize>],
        out: &mut [u8],
    ) -> Result<()> {
        let count = out.len() / self.field.conversion.dtype.size();
        match (cell.source, self.field.tiling.codec) {
            (Source::Gzipped, _) => self.inflated(cell, count, false, out),
            (Source::Plain(width), _) => self.numbers(cell, cell.bytes, (width, count), out),
            (Source::Compressed, Codec::Gzip { shuffled }) => {
                self.inflated(cell, count, shuffled, out)
            }
            (Source::Compressed, Codec::Plain) => {
                let width = cell.bytes.len() / count.max(1);
                self.numbers(cell, cell.bytes, (width, count), out)
            }
            (Source::Compressed, codec) => {
                let mut integers = self.integers.take();
                let done = fit(&mut integers, count, &self.limits).and_then(|integers| {
                    let integers = &mut integers[..count];
                    self.coded(codec, cell.bytes, extent, integers)?;
                    self.finish(cell, integers, out);
                    Ok(())
                });
                self.integers = integers;
                done
            }
        }
    }

    fn coded(
        &mut self,
        codec: Codec,
        bytes: &[u8],
        extent: &[Range<usize>],
        integers: &mut [i32],
    ) -> Result<()> {
        match codec {
            Codec::Rice {
                bytes: width,
                block,
            } => rice::decode(bytes, width, block, integers),
            Codec::Plio => {
                let words: Vec<i16> = bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&word| i16::from_be_bytes(word))
                    .collect();
                plio::decode(&words, integers)
            }
            Codec::Hcompress { smooth } => {
                let with = (&mut self.transform, &self.limits);
                hcompress::decode(bytes, smooth, with, integers)
            }
            Codec::Gzip { .. } | Codec::Plain => Err(Error::unsupported(format!(
                "a tile of {extent:?} that is no list of integers"
            ))),
        }
    }

    /// A gzip member of big-endian numbers.
    fn inflated(
        &mut self,
        cell: &Cell<'_>,
        count: usize,
        shuffled: bool,
        out: &mut [u8],
    ) -> Result<()> {
        // Integers may be stored wider than the image says.
        let most = count * self.field.conversion.stored.width().max(4);
        let (mut raw, mut sorted) = (self.raw.take(), self.sorted.take());
        let done = (|| {
            let raw = &mut fit(&mut raw, most, &self.limits)?[..most];
            let len = self.inflater.inflate(cell.bytes, raw)?;
            let width = len / count.max(1);
            if !shuffled {
                return self.numbers(cell, &raw[..len], (width, count), out);
            }
            let sorted = &mut fit(&mut sorted, most, &self.limits)?[..len];
            unshuffle(&raw[..len], width, sorted);
            self.numbers(cell, sorted, (width, count), out)
        })();
        (self.raw, self.sorted) = (raw, sorted);
        done
    }

    /// Big-endian numbers of `width` bytes.
    fn numbers(
        &mut self,
        cell: &Cell<'_>,
        raw: &[u8],
        (width, count): (usize, usize),
        out: &mut [u8],
    ) -> Result<()> {
        let conversion = self.field.conversion;
        if raw.len() != width * count {
            let message = format!("{} bytes for {count} numbers", raw.len());
            return Err(Error::corrupt(message));
        }
        if cell.steps.is_none()
            && width == conversion.stored.width()
            && self.other_blank(cell).is_none()
        {
            if conversion.is_in_place() {
                out.copy_from_slice(raw);
                conversion.in_place(out);
            } else {
                conversion.widen(raw, out);
            }
            return Ok(());
        }
        if conversion.stored.is_float() && cell.steps.is_none() {
            return Err(Error::corrupt(format!("floats of {width} bytes")));
        }
        let mut integers = self.integers.take();
        let done = fit(&mut integers, count, &self.limits).and_then(|integers| {
            let integers = &mut integers[..count];
            read_integers(raw, width, integers)?;
            self.finish(cell, integers, out);
            Ok(())
        });
        self.integers = integers;
        done
    }

    /// Integers as elements.
    fn finish(&self, cell: &Cell<'_>, integers: &mut [i32], out: &mut [u8]) {
        let conversion = self.field.conversion;
        if let Some(steps) = &cell.steps {
            restore(steps, conversion.stored, integers, out);
            conversion.apply(out);
            return;
        }
        if let Some((here, everywhere)) = self.other_blank(cell) {
            integers
                .iter_mut()
                .filter(|number| **number == here)
                .for_each(|number| *number = everywhere);
        }
        if self.field.tiling.codec == Codec::Plio && self.field.tiling.lifted {
            // CFITSIO stores unsigned numbers in pixel lists, which know no negative ones.
            for number in integers.iter_mut() {
                *number -= 1 << 15;
            }
        }
        conversion.integers(integers, out);
    }

    /// What is blank in the tile, where it is something else in the image.
    fn other_blank(&self, cell: &Cell<'_>) -> Option<(i32, i32)> {
        let tiling = self.field.tiling;
        if self.field.conversion.stored.is_float()
            || !matches!(tiling.blank, Some(Parameter::Cell { .. }))
        {
            return None;
        }
        let everywhere = i32::try_from(tiling.image_blank()?).ok()?;
        cell.blank
            .filter(|&here| here != everywhere)
            .map(|here| (here, everywhere))
    }
}

fn restore(steps: &Steps, stored: Stored, integers: &[i32], out: &mut [u8]) {
    if stored == Stored::F32 {
        match bytemuck::try_cast_slice_mut::<u8, f32>(out) {
            Ok(out) => steps.restore(integers, out.iter_mut(), |to, value| *to = value as f32),
            Err(_) => steps.restore(integers, out.as_chunks_mut().0.iter_mut(), |to, value| {
                *to = (value as f32).to_ne_bytes();
            }),
        }
    } else {
        steps.restore(integers, out.as_chunks_mut().0.iter_mut(), |to, value| {
            *to = value.to_ne_bytes();
        });
    }
}

fn read_integers(raw: &[u8], width: usize, integers: &mut [i32]) -> Result<()> {
    match width {
        1 => fill(integers, raw.iter().map(|&byte| byte.into())),
        2 => fill(
            integers,
            raw.as_chunks()
                .0
                .iter()
                .map(|&word| i16::from_be_bytes(word).into()),
        ),
        4 => fill(
            integers,
            raw.as_chunks()
                .0
                .iter()
                .map(|&word| i32::from_be_bytes(word)),
        ),
        _ => {
            return Err(Error::unsupported(format!(
                "integers of {width} bytes in a tile"
            )));
        }
    }
    Ok(())
}

fn fill(integers: &mut [i32], numbers: impl Iterator<Item = i32>) {
    integers
        .iter_mut()
        .zip(numbers)
        .for_each(|(to, number)| *to = number);
}
