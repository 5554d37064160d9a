//! Where slices lie, and how far apart pixels are, PS3.3 C.7.6.2 and C.7.6.16.2.1.

use super::data_set::{DataSet, Tag};

/// Distances between the rows and the columns of an image.
pub(crate) fn in_plane(data: &DataSet) -> Option<[f64; 2]> {
    let told = |data: &DataSet| match data.decimals(Tag::PIXEL_SPACING).as_slice() {
        &[rows, columns, ..] => Some([rows, columns]),
        _ => None,
    };
    told(data).or_else(|| told(measures(data)?))
}

/// Distance between the slices of a file, where it is told.
pub(crate) fn between_slices(data: &DataSet) -> Option<f64> {
    let told = data.decimal(Tag::SLICE_SPACING);
    let told = told.or_else(|| measures(data)?.decimal(Tag::SLICE_SPACING));
    // Negative where slices are counted against their normal.
    told.map(f64::abs)
}

/// Distances between the frames of a dose, which are told one by one.
pub(crate) fn between_frames(data: &DataSet, frames: usize) -> Option<Vec<f64>> {
    let offsets = data.decimals(Tag::FRAME_OFFSETS);
    let distances = offsets.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    (frames > 1 && offsets.len() == frames).then(|| distances.collect())
}

/// What the frames of an enhanced file have in common.
fn measures(data: &DataSet) -> Option<&DataSet> {
    let shared = data.items(Tag::SHARED_GROUPS).first()?;
    shared.items(Tag::PIXEL_MEASURES).first()
}

/// Distances in Python's order, one for each of `axes` spatial axes: 1 where nothing is told.
pub(crate) fn sampling(data: &DataSet, axes: usize) -> Vec<f64> {
    let mut sampling = in_plane(data).unwrap_or([1.0, 1.0]).to_vec();
    if axes > 2 {
        sampling.insert(0, between_slices(data).unwrap_or(1.0));
    }
    while sampling.len() < axes {
        sampling.insert(0, 1.0);
    }
    sampling
}

/// Where a slice lies along the normal of its plane; along z where its orientation is not told.
pub(crate) fn position(data: &DataSet) -> Option<f64> {
    let position = data.decimals(Tag::IMAGE_POSITION);
    let &[x, y, z] = position.as_slice() else {
        return None;
    };
    let orientation = data.decimals(Tag::IMAGE_ORIENTATION);
    let &[a, b, c, d, e, f] = orientation.as_slice() else {
        return Some(z);
    };
    let normal = [b * f - c * e, c * d - a * f, a * e - b * d];
    let length = normal.iter().map(|part| part * part).sum::<f64>().sqrt();
    if length < 1e-6 {
        return Some(z);
    }
    Some((x * normal[0] + y * normal[1] + z * normal[2]) / length)
}
