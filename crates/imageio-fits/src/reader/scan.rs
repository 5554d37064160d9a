//! From header to header, no further than is asked for.

use imageio_core::{Error, Result};

use super::FitsReader;
use crate::format::card::LEN;
use crate::format::hdu::Hdu;
use crate::format::header::Header;
use crate::format::{BLOCK, whole_blocks};
use crate::options::FitsReadOptions;

/// Longest header, some two hundred thousand lines.
const LONGEST: usize = 16 << 20;

/// Units of one file.
const MOST: usize = 1 << 20;

impl FitsReader {
    /// Reads on to the end of the file.
    pub(super) fn scan_all(&mut self, options: &FitsReadOptions) -> Result<()> {
        while self.scan_next(options)? {}
        Ok(())
    }

    /// The unit of image `position`, where there is one; reads on as far as it takes.
    pub(super) fn unit(
        &mut self,
        position: usize,
        options: &FitsReadOptions,
    ) -> Result<Option<usize>> {
        let mut seen = 0;
        let mut unit = 0;
        loop {
            if unit == self.hdus.len() && !self.scan_next(options)? {
                return Ok(None);
            }
            if self.is_image(unit, options) {
                if seen == position {
                    return Ok(Some(unit));
                }
                seen += 1;
            }
            unit += 1;
        }
    }

    /// The units of all images.
    pub(super) fn units(&mut self, options: &FitsReadOptions) -> Result<Vec<usize>> {
        self.scan_all(options)?;
        let images = (0..self.hdus.len()).filter(|&unit| self.is_image(unit, options));
        Ok(images.collect())
    }

    /// Whether a unit holds an image. One that is broken counts, so that whoever asks for it learns why.
    fn is_image(&self, unit: usize, options: &FitsReadOptions) -> bool {
        match self.hdus[unit].picture(!options.disable_image_compression) {
            Ok(picture) => picture.is_some_and(|picture| !picture.is_empty()),
            Err(_) => true,
        }
    }

    /// Reads the next header; `false` at the end of the file.
    pub(super) fn scan_next(&mut self, options: &FitsReadOptions) -> Result<bool> {
        let Some(start) = self.next else {
            return Ok(false);
        };
        let number = self.hdus.len();
        let place = |error: Error| error.at(format_args!("unit {number} at byte {start}"));
        self.next = None;
        if number == MOST {
            return Err(Error::corrupt(format!("more than {MOST} units")));
        }
        let bytes = match self.header_bytes(start, options) {
            Ok(bytes) => bytes,
            Err(error) => {
                // The next call meets the same.
                self.next = Some(start);
                return Err(place(error));
            }
        };
        let Some((bytes, data_start)) = bytes else {
            return Ok(false);
        };
        match Hdu::new(Header::parse(&bytes), start, data_start) {
            Ok(hdu) => {
                self.next = Some(hdu.end());
                self.hdus.push(hdu);
                Ok(true)
            }
            Err(error) if number == 0 => Err(place(error)),
            Err(error) => {
                self.warn(format!(
                    "{}; what follows is not read",
                    place(error).message()
                ));
                Ok(false)
            }
        }
    }

    /// The lines of the header at `start`, and where its data begin; nothing at the end of the file.
    fn header_bytes(
        &self,
        start: u64,
        options: &FitsReadOptions,
    ) -> Result<Option<(Vec<u8>, u64)>> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut step = 2 * BLOCK as usize;
        loop {
            let known = bytes.len();
            // Counted by hand, since the vector grows.
            let _claim = self.limits().claim((known + step) as u64, "a header")?;
            bytes.resize(known + step, 0);
            let filled = self
                .source
                .read_at(start.saturating_add(known as u64), &mut bytes[known..])?;
            bytes.truncate(known + filled);
            if known == 0 && !self.begins_a_unit(start, &bytes) {
                return Ok(None);
            }
            if let Some(end) = Header::find_end(&bytes, known / LEN * LEN) {
                bytes.truncate(end);
                let data_start = start.saturating_add(whole_blocks((end + LEN) as u64));
                return Ok(Some((bytes, data_start)));
            }
            if filled < step {
                return self.without_end(start, bytes, options);
            }
            if bytes.len() >= LONGEST {
                return Err(Error::corrupt(format!(
                    "no `END` in {} bytes of header",
                    bytes.len()
                )));
            }
            step = (2 * step).min(1 << 20).next_multiple_of(BLOCK as usize);
        }
    }

    /// Whether there is another unit; what else follows the last one is left alone (section 3.5).
    fn begins_a_unit(&self, start: u64, bytes: &[u8]) -> bool {
        if start == 0 || bytes.starts_with(b"XTENSION") {
            return true;
        }
        if bytes.iter().any(|&byte| byte != 0 && byte != b' ') {
            self.warn(format!(
                "what follows byte {start} is no extension and is not read"
            ));
        }
        false
    }

    fn without_end(
        &self,
        start: u64,
        bytes: Vec<u8>,
        options: &FitsReadOptions,
    ) -> Result<Option<(Vec<u8>, u64)>> {
        let len = bytes.len();
        if options.ignore_missing_end {
            self.warn(format!("the header at byte {start} has no `END`"));
            return Ok(Some((bytes, start.saturating_add(len as u64))));
        }
        Err(
            Error::corrupt(format!("the header has no `END` in its {len} bytes"))
                .with_help("option `ignore_missing_end`"),
        )
    }
}
