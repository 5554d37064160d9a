//! Resolution, and what follows from it: the distance between pixels.

use imageio_core::{Metadata, Spacing, Value};

use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;
use crate::metadata::vendor::geotiff;

/// Adds `resolution_unit`, and `resolution` as horizontal, vertical and name of the unit, where the page has all
/// three tags.
pub(super) fn add(source: &Source, page: &Page, metadata: &mut Metadata) {
    let Some(unit) = unit(source, page) else {
        return;
    };
    metadata.insert("resolution_unit", unit);
    let (Some(x), Some(y)) = (
        fraction(source, page, tags::X_RESOLUTION),
        fraction(source, page, tags::Y_RESOLUTION),
    ) else {
        return;
    };
    match x.zip(y) {
        Some((x, y)) => {
            let values = [Value::from(x), Value::from(y), Value::from(unit_name(unit))];
            metadata.insert("resolution", Value::List(values.into()));
        }
        None => {
            source.warn("the resolution is left out: at least one direction has the denominator 0")
        }
    }
}

/// The distance between neighbours along each of `axes` that has one: what `known` says of any axis, and for `X` and
/// `Y` the scale of a map or the resolution.
pub(crate) fn spacing(
    source: &Source,
    page: &Page,
    axes: &str,
    known: &[(char, f64)],
) -> Option<Vec<Spacing>> {
    let from_tag = |tag| {
        unit(source, page)?;
        let per_unit = fraction(source, page, tag)??;
        (per_unit > 0.0).then(|| 1.0 / per_unit)
    };
    let map = geotiff::spacing(source, page);
    let of = |axis: char| {
        let mut known = known.iter().chain(&map);
        let known = known.find(|(letter, _)| *letter == axis);
        known.map(|(_, distance)| *distance).or_else(|| match axis {
            'X' => from_tag(tags::X_RESOLUTION),
            'Y' => from_tag(tags::Y_RESOLUTION),
            _ => None,
        })
    };
    let all: Vec<Spacing> = axes.chars().filter_map(of).map(Spacing::Uniform).collect();
    (!all.is_empty()).then_some(all)
}

fn unit(source: &Source, page: &Page) -> Option<u64> {
    let entry = page.ifd.get(tags::RESOLUTION_UNIT)?;
    source.integer(entry).ok()
}

/// The number of a tag; nothing inside where its denominator is 0, nothing at all where it is missing.
fn fraction(source: &Source, page: &Page, tag: u16) -> Option<Option<f64>> {
    let entry = page.ifd.get(tag)?;
    let value = match source.value(entry).ok()? {
        // A writer that counts wrongly stores more than one.
        Value::List(values) => values.into_iter().next()?,
        value => value,
    };
    match value {
        Value::Rational(fraction) if fraction.denominator == 0 => Some(None),
        value => value.as_f64().map(Some),
    }
}

fn unit_name(unit: u64) -> String {
    match unit {
        1 => "NONE".to_owned(),
        2 => "INCH".to_owned(),
        3 => "CENTIMETER".to_owned(),
        4 => "MILLIMETER".to_owned(),
        5 => "MICROMETER".to_owned(),
        unit => unit.to_string(),
    }
}
