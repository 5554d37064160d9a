//! Scans: lines of samples, one component after the other, or line by line, or pixel by pixel.

use imageio_core::{Error, Limits, Result, Scratch};

use super::Sample;
use super::bits::Bits;
use super::frame::{FrameHeader, Presets};
use super::model::{Model, ORDERS, Parameters};

/// How components lie beside each other, T.87 C.2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interleave {
    /// One component, or line by line.
    Line,
    Sample,
}

/// The header of a scan.
pub(super) struct Scan {
    /// Places of the components in a pixel.
    pub(super) components: Vec<usize>,
    interleave: Interleave,
    parameters: Parameters,
    /// Lines after which contexts begin again, or 0.
    restart: u32,
}

impl Scan {
    /// Reads the body of a SOS segment.
    pub(super) fn parse(
        body: &[u8],
        frame: &FrameHeader,
        presets: &Presets,
        restart: u32,
    ) -> Result<Self> {
        let short = || Error::corrupt("a JPEG-LS scan header that is too short");
        let (&count, rest) = body.split_first().ok_or_else(short)?;
        let (parts, rest) = rest
            .split_at_checked(2 * usize::from(count))
            .ok_or_else(short)?;
        let &[near, interleave, shift, ..] = rest else {
            return Err(short());
        };
        let mut components = Vec::new();
        for part in parts.chunks_exact(2) {
            let &[name, table] = part else { continue };
            let place = frame
                .components
                .iter()
                .position(|&component| component == name);
            components.push(place.ok_or_else(|| {
                Error::corrupt(format!("a scan of component {name}, which the frame lacks"))
            })?);
            if table != 0 {
                return Err(Error::unsupported("a JPEG-LS with mapping tables"));
            }
        }
        if shift & 15 != 0 {
            return Err(Error::unsupported("a JPEG-LS with a point transform"));
        }
        let interleave = match (interleave, components.len()) {
            (0, 1) | (1, 1..=4) => Interleave::Line,
            // One component alone is coded as if it were not interleaved.
            (2, 1) => Interleave::Line,
            (2, 2..=4) => Interleave::Sample,
            (mode, count) => {
                return Err(Error::corrupt(format!(
                    "a JPEG-LS scan of {count} components in interleave mode {mode}"
                )));
            }
        };
        Ok(Scan {
            components,
            interleave,
            parameters: Parameters::new(frame.precision, near.into(), presets)?,
            restart,
        })
    }
}

/// The lines of a scan on their way to the output.
pub(super) struct Lines<'a, T> {
    scan: &'a Scan,
    width: usize,
    channels: usize,
    out: &'a mut [T],
    /// For each component the line above and this one, each with a sample before it and one behind.
    window: Scratch<i32>,
}

impl<'a, T: Sample> Lines<'a, T> {
    pub(super) fn new(
        scan: &'a Scan,
        frame: &FrameHeader,
        out: &'a mut [T],
        limits: &Limits,
    ) -> Result<Self> {
        let width = usize::from(frame.width);
        let len = 2 * (width + 2) * scan.components.len();
        Ok(Lines {
            scan,
            width,
            channels: frame.components.len(),
            out,
            window: limits.scratch(len, "lines of a JPEG-LS")?,
        })
    }

    /// Decodes all lines.
    pub(super) fn decode(&mut self, coded: &[u8]) -> Result<()> {
        let Lines {
            scan,
            width,
            channels,
            ref mut out,
            ref mut window,
        } = *self;
        let mut bits = Bits::new(coded);
        let mut model = Model::new(scan.parameters);
        let mut runs = vec![0usize; scan.components.len()];
        for (number, row) in out.chunks_exact_mut(width * channels).enumerate() {
            if scan.restart > 0 && number > 0 && number.is_multiple_of(scan.restart as usize) {
                bits.restart()?;
                model = Model::new(scan.parameters);
                runs.fill(0);
                window.fill(0);
            }
            let mut planes: Vec<Plane<'_>> = window
                .chunks_exact_mut(2 * (width + 2))
                .map(|pair| Plane::new(pair, width, number))
                .collect();
            match scan.interleave {
                Interleave::Line => {
                    for (plane, run) in planes.iter_mut().zip(&mut runs) {
                        line(&mut model, &mut bits, std::slice::from_mut(plane), run)?;
                    }
                }
                Interleave::Sample => {
                    let Some(run) = runs.first_mut() else {
                        continue;
                    };
                    line(&mut model, &mut bits, &mut planes, run)?;
                }
            }
            for (plane, &place) in planes.iter().zip(&scan.components) {
                let to = row.iter_mut().skip(place).step_by(channels);
                for (to, &from) in to.zip(plane.this.iter().skip(1)) {
                    *to = T::clamped(from);
                }
            }
        }
        Ok(())
    }
}

/// Two lines of one component. Sample `x` is at `x + 1`.
struct Plane<'a> {
    above: &'a mut [i32],
    this: &'a mut [i32],
}

impl<'a> Plane<'a> {
    fn new(pair: &'a mut [i32], width: usize, number: usize) -> Self {
        let (even, odd) = pair.split_at_mut(width + 2);
        let (above, this) = if number.is_multiple_of(2) {
            (odd, even)
        } else {
            (even, odd)
        };
        // A.2.1: right of a line its last sample goes on, left of it is the first one of the line above.
        above[width + 1] = above[width];
        this[0] = above[1];
        Plane { above, this }
    }

    /// Ra, Rb, Rc and Rd around sample `x`.
    fn around(&self, x: usize) -> (i32, i32, i32, i32) {
        (
            self.this[x],
            self.above[x + 1],
            self.above[x],
            self.above[x + 2],
        )
    }

    /// The context of sample `x`; 0 begins a run.
    fn context(&self, x: usize, parameters: &Parameters) -> i32 {
        let (a, b, c, d) = self.around(x);
        81 * parameters.region(d - b) + 9 * parameters.region(b - c) + parameters.region(c - a)
    }

    /// What sample `x` is expected to be, A.4.1.
    fn expected(&self, x: usize) -> i32 {
        let (a, b, c, _) = self.around(x);
        let (low, high) = (a.min(b), a.max(b));
        if c >= high {
            low
        } else if c <= low {
            high
        } else {
            a + b - c
        }
    }
}

/// One line of one component, or of several pixel by pixel.
fn line(
    model: &mut Model,
    bits: &mut Bits<'_>,
    planes: &mut [Plane<'_>],
    run: &mut usize,
) -> Result<()> {
    let width = planes
        .first()
        .map_or(0, |plane| plane.this.len().saturating_sub(2));
    let parameters = model.parameters;
    let mut x = 0;
    while x < width {
        if planes
            .iter()
            .all(|plane| plane.context(x, &parameters) == 0)
        {
            x = run_of(model, bits, planes, (x, width), run)?;
            continue;
        }
        for plane in planes.iter_mut() {
            let context = plane.context(x, &parameters);
            let expected = plane.expected(x);
            plane.this[x + 1] = model.regular(bits, context, expected)?;
        }
        x += 1;
    }
    Ok(())
}

/// A run from `x` on, with the sample that ends it; gives where the line goes on. A.7.
fn run_of(
    model: &mut Model,
    bits: &mut Bits<'_>,
    planes: &mut [Plane<'_>],
    (x, width): (usize, usize),
    run: &mut usize,
) -> Result<usize> {
    let order = |run: usize| ORDERS.get(run).copied().unwrap_or(15);
    let mut end = x;
    let ended = loop {
        if end == width {
            break false;
        }
        if bits.take(1)? == 0 {
            end += bits.take(order(*run).into())? as usize;
            break true;
        }
        let whole = 1usize << order(*run);
        if whole <= width - end {
            *run = (*run + 1).min(31);
        }
        end = (end + whole).min(width);
    };
    if end > width || (ended && end == width) {
        return Err(Error::corrupt(format!(
            "a JPEG-LS run of {} in a line of {width}",
            end - x
        )));
    }
    for plane in planes.iter_mut() {
        let left = plane.this[x];
        plane.this[x + 1..=end].fill(left);
    }
    if !ended {
        return Ok(end);
    }
    let alone = planes.len() == 1;
    for plane in planes.iter_mut() {
        let (left, above, _, _) = plane.around(end);
        // Pixel by pixel, neighbours never count as equal.
        let alike = alone && (left - above).abs() <= model.parameters.near;
        plane.this[end + 1] = model.interruption(bits, (left, above), alike, order(*run))?;
    }
    *run = run.saturating_sub(1);
    Ok(end + 1)
}
