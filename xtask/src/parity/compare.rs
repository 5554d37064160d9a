//! What differs between two readings of a file.
//!
//! The kinds of difference, as `tests/parity-accepted.tsv` names them: `refused`, `shape`, `alpha` (on one side only),
//! `gray` (the same picture in gray and in colour), `frames`, `dtype`, `depth` (sixteen bits and eight), `pixels`,
//! `durations`, `axes` (named otherwise), `properties` (ours promise what our read does not give), `key -NAME` (theirs,
//! not ours), `key +NAME` (ours, not theirs) and `value NAME`.

use super::list::File;
use super::npy::Array;
use super::reference::{Picture, Reading};
use serde_json::Value;

/// A lossy codec may round otherwise: at most this much on one sample, and this much on average.
const LOSSY_MAX: f64 = 4.0;
const LOSSY_MEAN: f64 = 0.5;

#[derive(Debug)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) detail: String,
}

#[derive(Debug)]
pub(super) enum Outcome {
    BothRefuse,
    OnlyWeRead,
    Compared(Vec<Difference>),
}

pub(super) fn compare(file: &File, ours: &Reading, theirs: &Reading) -> Outcome {
    let (ours, theirs) = match (ours, theirs) {
        (Reading::Refused(_), Reading::Refused(_)) => return Outcome::BothRefuse,
        (Reading::Read(_), Reading::Refused(_)) => return Outcome::OnlyWeRead,
        (Reading::Refused(why), Reading::Read(_)) => {
            return Outcome::Compared(vec![one("refused", why)]);
        }
        (Reading::Read(ours), Reading::Read(theirs)) => (ours, theirs),
    };
    let mut found = Vec::new();
    arrays(&ours.array, &theirs.array, theirs.lossy, &mut found);
    if let Some((shape, dtype)) = &ours.promised
        && (shape, dtype) != (&ours.array.shape, &ours.array.dtype)
    {
        let read = format!("read gives {:?} {}", ours.array.shape, ours.array.dtype);
        found.push(one("properties", &format!("say {shape:?} {dtype}, {read}")));
    }
    if let (Some(mine), Some(other)) = (&ours.axes, &theirs.axes)
        && mine != other
    {
        found.push(one("axes", &format!("{mine}, theirs {other}")));
    }
    durations(ours, theirs, &mut found);
    // Readers other than imageio report none.
    if !theirs.metadata.is_null() {
        metadata(
            &ours.metadata,
            &theirs.metadata,
            matches!(file.format.as_str(), "spe" | "lytro"),
            &mut found,
        );
    }
    Outcome::Compared(found)
}

fn one(what: &str, detail: &str) -> Difference {
    Difference {
        what: what.to_owned(),
        detail: detail.to_owned(),
    }
}

fn arrays(ours: &Array, theirs: &Array, lossy: bool, found: &mut Vec<Difference>) {
    if (&ours.shape, &ours.dtype, &ours.bytes) == (&theirs.shape, &theirs.dtype, &theirs.bytes) {
        return;
    }
    let said = format!(
        "{:?} {}, theirs {:?} {}",
        ours.shape, ours.dtype, theirs.shape, theirs.dtype
    );
    let (mut left, mut right) = (ours.values(), theirs.values());
    if ours.shape != theirs.shape {
        match (channels(ours, theirs), channels(theirs, ours)) {
            (4, 3) => left = colours(&left),
            (3, 4) => right = colours(&right),
            (2, 4) => left = gray_to_rgba(&left),
            (3, 1) => right = right.iter().flat_map(|value| [*value; 3]).collect(),
            _ if ours.shape.get(1..) == theirs.shape.get(1..) => {
                left.truncate(right.len());
                right.truncate(left.len());
            }
            _ => return found.push(one("shape", &said)),
        }
        let what = match (channels(ours, theirs), channels(theirs, ours)) {
            (4, 3) | (3, 4) => "alpha",
            (2, 4) | (3, 1) => "gray",
            _ => "frames",
        };
        found.push(one(what, &said));
    }
    if ours.dtype == "uint16" && theirs.dtype == "uint8" {
        found.push(one("depth", &said));
        let fits = |(mine, other): (&f64, &f64)| (mine / 257.0 - other).abs() <= 1.0;
        if !left.iter().zip(&right).all(fits) {
            found.push(one("pixels", "even at eight bits"));
        }
        return;
    }
    if ours.dtype != theirs.dtype {
        found.push(one("dtype", &said));
    }
    pixels(&left, &right, lossy, found);
}

/// Samples a pixel, seen beside another array of the same picture; 0 where it is not the same.
fn channels(of: &Array, with: &Array) -> usize {
    match (of.shape.split_last(), with.shape.split_last()) {
        (Some((last, rest)), Some((_, other))) if rest == other && rest.len() > 1 => *last,
        (Some((last, rest)), _) if rest == with.shape => *last,
        (_, Some((_, other))) if other == of.shape => 1,
        _ => 0,
    }
}

fn gray_to_rgba(values: &[f64]) -> Vec<f64> {
    let (gray, alpha) = (values.iter().step_by(2), values.iter().skip(1).step_by(2));
    gray.zip(alpha)
        .flat_map(|(gray, alpha)| [*gray, *gray, *gray, *alpha])
        .collect()
}

fn colours(values: &[f64]) -> Vec<f64> {
    values
        .chunks_exact(4)
        .flat_map(|pixel| pixel.iter().take(3).copied())
        .collect()
}

fn pixels(ours: &[f64], theirs: &[f64], lossy: bool, found: &mut Vec<Difference>) {
    let (mut max, mut sum, mut count) = (0.0_f64, 0.0, 0_usize);
    for (mine, other) in ours.iter().zip(theirs) {
        let equal = mine.total_cmp(other).is_eq() || (mine.is_nan() && other.is_nan());
        let off = if equal { 0.0 } else { (mine - other).abs() };
        let off = if off.is_nan() { f64::INFINITY } else { off };
        max = max.max(off);
        sum += off;
        count += usize::from(off != 0.0);
    }
    let mean = sum / ours.len().max(1) as f64;
    let close = if lossy {
        max <= LOSSY_MAX && mean <= LOSSY_MEAN
    } else {
        count == 0
    };
    if !close {
        let of = ours.len();
        found.push(one(
            "pixels",
            &format!("{count} of {of} samples differ, at most by {max}, {mean:.4} on average"),
        ));
    }
}

fn durations(ours: &Picture, theirs: &Picture, found: &mut Vec<Difference>) {
    let pairs = || ours.durations.iter().zip(&theirs.durations);
    if pairs().any(|(mine, other)| (mine - other).abs() > 0.01) {
        let (mine, other): (Vec<f64>, Vec<f64>) = pairs().unzip();
        found.push(one("durations", &format!("{mine:?}, theirs {other:?}")));
    }
}

fn metadata(ours: &Value, theirs: &Value, values: bool, found: &mut Vec<Difference>) {
    let empty = serde_json::Map::new();
    let (ours, theirs) = (
        ours.as_object().unwrap_or(&empty),
        theirs.as_object().unwrap_or(&empty),
    );
    for (key, other) in theirs {
        match ours.get(key) {
            None => found.push(one(&format!("key -{key}"), &shorten(other))),
            Some(mine) if values && !equal(mine, other) => {
                let detail = format!("{}, theirs {}", shorten(mine), shorten(other));
                found.push(one(&format!("value {key}"), &detail));
            }
            Some(_) => {}
        }
    }
    for (key, mine) in ours.iter().filter(|(key, _)| !theirs.contains_key(*key)) {
        found.push(one(&format!("key +{key}"), &shorten(mine)));
    }
}

/// Equal as a reader of JSON sees it: 1 and 1.0 are one number, and a float has no more than its 24 bits.
fn equal(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (
                a.as_f64().unwrap_or(f64::NAN),
                b.as_f64().unwrap_or(f64::NAN),
            );
            (a - b).abs() <= 1e-6 * a.abs().max(b.abs())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => ours == theirs,
    }
}

fn shorten(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        text
    } else {
        format!("{}…", text.chars().take(60).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::{Array, arrays, equal, pixels};
    use serde_json::json;

    fn bytes(shape: &[usize], bytes: &[u8]) -> Array {
        Array {
            shape: shape.to_vec(),
            dtype: "uint8".to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    fn kinds(ours: &Array, theirs: &Array) -> Vec<String> {
        let mut found = Vec::new();
        arrays(ours, theirs, false, &mut found);
        found
            .into_iter()
            .map(|difference| difference.what)
            .collect()
    }

    #[test]
    fn tells_alpha_from_other_shapes() {
        let rgba = bytes(&[1, 1, 4], &[1, 2, 3, 255]);
        assert_eq!(kinds(&rgba, &bytes(&[1, 1, 3], &[1, 2, 3])), ["alpha"]);
        assert_eq!(
            kinds(&rgba, &bytes(&[1, 1, 3], &[1, 2, 4])),
            ["alpha", "pixels"]
        );
        assert_eq!(kinds(&rgba, &bytes(&[1, 1], &[1])), ["shape"]);
    }

    #[test]
    fn compares_sixteen_bits_with_eight() {
        let deep = Array {
            shape: vec![1, 2],
            dtype: "uint16".to_owned(),
            bytes: vec![0x34, 0x12, 0xff, 0xff],
        };
        assert_eq!(kinds(&deep, &bytes(&[1, 2], &[0x12, 0xff])), ["depth"]);
        assert_eq!(
            kinds(&deep, &bytes(&[1, 2], &[0x20, 0xff])),
            ["depth", "pixels"]
        );
    }

    #[test]
    fn a_lossy_codec_may_round() {
        let mut found = Vec::new();
        pixels(
            &[1.0, 2.0, 3.0, 4.0],
            &[1.0, 2.0, 3.0, 5.0],
            true,
            &mut found,
        );
        assert!(found.is_empty());
        pixels(&[1.0, 2.0], &[1.0, 9.0], true, &mut found);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn numbers_are_equal_across_types() {
        assert!(equal(
            &json!({"a": [1, 0.1]}),
            &json!({"a": [1.0, 0.100_000_001]})
        ));
        assert!(!equal(&json!("1"), &json!(1)));
    }
}
