//! A file up to its pixels: preamble, file meta group, data set. PS3.10 section 7.

use imageio_core::{Error, Limits, Result};

use super::cursor::{Cursor, Source};
use super::data_set::{DataSet, Tag};
use super::inflated::Inflated;
use super::syntax::Syntax;
use super::walker::{Encoding, Keep, PixelPlace, Walker, guess, is_letters, no_dicom};

/// Bytes by which a file is recognised.
pub(crate) const HEAD: usize = 144;

/// What a file says before its pixels.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) syntax: Syntax,
    pub(crate) meta: DataSet,
    pub(crate) data: DataSet,
    pub(crate) pixels: Option<PixelPlace>,
    /// Where deflated data begins, in a file that is deflated.
    pub(crate) deflated: Option<u64>,
    /// What was wrong and has been read all the same.
    pub(crate) forgiven: Vec<String>,
}

/// Whether a file with these first bytes is DICOM; with a preamble for sure, without one by its first element.
pub(crate) fn recognises(head: &[u8]) -> bool {
    has_preamble(head) || head.starts_with(b"DICM") || begins_a_data_set(head)
}

/// Whether `DICM` stands where it should.
pub(crate) fn has_preamble(head: &[u8]) -> bool {
    head.get(128..132) == Some(b"DICM")
}

/// Whether a data set without preamble stands at the front: an element of the first groups in a plausible form.
fn begins_a_data_set(head: &[u8]) -> bool {
    let &[a, b, c, d, v, r, l0, l1, ..] = head else {
        return false;
    };
    let plausible = |group: u16, element: u16| {
        (group == 2 && element <= 0x0016) || (group == 8 && element <= 0x0070)
    };
    let little = plausible(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    let big = plausible(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    if is_letters([v, r]) {
        return (little || big) && super::dictionary::length_of([v, r]).is_some();
    }
    // Without types, the first elements are short texts of even length.
    let len = u32::from_le_bytes([v, r, l0, l1]);
    little && len <= 128 && len % 2 == 0 && u16::from_le_bytes([c, d]) != 0 || little && len == 4
}

/// The file's bytes as the data set sees them.
pub(crate) enum Plain<S> {
    Stored(S),
    Inflated(Box<Inflated<S>>),
}

impl<S: Source> Plain<S> {
    /// The bytes of a file with this header.
    pub(crate) fn new(source: S, deflated: Option<u64>, limits: &Limits) -> Self {
        match deflated {
            Some(start) => Plain::Inflated(Box::new(Inflated::new(source, start, limits.clone()))),
            None => Plain::Stored(source),
        }
    }

    pub(crate) fn source(&self) -> &dyn Source {
        match self {
            Plain::Stored(source) => source,
            Plain::Inflated(source) => &**source,
        }
    }
}

impl Header {
    /// Reads a file up to its pixels.
    ///
    /// # Errors
    /// `NotThisFormat`, or `Corrupt` where not even a single element can be read.
    pub(crate) fn read<S: Source + Copy>(source: S, keep: Keep, limits: &Limits) -> Result<Header> {
        let mut walker = Walker::new(Cursor::new(&source, 0), keep, limits);
        let head = walker.cursor.peek(HEAD)?.to_vec();
        if !recognises(&head) {
            return Err(no_dicom());
        }
        if has_preamble(&head) {
            walker.cursor.seek(132);
        } else {
            walker.forgive("no preamble");
            walker
                .cursor
                .seek(if head.starts_with(b"DICM") { 4 } else { 0 });
        }
        let mut meta = DataSet::default();
        walker.meta(&mut meta)?;
        let uid = meta.text(Tag::TRANSFER_SYNTAX).unwrap_or_default();
        let begin = walker.cursor.position();
        if meta.elements.is_empty() && walker.cursor.peek(8)?.len() < 8 {
            return Err(Error::corrupt("the file ends inside its header"));
        }
        let syntax = Syntax::named(&uid);
        let deflated = syntax.deflated.then_some(begin);
        let forgiven = std::mem::take(&mut walker.forgiven);
        let plain = Plain::new(source, deflated, limits);
        let mut walker = Walker::new(Cursor::new(plain.source(), begin), keep, limits);
        walker.forgiven = forgiven;
        let syntax = looked_at(syntax, &mut walker)?;
        walker.encoding = syntax.encoding;
        let mut data = DataSet::default();
        walker.top(&mut data)?;
        if data.text(Tag::FRAMES).is_some_and(|text| !text.is_empty())
            && data.whole(Tag::FRAMES).is_none()
        {
            walker.forgive("NumberOfFrames is no whole number, and counts as 1");
        }
        Ok(Header {
            syntax,
            meta,
            data,
            pixels: walker.pixels,
            deflated,
            forgiven: walker.forgiven,
        })
    }
}

/// The transfer syntax that is meant: what the file names, or what its first element looks like.
fn looked_at(syntax: Syntax, walker: &mut Walker<'_>) -> Result<Syntax> {
    let Some(seen) = guess(&mut walker.cursor)? else {
        return Ok(syntax);
    };
    if syntax.uid.is_empty() {
        walker.forgive("no transfer syntax is named");
        return Ok(Syntax::unnamed(seen));
    }
    let encoding = Encoding {
        explicit: seen.explicit,
        ..syntax.encoding
    };
    if encoding != syntax.encoding {
        let which = if seen.explicit { "have" } else { "lack" };
        walker.forgive(format!(
            "elements {which} types, the transfer syntax says otherwise"
        ));
    }
    Ok(Syntax { encoding, ..syntax })
}
