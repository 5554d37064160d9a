//! Writing of Radiance pictures.

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, Value};

use crate::format::{Sink, only_image};

/// How a picture is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// Lines of text that begin the header. Default: none.
    pub(crate) comment: Option<String>,
    /// Variables of the header, by their names in lower case; `history` is lines without a name. Default: none.
    pub(crate) variables: Metadata,
}

/// What the numbers of a pixel are, as the header names it.
const RGB: &str = "32-bit_rle_rgbe";
const XYZ: &str = "32-bit_rle_xyze";

/// The shortest run that is coded as one.
const SHORTEST: usize = 4;

/// The longest run of one value, and of values as they stand.
const LONGEST_RUN: usize = 127;
const LONGEST_DUMP: usize = 128;

/// Writes one picture as RGBE, run-length coded where its width allows.
///
/// # Errors
/// `Unsupported` naming shape and type, and for values that RGBE does not hold: below 0, not finite, or so large that
/// the exponent ends.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let frame = only_image(frames, "a Radiance picture")?;
    let (height, width) = size_of(frame)?;
    let samples = frame.to_contiguous();
    let samples: &[[f32; 3]] = bytemuck::cast_slice(samples.as_slice::<f32>()?);
    // All values are looked at first, so that a refusal comes before any byte.
    check_values(samples, width)?;
    let variables = variable_lines(&settings.variables)?;
    write!(out, "#?RADIANCE\n{}{variables}", comment_lines(settings))?;
    let format = settings.variables.get("format").and_then(Value::as_str);
    let format = format.unwrap_or(RGB);
    write!(out, "FORMAT={format}\n\n-Y {height} +X {width}\n")?;
    let mut planes = limits.scratch::<u8>(width * 4, "a scan line")?;
    let mut coded = limits.try_capacity::<u8>(width * 4 + width / 16 + 16, "a coded line")?;
    for line in samples.chunks_exact(width) {
        coded.clear();
        if (8..0x8000).contains(&width) {
            split(line, &mut planes);
            coded.extend([2, 2, (width >> 8) as u8, width as u8]);
            for plane in planes.chunks_exact(width) {
                code_plane(plane, &mut coded);
            }
        } else {
            coded.extend(line.iter().flat_map(|pixel| rgbe(*pixel)));
        }
        out.write_all(&coded)?;
    }
    Ok(())
}

fn size_of(frame: &NdImage) -> Result<(usize, usize)> {
    match (frame.shape(), frame.dtype()) {
        ([height, width, 3], DType::F32)
            if *height > 0
                && *width > 0
                && u32::try_from(*height).is_ok()
                && u32::try_from(*width).is_ok() =>
        {
            Ok((*height, *width))
        }
        (shape, dtype) => Err(Error::unsupported(format!(
            "a Radiance picture holds float32 (H, W, 3), not {dtype} of shape {shape:?}"
        ))),
    }
}

/// The comment as lines that no reader takes for a variable or an end.
fn comment_lines(settings: &Settings) -> String {
    let lines = settings.comment.iter().flat_map(|text| text.lines());
    lines.fold(String::new(), |all, line| all + "# " + line + "\n")
}

/// What of the metadata of a Radiance picture is written again as variables.
pub(crate) fn kept(metadata: &Metadata) -> Option<Metadata> {
    let format = metadata.get("format").and_then(Value::as_str)?;
    if ![RGB, XYZ].contains(&format) {
        return None;
    }
    // The comment has its own option; what is not text or numbers is no variable.
    let others = ["comment", "mode", "shape"];
    let kept = metadata.iter().filter(|(name, value)| {
        !others.contains(name) && text_of(value).is_some_and(|text| is_variable(name, &text))
    });
    Some(kept.map(|(name, value)| (name, value.clone())).collect())
}

fn variable_lines(variables: &Metadata) -> Result<String> {
    let mut lines = String::new();
    for (name, value) in variables.iter() {
        let text = text_of(value).filter(|text| is_variable(name, text));
        let text = text.ok_or_else(|| {
            Error::bad_option(format!(
                "option `attributes`: no variable `{name}` holds {} {value}",
                value.type_name()
            ))
        })?;
        let upper = name.to_uppercase();
        for line in text.lines() {
            match name {
                // It ends the header.
                "format" => continue,
                "history" => lines += line,
                _ => lines.extend([upper.as_str(), "=", line]),
            }
            lines.push('\n');
        }
    }
    Ok(lines)
}

/// Whether the lines are read as the variable of that name, and not as a comment, another one or the header's end.
fn is_variable(name: &str, text: &str) -> bool {
    let plain =
        |line: &str| !line.trim().is_empty() && !line.contains('=') && !line.starts_with('#');
    match name {
        "history" => text.lines().all(plain),
        "format" => [RGB, XYZ].contains(&text),
        "" => false,
        name => !name.starts_with('#') && !name.contains(['=', '\n', '\r']),
    }
}

/// Text as it stands, and numbers with spaces between them.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::List(values) => {
            let words: Option<Vec<String>> = values
                .iter()
                .map(|value| Some(value.as_f64()?.to_string()))
                .collect();
            Some(words?.join(" "))
        }
        value => value.as_f64().map(|number| number.to_string()),
    }
}

fn check_values(samples: &[[f32; 3]], width: usize) -> Result<()> {
    // The largest exponent stands for values below 2^127.
    let held = |value: &f32| (0.0..=HIGHEST).contains(value);
    let bad = samples.iter().position(|pixel| !pixel.iter().all(held));
    let Some(at) = bad else { return Ok(()) };
    let value = samples
        .get(at)
        .and_then(|pixel| pixel.iter().find(|value| !held(value)));
    let (row, column, value) = (at / width, at % width, value.copied().unwrap_or(f32::NAN));
    Err(Error::unsupported(format!(
        "a Radiance picture holds values from 0 to {HIGHEST:e}; the pixel at row {row}, column {column} has {value}"
    )))
}

/// 255 times the scale of the largest exponent.
const HIGHEST: f32 = 255.0 * f32::from_bits(246 << 23);

/// The nearest pixel with 8 bits a component; what is far below the largest one becomes 0.
fn rgbe(pixel: [f32; 3]) -> [u8; 4] {
    let largest = pixel.iter().copied().fold(0.0, f32::max);
    if largest == 0.0 {
        return [0; 4];
    }
    // The power of two above it, which the exponent field tells; as a double no value is subnormal.
    let above = (f64::from(largest).to_bits() >> 52) as i32 - 1022;
    let above = above.max(-127);
    let mantissas = |above: i32| {
        let scale = f64::from(8 - above).exp2();
        pixel.map(|value| (f64::from(value) * scale).round())
    };
    let mut above = above;
    let mut rounded = mantissas(above);
    if rounded.iter().any(|value| *value > 255.0) {
        above += 1;
        rounded = mantissas(above);
    }
    let [r, g, b] = rounded.map(|value| value as u8);
    [r, g, b, (above + 128) as u8]
}

fn split(line: &[[f32; 3]], planes: &mut [u8]) {
    let mut parts = planes.chunks_exact_mut(line.len());
    let mut next = || parts.next().unwrap_or_default().iter_mut();
    let places = next().zip(next()).zip(next()).zip(next());
    for (pixel, (((r, g), b), e)) in line.iter().zip(places) {
        [*r, *g, *b, *e] = rgbe(*pixel);
    }
}

fn code_plane(plane: &[u8], coded: &mut Vec<u8>) {
    let mut rest = plane;
    while !rest.is_empty() {
        // Values as they stand go up to the next run that is worth a code.
        let (mut dump, mut run) = (0, 0);
        while let Some(ahead) = rest.get(dump..).filter(|ahead| !ahead.is_empty()) {
            run = run_len(ahead);
            if run >= SHORTEST {
                break;
            }
            dump += run;
            run = 0;
        }
        let (values, after) = rest.split_at(dump.min(rest.len()));
        for part in values.chunks(LONGEST_DUMP) {
            coded.push(part.len() as u8);
            coded.extend_from_slice(part);
        }
        if let (Some(value), true) = (after.first(), run > 0) {
            coded.extend([128 + run as u8, *value]);
        }
        rest = after.get(run..).unwrap_or_default();
    }
}

fn run_len(values: &[u8]) -> usize {
    let Some(first) = values.first() else {
        return 0;
    };
    let same = values.iter().take(LONGEST_RUN);
    same.take_while(|value| *value == first).count()
}
