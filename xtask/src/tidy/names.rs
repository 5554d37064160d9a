//! What files are called, how long they are, and words that must not be in them.

use super::Repository;
use crate::run::Result;
use std::path::Path;

const MOST_LINES: usize = 800;
const VAGUE: [&str; 5] = ["mod.rs", "utils.rs", "helpers.rs", "misc.rs", "types.rs"];

pub(super) fn files(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in repository.under("", "rs") {
        let name = Path::new(path)
            .file_name()
            .map(|name| name.to_string_lossy());
        if name.is_some_and(|name| VAGUE.contains(&name.as_ref())) {
            found.push(format!("{path}: name it for what it holds"));
        }
        let text = repository.read(path)?;
        let generated = text.lines().take(5).any(|line| line.contains("@generated"));
        let lines = text.lines().count();
        if lines > MOST_LINES && !generated {
            found.push(format!("{path}: {lines} lines, at most {MOST_LINES}"));
        }
    }
    Ok(found)
}

/// The catalogue of extensions names formats, and so may tests; nothing else in core does.
pub(super) fn core_names_no_format(repository: &Repository) -> Result<Vec<String>> {
    const CORE: &str = "crates/imageio-core/src/";
    const DATA: [&str; 2] = ["formats/table.rs", "formats/plugins.rs"];
    const FORMATS: [&str; 14] = [
        "tiff", "png", "jpeg", "jpg", "gif", "dicom", "webp", "exr", "bmp", "npz", "bsdf", "swf",
        "apng", "heif",
    ];
    let mut found = Vec::new();
    for (path, code) in repository.sources(CORE)? {
        if DATA.contains(&path.strip_prefix(CORE).unwrap_or(path)) {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            // "fits" is also an English verb, so only its capitals are a format.
            let is_format =
                |word: &String| FORMATS.contains(&&*word.to_lowercase()) || word == "FITS";
            let word = words(line).find(is_format);
            found.extend(word.map(|word| format!("{path}:{}: `{word}`", number + 1)));
        }
    }
    Ok(found)
}

/// Runs of letters, cut again where a small letter is followed by a capital.
fn words(line: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in line.chars() {
        let cut = !letter.is_alphabetic() || (before.is_lowercase() && letter.is_uppercase());
        if cut {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphabetic()) {
            word.push(letter);
        }
        before = letter;
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// Folders that exist on one machine only.
pub(super) fn places(repository: &Repository) -> Result<Vec<String>> {
    let places = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
    ];
    let mut found = Vec::new();
    for path in &repository.files {
        let bytes =
            std::fs::read(repository.root.join(path)).map_err(|e| format!("{path}: {e}"))?;
        // Pictures and other data are not text, and may hold any bytes.
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| line.contains(**place)) {
                found.push(format!("{path}:{}: `{place}`", number + 1));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn cuts_identifiers_into_words() {
        let seen: Vec<String> = words("let x = PngReader::from_tiff(b\"GIF89a\");").collect();
        assert_eq!(
            seen,
            ["let", "x", "Png", "Reader", "from", "tiff", "b", "GIF", "a"]
        );
    }
}
