//! `HCOMPRESS_1` (FITS 4.0, section 10.4.4): a two-dimensional Haar transform whose bit planes are coded as quadtrees.

use imageio_core::{Error, Limits, Result};

use super::bits::{BitReader, BitWriter};
use coefficient::Coefficient;

mod coefficient;
mod quadtree;
mod smooth;
mod transform;

/// What the data begin with.
const MAGIC: [u8; 2] = [0xdd, 0x99];

/// Magic, two lengths, scale, the sum of all and the bit planes of three kinds of quadrants.
const HEADER: usize = 25;

/// Rows, columns and what lies between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plane {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Plane {
    fn len(self) -> usize {
        self.rows * self.columns
    }

    /// The smallest power of two that covers both lengths.
    fn levels(self) -> u32 {
        self.rows
            .max(self.columns)
            .next_power_of_two()
            .trailing_zeros()
    }

    /// The four quadrants of the transform: where each begins, its lengths, and its place in the list of bit planes.
    fn quadrants(self) -> [(usize, Plane, usize); 4] {
        let (top, left) = (self.rows.div_ceil(2), self.columns.div_ceil(2));
        let plane = |rows, columns| Plane { rows, columns };
        let below = self.columns * top;
        [
            (0, plane(top, left), 0),
            (left, plane(top, self.columns / 2), 1),
            (below, plane(self.rows / 2, left), 1),
            (below + left, plane(self.rows / 2, self.columns / 2), 2),
        ]
    }
}

/// Buffers that are used again for each tile.
#[derive(Default)]
pub(crate) struct Scratch {
    wide: Buffers<i64>,
    narrow: Buffers<i32>,
    nodes: Vec<u8>,
}

#[derive(Default)]
struct Buffers<T> {
    values: Vec<T>,
    line: Vec<T>,
}

impl<T: imageio_core::Element> Buffers<T> {
    fn fit(&mut self, len: usize, limits: &Limits) -> Result<()> {
        if self.values.len() < len {
            self.values = limits.try_vec(len, "an HCOMPRESS_1 tile")?;
            self.line = limits.try_vec(len, "the rows of an HCOMPRESS_1 tile")?;
        }
        Ok(())
    }
}

/// Fills `out` with the pixels of a tile; `smooth` evens the steps that a lossy scale leaves.
///
/// # Errors
/// `Corrupt` where the data are no such tile, hold another number of pixels or end too early.
pub(crate) fn decode(
    data: &[u8],
    smooth: bool,
    (scratch, limits): (&mut Scratch, &Limits),
    out: &mut [i32],
) -> Result<()> {
    let tile = Tile::new(data, out.len())?;
    let len = out.len();
    if len == 0 {
        return Ok(());
    }
    if scratch.nodes.len() < len + 4 {
        scratch.nodes = limits.try_vec(len + 4, "the nodes of an HCOMPRESS_1 tile")?;
    }
    let nodes = &mut scratch.nodes[..];
    if !smooth && tile.is_narrow() {
        let buffers = &mut scratch.narrow;
        buffers.fit(len, limits)?;
        return tile.decode(buffers, nodes, out, |_, _| {});
    }
    let buffers = &mut scratch.wide;
    buffers.fit(len, limits)?;
    tile.decode(buffers, nodes, out, |values, part| {
        if smooth {
            smooth::smooth(values, part, tile.plane.columns, tile.scale);
        }
    })
}

/// A tile's header, and what follows it.
struct Tile<'a> {
    plane: Plane,
    scale: i64,
    sum: i64,
    bit_planes: [u8; 3],
    data: &'a [u8],
}

impl<'a> Tile<'a> {
    fn new(data: &'a [u8], pixels: usize) -> Result<Self> {
        let (header, data) = data
            .split_first_chunk::<HEADER>()
            .filter(|(header, _)| header.starts_with(&MAGIC))
            .ok_or_else(|| Error::corrupt("no HCOMPRESS_1 tile"))?;
        let word = |at: usize| i32::from_be_bytes(std::array::from_fn(|n| header[at + n]));
        let (rows, columns) = (word(2), word(6));
        let plane = match (usize::try_from(rows), usize::try_from(columns)) {
            (Ok(rows), Ok(columns)) if rows.checked_mul(columns) == Some(pixels) => {
                Plane { rows, columns }
            }
            _ => {
                let message = format!("HCOMPRESS_1: {rows} by {columns} pixels, expected {pixels}");
                return Err(Error::corrupt(message));
            }
        };
        Ok(Tile {
            plane,
            scale: i64::from(word(10)),
            sum: i64::from_be_bytes(std::array::from_fn(|n| header[14 + n])),
            bit_planes: [header[22], header[23], header[24]],
            data,
        })
    }

    /// Whether 32 bits hold all that the inverse comes to. With the sum of all below 2^28 and all differences below 2^27,
    /// each level gives at most (x + 3 * 2^27) / 2 from x, which stays below 3 * 2^27, and four terms below 2^30.
    fn is_narrow(&self) -> bool {
        let most = self.bit_planes.iter().copied().max().unwrap_or(0);
        let scale = self.scale.max(1).unsigned_abs();
        let differences = 1u64.checked_shl(most.into()).unwrap_or(u64::MAX);
        self.plane.levels() < 24
            && differences.saturating_mul(scale) <= 1 << 27
            && self.sum.unsigned_abs().saturating_mul(scale) <= 1 << 28
    }

    fn decode<T: Coefficient>(
        &self,
        buffers: &mut Buffers<T>,
        nodes: &mut [u8],
        out: &mut [i32],
        between: impl Fn(&mut [T], Plane),
    ) -> Result<()> {
        let values = buffers.values.get_mut(..out.len()).unwrap_or_default();
        values.fill(T::default());
        let mut bits = BitReader::new(self.data);
        planes(&mut bits, self.plane, self.bit_planes, values, nodes)?;
        if let Some(first) = values.first_mut() {
            *first = T::of(self.sum);
        }
        if self.scale > 1 {
            for value in values.iter_mut() {
                *value = value.times(T::of(self.scale));
            }
        }
        transform::inverse(values, self.plane, &mut buffers.line, between);
        for (to, from) in out.iter_mut().zip(values) {
            *to = from.low();
        }
        Ok(())
    }
}

/// The coefficients: magnitudes plane by plane, then the signs.
fn planes<T: Coefficient>(
    bits: &mut BitReader<'_>,
    plane: Plane,
    bit_planes: [u8; 3],
    values: &mut [T],
    nodes: &mut [u8],
) -> Result<()> {
    for (start, quadrant, kind) in plane.quadrants() {
        let count = u32::from(bit_planes[kind]);
        if count > 62 {
            return Err(Error::corrupt(format!("HCOMPRESS_1: {count} bit planes")));
        }
        let values = values.get_mut(start..).unwrap_or_default();
        quadtree::decode(bits, quadrant, (plane.columns, count), values, nodes)?;
    }
    if bits.bits(4) != 0 {
        return Err(Error::corrupt("HCOMPRESS_1: the bit planes have no end"));
    }
    bits.align();
    for value in values.iter_mut() {
        // Without a branch, since nothing foretells it: a bit for each that is not zero.
        let sign = T::of(bits.bits(u32::from(*value != T::default())).into());
        *value = (*value ^ -sign).plus(sign);
    }
    if bits.overrun() {
        return Err(Error::corrupt("HCOMPRESS_1: the data end too early"));
    }
    Ok(())
}

/// Codes the tile `pixels`; a `scale` above 1 loses what is smaller.
pub(crate) fn encode(pixels: &[i32], plane: Plane, scale: i32) -> Vec<u8> {
    let mut values: Vec<i64> = pixels.iter().map(|&pixel| i64::from(pixel)).collect();
    transform::forward(&mut values, plane, &mut vec![0; plane.len()]);
    if scale > 1 {
        let (scale, half) = (i64::from(scale), (i64::from(scale) + 1) / 2 - 1);
        for value in &mut values {
            let away = if *value > 0 { half } else { -half };
            *value = (*value + away) / scale;
        }
    }
    let mut bytes = MAGIC.to_vec();
    for number in [plane.rows as i32, plane.columns as i32, scale] {
        bytes.extend(number.to_be_bytes());
    }
    let sum = values.first_mut().map(std::mem::take).unwrap_or_default();
    bytes.extend(sum.to_be_bytes());
    let mut bit_planes = [0u8; 3];
    for (start, quadrant, kind) in plane.quadrants() {
        let rows = values
            .get(start..)
            .unwrap_or_default()
            .chunks(plane.columns);
        let all = rows
            .take(quadrant.rows)
            .flat_map(|row| row.iter().take(quadrant.columns));
        let most = all.map(|value| value.unsigned_abs()).max().unwrap_or(0);
        bit_planes[kind] = bit_planes[kind].max((64 - most.leading_zeros()) as u8);
    }
    bytes.extend(bit_planes);
    let mut bits = BitWriter::after(bytes);
    for (start, quadrant, kind) in plane.quadrants() {
        let values = values.get(start..).unwrap_or_default();
        let count = u32::from(bit_planes[kind]);
        quadtree::encode(&mut bits, quadrant, (plane.columns, count), values);
    }
    bits.put(0, 4);
    bits.align();
    for value in values.iter().filter(|value| **value != 0) {
        bits.put(u32::from(*value < 0), 1);
    }
    bits.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_of_every_shape_come_back() {
        let mut scratch = Scratch::default();
        for (rows, columns) in [
            (4, 4),
            (5, 7),
            (16, 33),
            (1, 9),
            (8, 1),
            (31, 64),
            (2, 3),
            (17, 100),
        ] {
            for spread in [1, 100, 40_000, i32::MAX / 8] {
                let mut state = 7u32;
                let pixels: Vec<i32> = (0..rows * columns)
                    .map(|_| {
                        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                        (state >> 1) as i32 % spread - spread / 3
                    })
                    .collect();
                let plane = Plane { rows, columns };
                let coded = encode(&pixels, plane, 0);
                let mut back = vec![0; pixels.len()];
                let with = (&mut scratch, &Limits::new());
                decode(&coded, false, with, &mut back).expect("whole data");
                assert_eq!(back, pixels, "{rows} by {columns}, {spread}");
                for len in 0..coded.len().min(200) {
                    let with = (&mut scratch, &Limits::new());
                    let _ = decode(&coded[..len], true, with, &mut back);
                    let with = (&mut scratch, &Limits::new());
                    let _ = decode(&coded[..len], false, with, &mut back);
                }
            }
        }
    }

    #[test]
    fn a_scale_loses_little() {
        let plane = Plane {
            rows: 32,
            columns: 48,
        };
        let pixels: Vec<i32> = (0..32 * 48).map(|n| (n * n) % 997).collect();
        let coded = encode(&pixels, plane, 10);
        assert!(coded.len() < encode(&pixels, plane, 0).len());
        for smooth in [false, true] {
            let mut back = vec![0; pixels.len()];
            let mut scratch = Scratch::default();
            decode(&coded, smooth, (&mut scratch, &Limits::new()), &mut back).expect("whole data");
            let most = pixels.iter().zip(&back).map(|(a, b)| (a - b).abs()).max();
            assert!(most > Some(0) && most < Some(60), "{most:?}");
        }
    }
}
