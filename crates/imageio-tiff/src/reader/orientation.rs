//! Orientation: pages turned and mirrored as the tag says (TIFF 6.0 §8).

use imageio_core::{ImageProperties, NdImage, Result};

/// The image as it is meant to be seen. `axes` are its last ones.
pub(super) fn turn(image: &NdImage, axes: &str, orientation: u16) -> Result<NdImage> {
    let Some((y, x)) = places(image.ndim(), axes) else {
        return Ok(image.clone());
    };
    let (swap, flip_y, flip_x) = steps(orientation);
    let mut turned = image.clone();
    if swap {
        let mut order: Vec<usize> = (0..image.ndim()).collect();
        order.swap(y, x);
        turned = turned.permute(&order)?;
    }
    if flip_y {
        turned = turned.flip(y)?;
    }
    if flip_x {
        turned = turned.flip(x)?;
    }
    Ok(turned.to_contiguous())
}

/// The properties of the image as it is meant to be seen.
pub(super) fn turn_properties(properties: &mut ImageProperties, orientation: u16) {
    let axes = properties.axes.as_deref().unwrap_or_default();
    let Some((y, x)) = places(properties.shape.len(), axes) else {
        return;
    };
    if steps(orientation).0 {
        properties.shape.swap(y, x);
        properties
            .levels
            .iter_mut()
            .for_each(|level| level.swap(y, x));
        if let Some(spacing) = &mut properties.spacing {
            // X and Y come last, in this order of the axes.
            let last = spacing.len().saturating_sub(1);
            spacing.swap(last.saturating_sub(1), last);
        }
    }
}

/// Where the axes of the image are.
fn places(ndim: usize, axes: &str) -> Option<(usize, usize)> {
    let before = ndim.checked_sub(axes.len())?;
    Some((before + axes.find('Y')?, before + axes.find('X')?))
}

/// Whether rows and columns change places, and then rows, and columns, their order.
fn steps(orientation: u16) -> (bool, bool, bool) {
    match orientation {
        2 => (false, false, true),
        3 => (false, true, true),
        4 => (false, true, false),
        5 => (true, false, false),
        6 => (true, false, true),
        7 => (true, true, true),
        8 => (true, true, false),
        _ => (false, false, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_eight_ways_are_undone() {
        let stored = NdImage::from_vec(&[2, 3], vec![1u8, 2, 3, 4, 5, 6]).unwrap();
        let expected: [(u16, &[usize], [u8; 6]); 8] = [
            (1, &[2, 3], [1, 2, 3, 4, 5, 6]),
            (2, &[2, 3], [3, 2, 1, 6, 5, 4]),
            (3, &[2, 3], [6, 5, 4, 3, 2, 1]),
            (4, &[2, 3], [4, 5, 6, 1, 2, 3]),
            (5, &[3, 2], [1, 4, 2, 5, 3, 6]),
            (6, &[3, 2], [4, 1, 5, 2, 6, 3]),
            (7, &[3, 2], [6, 3, 5, 2, 4, 1]),
            (8, &[3, 2], [3, 6, 2, 5, 1, 4]),
        ];
        for (orientation, shape, pixels) in expected {
            let turned = turn(&stored, "YX", orientation).unwrap();
            assert_eq!(turned.shape(), shape, "orientation {orientation}");
            assert_eq!(
                turned.as_slice::<u8>().unwrap(),
                pixels,
                "orientation {orientation}"
            );
        }
    }
}
