//! The n-dimensional image: `ndarray` with an element type known at run time.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use ndarray::{ArcArray, Array, ArrayD, ArrayViewD, ArrayViewMutD, Axis, Dimension, IxDyn, Slice};

use crate::dtype::{Cast, DType, Element, for_each_dtype};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

mod npy;

macro_rules! define_data {
    ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
        /// The elements, shared between images until one of them is changed.
        #[derive(Clone)]
        enum Data {
            $($variant(ArcArray<$type, IxDyn>),)*
        }

        /// Runs `$body` with `$array` bound to the typed array.
        macro_rules! with_array {
            ($data:expr, $array:ident => $body:expr) => {
                match $data {
                    $(Data::$variant($array) => $body,)*
                }
            };
        }

        /// The same, wrapping the array that `$body` gives as the same variant.
        macro_rules! map_array {
            ($data:expr, $array:ident => $body:expr) => {
                match $data {
                    $(Data::$variant($array) => Data::$variant($body),)*
                }
            };
        }

        impl Data {
            fn dtype(&self) -> DType {
                match self {
                    $(Data::$variant(_) => DType::$variant,)*
                }
            }

            fn zeros(dtype: DType, shape: &[usize], limits: &Limits) -> Result<Data> {
                let len = checked_len(shape)?;
                Ok(match dtype {
                    $(DType::$variant => Data::$variant(from_parts(shape, limits.try_vec::<$type>(len, "image")?)?),)*
                })
            }
        }
    };
}
for_each_dtype!(define_data);

/// An n-dimensional image whose element type is known at run time.
///
/// Shapes are NumPy's: `(H, W)`, `(H, W, C)`, `(N, H, W[, C])`, `(D, H, W[, C])`.
/// Clones and [frames](NdImage::frame) share their elements until one of them is written to.
///
/// # Examples
/// ```
/// use imageio_core::{DType, NdImage};
/// let image = NdImage::from_vec(&[2, 3], vec![0u16, 1, 2, 3, 4, 5])?;
/// assert_eq!((image.shape(), image.dtype()), (&[2, 3][..], DType::U16));
/// assert_eq!(image.as_array::<u16>()?[[1, 2]], 5);
/// assert!(image.as_array::<u8>().is_err());
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Clone)]
pub struct NdImage(Data);

impl NdImage {
    /// An image of `shape` over `data` in row-major order, without a copy.
    ///
    /// # Errors
    /// `BadOption` when `data` has another number of elements than `shape` asks for.
    pub fn from_vec<T: Element>(shape: &[usize], data: Vec<T>) -> Result<Self> {
        Ok(NdImage(wrap(from_parts(shape, data)?)))
    }

    /// An image of zeros, inside the budget of `limits`.
    pub fn zeros(dtype: DType, shape: &[usize], limits: &Limits) -> Result<Self> {
        Data::zeros(dtype, shape, limits).map(NdImage)
    }

    /// Length of each axis.
    pub fn shape(&self) -> &[usize] {
        with_array!(&self.0, array => array.shape())
    }

    /// Number of axes.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        with_array!(&self.0, array => array.len())
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.0.dtype()
    }

    /// Bytes that the elements take.
    pub fn nbytes(&self) -> usize {
        self.len() * self.dtype().size()
    }

    /// The elements as a typed view.
    ///
    /// # Errors
    /// `BadOption` naming both types, when the image holds another one.
    pub fn as_array<T: Element>(&self) -> Result<ArrayViewD<'_, T>> {
        self.typed::<T>().map(|array| array.view())
    }

    /// The elements as a typed view to write to; shared elements are copied first.
    pub fn as_array_mut<T: Element>(&mut self) -> Result<ArrayViewMutD<'_, T>> {
        let held = self.dtype();
        with_array!(&mut self.0, array => (array as &mut dyn Any).downcast_mut::<ArcArray<T, IxDyn>>())
            .map(|array| array.view_mut())
            .ok_or_else(|| wrong_type::<T>(held))
    }

    /// The elements as an owned typed array; free unless they are shared.
    pub fn into_array<T: Element>(self) -> Result<ArrayD<T>> {
        let held = self.dtype();
        with_array!(self.0, array => same_type(array))
            .map(ArcArray::into_owned)
            .ok_or_else(|| wrong_type::<T>(held))
    }

    /// The elements as a slice in row-major order, where they lie so.
    ///
    /// # Errors
    /// `BadOption` for another type, `Unsupported` where the elements are strided.
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.typed::<T>()?
            .as_slice()
            .ok_or_else(|| Error::unsupported("the elements are not contiguous"))
    }

    /// The elements as a row-major `Vec`; free unless they are shared or strided.
    pub fn into_vec<T: Element>(self) -> Result<Vec<T>> {
        let array = self.into_array::<T>()?;
        if array.is_standard_layout() {
            let len = array.len();
            let (mut data, offset) = array.into_raw_vec_and_offset();
            let start = offset.unwrap_or(0);
            data.truncate(start + len);
            data.drain(..start);
            return Ok(data);
        }
        Ok(array.iter().copied().collect())
    }

    /// The elements' bytes, row-major and in the machine's byte order; copied only where strided.
    pub fn as_bytes(&self) -> Cow<'_, [u8]> {
        with_array!(&self.0, array => match array.as_slice() {
            Some(slice) => Cow::Borrowed(bytemuck::cast_slice(slice)),
            None => Cow::Owned(bytemuck::cast_slice(&array.iter().copied().collect::<Vec<_>>()).to_vec()),
        })
    }

    /// The same elements as another type, with the meaning of NumPy's `astype`:
    /// integers wrap, floats saturate towards integers, complex numbers lose their imaginary part.
    pub fn cast(&self, dtype: DType) -> NdImage {
        if dtype == self.dtype() {
            return self.clone();
        }
        macro_rules! cast_to {
            ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
                match dtype {
                    $(DType::$variant => NdImage(Data::$variant(
                        with_array!(&self.0, array => array.mapv(|value| <$type>::narrow(value.widen())).into_shared())
                    )),)*
                }
            };
        }
        for_each_dtype!(cast_to)
    }

    /// Stacks images of one shape and type along a new first axis.
    ///
    /// # Errors
    /// `Unsupported` for no image at all or for unequal ones, naming the first that differs.
    pub fn stack(images: &[NdImage]) -> Result<NdImage> {
        NdImage::stack_within(images, &Limits::unlimited())
    }

    /// [`stack`](NdImage::stack) inside the budget of `limits`.
    pub fn stack_within(images: &[NdImage], limits: &Limits) -> Result<NdImage> {
        let first = images
            .first()
            .ok_or_else(|| Error::unsupported("there is no image to stack"))?;
        let shape: Vec<usize> = std::iter::once(images.len())
            .chain(first.shape().iter().copied())
            .collect();
        let mut stacked = NdImage::zeros(first.dtype(), &shape, limits)?;
        for (position, image) in images.iter().enumerate() {
            stacked.set_frame(position, image)?;
        }
        Ok(stacked)
    }

    /// Image `position` along the first axis, sharing the elements.
    pub fn frame(&self, position: usize) -> Result<NdImage> {
        match self.shape().first() {
            Some(&count) if position < count => Ok(NdImage(
                map_array!(self.0.clone(), array => array.index_axis_move(Axis(0), position)),
            )),
            count => Err(Error::out_of_range(position, count.copied().unwrap_or(0))),
        }
    }

    /// Copies `image` to `position` along the first axis.
    ///
    /// # Errors
    /// `Unsupported` when shape or type differ, `OutOfRange` past the last position.
    pub fn set_frame(&mut self, position: usize, image: &NdImage) -> Result<()> {
        let count = self.shape().first().copied().unwrap_or(0);
        if position >= count {
            return Err(Error::out_of_range(position, count));
        }
        if self.shape()[1..] != *image.shape() || self.dtype() != image.dtype() {
            return Err(Error::unsupported(format!(
                "image {position} is {} of shape {:?}, the ones before it are {} of shape {:?}",
                image.dtype(),
                image.shape(),
                self.dtype(),
                &self.shape()[1..]
            )));
        }
        macro_rules! assign {
            ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
                match (&mut self.0, &image.0) {
                    $((Data::$variant(to), Data::$variant(from)) => to.index_axis_mut(Axis(0), position).assign(from),)*
                    _ => {}
                }
            };
        }
        for_each_dtype!(assign);
        Ok(())
    }

    /// Copies the elements of `image`, which has this image's shape and type.
    pub(crate) fn assign(&mut self, image: &NdImage) -> Result<()> {
        macro_rules! assign {
            ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
                match (&mut self.0, &image.0) {
                    $((Data::$variant(to), Data::$variant(from)) if to.shape() == from.shape() => to.assign(from),)*
                    _ => return Err(Error::bad_option("images of unequal shape or type")),
                }
            };
        }
        for_each_dtype!(assign);
        Ok(())
    }

    /// The part inside `ranges`, one for each of the first axes, sharing the elements.
    ///
    /// # Errors
    /// `OutOfRange` when a range leaves its axis, `BadOption` for more ranges than axes.
    pub fn crop(&self, ranges: &[Range<usize>]) -> Result<NdImage> {
        check_ranges(self.shape(), ranges)?;
        Ok(NdImage(map_array!(self.0.clone(), array => {
            let mut part = array;
            for (axis, range) in ranges.iter().enumerate() {
                part.slice_axis_inplace(Axis(axis), Slice::from(range.clone()));
            }
            part
        })))
    }

    /// The same elements in row-major order; copied only where they lie otherwise.
    pub fn to_contiguous(&self) -> NdImage {
        NdImage(map_array!(&self.0, array => {
            if array.is_standard_layout() { array.clone() } else { array.as_standard_layout().into_owned().into_shared() }
        }))
    }

    /// A row-major copy that keeps no larger array alive, for a part that is given away.
    pub fn compact(&self) -> NdImage {
        NdImage(map_array!(&self.0, array => array.as_standard_layout().into_owned().into_shared()))
    }

    /// The same elements under another shape.
    ///
    /// # Errors
    /// `BadOption` when the number of elements differs.
    pub fn reshape(&self, shape: &[usize]) -> Result<NdImage> {
        if checked_len(shape)? != self.len() {
            return Err(Error::bad_option(format!(
                "shape {:?} does not hold {} elements",
                shape,
                self.len()
            )));
        }
        Ok(NdImage(map_array!(&self.to_contiguous().0, array => {
            array.clone().into_shape_with_order(IxDyn(shape)).map_err(|e| Error::bad_option(e.to_string()))?
        })))
    }

    /// The image with its axes in the order of `axes`, sharing the elements.
    ///
    /// # Errors
    /// `BadOption` when `axes` does not name each axis once.
    pub fn permute(&self, axes: &[usize]) -> Result<NdImage> {
        let mut seen = axes.to_vec();
        seen.sort_unstable();
        if !seen.iter().copied().eq(0..self.ndim()) {
            return Err(Error::bad_option(format!(
                "axes {axes:?} do not name each of {} axes once",
                self.ndim()
            )));
        }
        Ok(NdImage(
            map_array!(self.0.clone(), array => array.permuted_axes(IxDyn(axes))),
        ))
    }

    /// The image mirrored along `axis`, sharing the elements.
    ///
    /// # Errors
    /// `BadOption` when there is no such axis.
    pub fn flip(&self, axis: usize) -> Result<NdImage> {
        if axis >= self.ndim() {
            return Err(Error::bad_option(format!(
                "there is no axis {axis} in shape {:?}",
                self.shape()
            )));
        }
        Ok(NdImage(map_array!(self.0.clone(), array => {
            let mut mirrored = array;
            mirrored.invert_axis(Axis(axis));
            mirrored
        })))
    }
}

impl NdImage {
    fn typed<T: Element>(&self) -> Result<&ArcArray<T, IxDyn>> {
        with_array!(&self.0, array => (array as &dyn Any).downcast_ref())
            .ok_or_else(|| wrong_type::<T>(self.dtype()))
    }
}

impl PartialEq for NdImage {
    /// Equal shape, type and elements.
    fn eq(&self, other: &Self) -> bool {
        macro_rules! equal {
            ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
                match (&self.0, &other.0) {
                    $((Data::$variant(a), Data::$variant(b)) => a == b,)*
                    _ => false,
                }
            };
        }
        for_each_dtype!(equal)
    }
}

impl fmt::Debug for NdImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NdImage({} {:?})", self.dtype(), self.shape())
    }
}

impl<T: Element, D: Dimension> From<Array<T, D>> for NdImage {
    /// Takes the array in without a copy.
    fn from(array: Array<T, D>) -> Self {
        NdImage(wrap(array.into_dyn().into_shared()))
    }
}

impl<T: Element, D: Dimension> From<ArcArray<T, D>> for NdImage {
    /// Shares the array.
    fn from(array: ArcArray<T, D>) -> Self {
        NdImage(wrap(array.into_dyn()))
    }
}

/// Number of elements of `shape`.
pub(crate) fn checked_len(shape: &[usize]) -> Result<usize> {
    shape
        .iter()
        .try_fold(1usize, |len, &axis| len.checked_mul(axis))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::LimitExceeded,
                format!("shape {shape:?} has more elements than can be counted"),
            )
        })
}

/// Refuses `ranges` that leave `shape`.
pub(crate) fn check_ranges(shape: &[usize], ranges: &[Range<usize>]) -> Result<()> {
    if ranges.len() > shape.len() {
        return Err(Error::bad_option(format!(
            "a window of {} ranges for shape {shape:?}",
            ranges.len()
        )));
    }
    for (axis, (range, &len)) in ranges.iter().zip(shape).enumerate() {
        if range.start > range.end || range.end > len {
            let message = format!(
                "window {}..{} leaves axis {axis} of length {len}",
                range.start, range.end
            );
            return Err(Error::new(ErrorKind::OutOfRange, message));
        }
    }
    Ok(())
}

fn from_parts<T>(shape: &[usize], data: Vec<T>) -> Result<ArcArray<T, IxDyn>> {
    let count = data.len();
    ArcArray::from_shape_vec(IxDyn(shape), data)
        .map_err(|_| Error::bad_option(format!("{count} elements do not fill shape {shape:?}")))
}

fn wrap<T: Element>(array: ArcArray<T, IxDyn>) -> Data {
    macro_rules! by_dtype {
        ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
            match T::DTYPE {
                $(DType::$variant => same_type(array).map(Data::$variant),)*
            }
        };
    }
    // `DTYPE` comes from the same list as the variants, so the types agree for every element type.
    for_each_dtype!(by_dtype)
        .unwrap_or_else(|| unreachable!("{} stored under its own name", T::DTYPE))
}

/// Gives `value` as a `B`, which is the same type written differently, or nothing.
fn same_type<A: 'static, B: 'static>(value: A) -> Option<B> {
    let mut slot = Some(value);
    (&mut slot as &mut dyn Any)
        .downcast_mut::<Option<B>>()
        .and_then(Option::take)
}

fn wrong_type<T: Element>(held: DType) -> Error {
    Error::bad_option(format!("the image holds {held}, not {}", T::DTYPE))
}
