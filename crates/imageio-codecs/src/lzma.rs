//! LZMA2 in an XZ container, by liblzma, which is compiled along.

use imageio_core::{Error, Limits, Result};
use liblzma::stream::{self, Action, Check, Status, Stream};

/// Memory that the decoder may take: what the usual presets ask for, and what the strongest does. Each thread takes it.
const MEMORY: [u64; 2] = [16 << 20, 96 << 20];

/// Decodes `data` into `out` until either ends; gives the bytes that were filled.
///
/// Data that breaks off gives what stands before the break.
///
/// # Errors
/// `Corrupt` for what is no XZ data, or has a wrong sum; `LimitExceeded`.
pub fn decode(data: &[u8], out: &mut [u8], limits: &Limits) -> Result<usize> {
    let [usual, most] = MEMORY;
    match decode_within(usual, data, out, limits)? {
        Ok(filled) => Ok(filled),
        Err(stream::Error::MemLimit) => decode_within(most, data, out, limits)?.map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn decode_within(
    memory: u64,
    data: &[u8],
    out: &mut [u8],
    limits: &Limits,
) -> Result<std::result::Result<usize, stream::Error>> {
    let _claim = limits.claim(memory, "the dictionary of an LZMA decoder")?;
    let mut run = || {
        let mut stream = Stream::new_auto_decoder(memory, 0)?;
        loop {
            let (read, filled) = (stream.total_in() as usize, stream.total_out() as usize);
            let status = stream.process(&data[read..], &mut out[filled..], Action::Run)?;
            let stuck = stream.total_in() as usize == read && stream.total_out() as usize == filled;
            if stuck || matches!(status, Status::StreamEnd) {
                return Ok(stream.total_out() as usize);
            }
        }
    };
    Ok(run())
}

fn failed(error: stream::Error) -> Error {
    Error::corrupt("XZ data that are broken").with_source(error)
}

/// Encodes `data` with `preset`, from 0 to 9.
///
/// # Errors
/// `BadOption` for any other preset.
pub fn encode(data: &[u8], preset: u32) -> Result<Vec<u8>> {
    let mut stream = Stream::new_easy_encoder(preset, Check::Crc64).map_err(|error| {
        Error::bad_option(format!("LZMA preset {preset} is not between 0 and 9")).with_source(error)
    })?;
    // XZ stores what it cannot make smaller, in chunks of 64 KiB with a few bytes each.
    let mut out = Vec::with_capacity(data.len() + data.len() / 1024 + 1024);
    loop {
        let read = stream.total_in() as usize;
        let status = stream
            .process_vec(&data[read..], &mut out, Action::Finish)
            .map_err(failed)?;
        if matches!(status, Status::StreamEnd) {
            return Ok(out);
        }
        out.reserve(1 << 16);
    }
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::{decode, encode};

    #[test]
    fn what_is_encoded_is_decoded() {
        let data: Vec<u8> = (0..50_000u32).map(|i| (i % 7919 * 31 / 77) as u8).collect();
        let coded = encode(&data, 1).unwrap();
        let limits = Limits::new();
        let mut out = vec![0; data.len()];
        assert_eq!(decode(&coded, &mut out, &limits).ok(), Some(data.len()));
        assert_eq!(out, data);
        for len in [0, 1, 40, coded.len() / 2, coded.len() - 1] {
            let filled = decode(&coded[..len], &mut out, &limits).unwrap();
            assert_eq!(out[..filled], data[..filled]);
        }
        let strong = encode(&data, 9).unwrap();
        assert_eq!(decode(&strong, &mut out, &limits).ok(), Some(data.len()));
        let mut small = vec![0; 1000];
        assert_eq!(decode(&coded, &mut small, &limits).ok(), Some(1000));
        assert!(encode(&data, 10).is_err());
        let noise: Vec<u8> = (0..300_000u64)
            .map(|i| (i.wrapping_mul(0x9e3779b97f4a7c15) >> 29) as u8)
            .collect();
        let mut out = vec![0; noise.len()];
        assert_eq!(
            decode(&encode(&noise, 0).unwrap(), &mut out, &limits).ok(),
            Some(noise.len())
        );
        assert!(out == noise);
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let mut out = [0; 64];
        assert!(decode(b"not at all XZ, whatever", &mut out, &Limits::new()).is_err());
    }
}
