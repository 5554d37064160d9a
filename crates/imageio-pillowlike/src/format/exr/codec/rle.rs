//! RLE: runs of the differences that ZIP has.

use imageio_core::{Error, Result};

/// The shortest and the longest run that is coded as one, and the longest stretch as it stands.
const SHORTEST: usize = 3;
const LONGEST: usize = 128;
const LONGEST_COPY: usize = 127;

/// Fills `out` exactly.
pub(super) fn unpack(packed: &[u8], out: &mut [u8]) -> Result<()> {
    let (mut rest, expected) = (packed, out.len());
    let mut left = out;
    while let [code, after @ ..] = rest {
        let code = *code as i8;
        let (count, taken) = match code {
            ..0 => {
                let count = usize::from(code.unsigned_abs());
                (count, count)
            }
            _ => (code as usize + 1, 1),
        };
        let there = expected - left.len();
        let (Some((values, after)), Some((place, behind))) = (
            after.split_at_checked(taken),
            left.split_at_mut_checked(count),
        ) else {
            return Err(Error::corrupt(format!(
                "a run of {count} bytes after {there} of {expected}"
            )));
        };
        match values {
            [value] if code >= 0 => place.fill(*value),
            _ => place.copy_from_slice(values),
        }
        (rest, left) = (after, behind);
    }
    if left.is_empty() {
        return Ok(());
    }
    let there = expected - left.len();
    Err(Error::corrupt(format!(
        "runs of {there} bytes, expected {expected}"
    )))
}

/// The runs of `bytes`.
pub(super) fn pack(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let run = run_len(rest);
        if run >= SHORTEST {
            let (values, after) = rest.split_at(run);
            out.push((run - 1) as u8);
            out.extend(values.first());
            rest = after;
            continue;
        }
        let mut copy = run;
        while let Some(ahead) = rest.get(copy..).filter(|ahead| !ahead.is_empty()) {
            let run = run_len(ahead);
            if run >= SHORTEST || copy + run > LONGEST_COPY {
                break;
            }
            copy += run;
        }
        let (values, after) = rest.split_at(copy);
        out.push((copy as u8).wrapping_neg());
        out.extend_from_slice(values);
        rest = after;
    }
}

fn run_len(bytes: &[u8]) -> usize {
    let Some(first) = bytes.first() else { return 0 };
    let same = bytes.iter().take(LONGEST);
    same.take_while(|byte| *byte == first).count()
}
