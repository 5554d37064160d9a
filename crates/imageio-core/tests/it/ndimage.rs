//! Images as arrays: typed access without copies, views, and shapes.

use imageio_core::ndarray::{Array2, Array3, arr2, s};
use imageio_core::num_complex::Complex;
use imageio_core::{DType, ErrorKind, Limits, NdImage, Result, half::f16};

fn counting(shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>() as u16;
    NdImage::from_vec(shape, (0..len).collect()).expect("as many elements as the shape asks for")
}

fn values(image: &NdImage) -> Vec<u16> {
    let array = image.as_array::<u16>().expect("uint16");
    array.iter().copied().collect()
}

// checklist: G-005
#[test]
fn every_element_type_has_its_name() -> Result<()> {
    macro_rules! check {
        ($($type:ty, $name:literal, $size:literal);*) => {$(
            let image = NdImage::from_vec(&[2], vec![<$type>::default(); 2])?;
            assert_eq!((image.dtype().name(), image.nbytes()), ($name, 2 * $size));
            assert!(image.as_array::<$type>().is_ok());
        )*};
    }
    check!(
        bool, "bool", 1; u8, "uint8", 1; u16, "uint16", 2; u32, "uint32", 4; u64, "uint64", 8;
        i8, "int8", 1; i16, "int16", 2; i32, "int32", 4; i64, "int64", 8;
        f16, "float16", 2; f32, "float32", 4; f64, "float64", 8;
        Complex<f32>, "complex64", 8; Complex<f64>, "complex128", 16
    );
    assert_eq!(DType::ALL.len(), 14);
    assert!(DType::U16.is_integer() && !DType::Bool.is_integer() && !DType::F16.is_integer());
    assert!(DType::F16.is_float() && DType::C64.is_complex() && !DType::C64.is_float());
    Ok(())
}

// checklist: G-005, G-006
#[test]
fn typed_access_copies_nothing_in_either_direction() -> Result<()> {
    let data = vec![1u16, 2, 3, 4, 5, 6];
    let start = data.as_ptr();
    let image = NdImage::from_vec(&[2, 3], data)?;
    assert_eq!(image.as_array::<u16>()?.as_ptr(), start);
    assert_eq!(image.as_slice::<u16>()?.as_ptr(), start);
    assert_eq!(image.as_bytes().as_ptr(), start.cast());
    let array = image.into_array::<u16>()?;
    assert_eq!(array.as_ptr(), start);
    let mut image = NdImage::from(array);
    image.as_array_mut::<u16>()?[[1, 2]] = 60;
    assert_eq!(image.as_slice::<u16>()?.as_ptr(), start);
    let data = image.into_vec::<u16>()?;
    assert_eq!((data.as_ptr(), data[5]), (start, 60));

    let array = Array3::<f32>::zeros((2, 2, 2));
    let start = array.as_ptr();
    let shared = NdImage::from(array.into_shared());
    assert_eq!(shared.as_array::<f32>()?.as_ptr(), start);
    Ok(())
}

#[test]
fn a_wrong_type_is_an_error_that_names_both() {
    let mut image = counting(&[2]);
    let message = "the image holds uint16, not float32";
    let errors = [
        image.as_array::<f32>().err(),
        image.as_slice::<f32>().err(),
        image.as_array_mut::<f32>().err(),
        image.clone().into_array::<f32>().err(),
        image.clone().into_vec::<f32>().err(),
    ];
    for error in errors.into_iter().map(|error| error.expect("another type")) {
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::BadOption, message)
        );
    }
    let error = NdImage::from_vec(&[2, 2], vec![0u8; 3]).expect_err("three do not fill four");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    let error = NdImage::from_vec(&[usize::MAX, 2], vec![0u8; 3]).expect_err("absurd");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

// checklist: A-017, G-010
#[test]
fn unequal_images_do_not_stack() -> Result<()> {
    let stacked = NdImage::stack(&[counting(&[2, 2]), counting(&[2, 2])])?;
    assert_eq!(stacked.shape(), [2, 2, 2]);
    assert_eq!(values(&stacked), [0, 1, 2, 3, 0, 1, 2, 3]);
    for other in [counting(&[2, 3]), counting(&[2, 2]).cast(DType::U8)] {
        let error = NdImage::stack(&[counting(&[2, 2]), other]).expect_err("unequal");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().starts_with("image 1 is "), "{error}");
        assert!(
            error.message().contains("uint16 of shape [2, 2]"),
            "{error}"
        );
    }
    assert_eq!(
        NdImage::stack(&[]).map_err(|e| e.kind()),
        Err(ErrorKind::Unsupported)
    );
    let error = NdImage::stack_within(&[counting(&[2, 2])], &Limits::new().bytes(7));
    assert_eq!(error.map_err(|e| e.kind()), Err(ErrorKind::LimitExceeded));
    Ok(())
}

#[test]
fn frames_share_memory_until_one_is_changed() -> Result<()> {
    let stack = counting(&[2, 2, 2]);
    let mut second = stack.frame(1)?;
    let start = stack.as_slice::<u16>()?[4..].as_ptr();
    assert_eq!(second.as_slice::<u16>()?.as_ptr(), start);
    second.as_array_mut::<u16>()?.fill(9);
    assert_eq!(values(&second), [9, 9, 9, 9]);
    assert_eq!(values(&stack), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(stack.frame(1)?.into_vec::<u16>()?, [4, 5, 6, 7]);
    for (image, position) in [(&stack, 2), (&stack.reshape(&[8])?.frame(0)?, 0)] {
        let error = image.frame(position).expect_err("no such frame");
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
    }
    Ok(())
}

#[test]
fn a_frame_is_copied_to_its_place() -> Result<()> {
    let mut stack = NdImage::zeros(DType::U16, &[2, 2, 2], &Limits::new())?;
    stack.set_frame(1, &counting(&[2, 2]))?;
    stack.set_frame(0, &counting(&[2, 2]).flip(1)?)?;
    assert_eq!(values(&stack), [1, 0, 3, 2, 0, 1, 2, 3]);
    let wrong = counting(&[2, 2]).cast(DType::I16);
    for (position, image, kind) in [
        (2, counting(&[2, 2]), ErrorKind::OutOfRange),
        (0, counting(&[4]), ErrorKind::Unsupported),
        (0, wrong, ErrorKind::Unsupported),
    ] {
        assert_eq!(
            stack.set_frame(position, &image).map_err(|e| e.kind()),
            Err(kind)
        );
    }
    let mut scalar = counting(&[]);
    assert!(scalar.set_frame(0, &counting(&[])).is_err());
    Ok(())
}

// checklist: G-006
#[test]
fn strided_input_is_taken_as_it_lies() -> Result<()> {
    let wide: Array2<u16> = Array2::from_shape_fn((4, 6), |(y, x)| (10 * y + x) as u16);
    let sliced = NdImage::from(wide.slice(s![..;2, 1..;3]).to_owned());
    assert_eq!(
        (sliced.shape(), values(&sliced)),
        (&[2, 2][..], vec![1, 4, 21, 24])
    );
    let part = NdImage::from(wide.clone().into_shared()).crop(&[1..3, 2..4])?;
    let columns = NdImage::from(arr2(&[[1u16, 2], [3, 4]]).reversed_axes());
    assert_eq!(values(&columns), [1, 3, 2, 4]);
    for (image, expected) in [(part, [12, 13, 22, 23]), (columns, [1, 3, 2, 4])] {
        let bytes: Vec<u8> = expected
            .iter()
            .flat_map(|v: &u16| v.to_ne_bytes())
            .collect();
        assert_eq!(image.as_bytes(), bytes);
        assert_eq!(
            image.as_slice::<u16>().map_err(|e| e.kind()),
            Err(ErrorKind::Unsupported)
        );
        assert_eq!(image.to_contiguous().as_slice::<u16>()?, expected);
        assert_eq!(
            image.cast(DType::U32).into_vec::<u32>()?,
            expected.map(u32::from)
        );
        assert_eq!(image.reshape(&[4])?.into_vec::<u16>()?, expected);
        assert!(image.to_npy().ends_with(&bytes));
        assert_eq!(image.clone().into_vec::<u16>()?, expected);
        assert_eq!(image, NdImage::from_vec(&[2, 2], expected.to_vec())?);
    }
    Ok(())
}

#[test]
fn parts_share_memory_and_stay_inside() -> Result<()> {
    let image = counting(&[4, 5]);
    let part = image.crop(&[1..3])?;
    assert_eq!((part.shape(), values(&part)[0]), (&[2, 5][..], 5));
    assert_eq!(
        part.as_slice::<u16>()?.as_ptr(),
        image.as_slice::<u16>()?[5..].as_ptr()
    );
    assert_eq!(part.into_vec::<u16>()?, (5..15).collect::<Vec<_>>());
    assert!(image.crop(&[2..2, 0..5])?.is_empty());
    for (ranges, kind) in [
        (vec![0..5], ErrorKind::OutOfRange),
        (vec![0..4, 6..6], ErrorKind::OutOfRange),
        (vec![0..1, 0..1, 0..1], ErrorKind::BadOption),
    ] {
        assert_eq!(
            image.crop(&ranges).map_err(|e| e.kind()),
            Err(kind),
            "{ranges:?}"
        );
    }
    Ok(())
}

// checklist: G-035
#[test]
fn axes_can_be_reshaped_permuted_and_mirrored() -> Result<()> {
    let image = counting(&[2, 3]);
    assert_eq!(values(&image.flip(0)?), [3, 4, 5, 0, 1, 2]);
    assert_eq!(values(&image.flip(1)?), [2, 1, 0, 5, 4, 3]);
    let turned = image.permute(&[1, 0])?;
    assert_eq!(
        (turned.shape(), values(&turned)),
        (&[3, 2][..], vec![0, 3, 1, 4, 2, 5])
    );
    // NumPy's `rot90`: a quarter turn counter-clockwise.
    let quarter = image.permute(&[1, 0])?.flip(0)?;
    assert_eq!(
        (quarter.shape(), values(&quarter)),
        (&[3, 2][..], vec![2, 5, 1, 4, 0, 3])
    );
    assert_eq!(
        quarter.reshape(&[2, 3])?.into_vec::<u16>()?,
        [2, 5, 1, 4, 0, 3]
    );
    let planar = counting(&[2, 2, 3]).permute(&[2, 0, 1])?;
    assert_eq!(
        (planar.shape(), values(&planar)[..4].to_vec()),
        (&[3, 2, 2][..], vec![0, 3, 6, 9])
    );
    for axes in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 2]] {
        assert_eq!(
            image.permute(axes).map_err(|e| e.kind()),
            Err(ErrorKind::BadOption)
        );
    }
    assert_eq!(
        image.flip(2).map_err(|e| e.kind()),
        Err(ErrorKind::BadOption)
    );
    for shape in [&[5][..], &[usize::MAX, 2]] {
        assert!(image.reshape(shape).is_err());
    }
    Ok(())
}

#[test]
fn images_compare_by_shape_type_and_elements() {
    let image = counting(&[2, 2]);
    assert_eq!(image, image.clone());
    assert_ne!(image, counting(&[4]));
    assert_ne!(image, image.cast(DType::U32));
    assert_ne!(image, image.flip(0).expect("axis 0"));
    assert_eq!(format!("{image:?}"), "NdImage(uint16 [2, 2])");
}
