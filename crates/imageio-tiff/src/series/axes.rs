//! Letters and lengths of axes.

/// The axes without those of length 1; `X` and `Y` stay, and so does the last where nothing else would.
pub(crate) fn squeeze(shape: &[usize], axes: &str) -> (Vec<usize>, String) {
    let all = || shape.iter().copied().zip(axes.chars());
    let kept: (Vec<usize>, String) = all()
        .filter(|&(len, axis)| len > 1 || matches!(axis, 'X' | 'Y'))
        .unzip();
    if kept.0.is_empty() {
        return all().last().into_iter().unzip();
    }
    kept
}

/// The axes with one of samples, which formats that name all axes have even for one sample.
pub(crate) fn with_samples(mut shape: Vec<usize>, mut axes: String) -> (Vec<usize>, String) {
    if !axes.contains('S') {
        shape.push(1);
        axes.push('S');
    }
    (shape, axes)
}

/// Number of elements, where it can be counted.
pub(crate) fn product(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |n, &len| n.checked_mul(len))
}

/// The letters for `new_shape`, which has as many elements as `shape`: axes that keep their length and their place
/// keep their letter, others get `Q`.
pub(crate) fn reshape(axes: &str, shape: &[usize], new_shape: &[usize]) -> Option<String> {
    let letters: Vec<char> = axes.chars().collect();
    if letters.len() != shape.len() || product(shape)? != product(new_shape)? || shape.is_empty() {
        return None;
    }
    let padding = shape.len().saturating_sub(new_shape.len());
    let padded = new_shape
        .iter()
        .copied()
        .chain(std::iter::repeat_n(1, padding));
    let padded: Vec<usize> = padded.collect();
    let mut at = Some(shape.len() - 1);
    let (mut old_size, mut new_size) = (1usize, 1usize);
    let mut result = Vec::with_capacity(padded.len());
    for &len in padded.iter().rev() {
        new_size = new_size.saturating_mul(len);
        while let Some(i) = at.filter(|&i| i > 0 && shape[i] == 1 && len != 1) {
            at = i.checked_sub(1);
        }
        match at.filter(|&i| shape[i] == len && new_size == old_size.saturating_mul(len)) {
            Some(i) => {
                old_size = old_size.saturating_mul(len);
                result.push(letters[i]);
                at = i.checked_sub(1);
            }
            None => result.push('Q'),
        }
    }
    Some(result.into_iter().skip(padding).rev().collect())
}

/// Whether pages of `page` make up `series` without a rest and without breaking an axis.
pub(crate) fn tiles(page: &[usize], series: &[usize]) -> bool {
    let (Some(page_size), Some(size)) = (product(page), product(series)) else {
        return false;
    };
    if page_size == 0 || size == 0 {
        return page_size == size;
    }
    if size % page_size != 0 {
        return false;
    }
    let mut rest = series.iter().rev();
    let (mut page_part, mut series_part) = (1usize, 1usize);
    for &len in page.iter().rev() {
        page_part = page_part.saturating_mul(len);
        for &axis in rest.by_ref() {
            series_part = series_part.saturating_mul(axis);
            if len == axis || page_part == series_part {
                break;
            }
            if axis != 1 && series_part != page_part {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeezing_keeps_the_image() {
        let of = |shape: &[usize], axes: &str| squeeze(shape, axes);
        assert_eq!(
            of(&[5, 1, 2, 1, 1], "TZYXC"),
            (vec![5, 2, 1], "TYX".to_owned())
        );
        assert_eq!(of(&[1], "Q"), (vec![1], "Q".to_owned()));
        assert_eq!(of(&[1, 1], "QS"), (vec![1], "S".to_owned()));
    }

    #[test]
    fn letters_follow_a_new_shape() {
        let of = |axes: &str, shape: &[usize], new: &[usize]| reshape(axes, shape, new);
        assert_eq!(
            of("YXS", &[219, 301, 1], &[219, 301]).as_deref(),
            Some("YX")
        );
        assert_eq!(
            of("IYX", &[12, 219, 301], &[3, 4, 219, 1, 301, 1]).as_deref(),
            Some("QQYQXQ")
        );
        assert_eq!(of("YX", &[2, 3], &[7]), None);
    }

    #[test]
    fn pages_tile_a_series_or_not() {
        assert!(tiles(&[5, 7], &[3, 5, 7]));
        assert!(tiles(&[5, 7, 3], &[2, 2, 5, 7, 3]));
        assert!(tiles(&[5, 7], &[3, 5, 1, 7, 1]));
        assert!(!tiles(&[5, 7], &[3, 7, 5]));
        assert!(!tiles(&[5, 7], &[3, 7]));
    }
}
