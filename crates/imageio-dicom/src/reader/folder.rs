//! Folders: which files are DICOM, and which series they make.

use std::collections::BTreeMap;
use std::sync::Arc;

use imageio_core::{ErrorKind, Request, Result};

use super::series::{DicomSeries, sorted, split};
use super::slice::Slice;
use crate::format::data_set::Tag;
use crate::format::file::{HEAD, has_preamble};
use crate::options::DicomReadOptions;

/// Folders inside folders that are looked into.
const DEPTH: usize = 16;

/// What the name of a table of contents holds; such files are passed over.
const CONTENTS: &str = "DICOMDIR";

/// Whether a folder has a DICOM file, or else one of those inside it.
pub(super) fn holds_dicom(folder: &Request) -> Result<bool> {
    holds(folder, 0)
}

fn holds(folder: &Request, depth: usize) -> Result<bool> {
    let mut inside = Vec::new();
    for name in folder.list()? {
        if name.contains(CONTENTS) {
            continue;
        }
        let file = folder.sibling(&name)?;
        if file.is_dir() {
            inside.push(file);
        // What cannot be read, as a socket, is none.
        } else if file.first_bytes(HEAD).is_ok_and(|head| has_preamble(&head)) {
            return Ok(true);
        }
    }
    for folder in inside.iter().filter(|_| depth < DEPTH) {
        if holds(folder, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The series in a folder and those inside it, or in the folder of `file`; of `file` alone where it has none.
pub(super) fn series(
    request: &Request,
    file: Option<&Slice>,
    options: &DicomReadOptions,
) -> Result<Vec<DicomSeries>> {
    let mut files = Vec::new();
    let folder = Arc::new(request.clone());
    let listed = list(&folder, 0, &mut files);
    match (listed, file) {
        (Err(error), Some(_)) if error.kind() == ErrorKind::Unsupported => {
            files.clear();
        }
        (listed, _) => listed?,
    }
    if files.is_empty() && file.is_some() {
        let alone = Slice::open(request)?;
        return Ok(DicomSeries::finish(vec![alone], options)
            .into_iter()
            .collect());
    }
    options
        .progress
        .start("examining files", "files", files.len());
    let mut by_uid: BTreeMap<String, Vec<Slice>> = BTreeMap::new();
    for (number, (folder, name)) in files.iter().enumerate() {
        options.progress.set(number + 1);
        match examine(folder, name, options) {
            Ok(Some((uid, slice))) => by_uid.entry(uid).or_default().push(slice),
            Ok(None) => {}
            Err(error) => {
                let message = format!("{name} is passed over: {}", error.message());
                options.progress.write(&message);
                request.warn(message);
            }
        }
    }
    let mut found = Vec::new();
    for slices in by_uid.into_values() {
        for part in split(sorted(slices), &mut |message| {
            options.progress.write(&message);
            request.warn(message);
        }) {
            match DicomSeries::finish(part, options) {
                Ok(series) => found.push(series),
                Err(error) => {
                    let message = format!("a series is passed over: {}", error.message());
                    options.progress.write(&message);
                    request.warn(message);
                }
            }
        }
    }
    options
        .progress
        .finish(&format!("Found {} correct series.", found.len()));
    Ok(found)
}

/// A file and the series that it belongs to; nothing for what is no DICOM or belongs to none.
fn examine(
    folder: &Arc<Request>,
    name: &str,
    options: &DicomReadOptions,
) -> Result<Option<(String, Slice)>> {
    let slice = match Slice::in_folder(folder, name) {
        Err(error) if error.is_not_this_format() => return Ok(None),
        slice => slice?,
    };
    if options.strict
        && let Some(first) = slice.header.forgiven.first()
    {
        return Err(imageio_core::Error::corrupt(format!(
            "not as the standard has it: {first}"
        )));
    }
    let uid = slice
        .header
        .data
        .text(Tag::SERIES_UID)
        .filter(|uid| !uid.is_empty());
    slice.pixels()?;
    Ok(uid.map(|uid| (uid, slice)))
}

/// Lists files, those of folders inside included, in the order of their names.
fn list(
    folder: &Arc<Request>,
    depth: usize,
    files: &mut Vec<(Arc<Request>, String)>,
) -> Result<()> {
    for name in folder.list()? {
        if name.contains(CONTENTS) {
            continue;
        }
        let file = folder.sibling(&name)?;
        if file.is_dir() {
            if depth < DEPTH {
                list(&Arc::new(file), depth + 1, files)?;
            }
        } else {
            files.push((Arc::clone(folder), name));
        }
    }
    Ok(())
}
