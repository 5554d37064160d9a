//! Frames put onto one canvas, one after the other.

use imageio_core::{Error, Limits, Result};

use super::ahead::Ahead;
use super::lzw::Indices;
use super::pixels::{self, Table};
use super::scan::{FrameRecord, Region, Scan};
use crate::format::{FrameInfo, Input};

/// Draws frames in order, holding the canvas and at most one copy of a part of it.
pub(super) struct Composer {
    info: FrameInfo,
    limits: Limits,
    canvas: Option<Canvas>,
    /// Frames that are on the canvas.
    drawn: usize,
    /// What happens before the next frame.
    disposal: Disposal,
    ahead: Ahead,
}

/// What becomes of a frame's region once its time is over.
enum Disposal {
    Keep,
    Fill(Region, [u8; 4]),
    Restore(Region, Vec<u8>),
}

impl Composer {
    pub(super) fn new(info: FrameInfo, limits: Limits) -> Self {
        Composer {
            info,
            limits,
            canvas: None,
            drawn: 0,
            disposal: Disposal::Keep,
            ahead: Ahead::default(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The canvas at frame `position`. Only going back starts again.
    pub(super) fn frame(
        &mut self,
        input: &mut Input,
        scan: &Scan,
        position: usize,
    ) -> Result<Vec<u8>> {
        self.show(input, scan, position)?;
        // Nothing follows the last frame, so its canvas need not be copied.
        let last = position + 1 == scan.frames.len();
        match self.canvas.take_if(|_| last) {
            Some(canvas) => {
                self.restart();
                Ok(canvas.pixels)
            }
            None => self.copy(),
        }
    }

    /// The same in `out`, which has the canvas' size.
    pub(super) fn frame_into(
        &mut self,
        input: &mut Input,
        scan: &Scan,
        position: usize,
        out: &mut [u8],
    ) -> Result<()> {
        self.show(input, scan, position)?;
        let canvas = self.canvas.as_ref();
        let pixels = canvas.map_or(&[][..], |canvas| canvas.pixels.as_slice());
        if pixels.len() != out.len() {
            let (len, expected) = (out.len(), pixels.len());
            return Err(Error::bad_option(format!(
                "a buffer of {len} bytes for a frame of {expected}"
            )));
        }
        out.copy_from_slice(pixels);
        Ok(())
    }

    /// Draws until frame `position` is on the canvas.
    fn show(&mut self, input: &mut Input, scan: &Scan, position: usize) -> Result<()> {
        if position >= scan.frames.len() {
            return Err(Error::out_of_range(position, scan.frames.len()));
        }
        if position + 1 < self.drawn {
            self.restart();
        }
        while self.drawn <= position {
            if let Err(error) = self.advance(input, scan) {
                let place = format!("frame {}", self.drawn);
                self.restart();
                return Err(error.at(place));
            }
        }
        Ok(())
    }

    fn copy(&self) -> Result<Vec<u8>> {
        let canvas = self.canvas.as_ref();
        let pixels = canvas.map_or(&[][..], |canvas| canvas.pixels.as_slice());
        let mut copy = self.limits.try_vec(pixels.len(), "image")?;
        copy.copy_from_slice(pixels);
        Ok(copy)
    }

    fn restart(&mut self) {
        self.canvas = None;
        self.drawn = 0;
        self.disposal = Disposal::Keep;
        self.ahead = Ahead::default();
    }

    /// Draws the next frame.
    fn advance(&mut self, input: &mut Input, scan: &Scan) -> Result<()> {
        let Some(frame) = scan.frames.get(self.drawn) else {
            return Err(Error::out_of_range(self.drawn, scan.frames.len()));
        };
        if frame.cut {
            return Err(Error::corrupt("the file ends in the image descriptor"));
        }
        let table = pixels::table_of(input, scan, frame)?;
        let canvas_len = self.info.shape().iter().product::<usize>() as u64;
        // The canvas, what a frame covers, and the copy that the caller gets.
        let reserved = canvas_len.saturating_mul(3);
        let indices = self
            .ahead
            .take(input, scan, self.drawn, reserved, &self.limits)?;
        let mut canvas = match self.canvas.take() {
            Some(canvas) => canvas,
            // What the first frame does not cover has its transparent colour, else the first one.
            None => Canvas::new(
                self.info,
                table.color(frame.transparent.unwrap_or(0)),
                &self.limits,
            )?,
        };
        canvas.dispose(std::mem::replace(&mut self.disposal, Disposal::Keep));
        self.disposal = self.disposal_of(frame, &table, scan, &canvas)?;
        // Later frames show what is below their transparent entry.
        let skipped = frame.transparent.filter(|_| self.drawn > 0);
        canvas.draw(frame, &indices, &table, skipped);
        self.canvas = Some(canvas);
        self.drawn += 1;
        Ok(())
    }

    /// GIF89a §23 c iv with Pillow's choices: transparency goes before the background's colour, and methods that
    /// are not defined restore what was before.
    fn disposal_of(
        &self,
        frame: &FrameRecord,
        table: &Table,
        scan: &Scan,
        canvas: &Canvas,
    ) -> Result<Disposal> {
        let region = frame.region;
        let first = self.drawn == 0;
        // Outside the table, later frames have the first colour.
        let color = |index: u8| match index {
            _ if first || usize::from(index) < table.len() => table.color(index),
            _ => table.color(0),
        };
        let clear = frame.transparent.map(|index| {
            let [r, g, b, _] = color(index);
            [r, g, b, 0]
        });
        Ok(match (frame.disposal, clear) {
            (0 | 1, _) => Disposal::Keep,
            (2, Some(clear)) => Disposal::Fill(region, clear),
            (2, None) => Disposal::Fill(region, color(scan.background.unwrap_or(0))),
            (_, Some(clear)) if first => Disposal::Fill(region, clear),
            _ if first => Disposal::Keep,
            _ => Disposal::Restore(region, canvas.save(region, &self.limits)?),
        })
    }
}

/// The picture so far, three or four samples a pixel.
struct Canvas {
    width: usize,
    channels: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(info: FrameInfo, color: [u8; 4], limits: &Limits) -> Result<Self> {
        let len = limits.check_image(&info.shape(), info.dtype)?;
        let mut canvas = Canvas {
            width: info.width,
            channels: info.mode.channels(),
            pixels: limits.try_vec(len, "canvas")?,
        };
        if color != [0; 4] {
            let whole = Region {
                width: info.width,
                height: info.height,
                ..Region::default()
            };
            canvas.fill(whole, color);
        }
        Ok(canvas)
    }

    fn dispose(&mut self, disposal: Disposal) {
        match disposal {
            Disposal::Keep => {}
            Disposal::Fill(region, color) => self.fill(region, color),
            Disposal::Restore(region, saved) => {
                let len = (region.width * self.channels).max(1);
                for (row, saved) in self.rows_mut(region).zip(saved.chunks_exact(len)) {
                    row.copy_from_slice(saved);
                }
            }
        }
    }

    fn fill(&mut self, region: Region, color: [u8; 4]) {
        let channels = self.channels;
        for row in self.rows_mut(region) {
            for pixel in row.chunks_exact_mut(channels) {
                pixel.copy_from_slice(&color[..channels]);
            }
        }
    }

    fn save(&self, region: Region, limits: &Limits) -> Result<Vec<u8>> {
        let len = region.width * region.height * self.channels;
        let mut saved = limits.try_capacity(len, "what a frame covers")?;
        for row in self
            .pixels
            .chunks_exact(self.width * self.channels)
            .skip(region.top)
            .take(region.height)
        {
            let start = region.left * self.channels;
            saved.extend_from_slice(&row[start..start + region.width * self.channels]);
        }
        Ok(saved)
    }

    /// Draws `indices` row by row, without the entry `skipped`.
    fn draw(&mut self, frame: &FrameRecord, indices: &Indices, table: &Table, skipped: Option<u8>) {
        let rows = pixels::rows(indices, frame);
        let channels = self.channels;
        for (row, indices) in self.rows_mut(frame.region).zip(rows) {
            match channels {
                3 => draw_row::<3>(row, indices, table, skipped),
                _ => draw_row::<4>(row, indices, table, skipped),
            }
        }
    }

    /// The rows of `region`, which lies on the canvas, as the canvas holds every frame.
    fn rows_mut(&mut self, region: Region) -> impl Iterator<Item = &mut [u8]> {
        let start = region.left * self.channels;
        let end = start + region.width * self.channels;
        self.pixels
            .chunks_exact_mut(self.width * self.channels)
            .skip(region.top)
            .take(region.height)
            .map(move |row| &mut row[start..end])
    }
}

/// Draws one row of `N` samples a pixel, which the compiler then copies as a whole.
fn draw_row<const N: usize>(row: &mut [u8], indices: &[u8], table: &Table, skipped: Option<u8>) {
    for (pixel, &index) in row.chunks_exact_mut(N).zip(indices) {
        if let Some(color) = table.color(index).first_chunk::<N>()
            && Some(index) != skipped
        {
            pixel.copy_from_slice(color);
        }
    }
}
