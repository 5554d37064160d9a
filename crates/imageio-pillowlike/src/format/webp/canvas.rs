//! Animations: frames laid over each other, going forward from one to the next.
//!
//! Results are those of libwebp's `WebPAnimDecoder`, which [the container's
//! specification](https://developers.google.com/speed/webp/docs/riff_container) leaves some freedom.

use std::ops::Range;

use imageio_codecs::webp::{self, Coding, Container, FrameHeader, Layout};
use imageio_core::{DType, Limits, Result, Scratch};

use crate::format::span::with_span;
use crate::format::{Input, Mode};

/// What is known of each frame before any is decoded.
pub(super) struct Plan(Vec<Step>);

struct Step {
    /// Milliseconds from the start of the first frame.
    start: u64,
    /// Whether the canvas begins anew with it.
    is_key: bool,
}

impl Plan {
    pub(super) fn of(container: &Container) -> Plan {
        let size = (container.width, container.height);
        let covers = |frame: &FrameHeader| (frame.width, frame.height) == size;
        let mut previous: Option<(&FrameHeader, bool)> = None;
        let mut start = 0;
        let steps = container.frames.iter().map(|frame| {
            let is_key = match previous {
                None => true,
                Some(_) if covers(frame) && (!frame.alpha || !frame.blend) => true,
                Some((before, was_key)) => before.dispose && (was_key || covers(before)),
            };
            previous = Some((frame, is_key));
            let step = Step { start, is_key };
            start += u64::from(frame.duration);
            step
        });
        Plan(steps.collect())
    }

    pub(super) fn start_ms(&self, position: usize) -> u64 {
        self.0.get(position).map_or(0, |step| step.start)
    }

    fn is_key(&self, position: usize) -> bool {
        self.0.get(position).is_some_and(|step| step.is_key)
    }
}

/// The picture as it looks after a frame was drawn.
pub(super) struct Canvas {
    pixels: Scratch<u8>,
    layout: Layout,
    width: usize,
    /// The frame that it shows.
    shown: Option<usize>,
}

impl Canvas {
    pub(super) fn new(container: &Container, limits: &Limits) -> Result<Canvas> {
        let is_opaque = !container.alpha && container.frames.iter().all(is_opaque);
        let layout = if is_opaque { Layout::Rgb } else { Layout::Rgba };
        let shape = [container.height, container.width, layout.channels()];
        let len = limits.check_image(&shape, DType::U8)?;
        Ok(Canvas {
            pixels: limits.scratch(len, "canvas")?,
            layout,
            width: container.width,
            shown: None,
        })
    }

    /// Draws the frames up to `position`, beginning with the last one that stands for itself.
    pub(super) fn show(
        &mut self,
        position: usize,
        input: &mut Input,
        container: &Container,
        plan: &Plan,
        limits: &Limits,
    ) -> Result<()> {
        let next = self
            .shown
            .filter(|shown| *shown <= position)
            .map_or(0, |shown| shown + 1);
        let key = (next..=position).rev().find(|at| plan.is_key(*at));
        for at in key.unwrap_or(next)..=position {
            self.draw(at, input, container, plan.is_key(at), limits)
                .map_err(|error| error.at(format!("frame {at}")))?;
            self.shown = Some(at);
        }
        Ok(())
    }

    fn draw(
        &mut self,
        position: usize,
        input: &mut Input,
        container: &Container,
        is_key: bool,
        limits: &Limits,
    ) -> Result<()> {
        let Some(frame) = container.frames.get(position) else {
            return Ok(());
        };
        let before = position
            .checked_sub(1)
            .and_then(|before| container.frames.get(before));
        let cleared = before.filter(|before| before.dispose);
        match cleared {
            _ if is_key => self.pixels.fill(0),
            Some(before) => self.clear(before),
            None => {}
        }
        let (layout, row) = (self.layout, self.row());
        let what = "the bytes of a frame";
        with_span(input, frame.data.clone(), limits, what, |data| {
            if is_key || !frame.blend || is_opaque(frame) {
                let start = self.offset(frame.x, frame.y);
                let target = self.pixels.get_mut(start..).unwrap_or_default();
                return webp::decode(data, layout, None, target, row, limits);
            }
            let line = frame.width * layout.channels();
            let mut patch = limits.scratch::<u8>(line * frame.height, "a frame")?;
            webp::decode(data, layout, None, &mut patch, line, limits)?;
            self.lay_over(&patch, frame, cleared);
            Ok(())
        })
    }

    fn clear(&mut self, frame: &FrameHeader) {
        for y in frame.y..frame.y + frame.height {
            if let Some(line) = self.line_mut(y, frame.x, frame.width) {
                line.fill(0);
            }
        }
    }

    /// Lays RGBA samples over the canvas; in what was cleared just before they only take its place.
    fn lay_over(&mut self, patch: &[u8], frame: &FrameHeader, cleared: Option<&FrameHeader>) {
        let width = frame.width;
        for (y, from) in (frame.y..).zip(patch.chunks_exact(width * 4)) {
            let bare = cleared
                .filter(|cleared| (cleared.y..cleared.y + cleared.height).contains(&y))
                .map_or(0..0, |cleared| cleared.x..cleared.x + cleared.width);
            let Some(to) = self.line_mut(y, frame.x, width) else {
                return;
            };
            let columns = frame.x..;
            for ((x, over), under) in columns
                .zip(from.chunks_exact(4))
                .zip(to.chunks_exact_mut(4))
            {
                match *over {
                    [.., alpha] if alpha == 255 || bare.contains(&x) => under.copy_from_slice(over),
                    [.., 0] => {}
                    _ => blend(over, under),
                }
            }
        }
    }

    /// Appends the part inside the ranges as `mode`, `Rgb` or `Rgba`.
    pub(super) fn copy_to(
        &self,
        rows: &Range<usize>,
        columns: &Range<usize>,
        mode: Mode,
        out: &mut Vec<u8>,
    ) {
        let channels = self.layout.channels();
        for y in rows.clone() {
            let start = self.offset(columns.start, y);
            let line = self.pixels.get(start..start + columns.len() * channels);
            let line = line.unwrap_or_default();
            if mode == Mode::Rgb && self.layout == Layout::Rgba {
                out.extend(line.chunks_exact(4).flat_map(|pixel| &pixel[..3]));
            } else {
                out.extend_from_slice(line);
            }
        }
    }

    fn row(&self) -> usize {
        self.width * self.layout.channels()
    }

    fn offset(&self, x: usize, y: usize) -> usize {
        y * self.row() + x * self.layout.channels()
    }

    fn line_mut(&mut self, y: usize, x: usize, width: usize) -> Option<&mut [u8]> {
        let start = self.offset(x, y);
        let len = width * self.layout.channels();
        self.pixels.get_mut(start..start + len)
    }
}

/// Whether all of its pixels are opaque. A lossless picture may hold alpha that its header denies.
fn is_opaque(frame: &FrameHeader) -> bool {
    frame.coding == Coding::Lossy && !frame.alpha
}

/// Lays one pixel over another, in libwebp's integers: the weights are those of `over` and of what it lets through,
/// and the division by their sum is a multiplication by its reciprocal in 24 bits.
fn blend(over: &[u8], under: &mut [u8]) {
    let (&[r, g, b, alpha], [to_r, to_g, to_b, to_alpha]) = (over, under) else {
        return;
    };
    let weight = u32::from(alpha);
    let through = (u32::from(*to_alpha) * (256 - weight)) >> 8;
    let sum = weight + through;
    let reciprocal = (1 << 24) / sum;
    for (new, old) in [(r, to_r), (g, to_g), (b, to_b)] {
        let weighted = u32::from(new) * weight + u32::from(*old) * through;
        *old = (weighted.wrapping_mul(reciprocal) >> 24) as u8;
    }
    *to_alpha = sum as u8;
}
