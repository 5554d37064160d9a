//! The Python side, and what a side makes of a file.

use super::list::File;
use super::npy::Array;
use crate::run::Result;
use crate::worker::Worker;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// What a side made of a file.
#[derive(Debug)]
pub(super) enum Reading {
    Refused(String),
    Read(Box<Picture>),
}

#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) array: Array,
    pub(super) metadata: Value,
    /// Milliseconds of each frame where it is a batch; of ours, those of the first frames.
    pub(super) durations: Vec<f64>,
    pub(super) lossy: bool,
    /// Ours only: the shape that `properties` gave without decoding.
    pub(super) promised: Option<(Vec<usize>, String)>,
    /// A letter an axis, where the side names them.
    pub(super) axes: Option<String>,
}

/// One process for all files.
pub(super) struct Reference(Worker);

impl Reference {
    pub(super) fn start(python: &Path, root: &Path) -> Result<Self> {
        Worker::start(Command::new(python).arg(root.join("xtask/py/parity_reference.py"))).map(Self)
    }

    pub(super) fn read(&mut self, file: &File, npy: &Path) -> Result<Reading> {
        let mut answer = self
            .0
            .ask(&json!({ "path": file.path, "kind": file.format, "npy": npy }))?;
        if let Some(error) = answer["error"].as_str() {
            return Ok(Reading::Refused(error.to_owned()));
        }
        let durations = answer["durations"].as_array().into_iter().flatten();
        let durations = durations.map(|one| one.as_f64().unwrap_or(0.0)).collect();
        let axes = answer["axes"].as_str().map(str::to_owned);
        Ok(Reading::Read(Box::new(Picture {
            array: Array::load(npy)?,
            lossy: answer["lossy"].as_bool() == Some(true),
            metadata: answer["metadata"].take(),
            durations,
            promised: None,
            axes,
        })))
    }
}
