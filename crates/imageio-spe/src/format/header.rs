//! The header: 4100 bytes, little-endian, every field at a fixed offset.
//!
//! Offsets and types are those of the WinView/WinSpec manual, appendix "Header structure", and of the SPE 3.0 File
//! Format Specification, appendix A. Names are the ones that Python ImageIO gives.

use std::sync::Arc;

use imageio_core::{Error, Result};

use super::text::{until_nul, without_padding};

/// Where pixels begin.
pub(crate) const DATA_START: u64 = 4100;

/// Bytes of the header that hold fields; the last four hold none.
pub(crate) const FIELDS_END: usize = 4096;

/// Where the comments begin, and the bytes of each.
const COMMENTS: (usize, usize) = (200, 80);

/// Number of comments.
const COMMENT_COUNT: usize = 5;

/// What WinView, WinSpec and LightField write at 2996.
const WINVIEW_ID: u32 = 0x0123_4567;

/// How the bytes of a field are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    I16,
    U16,
    U64,
    F32,
    /// A 16-bit number that is zero or not.
    Flag,
    /// Text of a fixed length.
    Text(usize),
    /// The five comments.
    Comments,
    /// Bytes of a fixed length.
    Bytes(usize),
    /// The name of a controller, by its number.
    Controller,
    /// The name of a readout mode, by its number.
    ReadoutMode,
}

/// A field of the header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) offset: usize,
    pub(crate) kind: Kind,
}

const fn field(offset: usize, kind: Kind, name: &'static str) -> Field {
    Field { name, offset, kind }
}

/// The fields that become metadata under their own name, in the reference's order.
pub(crate) const FIELDS: &[Field] = &[
    field(0, Kind::I16, "controller_version"),
    field(2, Kind::I16, "logic_output"),
    field(4, Kind::U16, "amp_high_cap_low_noise"),
    field(8, Kind::I16, "mode"),
    field(10, Kind::F32, "exposure_sec"),
    field(20, Kind::Text(10), "date"),
    field(36, Kind::F32, "detector_temp"),
    field(40, Kind::I16, "detector_type"),
    field(44, Kind::I16, "st_diode"),
    field(46, Kind::F32, "delay_time"),
    field(50, Kind::U16, "shutter_control"),
    field(52, Kind::Flag, "absorb_live"),
    field(54, Kind::U16, "absorb_mode"),
    field(56, Kind::Flag, "can_do_virtual_chip"),
    field(58, Kind::Flag, "threshold_min_live"),
    field(60, Kind::F32, "threshold_min_val"),
    field(64, Kind::Flag, "threshold_max_live"),
    field(66, Kind::F32, "threshold_max_val"),
    field(172, Kind::Text(7), "time_local"),
    field(179, Kind::Text(7), "time_utc"),
    field(188, Kind::U16, "adc_offset"),
    field(190, Kind::U16, "adc_rate"),
    field(192, Kind::U16, "adc_type"),
    field(194, Kind::U16, "adc_resolution"),
    field(196, Kind::U16, "adc_bit_adjust"),
    field(198, Kind::U16, "gain"),
    field(COMMENTS.0, Kind::Comments, "comments"),
    field(688, Kind::Text(16), "sw_version"),
    field(742, Kind::Bytes(436), "spare_4"),
    field(672, Kind::F32, "readout_time"),
    field(678, Kind::U64, "xml_footer_offset"),
    field(704, Kind::Controller, "type"),
    field(1428, Kind::F32, "clockspeed_us"),
    field(1480, Kind::ReadoutMode, "readout_mode"),
    field(1482, Kind::U16, "window_size"),
    field(1992, Kind::F32, "file_header_ver"),
];

/// Names of controllers, from number 1.
const CONTROLLERS: [&str; 12] = [
    "new120 (Type II)",
    "old120 (Type I)",
    "ST130",
    "ST121",
    "ST138",
    "DC131 (PentaMax)",
    "ST133 (MicroMax/Roper)",
    "ST135 (GPIB)",
    "VTCCD",
    "ST116 (GPIB)",
    "OMA3 (GPIB)",
    "OMA4",
];

/// Names of readout modes, from number 1.
const READOUT_MODES: [&str; 3] = ["full frame", "frame transfer", "kinetics"];

/// Words for the bits of the field `geometric`.
const GEOMETRIC: [(u16, &str); 3] = [(1, "rotate"), (2, "reverse"), (4, "flip")];

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content<'a> {
    Int(i128),
    Float(f32),
    Flag(bool),
    Text(&'a [u8]),
    Texts(Vec<&'a [u8]>),
    Bytes(&'a [u8]),
    /// The name behind a number, where it has one.
    Name(Option<&'static str>),
}

/// A region of the sensor, as the header gives it: first and last pixel, and how many are summed into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Roi {
    pub(crate) top_left: [u16; 2],
    pub(crate) bottom_right: [u16; 2],
    pub(crate) bin: [u16; 2],
}

/// The header of a file, shared with the request that read it.
#[derive(Clone, Debug)]
pub(crate) struct Header(Arc<[u8]>);

impl Header {
    /// The header in the first [`FIELDS_END`] bytes of a file.
    pub(crate) fn new(bytes: Arc<[u8]>) -> Result<Self> {
        if bytes.len() < FIELDS_END {
            let len = bytes.len();
            return Err(Error::not_this_format(format!(
                "{len} bytes, a header has {DATA_START}"
            )));
        }
        Ok(Header(bytes))
    }

    /// Version of the format, as `2.5`; the SDT-control software leaves it 0.
    pub(crate) fn version(&self) -> f32 {
        self.f32(1992)
    }

    /// Whether an XML footer describes the file.
    pub(crate) fn has_footer(&self) -> bool {
        self.version() >= 3.0
    }

    /// Whether the number is there by which WinView knew its files.
    pub(crate) fn has_signature(&self) -> bool {
        u32::from_le_bytes(self.bytes(2996)) == WINVIEW_ID
    }

    /// Code of the pixels' type.
    pub(crate) fn data_type_code(&self) -> i16 {
        self.i16(108)
    }

    /// Width of a frame.
    pub(crate) fn width(&self) -> usize {
        usize::from(self.u16(42))
    }

    /// Height of a frame.
    pub(crate) fn height(&self) -> usize {
        usize::from(self.u16(656))
    }

    /// Number of frames that the header claims.
    pub(crate) fn frame_count(&self) -> i32 {
        i32::from_le_bytes(self.bytes(1446))
    }

    /// Where the XML footer begins, in version 3; 0 while it is not written.
    pub(crate) fn footer_offset(&self) -> u64 {
        u64::from_le_bytes(self.bytes(678))
    }

    /// The regions of the sensor; at least one, at most the ten that there is room for.
    pub(crate) fn rois(&self) -> Vec<Roi> {
        let count = usize::try_from(self.i16(1510)).unwrap_or(0).clamp(1, 10);
        let roi = |at: usize| Roi {
            top_left: [self.u16(at), self.u16(at + 6)],
            bottom_right: [self.u16(at + 2), self.u16(at + 8)],
            bin: [self.u16(at + 4), self.u16(at + 10)],
        };
        (0..count).map(|n| roi(1512 + 12 * n)).collect()
    }

    /// Pairs that are stored as two fields: x, then y.
    pub(crate) fn pairs(&self) -> [(&'static str, [i32; 2]); 4] {
        let unsigned = |x, y| [i32::from(self.u16(x)), i32::from(self.u16(y))];
        let signed = |x, y| [i32::from(self.i16(x)), i32::from(self.i16(y))];
        [
            ("chip_size", unsigned(6, 18)),
            ("virt_chip_size", signed(14, 16)),
            ("pre_pixels", signed(98, 102)),
            ("post_pixels", signed(100, 104)),
        ]
    }

    /// What was done to the geometry of the image, in words.
    pub(crate) fn geometric(&self) -> Vec<&'static str> {
        let bits = self.u16(600);
        GEOMETRIC
            .iter()
            .filter(|(bit, _)| bits & bit != 0)
            .map(|&(_, word)| word)
            .collect()
    }

    /// What `field` holds.
    pub(crate) fn content(&self, field: &Field) -> Content<'_> {
        let at = field.offset;
        match field.kind {
            Kind::I16 => Content::Int(self.i16(at).into()),
            Kind::U16 => Content::Int(self.u16(at).into()),
            Kind::U64 => Content::Int(u64::from_le_bytes(self.bytes(at)).into()),
            Kind::F32 => Content::Float(self.f32(at)),
            Kind::Flag => Content::Flag(self.i16(at) != 0),
            Kind::Text(len) => Content::Text(until_nul(self.slice(at, len))),
            Kind::Comments => Content::Texts(self.comments().into_iter().map(until_nul).collect()),
            Kind::Bytes(len) => Content::Bytes(without_padding(self.slice(at, len))),
            Kind::Controller => Content::Name(name_of(&CONTROLLERS, self.i16(at))),
            Kind::ReadoutMode => Content::Name(name_of(&READOUT_MODES, self.i16(at))),
        }
    }

    /// The five comments as they stand, with NULs inside and behind the text.
    pub(crate) fn comments(&self) -> Vec<&[u8]> {
        let (start, len) = COMMENTS;
        (0..COMMENT_COUNT)
            .map(|n| self.slice(start + len * n, len))
            .collect()
    }

    fn i16(&self, offset: usize) -> i16 {
        i16::from_le_bytes(self.bytes(offset))
    }

    fn u16(&self, offset: usize) -> u16 {
        u16::from_le_bytes(self.bytes(offset))
    }

    fn f32(&self, offset: usize) -> f32 {
        f32::from_le_bytes(self.bytes(offset))
    }

    fn bytes<const N: usize>(&self, offset: usize) -> [u8; N] {
        self.slice(offset, N).try_into().unwrap_or([0; N])
    }

    fn slice(&self, offset: usize, len: usize) -> &[u8] {
        self.0.get(offset..offset + len).unwrap_or_default()
    }
}

fn name_of(names: &[&'static str], number: i16) -> Option<&'static str> {
    usize::try_from(number)
        .ok()
        .and_then(|n| names.get(n.checked_sub(1)?))
        .copied()
}
