//! From any numbers to unsigned integers of a depth, as the writers of ImageIO's version 2 do it.

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::image::NdImage;

/// Added before cutting off the fraction, so that a half is rounded down.
const ALMOST_HALF: f64 = 0.499_999_999;

/// The image as `uint8` or `uint16`, its values scaled where they are of another type.
///
/// Floats from 0 to 1 are multiplied by the largest value; wider unsigned integers lose their low bits; false and true
/// become 0 and the largest value; everything else is stretched from its own least and largest value, a constant image
/// is cast. NaN becomes 0. What loses precision is logged as a warning.
///
/// # Errors
/// `BadOption` for another depth than 8 or 16, `Unsupported` for complex numbers and for infinite ones.
pub fn image_as_uint(image: &NdImage, bitdepth: u8) -> Result<NdImage> {
    let target = match bitdepth {
        8 => DType::U8,
        16 => DType::U16,
        other => {
            return Err(Error::bad_option(format!(
                "bitdepth must be either 8 or 16, not {other}"
            )));
        }
    };
    let most = f64::from((1u32 << bitdepth) - 1);
    match image.dtype() {
        same if same == target => Ok(image.clone()),
        DType::Bool => Ok(mapped(&image.cast(DType::F64), target, |value| {
            value * most
        })),
        DType::U16 if target == DType::U8 => drop_bits(image, target, 8),
        DType::U32 => drop_bits(image, target, 32 - u32::from(bitdepth)),
        DType::U64 => drop_bits(image, target, 64 - u32::from(bitdepth)),
        DType::C64 | DType::C128 => Err(Error::unsupported(format!(
            "{} has no order, so it cannot be scaled to {target}",
            image.dtype()
        ))),
        _ => stretch(image, target, most),
    }
}

fn drop_bits(image: &NdImage, target: DType, bits: u32) -> Result<NdImage> {
    warn(
        image.dtype(),
        target,
        &format!("losing {bits} bits of resolution"),
    );
    let wide = image.cast(DType::U64);
    let high = wide.as_array::<u64>()?.mapv(|value| value >> bits);
    Ok(NdImage::from(high).cast(target))
}

fn stretch(image: &NdImage, target: DType, most: f64) -> Result<NdImage> {
    let is_float = matches!(image.dtype(), DType::F16 | DType::F32 | DType::F64);
    let wide = image.cast(DType::F64);
    let (least, largest) = range(&wide)?;
    if is_float && least >= 0.0 && largest <= 1.0 {
        warn(image.dtype(), target, "range [0, 1]");
        return Ok(mapped(&wide, target, |value| {
            (value * most + ALMOST_HALF).trunc()
        }));
    }
    for (end, value) in [("minimum", least), ("maximum", largest)] {
        if !value.is_finite() {
            return Err(Error::unsupported(format!(
                "{end} image value is not finite: {value}"
            )));
        }
    }
    if least >= largest {
        return Ok(mapped(&wide, target, f64::trunc));
    }
    warn(
        image.dtype(),
        target,
        &format!("range [{least}, {largest}]"),
    );
    Ok(mapped(&wide, target, |value| {
        ((value - least) / (largest - least) * most + ALMOST_HALF).trunc()
    }))
}

/// The least and the largest number; both are 0 where there is none.
fn range(wide: &NdImage) -> Result<(f64, f64)> {
    let values = wide.as_array::<f64>()?;
    let known = values.iter().copied().filter(|value| !value.is_nan());
    let ends = known.fold(None, |ends, value| {
        let (least, largest) = ends.unwrap_or((value, value));
        Some((f64::min(least, value), f64::max(largest, value)))
    });
    Ok(ends.unwrap_or((0.0, 0.0)))
}

/// Casting saturates and takes NaN for 0.
fn mapped(wide: &NdImage, target: DType, convert: impl Fn(f64) -> f64) -> NdImage {
    match wide.as_array::<f64>() {
        Ok(values) if target == DType::U8 => values.mapv(|value| convert(value) as u8).into(),
        Ok(values) => values.mapv(|value| convert(value) as u16).into(),
        Err(_) => wide.cast(target),
    }
}

fn warn(from: DType, to: DType, detail: &str) {
    log::warn!(
        "lossy conversion from {from} to {to}: {detail}; convert the image to {to} before saving to silence this"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;

    fn scaled<T: Element>(values: &[T], bitdepth: u8) -> Vec<u64> {
        let image = NdImage::from_vec(&[1, values.len()], values.to_vec()).expect("one row");
        let uint = image_as_uint(&image, bitdepth).expect("numbers");
        assert_eq!(uint.dtype().name(), format!("uint{bitdepth}"));
        uint.cast(DType::U64).into_vec().expect("uint64")
    }

    // checklist: B-087, B-088, B-090, B-091
    #[test]
    fn values_are_scaled_by_type_and_range() {
        assert_eq!(scaled(&[0u8, 7, 255], 8), [0, 7, 255]);
        assert_eq!(scaled(&[0u8, 255], 16), [0, 65535]);
        assert_eq!(scaled(&[1u8, 2], 16), [0, 65535], "by its own range");
        assert_eq!(
            scaled(&[0.0, 1.4 / 255.0, 1.6 / 255.0, 0.5, 1.0], 8),
            [0, 1, 2, 127, 255]
        );
        assert_eq!(scaled(&[0.0, 65534.6 / 65535.0], 16), [0, 65535]);
        assert_eq!(scaled(&[0.5f32], 8), [127]);
        assert_eq!(scaled(&[0x1234u16, 0xffff], 8), [0x12, 0xff]);
        assert_eq!(scaled(&[0x1234_5678u32], 8), [0x12]);
        assert_eq!(scaled(&[0x1234_5678u32], 16), [0x1234]);
        assert_eq!(scaled(&[0x1234_5678_9abc_def0u64], 16), [0x1234]);
        assert_eq!(scaled(&[-100i16, 0, 100], 8), [0, 127, 255]);
        assert_eq!(scaled(&[-2.0, 2.0], 8), [0, 255]);
        let image = NdImage::from_vec(&[1], vec![0u8]).expect("one");
        let error = image_as_uint(&image, 12).expect_err("no such depth");
        assert!(error.to_string().contains("either 8 or 16"), "{error}");
        let image = NdImage::from_vec(&[2], vec![0.0, f64::INFINITY]).expect("two");
        let error = image_as_uint(&image, 8).expect_err("no range");
        assert!(
            error
                .to_string()
                .contains("maximum image value is not finite"),
            "{error}"
        );
    }

    // checklist: B-092, B-093, B-094
    #[test]
    fn what_python_wraps_or_refuses_has_a_meaning() {
        assert_eq!(scaled(&[300i32, 300], 8), [255, 255]);
        assert_eq!(scaled(&[-3i32], 8), [0]);
        assert_eq!(scaled(&[false, true], 8), [0, 255]);
        assert_eq!(scaled(&[false, true], 16), [0, 65535]);
        assert_eq!(scaled(&[f64::NAN, 0.0, 1.0], 8), [0, 0, 255]);
        assert_eq!(scaled(&[f64::NAN, -1.0, 1.0], 8), [0, 0, 255]);
        assert_eq!(scaled(&[f64::NAN], 8), [0]);
    }
}
