//! Gamma at the depth of the samples.

use imageio_core::{DType, NdImage, Result};

/// What becomes of a value between two levels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rounding {
    /// It goes up, unless it is less than a ten-thousandth above: the `pillow` plugin.
    Up,
    /// It goes to the nearer one: the plugins of the older names.
    Nearest,
}

impl Rounding {
    fn of(self, value: f64) -> f64 {
        // Both of ImageIO's plugins add the same before they round or cut.
        let value = value + 0.4999;
        match self {
            Rounding::Up => value.round_ties_even(),
            Rounding::Nearest => value.trunc(),
        }
    }
}

/// Raises the values, as shares of the type's largest, to `gamma`. Bool and signed images stay as they are.
pub(crate) fn apply_gamma(image: &NdImage, gamma: f64, rounding: Rounding) -> Result<NdImage> {
    let raise = |value: f64, most: f64| (value / most).powf(gamma) * most;
    let round = |value: f64| rounding.of(value);
    match image.dtype() {
        DType::U8 => {
            let table: [u8; 256] =
                std::array::from_fn(|value| round(raise(value as f64, 255.0)) as u8);
            let samples = image.as_array::<u8>()?;
            Ok(samples.mapv(|value| table[usize::from(value)]).into())
        }
        DType::U16 => {
            let table: Vec<u16> = (0..=u16::MAX)
                .map(|value| round(raise(value.into(), 65535.0)) as u16)
                .collect();
            let samples = image.as_array::<u16>()?;
            Ok(samples.mapv(|value| table[usize::from(value)]).into())
        }
        DType::F32 => {
            let samples = image.as_array::<f32>()?;
            Ok(samples.mapv(|value| raise(value.into(), 1.0) as f32).into())
        }
        _ => Ok(image.clone()),
    }
}
