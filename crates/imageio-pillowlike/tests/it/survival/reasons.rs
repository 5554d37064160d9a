//! Why a key does not come back as it was.

/// A key of a format, and why it changes or is lost.
pub(super) struct Reason {
    pub(super) format: &'static str,
    pub(super) key: &'static str,
    pub(super) why: &'static str,
}

const fn reason(format: &'static str, key: &'static str, why: &'static str) -> Reason {
    Reason { format, key, why }
}

const STILL: &str = "one frame is written as a still picture, which has none";
const STORED: &str = "tells how the pixels lay in the file; the writer chooses anew";
const APPLIED: &str = "is the alpha of the pixels once a palette is read as colours";
const EMBEDDED: &str = "of a picture inside the file; it is written as plain pixels";

pub(super) const REASONS: &[Reason] = &[
    reason("PNG", "transparency", APPLIED),
    reason("APNG", "transparency", APPLIED),
    reason(
        "APNG",
        "bbox",
        "frames are read as they look and written whole",
    ),
    reason(
        "APNG",
        "blend",
        "frames are read as they look, so each replaces the one before",
    ),
    reason("APNG of one frame", "bbox", STILL),
    reason("APNG of one frame", "blend", STILL),
    reason("APNG of one frame", "disposal", STILL),
    reason("APNG of one frame", "duration", STILL),
    reason("APNG of one frame", "loop", STILL),
    reason(
        "JPEG",
        "adobe_transform",
        "CMYK is written as it is, not as YCCK",
    ),
    reason(
        "JPEG",
        "jfif_density",
        "written in dots per inch; `dpi` is the same",
    ),
    reason(
        "JPEG",
        "jfif_unit",
        "written in dots per inch; `dpi` is the same",
    ),
    reason(
        "MPO",
        "mp",
        "the index of the pictures: lengths and offsets of the new file",
    ),
    reason(
        "GIF",
        "extension",
        "name and place of an application's block in the file; its data is not read",
    ),
    reason(
        "GIF",
        "transparency",
        "an index into the palette, which is made anew",
    ),
    reason("GIF", "version", "always the newer one"),
    reason("WebP animation of one frame", "background", STILL),
    reason("WebP animation of one frame", "duration", STILL),
    reason("WebP animation of one frame", "loop", STILL),
    reason("BMP", "compression", STORED),
    reason("BMP", "jfif", EMBEDDED),
    reason("BMP", "jfif_density", EMBEDDED),
    reason("BMP", "jfif_unit", EMBEDDED),
    reason("BMP", "jfif_version", EMBEDDED),
    reason(
        "TGA",
        "extension_area",
        "all of it but an `attributes_type` of 0, which would make readers drop an alpha that is there",
    ),
    reason("ICO", "bit_depths", STORED),
    reason(
        "CUR",
        "compression",
        "of a bitmap inside; images are written as PNG",
    ),
    reason(
        "CUR",
        "dpi",
        "of a bitmap inside; images are written as PNG",
    ),
    reason("EXR", "channels", STORED),
    reason("EXR", "chunkCount", STORED),
    reason(
        "EXR",
        "compression",
        "`zip`, unless the option `compression` says another: some lose precision",
    ),
    reason(
        "EXR",
        "layers",
        "one layer is read, and written as the only one",
    ),
    reason(
        "EXR",
        "levels",
        "the largest is read, and written as the only one",
    ),
    reason("EXR", "lineOrder", STORED),
    reason(
        "EXR",
        "own",
        "an attribute of a type of its own: the type is not in the metadata",
    ),
    reason("EXR", "short", "an attribute that is broken"),
    reason("EXR", "tiles", STORED),
    reason("EXR", "type", STORED),
];

/// Fixtures whose pixels the format is not written with: wide colours, and types mixed in one picture.
pub(super) const NOT_WRITTEN: &[&str] = &["rgba64.bmp", "numbers_and_floats.exr"];
