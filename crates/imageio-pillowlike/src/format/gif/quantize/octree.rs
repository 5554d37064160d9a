//! Octree reduction, after M. Gervautz and W. Purgathofer, "A simple method for color quantization", 1988.

use super::{Point, Total};

/// Levels below the root: the upper bits of each channel that tell leaves apart.
const DEPTH: u32 = 5;

/// At most `size` means of leaves, after merging the branches with the fewest pixels, the deepest first.
pub(super) fn palette(points: &[Point], size: usize) -> Vec<[u8; 3]> {
    let mut leaves = vec![Total::default(); 1 << (3 * DEPTH)];
    for point in points {
        if let Some(leaf) = leaves.get_mut(path(point.color)) {
            leaf.add(&point.bin);
        }
    }
    let mut count = leaves.iter().filter(|leaf| leaf.count > 0).count();
    let mut palette = Vec::new();
    while count + palette.len() > size && leaves.len() > 1 {
        let mut branches: Vec<usize> = (0..leaves.len() / 8).collect();
        let pixels = |&branch: &usize| -> u64 {
            let children = leaves.iter().skip(branch * 8).take(8);
            children.map(|leaf| leaf.count).sum()
        };
        branches.sort_by_cached_key(pixels);
        let mut parents = vec![Total::default(); branches.len()];
        for branch in branches {
            let children = leaves.iter().skip(branch * 8).take(8);
            let mut used: Vec<&Total> = children.filter(|leaf| leaf.count > 0).collect();
            let excess = (count + palette.len()).saturating_sub(size);
            count -= used.len();
            if used.len() <= excess + 1 {
                parents[branch] = merge(&used);
                count += usize::from(!used.is_empty());
                continue;
            }
            // The leaves left over stay, and so does the rest of this level.
            used.sort_unstable_by_key(|leaf| leaf.count);
            let (few, others) = used.split_at(if excess > 0 { excess + 1 } else { 0 });
            palette.extend((excess > 0).then(|| merge(few).mean()));
            palette.extend(others.iter().map(|leaf| leaf.mean()));
        }
        leaves = parents;
    }
    palette.extend(leaves.iter().filter(|leaf| leaf.count > 0).map(Total::mean));
    palette
}

fn merge(children: &[&Total]) -> Total {
    let mut parent = Total::default();
    for child in children {
        parent.count += child.count;
        for (sum, value) in parent.sums.iter_mut().zip(child.sums) {
            *sum += value;
        }
    }
    parent
}

/// The leaf of a colour: a bit of each channel a level, from the top.
fn path(color: [u8; 3]) -> usize {
    (0..DEPTH).fold(0, |path, level| {
        let bit = |value: u8| usize::from(value >> (7 - level) & 1);
        let [r, g, b] = color.map(bit);
        path << 3 | r << 2 | g << 1 | b
    })
}
