//! One file: its header, and its bytes where they are wanted.

use std::sync::Arc;

use imageio_core::{Error, Limits, Request, Result};

use super::Bytes;
use crate::format::file::{Header, Plain};
use crate::format::frames::{Frames, Part};
use crate::format::pixels::{Photometric, Pixels};
use crate::format::rescale::{Needs, Rescale};
use crate::format::sample::Sample;
use crate::format::spacing;
use crate::format::walker::Keep;
use crate::options::DicomReadOptions;

/// One file.
#[derive(Debug)]
pub(super) struct Slice {
    place: Place,
    pub(super) header: Header,
    /// What its pixels are like, or why it has none.
    pub(super) pixels: Result<Pixels>,
    /// Where it lies along the normal of its plane.
    pub(super) position: Option<f64>,
}

/// Where the file is.
#[derive(Debug)]
enum Place {
    Opened(Request),
    /// A name in a folder: it is opened where its bytes are wanted, so that no folder is too large.
    Named(Arc<Request>, String),
}

impl Slice {
    /// The file that the caller named.
    pub(super) fn open(request: &Request) -> Result<Slice> {
        let header = Header::read(Bytes(request), Keep::Usual, &request.limits())?;
        Ok(Slice::new(Place::Opened(request.clone()), header))
    }

    /// The file called `name` in `folder`.
    pub(super) fn in_folder(folder: &Arc<Request>, name: &str) -> Result<Slice> {
        let request = folder.sibling(name)?;
        let header = Header::read(Bytes(&request), Keep::Usual, &request.limits())?;
        let place = Place::Named(Arc::clone(folder), name.to_owned());
        Ok(Slice::new(place, header))
    }

    fn new(place: Place, header: Header) -> Slice {
        Slice {
            place,
            pixels: Pixels::of(&header),
            position: spacing::position(&header.data),
            header,
        }
    }

    /// The file's name, for messages.
    pub(super) fn name(&self) -> String {
        match &self.place {
            Place::Opened(request) => request.name().into_owned(),
            Place::Named(_, name) => name.clone(),
        }
    }

    /// What its pixels are like.
    pub(super) fn pixels(&self) -> Result<&Pixels> {
        self.pixels.as_ref().map_err(same)
    }

    /// Number of frames; 1 where there are no pixels.
    pub(super) fn frames(&self) -> usize {
        self.pixels.as_ref().map_or(1, |pixels| pixels.frames)
    }

    /// Whether colours are turned on the way.
    pub(super) fn turns_colours(&self) -> bool {
        self.pixels
            .as_ref()
            .is_ok_and(|pixels| pixels.photometric != Photometric::Plain)
    }

    /// Distances between pixels in Python's order, one for each spatial axis of the file's array.
    pub(super) fn sampling(&self) -> Vec<f64> {
        spacing::sampling(&self.header.data, if self.frames() > 1 { 3 } else { 2 })
    }

    /// What its samples are multiplied with.
    pub(super) fn rescale(&self, options: &DicomReadOptions) -> Rescale {
        if options.rescale {
            Rescale::of(&self.header.data)
        } else {
            Rescale::IDENTITY
        }
    }

    /// What its values need to be held.
    pub(super) fn needs(&self, options: &DicomReadOptions) -> Result<Needs> {
        Ok(self.rescale(options).needs(self.pixels()?))
    }

    /// Its header again, with every element.
    pub(super) fn full_header(&self, limits: &Limits) -> Result<Header> {
        let request = self.request()?;
        Header::read(Bytes(&request), Keep::All, limits)
    }

    /// Reads `part` of each of `frames` into `out`, one after the other; says whether a value did not fit.
    pub(super) fn read<D: Sample>(
        &self,
        frames: std::ops::Range<usize>,
        part: &Part,
        rescale: &Rescale,
        (out, limits): (&mut [D], &Limits),
    ) -> Result<bool> {
        let request = self.request()?;
        let pixels = self.pixels()?;
        let plain = Plain::new(Bytes(&request), self.header.deflated, limits);
        let opened = Frames::open(plain.source(), &self.header, pixels, limits)?;
        let len = part.len(pixels.samples);
        let mut beyond = false;
        for (frame, to) in frames.zip(out.chunks_exact_mut(len.max(1))) {
            let part = Part {
                frame,
                ..part.clone()
            };
            beyond |= opened.read(&part, rescale, to)?;
        }
        Ok(beyond)
    }

    fn request(&self) -> Result<Request> {
        match &self.place {
            Place::Opened(request) => Ok(request.clone()),
            Place::Named(folder, name) => folder.sibling(name),
        }
    }
}

/// The same error again.
fn same(error: &Error) -> Error {
    Error::new(error.kind(), error.message())
}
