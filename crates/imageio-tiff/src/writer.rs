//! From images to a file.
//!
//! The IFD of a page stands before its pixels, those of further pages of a series behind them. A seekable output is
//! asked for; for a pipe core holds the file until it is whole.

use imageio_core::{Error, Images, Metadata, NdImage, Request, Result, Value};

use crate::format::source::ByteOrder;
use crate::options::{ByteOrderMark, TiffWriteOptions};

mod encode;
mod extra;
mod file;
mod imagej;
mod layout;
mod ome;
mod parallel;
mod pixels;
mod predict;
mod reduce;
mod segments;
mod series;
mod settings;
mod shaped;
mod sink;
mod tags;
mod values;
mod widen;

#[cfg(test)]
mod tests;

use file::TiffFile;
use layout::{Asked, Flavour};
use segments::Cut;
use series::{Pending, Series};
use settings::Coding;
use tags::PageFacts;

/// Software that is named where the caller names none.
const SOFTWARE: &str = "imageio-rs";

/// A TIFF opened for writing.
pub struct TiffWriter {
    request: Request,
    state: Option<State>,
    global: Metadata,
    /// Where a file takes offsets of 64 bits; a test has it earlier.
    classic_end: u64,
}

/// What is there once the first image has been written.
struct State {
    file: TiffFile,
    flavour: Flavour,
    fixed: Fixed,
    pending: Option<Pending>,
    ome: Option<ome::Document>,
    /// Whether no page has been written yet.
    fresh: bool,
}

/// What the first write decides for the whole file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fixed {
    bigtiff: Option<bool>,
    order: ByteOrder,
    imagej: bool,
}

impl Fixed {
    fn of(options: &TiffWriteOptions) -> Self {
        Fixed {
            bigtiff: options.bigtiff,
            order: match options.byteorder {
                None => ByteOrder::NATIVE,
                Some(ByteOrderMark::Little) => ByteOrder::Little,
                Some(ByteOrderMark::Big) => ByteOrder::Big,
            },
            imagej: options.imagej,
        }
    }

    /// Whether a later call says nothing else.
    fn allows(self, options: &TiffWriteOptions) -> bool {
        let later = Fixed::of(options);
        (later.bigtiff.is_none() || later.bigtiff == self.bigtiff)
            && (options.byteorder.is_none() || later.order == self.order)
            && (!later.imagej || self.imagej)
    }
}

impl TiffWriter {
    /// Opens `request`; nothing is written yet.
    pub fn open(request: Request) -> Self {
        TiffWriter {
            request,
            state: None,
            global: Metadata::new(),
            classic_end: file::CLASSIC_END,
        }
    }

    /// Metadata for the first image, where that one comes with none of its own.
    pub fn set_metadata(&mut self, metadata: Metadata) {
        self.global = metadata;
    }

    /// Writes images, a series for each. Without a word about a batch an array is one of them.
    ///
    /// # Errors
    /// `Unsupported` for what a TIFF cannot hold, `BadOption` for options that do not go together. Nothing of this
    /// call is written then.
    pub fn write(&mut self, images: &Images<'_>, options: &TiffWriteOptions) -> Result<()> {
        let frames = images.frames(|_| false)?;
        let mut all = Vec::with_capacity(frames.len());
        for (position, image) in frames.iter().enumerate() {
            let metadata = images.metadata_of(position);
            let first = self.state.is_none() && position == 0;
            let metadata = metadata.or(first.then_some(&self.global));
            let options = match metadata {
                Some(metadata) => options.with_metadata(metadata)?,
                None => options.clone(),
            };
            all.push(self.series(image, options)?);
        }
        for (series, image) in all.into_iter().zip(&frames) {
            self.write_series(series, image)?;
        }
        Ok(())
    }

    /// Completes the file.
    pub fn close(self) -> Result<()> {
        match self.state {
            Some(state) => state.finish(),
            None => Ok(()),
        }
    }

    fn flavour(&self, options: &TiffWriteOptions) -> Flavour {
        if let Some(state) = &self.state {
            return state.flavour;
        }
        let named = || {
            let name = self.request.name().to_ascii_lowercase();
            let name = name
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or_default()
                .to_owned();
            name.contains(".ome.") && !options.imagej && options.description.is_none()
        };
        if options.ome.unwrap_or_else(named) {
            Flavour::Ome
        } else if options.imagej {
            Flavour::ImageJ
        } else {
            Flavour::Shaped
        }
    }

    /// Looks at all that can be refused.
    fn series(&self, image: &NdImage, mut options: TiffWriteOptions) -> Result<Series> {
        if image.is_empty() {
            return Err(Error::unsupported(format!(
                "cannot save empty array of shape {:?}",
                image.shape()
            )));
        }
        if self
            .state
            .as_ref()
            .is_some_and(|state| !state.fixed.allows(&options))
        {
            return Err(Error::bad_option(
                "bigtiff, byteorder and imagej are those of the first write",
            ));
        }
        let mut flavour = self.flavour(&options);
        if flavour == Flavour::Shaped && !options.writeshape {
            flavour = Flavour::Plain;
        }
        if matches!(flavour, Flavour::Ome | Flavour::ImageJ) && options.description.take().is_some()
        {
            log::warn!(
                "an ImageJ or OME file has a description of its own; the one given is not written"
            );
        }
        let metadata = match &options.metadata {
            Value::Map(metadata) => metadata.clone(),
            Value::Null => Metadata::new(),
            other => {
                let kind = other.type_name();
                let message = format!("metadata: a map by name is taken, not a {kind}");
                return Err(Error::bad_option(message));
            }
        };
        if options.axes.is_none() {
            let axes = metadata.get("axes").and_then(Value::as_str);
            options.axes = axes.map(str::to_owned);
        }
        if options.pyramid > 0 && options.subifds > 0 {
            return Err(Error::bad_option("pyramid and subifds do not go together"));
        }
        let stored = layout::layout(image.shape(), image.dtype(), &asked(&options, flavour))?;
        let coding = Coding::of(&options, &stored)?;
        let cut = if options.tile.is_empty() {
            let packed = coding.compression != crate::options::Compression::None;
            Cut::strips(&stored, options.rowsperstrip, packed, coding.row_unit())
        } else {
            Cut::tiles(&stored, &options.tile)
        };
        let below = |state: &State| state.file.inside_levels();
        if flavour == Flavour::Ome && self.state.as_ref().is_some_and(below) {
            flavour = Flavour::Plain;
        }
        let series = Series {
            stored,
            cut,
            coding,
            options,
            flavour,
            shape: image.shape().to_vec(),
            metadata,
            limits: self.request.limits().clone(),
        };
        if flavour == Flavour::Ome {
            ome::Image::of(&series, 1)?;
        }
        Ok(series)
    }

    fn write_series(&mut self, series: Series, image: &NdImage) -> Result<()> {
        if self.state.is_none() {
            let fixed = Fixed::of(&series.options);
            let out = self.request.writer()?;
            let asked = fixed.bigtiff.or(fixed.imagej.then_some(false));
            self.state = Some(State {
                file: TiffFile::begin(out, fixed.order, asked)?.ending_at(self.classic_end),
                flavour: self.flavour(&series.options),
                fixed,
                pending: None,
                ome: (series.flavour == Flavour::Ome).then(ome::Document::default),
                fresh: true,
            });
        }
        let Some(state) = self.state.as_mut() else {
            return Ok(());
        };
        state.write(series, image)
    }
}

fn asked(options: &TiffWriteOptions, flavour: Flavour) -> Asked<'_> {
    Asked {
        photometric: options.photometric,
        planar: options.planarconfig,
        extra: options.extrasamples.as_deref(),
        volume: options.volume || options.volumetric,
        tile: &options.tile,
        axes: options.axes.as_deref(),
        colormap: options.colormap != Value::Null,
        flavour,
    }
}

impl State {
    fn write(&mut self, mut series: Series, image: &NdImage) -> Result<()> {
        let bytes = image.as_bytes();
        if let Some(pending) = self.pending.as_mut().filter(|it| {
            series.options.contiguous && !self.file.inside_levels() && it.takes(&series)
        }) {
            return pending.grow(&mut self.file, &bytes);
        }
        self.end_series()?;
        if self.flavour == Flavour::ImageJ && !self.fresh {
            return Err(Error::unsupported("a second series, ImageJ knows one"));
        }
        let reduced = self.file.inside_levels();
        if reduced && series.flavour == Flavour::Ome {
            series.flavour = Flavour::Plain;
        }
        self.make_room(&series)?;
        let levels = series.options.pyramid.max(series.options.subifds);
        if levels > 0 {
            self.file.begin_levels(levels)?;
        }
        let made = reduce::levels(&series, &bytes)?;
        let pyramid = series.options.pyramid > 0;
        self.write_one(series, &bytes, reduced)?;
        if pyramid {
            self.end_series()?;
            for (series, bytes) in made {
                self.write_one(series, &bytes, true)?;
                self.end_series()?;
            }
        }
        Ok(())
    }

    fn write_one(&mut self, series: Series, bytes: &[u8], reduced: bool) -> Result<()> {
        let tags = self.tags(&series, reduced)?;
        self.pending = Some(series.write(&mut self.file, &tags, bytes)?);
        self.fresh = false;
        Ok(())
    }

    fn make_room(&mut self, series: &Series) -> Result<()> {
        if self.flavour != Flavour::ImageJ {
            let moved = self.file.make_room(series.estimate())?;
            if let (Some(moved), Some(ome)) = (moved, &mut self.ome) {
                ome.moved(&moved);
            }
        }
        Ok(())
    }

    fn tags(&self, series: &Series, reduced: bool) -> Result<Vec<crate::format::build::Tag>> {
        let width = self.file.width;
        let imagej = series.flavour == Flavour::ImageJ;
        let description = match series.flavour {
            // Filled when the file ends.
            Flavour::Ome if self.fresh => Some(String::new()),
            _ => series.text(1)?,
        };
        let software = series.options.software.as_deref().unwrap_or(SOFTWARE);
        let facts = PageFacts {
            stored: &series.stored,
            cut: &series.cut,
            coding: &series.coding,
            options: &series.options,
            width,
            description,
            software: self.fresh.then_some(software),
            subifds: series.options.pyramid.max(series.options.subifds),
            reduced,
            more: if imagej {
                imagej::tags(&series.metadata, width)?
            } else {
                Vec::new()
            },
        };
        facts.tags()
    }

    /// Ends the series that may have grown until now.
    fn end_series(&mut self) -> Result<()> {
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        if let (Some(document), Some((image, first))) = (&mut self.ome, pending.ome()?) {
            document.add(&image, first);
        }
        pending.end(&mut self.file)
    }

    fn finish(mut self) -> Result<()> {
        self.end_series()?;
        if self.file.inside_levels() {
            return Err(Error::bad_option(
                "subifds: fewer smaller versions were written than announced",
            ));
        }
        if let Some(ome) = self.ome.take() {
            ome.finish(&mut self.file)?;
        }
        self.file.sink.finish()
    }
}
