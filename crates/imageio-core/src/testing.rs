//! The conformance suite: what any plugin promises, checked from what its card declares.
//!
//! A plugin's own tests call [`check`] with samples of its format:
//!
//! ```no_run
//! # use imageio_core::{Error, PluginInfo};
//! # const PLUGIN: PluginInfo = PluginInfo::new("toy", |_, _| Err(Error::not_this_format("toy")));
//! use imageio_core::testing::{Cases, check};
//!
//! let report = check(&PLUGIN, &Cases::new().sample(".toy", *b"TOY1 2 2"));
//! println!("{report}");
//! ```

mod hostile;
mod reading;
mod writing;

use std::fmt;

use crate::error::{ErrorKind, Result};
use crate::image::NdImage;
use crate::info::PluginInfo;
use crate::open::{OpenArgs, imopen_in};
use crate::registry::Registry;
use crate::request::{Mode, Request};
use crate::resource::ImageResource;

/// Samples and images that a plugin is checked with.
#[derive(Default)]
pub struct Cases {
    samples: Vec<Sample>,
    round_trips: Vec<RoundTrip>,
}

/// A valid file of the format.
struct Sample {
    extension: String,
    bytes: Vec<u8>,
}

/// An image that must come back when it was written.
struct RoundTrip {
    extension: String,
    image: NdImage,
    tolerance: f64,
}

impl Cases {
    /// No cases; a card that reads needs at least one sample, a card that writes one round trip.
    pub fn new() -> Self {
        Cases::default()
    }

    /// A small valid file, given as if its name ended in `extension`.
    pub fn sample(mut self, extension: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.samples.push(Sample {
            extension: extension.to_owned(),
            bytes: bytes.into(),
        });
        self
    }

    /// An image that writing as `extension` and reading again gives back exactly.
    pub fn lossless(self, extension: &str, image: impl Into<NdImage>) -> Self {
        self.lossy(extension, image, 0.0)
    }

    /// An image that comes back with no value off by more than `tolerance`.
    pub fn lossy(mut self, extension: &str, image: impl Into<NdImage>, tolerance: f64) -> Self {
        let image = image.into();
        self.round_trips.push(RoundTrip {
            extension: extension.to_owned(),
            image,
            tolerance,
        });
        self
    }
}

/// Checks every promise that the card of a plugin makes.
///
/// # Panics
/// With the list of broken promises, one a line.
pub fn check(card: &'static PluginInfo, cases: &Cases) -> Report {
    let mut report = Report {
        plugin: card.name(),
        checks: 0,
        mutations: 0,
        broken: Vec::new(),
    };
    check_card(card, cases, &mut report);
    hostile::refuses_garbage(card, &mut report);
    for sample in cases.samples.iter().filter(|_| card.can_read()) {
        reading::check_sample(card, sample, &mut report);
        hostile::survives_damage(card, sample, &mut report);
    }
    for round_trip in cases.round_trips.iter().filter(|_| card.can_write()) {
        writing::check_round_trip(card, round_trip, &mut report);
    }
    assert!(report.broken.is_empty(), "{report}");
    report
}

/// What was checked.
#[derive(Debug)]
pub struct Report {
    plugin: &'static str,
    checks: usize,
    mutations: usize,
    broken: Vec<String>,
}

impl Report {
    /// Number of single checks that were made.
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// Number of damaged inputs that were read.
    pub fn mutations(&self) -> usize {
        self.mutations
    }

    /// Counts one check; `what` is kept when it does not hold.
    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.broken.push(what());
        }
    }

    /// Counts one check that needs `result`; gives its value when there is one.
    fn need<T>(&mut self, result: Result<T>, what: &str) -> Option<T> {
        self.checks += 1;
        result
            .map_err(|error| self.broken.push(format!("{what}: {error:?}")))
            .ok()
    }

    /// Counts one check that `result` is an error of one of `kinds`.
    fn expect_error<T>(&mut self, result: Result<T>, kinds: &[ErrorKind], what: &str) {
        match result {
            Ok(_) => self.expect(false, || {
                format!("{what}: no error, expected one of {kinds:?}")
            }),
            Err(error) => self.expect(kinds.contains(&error.kind()), || {
                format!("{what}: expected one of {kinds:?}, got {error:?}")
            }),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} checks, {} damaged inputs",
            self.plugin, self.checks, self.mutations
        )?;
        for line in &self.broken {
            write!(f, "\n  broken: {line}")?;
        }
        Ok(())
    }
}

fn check_card(card: &'static PluginInfo, cases: &Cases, report: &mut Report) {
    report.expect(!card.name().is_empty(), || {
        "the card has no name".to_owned()
    });
    report.expect(
        !card.readable().is_empty() || !card.writable().is_empty(),
        || "no extension".to_owned(),
    );
    for extension in card.readable().iter().chain(card.writable()) {
        let plain = extension.starts_with('.')
            && extension.len() > 1
            && *extension == extension.to_lowercase();
        report.expect(plain, || {
            format!("extension {extension:?} is not lower case with a dot")
        });
    }
    for spec in [card.read_spec(), card.write_spec(), card.open_spec()] {
        for (position, option) in spec.iter().enumerate() {
            let unique = !spec[..position]
                .iter()
                .any(|other| other.name == option.name);
            report.expect(unique, || {
                format!("option `{}` is there twice", option.name)
            });
            report.expect(option.doc.contains("Default: "), || {
                format!("option `{}` names no default", option.name)
            });
        }
    }
    let reads = !card.can_read() || !cases.samples.is_empty();
    report.expect(reads, || {
        "the card reads, and no sample was given".to_owned()
    });
    let writes = !card.can_write() || !cases.round_trips.is_empty();
    report.expect(writes, || {
        "the card writes, and no round trip was given".to_owned()
    });
}

/// Opens `request` with the card alone.
fn open(card: &'static PluginInfo, request: Request, extension: &str) -> Result<ImageResource> {
    imopen_in(
        &Registry::new(),
        request.mode(Mode::READ),
        OpenArgs::new().plugin(card).extension(extension),
    )
}
