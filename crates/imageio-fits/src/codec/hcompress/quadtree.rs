//! One bit plane of a quadrant as a quadtree: four bits a node, set for each quarter that is not empty.

use imageio_core::{Error, Result};

use super::Plane;
use super::coefficient::Coefficient;
use crate::codec::bits::{BitReader, BitWriter};

/// Says that the nodes of a plane lie there as they are.
const DIRECT: u32 = 0;

/// Says that the nodes of a plane are coded from the root down.
const CODED: u32 = 15;

/// Code and length for each node.
const CODES: [(u32, u32); 16] = [
    (0x3e, 6),
    (0x00, 3),
    (0x01, 3),
    (0x08, 4),
    (0x02, 3),
    (0x09, 4),
    (0x1a, 5),
    (0x1b, 5),
    (0x03, 3),
    (0x1c, 5),
    (0x0a, 4),
    (0x1d, 5),
    (0x0b, 4),
    (0x1e, 5),
    (0x3f, 6),
    (0x0c, 4),
];

/// Adds the bit planes of a quadrant to `values`, whose rows are `stride` apart.
pub(super) fn decode<T: Coefficient>(
    bits: &mut BitReader<'_>,
    plane: Plane,
    (stride, bit_planes): (usize, u32),
    values: &mut [T],
    nodes: &mut [u8],
) -> Result<()> {
    let leaves = halved(plane);
    for bit in (0..bit_planes).rev() {
        match bits.bits(4) {
            DIRECT => {
                for node in nodes.iter_mut().take(leaves.len()) {
                    *node = bits.bits(4) as u8;
                }
            }
            CODED => tree(bits, plane, nodes),
            code => {
                return Err(Error::corrupt(format!(
                    "HCOMPRESS_1: {code} codes no bit plane"
                )));
            }
        }
        if bits.overrun() {
            return Err(Error::corrupt("HCOMPRESS_1: the data end too early"));
        }
        insert(nodes, plane, stride, bit, values);
    }
    Ok(())
}

fn halved(plane: Plane) -> Plane {
    Plane {
        rows: plane.rows.div_ceil(2),
        columns: plane.columns.div_ceil(2),
    }
}

/// The lengths of all levels of nodes, the root first.
fn levels(plane: Plane) -> Vec<Plane> {
    let mut levels = vec![halved(plane)];
    while let Some(last) = levels
        .last()
        .filter(|last| last.rows > 1 || last.columns > 1)
    {
        levels.push(halved(*last));
    }
    levels.reverse();
    levels
}

/// Reads nodes from the root down to the leaves.
fn tree(bits: &mut BitReader<'_>, plane: Plane, nodes: &mut [u8]) {
    if let Some(root) = nodes.first_mut() {
        *root = node(bits);
    }
    for level in levels(plane).into_iter().skip(1) {
        spread(nodes, level);
        for child in nodes.iter_mut().take(level.len()).rev() {
            if *child != 0 {
                *child = node(bits);
            }
        }
    }
}

/// What the next six bits begin with: the node, and the length of its code.
const NODES: [(u8, u8); 64] = {
    let mut table = [(0, 0); 64];
    let mut node = 0;
    while node < CODES.len() {
        let (code, len) = CODES[node];
        let free = 6 - len;
        let mut tail = 0;
        while tail < 1 << free {
            table[(code << free | tail) as usize] = (node as u8, len as u8);
            tail += 1;
        }
        node += 1;
    }
    table
};

#[inline]
fn node(bits: &mut BitReader<'_>) -> u8 {
    let (node, len) = NODES[(bits.peek::<6>() & 63) as usize];
    bits.skip(len.into());
    node
}

/// Replaces the nodes of a level by one mark for each of their quarters, from the end, in place.
fn spread(nodes: &mut [u8], level: Plane) {
    let above = halved(level);
    for row in (0..above.rows).rev() {
        for column in (0..above.columns).rev() {
            let node = nodes[row * above.columns + column];
            let at = 2 * row * level.columns + 2 * column;
            let right = 2 * column + 1 < level.columns;
            // Lower quarters first: none of them lies on a node that is still to be read.
            if 2 * row + 1 < level.rows {
                if right {
                    nodes[at + level.columns + 1] = node & 1;
                }
                nodes[at + level.columns] = node >> 1 & 1;
            }
            if right {
                nodes[at + 1] = node >> 2 & 1;
            }
            nodes[at] = node >> 3 & 1;
        }
    }
}

/// Sets the bit of each value whose mark is set.
fn insert<T: Coefficient>(nodes: &[u8], plane: Plane, stride: usize, bit: u32, values: &mut [T]) {
    if plane.len() == 0 {
        return;
    }
    let leaves = halved(plane);
    let marks = nodes.chunks(leaves.columns).take(leaves.rows);
    for (marks, rows) in marks.zip(values.chunks_mut(2 * stride)) {
        let (upper, lower) = rows.split_at_mut(stride.min(rows.len()));
        let upper = upper.get_mut(..plane.columns).unwrap_or_default();
        // The last row of an odd quadrant stands alone; what follows belongs to another.
        let width = plane.columns;
        insert_row(marks, 2, bit, upper);
        if let Some(lower) = lower.get_mut(..width) {
            insert_row(marks, 0, bit, lower);
        }
    }
}

/// A row of values: the upper one has the marks 8 and 4 of each node, the lower one 2 and 1.
fn insert_row<T: Coefficient>(marks: &[u8], shift: u32, bit: u32, row: &mut [T]) {
    let mark_at = |mark: u8, at: u32| T::of(i64::from(mark >> (shift + at) & 1)) << bit;
    let (pairs, rest) = row.as_chunks_mut::<2>();
    for (&mark, [left, right]) in marks.iter().zip(pairs) {
        *left |= mark_at(mark, 1);
        *right |= mark_at(mark, 0);
    }
    if let ([left], Some(&mark)) = (rest, marks.last()) {
        *left |= mark_at(mark, 1);
    }
}

/// Codes the bit planes of a quadrant of `values`, whose rows are `stride` apart.
pub(super) fn encode(
    bits: &mut BitWriter,
    plane: Plane,
    (stride, bit_planes): (usize, u32),
    values: &[i64],
) {
    if plane.len() == 0 {
        (0..bit_planes).for_each(|_| bits.put(DIRECT, 4));
        return;
    }
    for bit in (0..bit_planes).rev() {
        let mut all = vec![leaves(plane, stride, bit, values)];
        for level in levels(plane)
            .into_iter()
            .rev()
            .take_while(|level| level.len() > 1)
        {
            let above = all.last().map(|nodes| gather(nodes, level));
            all.extend(above);
        }
        let coded: u32 = all
            .iter()
            .flatten()
            .filter(|&&node| node != 0)
            .map(|&node| CODES[usize::from(node)].1)
            .sum();
        let direct = 4 * all[0].len() as u32;
        // An empty root has a code of its own.
        let empty = all.last().is_some_and(|root| root.first() == Some(&0));
        if !empty && coded >= direct {
            bits.put(DIRECT, 4);
            all[0].iter().for_each(|&node| bits.put(node.into(), 4));
            continue;
        }
        bits.put(CODED, 4);
        let (code, len) = CODES[0];
        if empty {
            bits.put(code, len);
            continue;
        }
        for nodes in all.iter().rev() {
            for &node in nodes.iter().rev().filter(|&&node| node != 0) {
                let (code, len) = CODES[usize::from(node)];
                bits.put(code, len);
            }
        }
    }
}

/// The lowest nodes: one for each square of four values.
fn leaves(plane: Plane, stride: usize, bit: u32, values: &[i64]) -> Vec<u8> {
    let inside = |row: usize, column: usize| row < plane.rows && column < plane.columns;
    let set = |row: usize, column: usize| {
        let value = values
            .get(row * stride + column)
            .copied()
            .unwrap_or_default();
        inside(row, column) && value.unsigned_abs() >> bit & 1 == 1
    };
    nodes(halved(plane), set)
}

/// The nodes above those of `level`.
fn gather(below: &[u8], level: Plane) -> Vec<u8> {
    let set = |row: usize, column: usize| {
        row < level.rows && column < level.columns && below[row * level.columns + column] != 0
    };
    nodes(halved(level), set)
}

fn nodes(plane: Plane, set: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let mut nodes = Vec::with_capacity(plane.len());
    for row in 0..plane.rows {
        for column in 0..plane.columns {
            let quarter = |down, right| u8::from(set(2 * row + down, 2 * column + right));
            nodes
                .push(quarter(0, 0) << 3 | quarter(0, 1) << 2 | quarter(1, 0) << 1 | quarter(1, 1));
        }
    }
    nodes
}
