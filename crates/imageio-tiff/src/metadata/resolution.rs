//! Resolution, and what follows from it: the distance between pixels.

use imageio_core::{Metadata, Spacing, Value};

use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;
use crate::metadata::vendor::geotiff;

/// What is said of a resolution that is no number.
const UNDEFINED: &str = "the resolution is left out: at least one direction has the denominator 0";

/// Adds `resolution_unit`, and `resolution` as horizontal, vertical and name of the unit, where the page has all
/// three tags.
pub(super) fn add(source: &Source, page: &Page, metadata: &mut Metadata) {
    let Some(unit) = unit(source, page) else {
        return;
    };
    metadata.insert("resolution_unit", unit);
    let (Some(x), Some(y)) = (
        quotient(source, page, tags::X_RESOLUTION),
        quotient(source, page, tags::Y_RESOLUTION),
    ) else {
        return;
    };
    match (x, y) {
        (Quotient::Number(x), Quotient::Number(y)) => {
            let values = [Value::from(x), Value::from(y), Value::from(unit_name(unit))];
            metadata.insert("resolution", Value::List(values.into()));
        }
        _ => source.warn(UNDEFINED),
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
        match quotient(source, page, tag)? {
            Quotient::Number(per_unit) if per_unit > 0.0 => Some(1.0 / per_unit),
            _ => None,
        }
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

/// The value of a fraction.
enum Quotient {
    Number(f64),
    /// The denominator is 0.
    Undefined,
}

/// The number of a tag; nothing where it is missing.
fn quotient(source: &Source, page: &Page, tag: u16) -> Option<Quotient> {
    let entry = page.ifd.get(tag)?;
    let value = match source.value(entry).ok()? {
        // A writer that counts wrongly stores more than one.
        Value::List(values) => values.into_iter().next()?,
        value => value,
    };
    match value {
        Value::Rational(fraction) if fraction.denominator == 0 => Some(Quotient::Undefined),
        value => value.as_f64().map(Quotient::Number),
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
