//! The value of pixels that a file leaves out.

use imageio_core::{DType, half::f16};

use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;

/// The bytes of a sample that stands for no data, which GDAL notes as text; zeros without such a note.
pub(super) fn sample(source: &Source, page: &Page, dtype: DType) -> [u8; 16] {
    let text = page
        .ifd
        .get(tags::GDAL_NODATA)
        .and_then(|entry| source.text(entry).ok());
    // Some locales write a comma.
    let text = text.map(|text| text.trim().replace(',', "."));
    text.and_then(|text| parsed(&text, dtype))
        .unwrap_or_default()
}

/// Repeats `sample` all over `bytes`.
pub(super) fn fill(bytes: &mut [u8], sample: &[u8]) {
    if sample.iter().all(|&byte| byte == 0) {
        bytes.fill(0);
        return;
    }
    for target in bytes.chunks_exact_mut(sample.len().max(1)) {
        target.copy_from_slice(sample);
    }
}

fn parsed(text: &str, dtype: DType) -> Option<[u8; 16]> {
    fn padded<const N: usize>(bytes: [u8; N]) -> [u8; 16] {
        let mut sample = [0; 16];
        sample
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
        sample
    }
    macro_rules! bytes {
        ($type:ty) => {
            padded(text.parse::<$type>().ok()?.to_ne_bytes())
        };
    }
    Some(match dtype {
        DType::U8 => bytes!(u8),
        DType::U16 => bytes!(u16),
        DType::U32 => bytes!(u32),
        DType::U64 => bytes!(u64),
        DType::I8 => bytes!(i8),
        DType::I16 => bytes!(i16),
        DType::I32 => bytes!(i32),
        DType::I64 => bytes!(i64),
        DType::F16 => padded(f16::from_f64(text.parse().ok()?).to_ne_bytes()),
        DType::F32 | DType::C64 => bytes!(f32),
        DType::F64 | DType::C128 => bytes!(f64),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use imageio_core::DType;

    use super::{fill, parsed};

    #[test]
    fn notes_become_samples_of_the_type() {
        let of = |text, dtype: DType| parsed(text, dtype).map(|s| s[..dtype.size()].to_vec());
        assert_eq!(
            of("-9999", DType::I16),
            Some((-9999i16).to_ne_bytes().to_vec())
        );
        assert_eq!(of("-9999", DType::U16), None);
        assert_eq!(of("nan", DType::F32).map(|s| s.len()), Some(4));
        assert_eq!(of("1.5", DType::F64), Some(1.5f64.to_ne_bytes().to_vec()));
        let mut bytes = [9; 5];
        fill(&mut bytes, &[1, 2]);
        assert_eq!(bytes, [1, 2, 1, 2, 9]);
    }
}
