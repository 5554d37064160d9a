//! Maximum coverage: colours far from each other, after T. Gonzalez, "Clustering to minimize the maximum
//! intercluster distance", 1985.

use super::{Point, Total};

/// At most `size` means, around the most frequent colour and those farthest from what is taken already.
pub(super) fn palette(points: &[Point], size: usize) -> Vec<[u8; 3]> {
    let Some(mut center) = points.iter().max_by_key(|point| point.bin.count) else {
        return Vec::new();
    };
    // Of each point: the squared distance to its center, and that center.
    let mut nearest = vec![(u32::MAX, 0); points.len()];
    for number in 0..size {
        for (point, nearest) in points.iter().zip(&mut nearest) {
            let distance = distance(point.color, center.color);
            if distance < nearest.0 {
                *nearest = (distance, number);
            }
        }
        let farthest = points.iter().zip(&nearest).max_by_key(|(_, near)| near.0);
        match farthest {
            Some((point, &(1.., _))) => center = point,
            _ => break,
        }
    }
    let mut totals = vec![Total::default(); size];
    for (point, &(_, number)) in points.iter().zip(&nearest) {
        if let Some(total) = totals.get_mut(number) {
            total.add(&point.bin);
        }
    }
    totals.retain(|total| total.count > 0);
    totals.iter().map(Total::mean).collect()
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let channels = a.iter().zip(&b);
    channels
        .map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2))
        .sum()
}
