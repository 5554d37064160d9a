//! The encoder: frames to indices, indices to blocks.

use std::borrow::Cow;

use imageio_core::{Error, Limits, NdImage, Result};

use super::blocks;
use super::plan::{Picture, Plan};
use super::quantize::Quantizer;
use crate::format::Sink;

/// How a GIF is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// Milliseconds that each frame is shown, stored in hundredths of a second; the last one holds for the frames
    /// that follow. Default: empty, no time is given.
    pub(crate) durations_ms: Vec<f64>,
    /// Repetitions, 0 for endless. Default: `None`, nothing is said, so that players show the frames once.
    pub(crate) loop_count: Option<u16>,
    /// Colours of a table, the transparent one included, 2 to 256. Default: 256.
    pub(crate) palette_size: usize,
    /// How frames with more colours are reduced. Default: median cut.
    pub(crate) quantizer: Quantizer,
    /// Whether reduced frames are dithered by error diffusion. Default: false.
    pub(crate) dither: bool,
    /// Whether frames after the first hold only the rectangle that changes. Default: false.
    pub(crate) subrectangles: bool,
    /// The level of gray frames, or the index in `palette`, that is transparent. Default: `None`; alpha below 128
    /// is transparent in any case.
    pub(crate) transparency: Option<u8>,
    /// What becomes of a frame after its time: 0 unspecified, 1 kept, 2 cleared, 3 what was before comes back.
    /// Default: `None`, 2 for animations, 1 with `subrectangles`, 0 for a single frame.
    pub(crate) disposal: Option<u8>,
    /// A comment. Default: `None`.
    pub(crate) comment: Option<Vec<u8>>,
    /// Index of the background in the first table. Default: 0.
    pub(crate) background: u8,
    /// Whether rows are interlaced. Default: false.
    pub(crate) interlace: bool,
    /// The colours to use, at most 256. Gray frames are then taken as indices. Default: `None`.
    pub(crate) palette: Option<Vec<[u8; 3]>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            durations_ms: Vec::new(),
            loop_count: None,
            palette_size: 256,
            quantizer: Quantizer::MedianCut,
            dither: false,
            subrectangles: false,
            transparency: None,
            disposal: None,
            comment: None,
            background: 0,
            interlace: false,
            palette: None,
        }
    }
}

/// Writes `frames`, bool or u8 of one size, each of which becomes one frame of the file.
///
/// Colours that fit the table are kept exactly, over all frames where they can share one table, else frame by
/// frame; the others are reduced.
///
/// # Errors
/// `Unsupported` for frames that GIF cannot hold or of unequal size, `BadOption` for settings out of range.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let mut plan = Plan::new(frames, settings, limits)?;
    let mut bytes = Vec::new();
    let mut global = Vec::new();
    for position in 0..frames.len() {
        let picture = plan.picture(position)?;
        if position == 0 {
            blocks::header(
                &mut bytes,
                picture.region,
                &picture.table,
                settings.background,
            );
            if let Some(count) = settings.loop_count {
                blocks::repetitions(&mut bytes, count);
            }
            if let Some(comment) = &settings.comment {
                blocks::comment(&mut bytes, comment);
            }
            global.clone_from(&picture.table);
        }
        let delay = delay_of(settings, position)?;
        if delay.is_some() || plan.disposal() != 0 || picture.transparent.is_some() {
            blocks::control(
                &mut bytes,
                plan.disposal(),
                delay.unwrap_or(0),
                picture.transparent,
            );
        }
        let local = (picture.table != global).then_some(picture.table.as_slice());
        let data = compress(&picture, settings.interlace, limits)?;
        blocks::image(&mut bytes, picture.region, local, settings.interlace, &data);
        out.write_all(&bytes)?;
        bytes.clear();
    }
    out.write_all(b";")?;
    Ok(())
}

/// Hundredths of a second of frame `position`, where a time is given.
fn delay_of(settings: &Settings, position: usize) -> Result<Option<u16>> {
    let durations = &settings.durations_ms;
    let Some(&ms) = durations.get(position).or(durations.last()) else {
        return Ok(None);
    };
    let hundredths = (ms / 10.0 + 0.5).floor();
    if !(0.0..=f64::from(u16::MAX)).contains(&hundredths) {
        return Err(Error::bad_option(format!(
            "a duration of {ms} ms: GIF holds 0 to 655350 ms"
        )));
    }
    Ok(Some(hundredths as u16))
}

/// LZW data, of which the first byte is the code size.
fn compress(picture: &Picture, interlace: bool, limits: &Limits) -> Result<Vec<u8>> {
    let _claim = limits.claim(picture.indices.len() as u64, "compressed pixels")?;
    let mut indices = Cow::Borrowed(picture.indices.as_slice());
    if interlace {
        let rows: Vec<&[u8]> = indices.chunks_exact(picture.region.width).collect();
        // GIF89a appendix E: every eighth row, then what lies between, from coarse to fine.
        let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
        let order = passes.map(|(first, step)| rows.iter().skip(first).step_by(step));
        let reordered = order.into_iter().flatten().copied().flatten().copied();
        indices = Cow::Owned(reordered.collect());
    }
    let mut frame = ::gif::Frame {
        buffer: indices,
        ..::gif::Frame::default()
    };
    frame.make_lzw_pre_encoded();
    Ok(frame.buffer.into_owned())
}
