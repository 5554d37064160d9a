//! The lines of a header that is written.

use imageio_core::{Metadata, Result, Value};

use super::numbers::Numbers;
use super::tiles::Table;
use crate::format::card;
use crate::options::{Compression, FitsWriteOptions, Quantization};

/// Keys of our own metadata that are no keywords.
const OURS: [&str; 3] = ["comments", "compression", "hdus"];

/// Lines of a header that is not ended yet.
pub(super) struct Lines(Vec<u8>);

impl Lines {
    pub(super) fn empty_primary() -> Result<Self> {
        let mut lines = Lines(Vec::new());
        lines.put("SIMPLE", true, "conforms to FITS standard")?;
        lines.put("BITPIX", 8, "array data type")?;
        lines.put("NAXIS", 0, "number of array dimensions")?;
        lines.put("EXTEND", true, "")?;
        Ok(lines)
    }

    /// The structure of a plain array (section 4.4.1).
    pub(super) fn of_array(numbers: &Numbers, is_primary: bool) -> Result<Self> {
        let mut lines = Lines(Vec::new());
        if is_primary {
            lines.put("SIMPLE", true, "conforms to FITS standard")?;
        } else {
            lines.put("XTENSION", "IMAGE", "Image extension")?;
        }
        lines.put("BITPIX", numbers.stored.bitpix(), "array data type")?;
        lines.axes("NAXIS", numbers.shape(), "number of array dimensions")?;
        if is_primary {
            lines.put("EXTEND", true, "")?;
        } else {
            lines.put("PCOUNT", 0, "number of parameters")?;
            lines.put("GCOUNT", 1, "number of groups")?;
        }
        Ok(lines)
    }

    /// The structure of a table of tiles (section 10.1).
    pub(super) fn of_tiles(
        numbers: &Numbers,
        table: &Table,
        options: &FitsWriteOptions,
    ) -> Result<Self> {
        let mut lines = Lines(Vec::new());
        lines.put("XTENSION", "BINTABLE", "binary table extension")?;
        lines.put("BITPIX", 8, "array data type")?;
        lines.axes(
            "NAXIS",
            &[table.count, table.row_len()],
            "number of array dimensions",
        )?;
        lines.put("PCOUNT", table.heap.len(), "number of group parameters")?;
        lines.put("GCOUNT", 1, "number of groups")?;
        let columns = table.columns();
        lines.put("TFIELDS", columns.len(), "number of fields in each row")?;
        for (n, (name, form)) in columns.iter().enumerate() {
            lines.put(&format!("TTYPE{}", n + 1), *name, "")?;
            lines.put(&format!("TFORM{}", n + 1), form.as_str(), "")?;
        }
        lines.put("ZIMAGE", true, "extension contains compressed image")?;
        lines.put("ZTENSION", "IMAGE", "Image extension")?;
        lines.put("ZBITPIX", numbers.stored.bitpix(), "array data type")?;
        lines.axes("ZNAXIS", numbers.shape(), "number of array dimensions")?;
        lines.put("ZPCOUNT", 0, "number of parameters")?;
        lines.put("ZGCOUNT", 1, "number of groups")?;
        for (n, len) in table.tile.iter().rev().enumerate() {
            lines.put(
                &format!("ZTILE{}", n + 1),
                *len,
                "size of tiles to be compressed",
            )?;
        }
        lines.compression(numbers, table, options)?;
        Ok(lines)
    }

    fn compression(
        &mut self,
        numbers: &Numbers,
        table: &Table,
        options: &FitsWriteOptions,
    ) -> Result<()> {
        let name = match table.compression {
            Compression::Rice1 => "RICE_1",
            Compression::Gzip1 => "GZIP_1",
            Compression::Gzip2 => "GZIP_2",
            Compression::Plio1 => "PLIO_1",
            Compression::Hcompress1 => "HCOMPRESS_1",
        };
        self.put("ZCMPTYPE", name, "compression algorithm")?;
        let width = if table.is_quantized {
            4
        } else {
            numbers.stored.width()
        };
        let settings = match table.compression {
            Compression::Rice1 => vec![("BLOCKSIZE", super::tiles::BLOCK), ("BYTEPIX", width)],
            Compression::Hcompress1 => vec![
                ("SCALE", options.hcomp_scale as usize),
                ("SMOOTH", usize::from(options.hcomp_smooth)),
            ],
            _ => Vec::new(),
        };
        for (n, (name, value)) in settings.into_iter().enumerate() {
            self.put(&format!("ZNAME{}", n + 1), name, "")?;
            self.put(&format!("ZVAL{}", n + 1), value, "")?;
        }
        if table.is_quantized {
            let method = match options.quantize_method {
                Quantization::NoDither => "NO_DITHER",
                Quantization::SubtractiveDither1 => "SUBTRACTIVE_DITHER_1",
                Quantization::SubtractiveDither2 => "SUBTRACTIVE_DITHER_2",
            };
            self.put("ZQUANTIZ", method, "pixel quantization algorithm")?;
            if options.quantize_method != Quantization::NoDither {
                self.put(
                    "ZDITHER0",
                    options.dither_seed,
                    "dithering offset when quantizing floats",
                )?;
            }
            self.put(
                "ZBLANK",
                crate::codec::quantize::BLANK,
                "null value in the compressed integer array",
            )?;
        }
        Ok(())
    }

    fn axes(&mut self, keyword: &str, shape: &[usize], comment: &str) -> Result<()> {
        self.put(keyword, shape.len(), comment)?;
        for (n, len) in shape.iter().rev().enumerate() {
            self.put(&format!("{keyword}{}", n + 1), *len, "")?;
        }
        Ok(())
    }

    /// The keywords that give the numbers their meaning.
    pub(super) fn scaling(&mut self, numbers: &Numbers) -> Result<()> {
        if let Some((scale, zero, blank)) = numbers.scaling {
            self.put("BSCALE", scale, "")?;
            self.put("BZERO", zero, "")?;
            if let Some(blank) = blank {
                self.put("BLANK", blank, "")?;
            }
        } else if numbers.flips {
            self.put("BSCALE", 1, "")?;
            self.put("BZERO", numbers.stored.offset(), "")?;
        }
        Ok(())
    }

    /// What the caller says about the image; gives a message for each thing that a header does not hold.
    pub(super) fn metadata(&mut self, metadata: &Metadata, scales_back: bool) -> Vec<String> {
        let comments = metadata.get("comments").and_then(Value::as_map);
        let mut left_out = Vec::new();
        for (key, value) in metadata.iter() {
            if OURS.contains(&key) {
                continue;
            }
            let keyword = key.to_uppercase();
            if is_structural(&keyword)
                || (scales_back && matches!(value, Value::Null) && keyword == "BLANK")
            {
                continue;
            }
            let comment = comments
                .and_then(|comments| comments.get(key))
                .and_then(Value::as_str);
            let text = match value {
                Value::DateTime(time) => Some(Value::from(time.to_string())),
                _ => None,
            };
            let done = self.put(
                &keyword,
                text.unwrap_or_else(|| value.clone()),
                comment.unwrap_or_default(),
            );
            if let Err(error) = done {
                left_out.push(format!("{}; it is left out", error.message()));
            }
        }
        left_out
    }

    pub(super) fn put(
        &mut self,
        keyword: &str,
        value: impl Into<Value>,
        comment: &str,
    ) -> Result<()> {
        let len = self.0.len();
        let done = card::put(&mut self.0, keyword, &value.into(), comment);
        if done.is_err() {
            self.0.truncate(len);
        }
        done
    }

    /// The whole header.
    pub(super) fn finish(mut self) -> Vec<u8> {
        card::end(&mut self.0);
        self.0
    }
}

/// Whether a keyword follows from the image itself.
fn is_structural(keyword: &str) -> bool {
    const SINGLE: [&str; 20] = [
        "SIMPLE", "XTENSION", "BITPIX", "NAXIS", "EXTEND", "GROUPS", "PCOUNT", "GCOUNT", "TFIELDS",
        "THEAP", "BSCALE", "BZERO", "BLANK", "CHECKSUM", "DATASUM", "END", "CONTINUE", "ZHECKSUM",
        "ZDATASUM", "BLOCKED",
    ];
    const COUNTED: [&str; 3] = ["NAXIS", "TTYPE", "TFORM"];
    let stem = keyword.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_counted = stem.len() < keyword.len() && COUNTED.contains(&stem);
    SINGLE.contains(&keyword) || is_counted || crate::metadata::is_of_tiles(keyword)
}
