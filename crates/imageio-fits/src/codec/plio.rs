//! `PLIO_1` (FITS 4.0, section 10.4.3): IRAF's pixel lists, runs of a value that steps up and down.

use imageio_core::{Error, Result};

/// Words of the header of a list.
const HEADER: usize = 7;

/// Fills `out` with the pixels of the list `words`.
///
/// # Errors
/// `Corrupt` where the list has no header or claims to be longer than it is.
pub(crate) fn decode(words: &[i16], out: &mut [i32]) -> Result<()> {
    let (first, len) = bounds(words)?;
    let codes = words.get(first..len).ok_or_else(|| {
        let message = format!("PLIO_1: {} words, expected {len}", words.len());
        Error::corrupt(message)
    })?;
    let mut at = 0;
    let mut value = 1i32;
    let mut codes = codes.iter();
    while let Some(&word) = codes.next() {
        let word = word as u16;
        let data = i32::from(word & 0x0fff);
        match word >> 12 {
            0 | 4 | 5 => {
                let run = run(out, at, data as usize);
                match word >> 12 {
                    4 => run.fill(value),
                    _ => run.fill(0),
                }
                // The last pixel of such a run has the value.
                if word >> 12 == 5
                    && run.len() == data as usize
                    && let Some(last) = run.last_mut()
                {
                    *last = value;
                }
                at += data as usize;
            }
            1 => {
                let high = codes.next().copied().unwrap_or_default();
                value = (i32::from(high) << 12) + data;
            }
            2 => value = value.wrapping_add(data),
            3 => value = value.wrapping_sub(data),
            code @ (6 | 7) => {
                let step = if code == 6 { data } else { -data };
                value = value.wrapping_add(step);
                run(out, at, 1).fill(value);
                at += 1;
            }
            _ => {}
        }
        if at >= out.len() {
            break;
        }
    }
    out.iter_mut().skip(at).for_each(|pixel| *pixel = 0);
    Ok(())
}

/// Where the codes of a list begin, and its length in words.
fn bounds(words: &[i16]) -> Result<(usize, usize)> {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    if words.len() < 3 {
        let message = format!("PLIO_1: {} words are no list", words.len());
        return Err(Error::corrupt(message));
    }
    // Lists of before 1990 have their length in the third word, which is negative since.
    let (first, len) = if word(2) > 0 {
        (3, i64::from(word(2)))
    } else {
        (
            i64::from(word(1)),
            (i64::from(word(4)) << 15) + i64::from(word(3)),
        )
    };
    match (usize::try_from(first), usize::try_from(len)) {
        (Ok(first), Ok(len)) if first <= len => Ok((first, len)),
        _ => Err(Error::corrupt(format!(
            "PLIO_1: codes from word {first} of {len}"
        ))),
    }
}

/// `len` pixels from `at`, fewer at the end.
fn run(out: &mut [i32], at: usize, len: usize) -> &mut [i32] {
    let end = at.saturating_add(len).min(out.len());
    out.get_mut(at..end).unwrap_or_default()
}

/// The list of `pixels`; what is negative becomes 0.
///
/// # Errors
/// `Unsupported` for values of 2^24 and more, and for more words than a list counts.
pub(crate) fn encode(pixels: &[i32]) -> Result<Vec<i16>> {
    if let Some(value) = pixels.iter().find(|&&value| value >= 1 << 24) {
        let message = format!("PLIO_1 holds values below 2^24, not {value}");
        return Err(Error::unsupported(message));
    }
    let mut list = List {
        words: vec![0, HEADER as i16, -100, 0, 0, 0, 0],
        high: 1,
    };
    let mut at = 0;
    while at < pixels.len() {
        let zeros = pixels[at..].iter().take_while(|&&value| value <= 0).count();
        at += zeros;
        let value = pixels.get(at).copied().unwrap_or_default();
        let ones = pixels[at..].iter().take_while(|&&other| other == value);
        let ones = if value > 0 { ones.count() } else { 0 };
        at += ones;
        list.put(zeros, value, ones);
    }
    let len = list.words.len();
    list.words[3] = (len % 32768) as i16;
    list.words[4] = i16::try_from(len / 32768)
        .map_err(|_| Error::unsupported(format!("a PLIO_1 list of {len} words")))?;
    Ok(list.words)
}

struct List {
    words: Vec<i16>,
    /// The value as the codes so far have it.
    high: i32,
}

impl List {
    /// Appends `zeros` zeros, then `ones` times `value`.
    fn put(&mut self, mut zeros: usize, value: i32, mut ones: usize) {
        let step = value - self.high;
        if ones > 0 && step != 0 {
            self.high = value;
            // One pixel that differs a little needs one word.
            let alone = ones == 1 && zeros == 0;
            match step {
                -4095..=-1 if alone => return self.code(7, -step),
                1..=4095 if alone => return self.code(6, step),
                -4095..=-1 => self.code(3, -step),
                1..=4095 => self.code(2, step),
                _ => {
                    self.code(1, value & 0x0fff);
                    self.words.push((value >> 12) as i16);
                    // A single pixel goes on below as a run of one.
                }
            }
        }
        while zeros > 0 {
            let run = zeros.min(0x0fff);
            zeros -= run;
            if zeros == 0 && ones == 1 && run < 0x0fff {
                return self.code(5, run as i32 + 1);
            }
            self.code(0, run as i32);
        }
        while ones > 0 {
            let run = ones.min(0x0fff);
            ones -= run;
            self.code(4, run as i32);
        }
    }

    fn code(&mut self, code: u16, data: i32) {
        self.words.push((code << 12 | data as u16) as i16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_come_back() {
        let mut pixels = vec![0; 9000];
        pixels[5000..5100].fill(70000);
        pixels[5200] = 3;
        pixels[5201] = 9;
        pixels[5202] = 4;
        pixels[8999] = 5000;
        pixels[100..4900].fill(2);
        for pixels in [pixels, vec![0; 5], vec![7; 20000], (0..300).collect()] {
            let words = encode(&pixels).expect("small values");
            let mut back = vec![-1; pixels.len()];
            decode(&words, &mut back).expect("a list");
            assert!(back == pixels);
        }
        assert!(encode(&[1 << 24]).is_err());
        assert!(decode(&[], &mut [0; 4]).is_err());
        assert!(decode(&[0, 7, -100, 30, 0, 0, 0], &mut [0; 4]).is_err());
    }
}
