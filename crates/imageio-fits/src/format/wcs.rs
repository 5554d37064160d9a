//! Distances between pixels, from the linear part of the world coordinates (section 8.2).

use super::header::Header;

/// The distance along each of `count` axes, in the order of the file, where coordinates are linear in the pixels
/// or become so by a projection of the sky.
pub(crate) fn spacing(header: &Header, count: usize) -> Option<Vec<f64>> {
    if count == 0 || count > 9 || !(1..=count).all(|axis| is_linear(header, axis)) {
        return None;
    }
    let matrix = Matrix::of(header, count)?;
    let lengths: Vec<f64> = (1..=count).map(|axis| matrix.length(axis)).collect();
    let good = lengths
        .iter()
        .all(|length| length.is_finite() && *length > 0.0);
    good.then_some(lengths)
}

/// Whether `CTYPEn` names no algorithm but a projection of the sky.
fn is_linear(header: &Header, axis: usize) -> bool {
    const CURVED: [&str; 3] = ["-LOG", "-TAB", "-GRA"];
    let kind = header.text(&format!("CTYPE{axis}")).unwrap_or_default();
    let algorithm = kind.get(4..8).unwrap_or_default();
    // Of spectral algorithms, `-X2P` leads from a linear variable to another one (section 8.4).
    let spectral = algorithm.len() == 4 && algorithm.as_bytes().get(2) == Some(&b'2');
    !CURVED.contains(&algorithm) && !spectral
}

enum Matrix<'a> {
    /// `CDi_j`.
    Whole(&'a Header, usize),
    /// `CDELTi` times `PCi_j`.
    Scaled(&'a Header, usize),
}

impl<'a> Matrix<'a> {
    fn of(header: &'a Header, count: usize) -> Option<Self> {
        let all = || (1..=count).flat_map(|i| (1..=count).map(move |j| (i, j)));
        if all().any(|(i, j)| header.number(&format!("CD{i}_{j}")).is_some()) {
            return Some(Matrix::Whole(header, count));
        }
        let has = (1..=count).any(|i| header.number(&format!("CDELT{i}")).is_some());
        has.then_some(Matrix::Scaled(header, count))
    }

    /// How far the coordinates move for one pixel along `axis`.
    fn length(&self, axis: usize) -> f64 {
        let (&Matrix::Whole(_, count) | &Matrix::Scaled(_, count)) = self;
        let squares = (1..=count).map(|i| match self {
            Matrix::Whole(header, _) => header.number(&format!("CD{i}_{axis}")).unwrap_or(0.0),
            Matrix::Scaled(header, _) => {
                let identity = if i == axis { 1.0 } else { 0.0 };
                let turn = header.number(&format!("PC{i}_{axis}")).unwrap_or(identity);
                header.number(&format!("CDELT{i}")).unwrap_or(1.0) * turn
            }
        });
        squares.map(|part| part * part).sum::<f64>().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str], count: usize) -> Option<Vec<f64>> {
        let lines: Vec<String> = lines.iter().map(|line| format!("{line:80}")).collect();
        let bytes = lines.concat();
        spacing(&Header::parse(bytes.as_bytes()), count)
    }

    #[test]
    fn distances_come_from_either_form() {
        assert_eq!(
            of(&["CDELT1  = -0.5", "CDELT2  = 0.25"], 2),
            Some(vec![0.5, 0.25])
        );
        assert_eq!(
            of(&["CD1_1   = 3.0", "CD2_1   = 4.0", "CD2_2   = 2.0"], 2),
            Some(vec![5.0, 2.0])
        );
        assert_eq!(
            of(&["CDELT1  = 2.0", "PC1_2   = 0.5"], 2),
            Some(vec![2.0, 2.0_f64.sqrt()])
        );
        assert_eq!(
            of(&["CTYPE1  = 'RA---TAN'", "CDELT1  = 2.0"], 1),
            Some(vec![2.0])
        );
        assert_eq!(of(&["CTYPE1  = 'WAVE-LOG'", "CDELT1  = 2.0"], 1), None);
        assert_eq!(of(&["CTYPE1  = 'VOPT-F2W'", "CDELT1  = 2.0"], 1), None);
        assert_eq!(of(&["CDELT1  = 0.0"], 1), None);
        assert_eq!(of(&["CRVAL1  = 1.0"], 1), None);
    }
}
