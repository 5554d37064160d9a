//! GeoTIFF: keys, and how pixels lie on a map (OGC GeoTIFF 1.1 §7).

use imageio_core::{Error, Metadata, NdImage, Result, Value};

use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;

mod keys;

use keys::KEYS;

/// Where the names of these values are, by code.
const ASCII_PARAMETERS: u16 = 34737;

/// Names of the groups of coefficients of tag 50844, and where each begins.
const COEFFICIENTS: &[(&str, usize, usize)] = &[
    ("ERR_BIAS", 0, 1),
    ("ERR_RAND", 1, 2),
    ("LINE_OFF", 2, 3),
    ("SAMP_OFF", 3, 4),
    ("LAT_OFF", 4, 5),
    ("LONG_OFF", 5, 6),
    ("HEIGHT_OFF", 6, 7),
    ("LINE_SCALE", 7, 8),
    ("SAMP_SCALE", 8, 9),
    ("LAT_SCALE", 9, 10),
    ("LONG_SCALE", 10, 11),
    ("HEIGHT_SCALE", 11, 12),
    ("LINE_NUM_COEFF", 12, 32),
    ("LINE_DEN_COEFF", 32, 52),
    ("SAMP_NUM_COEFF", 52, 72),
    ("SAMP_DEN_COEFF", 72, 92),
];

/// Everything that the tags of a page say about the map.
///
/// # Errors
/// `Corrupt` for a directory of keys that is none.
pub(crate) fn of_page(source: &Source, page: &Page) -> Result<Metadata> {
    let numbers = |tag| page.ifd.get(tag).and_then(|entry| floats(source, entry));
    let mut all = directory(source, page)?;
    if let Some(values) = numbers(33920) {
        all.insert("IntergraphMatrix", rows(&values, 4));
    }
    if let Some(values) = numbers(tags::MODEL_PIXEL_SCALE) {
        all.insert("ModelPixelScale", list(&values));
    }
    if let Some(values) = numbers(33922) {
        let points = if values.len() == 6 {
            list(&values)
        } else {
            rows(&values, 6)
        };
        all.insert("ModelTiepoint", points);
    }
    if let Some(values) = numbers(34264) {
        all.insert("ModelTransformation", rows(&values, 4));
    }
    if let Some(values) = numbers(50844) {
        let groups = COEFFICIENTS.iter().filter_map(|&(name, from, to)| {
            let part = values.get(from..to)?;
            let value = match part {
                [one] => Value::from(*one),
                part => list(part),
            };
            Some((name, value))
        });
        all.insert("RPCCoefficient", groups.collect::<Metadata>());
    }
    Ok(all)
}

/// Distance between pixels along `X` and `Y`, in the unit of the map.
pub(crate) fn spacing(source: &Source, page: &Page) -> Vec<(char, f64)> {
    let scale = page.ifd.get(tags::MODEL_PIXEL_SCALE);
    let scale = scale.and_then(|entry| floats(source, entry));
    let known = |axis, at: usize| {
        let distance = *scale.as_ref()?.get(at)?;
        (distance > 0.0 && distance.is_finite()).then_some((axis, distance))
    };
    [known('X', 0), known('Y', 1)]
        .into_iter()
        .flatten()
        .collect()
}

/// What GDAL writes behind the header of a file that is laid out for reading over a network.
pub(super) fn structure(source: &Source) -> Option<Metadata> {
    let at = source.first_at() + source.flavour().offset_size() as u64;
    let head = source.structure(at, 43).ok()?;
    let size = head.strip_prefix(b"GDAL_STRUCTURAL_METADATA_SIZE=")?;
    let size: usize = std::str::from_utf8(size.get(..6)?).ok()?.parse().ok()?;
    let lines = source.structure(at + 43, size).ok()?;
    let lines = std::str::from_utf8(&lines).ok()?;
    let pairs = lines.lines().filter_map(|line| line.split_once('='));
    Some(
        pairs
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect(),
    )
}

/// The keys: each with its number, the tag that holds its value, how many, and from where on.
fn directory(source: &Source, page: &Page) -> Result<Metadata> {
    let entry = page.ifd.get(tags::GEO_KEYS);
    let numbers = entry.map_or(Ok(Vec::new()), |entry| {
        source.integers(entry, 0..entry.count)
    })?;
    let Some((&[1, revision, minor, count], rows)) = numbers.split_first_chunk() else {
        return Err(Error::corrupt(
            "the directory of keys is of no known version",
        ));
    };
    let mut all = Metadata::from_iter([
        ("KeyDirectoryVersion", 1),
        ("KeyRevision", revision),
        ("KeyRevisionMinor", minor),
    ]);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    for row in rows.chunks_exact(4).take(count) {
        let name = match KEYS.binary_search_by_key(&row[0], |(code, _)| u64::from(*code)) {
            Ok(at) => KEYS[at].1.to_owned(),
            Err(_) => row[0].to_string(),
        };
        match key(source, page, row) {
            Some(value) => {
                all.insert(name, value);
            }
            None => source.warn(format!(
                "key {name}: tag {} does not hold its value",
                row[1]
            )),
        }
    }
    Ok(all)
}

/// The value of one key.
fn key(source: &Source, page: &Page, row: &[u64]) -> Option<Value> {
    let &[_, tag, count, offset] = row else {
        return None;
    };
    if tag == 0 {
        return Some(Value::from(offset));
    }
    let tag = u16::try_from(tag).ok()?;
    let entry = page.ifd.get(tag)?;
    let (from, count) = (usize::try_from(offset).ok()?, usize::try_from(count).ok()?);
    let to = from.checked_add(count)?;
    if tag == ASCII_PARAMETERS {
        let text = source.bytes(entry).ok()?;
        let text = text.get(from.min(text.len())..to.min(text.len()))?;
        let text = super::cursor::text_of(text.to_vec());
        return Some(Value::from(text.strip_suffix('|').unwrap_or(&text)));
    }
    let values = match source.value(entry).ok()? {
        Value::List(values) => values,
        Value::Array(array) => array
            .cast(imageio_core::DType::F64)
            .into_vec::<f64>()
            .ok()?
            .into_iter()
            .map(Value::from)
            .collect(),
        one => vec![one],
    };
    match values.get(from..to)? {
        [one] => Some(one.clone()),
        several => Some(Value::List(several.to_vec())),
    }
}

fn floats(source: &Source, entry: &crate::format::ifd::Entry) -> Option<Vec<f64>> {
    match source.value(entry).ok()? {
        Value::List(values) => values.iter().map(Value::as_f64).collect(),
        Value::Array(array) => NdImage::cast(&array, imageio_core::DType::F64)
            .into_vec()
            .ok(),
        value => value.as_f64().map(|one| vec![one]),
    }
}

fn list(values: &[f64]) -> Value {
    Value::List(values.iter().copied().map(Value::from).collect())
}

fn rows(values: &[f64], width: usize) -> Value {
    if !values.len().is_multiple_of(width) {
        return list(values);
    }
    Value::List(values.chunks_exact(width).map(list).collect())
}
