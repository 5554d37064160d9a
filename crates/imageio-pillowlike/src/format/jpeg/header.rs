//! What a JPEG stream says before its first scan, read without the backend.
//!
//! Follows ITU-T T.81, annex B, as leniently as common decoders do between segments.

use std::io::{BufRead, Read, Seek, SeekFrom};

use imageio_core::{Claim, Error, Limits, Result};

use crate::format::Input;
use imageio_codecs::jpeg::FrameHeader;

/// Markers of T.81, table B.1, by their second byte.
pub(super) mod marker {
    pub(in super::super) const SOI: u8 = 0xd8;
    pub(in super::super) const EOI: u8 = 0xd9;
    pub(in super::super) const SOS: u8 = 0xda;
    pub(in super::super) const DHP: u8 = 0xde;
    pub(in super::super) const APP0: u8 = 0xe0;
    pub(in super::super) const APP1: u8 = 0xe1;
    pub(in super::super) const APP2: u8 = 0xe2;
    pub(in super::super) const APP13: u8 = 0xed;
    pub(in super::super) const APP14: u8 = 0xee;
    pub(in super::super) const COM: u8 = 0xfe;
}

/// Everything before the first scan of one picture.
#[derive(Debug)]
pub(super) struct Header {
    /// Where its first marker lies in the file.
    pub(super) start: u64,
    pub(super) frame: FrameHeader,
    /// The segments that hold metadata, in order.
    pub(super) segments: Vec<Segment>,
}

/// A segment that holds metadata.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) marker: u8,
    /// Where its payload lies in the file.
    pub(super) offset: u64,
    pub(super) payload: Vec<u8>,
    /// Whether it lies behind the frame header.
    pub(super) after_frame: bool,
    _claim: Claim,
}

impl Header {
    /// Reads the picture that starts at `start`, up to its first scan.
    ///
    /// # Errors
    /// `NotThisFormat` where no JPEG starts, `Corrupt` where it breaks off or makes no sense.
    pub(super) fn read(input: &mut Input, start: u64, limits: &Limits) -> Result<Header> {
        check_start(input, start)?;
        let mut frame = None;
        let mut segments = Vec::new();
        loop {
            match next_marker(input)? {
                marker::SOS => break,
                marker::EOI => return Err(Error::corrupt("a JPEG without a scan")),
                marker::SOI => return Err(Error::corrupt("a second start marker")),
                // TEM and the restart markers stand alone.
                0x01 | 0xd0..=0xd7 => {}
                marker::DHP => return Err(Error::unsupported("a hierarchical JPEG")),
                code if is_frame(code) => {
                    let parsed = FrameHeader::parse(code, &payload(input)?)?;
                    if frame.replace(parsed).is_some() {
                        return Err(Error::corrupt("a second frame header"));
                    }
                }
                code if holds_metadata(code) => {
                    let after_frame = frame.is_some();
                    segments.extend(Segment::read(input, code, after_frame, limits)?);
                }
                0xc0.. => skip(input)?,
                code => {
                    let at = input.position();
                    return Err(Error::corrupt(format!(
                        "marker FF{code:02X} at {at}, which no JPEG has"
                    )));
                }
            }
        }
        let frame = frame.ok_or_else(|| Error::corrupt("a scan before the frame header"))?;
        Ok(Header {
            start,
            frame,
            segments,
        })
    }
}

/// Puts `input` behind the start marker, which another marker must follow.
fn check_start(input: &mut Input, start: u64) -> Result<()> {
    input.seek(SeekFrom::Start(start))?;
    let mut magic = Vec::with_capacity(3);
    input.take(3).read_to_end(&mut magic)?;
    if magic != [0xff, marker::SOI, 0xff] {
        return Err(Error::not_this_format("no JPEG start marker"));
    }
    input.seek(SeekFrom::Start(start + 2))?;
    Ok(())
}

/// Whether a frame header follows; its neighbours define tables, and `C8` is reserved.
fn is_frame(code: u8) -> bool {
    matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc)
}

fn holds_metadata(code: u8) -> bool {
    use marker::{APP0, APP1, APP2, APP13, APP14, COM};
    matches!(code, APP0 | APP1 | APP2 | APP13 | APP14 | COM)
}

impl Segment {
    /// The segment that follows, where it holds metadata.
    fn read(
        input: &mut Input,
        marker: u8,
        after_frame: bool,
        limits: &Limits,
    ) -> Result<Option<Segment>> {
        let offset = input.position() + 2;
        let payload = payload(input)?;
        let known: &[&[u8]] = match marker {
            marker::APP0 => &[b"JFIF"],
            marker::APP1 => &[super::info::EXIF, super::info::XMP],
            marker::APP2 => &[super::info::FLASHPIX, super::info::ICC, super::info::MP],
            marker::APP13 => &[super::info::PHOTOSHOP],
            marker::APP14 => &[b"Adobe"],
            _ => &[b""],
        };
        if !known.iter().any(|prefix| payload.starts_with(prefix)) {
            return Ok(None);
        }
        let claim = limits.claim(payload.len() as u64, "a metadata segment")?;
        Ok(Some(Segment {
            marker,
            offset,
            payload,
            after_frame,
            _claim: claim,
        }))
    }
}

/// The second byte of the next marker; bytes that belong to none are skipped, as libjpeg does.
fn next_marker(input: &mut Input) -> Result<u8> {
    let mut after_ff = false;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Err(Error::corrupt("the JPEG ends before its first scan"));
        }
        // T.81 B.1.1.2: any number of FF bytes may fill the space before a marker; FF00 is no marker.
        let found = available.iter().position(|&byte| {
            let ends = after_ff && byte != 0xff && byte != 0;
            after_ff = byte == 0xff;
            ends
        });
        let code = found.and_then(|at| available.get(at)).copied();
        let used = found.map_or(available.len(), |at| at + 1);
        input.consume(used);
        if let Some(code) = code {
            return Ok(code);
        }
    }
}

/// Length of the payload that follows.
fn payload_len(input: &mut Input) -> Result<u16> {
    let mut len = [0; 2];
    input.read_exact(&mut len)?;
    u16::from_be_bytes(len).checked_sub(2).ok_or_else(|| {
        Error::corrupt(format!(
            "a segment at {} shorter than its length field",
            input.position()
        ))
    })
}

fn payload(input: &mut Input) -> Result<Vec<u8>> {
    let mut payload = vec![0; payload_len(input)?.into()];
    input.read_exact(&mut payload)?;
    Ok(payload)
}

fn skip(input: &mut Input) -> Result<()> {
    let len = payload_len(input)?;
    input.seek(SeekFrom::Current(len.into()))?;
    Ok(())
}
