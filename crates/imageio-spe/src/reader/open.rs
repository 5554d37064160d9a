//! Opening: whose file it is, and where its frames are.

use imageio_core::{Error, ErrorKind, Request, Result};

use super::{SpeReader, footer};
use crate::format::footer::Footer;
use crate::format::frames::Frames;
use crate::format::header::{DATA_START, FIELDS_END, Header};

impl SpeReader {
    /// Opens an SPE file: reads the header and, in version 3, the XML footer.
    ///
    /// # Errors
    /// `NotThisFormat` when the header is no SPE header; `Corrupt` when it is one, or the name says so, but the
    /// frames or the footer that it promises are not there.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        let request = request.into();
        let header = Header::new(request.first_bytes(FIELDS_END)?)?;
        let is_named = request.extension().as_deref() == Some(".spe");
        let is_trusted = is_named || header.has_signature();
        check_version(&header, is_trusted)?;
        locate(request, header, is_trusted).map_err(|error| match error.kind() {
            // Without a name or a signature, what does not fit together is more likely something else.
            ErrorKind::Corrupt if !is_trusted => Error::not_this_format(error.message()),
            _ => error,
        })
    }

    /// Whether the first bytes carry the number by which WinView and LightField know their files.
    pub(crate) fn recognises(request: &Request) -> Result<bool> {
        let head = request.first_bytes(FIELDS_END)?;
        Ok(Header::new(head).is_ok_and(|header| header.has_signature()))
    }

    /// Refuses a file that does not hold its first frame.
    fn checked(self) -> Result<Self> {
        if self.frames.held(self.data_end) > 0 {
            return Ok(self);
        }
        let available = self.data_end.saturating_sub(DATA_START);
        let size = self.frames.size();
        Err(Error::corrupt(format!(
            "{available} bytes of pixels, one frame takes {size}"
        )))
    }
}

/// Refuses versions that there are not.
///
/// Programs leave the version at 0; without another sign, zeros are not taken for a header.
fn check_version(header: &Header, is_trusted: bool) -> Result<()> {
    let version = header.version();
    let least = if is_trusted { 0.0 } else { 1.0 };
    if (least..4.0).contains(&version) {
        return Ok(());
    }
    Err(Error::not_this_format(format!(
        "version {version} does not exist"
    )))
}

/// Finds the frames.
fn locate(request: Request, header: Header, is_trusted: bool) -> Result<SpeReader> {
    let by_header = Frames::of_header(&header);
    if !header.has_footer() {
        // A stream is read to its end for its length; a header that cannot be one is refused before that.
        let frames = by_header?;
        let data_end = request.len()?;
        let reader = SpeReader {
            request,
            header,
            footer: None,
            frames,
            data_end,
            file_len: data_end,
        };
        return reader.checked();
    }
    let file_len = request.len()?;
    let data_end = footer_start(&header, file_len)?;
    let (footer, frames) = match described(&request, &header, data_end, file_len) {
        Ok((footer, frames)) => (Some(footer), frames),
        Err(error) if is_trusted && error.kind() != ErrorKind::Io => {
            // Programs for version 2 read the header alone, so that much is there for a broken footer, too.
            let frames = by_header?;
            request.warn(format!(
                "{}; the frames are read as the header has them",
                error.message()
            ));
            (None, frames)
        }
        Err(error) => return Err(error),
    };
    SpeReader {
        request,
        header,
        footer,
        frames,
        data_end,
        file_len,
    }
    .checked()
}

/// Where the XML footer begins; the end of the file where it was never written.
fn footer_start(header: &Header, file_len: u64) -> Result<u64> {
    match header.footer_offset() {
        0 => Ok(file_len),
        offset if (DATA_START..=file_len).contains(&offset) => Ok(offset),
        offset => Err(Error::corrupt(format!(
            "the XML footer begins at byte {offset} of {file_len}"
        ))),
    }
}

/// What the XML footer says about the frames.
fn described(request: &Request, header: &Header, start: u64, end: u64) -> Result<(Footer, Frames)> {
    let bytes = footer::read(request, start, end)?;
    let footer = footer::parse(&request.limits(), &bytes, Footer::new)?;
    let frames = Frames::of_footer(&footer, header)?;
    Ok((footer, frames))
}
