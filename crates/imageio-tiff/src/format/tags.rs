//! Tags: their codes and their names.

mod names;

macro_rules! codes {
    ($($name:ident = $code:literal,)*) => {
        $(pub(crate) const $name: u16 = $code;)*
    };
}

codes! {
    NEW_SUBFILE_TYPE = 254,
    SUBFILE_TYPE = 255,
    IMAGE_WIDTH = 256,
    IMAGE_LENGTH = 257,
    BITS_PER_SAMPLE = 258,
    COMPRESSION = 259,
    PHOTOMETRIC_INTERPRETATION = 262,
    FILL_ORDER = 266,
    IMAGE_DESCRIPTION = 270,
    MAKE = 271,
    STRIP_OFFSETS = 273,
    ORIENTATION = 274,
    SAMPLES_PER_PIXEL = 277,
    ROWS_PER_STRIP = 278,
    STRIP_BYTE_COUNTS = 279,
    X_RESOLUTION = 282,
    Y_RESOLUTION = 283,
    PLANAR_CONFIGURATION = 284,
    RESOLUTION_UNIT = 296,
    TRANSFER_FUNCTION = 301,
    SOFTWARE = 305,
    DATE_TIME = 306,
    PREDICTOR = 317,
    COLOR_MAP = 320,
    TILE_WIDTH = 322,
    TILE_LENGTH = 323,
    TILE_OFFSETS = 324,
    TILE_BYTE_COUNTS = 325,
    SUB_IFDS = 330,
    EXTRA_SAMPLES = 338,
    SAMPLE_FORMAT = 339,
    JPEG_INTERCHANGE_FORMAT = 513,
    JPEG_INTERCHANGE_FORMAT_LENGTH = 514,
    YCBCR_SUBSAMPLING = 530,
    IMAGE_DEPTH = 32997,
    TILE_DEPTH = 32998,
    MD_FILE_TAG = 33445,
    UIC1_TAG = 33628,
    UIC2_TAG = 33629,
    UIC3_TAG = 33630,
    UIC4_TAG = 33631,
    OLYMPUS_INI = 33471,
    MODEL_PIXEL_SCALE = 33550,
    OLYMPUS_SIS = 33560,
    CZ_SEM = 34118,
    MM_HEADER = 34361,
    MM_STAMP = 34362,
    CZ_LSM_INFO = 34412,
    EXIF_IFD = 34665,
    FEI_SFEG = 34680,
    FEI_HELIOS = 34682,
    GPS_IFD = 34853,
    INTEROPERABILITY_IFD = 40965,
    NIH_IMAGE_HEADER = 43314,
    GEO_KEYS = 34735,
    GDAL_METADATA = 42112,
    GDAL_NODATA = 42113,
    MC_ID = 50288,
    IJ_METADATA_BYTE_COUNTS = 50838,
    IJ_METADATA = 50839,
    MICRO_MANAGER_METADATA = 51123,
}

/// Which names the tags of an IFD have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dictionary {
    /// TIFF.
    Main,
    /// EXIF.
    Exif,
    /// GPS.
    Gps,
    /// EXIF interoperability.
    Interoperability,
}

/// The name of a tag; its code in digits where it has none.
pub(crate) fn name(tag: u16, dictionary: Dictionary) -> String {
    known_name(tag, dictionary).map_or_else(|| tag.to_string(), str::to_owned)
}

/// The name of a tag that has one.
pub(crate) fn known_name(tag: u16, dictionary: Dictionary) -> Option<&'static str> {
    let tables: [&[(u16, &'static str)]; 2] = match dictionary {
        Dictionary::Main => [names::MAIN, &[]],
        Dictionary::Exif => [names::EXIF, names::MAIN],
        Dictionary::Gps => [names::GPS, &[]],
        Dictionary::Interoperability => [names::INTEROPERABILITY, &[]],
    };
    tables.iter().find_map(|table| {
        let at = table.binary_search_by_key(&tag, |(code, _)| *code).ok()?;
        table.get(at).map(|(_, name)| *name)
    })
}

/// Whether a value is a list even where it has one element.
pub(crate) fn is_list(tag: u16) -> bool {
    matches!(
        tag,
        STRIP_OFFSETS
            | STRIP_BYTE_COUNTS
            | TILE_OFFSETS
            | TILE_BYTE_COUNTS
            | SUB_IFDS
            | EXTRA_SAMPLES
            | YCBCR_SUBSAMPLING
            | JPEG_INTERCHANGE_FORMAT
            | JPEG_INTERCHANGE_FORMAT_LENGTH
            | IJ_METADATA_BYTE_COUNTS
            | 531
            | 34736
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [
            names::MAIN,
            names::EXIF,
            names::GPS,
            names::INTEROPERABILITY,
        ] {
            assert!(table.is_sorted_by_key(|(code, _)| *code));
        }
    }

    #[test]
    fn tags_have_names_by_dictionary() {
        assert_eq!(name(IMAGE_WIDTH, Dictionary::Main), "ImageWidth");
        assert_eq!(name(2, Dictionary::Gps), "GPSLatitude");
        assert_eq!(name(33434, Dictionary::Exif), "ExposureTime");
        assert_eq!(name(3, Dictionary::Main), "3");
    }
}
