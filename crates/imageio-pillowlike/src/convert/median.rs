//! RGBA to indices with alpha: the colours are cut at their median (P. Heckbert, 1982) as Pillow cuts and numbers them.

use std::collections::HashMap;

use imageio_core::{Limits, NdImage, Result};

use super::shape_in;
use crate::format::Mode;

/// Entries of the palette.
const COLORS: usize = 256;

/// The most colours that are told apart while cutting.
const DISTINCT: usize = 1 << 16;

/// How much a difference in red, green or blue counts.
const WEIGHTS: [u32; 3] = [77, 150, 29];

type Color = [u8; 3];

/// Colours of one side of every cut so far, with how often each occurs.
struct Cell {
    colors: Vec<(Color, u32)>,
    count: u32,
}

pub(super) fn quantize(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    let (pixels, _) = image.as_slice::<u8>()?.as_chunks::<4>();
    let colors = || pixels.iter().map(|&[r, g, b, _]| [r, g, b]);
    // At most 2^24 colours, each in an entry of a table.
    let _table = limits.claim(
        pixels.len().min(1 << 24) as u64 * 16,
        "colours to choose from",
    )?;
    let mut counts = HashMap::new();
    for color in colors() {
        *counts.entry(color).or_insert(0u32) += 1;
    }
    let (shift, cells) = cut(&counts, pixels.len() as u32);
    let mut cell_of = HashMap::new();
    for (number, cell) in cells.iter().enumerate() {
        cell_of.extend(cell.colors.iter().map(|&(color, _)| (color, number)));
    }
    let cell_of = |color: Color| {
        cell_of
            .get(&color.map(|c| c >> shift))
            .copied()
            .unwrap_or(0)
    };
    let nearest = Nearest::new(means(&counts, cells.len(), cell_of));
    let index_of: HashMap<Color, u8> = counts
        .keys()
        .map(|&color| (color, nearest.find(color, cell_of(color))))
        .collect();
    let shape = shape_in(image, Mode::PaletteAlpha);
    let mut indices = limits.try_vec::<u8>(pixels.len() * 2, "converted pixels")?;
    for (to, &[r, g, b, alpha]) in indices.as_chunks_mut().0.iter_mut().zip(pixels) {
        *to = [index_of.get(&[r, g, b]).copied().unwrap_or(0), alpha];
    }
    NdImage::from_vec(&shape, indices)
}

/// The cells in the order of the palette, and how many low bits of the colours were left out for them.
fn cut(counts: &HashMap<Color, u32>, total: u32) -> (u32, Vec<Cell>) {
    let mut shift = 0;
    let mut coarse = counts.clone();
    while coarse.len() > DISTINCT {
        shift += 1;
        coarse.clear();
        for (color, count) in counts {
            *coarse.entry(color.map(|c| c >> shift)).or_insert(0) += count;
        }
    }
    // A tree: a cell that is cut names its two parts, the higher values first.
    let mut cells = vec![Cell {
        colors: coarse.into_iter().collect(),
        count: total,
    }];
    let mut parts: Vec<Option<[usize; 2]>> = vec![None];
    let mut heap = Heap(vec![(total, 0)]);
    for _ in 1..COLORS {
        let Some(widest) = heap.next_of(|place| cells[place].colors.len() > 1) else {
            break;
        };
        let [high, low] = halves(&mut cells[widest]);
        parts[widest] = Some([cells.len(), cells.len() + 1]);
        for part in [high, low] {
            heap.add((part.count, cells.len()));
            cells.push(part);
            parts.push(None);
        }
    }
    let mut order = Vec::new();
    let mut path = vec![0];
    while let Some(place) = path.pop() {
        match parts[place] {
            Some([high, low]) => path.extend([low, high]),
            None => order.push(place),
        }
    }
    let taken = |place: usize| Cell {
        colors: std::mem::take(&mut cells[place].colors),
        count: 0,
    };
    (shift, order.into_iter().map(taken).collect())
}

/// Cuts a cell across its longest side where half of its pixels are on each.
fn halves(cell: &mut Cell) -> [Cell; 2] {
    let range = |axis: usize| {
        let values = || cell.colors.iter().map(move |(color, _)| color[axis]);
        let (most, least) = (values().max(), values().min());
        u32::from(most.unwrap_or(0) - least.unwrap_or(0)) * WEIGHTS[axis]
    };
    let axis = (1..3).fold(0, |best, axis| {
        if range(best) < range(axis) {
            axis
        } else {
            best
        }
    });
    let mut colors = std::mem::take(&mut cell.colors);
    colors.sort_unstable_by_key(|(color, _)| std::cmp::Reverse(color[axis]));
    let mut seen = 0;
    let is_middle = |(_, count): &(Color, u32)| {
        seen += count;
        seen * 2 > cell.count
    };
    let middle = colors
        .iter()
        .position(is_middle)
        .unwrap_or(colors.len() - 1);
    // Equal values stay together; the lowest ones make the other half where none would be left for it.
    let value = colors[middle].0[axis];
    let lowest = colors[colors.len() - 1].0[axis];
    let is_high = |color: &Color| color[axis] >= value && color[axis] > lowest;
    let start = colors.iter().position(|(color, _)| !is_high(color));
    let low = colors.split_off(start.unwrap_or(colors.len()));
    [colors, low].map(|colors| Cell {
        count: colors.iter().map(|(_, count)| count).sum(),
        colors,
    })
}

/// A heap whose order among equals is Pillow's.
struct Heap(Vec<(u32, usize)>);

impl Heap {
    fn add(&mut self, cell: (u32, usize)) {
        self.0.push(cell);
        let mut place = self.0.len() - 1;
        while place > 0 && cell.0 > self.0[(place - 1) / 2].0 {
            self.0[place] = self.0[(place - 1) / 2];
            place = (place - 1) / 2;
        }
        self.0[place] = cell;
    }

    /// Takes out the cell with the most pixels until one can be cut.
    fn next_of(&mut self, can_be_cut: impl Fn(usize) -> bool) -> Option<usize> {
        loop {
            let &(_, widest) = self.0.first()?;
            self.remove_first();
            if can_be_cut(widest) {
                return Some(widest);
            }
        }
    }

    fn remove_first(&mut self) {
        let Some(last) = self.0.pop() else { return };
        let mut place = 0;
        while let Some(&left) = self.0.get(2 * place + 1) {
            let right = self.0.get(2 * place + 2);
            let (below, child) = match right {
                Some(&right) if left.0 < right.0 => (2 * place + 2, right),
                _ => (2 * place + 1, left),
            };
            if last.0 > child.0 {
                break;
            }
            self.0[place] = child;
            place = below;
        }
        if let Some(to) = self.0.get_mut(place) {
            *to = last;
        }
    }
}

/// The mean colour of each cell, rounded.
fn means(
    counts: &HashMap<Color, u32>,
    cells: usize,
    cell_of: impl Fn(Color) -> usize,
) -> Vec<Color> {
    let mut sums = vec![([0u64; 3], 0u64); cells];
    for (&color, &count) in counts {
        let (sum, total) = &mut sums[cell_of(color)];
        for (sum, sample) in sum.iter_mut().zip(color) {
            *sum += u64::from(sample) * u64::from(count);
        }
        *total += u64::from(count);
    }
    let mean = |(sum, count): ([u64; 3], u64)| {
        sum.map(|sum| (0.5 + sum as f64 / count.max(1) as f64) as u8)
    };
    sums.into_iter().map(mean).collect()
}

/// The palette, and for each entry all others by their distance from it.
struct Nearest {
    palette: Vec<Color>,
    by_distance: Vec<Vec<(u32, u8)>>,
}

impl Nearest {
    fn new(palette: Vec<Color>) -> Self {
        let row = |&from: &Color| {
            let others = palette.iter().zip(0..=255);
            let mut row: Vec<_> = others
                .map(|(&to, index)| (distance(from, to), index))
                .collect();
            row.sort_unstable();
            row
        };
        let by_distance = palette.iter().map(row).collect();
        Nearest {
            palette,
            by_distance,
        }
    }

    /// The entry nearest to `color`, of equals the one nearest to entry `start`, where the search begins.
    fn find(&self, color: Color, start: usize) -> u8 {
        let first = distance(self.palette[start], color);
        let mut best = (first, start as u8);
        // An entry more than twice as far from the start as the colour is cannot be nearer to the colour.
        let near = self.by_distance[start]
            .iter()
            .take_while(|(apart, _)| *apart <= first * 4);
        for &(_, index) in near {
            let distance = distance(self.palette[usize::from(index)], color);
            if distance < best.0 {
                best = (distance, index);
            }
        }
        best.1
    }
}

fn distance(a: Color, b: Color) -> u32 {
    let apart = |(a, b): (u8, u8)| u32::from(a.abs_diff(b)).pow(2);
    a.into_iter().zip(b).map(apart).sum()
}
