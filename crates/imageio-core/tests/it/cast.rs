//! Conversion between element types, with the meaning of NumPy's `astype`.

use imageio_core::num_complex::Complex;
use imageio_core::{DType, Element, NdImage, half::f16};

fn cast<A: Element, B: Element>(from: &[A]) -> Vec<B> {
    let image = NdImage::from_vec(&[from.len()], from.to_vec()).expect("one axis");
    image
        .cast(B::DTYPE)
        .into_vec()
        .expect("the type that was asked for")
}

// checklist: G-036
#[test]
fn integers_wrap() {
    assert_eq!(cast::<i32, u8>(&[300, -1, 65535, 7]), [44, 255, 255, 7]);
    assert_eq!(cast::<i8, u64>(&[-1]), [u64::MAX]);
    assert_eq!(cast::<u64, i64>(&[(1 << 63) + 5]), [i64::MIN + 5]);
    assert_eq!(cast::<u16, i8>(&[0x1ff, 0x80]), [-1, -128]);
    assert_eq!(cast::<u32, u64>(&[u32::MAX]), [u64::from(u32::MAX)]);
}

// checklist: G-036
#[test]
fn floats_saturate_towards_integers() {
    let floats = [1.9, -1.9, 300.0, -300.0, f64::NAN, f64::INFINITY];
    assert_eq!(cast::<f64, i16>(&floats), [1, -1, 300, -300, 0, i16::MAX]);
    assert_eq!(cast::<f64, u8>(&floats), [1, 0, 255, 0, 0, 255]);
    assert_eq!(cast::<f32, i64>(&[1e30, -1e30]), [i64::MAX, i64::MIN]);
    assert_eq!(
        cast::<f16, u8>(&[f16::from_f32(254.6), f16::INFINITY]),
        [254, 255]
    );
}

#[test]
fn numbers_become_the_nearest_float() {
    assert_eq!(cast::<u8, f32>(&[0, 255]), [0.0, 255.0]);
    // Rounded once: by way of a double it would become 2⁶⁰.
    let between = (1i64 << 60) + (1 << 36) + 1;
    assert_eq!(
        cast::<i64, f32>(&[between]),
        [(1i64 << 60) as f32 + (1i64 << 37) as f32]
    );
    let real = Complex::new(cast::<i64, f32>(&[between])[0], 0.0);
    assert_eq!(cast::<i64, Complex<f32>>(&[between]), [real]);
    let halves: Vec<f16> = cast::<i32, f16>(&[65519, 65520, 2049, 2051, -7]);
    let expected = [65504.0, f32::INFINITY, 2048.0, 2052.0, -7.0];
    assert_eq!(halves, expected.map(f16::from_f32));
    let singles = cast::<f64, f32>(&[1e40, -1.5, 0.1]);
    assert_eq!(singles, [f32::INFINITY, -1.5, 0.1]);
    assert_eq!(cast::<u64, f64>(&[u64::MAX]), [18446744073709551616.0]);
}

#[test]
fn complex_numbers_lose_their_imaginary_part() {
    let numbers = [
        Complex::new(3.7, 4.0),
        Complex::new(0.0, 1.0),
        Complex::new(0.0, 0.0),
    ];
    assert_eq!(cast::<Complex<f64>, i32>(&numbers), [3, 0, 0]);
    assert_eq!(cast::<Complex<f64>, f32>(&numbers), [3.7, 0.0, 0.0]);
    assert_eq!(cast::<Complex<f64>, bool>(&numbers), [true, true, false]);
    assert_eq!(
        cast::<Complex<f64>, Complex<f32>>(&numbers)[0],
        Complex::new(3.7, 4.0)
    );
    assert_eq!(cast::<u8, Complex<f64>>(&[9]), [Complex::new(9.0, 0.0)]);
}

#[test]
fn anything_but_zero_is_true() {
    assert_eq!(cast::<i16, bool>(&[0, -1, 256]), [false, true, true]);
    assert_eq!(
        cast::<f64, bool>(&[0.0, -0.0, 0.1, f64::NAN]),
        [false, false, true, true]
    );
    assert_eq!(cast::<bool, u16>(&[false, true]), [0, 1]);
    assert_eq!(cast::<bool, f16>(&[true]), [f16::ONE]);
}

#[test]
fn each_type_reaches_each_other_with_small_numbers() {
    for from in DType::ALL {
        for to in DType::ALL {
            let image = NdImage::from_vec(&[2], vec![0u8, 1]).expect("two");
            let there = image.cast(*from).cast(*to);
            assert_eq!(there.dtype(), *to);
            assert_eq!(there.cast(DType::U8), image, "{from} to {to}");
        }
    }
    let image = NdImage::from_vec(&[2], vec![0u8, 1]).expect("two");
    let same = image.cast(DType::U8);
    let start = |image: &NdImage| image.as_slice::<u8>().map(<[u8]>::as_ptr).ok();
    assert_eq!(start(&same), start(&image), "the same type is no copy");
}
