//! The frame header: what a picture is like before it is decoded.

use imageio_core::{Error, Result};

use super::abbreviated::next_segment;

/// The frame header, T.81 B.2.2.
#[derive(Clone, Debug)]
pub struct FrameHeader {
    /// How it is coded.
    pub coding: Coding,
    /// Bits a sample.
    pub precision: u8,
    /// Rows.
    pub height: u16,
    /// Columns.
    pub width: u16,
    /// What a pixel is made of.
    pub components: Vec<Component>,
}

/// How a frame is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// In one scan, or one for each component.
    Sequential,
    /// In scans that refine the picture.
    Progressive,
    /// Without a transform.
    Lossless,
}

/// Sampling factors of a component.
#[derive(Clone, Copy, Debug)]
pub struct Component {
    /// Blocks of a unit, across.
    pub across: u8,
    /// Blocks of a unit, down.
    pub down: u8,
}

impl FrameHeader {
    /// Reads the frame header of a picture, before its first scan.
    pub fn find(data: &[u8]) -> Result<FrameHeader> {
        let mut rest = data
            .strip_prefix(b"\xff\xd8")
            .ok_or_else(|| Error::corrupt("a JPEG that does not begin with FFD8"))?;
        while let Some((segment, after)) = next_segment(rest) {
            if let &[_, code @ 0xc0..=0xcf, _, _, ref body @ ..] = segment
                && !matches!(code, 0xc4 | 0xc8 | 0xcc)
            {
                return FrameHeader::parse(code, body);
            }
            rest = after;
        }
        Err(Error::corrupt("a JPEG without a frame header"))
    }

    /// Reads the body of a frame segment, marker `FF` and `code`.
    pub fn parse(code: u8, body: &[u8]) -> Result<FrameHeader> {
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

    /// Rows and columns of the picture where each side is divided by `reduce`; what is over counts as one.
    pub fn size(&self, reduce: u8) -> (usize, usize) {
        let part = |side: u16| usize::from(side.div_ceil(reduce.max(1).into()));
        (part(self.height), part(self.width))
    }

    /// Largest sampling factors, across and down.
    pub fn sampling(&self) -> (usize, usize) {
        let across = self.components.iter().map(|c| c.across).max().unwrap_or(1);
        let down = self.components.iter().map(|c| c.down).max().unwrap_or(1);
        (across.into(), down.into())
    }

    /// Samples of all components, in whole blocks.
    pub fn stored_samples(&self) -> u64 {
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
