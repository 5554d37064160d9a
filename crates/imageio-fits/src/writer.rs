//! The write path: each image becomes a unit of the file.

use std::io::Write as _;

use imageio_core::{Error, Images, Metadata, NdImage, Output, Request, Result};

use crate::format::checksum::{self, Sum};
use crate::format::whole_blocks;
use crate::options::{Compression, FitsWriteOptions};

mod header;
mod numbers;
mod tiles;

use header::Lines;
use numbers::Numbers;

/// What an empty checksum looks like while the unit is added up.
const NO_SUM: &str = "0000000000000000";

/// Writes a FITS file: the first image into the primary unit, each other into an extension.
///
/// Compressed images are extensions always, behind an empty primary unit.
///
/// # Examples
/// ```
/// use imageio_core::{Images, NdImage, Request};
/// use imageio_fits::{FitsWriteOptions, FitsWriter};
/// let image = NdImage::from_vec(&[2, 3], vec![0u16, 1, 2, 3, 4, 65535])?;
/// let mut writer = FitsWriter::open(Request::to_bytes());
/// writer.write(&Images::single(&image), &FitsWriteOptions::new().checksum(true))?;
/// writer.close()?;
/// # Ok::<(), imageio_core::Error>(())
/// ```
pub struct FitsWriter {
    request: Request,
    output: Option<Output>,
    units: usize,
}

impl std::fmt::Debug for FitsWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "FitsWriter({}, {} units)",
            self.request.name(),
            self.units
        )
    }
}

impl FitsWriter {
    /// A writer to `request`; nothing is written yet.
    pub fn open(request: impl Into<Request>) -> Self {
        FitsWriter {
            request: request.into(),
            output: None,
            units: 0,
        }
    }

    /// Writes images; called again, it appends. An array of any shape is one image unless it is said to be a batch.
    ///
    /// # Errors
    /// `Unsupported` for element types that FITS has not, for arrays without elements, and for what the compression
    /// does not hold; then nothing of this call is written.
    pub fn write(&mut self, images: &Images<'_>, options: &FitsWriteOptions) -> Result<()> {
        let frames = images.frames(|_| false)?;
        let none = Metadata::new();
        let metadata = |position| images.metadata_of(position).unwrap_or(&none);
        // What cannot be written is met before anything is.
        let numbers: Vec<Numbers> = frames
            .iter()
            .enumerate()
            .map(|(position, image)| {
                let numbers = Numbers::of(image, metadata(position), options)?;
                self.check(&numbers, options)?;
                Ok(numbers)
            })
            .collect::<Result<_>>()?;
        for (position, numbers) in numbers.iter().enumerate() {
            self.write_one(numbers, metadata(position), options)?;
        }
        Ok(())
    }

    /// Brings what is buffered to the output.
    ///
    /// # Errors
    /// `Unsupported` when no image was written.
    pub fn close(self) -> Result<()> {
        match self.output {
            Some(mut output) => Ok(output.flush()?),
            None => Err(Error::unsupported("zero images were written")),
        }
    }
}

impl FitsWriter {
    fn compression(&self, numbers: &Numbers, options: &FitsWriteOptions) -> Option<Compression> {
        let by_name = self.request.extension().as_deref() == Some(".fz");
        options
            .compression_type
            .or_else(|| by_name.then(|| tiles::usual(numbers, options)))
    }

    fn check(&self, numbers: &Numbers, options: &FitsWriteOptions) -> Result<()> {
        match self.compression(numbers, options) {
            Some(compression) => tiles::check(numbers, compression, options),
            None => Ok(()),
        }
    }

    fn write_one(
        &mut self,
        numbers: &Numbers,
        metadata: &Metadata,
        options: &FitsWriteOptions,
    ) -> Result<()> {
        let Some(compression) = self.compression(numbers, options) else {
            let lines = Lines::of_array(numbers, self.units == 0)?;
            let lines = self.finish_lines(lines, numbers, metadata, options)?;
            return self.put_unit(
                lines,
                options,
                |put| numbers.each_part(put),
                numbers.nbytes(),
            );
        };
        if self.units == 0 {
            let lines = Lines::empty_primary()?;
            self.put_unit(lines, options, |_| Ok(()), 0)?;
        }
        let table = tiles::compress(numbers, compression, options)?;
        let lines = Lines::of_tiles(numbers, &table, options)?;
        let lines = self.finish_lines(lines, numbers, metadata, options)?;
        let len = (table.rows.len() + table.heap.len()) as u64;
        self.put_unit(
            lines,
            options,
            |put| {
                put(&table.rows)?;
                put(&table.heap)
            },
            len,
        )
    }

    /// Scaling keywords, and what the caller says about the image.
    fn finish_lines(
        &self,
        mut lines: Lines,
        numbers: &Numbers,
        metadata: &Metadata,
        options: &FitsWriteOptions,
    ) -> Result<Lines> {
        lines.scaling(numbers)?;
        for message in lines.metadata(metadata, options.scale_back) {
            self.request.warn(message);
        }
        Ok(lines)
    }

    /// Writes a unit whose data `data` gives in parts; they come to `len` bytes.
    fn put_unit(
        &mut self,
        mut lines: Lines,
        options: &FitsWriteOptions,
        data: impl Fn(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>,
        len: u64,
    ) -> Result<()> {
        let fill = vec![0; (whole_blocks(len) - len) as usize];
        let header = if options.checksum {
            let mut sum = Sum::default();
            data(&mut |part| {
                sum.add(part);
                Ok(())
            })?;
            lines.put("CHECKSUM", NO_SUM, "HDU checksum")?;
            lines.put("DATASUM", sum.value().to_string(), "data unit checksum")?;
            let mut header = lines.finish();
            let data_sum = sum.value();
            let mut all = Sum::default();
            all.add(&header);
            let text = checksum::encode(all.with(data_sum));
            let place = header
                .windows(NO_SUM.len())
                .rposition(|part| part == NO_SUM.as_bytes());
            if let Some(place) = place {
                header[place..place + NO_SUM.len()].copy_from_slice(text.as_bytes());
            }
            header
        } else {
            lines.finish()
        };
        let output = match &mut self.output {
            Some(output) => output,
            None => self.output.insert(self.request.stream_writer()?),
        };
        output.write_all(&header)?;
        data(&mut |part| Ok(output.write_all(part)?))?;
        output.write_all(&fill)?;
        self.units += 1;
        Ok(())
    }
}

/// An image that FITS can hold has elements.
fn check_shape(image: &NdImage) -> Result<()> {
    let shape = image.shape();
    if shape.is_empty() || image.is_empty() {
        return Err(Error::unsupported(format!(
            "an array of shape {shape:?}; FITS holds arrays with elements"
        )));
    }
    if shape.len() > 999 {
        return Err(Error::unsupported(format!(
            "{} axes, FITS has up to 999",
            shape.len()
        )));
    }
    Ok(())
}
