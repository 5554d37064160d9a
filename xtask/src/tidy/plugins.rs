//! A plugin crate looks like every other plugin crate.

use super::Repository;
use crate::run::Result;

const FILES: [&str; 6] = [
    "README.md",
    "src/lib.rs",
    "src/plugin.rs",
    "src/options.rs",
    "src/reader.rs",
    "tests/it/main.rs",
];
const MOST_LINES_OF_LIB: usize = 80;

pub(super) fn shape(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for plugin in repository.plugins() {
        for file in FILES {
            let path = format!("{}/{file}", plugin.folder);
            // A family of formats has one reader a format, in a folder of that name.
            let folder = format!("{}/", path.trim_end_matches(".rs"));
            if !repository.has(&path) && !repository.files.iter().any(|f| f.starts_with(&folder)) {
                found.push(format!("{path} is missing"));
            }
        }
        let lib = format!("{}/src/lib.rs", plugin.folder);
        let lines = repository.read(&lib)?.lines().count();
        if lines > MOST_LINES_OF_LIB {
            found.push(format!("{lib}: {lines} lines, at most {MOST_LINES_OF_LIB}"));
        }
    }
    Ok(found)
}

/// No plugin opens a file, a socket or a temporary file itself.
pub(super) fn ask_the_request(repository: &Repository) -> Result<Vec<String>> {
    const FORBIDDEN: [&str; 7] = [
        "File::open",
        "File::create",
        "fs::read",
        "fs::write",
        "temp_dir(",
        "tempfile::",
        "TcpStream",
    ];
    let mut found = Vec::new();
    for plugin in repository.plugins() {
        for (path, code) in repository.sources(&format!("{}/src/", plugin.folder))? {
            for (number, line) in code.lines().enumerate() {
                let is_code = !line.trim_start().starts_with("//");
                let word = FORBIDDEN
                    .iter()
                    .find(|word| is_code && line.contains(**word));
                found.extend(word.map(|word| format!("{path}:{}: `{word}`", number + 1)));
            }
        }
    }
    Ok(found)
}
