//! Which files are compared.

use crate::files;
use crate::program;
use crate::run::Result;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Formats whose folder is not called like their extension.
const FOLDERS: &[(&str, &str)] = &[("dcm", "dicom"), ("lfp", "lytro"), ("mp4", "video")];

/// A file, and the folder of formats that it lies in.
#[derive(Debug)]
pub(super) struct File {
    /// `corpus/png/…` or `fixtures/png/…`.
    pub(super) name: String,
    pub(super) format: String,
    pub(super) path: PathBuf,
}

/// Files of the fixtures and the corpus that lie in a folder named for a format of an installed plugin.
pub(super) fn list(
    root: &Path,
    corpus: Option<&Path>,
    program: &Path,
    only: Option<&str>,
) -> Result<Vec<File>> {
    let formats = readable(program)?;
    let mut found = Vec::new();
    let tops = [
        ("fixtures", Some(root.join("fixtures"))),
        ("corpus", corpus.map(Path::to_path_buf)),
    ];
    for (name, top) in tops
        .into_iter()
        .filter_map(|(name, top)| Some((name, top?)))
    {
        let before = found.len();
        for format in formats
            .iter()
            .filter(|format| only.is_none_or(|only| only == format.as_str()))
        {
            let folder = top.join(format);
            let inside = files::under(&folder)
                .into_iter()
                .filter(|path| !is_note(path));
            found.extend(inside.map(|path| File {
                name: format!("{name}/{format}/{path}"),
                format: format.clone(),
                path: folder.join(path),
            }));
        }
        if found.len() == before && only.is_none() {
            return Err(format!("no files of our formats in {}", top.display()));
        }
    }
    if found.is_empty() {
        return Err("no files to compare".to_owned());
    }
    Ok(found)
}

/// Extensions, without the dot, that installed plugins say they read.
fn readable(program: &Path) -> Result<BTreeSet<String>> {
    let plugins = program::ask(program, "plugins")?;
    let installed = plugins
        .iter()
        .filter(|plugin| plugin["installed"].as_bool() == Some(true));
    let extensions = installed.flat_map(|plugin| program::strings(plugin, "extensions"));
    let mut formats: BTreeSet<String> = extensions
        .map(|extension| extension.trim_start_matches('.').to_owned())
        .collect();
    for (extension, folder) in FOLDERS {
        if formats.remove(*extension) {
            formats.insert((*folder).to_owned());
        }
    }
    Ok(formats)
}

fn is_note(path: &str) -> bool {
    [".tsv", ".md", ".txt", ".py"]
        .iter()
        .any(|end| path.ends_with(end))
}
