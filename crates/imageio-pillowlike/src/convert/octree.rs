//! RGBA to at most 256 colours, as Pillow's fast octree chooses and orders them.
//!
//! Colours are counted in fine boxes, of 3, 4, 3 and 3 leading bits, and in coarse ones of 2 bits each. Every coarse
//! box that the most frequent fine ones do not empty gives one colour, and those fine ones give the others.

use imageio_core::{Limits, NdImage, Result};

use super::shape_in;
use crate::format::Mode;

/// Entries of the palette.
const COLORS: usize = 256;

const FINE: Grid = Grid([3, 4, 3, 3]);
const COARSE: Grid = Grid([2; 4]);

/// How many leading bits of each sample name a box.
#[derive(Clone, Copy)]
struct Grid([u32; 4]);

impl Grid {
    fn len(self) -> usize {
        1 << self.0.iter().sum::<u32>()
    }

    #[inline]
    fn place(self, color: [u8; 4]) -> usize {
        let leading = color.iter().zip(self.0);
        leading.fold(0, |place, (&sample, bits)| {
            place << bits | usize::from(sample >> (8 - bits))
        })
    }

    /// The lowest colour of box `place`.
    fn corner(self, place: usize) -> [u8; 4] {
        let mut place = place;
        let mut color = [0; 4];
        for (sample, bits) in color.iter_mut().zip(self.0).rev() {
            *sample = ((place & ((1 << bits) - 1)) << (8 - bits)) as u8;
            place >>= bits;
        }
        color
    }
}

/// The colours that fell into one box. Sums wrap, as taking one box from another may go below zero in Pillow.
#[derive(Clone, Copy, Default)]
struct Bin {
    count: u32,
    sums: [u64; 4],
}

impl Bin {
    fn change(&mut self, other: &Bin, count: fn(u32, u32) -> u32, sum: fn(u64, u64) -> u64) {
        self.count = count(self.count, other.count);
        for (to, &from) in self.sums.iter_mut().zip(&other.sums) {
            *to = sum(*to, from);
        }
    }

    /// In single precision, as Pillow has it.
    fn mean(&self) -> [u8; 4] {
        match self.count {
            0 => [0; 4],
            count => self.sums.map(|sum| (sum as f32 / count as f32) as u8),
        }
    }
}

pub(super) fn quantize(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    let (pixels, _) = image.as_slice::<u8>()?.as_chunks::<4>();
    let clear = pixels.iter().find(|pixel| pixel[3] == 0).copied();
    // All clear pixels count as the first of them.
    let color = |pixel: [u8; 4]| clear.filter(|_| pixel[3] == 0).unwrap_or(pixel);
    let mut fine = vec![Bin::default(); FINE.len()];
    for &pixel in pixels {
        let pixel = color(pixel);
        let bin = &mut fine[FINE.place(pixel)];
        bin.count = bin.count.wrapping_add(1);
        for (sum, sample) in bin.sums.iter_mut().zip(pixel) {
            *sum += u64::from(sample);
        }
    }
    let lookup = lookup_of(&fine);
    let shape = shape_in(image, Mode::Palette);
    let mut indices = limits.try_vec::<u8>(pixels.len(), "converted pixels")?;
    for (index, &pixel) in indices.iter_mut().zip(pixels) {
        *index = lookup[FINE.place(color(pixel))];
    }
    NdImage::from_vec(&shape, indices)
}

/// The index of each fine box.
fn lookup_of(fine: &[Bin]) -> Vec<u8> {
    let mut coarse = vec![Bin::default(); COARSE.len()];
    for (place, bin) in fine.iter().enumerate() {
        let to = &mut coarse[COARSE.place(FINE.corner(place))];
        to.change(bin, u32::wrapping_add, u64::wrapping_add);
    }
    let by_count = |bins: &[Bin]| {
        let mut sorted = bins.to_vec();
        sorted.sort_by_key(|bin| std::cmp::Reverse(bin.count as i32));
        sorted
    };
    let frequent = by_count(fine);
    let used = |bins: &[Bin]| bins.iter().filter(|bin| bin.count > 0).count();
    let mut coarse_colors = used(&coarse).min(COLORS);
    let mut taken = 0;
    loop {
        // What the palette has room for beside one colour of each coarse box that is left.
        let room = COLORS - coarse_colors;
        for bin in frequent[taken..room].iter().filter(|bin| bin.count > 0) {
            let from = &mut coarse[COARSE.place(bin.mean())];
            from.change(bin, u32::wrapping_sub, u64::wrapping_sub);
        }
        taken = room;
        let left = used(&coarse);
        if coarse_colors <= left {
            break;
        }
        coarse_colors = left;
    }
    let coarse = by_count(&coarse);
    let mut of_coarse = vec![0; COARSE.len()];
    // The first of the entries that fall into one box is the one that counts.
    for (index, bin) in coarse.iter().enumerate().take(coarse_colors).rev() {
        of_coarse[COARSE.place(bin.mean())] = index as u8;
    }
    let mut lookup: Vec<u8> = (0..FINE.len())
        .map(|place| of_coarse[COARSE.place(FINE.corner(place))])
        .collect();
    for (index, bin) in frequent.iter().enumerate().take(taken).rev() {
        lookup[FINE.place(bin.mean())] = (coarse_colors + index) as u8;
    }
    lookup
}
