//! Pictures whose tables or colours are told elsewhere, T.81 B.4 and B.5, become pictures that stand alone.

use std::borrow::Cow;

use imageio_core::{Error, Limits, Result};

const SOI: [u8; 2] = [0xff, 0xd8];
const EOI: [u8; 2] = [0xff, 0xd9];

/// How three or four components become the samples of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// As the segments say, and as libjpeg guesses where they say nothing.
    #[default]
    AsMarked,
    /// Components are samples.
    Plain,
    /// The first three are brightness and two colour differences.
    Differences,
}

impl Colours {
    /// The Adobe segment that says so, and no other.
    fn segment(self) -> Option<[u8; 16]> {
        let transform = match self {
            Colours::AsMarked => return None,
            Colours::Plain => 0,
            Colours::Differences => 1,
        };
        let mut segment = *b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\0";
        if let Some(last) = segment.last_mut() {
            *last = transform;
        }
        Some(segment)
    }
}

/// `data` as a picture that stands alone: `tables`, an abbreviated stream of its own, go before it, and `colours`
/// overrule its segments. Four components that are [`Colours::Differences`] are to be marked as such by the file.
pub fn interchange<'a>(
    tables: Option<&[u8]>,
    data: &'a [u8],
    colours: Colours,
    limits: &Limits,
) -> Result<Cow<'a, [u8]>> {
    let tables = tables.map_or(Ok(&[][..]), body_of)?;
    let adobe = colours.segment();
    if tables.is_empty() && adobe.is_none() {
        return Ok(Cow::Borrowed(data));
    }
    let len = data.len() + tables.len() + 16 + 2;
    let mut out = limits.try_capacity::<u8>(len, "the bytes of a JPEG")?;
    out.extend_from_slice(&SOI);
    out.extend_from_slice(adobe.as_ref().map_or(&[][..], |segment| segment));
    out.extend_from_slice(tables);
    let mut rest = data
        .strip_prefix(&SOI)
        .ok_or_else(|| Error::corrupt("a JPEG that does not begin with FFD8"))?;
    while let Some((segment, after)) = next_segment(rest) {
        let says_colours = matches!(segment, [0xff, 0xe0 | 0xee, ..]);
        if adobe.is_none() || !says_colours {
            out.extend_from_slice(segment);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    Ok(Cow::Owned(out))
}

/// What stands between start and end of an abbreviated stream of tables.
fn body_of(tables: &[u8]) -> Result<&[u8]> {
    let body = tables
        .strip_prefix(&SOI)
        .ok_or_else(|| Error::corrupt("JPEG tables that do not begin with FFD8"))?;
    Ok(body.strip_suffix(&EOI).unwrap_or(body))
}

/// The segment at the front and what follows; nothing from the first scan on, or where no segment stands.
pub fn next_segment(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    // T.81 B.1.1.2: any number of FF may stand before a marker.
    while let [0xff, rest @ ..] = bytes
        && rest.first() == Some(&0xff)
    {
        bytes = rest;
    }
    let &[0xff, code, ..] = bytes else {
        return None;
    };
    if matches!(code, 0xda | 0xd9 | 0xd8 | 0xd0..=0xd7 | 0x00 | 0x01) {
        return None;
    }
    let len = u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?);
    bytes.split_at_checked(2 + usize::from(len.max(2)))
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::super::{Area, FrameHeader, Job, Subsampling, decode_u8, encode};
    use super::{Colours, interchange, next_segment};

    /// A picture of one colour, and its samples.
    fn picture() -> (Vec<u8>, Vec<u8>) {
        let samples = [200, 40, 90].repeat(64);
        let data = encode(&Job {
            samples: &samples,
            height: 8,
            width: 8,
            channels: 3,
            quality: 100,
            subsampling: Subsampling::S444,
            progressive: false,
            optimize: false,
            tables: &[],
            restart_blocks: 0,
            restart_rows: 0,
            density: None,
            keep_rgb: false,
        });
        (data.unwrap(), samples)
    }

    fn decoded(data: &[u8]) -> Vec<u8> {
        let frame = FrameHeader::find(data).unwrap();
        let mut out = vec![0; 192];
        decode_u8(data, &frame, &Area::whole(&frame), &mut out, &Limits::new()).unwrap();
        out
    }

    fn close(ours: &[u8], expected: &[u8]) -> bool {
        ours.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) < 3)
    }

    #[test]
    fn tables_that_stand_apart_are_put_back() {
        let (data, samples) = picture();
        let (mut tables, mut rest) = (vec![0xff, 0xd8], vec![0xff, 0xd8]);
        let mut bytes = &data[2..];
        while let Some((segment, after)) = next_segment(bytes) {
            let to = if matches!(segment[1], 0xc4 | 0xdb) {
                &mut tables
            } else {
                &mut rest
            };
            to.extend_from_slice(segment);
            bytes = after;
        }
        rest.extend_from_slice(bytes);
        tables.extend([0xff, 0xd9]);
        let whole = interchange(Some(&tables), &rest, Colours::AsMarked, &Limits::new()).unwrap();
        assert!(close(&decoded(&whole), &samples));
        assert!(interchange(Some(b"no"), &rest, Colours::AsMarked, &Limits::new()).is_err());
    }

    #[test]
    fn colours_told_from_outside_overrule_the_segments() {
        let (data, samples) = picture();
        let limits = Limits::new();
        let plain = interchange(None, &data, Colours::Plain, &limits).unwrap();
        assert!(!close(&decoded(&plain), &samples));
        let turned = interchange(None, &plain, Colours::Differences, &limits).unwrap();
        assert!(close(&decoded(&turned), &samples));
    }
}
