//! Run-length coding, PS3.5 annex G: a plane for each byte of each sample, most significant first.

use imageio_core::{Error, Result};

/// Decodes one frame of `samples` samples a pixel into little-endian samples of `size` bytes, pixel by pixel.
pub(crate) fn decode(data: &[u8], samples: usize, size: usize, out: &mut [u8]) -> Result<()> {
    let words: Vec<usize> = data
        .get(..64)
        .ok_or_else(|| {
            Error::corrupt(format!(
                "a run-length header of {} bytes, expected 64",
                data.len()
            ))
        })?
        .chunks_exact(4)
        .filter_map(|word| word.first_chunk::<4>())
        .map(|word| u32::from_le_bytes(*word) as usize)
        .collect();
    let planes = samples * size;
    let [count, offsets @ ..] = words.as_slice() else {
        return Ok(());
    };
    if *count != planes || planes > 15 {
        return Err(Error::corrupt(format!(
            "{count} run-length segments, expected {planes}"
        )));
    }
    for plane in 0..planes {
        let start = offsets.get(plane).copied().unwrap_or(0);
        let end = if plane + 1 < planes {
            offsets.get(plane + 1).copied()
        } else {
            None
        };
        let segment = data.get(start..end.unwrap_or(data.len())).ok_or_else(|| {
            Error::corrupt(format!("run-length segment {plane} at offset {start}"))
        })?;
        // Byte 0 of a plane's sample is the most significant; the output is little-endian.
        let (sample, byte) = (plane / size, size - 1 - plane % size);
        let to = out.iter_mut().skip(sample * size + byte).step_by(planes);
        unpack(segment, to)
            .map_err(|error| error.at(format_args!("run-length segment {plane}")))?;
    }
    Ok(())
}

/// G.3.2.
fn unpack<'a>(mut data: &[u8], mut out: impl ExactSizeIterator<Item = &'a mut u8>) -> Result<()> {
    while out.len() > 0 {
        let Some((&code, rest)) = data.split_first() else {
            return Err(Error::corrupt(format!(
                "ends {} bytes too early",
                out.len()
            )));
        };
        data = rest;
        match code {
            0..=127 => {
                let count = usize::from(code) + 1;
                let wanted = count.min(out.len());
                if data.len() < wanted {
                    let missing = wanted - data.len();
                    return Err(Error::corrupt(format!("ends {missing} bytes too early")));
                }
                let (literal, rest) = data.split_at(count.min(data.len()));
                data = rest;
                for (to, from) in out.by_ref().take(count).zip(literal) {
                    *to = *from;
                }
            }
            128 => {}
            _ => {
                let Some((&value, rest)) = data.split_first() else {
                    continue;
                };
                data = rest;
                for to in out.by_ref().take(257 - usize::from(code)) {
                    *to = value;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_literals_of_two_planes() {
        let mut data = vec![0u8; 64];
        data[0] = 2;
        data[4] = 64;
        data[8] = 66;
        data.extend([254, 1, 2, 10, 20, 30]);
        let mut out = [0; 6];
        assert!(decode(&data, 1, 2, &mut out).is_ok());
        assert_eq!(out, [10, 1, 20, 1, 30, 1]);
        assert!(decode(&data, 3, 2, &mut out).is_err());
        for len in 0..data.len() {
            assert!(decode(&data[..len], 1, 2, &mut out).is_err(), "{len}");
        }
    }
}
