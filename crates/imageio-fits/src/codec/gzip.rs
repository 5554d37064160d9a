//! `GZIP_1` and `GZIP_2` (FITS 4.0, section 10.4.2): gzip members, the second with the bytes of all pixels sorted by weight.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compression, Crc, Decompress, FlushDecompress, Status};
use imageio_core::{Error, Result};

/// An inflater that is used again for each tile.
pub(crate) struct Inflater(Decompress);

impl Inflater {
    pub(crate) fn new() -> Self {
        Inflater(Decompress::new(false))
    }

    /// Inflates the gzip member `data` into `out`; gives the number of bytes.
    ///
    /// # Errors
    /// `Corrupt` where it is no member, is damaged, or holds more than `out`.
    pub(crate) fn inflate(&mut self, data: &[u8], out: &mut [u8]) -> Result<usize> {
        let body = body(data).ok_or_else(|| Error::corrupt("no gzip member"))?;
        self.0.reset(false);
        let status = self
            .0
            .decompress(body, out, FlushDecompress::Finish)
            .map_err(|error| Error::corrupt(format!("gzip: {error}")))?;
        let len = self.0.total_out() as usize;
        if status != Status::StreamEnd {
            let message = format!("gzip: {len} bytes without an end, expected {}", out.len());
            return Err(Error::corrupt(message));
        }
        check_sum(
            body.get(self.0.total_in() as usize..).unwrap_or_default(),
            &out[..len],
        )?;
        Ok(len)
    }
}

/// What follows the header of a gzip member (RFC 1952, section 2.3).
fn body(data: &[u8]) -> Option<&[u8]> {
    let rest = data.strip_prefix(&[0x1f, 0x8b, 8])?;
    let (&flags, rest) = rest.split_first()?;
    let mut rest = rest.get(6..)?;
    if flags & 4 != 0 {
        let (len, behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*len))..)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

fn check_sum(trailer: &[u8], bytes: &[u8]) -> Result<()> {
    let mut crc = Crc::new();
    crc.update(bytes);
    match trailer.first_chunk() {
        Some(sum) if u32::from_le_bytes(*sum) == crc.sum() => Ok(()),
        _ => Err(Error::corrupt("gzip: a wrong checksum")),
    }
}

/// A gzip member of `data`.
pub(crate) fn deflate(data: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(data)?;
    Ok(encoder.finish()?)
}

/// Puts the first bytes of all pixels before the second ones, and so on.
pub(crate) fn shuffle(data: &[u8], width: usize, out: &mut [u8]) {
    let count = data.len() / width.max(1);
    for (byte, plane) in out.chunks_exact_mut(count.max(1)).enumerate().take(width) {
        let sources = data.iter().skip(byte).step_by(width);
        plane
            .iter_mut()
            .zip(sources)
            .for_each(|(to, from)| *to = *from);
    }
}

/// Undoes [`shuffle`].
pub(crate) fn unshuffle(data: &[u8], width: usize, out: &mut [u8]) {
    match width {
        2 => unshuffle_by::<2>(data, out),
        4 => unshuffle_by::<4>(data, out),
        8 => unshuffle_by::<8>(data, out),
        _ => out.copy_from_slice(data),
    }
}

fn unshuffle_by<const WIDTH: usize>(data: &[u8], out: &mut [u8]) {
    let count = data.len() / WIDTH;
    let planes: [&[u8]; WIDTH] = std::array::from_fn(|byte| {
        data.get(byte * count..(byte + 1) * count)
            .unwrap_or_default()
    });
    for (at, pixel) in out
        .as_chunks_mut::<WIDTH>()
        .0
        .iter_mut()
        .enumerate()
        .take(count)
    {
        *pixel = std::array::from_fn(|byte| planes[byte][at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_shuffled_bytes_come_back() {
        let data: Vec<u8> = (0..4000u32).map(|n| ((n * n) >> 5) as u8).collect();
        let member = deflate(&data).expect("memory");
        let mut inflater = Inflater::new();
        let mut out = vec![0; 4000];
        for _ in 0..2 {
            assert_eq!(inflater.inflate(&member, &mut out).ok(), Some(4000));
            assert_eq!(out, data);
        }
        assert!(inflater.inflate(&member, &mut [0; 3999]).is_err());
        assert!(inflater.inflate(&member[..500], &mut out).is_err());
        let mut damaged = member.clone();
        let at = damaged.len() - 8;
        damaged[at] ^= 1;
        assert!(inflater.inflate(&damaged, &mut out).is_err());
        for width in [1, 2, 4, 8] {
            let mut mixed = vec![0; 4000];
            shuffle(&data, width, &mut mixed);
            unshuffle(&mixed, width, &mut out);
            assert_eq!(out, data, "{width}");
        }
    }
}
