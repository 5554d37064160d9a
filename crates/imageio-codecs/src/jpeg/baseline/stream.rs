//! What the segments before the scan say, where it is a picture that the fast way knows.

use imageio_core::{Limits, Result};

use super::huffman::{Class, Table, natural_place};

/// How the components of a pixel become the samples of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Gray,
    Rgb,
    /// Brightness and two colour differences.
    Differences,
}

/// A component of the scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    /// Blocks of a unit, across and down.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Steps of quantisation, row by row.
    pub(super) steps: [u16; 64],
    dc: usize,
    ac: usize,
}

/// A picture in one sequential Huffman scan of 8-bit samples.
pub(super) struct Stream<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) colour: Colour,
    pub(super) components: Vec<Component>,
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// Units between two restart markers, or 0.
    pub(super) restart: usize,
    /// From the scan's first byte to the end of the file.
    scan: &'a [u8],
}

/// What the segments have said so far.
#[derive(Default)]
struct Parser {
    steps: [Option<[u16; 64]>; 4],
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    restart: usize,
    jfif: bool,
    adobe: Option<u8>,
    /// Body of the frame header.
    frame: Vec<u8>,
}

impl<'a> Stream<'a> {
    /// Reads up to the scan; nothing for any other picture than those that the fast way knows, sound or not.
    pub(super) fn parse(data: &'a [u8]) -> Option<Stream<'a>> {
        let mut parser = Parser::default();
        let mut rest = data.strip_prefix(b"\xff\xd8")?;
        loop {
            let (&[0xff, code], after) = rest.split_first_chunk()? else {
                return None;
            };
            let len = usize::from(u16::from_be_bytes(*after.first_chunk()?));
            let body = after.get(2..len)?;
            rest = after.get(len..)?;
            match code {
                0xc0 | 0xc1 if parser.frame.is_empty() => parser.frame = body.to_vec(),
                0xc4 => parser.huffman_tables(body)?,
                0xda => return parser.finish(body, rest),
                0xdb => parser.quantisation_tables(body)?,
                0xdd => parser.restart = u16::from_be_bytes(body.try_into().ok()?).into(),
                0xe0 => parser.jfif |= body.len() >= 14 && body.starts_with(b"JFIF\0"),
                0xee if body.len() >= 12 && body.starts_with(b"Adobe") => {
                    parser.adobe = body.get(11).copied();
                }
                0xe1..=0xef | 0xfe => {}
                _ => return None,
            }
        }
    }

    /// Units of a row.
    pub(super) fn units_across(&self) -> usize {
        self.width.div_ceil(8 * self.across())
    }

    /// Rows of units.
    pub(super) fn bands(&self) -> usize {
        self.height.div_ceil(8 * self.down())
    }

    /// Largest factors.
    pub(super) fn across(&self) -> usize {
        self.components.first().map_or(1, |c| c.across)
    }

    pub(super) fn down(&self) -> usize {
        self.components.first().map_or(1, |c| c.down)
    }

    /// Blocks of a unit.
    pub(super) fn blocks(&self) -> usize {
        self.components.iter().map(|c| c.across * c.down).sum()
    }

    /// The tables of a component; there are some, as `parse` has seen.
    pub(super) fn tables(&self, component: &Component) -> Option<(&Table, &Table)> {
        let dc = self.dc.get(component.dc)?.as_ref()?;
        let ac = self.ac.get(component.ac)?.as_ref()?;
        Some((dc, ac))
    }

    /// The scan without stuffed zeros and restart markers, and where each of its intervals ends there; nothing
    /// where the markers are not those that should be.
    pub(super) fn intervals(&self, limits: &Limits) -> Result<Option<Intervals>> {
        let units = self.units_across() * self.bands();
        let count = match self.restart {
            0 => 1,
            restart => units.div_ceil(restart),
        };
        // Each marker takes two bytes.
        if count > self.scan.len() / 2 + 1 {
            return Ok(None);
        }
        // Words are read whole, so there are zeros behind the last byte.
        let mut bytes = limits.scratch::<u8>(self.scan.len() + 8, "a JPEG's scan")?;
        let mut ends = limits.try_capacity::<usize>(count, "restart intervals of a JPEG")?;
        let len = unstuff(self.scan, &mut bytes, |number, at| {
            ends.push(at);
            ends.len() < count && usize::from(number) == (ends.len() - 1) % 8
        });
        if ends.len() < count {
            ends.push(len);
        }
        Ok((ends.len() == count).then_some(Intervals { bytes, ends }))
    }
}

/// A scan's bytes without what is not data.
pub(super) struct Intervals {
    pub(super) bytes: imageio_core::Scratch<u8>,
    /// For each interval, the place behind its last byte.
    pub(super) ends: Vec<usize>,
}

/// Copies `scan` up to its first marker, without stuffed zeros; `restart` is told of each restart marker and
/// says whether to go on. Gives the length of the copy.
fn unstuff(scan: &[u8], out: &mut [u8], mut restart: impl FnMut(u8, usize) -> bool) -> usize {
    const RUN: usize = 32;
    let (mut from, mut to) = (0, 0);
    loop {
        // What holds no FF is copied as it is.
        while let (Some(run), Some(place)) = (
            scan.get(from..).and_then(<[u8]>::first_chunk::<RUN>),
            out.get_mut(to..).and_then(<[u8]>::first_chunk_mut::<RUN>),
        ) {
            *place = *run;
            let plain = if run
                .iter()
                .fold(0, |any, &byte| any | u8::from(byte == 0xff))
                != 0
            {
                run.iter().take_while(|&&byte| byte != 0xff).count()
            } else {
                RUN
            };
            from += plain;
            to += plain;
            if plain < RUN {
                break;
            }
        }
        let (Some(&byte), Some(place)) = (scan.get(from), out.get_mut(to)) else {
            return to;
        };
        from += 1;
        if byte != 0xff {
            *place = byte;
            to += 1;
            continue;
        }
        // T.81 B.1.1.2: any number of FF may stand before a marker.
        while scan.get(from) == Some(&0xff) {
            from += 1;
        }
        match scan.get(from) {
            Some(0) => {
                *place = 0xff;
                to += 1;
            }
            Some(code @ 0xd0..=0xd7) if restart(code & 7, to) => {}
            _ => return to,
        }
        from += 1;
    }
}

impl Parser {
    /// T.81 B.2.4.1.
    fn quantisation_tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = body.split_first() {
            let wide = match kind >> 4 {
                0 => 1,
                1 => 2,
                _ => return None,
            };
            let mut steps = [0; 64];
            for (at, bytes) in rest.get(..64 * wide)?.chunks_exact(wide).enumerate() {
                let step = bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | u16::from(*byte));
                *steps.get_mut(natural_place(at))? = step;
            }
            *self.steps.get_mut(usize::from(kind & 15))? = Some(steps);
            body = rest.get(64 * wide..)?;
        }
        Some(())
    }

    /// T.81 B.2.4.2.
    fn huffman_tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk()?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(..total)?;
            let (class, tables) = match kind >> 4 {
                0 => (Class::Dc, &mut self.dc),
                1 => (Class::Ac, &mut self.ac),
                _ => return None,
            };
            let place = tables.get_mut(usize::from(kind & 15))?;
            *place = Some(Table::new(*counts, symbols, class)?);
            body = rest.get(total..)?;
        }
        Some(())
    }

    /// Puts frame and scan header together.
    fn finish<'a>(self, scan_header: &[u8], scan: &'a [u8]) -> Option<Stream<'a>> {
        let &[8, h1, h0, w1, w0, count, ref listed @ ..] = self.frame.as_slice() else {
            return None;
        };
        let (&scanned, rest) = scan_header.split_first()?;
        let selectors = rest.get(..2 * usize::from(scanned))?;
        let whole = scanned == count && rest.get(selectors.len()..)? == [0, 63, 0];
        if !whole || listed.len() != 3 * usize::from(count) {
            return None;
        }
        let (listed, _) = listed.as_chunks::<3>();
        let ids: Vec<u8> = listed.iter().map(|&[id, ..]| id).collect();
        let colour = self.colour(&ids)?;
        let mut components = Vec::with_capacity(3);
        for (&[id, factors, steps], selector) in listed.iter().zip(selectors.as_chunks::<2>().0) {
            let &[selected, tables] = selector;
            if selected != id {
                return None;
            }
            let component = Component {
                across: usize::from(factors >> 4),
                down: usize::from(factors & 15),
                steps: (*self.steps.get(usize::from(steps))?)?,
                dc: usize::from(tables >> 4),
                ac: usize::from(tables & 15),
            };
            components.push(component);
        }
        if let [only] = components.as_mut_slice() {
            // T.81 A.2.2: a scan of one component has one block a unit.
            (only.across, only.down) = (1, 1);
        }
        let stream = Stream {
            width: u16::from_be_bytes([w1, w0]).into(),
            height: u16::from_be_bytes([h1, h0]).into(),
            colour,
            components,
            dc: self.dc,
            ac: self.ac,
            restart: self.restart,
            scan,
        };
        stream.known().then_some(stream)
    }

    /// As libjpeg guesses it (jdapimin.c, `default_decompress_parms`).
    fn colour(&self, ids: &[u8]) -> Option<Colour> {
        match (ids, self.jfif, self.adobe) {
            ([_], ..) => Some(Colour::Gray),
            ([_, _, _], true, _) => Some(Colour::Differences),
            ([_, _, _], false, Some(0)) => Some(Colour::Rgb),
            ([_, _, _], false, Some(_)) => Some(Colour::Differences),
            ([b'R', b'G', b'B'], false, None) => Some(Colour::Rgb),
            ([_, _, _], false, None) => Some(Colour::Differences),
            _ => None,
        }
    }
}

impl Stream<'_> {
    /// Whether sampling and tables are among those that the fast way knows.
    fn known(&self) -> bool {
        let factors: Vec<(usize, usize)> =
            self.components.iter().map(|c| (c.across, c.down)).collect();
        let sampled = match *factors.as_slice() {
            [(1, 1)] | [(1, 1), (1, 1), (1, 1)] => true,
            [(1 | 2, 1 | 2), (1, 1), (1, 1)] => self.colour == Colour::Differences,
            _ => false,
        };
        let sized = self.width > 0 && self.height > 0;
        let tables = self.components.iter().all(|c| self.tables(c).is_some());
        sampled && sized && tables
    }
}
