//! Luminance and chroma: `Y`, `RY` and `BY` made red, green and blue.

use super::place::Sample;

/// How much of the luminance each primary gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weights {
    red: f32,
    green: f32,
    blue: f32,
}

/// Those of Rec. 709, which hold where a file names no primaries.
const REC_709: Weights = Weights {
    red: 0.2126,
    green: 0.7152,
    blue: 0.0722,
};

impl Weights {
    /// The weights of primaries and a white point, x and y each.
    pub(super) fn of(chromaticities: Option<&[f32]>) -> Self {
        let Some(&[rx, ry, gx, gy, bx, by, wx, wy]) = chromaticities else {
            return REC_709;
        };
        // The amounts of the primaries that make white solve a linear system; the luminance of each is its amount by y.
        let column = |x: f32, y: f32| [f64::from(x), f64::from(y), f64::from(1.0 - x - y)];
        let (r, g, b, w) = (
            column(rx, ry),
            column(gx, gy),
            column(bx, by),
            column(wx, wy),
        );
        let det = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
            a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1])
                + c[0] * (a[1] * b[2] - a[2] * b[1])
        };
        let whole = det(r, g, b) * w[1];
        let part = |det: f64, y: f64| (det * y / whole) as f32;
        let weights = Weights {
            red: part(det(w, g, b), r[1]),
            green: part(det(r, w, b), g[1]),
            blue: part(det(r, g, w), b[1]),
        };
        let is_usable = [weights.red, weights.green, weights.blue]
            .iter()
            .all(|weight| weight.is_finite() && *weight > 0.0);
        if is_usable { weights } else { REC_709 }
    }

    /// Changes pixels of `depth` elements in place.
    pub(super) fn to_rgb<T: Sample>(self, pixels: &mut [T], depth: usize) {
        for pixel in pixels.chunks_exact_mut(depth) {
            if let [y, ry, by, ..] = pixel {
                let luminance = y.number();
                let red = (ry.number() + 1.0) * luminance;
                let blue = (by.number() + 1.0) * luminance;
                let green = (luminance - red * self.red - blue * self.blue) / self.green;
                *y = T::of_number(red);
                *ry = T::of_number(green);
                *by = T::of_number(blue);
            }
        }
    }
}
