//! Names and types of elements, PS3.6, and the part of them that is read by default.

use super::data_set::{Tag, Vr};

/// Every element of the standard, a line each and sorted: tag, type, keyword.
const STANDARD: &str = include_str!("dictionary.txt");

/// Elements that metadata has by default: tag, Python's name, and the type it is read as.
const USUAL: [(u32, &str, &Vr); 52] = [
    (0x0008_0016, "SOPClassUID", b"UI"),
    (0x0008_0018, "SOPInstanceUID", b"UI"),
    (0x0008_0020, "StudyDate", b"DA"),
    (0x0008_0021, "SeriesDate", b"DA"),
    (0x0008_0022, "AcquisitionDate", b"DA"),
    (0x0008_0023, "ContentDate", b"DA"),
    (0x0008_0030, "StudyTime", b"TM"),
    (0x0008_0031, "SeriesTime", b"TM"),
    (0x0008_0032, "AcquisitionTime", b"TM"),
    (0x0008_0033, "ContentTime", b"TM"),
    (0x0008_0060, "Modality", b"CS"),
    (0x0008_0070, "Manufacturer", b"LO"),
    (0x0008_0080, "InstitutionName", b"LO"),
    (0x0008_0117, "ContextUID", b"UI"),
    (0x0008_1030, "StudyDescription", b"LO"),
    (0x0008_103e, "SeriesDescription", b"LO"),
    (0x0010_0010, "PatientName", b"PN"),
    (0x0010_0020, "PatientID", b"LO"),
    (0x0010_0030, "PatientBirthDate", b"DA"),
    (0x0010_0040, "PatientSex", b"CS"),
    (0x0010_1010, "PatientAge", b"AS"),
    (0x0010_1020, "PatientSize", b"DS"),
    (0x0010_1030, "PatientWeight", b"DS"),
    (0x0018_0088, "SliceSpacing", b"DS"),
    (0x0020_000d, "StudyInstanceUID", b"UI"),
    (0x0020_000e, "SeriesInstanceUID", b"UI"),
    (0x0020_0011, "SeriesNumber", b"IS"),
    (0x0020_0012, "AcquisitionNumber", b"IS"),
    (0x0020_0013, "InstanceNumber", b"IS"),
    (0x0020_0014, "IsotopeNumber", b"IS"),
    (0x0020_0015, "PhaseNumber", b"IS"),
    (0x0020_0016, "IntervalNumber", b"IS"),
    (0x0020_0017, "TimeSlotNumber", b"IS"),
    (0x0020_0018, "AngleNumber", b"IS"),
    (0x0020_0019, "ItemNumber", b"IS"),
    (0x0020_0020, "PatientOrientation", b"CS"),
    (0x0020_0030, "ImagePosition", b"CS"),
    (0x0020_0032, "ImagePositionPatient", b"CS"),
    (0x0020_0035, "ImageOrientation", b"CS"),
    (0x0020_0037, "ImageOrientationPatient", b"CS"),
    (0x0028_0002, "SamplesPerPixel", b"US"),
    (0x0028_0004, "PhotometricInterpretation", b"CS"),
    (0x0028_0008, "NumberOfFrames", b"IS"),
    (0x0028_0010, "Rows", b"US"),
    (0x0028_0011, "Columns", b"US"),
    (0x0028_0030, "PixelSpacing", b"DS"),
    (0x0028_0100, "BitsAllocated", b"US"),
    (0x0028_0101, "BitsStored", b"US"),
    (0x0028_0102, "HighBit", b"US"),
    (0x0028_0103, "PixelRepresentation", b"US"),
    (0x0028_1052, "RescaleIntercept", b"DS"),
    (0x0028_1053, "RescaleSlope", b"DS"),
];

/// What is read beside them, for pixels, texts and spacing.
const NEEDED: [Tag; 8] = [
    Tag::TRANSFER_SYNTAX,
    Tag::CHARACTER_SET,
    Tag::PLANAR,
    Tag::FRAME_OFFSETS,
    Tag::SHARED_GROUPS,
    Tag::OFFSETS,
    Tag(0x7fe0_0002),
    Tag::PIXEL_MEASURES,
];

/// Whether an element is read by default.
pub(crate) fn is_usual(tag: Tag) -> bool {
    usual(tag).is_some() || NEEDED.contains(&tag)
}

/// Python's name of an element of the default metadata, and the type it is read as.
pub(crate) fn usual(tag: Tag) -> Option<(&'static str, Vr)> {
    let at = USUAL.binary_search_by_key(&tag.0, |row| row.0).ok()?;
    USUAL.get(at).map(|row| (row.1, *row.2))
}

/// The type that the standard gives an element.
pub(crate) fn vr_of(tag: Tag) -> Option<Vr> {
    if tag.element() == 0 {
        return Some(*b"UL");
    }
    // PS3.5 7.8.1: blocks of private elements are reserved by a name.
    if tag.is_private() && (0x10..=0xff).contains(&tag.element()) {
        return Some(*b"LO");
    }
    find(tag).and_then(|line| line.as_bytes().get(8..10)?.first_chunk::<2>().copied())
}

/// The standard's name of an element.
pub(crate) fn keyword(tag: Tag) -> Option<&'static str> {
    find(tag).and_then(|line| line.get(10..))
}

/// The elements that have these names, in their order.
pub(crate) fn tags_of(keywords: &[&str]) -> Vec<Tag> {
    let mut found: Vec<(usize, Tag)> = STANDARD
        .lines()
        .filter_map(|line| {
            let (tag, name) = (line.get(..8)?, line.get(10..)?);
            let at = keywords.iter().position(|keyword| *keyword == name)?;
            Some((at, Tag(u32::from_str_radix(tag, 16).ok()?)))
        })
        .collect();
    found.sort_by_key(|&(at, _)| at);
    found.into_iter().map(|(_, tag)| tag).collect()
}

fn find(tag: Tag) -> Option<&'static str> {
    // Overlays and curves repeat with even groups, PS3.5 7.6.
    let tag = match tag.group() {
        0x6000..=0x601e if !tag.is_private() => Tag(tag.0 & 0xff00_ffff),
        _ => tag,
    };
    let wanted = format!("{:08X}", tag.0);
    let (mut low, mut high) = (0, STANDARD.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = STANDARD.get(..middle)?.rfind('\n').map_or(0, |at| at + 1);
        let rest = STANDARD.get(start..)?;
        let line = rest.split('\n').next()?;
        match line.get(..8)?.cmp(&wanted) {
            std::cmp::Ordering::Equal => return Some(line),
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// Whether elements of this type have a length of 32 bits in explicit encodings, PS3.5 7.1.2; nothing for none.
pub(crate) fn length_of(vr: Vr) -> Option<bool> {
    match &vr {
        b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR"
        | b"UT" | b"UV" => Some(true),
        b"AE" | b"AS" | b"AT" | b"CS" | b"DA" | b"DS" | b"DT" | b"FD" | b"FL" | b"IS" | b"LO"
        | b"LT" | b"PN" | b"SH" | b"SL" | b"SS" | b"ST" | b"TM" | b"UI" | b"UL" | b"US" => {
            Some(false)
        }
        _ => None,
    }
}

/// Whether an element names a person or says how to find one: what PS3.15 E has removed, without identifiers of
/// studies, series and images.
pub(crate) fn is_identifying(tag: Tag, vr: Option<Vr>) -> bool {
    const OTHERS: [u32; 22] = [
        0x0008_0050,
        0x0008_0080,
        0x0008_0081,
        0x0008_0082,
        0x0008_0092,
        0x0008_0094,
        0x0008_1010,
        0x0008_1040,
        0x0020_0010,
        0x0032_1032,
        0x0032_1033,
        0x0038_0010,
        0x0038_0300,
        0x0038_0400,
        0x0038_0500,
        0x0040_0006,
        0x0040_0253,
        0x0040_1001,
        0x0040_2016,
        0x0040_2017,
        0x0040_a123,
        0x0088_0140,
    ];
    let harmless = matches!(tag.0, 0x0010_0040 | 0x0010_1010 | 0x0010_1020 | 0x0010_1030);
    (tag.group() == 0x0010 && !harmless)
        || vr.or_else(|| vr_of(tag)) == Some(*b"PN")
        || tag.is_private()
        || OTHERS.contains(&tag.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_every_line_is_found() {
        assert!(USUAL.is_sorted_by_key(|row| row.0));
        let lines: Vec<&str> = STANDARD.lines().collect();
        assert!(lines.len() > 5000 && lines.is_sorted_by_key(|line| &line[..8]));
        for line in lines {
            let tag = Tag(u32::from_str_radix(&line[..8], 16).unwrap_or_default());
            assert_eq!(find(tag), Some(line));
        }
        assert_eq!(keyword(Tag(0x6002_3000)), keyword(Tag(0x6000_3000)));
        assert_eq!(keyword(Tag(0x0009_0010)), None);
    }
}
