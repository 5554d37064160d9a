//! Pixels that are stored as they are decoded, but for the order of their bytes.

use imageio_core::{DType, Result};

use super::source::Source;

/// Fills `out` with what lies at `offset`, and puts it into this machine's byte order.
pub(crate) fn read(source: &Source, offset: u64, dtype: DType, out: &mut [u8]) -> Result<()> {
    source.read_exact_at(offset, out)?;
    to_native(source, dtype, out);
    Ok(())
}

/// Fills `out` with the ranges of bytes `(offset, length)`, one after the other.
pub(crate) fn read_runs(
    source: &Source,
    runs: &[(u64, usize)],
    dtype: DType,
    out: &mut [u8],
) -> Result<()> {
    let mut rest = &mut *out;
    let mut parts = Vec::with_capacity(runs.len());
    for &(offset, len) in runs {
        let (part, behind) = rest.split_at_mut(len.min(rest.len()));
        rest = behind;
        parts.push((offset, part));
    }
    source.read_ranges(&mut parts)?;
    to_native(source, dtype, out);
    Ok(())
}

fn to_native(source: &Source, dtype: DType, bytes: &mut [u8]) {
    if source.order().is_native() {
        return;
    }
    // The two parts of a complex number are turned one by one.
    let size = if dtype.is_complex() {
        dtype.size() / 2
    } else {
        dtype.size()
    };
    match size {
        2 => bytes
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        4 => bytes
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        8 => bytes
            .as_chunks_mut::<8>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use imageio_core::Request;

    use super::*;

    #[test]
    fn numbers_come_in_this_machines_order() {
        let file = b"MM\0*\0\0\0\0\0\x01\0\x02\0\x03\0\x04".to_vec();
        let source = Source::open(Request::from(file), None, None).unwrap();
        let native = |numbers: [u16; 2]| numbers.map(u16::to_ne_bytes).concat();
        let mut out = [0; 4];
        read(&source, 8, DType::U16, &mut out).unwrap();
        assert_eq!(out.to_vec(), native([1, 2]));
        read_runs(&source, &[(8, 2), (14, 2)], DType::U16, &mut out).unwrap();
        assert_eq!(out.to_vec(), native([1, 4]));
    }
}
