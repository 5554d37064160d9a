//! Deflate in its zlib form, RFC 1950, for data whose size is known: libdeflate, and zlib-rs for what is broken.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};
use imageio_core::{Error, Result};
use libdeflater::{CompressionLvl, Compressor, Decompressor};

thread_local! {
    /// Kept for the next segment: a file has thousands.
    static INFLATE: RefCell<Option<Decompressor>> = const { RefCell::new(None) };
}

/// Decodes `data` into `out` until either ends; gives the bytes that were filled.
///
/// Data that breaks off gives what stands before the break.
///
/// # Errors
/// `Corrupt` for what is no Deflate data, or has a wrong sum.
pub fn decode(data: &[u8], out: &mut [u8]) -> Result<usize> {
    // Only the slower decoder tells what it had when something was wrong.
    match decode_whole(data, out) {
        Some(filled) => Ok(filled),
        None => decode_start(data, out),
    }
}

/// Decodes `data` into `out` where they are one whole stream with a right sum that `out` has room for; gives the bytes
/// that were filled.
///
/// Nothing says what is wrong with other data: whoever must know decodes them step by step.
pub fn decode_whole(data: &[u8], out: &mut [u8]) -> Option<usize> {
    INFLATE.with_borrow_mut(|inflate| {
        inflate
            .get_or_insert_with(Decompressor::new)
            .zlib_decompress(data, out)
            .ok()
    })
}

/// The same as [`decode`] for an `out` that is known to be smaller than what the data hold.
///
/// # Errors
/// As [`decode`] has them.
pub fn decode_start(data: &[u8], out: &mut [u8]) -> Result<usize> {
    let mut inflate = Decompress::new(true);
    loop {
        let (read, filled) = (inflate.total_in() as usize, inflate.total_out() as usize);
        let (rest, room) = (&data[read..], &mut out[filled..]);
        if rest.is_empty() || room.is_empty() {
            return Ok(filled);
        }
        let status = inflate
            .decompress(rest, room, FlushDecompress::None)
            .map_err(|error| {
                let filled = inflate.total_out();
                Error::corrupt(format!("Deflate data that break after {filled} bytes"))
                    .with_source(error)
            })?;
        let stuck = inflate.total_in() as usize == read && inflate.total_out() as usize == filled;
        if status == Status::StreamEnd || stuck {
            return Ok(inflate.total_out() as usize);
        }
    }
}

/// Encodes `data` at `level`, from 0, which only stores, to 12; zlib's own levels end at 9.
///
/// # Errors
/// `BadOption` for any other level.
pub fn encode(data: &[u8], level: u8) -> Result<Vec<u8>> {
    let level = CompressionLvl::new(level.into()).map_err(|_| {
        Error::bad_option(format!("compression level {level} is not between 0 and 12"))
    })?;
    let mut coder = Compressor::new(level);
    let mut out = vec![0; coder.zlib_compress_bound(data.len())];
    let len = coder
        .zlib_compress(data, &mut out)
        .map_err(|error| Error::corrupt("data that Deflate cannot hold").with_source(error))?;
    out.truncate(len);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_whole, encode};

    fn sample() -> (Vec<u8>, Vec<u8>) {
        let data: Vec<u8> = (0..20_000u32).map(|i| (i * i / 77) as u8).collect();
        let coded = encode(&data, 6).unwrap();
        (data, coded)
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let (data, coded) = sample();
        let mut out = vec![0; data.len() + 5];
        assert_eq!(decode(&coded, &mut out).ok(), Some(data.len()));
        assert_eq!(out[..data.len()], data);
        assert_eq!(decode_whole(&coded, &mut out), Some(data.len()));
        assert_eq!(decode_whole(&coded[..900], &mut out), None);
        assert_eq!(decode_whole(&coded, &mut out[1..900]), None);
        assert!(encode(&data, 13).is_err());
        assert!(encode(&data, 0).unwrap().len() > data.len());
    }

    #[test]
    fn what_is_cut_or_too_much_gives_its_beginning() {
        let (data, coded) = sample();
        for len in [0, 1, 50, coded.len() / 2, coded.len() - 1] {
            let mut out = vec![0; data.len()];
            let filled = decode(&coded[..len], &mut out).unwrap();
            assert_eq!(out[..filled], data[..filled]);
            assert!(len <= 50 || filled > 0);
        }
        let mut out = vec![0; 1000];
        assert_eq!(decode(&coded, &mut out).ok(), Some(1000));
        assert_eq!(out, data[..1000]);
    }

    #[test]
    fn what_is_no_deflate_is_refused() {
        let mut out = [0; 100];
        assert!(decode(b"no zlib header", &mut out).is_err());
        let (_, mut coded) = sample();
        coded[300] ^= 0x55;
        let mut out = vec![0; 30_000];
        assert!(decode(&coded, &mut out).is_err());
    }
}
