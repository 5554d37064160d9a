//! Which channels of a part make the picture.

use imageio_core::{DType, Error, Result};

use super::channel::{Channel, Stored};
use super::part::Part;
use crate::format::{Mode, Selection};

/// The channels that a picture is made of, by their number in the part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) channels: Vec<usize>,
    pub(super) mode: Mode,
    pub(super) dtype: DType,
    /// The first three are luminance and two differences, to be made red, green and blue.
    pub(super) is_chroma: bool,
}

/// What is asked of a part: its channels by name, or those that make colour, gray, or else all of one layer.
///
/// # Errors
/// `BadOption` naming what there is, where a layer or channel is not there.
pub(super) fn choose(part: &Part, selection: &Selection) -> Result<Choice> {
    let in_layer = match &selection.layer {
        Some(name) => layer(part, name).ok_or_else(|| {
            Error::bad_option(format!(
                "option `layer`: {name:?} is none of {:?}",
                part.layers()
            ))
        })?,
        None => first_layer(part),
    };
    if !selection.channels.is_empty() {
        let find = |name: &String| named(part, &in_layer, name);
        let channels = selection.channels.iter().map(find);
        return of_bands(part, channels.collect::<Result<_>>()?);
    }
    let find = |name: &str| {
        let mut numbers = in_layer.iter().copied();
        numbers.find(|number| short_name(part, *number).eq_ignore_ascii_case(name))
    };
    let alpha = find("A");
    if let (Some(r), Some(g), Some(b)) = (find("R"), find("G"), find("B")) {
        let mode = if alpha.is_some() {
            Mode::Rgba
        } else {
            Mode::Rgb
        };
        let channels = [r, g, b].into_iter().chain(alpha).collect();
        return of_mode(part, channels, mode, false);
    }
    let exactly = |name: &str| {
        let mut numbers = in_layer.iter().copied();
        numbers.find(|number| short_name(part, *number) == name)
    };
    // Beside an X, Y is a coordinate.
    match (
        exactly("Y").filter(|_| find("X").is_none()),
        exactly("RY"),
        exactly("BY"),
    ) {
        (Some(y), Some(ry), Some(by)) => {
            let mode = if alpha.is_some() {
                Mode::Rgba
            } else {
                Mode::Rgb
            };
            let channels = [y, ry, by].into_iter().chain(alpha).collect();
            of_mode(part, channels, mode, true)
        }
        (Some(y), ..) => {
            let mode = if alpha.is_some() {
                Mode::GrayAlpha
            } else {
                Mode::Gray
            };
            of_mode(part, [y].into_iter().chain(alpha).collect(), mode, false)
        }
        _ => of_bands(part, in_layer),
    }
}

fn short_name(part: &Part, number: usize) -> &str {
    part.channels.get(number).map_or("", Channel::short_name)
}

/// The channels without a layer, or else those of the first layer.
fn first_layer(part: &Part) -> Vec<usize> {
    layer(part, "").unwrap_or_else(|| {
        let first = part.channels.first().map_or("", Channel::layer);
        layer(part, first).unwrap_or_default()
    })
}

/// The channels of a layer of that name; a part of that name is a layer too.
pub(super) fn layer(part: &Part, name: &str) -> Option<Vec<usize>> {
    let of = |layer: &str| -> Option<Vec<usize>> {
        let numbered = part.channels.iter().enumerate();
        let numbers = numbered.filter(|(_, channel)| channel.layer() == layer);
        let numbers: Vec<usize> = numbers.map(|(number, _)| number).collect();
        Some(numbers).filter(|numbers| !numbers.is_empty())
    };
    of(name).or_else(|| (part.text("name") == Some(name)).then(|| first_layer(part)))
}

/// A channel by its name in the layer, or by its whole name.
fn named(part: &Part, in_layer: &[usize], name: &str) -> Result<usize> {
    let mut short = in_layer.iter().copied();
    let short = short.find(|number| short_name(part, *number) == name);
    let whole = || {
        part.channels
            .iter()
            .position(|channel| channel.name == name)
    };
    short.or_else(whole).ok_or_else(|| {
        let names = part.channels.iter().map(|channel| channel.name.as_str());
        let names: Vec<&str> = names.take(100).collect();
        Error::bad_option(format!("option `channels`: {name:?} is none of {names:?}"))
    })
}

fn of_bands(part: &Part, channels: Vec<usize>) -> Result<Choice> {
    let mode = match channels.len() {
        1 => Mode::Gray,
        count => Mode::Bands(
            u16::try_from(count)
                .map_err(|_| Error::unsupported(format!("{count} channels in one picture")))?,
        ),
    };
    of_mode(part, channels, mode, false)
}

fn of_mode(part: &Part, channels: Vec<usize>, mode: Mode, is_chroma: bool) -> Result<Choice> {
    let mut stored = channels
        .iter()
        .filter_map(|number| part.channels.get(*number).map(|channel| channel.stored));
    let first = stored
        .next()
        .ok_or_else(|| Error::corrupt("a picture without channels"))?;
    let dtype = stored.fold(first.dtype(), common);
    Ok(Choice {
        channels,
        mode,
        dtype,
        is_chroma,
    })
}

/// The smallest type that holds the values of both.
fn common(dtype: DType, stored: Stored) -> DType {
    match (dtype, stored.dtype()) {
        (dtype, other) if dtype == other => dtype,
        (DType::F16 | DType::F32, DType::F16 | DType::F32) => DType::F32,
        _ => DType::F64,
    }
}
