//! Samples that are meant on another scale than they are stored on.

use imageio_core::{DType, Limits, NdImage, Result};

use super::target::Target;
use crate::metadata::vendor::Scaling;

/// The target as it is stored, and what its samples are turned into; nothing where they are what they are.
pub(super) fn stored(target: &Target) -> Result<Option<(Target, Scaling)>> {
    let Some(scaling) = target.first()?.scaling else {
        return Ok(None);
    };
    let mut stored = target.clone();
    for part in &mut stored.parts {
        part.scaling = None;
        part.dtype = part.keyframe.dtype()?;
    }
    Ok(Some((stored, scaling)))
}

/// The samples on the scale that they are meant on.
pub(super) fn apply(image: &NdImage, scaling: Scaling, limits: &Limits) -> Result<NdImage> {
    limits.check_image(image.shape(), DType::F32)?;
    let mut scaled = image.cast(DType::F32);
    scaled.as_array_mut::<f32>()?.mapv_inplace(|sample| {
        let sample = if scaling.is_square {
            sample * sample
        } else {
            sample
        };
        sample * scaling.factor
    });
    Ok(scaled)
}
