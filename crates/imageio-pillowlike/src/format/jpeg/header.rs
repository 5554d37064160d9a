//! What a JPEG stream says before its first scan, read without the backend.
//!
//! Follows ITU-T T.81, annex B, as leniently as common decoders do between segments.

use std::io::{BufRead, Read, Seek, SeekFrom};

use imageio_core::{Claim, DType, Error, Limits, Result};

use crate::format::{FrameInfo, Input, Mode};

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

/// The frame header, T.81 B.2.2.
#[derive(Clone, Debug)]
pub(super) struct FrameHeader {
    pub(super) coding: Coding,
    /// Bits a sample.
    pub(super) precision: u8,
    pub(super) height: u16,
    pub(super) width: u16,
    pub(super) components: Vec<Component>,
}

/// How a frame is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Sequential,
    Progressive,
    Lossless,
}

/// Sampling factors of a component.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    pub(super) across: u8,
    pub(super) down: u8,
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

impl FrameHeader {
    fn parse(code: u8, body: &[u8]) -> Result<FrameHeader> {
        let coding = match code {
            0xc0 | 0xc1 | 0xc9 => Coding::Sequential,
            0xc2 | 0xca => Coding::Progressive,
            0xc3 | 0xcb => Coding::Lossless,
            _ => {
                return Err(Error::unsupported(format!(
                    "a hierarchical JPEG (marker FF{code:02X})"
                )));
            }
        };
        let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = body else {
            return Err(Error::corrupt("a frame header that is too short"));
        };
        let components: Vec<Component> = rest
            .chunks_exact(3)
            .take(usize::from(count))
            .filter_map(|bytes| bytes.get(1))
            .map(|factors| Component {
                across: factors >> 4,
                down: factors & 15,
            })
            .collect();
        let frame = FrameHeader {
            coding,
            precision,
            height: u16::from_be_bytes([h1, h0]),
            width: u16::from_be_bytes([w1, w0]),
            components,
        };
        frame.check(code, count)?;
        Ok(frame)
    }

    /// Refuses what T.81, table B.2, has no place for.
    fn check(&self, code: u8, count: u8) -> Result<()> {
        let precision = self.precision;
        let depths = match (code, self.coding) {
            (0xc0, _) => &[8][..],
            (_, Coding::Lossless) => &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
            _ => &[8, 12],
        };
        if !depths.contains(&precision) {
            return Err(Error::corrupt(format!(
                "{precision} bits a sample in a frame of type FF{code:02X}"
            )));
        }
        if self.components.len() != usize::from(count) || count == 0 {
            return Err(Error::corrupt(format!(
                "a frame header of {count} components that holds {}",
                self.components.len()
            )));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Error::unsupported(format!("a JPEG of {count} components")));
        }
        if let Some(bad) = self
            .components
            .iter()
            .find(|c| !(1..=4).contains(&c.across) || !(1..=4).contains(&c.down))
        {
            return Err(Error::corrupt(format!(
                "sampling factors {} by {}, expected 1 to 4",
                bad.across, bad.down
            )));
        }
        if self.width == 0 {
            return Err(Error::corrupt("a JPEG without columns"));
        }
        if self.height == 0 {
            // T.81 B.2.5: the height may follow the first scan in a DNL segment.
            return Err(Error::unsupported(
                "a JPEG whose header leaves its height open",
            ));
        }
        Ok(())
    }

    /// Shape, mode and element type of the decoded picture.
    pub(super) fn info(&self) -> FrameInfo {
        FrameInfo {
            height: self.height.into(),
            width: self.width.into(),
            mode: match self.components.len() {
                1 => Mode::Gray,
                3 => Mode::Rgb,
                _ => Mode::Cmyk,
            },
            dtype: if self.precision <= 8 {
                DType::U8
            } else {
                DType::U16
            },
            palette_mode: None,
        }
    }

    /// Largest sampling factors, across and down.
    pub(super) fn sampling(&self) -> (usize, usize) {
        let across = self.components.iter().map(|c| c.across).max().unwrap_or(1);
        let down = self.components.iter().map(|c| c.down).max().unwrap_or(1);
        (across.into(), down.into())
    }

    /// Samples of all components, in whole blocks.
    pub(super) fn stored_samples(&self) -> u64 {
        let (across, down) = self.sampling();
        let columns = usize::from(self.width).div_ceil(8 * across) * 8;
        let rows = usize::from(self.height).div_ceil(8 * down) * 8;
        let in_unit: u64 = self
            .components
            .iter()
            .map(|c| u64::from(c.across) * u64::from(c.down))
            .sum();
        columns as u64 * rows as u64 * in_unit
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
