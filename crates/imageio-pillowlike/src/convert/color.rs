//! Between RGB, YCbCr and HSV.

use std::sync::LazyLock;

pub(super) fn add_alpha(from: &[u8], to: &mut [u8]) {
    const OPAQUE: u32 = 0xff00_0000;
    let (fours, rest) = from.as_chunks::<12>();
    let (whole, last) = to.split_at_mut(fours.len() * 16);
    // Words that overlap take less time than bytes one by one.
    for (to, four) in whole.as_chunks_mut::<16>().0.iter_mut().zip(fours) {
        let [a0, a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2] = *four;
        let word = |bytes: [u8; 4]| (u32::from_le_bytes(bytes) | OPAQUE).to_le_bytes();
        to[..4].copy_from_slice(&word([a0, a1, a2, b0]));
        to[4..8].copy_from_slice(&word([b0, b1, b2, c0]));
        to[8..12].copy_from_slice(&word([c0, c1, c2, d0]));
        to[12..]
            .copy_from_slice(&(u32::from_le_bytes([c2, d0, d1, d2]) >> 8 | OPAQUE).to_le_bytes());
    }
    for (to, &[r, g, b]) in last.as_chunks_mut().0.iter_mut().zip(rest.as_chunks().0) {
        *to = [r, g, b, 255];
    }
}

pub(super) fn drop_alpha(from: &[u8], to: &mut [u8]) {
    let (fours, rest) = from.as_chunks::<16>();
    let (whole, last) = to.split_at_mut(fours.len() * 12);
    for (to, four) in whole.as_chunks_mut::<12>().0.iter_mut().zip(fours) {
        let [a0, a1, a2, _, b0, b1, b2, _, c0, c1, c2, _, d0, d1, d2, _] = *four;
        *to = [a0, a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2];
    }
    for (to, &[r, g, b, _]) in last.as_chunks_mut().0.iter_mut().zip(rest.as_chunks().0) {
        *to = [r, g, b];
    }
}

pub(super) fn first_of_three(from: &[u8], to: &mut [u8]) {
    for (to, &[y, _, _]) in to.iter_mut().zip(from.as_chunks().0) {
        *to = y;
    }
}

pub(super) fn first_of_three_alpha(from: &[u8], to: &mut [u8]) {
    for (to, &[y, _, _]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [y, 255];
    }
}

/// `factor * value` in 6 bits of fixed point. Pillow adds the half that rounds before it cuts, negative or not.
fn fixed(factor: f64, value: i32) -> i64 {
    (factor * f64::from(value) * 64.0 + 0.5) as i64
}

/// What each level of red, green and blue adds to Y, Cb and Cr: three sums of 16 bits in one word.
static FROM_RGB: LazyLock<[[u64; 256]; 3]> = LazyLock::new(|| {
    let factors = [
        [0.299, -0.16874, 0.5],
        [0.587, -0.33126, -0.41869],
        [0.114, 0.5, -0.08131],
    ];
    let mut tables = [[0; 256]; 3];
    for (table, [y, cb, cr]) in tables.iter_mut().zip(factors) {
        for (value, word) in (0..).zip(table) {
            let sums = fixed(y, value) + (fixed(cb, value) << 16) + (fixed(cr, value) << 32);
            *word = sums as u64;
        }
    }
    // The middle of the colour differences, so that no sum is below zero and borrows from the next.
    let middle = 128u64 << 6;
    for word in &mut tables[0] {
        *word = word.wrapping_add(middle << 16 | middle << 32);
    }
    tables
});

pub(super) fn rgb_to_ycbcr(from: &[u8], to: &mut [u8]) {
    let [red, green, blue] = &*FROM_RGB;
    for (to, pixel) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let [r, g, b] = pixel.map(usize::from);
        let sums = red[r].wrapping_add(green[g]).wrapping_add(blue[b]);
        *to = [(sums >> 6) as u8, (sums >> 22) as u8, (sums >> 38) as u8];
    }
}

/// What Cr adds to red and green, and Cb to green and blue.
struct FromYCbCr {
    cr: [[i32; 2]; 256],
    cb: [[i32; 2]; 256],
}

static FROM_YCBCR: LazyLock<FromYCbCr> = LazyLock::new(|| {
    let difference = |factor, value: usize| fixed(factor, value as i32 - 128) as i32;
    FromYCbCr {
        cr: std::array::from_fn(|v| [difference(1.402, v) >> 6, difference(-0.71414, v)]),
        cb: std::array::from_fn(|v| [difference(-0.34414, v), difference(1.772, v) >> 6]),
    }
});

pub(super) fn ycbcr_to_rgb(from: &[u8], to: &mut [u8]) {
    let tables = &*FROM_YCBCR;
    for (to, &[y, cb, cr]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let y = i32::from(y);
        let [red, green_cr] = tables.cr[usize::from(cr)];
        let [green_cb, blue] = tables.cb[usize::from(cb)];
        let rgb = [y + red, y + ((green_cb + green_cr) >> 6), y + blue];
        *to = rgb.map(|value| value.clamp(0, 255) as u8);
    }
}

pub(super) fn rgb_to_hsv(from: &[u8], to: &mut [u8]) {
    for (to, &[r, g, b]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = hsv_of(r, g, b);
    }
}

/// Single and double precision alternate as in Pillow, so that the last digit is the same.
#[inline]
fn hsv_of(r: u8, g: u8, b: u8) -> [u8; 3] {
    let most = r.max(g).max(b);
    let least = r.min(g).min(b);
    if most == least {
        return [0, 0, most];
    }
    let range = f32::from(most - least);
    let part = |value: u8| f32::from(most - value) / range;
    let sixth = if r == most {
        part(b) - part(g)
    } else if g == most {
        (2.0 + f64::from(part(r)) - f64::from(part(b))) as f32
    } else {
        (4.0 + f64::from(part(g)) - f64::from(part(r))) as f32
    };
    let turns = f64::from(sixth) / 6.0 + 1.0;
    let hue = if turns >= 1.0 { turns - 1.0 } else { turns } as f32;
    let saturation = range / f32::from(most);
    let byte = |share: f32| (f64::from(share) * 255.0) as u8;
    [byte(hue), byte(saturation), most]
}

/// Which sixth of the circle a hue is in, and how far.
static SIXTHS: LazyLock<[(u8, f32); 256]> = LazyLock::new(|| {
    std::array::from_fn(|hue| {
        let sixths = hue as f64 * 6.0 / 255.0;
        let whole = sixths.floor();
        (whole as u8 % 6, (sixths - whole) as f32)
    })
});

pub(super) fn hsv_to_rgb(from: &[u8], to: &mut [u8]) {
    let sixths = &*SIXTHS;
    for (to, &[h, s, v]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let (sixth, part) = sixths[usize::from(h)];
        let saturation = (f64::from(s) / 255.0) as f32;
        // All values are above zero: the half that is added rounds as `round` does.
        let level = |less: f64| (f64::from(v) * (1.0 - less) + 0.5) as u8;
        let low = level(f64::from(saturation));
        let falling = level(f64::from(saturation * part));
        let rising = level(f64::from(saturation) * (1.0 - f64::from(part)));
        *to = match sixth {
            _ if s == 0 => [v, v, v],
            0 => [v, rising, low],
            1 => [falling, v, low],
            2 => [low, v, rising],
            3 => [low, falling, v],
            4 => [rising, low, v],
            _ => [v, low, falling],
        };
    }
}
