//! The encoder: frames to indices, indices to blocks.

use imageio_core::{Error, Limits, NdImage, Result, cores};

use super::plan::{Picture, Plan, Workshop};
use super::quantize::Quantizer;
use super::{blocks, in_order, lzw};
use crate::format::Sink;

/// How a GIF is written.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that Pillow has"
)]
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
    /// Whether pixels that stay as they were become transparent inside these rectangles. Default: false.
    pub(crate) optimize: bool,
    /// The level of gray frames, or the index in `palette`, that is transparent. Default: `None`; alpha below 128
    /// is transparent in any case.
    pub(crate) transparency: Option<u8>,
    /// What becomes of a frame after its time: 0 unspecified, 1 kept, 2 cleared, 3 what was before comes back; the
    /// last one holds for the frames that follow. Default: empty, 2 for animations, 1 with `subrectangles`, 0 for a
    /// single frame.
    pub(crate) disposal: Vec<u8>,
    /// Comments, each in a block of its own. Default: none.
    pub(crate) comments: Vec<Vec<u8>>,
    /// The comment before each frame, where one stands there; those before the first are `comments`. Default: none.
    pub(crate) later_comments: Vec<Option<Vec<u8>>>,
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
            optimize: false,
            transparency: None,
            disposal: Vec::new(),
            comments: Vec::new(),
            later_comments: Vec::new(),
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
    let plan = Plan::new(frames, settings, limits)?;
    let mut bench = Bench::new(&plan, settings, limits);
    let first = plan.picture(0, &mut bench.shop)?;
    let mut bytes = Vec::new();
    blocks::header(&mut bytes, first.region, &first.table, settings.background);
    if let Some(count) = settings.loop_count {
        blocks::repetitions(&mut bytes, count);
    }
    for comment in &settings.comments {
        blocks::comment(&mut bytes, comment);
    }
    bench.put(&first, 0, &first.table, &mut bytes)?;
    out.write_all(&bytes)?;
    let others = 1..frames.len();
    let threads = threads_for(&plan, frames.len(), limits);
    in_order::map(
        others,
        threads,
        |mut positions, send| {
            let mut bench = Bench::new(&plan, settings, limits);
            positions.try_for_each(|position| send(bench.frame(position, &first.table)))
        },
        |bytes| Ok(out.write_all(&bytes?)?),
    )?;
    out.write_all(b";")?;
    Ok(())
}

/// Pixels of all frames below which a thread does not pay.
const PIXELS: usize = 1 << 16;

/// The most threads that encode.
const THREADS: usize = 8;

/// Bytes that a thread holds for one pixel of a frame.
const BYTES_OF_PIXEL: u64 = 12;

/// Threads that encode frames, as the budget lets them work side by side. The file is the same for any number.
fn threads_for(plan: &Plan<'_>, frames: usize, limits: &Limits) -> usize {
    let area = plan.area();
    let free = limits.image_budget().saturating_sub(limits.live());
    let fit = free / (area as u64).saturating_mul(BYTES_OF_PIXEL).max(1);
    let useful =
        (area.saturating_mul(frames) / PIXELS).min(usize::try_from(fit).unwrap_or(THREADS));
    useful.min(cores()).clamp(1, THREADS)
}

/// Where one thread encodes frames.
struct Bench<'a> {
    plan: &'a Plan<'a>,
    settings: &'a Settings,
    limits: &'a Limits,
    shop: Workshop,
    encoder: lzw::Encoder,
}

impl<'a> Bench<'a> {
    fn new(plan: &'a Plan<'a>, settings: &'a Settings, limits: &'a Limits) -> Self {
        Bench {
            plan,
            settings,
            limits,
            shop: Workshop::new(settings),
            encoder: lzw::Encoder::new(),
        }
    }

    /// The blocks of frame `position`.
    fn frame(&mut self, position: usize, global: &[[u8; 3]]) -> Result<Vec<u8>> {
        let picture = self.plan.picture(position, &mut self.shop)?;
        let mut bytes = Vec::new();
        if let Some(Some(comment)) = self.settings.later_comments.get(position) {
            blocks::comment(&mut bytes, comment);
        }
        self.put(&picture, position, global, &mut bytes)?;
        Ok(bytes)
    }

    fn put(
        &mut self,
        picture: &Picture,
        position: usize,
        global: &[[u8; 3]],
        to: &mut Vec<u8>,
    ) -> Result<()> {
        let delay = delay_of(self.settings, position)?;
        let disposal = self.plan.disposal(position);
        if delay.is_some() || disposal != 0 || picture.transparent.is_some() {
            blocks::control(to, disposal, delay.unwrap_or(0), picture.transparent);
        }
        let local = (picture.table != global).then_some(picture.table.as_slice());
        let len = picture.indices.len();
        let _claim = self.limits.claim(len as u64 * 2, "compressed pixels")?;
        let mut data = Vec::with_capacity(len);
        if self.settings.interlace {
            self.encoder.encode(&interlaced(picture), &mut data);
        } else {
            self.encoder.encode(&picture.indices, &mut data);
        }
        blocks::image(to, picture.region, local, self.settings.interlace, &data);
        Ok(())
    }
}

/// GIF89a appendix E: every eighth row, then what lies between, from coarse to fine.
fn interlaced(picture: &Picture) -> Vec<u8> {
    let rows = || picture.indices.chunks_exact(picture.region.width.max(1));
    let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
    let order = passes
        .into_iter()
        .flat_map(|(first, step)| rows().skip(first).step_by(step));
    order.flatten().copied().collect()
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
