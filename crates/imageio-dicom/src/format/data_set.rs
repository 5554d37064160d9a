//! Data sets: elements in the order of the file.

use imageio_core::Error;

/// Group and element number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tag(pub(crate) u32);

impl Tag {
    pub(crate) const ITEM: Tag = Tag(0xfffe_e000);
    pub(crate) const ITEM_END: Tag = Tag(0xfffe_e00d);
    pub(crate) const SEQUENCE_END: Tag = Tag(0xfffe_e0dd);
    pub(crate) const TRANSFER_SYNTAX: Tag = Tag(0x0002_0010);
    pub(crate) const CHARACTER_SET: Tag = Tag(0x0008_0005);
    pub(crate) const SERIES_UID: Tag = Tag(0x0020_000e);
    pub(crate) const INSTANCE_NUMBER: Tag = Tag(0x0020_0013);
    pub(crate) const IMAGE_POSITION: Tag = Tag(0x0020_0032);
    pub(crate) const IMAGE_ORIENTATION: Tag = Tag(0x0020_0037);
    pub(crate) const SLICE_SPACING: Tag = Tag(0x0018_0088);
    pub(crate) const SAMPLES: Tag = Tag(0x0028_0002);
    pub(crate) const PHOTOMETRIC: Tag = Tag(0x0028_0004);
    pub(crate) const PLANAR: Tag = Tag(0x0028_0006);
    pub(crate) const FRAMES: Tag = Tag(0x0028_0008);
    pub(crate) const ROWS: Tag = Tag(0x0028_0010);
    pub(crate) const COLUMNS: Tag = Tag(0x0028_0011);
    pub(crate) const PIXEL_SPACING: Tag = Tag(0x0028_0030);
    pub(crate) const ALLOCATED: Tag = Tag(0x0028_0100);
    pub(crate) const STORED: Tag = Tag(0x0028_0101);
    pub(crate) const REPRESENTATION: Tag = Tag(0x0028_0103);
    pub(crate) const INTERCEPT: Tag = Tag(0x0028_1052);
    pub(crate) const SLOPE: Tag = Tag(0x0028_1053);
    pub(crate) const PIXEL_MEASURES: Tag = Tag(0x0028_9110);
    pub(crate) const FRAME_OFFSETS: Tag = Tag(0x3004_000c);
    pub(crate) const SHARED_GROUPS: Tag = Tag(0x5200_9229);
    pub(crate) const OFFSETS: Tag = Tag(0x7fe0_0001);
    pub(crate) const FLOAT_PIXELS: Tag = Tag(0x7fe0_0008);
    pub(crate) const DOUBLE_PIXELS: Tag = Tag(0x7fe0_0009);
    pub(crate) const PIXELS: Tag = Tag(0x7fe0_0010);

    pub(crate) fn group(self) -> u16 {
        (self.0 >> 16) as u16
    }

    pub(crate) fn element(self) -> u16 {
        self.0 as u16
    }

    /// Whether this is one of the three that hold an image's pixels.
    pub(crate) fn is_pixels(self) -> bool {
        matches!(self, Tag::PIXELS | Tag::FLOAT_PIXELS | Tag::DOUBLE_PIXELS)
    }

    /// Whether vendors give it its meaning.
    pub(crate) fn is_private(self) -> bool {
        self.group() % 2 == 1
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({:04x},{:04x})", self.group(), self.element())
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The two letters of a value representation.
pub(crate) type Vr = [u8; 2];

/// One element.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) tag: Tag,
    /// What the file calls its type; nothing in implicit encodings.
    pub(crate) vr: Option<Vr>,
    pub(crate) content: Content,
}

/// What an element holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Items(Vec<DataSet>),
}

/// Elements in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct DataSet {
    pub(crate) elements: Vec<Element>,
    /// Whether numbers begin with their most significant byte.
    pub(crate) big_endian: bool,
}

impl DataSet {
    /// The first element of this name.
    pub(crate) fn get(&self, tag: Tag) -> Option<&Element> {
        self.elements.iter().find(|element| element.tag == tag)
    }

    /// Its bytes.
    pub(crate) fn bytes(&self, tag: Tag) -> Option<&[u8]> {
        match &self.get(tag)?.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Items(_) => None,
        }
    }

    /// Its items.
    pub(crate) fn items(&self, tag: Tag) -> &[DataSet] {
        match self.get(tag).map(|element| &element.content) {
            Some(Content::Items(items)) => items,
            _ => &[],
        }
    }

    /// Its value as text, without padding.
    pub(crate) fn text(&self, tag: Tag) -> Option<String> {
        let text = String::from_utf8_lossy(self.bytes(tag)?);
        Some(text.trim_matches(['\0', ' ']).to_owned())
    }

    /// Its first number of 16 bits, whatever length it was given.
    pub(crate) fn short(&self, tag: Tag) -> Option<u16> {
        match *self.bytes(tag)? {
            [a, b, ..] if self.big_endian => Some(u16::from_be_bytes([a, b])),
            [a, b, ..] => Some(u16::from_le_bytes([a, b])),
            [a] => Some(a.into()),
            [] => None,
        }
    }

    /// Its numbers that are written in digits.
    pub(crate) fn decimals(&self, tag: Tag) -> Vec<f64> {
        let text = self.text(tag).unwrap_or_default();
        let parts = text.split('\\').map(|part| part.trim().parse::<f64>().ok());
        parts
            .flatten()
            .filter(|number| number.is_finite())
            .collect()
    }

    /// Its first such number.
    pub(crate) fn decimal(&self, tag: Tag) -> Option<f64> {
        self.decimals(tag).first().copied()
    }

    /// Its first number in digits that is whole.
    pub(crate) fn whole(&self, tag: Tag) -> Option<i64> {
        let number = self.decimal(tag).filter(|number| number.fract() == 0.0);
        number
            .filter(|number| number.abs() < 9e15)
            .map(|number| number as i64)
    }
}

/// The error for nesting that goes on and on.
pub(crate) fn too_deep(most: usize) -> Error {
    Error::corrupt(format!("sequences that are nested deeper than {most}"))
}
