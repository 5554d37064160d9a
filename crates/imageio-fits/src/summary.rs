//! What astronomers look for first: what was pointed at, with what, for how long, and where on the sky.

use imageio_core::{Metadata, Value};

use crate::format::hdu::Hdu;
use crate::format::header::Header;
use crate::format::wcs;
use crate::metadata;
use crate::options::FitsReadOptions;

/// Keywords in the order in which they are looked for. Observatories have their own for the same thing.
const KEYWORDS: &[&str] = &[
    "OBJECT", "TARGNAME", "TELESCOP", "OBSERVAT", "INSTRUME", "DETECTOR", "CAMERA", "FILTER",
    "FILTER1", "FILTER2", "FILTNAM1", "FILTNAM2", "PHOTMODE", "OPT_ELEM", "EXPTIME", "EXPOSURE",
    "TEXPTIME", "ITIME", "NEXP", "DATE-OBS", "TIME-OBS", "DATE-BEG", "DATE-END", "MJD-OBS",
    "EXPSTART", "EXPEND", "OBSTYPE", "OBSMODE", "IMAGETYP", "OBSERVER", "ORIGIN", "PROPOSID",
    "PROGRAM", "RA", "DEC", "OBJCTRA", "OBJCTDEC", "RA_TARG", "DEC_TARG", "RA_OBJ", "DEC_OBJ",
    "AIRMASS", "GAIN", "ATODGAIN", "RDNOISE", "READNSEA", "CCD-TEMP", "SET-TEMP", "XBINNING",
    "YBINNING", "FOCALLEN", "BUNIT", "BMAJ", "BMIN",
];

/// What the header of a unit says, and where it is silent the one of the file.
pub(crate) fn of_image(hdu: &Hdu, hdus: &[Hdu], options: &FitsReadOptions) -> Metadata {
    let mut summary = Metadata::new();
    let first = hdus.first().map(|first| &first.header);
    for &keyword in KEYWORDS {
        let told = |header: &Header| header.get(keyword).cloned().filter(is_told);
        if let Some(value) = told(&hdu.header).or_else(|| told(first?)) {
            summary.insert(keyword, value);
        }
    }
    if let Ok(Some(picture)) = hdu.picture(!options.disable_image_compression) {
        let coordinates = coordinates(&hdu.header, picture.shape.len());
        if !coordinates.is_empty() {
            summary.insert("wcs", coordinates);
        }
    }
    if hdus.len() > 1 {
        summary.insert("hdus", units(hdus, options));
    }
    summary
}

/// A line for each unit: its number, name, kind, and what an image is like.
pub(crate) fn units(hdus: &[Hdu], options: &FitsReadOptions) -> Vec<Value> {
    let units = hdus.iter().enumerate();
    units
        .map(|(position, hdu)| format!("{position} {}", metadata::unit_line(hdu, options)).into())
        .collect()
}

fn is_told(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Str(text) => !text.trim().is_empty(),
        _ => true,
    }
}

/// World coordinates, an entry an axis in the order of the file.
fn coordinates(header: &Header, count: usize) -> Metadata {
    let mut found = Metadata::new();
    for (name, stem) in [
        ("axes", "CTYPE"),
        ("units", "CUNIT"),
        ("values", "CRVAL"),
        ("at_pixel", "CRPIX"),
    ] {
        let values = (1..=count).map(|axis| header.get(&format!("{stem}{axis}")).cloned());
        let values: Vec<Value> = values.map(Option::unwrap_or_default).collect();
        if values.iter().any(is_told) {
            found.insert(name, values);
        }
    }
    if let Some(lengths) = wcs::spacing(header, count) {
        if found.is_empty()
            && lengths
                .iter()
                .all(|&length| length.to_bits() == 1f64.to_bits())
        {
            return found;
        }
        let told: Vec<String> = (1..)
            .zip(&lengths)
            .map(|(axis, &length)| scale(header, axis, length))
            .collect();
        found.insert("scale", told.join(" x ") + " a pixel");
    }
    for (name, keywords) in [
        ("system", ["RADESYS", "RADECSYS"]),
        ("equinox", ["EQUINOX", "EPOCH"]),
    ] {
        let told = keywords.iter().find_map(|keyword| header.get(keyword));
        if let Some(value) = told.filter(|value| is_told(value) && !found.is_empty()) {
            found.insert(name, value.clone());
        }
    }
    found
}

/// How far coordinates move from pixel to pixel; on the sky in the unit that suits.
fn scale(header: &Header, axis: usize, length: f64) -> String {
    let kind = header.text(&format!("CTYPE{axis}")).unwrap_or_default();
    let unit = header.text(&format!("CUNIT{axis}")).unwrap_or_default();
    let is_sky = ["RA--", "DEC-", "GLON", "GLAT", "ELON", "ELAT"]
        .iter()
        .any(|name| kind.starts_with(name));
    // Section 8.2: angles on the sky are in degrees.
    let (length, unit) = match unit.trim() {
        "deg" | "" if is_sky && length < 1.0 / 60.0 => (length * 3600.0, "arcsec"),
        "deg" | "" if is_sky && length < 1.0 => (length * 60.0, "arcmin"),
        "" if is_sky => (length, "deg"),
        unit => (length, unit),
    };
    // Five digits are enough to know a detector by.
    let digits = (4 - length.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{length:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_in_units_that_suit() {
        let of = |lines: &[&str], length| {
            let lines: Vec<String> = lines.iter().map(|line| format!("{line:80}")).collect();
            scale(&Header::parse(lines.concat().as_bytes()), 1, length)
        };
        let sky = "CTYPE1  = 'RA---TAN'";
        assert_eq!(of(&[sky], 0.0001), "0.36 arcsec");
        assert_eq!(of(&[sky, "CUNIT1  = 'deg'"], 0.02), "1.2 arcmin");
        assert_eq!(of(&[sky], 2.0), "2 deg");
        assert_eq!(of(&[sky, "CUNIT1  = 'arcsec'"], 0.04), "0.04 arcsec");
        assert_eq!(of(&["CUNIT1  = 'Angstrom'"], 1200.0), "1200 Angstrom");
        assert_eq!(of(&[], 1.0 / 3.0), "0.33333");
    }
}
