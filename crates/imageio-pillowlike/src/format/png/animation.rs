//! Animations: the frames as they look on the canvas, going forward from one to the next.

use imageio_core::{Claim, Limits, Metadata, Result, Value};

use super::compose::{self, Area, Blend, Grid};
use super::header::{Color, Header};
use super::pixels::{self, Part};
use super::samples::Samples;
use super::stream::FrameStream;
use super::walk::{Control, FrameControl, Outline};
use crate::format::{Input, Mode};

const DISPOSE_BACKGROUND: u8 = 1;
const DISPOSE_PREVIOUS: u8 = 2;
const BLEND_OVER: u8 = 1;

/// The frames of an animation, with the canvas of the last one that was drawn.
pub(super) struct Animation {
    frames: Vec<FrameControl>,
    default_apart: bool,
    /// Width and height of the canvas.
    size: (usize, usize),
    mode: Mode,
    /// The colour that stands for transparency, as the samples have it.
    key: Option<Vec<u16>>,
    canvas: Option<Canvas>,
}

struct Canvas {
    samples: Samples,
    /// Position of the frame that it shows.
    shown: usize,
    /// What was under that frame, where its disposal asks for it.
    below: Option<Samples>,
    _held: Claim,
}

impl Animation {
    /// The animation in the file, if it is one.
    pub(super) fn of(outline: &Outline) -> Option<Self> {
        let Control {
            frames,
            default_apart,
            ..
        } = outline.animation.as_ref()?;
        let header = &outline.header;
        let key = transparent_color(header, outline.transparency.as_deref());
        let own = keeps_mode(
            header,
            frames,
            outline.transparency.is_some(),
            key.is_some(),
        );
        Some(Animation {
            frames: frames.clone(),
            default_apart: *default_apart,
            size: (header.width, header.height),
            mode: if own {
                header.mode()
            } else {
                compose::alpha_mode(header.color)
            },
            key,
            canvas: None,
        })
    }

    /// Number of images, with the default image where it stands apart.
    pub(super) fn len(&self) -> usize {
        self.frames.len() + usize::from(self.default_apart)
    }

    /// The mode of all images.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Adds what Pillow's info says about image `position`.
    pub(super) fn describe(&self, position: usize, metadata: &mut Metadata) {
        if self.default_apart {
            metadata.insert("default_image", true);
        }
        let Some(frame) = self.frame_at(position).and_then(|at| self.frames.get(at)) else {
            return;
        };
        let corners = [
            frame.x,
            frame.y,
            frame.x + frame.width,
            frame.y + frame.height,
        ];
        metadata.insert("bbox", corners.map(Value::from));
        metadata.insert("duration", duration_ms(frame.delay));
        metadata.insert("disposal", frame.dispose);
        metadata.insert("blend", frame.blend);
    }

    /// Image `position`, which is below [`len`](Animation::len).
    pub(super) fn decode(
        &mut self,
        position: usize,
        input: &mut Input,
        outline: &Outline,
        limits: &Limits,
    ) -> Result<Samples> {
        let Some(target) = self.frame_at(position) else {
            let stream = FrameStream::still(input, outline.data)?;
            let samples = pixels::decode(
                stream,
                &outline.header,
                &Part::whole(&outline.header),
                limits,
            )?;
            return self.in_mode(samples, outline, limits);
        };
        let start = self.whole_frame_before(target);
        // A failure leaves no canvas behind, as it would show half a frame.
        let mut canvas = match self.canvas.take() {
            Some(canvas) if (start..=target).contains(&canvas.shown) => canvas,
            _ => {
                let blank = self.blank(start, outline, limits)?;
                self.draw(blank, start, input, outline, limits)?
            }
        };
        while canvas.shown < target {
            let next = canvas.shown + 1;
            self.dispose(&mut canvas, self.grid());
            canvas = self.draw(canvas, next, input, outline, limits)?;
        }
        let shown = canvas.samples.try_clone(limits)?;
        self.canvas = Some(canvas);
        Ok(shown)
    }

    /// Position among the frames of image `position`; nothing for the default image.
    fn frame_at(&self, position: usize) -> Option<usize> {
        position.checked_sub(usize::from(self.default_apart))
    }

    /// The last frame up to `target` that hides everything before it.
    fn whole_frame_before(&self, target: usize) -> usize {
        let hides = |at: &usize| {
            self.frames.get(*at).is_some_and(|frame| {
                (frame.width, frame.height) == self.size
                    && frame.blend != BLEND_OVER
                    && frame.dispose != DISPOSE_PREVIOUS
            })
        };
        (0..=target).rev().find(hides).unwrap_or(0)
    }

    fn blank(&self, shown: usize, outline: &Outline, limits: &Limits) -> Result<Canvas> {
        let (width, height) = self.size;
        let dtype = outline.header.dtype_in(self.mode);
        let len = limits.check_image(&[height, width, self.mode.channels()], dtype)?;
        let mut samples = Samples::zeros(dtype, len, limits)?;
        if self.key.is_some() {
            let all = Area {
                x: 0,
                y: 0,
                width,
                height,
            };
            compose::clear(&mut samples, self.grid(), &all, self.key.as_deref());
        }
        let held = limits.claim((len * dtype.size()) as u64, "animation canvas")?;
        Ok(Canvas {
            samples,
            shown,
            below: None,
            _held: held,
        })
    }

    /// Draws frame `next` on a canvas from which the one before is disposed.
    fn draw(
        &self,
        mut canvas: Canvas,
        next: usize,
        input: &mut Input,
        outline: &Outline,
        limits: &Limits,
    ) -> Result<Canvas> {
        let grid = self.grid();
        let frame = &self.frames[next];
        let area = area(frame);
        let own = Header {
            width: frame.width,
            height: frame.height,
            ..outline.header.clone()
        };
        let stream = FrameStream::frame(input, frame)?;
        let patch = pixels::decode(stream, &own, &Part::whole(&own), limits)?;
        let patch = self.in_mode(patch, outline, limits)?;
        canvas.below = None;
        if frame.dispose == DISPOSE_PREVIOUS && next > 0 {
            canvas.below = Some(compose::cut(&canvas.samples, grid, &area, limits)?);
        }
        let blend = match &self.key {
            _ if frame.blend != BLEND_OVER => Blend::Source,
            Some(key) => Blend::Key(key),
            None if matches!(self.mode, Mode::GrayAlpha | Mode::Rgba) => Blend::Over,
            None => Blend::Source,
        };
        if (frame.width, frame.height) == self.size && matches!(blend, Blend::Source) {
            canvas.samples = patch;
        } else {
            compose::draw(&mut canvas.samples, &patch, grid, &area, &blend);
        }
        canvas.shown = next;
        Ok(canvas)
    }

    fn dispose(&self, canvas: &mut Canvas, grid: Grid) {
        let Some(frame) = self.frames.get(canvas.shown) else {
            return;
        };
        let area = area(frame);
        match (frame.dispose, canvas.below.take()) {
            (DISPOSE_PREVIOUS, Some(below)) => {
                compose::draw(&mut canvas.samples, &below, grid, &area, &Blend::Source);
            }
            // APNG: for the first frame `previous` means `background`.
            (DISPOSE_BACKGROUND | DISPOSE_PREVIOUS, _) => {
                compose::clear(&mut canvas.samples, grid, &area, self.key.as_deref());
            }
            _ => {}
        }
    }

    fn in_mode(&self, samples: Samples, outline: &Outline, limits: &Limits) -> Result<Samples> {
        if self.mode == outline.header.mode() {
            return Ok(samples);
        }
        compose::with_alpha(samples, &outline.header, &outline.colors(), limits)
    }

    fn grid(&self) -> Grid {
        Grid {
            width: self.size.0,
            channels: self.mode.channels(),
        }
    }
}

fn area(frame: &FrameControl) -> Area {
    let FrameControl {
        x,
        y,
        width,
        height,
        ..
    } = *frame;
    Area {
        x,
        y,
        width,
        height,
    }
}

/// The colour that `tRNS` declares transparent in a gray or RGB file, one level a channel.
fn transparent_color(header: &Header, trns: Option<&[u8]>) -> Option<Vec<u16>> {
    let channels = match header.color {
        Color::Gray | Color::Rgb => header.color.channels(),
        _ => return None,
    };
    let levels = trns?.get(..channels * 2)?.chunks_exact(2);
    let stored = levels.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    // One-bit samples are bool, the other small depths are stretched.
    let scale = if header.depth == 1 {
        1
    } else {
        u16::from(header.scale())
    };
    Some(stored.map(|level| level.wrapping_mul(scale)).collect())
}

/// Whether the composed frames can be given in the file's own mode: no pixel of them needs an alpha
/// that the mode lacks.
fn keeps_mode(header: &Header, frames: &[FrameControl], has_trns: bool, has_key: bool) -> bool {
    if header.color.has_alpha() || has_key {
        return true;
    }
    if has_trns && frames.iter().any(|frame| frame.blend == BLEND_OVER) {
        return false;
    }
    let mut bare = true;
    for (at, frame) in frames.iter().enumerate() {
        if bare && (frame.width, frame.height) != (header.width, header.height) {
            return false;
        }
        let first_to_previous = at == 0 && frame.dispose == DISPOSE_PREVIOUS;
        bare = frame.dispose == DISPOSE_BACKGROUND || first_to_previous;
    }
    true
}

/// Pillow's `duration`; a denominator of 0 means hundredths of a second.
fn duration_ms((numerator, denominator): (u16, u16)) -> f64 {
    let denominator = if denominator == 0 { 100 } else { denominator };
    f64::from(numerator) / f64::from(denominator) * 1000.0
}
