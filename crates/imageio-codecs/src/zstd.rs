//! Zstandard, RFC 8878, by its own library, which is compiled along.

use std::cell::RefCell;

use imageio_core::{Error, Limits, Result};
use zstd_safe::{CCtx, DCtx, DParameter, ErrorCode, InBuffer, OutBuffer, get_error_name};

/// Bits of the window that a decoder in pieces may ask memory for.
const WINDOW_BITS: u32 = 27;

thread_local! {
    /// Kept for the next segment: making one costs more than a small segment.
    static DECODER: RefCell<Option<DCtx<'static>>> = const { RefCell::new(None) };
}

/// Decodes `data` into `out` until either ends; gives the bytes that were filled.
///
/// Data that breaks off gives what stands before the break.
///
/// # Errors
/// `Corrupt` for what is no Zstandard data; `LimitExceeded`.
pub fn decode(data: &[u8], out: &mut [u8], limits: &Limits) -> Result<usize> {
    let whole = DECODER.with_borrow_mut(|decoder| {
        if decoder.is_none() {
            *decoder = DCtx::try_create();
        }
        decoder
            .as_mut()
            .map(|decoder| decoder.decompress(out, data))
    });
    match whole {
        Some(Ok(len)) => Ok(len),
        // In pieces, so that what stands before a break is not lost.
        _ => decode_start(data, out, limits),
    }
}

/// The same for an `out` that is known to be smaller than what the data hold.
///
/// # Errors
/// As [`decode`] has them.
pub fn decode_start(data: &[u8], out: &mut [u8], limits: &Limits) -> Result<usize> {
    // No window is larger than what it looks back at.
    let content = zstd_safe::get_frame_content_size(data).ok().flatten();
    let window = content.map_or(1 << WINDOW_BITS, |len| len.min(1 << WINDOW_BITS)) + (1 << 18);
    let _window = limits.claim(window, "the window of a Zstandard decoder")?;
    let mut decoder = DCtx::try_create().ok_or_else(|| failed("no decoder", 0))?;
    decoder
        .set_parameter(DParameter::WindowLogMax(WINDOW_BITS))
        .map_err(|code| of_code(code, 0))?;
    let mut input = InBuffer::around(data);
    let mut output = OutBuffer::around(out);
    loop {
        let before = (input.pos(), output.pos());
        decoder
            .decompress_stream(&mut output, &mut input)
            .map_err(|code| of_code(code, output.pos()))?;
        if before == (input.pos(), output.pos()) {
            return Ok(output.pos());
        }
    }
}

fn of_code(code: ErrorCode, filled: usize) -> Error {
    failed(get_error_name(code), filled)
}

fn failed(why: &str, filled: usize) -> Error {
    Error::corrupt(format!("Zstandard data after {filled} bytes: {why}"))
}

/// Encodes `data` at `level`, from 1 to 22; 0 is the library's own choice, and levels below are faster still.
///
/// # Errors
/// `Corrupt` with the library's reason.
pub fn encode(data: &[u8], level: i32) -> Result<Vec<u8>> {
    let mut coder = CCtx::try_create().ok_or_else(|| failed("no encoder", 0))?;
    let mut out = vec![0; zstd_safe::compress_bound(data.len())];
    let len = coder
        .compress(&mut out[..], data, level)
        .map_err(|code| of_code(code, 0))?;
    out.truncate(len);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::{decode, encode};

    #[test]
    fn what_is_encoded_is_decoded() {
        let data: Vec<u8> = (0..200_000u32)
            .map(|i| (i % 7919 * 31 / 77) as u8)
            .collect();
        let coded = encode(&data, 3).unwrap();
        let limits = Limits::new();
        let mut out = vec![0; data.len() + 5];
        assert_eq!(decode(&coded, &mut out, &limits).ok(), Some(data.len()));
        assert_eq!(out[..data.len()], data);
        for len in [0, 1, 40, coded.len() / 2, coded.len() - 1] {
            let filled = decode(&coded[..len], &mut out, &limits).unwrap();
            assert_eq!(out[..filled], data[..filled]);
        }
        let mut small = vec![0; 1000];
        assert_eq!(decode(&coded, &mut small, &limits).ok(), Some(1000));
        assert_eq!(small, data[..1000]);
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let mut out = [0; 64];
        assert!(decode(b"not at all Zstandard", &mut out, &Limits::new()).is_err());
    }
}
