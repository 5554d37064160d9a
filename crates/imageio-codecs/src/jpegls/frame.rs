//! Marker segments: the frame header and the presets of the coding.

use imageio_core::{Error, Result};

/// The frame header, T.87 C.2.2.
#[derive(Clone, Debug)]
pub struct FrameHeader {
    /// Bits a sample, 2 to 16.
    pub precision: u8,
    /// Rows.
    pub height: u16,
    /// Columns.
    pub width: u16,
    /// Names of the components of a pixel.
    pub components: Vec<u8>,
}

impl FrameHeader {
    /// Reads the frame header of a picture, before its first scan.
    pub fn find(data: &[u8]) -> Result<FrameHeader> {
        for (code, body) in Segments::new(data)? {
            match code {
                0xf7 => return FrameHeader::parse(body),
                0xc0..=0xcf => return Err(Error::corrupt("a JPEG that is no JPEG-LS")),
                0xda => break,
                _ => {}
            }
        }
        Err(Error::corrupt("a JPEG-LS without a frame header"))
    }

    /// Samples of all components.
    pub fn samples(&self) -> usize {
        usize::from(self.height) * usize::from(self.width) * self.components.len()
    }

    fn parse(body: &[u8]) -> Result<FrameHeader> {
        let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = body else {
            return Err(Error::corrupt("a JPEG-LS frame header that is too short"));
        };
        let parts = rest.chunks_exact(3).take(usize::from(count));
        let frame = FrameHeader {
            precision,
            height: u16::from_be_bytes([h1, h0]),
            width: u16::from_be_bytes([w1, w0]),
            components: parts
                .clone()
                .filter_map(|part| part.first().copied())
                .collect(),
        };
        if frame.components.len() != usize::from(count) || count == 0 {
            return Err(Error::corrupt(format!(
                "a frame header of {count} components that holds {}",
                frame.components.len()
            )));
        }
        if !(2..=16).contains(&precision) {
            return Err(Error::corrupt(format!(
                "{precision} bits a sample, expected 2 to 16"
            )));
        }
        if frame.width == 0 || frame.height == 0 {
            // T.87 C.2.4.1.4: a LSE segment or a DNL marker may tell the size.
            return Err(Error::unsupported(
                "a JPEG-LS whose header leaves its size open",
            ));
        }
        if parts.clone().any(|part| part.get(1) != Some(&0x11)) {
            return Err(Error::unsupported("a JPEG-LS with subsampled components"));
        }
        Ok(frame)
    }
}

/// Parameters of the coding that a LSE segment sets; 0 stands for the default.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Presets {
    pub(super) max_value: i32,
    pub(super) thresholds: [i32; 3],
    pub(super) reset: i32,
}

impl Presets {
    /// Reads the body of a LSE segment, T.87 C.2.4.1.
    pub(super) fn read(&mut self, body: &[u8]) -> Result<()> {
        match *body {
            [1, a, b, c, d, e, f, g, h, i, j, ..] => {
                let word = |high, low| i32::from(u16::from_be_bytes([high, low]));
                self.max_value = word(a, b);
                self.thresholds = [word(c, d), word(e, f), word(g, h)];
                self.reset = word(i, j);
                Ok(())
            }
            [kind, ..] => Err(Error::unsupported(format!(
                "a JPEG-LS with presets of type {kind}"
            ))),
            [] => Err(Error::corrupt("a LSE segment that is empty")),
        }
    }
}

/// Iterates over marker segments: code and body.
pub(super) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    pub(super) fn new(data: &'a [u8]) -> Result<Self> {
        let rest = data
            .strip_prefix(b"\xff\xd8")
            .ok_or_else(|| Error::corrupt("a JPEG-LS that does not begin with FFD8"))?;
        Ok(Segments { rest })
    }

    /// What is coded behind the segment that came last, up to the next marker that is no restart.
    pub(super) fn entropy_coded(&mut self) -> &'a [u8] {
        let marker = |pair: &[u8]| matches!(*pair, [0xff, code] if code >= 0x80 && code != 0xff && !(0xd0..=0xd7).contains(&code));
        let end = self
            .rest
            .windows(2)
            .position(marker)
            .unwrap_or(self.rest.len());
        let (coded, rest) = self.rest.split_at(end);
        self.rest = rest;
        coded
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        // Any number of fill bytes may stand before a marker, T.81 B.1.1.2.
        while let [0xff, 0xff, ..] = self.rest {
            self.rest = self.rest.get(1..)?;
        }
        let &[0xff, code, h, l, ..] = self.rest else {
            return None;
        };
        let end = 2 + usize::from(u16::from_be_bytes([h, l]));
        let body = self.rest.get(4..end)?;
        self.rest = self.rest.get(end..)?;
        Some((code, body))
    }
}
