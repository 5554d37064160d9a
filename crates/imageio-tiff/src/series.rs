//! Series: pages that make up one image, grouped as tifffile groups them.

use std::sync::Arc;

use imageio_core::{DType, Error, ErrorKind, Result};

use crate::document::Document;
use crate::format::page::Page;
use crate::metadata::vendor::{self, Scaling};

pub(crate) mod axes;
mod generic;
mod imagej;
mod instruments;
mod lsm;
mod mmstack;
mod ndtiff;
mod ome;
mod philips;
mod pyramid;
mod scanimage;
mod shaped;
mod slides;
mod stk;

/// A way of grouping pages. A new one is a row in [`KINDS`] and a file beside this one.
struct Kind {
    name: &'static str,
    /// Whether the file is of this kind, from what its first page says.
    detect: fn(&Document) -> bool,
    /// The series; nothing, or an error, where the file only looks so.
    find: fn(&mut Document) -> Result<Vec<Series>>,
    /// What to try then.
    otherwise: Otherwise,
}

/// What to try where a file only looks like one of a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Otherwise {
    /// The kinds that follow.
    Next,
    /// Nothing: pages are grouped by what they have in common.
    Generic,
}

/// In tifffile's order; the first that fits counts.
const KINDS: &[Kind] = &[
    Kind {
        name: "shaped",
        detect: |document| document.texts().shaped().is_some(),
        find: shaped::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "lsm",
        detect: |document| vendor::is(document, "is_lsm"),
        find: lsm::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "mmstack",
        detect: |document| vendor::is(document, "is_micromanager"),
        find: mmstack::find,
        otherwise: Otherwise::Next,
    },
    Kind {
        name: "ome",
        detect: |document| document.texts().ome().is_some(),
        find: ome::find,
        otherwise: Otherwise::Next,
    },
    Kind {
        name: "imagej",
        detect: |document| document.texts().imagej().is_some(),
        find: imagej::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "ndtiff",
        detect: ndtiff::is,
        find: ndtiff::find,
        otherwise: Otherwise::Next,
    },
    Kind {
        name: "fluoview",
        detect: |document| vendor::is(document, "is_fluoview"),
        find: instruments::fluoview,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "stk",
        detect: |document| vendor::is(document, "is_stk"),
        find: stk::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "sis",
        detect: |document| vendor::is(document, "is_sis"),
        find: instruments::sis,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "svs",
        detect: |document| vendor::is(document, "is_svs"),
        find: slides::svs,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "scn",
        detect: |document| vendor::is(document, "is_scn"),
        find: slides::scn,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "qpi",
        detect: |document| vendor::is(document, "is_qpi"),
        find: slides::qpi,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "ndpi",
        detect: |document| vendor::is(document, "is_ndpi"),
        find: slides::ndpi,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "bif",
        detect: |document| vendor::is(document, "is_bif"),
        find: slides::bif,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "philips",
        detect: vendor::philips::is,
        find: philips::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "scanimage",
        detect: vendor::scanimage::is,
        find: scanimage::find,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "nih",
        detect: |document| vendor::is(document, "is_nih"),
        find: instruments::nih,
        otherwise: Otherwise::Generic,
    },
    Kind {
        name: "mdgel",
        // The tags may be those of the second page.
        detect: |_| true,
        find: instruments::mdgel,
        otherwise: Otherwise::Next,
    },
];

/// Where the pixels of one page of a series are.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// Nowhere: its pixels are zeros.
    Missing,
    /// In a page of a file. `data` is where they lie one after the other as they are decoded, but for byte order,
    /// where that is known of a page like the others.
    Ifd {
        file: usize,
        offset: u64,
        data: Option<u64>,
    },
    /// In a file from `at` on, one after the other as they are decoded but for byte order, without an IFD.
    Raw { file: usize, at: u64 },
    /// In a page of a file that was read, and mended, already.
    Page { file: usize, page: Arc<Page> },
}

/// Pages that make up one image.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// What grouped them.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// A page that all others are like.
    pub(crate) keyframe: Arc<Page>,
    /// Whether the pages hang below others, as the levels of a pyramid do.
    pub(crate) is_subifd: bool,
    /// Page by page, last axes fastest.
    pub(crate) frames: Arc<[Frame]>,
    /// Levels of the pyramid below this one, each with fewer pixels.
    pub(crate) levels: Vec<Series>,
    /// Distance between neighbours along axes, where metadata other than the resolution tells it.
    pub(crate) spacing: Vec<(char, f64)>,
    /// What samples are turned into, where they are meant on another scale.
    pub(crate) scaling: Option<Scaling>,
    shape: Vec<usize>,
    axes: String,
    squeeze: bool,
}

impl Series {
    /// A series without axes of length 1, save the two of the image.
    pub(crate) fn new(
        kind: &'static str,
        keyframe: &Arc<Page>,
        frames: Vec<Frame>,
        (shape, axes): (Vec<usize>, String),
    ) -> Self {
        Series {
            kind,
            name: String::new(),
            keyframe: Arc::clone(keyframe),
            is_subifd: false,
            frames: frames.into(),
            levels: Vec::new(),
            spacing: Vec::new(),
            scaling: None,
            shape,
            axes,
            squeeze: true,
        }
    }

    /// The same with a name.
    pub(crate) fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same with axes of length 1 left where they are.
    pub(crate) fn unsqueezed(mut self) -> Self {
        self.squeeze = false;
        self
    }

    /// Length and letter of each axis; `squeeze` overrules the way of the kind.
    pub(crate) fn dimensions(&self, squeeze: Option<bool>) -> (Vec<usize>, String) {
        if squeeze.unwrap_or(self.squeeze) {
            axes::squeeze(&self.shape, &self.axes)
        } else {
            (self.shape.clone(), self.axes.clone())
        }
    }

    /// Gives the series other axes.
    pub(crate) fn set_dimensions(&mut self, shape: Vec<usize>, axes: String) {
        self.shape = shape;
        self.axes = axes;
    }

    /// Length of each axis.
    pub(crate) fn shape(&self) -> Vec<usize> {
        self.dimensions(None).0
    }

    /// A level of the pyramid; 0 is the series itself.
    ///
    /// # Errors
    /// `OutOfRange` below the last level.
    pub(crate) fn level(&self, level: usize) -> Result<&Series> {
        let found = match level {
            0 => Some(self),
            level => self.levels.get(level - 1),
        };
        found.ok_or_else(|| {
            let count = self.levels.len() + 1;
            let message = format!("level {level} is out of range: the image has {count}");
            Error::new(ErrorKind::OutOfRange, message)
        })
    }

    /// Type of the samples.
    pub(crate) fn dtype(&self) -> Result<DType> {
        let stored = self.keyframe.dtype();
        if self.scaling.is_some() {
            return stored.map(|_| DType::F32);
        }
        stored
    }

    /// Whether it is no more than equal pages one after the other, which can be had one by one.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.kind, "uniform" | "generic" | "shaped")
    }
}

/// The series of a file.
pub(crate) fn find(document: &mut Document) -> Result<Vec<Series>> {
    for kind in KINDS {
        if !(kind.detect)(document) {
            continue;
        }
        match (kind.find)(document) {
            Ok(series) if !series.is_empty() => return Ok(series),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
            Err(error) => {
                let message = format!("series `{}`: {}", kind.name, error.message());
                document.source().warn(message);
            }
        }
        if kind.otherwise == Otherwise::Generic {
            break;
        }
    }
    let series = generic::find(document);
    if series.is_empty() {
        return Err(Error::corrupt("no page has an image"));
    }
    Ok(series)
}
