//! JPEG bitmaps, with tables that stand apart and with a plane of alpha.

use std::borrow::Cow;

use imageio_codecs::jpeg::{self, Colours, FrameHeader};
use imageio_core::{Error, Limits, Result};

use super::bitmap::{Area, Bitmap};
use super::body::Body;
use super::lossless::Zlib;

/// A JPEG bitmap and what its header says.
pub(crate) struct Jpeg<'a> {
    frame: FrameHeader,
    version: u8,
    tables: Option<&'a [u8]>,
    /// Of the JPEG itself, and of the alpha behind it.
    start: u64,
    len: u64,
    alpha_len: u64,
}

impl<'a> Jpeg<'a> {
    /// Reads as far as the frame header.
    pub(crate) fn open(
        body: &mut Body,
        bitmap: &Bitmap,
        version: u8,
        tables: Option<&'a [u8]>,
    ) -> Result<Self> {
        body.seek(bitmap.start)?;
        // DefineBitsJPEG3 has the place of the alpha before the data, DefineBitsJPEG4 also the filter's strength.
        let before = match version {
            3 => 4,
            4 => 6,
            _ => 0,
        };
        let mut head = [0; 6];
        let (head, _) = head.split_at_mut(before);
        let Some(rest) = bitmap.len.checked_sub(before as u64) else {
            return Err(Error::corrupt(format!("a bitmap of {} bytes", bitmap.len)));
        };
        body.read_exact(head, "the bitmap")?;
        let len = match head.first_chunk() {
            Some(len) => u64::from(u32::from_le_bytes(*len)),
            None => rest,
        };
        let Some(alpha_len) = rest.checked_sub(len) else {
            return Err(Error::corrupt(format!(
                "alpha at byte {len} of a bitmap of {rest}"
            )));
        };
        let start = body.position();
        let frame = find_frame(body, start, len)?;
        Ok(Jpeg {
            frame,
            version,
            tables,
            start,
            len,
            alpha_len,
        })
    }

    /// Height, width and samples of a pixel.
    pub(crate) fn shape(&self) -> [usize; 3] {
        let channels = if self.alpha_len > 0 { 4 } else { 3 };
        [self.frame.height.into(), self.frame.width.into(), channels]
    }

    /// Decodes `area` into `out`, which has room for just it.
    pub(crate) fn decode(&self, body: &mut Body, area: &Area, out: &mut [u8]) -> Result<()> {
        if area.is_empty() {
            return Ok(());
        }
        let limits = body.limits();
        body.seek(self.start)?;
        let mut data = limits.scratch::<u8>(self.len as usize, "the bytes of a JPEG")?;
        body.read_exact(&mut data, "the bitmap")?;
        let joined = without_seams(&data, &limits)?;
        let tables = self.tables.map(whole_tables);
        let data = jpeg::interchange(tables.as_deref(), &joined, Colours::AsMarked, &limits)?;
        let place = jpeg::Area {
            rows: area.rows.clone(),
            columns: area.columns.clone(),
            reduce: 1,
        };
        let channels = self.frame.components.len();
        if channels == 3 && self.alpha_len == 0 {
            return jpeg::decode_u8(&data, &self.frame, &place, out, &limits);
        }
        let pixels = area.rows.len() * area.columns.len();
        let mut colours = limits.scratch::<u8>(pixels * channels, "the colours")?;
        jpeg::decode_u8(&data, &self.frame, &place, &mut colours, &limits)?;
        let to_channels = self.shape()[2];
        let pixels = colours.chunks_exact(channels);
        for (colour, to) in pixels.zip(out.chunks_exact_mut(to_channels)) {
            for (at, to) in to.iter_mut().take(3).enumerate() {
                // Gray stands for all three.
                *to = colour
                    .get(at)
                    .or(colour.first())
                    .copied()
                    .unwrap_or_default();
            }
        }
        if self.alpha_len > 0 {
            self.decode_alpha(body, area, out)?;
        }
        Ok(())
    }

    /// Puts the alpha into pixels of four samples.
    fn decode_alpha(&self, body: &mut Body, area: &Area, out: &mut [u8]) -> Result<()> {
        let limits = body.limits();
        body.seek(self.start + self.len)?;
        let mut data = Zlib::new(body, self.alpha_len)?;
        let mut row = limits.scratch::<u8>(self.frame.width.into(), "a row of alpha")?;
        for _ in 0..area.rows.start {
            data.fill(&mut row)?;
        }
        for to in out.chunks_mut(area.columns.len() * 4) {
            data.fill(&mut row)?;
            let alpha = row.get(area.columns.clone()).unwrap_or_default();
            for (to, alpha) in to.as_chunks_mut::<4>().0.iter_mut().zip(alpha) {
                to[3] = *alpha;
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Jpeg<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jpeg({} {:?})", self.version, self.shape())
    }
}

/// Walks over the segments of a JPEG to its frame header, reading nothing else.
fn find_frame(body: &mut Body, start: u64, len: u64) -> Result<FrameHeader> {
    let mut magic = [0; 4];
    let wanted = len.min(4) as usize;
    let (held, _) = magic.split_at_mut(wanted);
    body.read_exact(held, "the bitmap")?;
    match &magic {
        b"\x89PNG" => return Err(Error::unsupported("a PNG inside a JPEG bitmap")),
        b"GIF8" => return Err(Error::unsupported("a GIF inside a JPEG bitmap")),
        // Old files begin with an end.
        [0xff, 0xd8 | 0xd9, ..] => {}
        _ => {
            let found = magic.escape_ascii();
            return Err(Error::corrupt(format!("a JPEG that begins with `{found}`")));
        }
    }
    let mut at = 0;
    while at + 4 <= len {
        body.seek(start + at)?;
        let mut head = [0; 4];
        body.read_exact(&mut head, "the bitmap")?;
        let [mark, code, l1, l0] = head;
        let segment = u64::from(u16::from_be_bytes([l1, l0])).max(2);
        match (mark, code) {
            // Fill bytes, and the seam of two streams.
            (0xff, 0xff) => at += 1,
            (0xff, 0xd8 | 0xd9) => at += 2,
            (0xff, 0xc4 | 0xc8 | 0xcc) => at += 2 + segment,
            (0xff, 0xc0..=0xcf) => {
                let mut bytes = vec![0; segment as usize - 2];
                body.read_exact(&mut bytes, "the frame header of a JPEG")?;
                let frame = FrameHeader::parse(code, &bytes)?;
                return check(frame);
            }
            (0xff, 0xda) => break,
            (0xff, _) => at += 2 + segment,
            _ => break,
        }
    }
    Err(Error::corrupt("a JPEG without a frame header"))
}

fn check(frame: FrameHeader) -> Result<FrameHeader> {
    match (frame.precision, frame.components.len()) {
        (8, 1 | 3) => Ok(frame),
        (bits, channels) => Err(Error::unsupported(format!(
            "a JPEG of {channels} channels of {bits} bits"
        ))),
    }
}

/// The same JPEG where no stream ends and another begins before the picture: chapter 8 has tables so, and versions
/// before 8 an empty stream first.
fn without_seams<'a>(data: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut starts = 0;
    while let Some(&[mark, code]) = data.get(at..).and_then(<[u8]>::first_chunk) {
        match (mark, code) {
            (0xff, 0xff) => at += 1,
            (0xff, 0xd8 | 0xd9) => {
                if code == 0xd9 || starts > 0 {
                    kept.push(data.get(from..at).unwrap_or_default());
                    from = at + 2;
                }
                starts += u32::from(code == 0xd8);
                at += 2;
            }
            (0xff, 0xda) => break,
            (0xff, _) => {
                let len = data.get(at + 2..).and_then(<[u8]>::first_chunk);
                at += 2 + usize::from(len.map_or(2, |len| u16::from_be_bytes(*len)).max(2));
            }
            _ => break,
        }
    }
    if from == 0 {
        return Ok(Cow::Borrowed(data));
    }
    let mut joined = limits.try_capacity::<u8>(data.len(), "the bytes of a JPEG")?;
    for part in kept {
        joined.extend_from_slice(part);
    }
    joined.extend_from_slice(data.get(from..).unwrap_or_default());
    Ok(Cow::Owned(joined))
}

/// Tables as a stream of their own, whatever stands around them.
fn whole_tables(tables: &[u8]) -> Cow<'_, [u8]> {
    let from = tables.strip_prefix(b"\xff\xd9").unwrap_or(tables);
    match from.strip_prefix(b"\xff\xd8") {
        Some(_) => Cow::Borrowed(from),
        None => Cow::Owned([b"\xff\xd8", from].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seams_before_the_picture_are_taken_out() {
        let limits = Limits::new();
        let joined = |bytes: &[u8]| without_seams(bytes, &limits).map(Cow::into_owned).ok();
        let plain = b"\xff\xd8\xff\xdb\0\x03x\xff\xda\xff\xd9\xff\xd8".to_vec();
        assert_eq!(joined(&plain), Some(plain.clone()));
        let empty_first = [b"\xff\xd9".as_slice(), &plain].concat();
        assert_eq!(joined(&empty_first), Some(plain.clone()));
        let two = b"\xff\xd8\xff\xdb\0\x03x\xff\xd9\xff\xd8\xff\xda\xff\xd9\xff\xd8".to_vec();
        assert_eq!(joined(&two), Some(plain));
    }
}
