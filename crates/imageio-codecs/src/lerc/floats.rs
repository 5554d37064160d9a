//! Numbers with a point, exactly: their bytes apart from each other, as differences of neighbours.

use imageio_core::{DType, Limits, Result};

use super::bits::{Reader, Words};
use super::huffman::Codes;
use super::{Picture, Value, broken};

/// Decodes all samples; the mask does not matter.
pub(super) fn decode<T: Value>(
    picture: &mut Picture<'_>,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    let header = picture.header;
    let reader = &mut picture.reader;
    let (width, height) = match header.depth {
        1 => (header.width, header.height),
        depth => (depth, header.width * header.height),
    };
    let how = reader.byte()?;
    if how > 2 {
        return Err(broken(&format!("differences of kind {how}")));
    }
    let mut bits = limits.scratch::<u64>(out.len(), "the samples of a LERC picture")?;
    let mut plane = limits.scratch::<u8>(out.len(), "a byte of each sample of a LERC picture")?;
    for _ in 0..T::SIZE {
        let (place, levels, len) = (reader.byte()?, reader.byte()?, reader.u32()?);
        if usize::from(place) >= T::SIZE || levels > 5 {
            return Err(broken("bytes out of their place"));
        }
        bytes(reader.take(len as usize)?, &mut plane)?;
        for level in (1..=usize::from(levels)).rev() {
            let mut last = plane.get(level - 1).copied().unwrap_or(0);
            for byte in plane.iter_mut().skip(level) {
                last = last.wrapping_add(*byte);
                *byte = last;
            }
        }
        for (bits, byte) in bits.iter_mut().zip(plane.iter()) {
            *bits |= u64::from(*byte) << (8 * place);
        }
    }
    let is_single = header.dtype == DType::F32;
    // Sign and exponent are added for themselves.
    let fraction = if is_single { 23 } else { 52 };
    let low = (1u64 << fraction) - 1;
    let add = |a: u64, b: u64| (a.wrapping_add(b) & low) | ((a & !low).wrapping_add(b & !low));
    if how == 2 {
        for place in width..width * height {
            bits[place] = add(bits[place], bits[place - width]);
        }
    }
    if how > 0 {
        for row in bits.chunks_exact_mut(width) {
            for place in 1..width {
                row[place] = add(row[place], row[place - 1]);
            }
        }
    }
    for (sample, bits) in out.iter_mut().zip(bits.iter()) {
        *sample = T::of_bits(if is_single { sign_first(*bits) } else { *bits });
    }
    Ok(())
}

/// The sign was put behind the exponent, so that both change less.
fn sign_first(bits: u64) -> u64 {
    bits & 0x7f_ffff | (bits >> 24 & 0xff) << 23 | (bits >> 23 & 1) << 31
}

/// One byte of each sample.
fn bytes(data: &[u8], out: &mut [u8]) -> Result<()> {
    let (&kind, body) = data
        .split_first()
        .ok_or_else(|| broken("no bytes of samples"))?;
    match kind {
        0 => {
            let mut reader = Reader::new(body);
            let codes = Codes::read(&mut reader, 5)?;
            let mut words = Words::new(reader.rest());
            for byte in out {
                *byte = codes.next(&mut words)? as u8;
            }
        }
        1 => out.fill(*body.first().ok_or_else(|| broken("no bytes of samples"))?),
        2 => {
            let bytes = body
                .get(..out.len())
                .ok_or_else(|| broken("too few bytes of samples"))?;
            out.copy_from_slice(bytes);
        }
        3 => runs(body, out)?,
        _ => return Err(broken(&format!("bytes of kind {kind}"))),
    }
    Ok(())
}

/// Runs of bytes as they are, and of equal ones: 128 stands for two of them.
fn runs(data: &[u8], out: &mut [u8]) -> Result<()> {
    let mut reader = Reader::new(data);
    let mut rest = out;
    while !rest.is_empty() {
        let head = usize::from(reader.byte()?);
        let len = if head < 128 { head + 1 } else { head - 126 };
        let (run, after) = rest
            .split_at_mut_checked(len)
            .ok_or_else(|| broken("too many bytes of samples"))?;
        if head < 128 {
            run.copy_from_slice(reader.take(len)?);
        } else {
            run.fill(reader.byte()?);
        }
        rest = after;
    }
    Ok(())
}
