//! Raw arrays as NumPy writes them.

use imageio_core::num_complex::Complex;
use imageio_core::{Element, NdImage, Result, half::f16};

/// The file that `numpy.save` writes: headers taken from NumPy 2.
fn expected(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut file = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    file.extend(format!("{dict:<117}\n").into_bytes());
    assert_eq!(file.len(), 128);
    file.extend(data);
    file
}

fn npy<T: Element>(shape: &[usize], data: &[T]) -> Vec<u8> {
    let image = NdImage::from_vec(shape, data.to_vec()).expect("as many as the shape asks for");
    let mut written = Vec::new();
    image
        .write_npy(&mut written)
        .expect("memory takes everything");
    assert_eq!(written, image.to_npy());
    written
}

// checklist: G-035
#[test]
fn headers_are_numpys_own() {
    assert_eq!(
        npy(&[], &[7u8]),
        expected(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
            &[7]
        )
    );
    assert_eq!(
        npy(&[3], &[1i8, -1, 0]),
        expected(
            "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }",
            &[1, 255, 0]
        )
    );
    assert_eq!(
        npy(&[2, 0], &[] as &[bool]),
        expected(
            "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 0), }",
            &[]
        )
    );
}

#[cfg(target_endian = "little")]
// checklist: G-035
#[test]
fn wide_elements_say_their_byte_order() {
    assert_eq!(
        npy(&[3], &[0u16, 1, 0x0203]),
        expected(
            "{'descr': '<u2', 'fortran_order': False, 'shape': (3,), }",
            &[0, 0, 1, 0, 3, 2]
        )
    );
    assert_eq!(
        npy(&[1, 1, 2], &[1.0f32, -2.0]),
        expected(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2), }",
            &[0, 0, 128, 63, 0, 0, 0, 192]
        )
    );
    assert_eq!(
        npy(&[1], &[f16::ONE]),
        expected(
            "{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }",
            &[0, 60]
        )
    );
    assert_eq!(
        npy(&[1, 1], &[Complex::new(1.0f64, 0.0)]),
        expected(
            "{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1), }",
            &[0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 0]
        )
    );
    assert_eq!(
        npy(&[1], &[-2i64])[..80],
        expected(
            "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
            &[]
        )[..80]
    );
}

#[test]
fn a_long_shape_moves_the_data_to_the_next_multiple_of_64() {
    let file = npy(&[1; 40], &[5u8]);
    assert_eq!((file.len(), file[256], file[255]), (257, 5, b'\n'));
    assert_eq!(file[8..10], 246u16.to_le_bytes());
}

// checklist: G-006
#[test]
fn a_view_is_written_row_by_row() -> Result<()> {
    let image = NdImage::from_vec(&[2, 2], vec![1u8, 2, 3, 4])?.permute(&[1, 0])?;
    let dict = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }";
    assert_eq!(image.to_npy(), expected(dict, &[1, 3, 2, 4]));
    Ok(())
}
