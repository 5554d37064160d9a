//! Text and compressed chunks (PNG 11.3.3), with caps on what they may expand to.

use std::io::{ErrorKind as IoErrorKind, Read};

use flate2::read::ZlibDecoder;
use imageio_core::{Claim, Error, ErrorKind, Limits, Metadata, Result};

/// What one compressed text may expand to, as in Pillow.
const MAX_TEXT: usize = 1 << 20;

/// What all texts of a file may take, as in Pillow.
const MAX_ALL: usize = 64 << 20;

pub(super) const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp";

/// What is left of the caps.
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    used: usize,
    held: Vec<Claim>,
}

impl<'a> Budget<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Budget {
            limits,
            used: 0,
            held: Vec::new(),
        }
    }

    fn take(&mut self, bytes: usize) -> Result<()> {
        self.used = self.used.saturating_add(bytes);
        if self.used > MAX_ALL {
            return Err(too_large(self.used, MAX_ALL));
        }
        self.held.push(self.limits.claim(bytes as u64, "text")?);
        Ok(())
    }

    /// Expands `data` to `most` bytes; nothing where it is no zlib stream.
    ///
    /// One that is cut off gives its beginning.
    fn expand(&mut self, data: &[u8], most: usize) -> Result<Option<Vec<u8>>> {
        let most = most.min(MAX_ALL - self.used.min(MAX_ALL));
        let mut expanded = Vec::new();
        let mut stream = ZlibDecoder::new(data).take(most as u64 + 1);
        match stream.read_to_end(&mut expanded) {
            Err(error) if error.kind() != IoErrorKind::UnexpectedEof => return Ok(None),
            _ if expanded.len() > most => return Err(too_large(expanded.len(), most)),
            _ => {}
        }
        self.take(expanded.len())?;
        Ok(Some(expanded))
    }
}

fn too_large(bytes: usize, most: usize) -> Error {
    Error::new(
        ErrorKind::LimitExceeded,
        format!("text expands to {bytes} bytes or more, over {most}"),
    )
}

/// `tEXt`.
pub(super) fn plain(data: &[u8], metadata: &mut Metadata, budget: &mut Budget<'_>) -> Result<()> {
    let (keyword, text) = split(data).unwrap_or((data, &[]));
    budget.take(text.len())?;
    match keyword {
        b"" => {}
        // Pillow gives this one as bytes, so that it passes for the chunk.
        b"exif" => drop(metadata.insert("exif", text)),
        _ => drop(metadata.insert(latin1(keyword), latin1(text))),
    }
    Ok(())
}

/// `zTXt`. What cannot be expanded is empty text, as in Pillow.
pub(super) fn compressed(
    data: &[u8],
    metadata: &mut Metadata,
    budget: &mut Budget<'_>,
) -> Result<()> {
    let (keyword, rest) = split(data).unwrap_or((data, &[]));
    let text = match rest {
        [0, packed @ ..] => budget.expand(packed, MAX_TEXT)?.unwrap_or_default(),
        _ => Vec::new(),
    };
    if !keyword.is_empty() {
        metadata.insert(latin1(keyword), latin1(&text));
    }
    Ok(())
}

/// `iTXt`. One that is broken says nothing; XMP is given as bytes under `xmp` too.
pub(super) fn international(
    data: &[u8],
    metadata: &mut Metadata,
    budget: &mut Budget<'_>,
) -> Result<()> {
    let Some((keyword, [packed, method, rest @ ..])) = split(data) else {
        return Ok(());
    };
    // The language and the translated keyword come before the text.
    let Some((language, (translated, text))) = split(rest).and_then(|(a, b)| Some((a, split(b)?)))
    else {
        return Ok(());
    };
    let text = match (packed, method) {
        (0, _) => {
            budget.take(text.len())?;
            Some(text.to_vec())
        }
        (_, 0) => budget.expand(text, MAX_TEXT)?,
        _ => None,
    };
    let Some(text) = text else {
        return Ok(());
    };
    if keyword == XMP_KEYWORD {
        metadata.insert("xmp", text.clone());
    }
    let valid = [language, translated]
        .iter()
        .all(|part| str::from_utf8(part).is_ok());
    if let Some(text) = String::from_utf8(text).ok().filter(|_| valid) {
        metadata.insert(latin1(keyword), text);
    }
    Ok(())
}

/// The profile of `iCCP`; nothing where it cannot be expanded.
pub(super) fn icc_profile(data: &[u8], budget: &mut Budget<'_>) -> Result<Option<Vec<u8>>> {
    match split(data) {
        Some((_, [0, packed @ ..])) => budget.expand(packed, MAX_ALL),
        _ => Ok(None),
    }
}

/// What stands before and after the first NUL.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.iter().position(|&byte| byte == 0)?;
    Some((data.get(..at)?, data.get(at + 1..)?))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
