//! Between sRGB and CIE L*a*b* of the white D50, in bytes: L* over 0 to 255, a* and b* as signed bytes.
//!
//! The formulas themselves. Pillow asks a colour management system, whose tables may differ by one.

use std::sync::LazyLock;

/// From linear sRGB to XYZ relative to D50 (adapted after Bradford); each row is divided by the white.
const TO_XYZ: [[f32; 3]; 3] = [
    [
        0.436_074_7 / 0.964_2,
        0.385_064_9 / 0.964_2,
        0.143_080_4 / 0.964_2,
    ],
    [0.222_504_5, 0.716_878_6, 0.060_616_9],
    [
        0.013_932_2 / 0.824_9,
        0.097_104_5 / 0.824_9,
        0.714_173_3 / 0.824_9,
    ],
];

/// Its inverse.
static TO_RGB: LazyLock<[[f32; 3]; 3]> = LazyLock::new(|| inverse(TO_XYZ));

fn inverse(m: [[f32; 3]; 3]) -> [[f32; 3]; 3] {
    let m = m.map(|row| row.map(f64::from));
    let minor = |row: usize, column: usize| {
        let (r0, r1) = ((row + 1) % 3, (row + 2) % 3);
        let (c0, c1) = ((column + 1) % 3, (column + 2) % 3);
        m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0]
    };
    let determinant: f64 = (0..3).map(|column| m[0][column] * minor(0, column)).sum();
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (minor(column, row) / determinant) as f32)
    })
}

/// IEC 61966-2-1, from a byte to light.
static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|level| {
        let level = level as f64 / 255.0;
        let light = if level <= 0.04045 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        };
        light as f32
    })
});

fn level_of(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let level = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (level * 255.0 + 0.5) as u8
}

/// Below it the cube root is replaced by a line: (6 / 29)^3.
const BEND: f32 = 216.0 / 24389.0;

fn response(share: f32) -> f32 {
    if share > BEND {
        share.cbrt()
    } else {
        share * (841.0 / 108.0) + 4.0 / 29.0
    }
}

fn share(response: f32) -> f32 {
    if response > 6.0 / 29.0 {
        response.powi(3)
    } else {
        (response - 4.0 / 29.0) * (108.0 / 841.0)
    }
}

fn multiply(m: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

pub(super) fn from_rgb(from: &[u8], to: &mut [u8]) {
    let light = &*LIGHT;
    for (to, pixel) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let linear = pixel.map(|level: u8| light[usize::from(level)]);
        let [x, y, z] = multiply(&TO_XYZ, linear).map(response);
        let lightness = (116.0 * y - 16.0) * 2.55;
        let signed = |difference: f32| difference.round().clamp(-128.0, 127.0) as i8 as u8;
        *to = [
            (lightness + 0.5) as u8,
            signed(500.0 * (x - y)),
            signed(200.0 * (y - z)),
        ];
    }
}

fn rgb_of([lightness, a, b]: [u8; 3]) -> [u8; 3] {
    let y = (f32::from(lightness) / 2.55 + 16.0) / 116.0;
    let x = y + f32::from(a as i8) / 500.0;
    let z = y - f32::from(b as i8) / 200.0;
    multiply(&TO_RGB, [x, y, z].map(share)).map(level_of)
}

pub(super) fn to_rgb(from: &[u8], to: &mut [u8]) {
    for (to, &pixel) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = rgb_of(pixel);
    }
}

pub(super) fn to_rgba(from: &[u8], to: &mut [u8]) {
    for (to, &pixel) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let [r, g, b] = rgb_of(pixel);
        *to = [r, g, b, 255];
    }
}
