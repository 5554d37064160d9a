//! Writing of JPEG files.

use std::borrow::Cow;

use imageio_codecs::jpeg::{self, Job};
use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result};

use super::header::marker;
use super::{info, mp, resources};
use crate::format::{Sink, exif};

pub(crate) use imageio_codecs::jpeg::Subsampling;

/// Longest payload of a segment: its length field counts itself.
const PAYLOAD: usize = 65_533;

/// Longest side, as in libjpeg.
const LONGEST: usize = 65_500;

/// How to write a JPEG. The default writes what Pillow writes by default.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own, as Pillow has them"
)]
pub(crate) struct Settings {
    /// 0 (smallest) to 100 (best).
    pub(crate) quality: u8,
    /// How much coarser colour is stored than brightness.
    pub(crate) subsampling: Subsampling,
    /// Several scans, each finer than the one before.
    pub(crate) progressive: bool,
    /// Huffman tables made for the picture.
    pub(crate) optimize: bool,
    /// One or two quantisation tables, row by row, used instead of `quality`: brightness, then colour.
    /// Inks all use the first.
    pub(crate) qtables: Option<Vec<[u16; 64]>>,
    /// Dots per inch, across and down.
    pub(crate) dpi: Option<(f64, f64)>,
    /// An EXIF block, with its prefix or without.
    pub(crate) exif: Option<Vec<u8>>,
    /// An ICC profile.
    pub(crate) icc_profile: Option<Vec<u8>>,
    /// A comment, in any encoding.
    pub(crate) comment: Option<Vec<u8>>,
    /// An XMP packet.
    pub(crate) xmp: Option<Vec<u8>>,
    /// Image resources by number, as metadata has them.
    pub(crate) photoshop: Metadata,
    /// Restart marker after so many units of blocks; 0 for none.
    pub(crate) restart_blocks: u16,
    /// Restart marker after so many rows of units; 0 for none.
    pub(crate) restart_rows: u16,
    /// Whether four samples a pixel are cyan, magenta, yellow and black; else they are refused.
    pub(crate) cmyk: bool,
    /// Three samples a pixel stay red, green and blue; else they become brightness and colour differences.
    pub(crate) keep_rgb: bool,
    /// Several pictures make a Multi-Picture file; else they are refused.
    pub(crate) several: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            quality: 75,
            subsampling: Subsampling::S420,
            progressive: false,
            optimize: false,
            qtables: None,
            dpi: None,
            exif: None,
            icc_profile: None,
            comment: None,
            xmp: None,
            photoshop: Metadata::new(),
            restart_blocks: 0,
            restart_rows: 0,
            cmyk: false,
            keep_rgb: false,
            several: false,
        }
    }
}

/// Writes the picture of `frames`; of several, where `settings` allow it, a Multi-Picture file.
///
/// # Errors
/// `Unsupported` for several pictures or for samples that JPEG does not hold, `BadOption` for settings out of range.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    // Budgets are for sizes that a file decides; these are the program's.
    _limits: &Limits,
) -> Result<()> {
    let count = frames.len();
    match frames {
        [image] => Written::new(image, settings)?.write(&[], out),
        [first, others @ ..] if settings.several => {
            let first = Written::new(first, settings)?;
            // The index in the first picture says how long each one is.
            let others = others
                .iter()
                .map(|image| Written::new(image, settings))
                .collect::<Result<Vec<_>>>()?;
            let index = mp::index(
                first.index_offset(),
                first.len(),
                others.iter().map(Written::len),
            )?;
            let mut segment = Vec::new();
            push(
                &mut segment,
                marker::APP2,
                &[info::MP, &index],
                "index of pictures",
            )?;
            first.write(&segment, out)?;
            others.iter().try_for_each(|other| other.write(&[], out))
        }
        _ => Err(Error::unsupported(format!(
            "{count} pictures: JPEG holds one"
        ))),
    }
}

/// A picture that is coded, in the parts between which metadata goes.
struct Written {
    jfif: Vec<u8>,
    exif: Vec<u8>,
    /// The other metadata.
    segments: Vec<u8>,
    stream: Vec<u8>,
    /// Length of the start marker and what stays right behind it.
    head: usize,
}

impl Written {
    fn new(image: &NdImage, settings: &Settings) -> Result<Written> {
        let exif = exif_segment(settings)?;
        let segments = segments(settings)?;
        let density = settings.density()?;
        let stream = stream_of(image, settings, density)?;
        let jfif = match density {
            Some((across, down)) if settings.cmyk => jfif_segment(&stream, across, down)?,
            _ => Vec::new(),
        };
        let head = head_len(&stream).min(stream.len());
        Ok(Written {
            jfif,
            exif,
            segments,
            stream,
            head,
        })
    }

    fn len(&self) -> usize {
        self.jfif.len() + self.exif.len() + self.segments.len() + self.stream.len()
    }

    /// Where the index of pictures lies in the file, behind the name of its segment.
    fn index_offset(&self) -> usize {
        self.head + self.jfif.len() + self.exif.len() + 4 + info::MP.len()
    }

    /// Writes the picture with `index` behind its EXIF segment, as Pillow does.
    fn write(&self, index: &[u8], out: &mut dyn Sink) -> Result<()> {
        let (head, rest) = self.stream.split_at(self.head);
        let (start, head) = head.split_at(2.min(head.len()));
        for part in [
            start,
            &self.jfif,
            head,
            &self.exif,
            index,
            &self.segments,
            rest,
        ] {
            out.write_all(part)?;
        }
        Ok(())
    }
}

/// The picture coded, without metadata.
fn stream_of(image: &NdImage, settings: &Settings, density: Option<(u16, u16)>) -> Result<Vec<u8>> {
    let (height, width, channels) = layout(image, settings)?;
    let tables = settings.check()?;
    let contiguous = image.to_contiguous();
    let mut samples = Cow::Borrowed(contiguous.as_slice::<u8>()?);
    if channels == 4 {
        // Stored as Adobe's writers do, with 0 for full ink.
        samples = samples.iter().map(|ink| 255 - ink).collect();
    }
    jpeg::encode(&Job {
        samples: &samples,
        height,
        width,
        channels,
        quality: settings.quality,
        subsampling: settings.subsampling,
        progressive: settings.progressive,
        optimize: settings.optimize,
        tables,
        restart_blocks: settings.restart_blocks,
        restart_rows: settings.restart_rows,
        density,
        keep_rgb: settings.keep_rgb,
    })
}

impl Settings {
    /// Refuses what is out of range; gives the tables to use.
    fn check(&self) -> Result<&[[u16; 64]]> {
        if self.quality > 100 {
            return Err(Error::bad_option(format!(
                "quality {}, expected 0 to 100",
                self.quality
            )));
        }
        if self.keep_rgb && self.subsampling == Subsampling::S422 {
            return Err(Error::bad_option(
                "keep_rgb: colours that are stored as they are cannot be subsampled",
            ));
        }
        let tables = self.qtables.as_deref().unwrap_or_default();
        if self.qtables.is_some() && !(1..=2).contains(&tables.len()) {
            return Err(Error::bad_option(format!(
                "{} quantisation tables, expected 1 or 2",
                tables.len()
            )));
        }
        if tables.iter().flatten().any(|&step| step == 0 || step > 255) {
            return Err(Error::bad_option("a quantisation step outside 1 to 255"));
        }
        Ok(tables)
    }

    /// The density in whole dots; a file states none where one of them rounds to 0, as with Pillow.
    fn density(&self) -> Result<Option<(u16, u16)>> {
        let Some((across, down)) = self.dpi else {
            return Ok(None);
        };
        let whole = |dots: f64| {
            let dots = dots.round_ties_even();
            (0.0..=65_535.0).contains(&dots).then_some(dots as u16)
        };
        match (whole(across), whole(down)) {
            (Some(0), Some(_)) | (Some(_), Some(0)) => Ok(None),
            (Some(across), Some(down)) => Ok(Some((across, down))),
            _ => Err(Error::bad_option(format!(
                "dpi ({across}, {down}), expected 0 to 65535"
            ))),
        }
    }
}

/// Height, width and channels of a picture that JPEG holds.
fn layout(image: &NdImage, settings: &Settings) -> Result<(usize, usize, usize)> {
    let refused = |why: &str| {
        Error::unsupported(format!(
            "{} of shape {:?}: {why}",
            image.dtype(),
            image.shape()
        ))
    };
    let (height, width, channels) = match *image.shape() {
        [height, width] => (height, width, 1),
        [height, width, channels] => (height, width, channels),
        _ => {
            return Err(refused(
                "JPEG holds (H, W), (H, W, 3) or, as CMYK, (H, W, 4)",
            ));
        }
    };
    if image.dtype() != DType::U8 {
        return Err(refused("JPEG holds uint8"));
    }
    match channels {
        1 | 3 => {}
        4 if settings.cmyk => {}
        2 | 4 => return Err(refused("JPEG holds no alpha")),
        _ => return Err(refused("JPEG holds 1 or 3 samples a pixel, or 4 as CMYK")),
    }
    if height == 0 || width == 0 {
        return Err(refused("JPEG holds no empty picture"));
    }
    if height > LONGEST || width > LONGEST {
        return Err(refused("JPEG holds up to 65500 rows and columns"));
    }
    Ok((height, width, channels))
}

/// Length of the start marker and of the JFIF or Adobe segment behind it, which stay first.
fn head_len(stream: &[u8]) -> usize {
    let mut at = 2;
    while let Some(&[0xff, marker::APP0 | marker::APP14, high, low]) = stream.get(at..at + 4) {
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    at
}

/// JFIF 1.01 with its density in dots per inch, for pictures in inks, which the backend writes without;
/// nothing where the stream has one.
fn jfif_segment(stream: &[u8], across: u16, down: u16) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if matches!(stream, [_, _, 0xff, marker::APP0, ..]) {
        return Ok(out);
    }
    let payload = [
        b"JFIF\0\x01\x01\x01",
        &across.to_be_bytes()[..],
        &down.to_be_bytes(),
        &[0; 2],
    ];
    push(&mut out, marker::APP0, &payload, "JFIF")?;
    Ok(out)
}

/// The EXIF segment, where there is one.
fn exif_segment(settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if let Some(block) = settings.exif.as_deref().filter(|block| !block.is_empty()) {
        let payload = [exif::PREFIX, exif::without_prefix(block)];
        push(&mut out, marker::APP1, &payload, "EXIF")?;
    }
    Ok(out)
}

/// The metadata segments behind EXIF, in Pillow's order.
fn segments(settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if let Some(packet) = settings.xmp.as_deref().filter(|packet| !packet.is_empty()) {
        push(&mut out, marker::APP1, &[info::XMP, packet], "XMP")?;
    }
    if let Some(profile) = &settings.icc_profile {
        // ICC.1:2022, annex B.4: the parts are numbered from 1, and their number is one byte.
        let parts = profile.chunks(PAYLOAD - info::ICC.len() - 2);
        let count = u8::try_from(parts.len()).map_err(|_| {
            Error::bad_option(format!(
                "an ICC profile of {} bytes is too long for JPEG",
                profile.len()
            ))
        })?;
        for (number, part) in (1..=count).zip(parts) {
            push(
                &mut out,
                marker::APP2,
                &[info::ICC, &[number, count], part],
                "ICC profile",
            )?;
        }
    }
    let room = PAYLOAD - info::PHOTOSHOP.len();
    for part in resources::parts(&settings.photoshop, room) {
        push(
            &mut out,
            marker::APP13,
            &[info::PHOTOSHOP, &part],
            "image resources",
        )?;
    }
    if let Some(comment) = settings
        .comment
        .as_deref()
        .filter(|comment| !comment.is_empty())
    {
        push(&mut out, marker::COM, &[comment], "comment")?;
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, marker: u8, payload: &[&[u8]], what: &str) -> Result<()> {
    let len: usize = payload.iter().map(|part| part.len()).sum();
    let stated = u16::try_from(len + 2).map_err(|_| {
        Error::bad_option(format!(
            "{what} of {len} bytes, a JPEG segment holds {PAYLOAD}"
        ))
    })?;
    out.extend([0xff, marker]);
    out.extend(stated.to_be_bytes());
    out.extend(payload.concat());
    Ok(())
}
