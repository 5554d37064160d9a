//! What a writer of PNG can choose.

/// Settings of the encoder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// 0 (none) to 9 (smallest). Default: `None`, between 4 and 6.
    pub(crate) compress_level: Option<u8>,
    /// Smallest file, whatever the level. Default: `false`.
    pub(crate) optimize: bool,
    /// Reduce to a palette of at most 2 to the power of 1 to 8 colours. Default: `None`.
    pub(crate) bits: Option<u8>,
    /// Rows and columns from coarse to fine. Default: `false`.
    pub(crate) interlace: bool,
    /// Value of `pHYs`. Default: `None`.
    pub(crate) density: Option<Density>,
    /// Colour profile. Default: `None`.
    pub(crate) icc_profile: Option<Vec<u8>>,
    /// EXIF block, with or without Pillow's prefix. Default: `None`.
    pub(crate) exif: Option<Vec<u8>>,
    /// Keywords and texts; those that Latin-1 cannot hold are written as `iTXt`. Default: none.
    pub(crate) text: Vec<(String, String)>,
    /// Value of `gAMA`. Default: `None`.
    pub(crate) gamma: Option<f64>,
    /// White, red, green and blue as x and y, in `cHRM`. Default: `None`.
    pub(crate) chromaticity: Option<[f64; 8]>,
    /// Rendering intent in `sRGB`. Default: `None`.
    pub(crate) srgb: Option<u8>,
    /// Primaries, transfer, matrix and range in `cICP`. Default: `None`.
    pub(crate) cicp: Option<[u8; 4]>,
    /// Data of `tIME`. Default: `None`.
    pub(crate) time: Option<[u8; 7]>,
    /// Colour behind the image in `bKGD`, one level or three; left out where it does not suit. Default: none.
    pub(crate) background: Vec<u16>,
    /// Bits of each channel that carry the picture, in `sBIT`; left out where they do not suit. Default: none.
    pub(crate) significant_bits: Vec<u8>,
    /// What was transparent where the image was read; left out where it does not suit. Default: `None`.
    pub(crate) former_transparency: Option<Transparency>,
    /// What is transparent. Default: `None`.
    pub(crate) transparency: Option<Transparency>,
    /// Milliseconds that each frame is shown; the last one counts for all that follow. Default: 0.
    pub(crate) durations_ms: Vec<f64>,
    /// How often an animation plays; 0 is for ever. Default: 0.
    pub(crate) loop_count: u32,
    /// Disposal of each frame, 0 (none) to 2 (previous); the last one counts for all that follow. Default: 0.
    pub(crate) disposal: Vec<u8>,
    /// Blending of each frame, 0 (source) or 1 (over); the last one counts for all that follow. Default: 0.
    pub(crate) blend: Vec<u8>,
    /// Keep the first image out of the animation. Default: `false`.
    pub(crate) default_image: bool,
}

/// How large the pixels are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Density {
    /// Dots per inch in x and y.
    Dpi(f64, f64),
    /// Dots in x for so many in y.
    Aspect(u32, u32),
}

/// What `tRNS` declares transparent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Transparency {
    /// A gray level, or the index of a palette entry.
    Level(u16),
    /// An RGB colour.
    Color([u16; 3]),
    /// The alpha of each palette entry.
    Alphas(Vec<u8>),
}

impl Settings {
    /// The value for frame `position`: its own, else the last one, else the default.
    pub(super) fn of_frame<T: Copy + Default>(values: &[T], position: usize) -> T {
        values
            .get(position)
            .or(values.last())
            .copied()
            .unwrap_or_default()
    }
}
