//! Undoing the EXIF orientation.

use imageio_core::{NdImage, Result};

/// Turns an image that was stored with `orientation` upright. Values other than 2 to 8 change nothing.
///
/// EXIF 2.32, tag 274: 1 none; 2 mirrored; 3 upside down; 4 mirrored upside down; 5 transposed;
/// 6 needs a quarter turn clockwise; 7 transversed; 8 needs one counter-clockwise.
pub(crate) fn undo(image: &NdImage, orientation: u16) -> Result<NdImage> {
    let upright = match orientation {
        2 => image.flip(1)?,
        3 => image.flip(0)?.flip(1)?,
        4 => image.flip(0)?,
        5 => transpose(image)?,
        6 => transpose(image)?.flip(1)?,
        7 => transpose(image)?.flip(0)?.flip(1)?,
        8 => transpose(image)?.flip(0)?,
        _ => return Ok(image.clone()),
    };
    Ok(upright.to_contiguous())
}

/// Whether undoing `orientation` swaps height and width.
pub(crate) fn swaps_axes(orientation: u16) -> bool {
    (5..=8).contains(&orientation)
}

fn transpose(image: &NdImage) -> Result<NdImage> {
    let mut axes: Vec<usize> = (0..image.ndim()).collect();
    axes.swap(0, 1);
    image.permute(&axes)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-018, E-019, E-020, E-021, H-024
    #[test]
    fn every_orientation_gives_the_same_upright_picture() {
        let image = |shape: &[usize], pixels: [u8; 6]| {
            NdImage::from_vec(shape, pixels.to_vec()).expect("six pixels")
        };
        let upright = image(&[2, 3], [1, 2, 3, 4, 5, 6]);
        let stored = [
            (0, image(&[2, 3], [1, 2, 3, 4, 5, 6])),
            (1, image(&[2, 3], [1, 2, 3, 4, 5, 6])),
            (2, image(&[2, 3], [3, 2, 1, 6, 5, 4])),
            (3, image(&[2, 3], [6, 5, 4, 3, 2, 1])),
            (4, image(&[2, 3], [4, 5, 6, 1, 2, 3])),
            (5, image(&[3, 2], [1, 4, 2, 5, 3, 6])),
            (6, image(&[3, 2], [3, 6, 2, 5, 1, 4])),
            (7, image(&[3, 2], [6, 3, 5, 2, 4, 1])),
            (8, image(&[3, 2], [4, 1, 5, 2, 6, 3])),
        ];
        for (orientation, stored) in stored {
            let undone = undo(&stored, orientation).expect("two axes");
            assert_eq!(undone, upright, "orientation {orientation}");
            assert_eq!(swaps_axes(orientation), stored.shape() != upright.shape());
            let colours = |gray: &NdImage| NdImage::stack(&[gray.clone(), gray.clone()]);
            let colours = |gray| colours(gray).and_then(|it| it.permute(&[1, 2, 0]));
            let undone = colours(&stored).and_then(|stored| undo(&stored, orientation));
            assert_eq!(undone.ok(), colours(&upright).ok(), "channels stay last");
        }
    }
}
