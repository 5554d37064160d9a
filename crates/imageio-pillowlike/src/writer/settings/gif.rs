//! Settings of the GIF encoder.

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::gif;
use crate::options::{PillowWriteOptions, Quantizer};
use crate::writer::bytes_of;

pub(in crate::writer) fn settings(
    options: &PillowWriteOptions,
    durations_ms: Vec<f64>,
    kept: &[Metadata],
) -> Result<gif::Settings> {
    let palette_size = match options.bits {
        Some(bits @ 1..=8) => 1 << bits,
        Some(bits) => {
            return Err(Error::bad_option(format!(
                "option `bits`: {bits} is not from 1 to 8"
            )));
        }
        None => usize::from(options.palettesize),
    };
    if !options.palette.len().is_multiple_of(3) {
        let len = options.palette.len();
        return Err(Error::bad_option(format!(
            "option `palette`: {len} values are no triples"
        )));
    }
    let palette: Vec<[u8; 3]> = options
        .palette
        .chunks_exact(3)
        .map(|rgb| [rgb[0], rgb[1], rgb[2]])
        .collect();
    Ok(gif::Settings {
        durations_ms,
        loop_count: options.r#loop,
        palette_size,
        quantizer: match options.quantizer {
            Quantizer::MedianCut => gif::Quantizer::MedianCut,
            Quantizer::MaxCoverage => gif::Quantizer::MaxCoverage,
            Quantizer::FastOctree => gif::Quantizer::FastOctree,
            Quantizer::NeuQuant | Quantizer::Nq => gif::Quantizer::NeuQuant,
        },
        dither: options.dither,
        subrectangles: options.subrectangles,
        optimize: options.optimize,
        transparency: transparency(&options.transparency)?,
        disposal: disposal(&options.disposal)?,
        comments: comments(&options.comment)?,
        later_comments: later_comments(kept),
        // Four values are a WebP's colour.
        background: match options.background.as_slice() {
            [index] => *index,
            _ => 0,
        },
        interlace: options.interlace,
        palette: Some(palette).filter(|palette| !palette.is_empty()),
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    // In other formats a single number is no index.
    let is_gif = metadata.get("version").and_then(Value::as_bytes);
    if options.background.is_empty() && is_gif.is_some_and(|it| it.starts_with(b"GIF")) {
        let index = metadata.get("background").and_then(Value::as_i64);
        let index = index.and_then(|index| u8::try_from(index).ok());
        options.background = index.into_iter().collect();
    }
}

fn disposal(values: &[u8]) -> Result<Vec<u8>> {
    match values.iter().find(|&&value| value > 3) {
        Some(value) => Err(Error::bad_option(format!(
            "option `disposal`: {value} is not from 0 to 3"
        ))),
        None => Ok(values.to_vec()),
    }
}

/// One comment, or a list of them.
fn comments(value: &Value) -> Result<Vec<Vec<u8>>> {
    let comments = match value {
        Value::List(values) => values.iter().map(bytes_of).collect::<Result<Vec<_>>>()?,
        value => vec![bytes_of(value)?],
    };
    Ok(comments.into_iter().flatten().collect())
}

fn transparency(value: &Value) -> Result<Option<u8>> {
    match value {
        Value::Null => Ok(None),
        value => match value.as_i64().and_then(|level| u8::try_from(level).ok()) {
            Some(level) => Ok(Some(level)),
            None => Err(Error::bad_option(format!(
                "option `transparency`: {value} is no level from 0 to 255"
            ))),
        },
    }
}

/// The comments that differ from the one before; one holds until the next.
fn later_comments(kept: &[Metadata]) -> Vec<Option<Vec<u8>>> {
    let comment = |metadata: &Metadata| Some(metadata.get("comment")?.as_bytes()?.to_vec());
    let mut before = kept.first().and_then(comment);
    let mut later = |metadata: &Metadata| {
        let here = comment(metadata).filter(|here| before.as_ref() != Some(here))?;
        before.replace(here.clone());
        Some(here)
    };
    kept.iter().map(&mut later).collect()
}
