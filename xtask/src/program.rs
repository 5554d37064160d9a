//! The `imageio` program, which is asked for all that must be known about plugins.

use crate::run::{self, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program as tests build it: for questions, which need no speed.
pub(crate) fn quick_build(root: &Path) -> Result<PathBuf> {
    executable(root, &["--package", "imageio-cli", "--bin", "imageio"])
}

/// The program as users get it.
pub(crate) fn build(root: &Path) -> Result<PathBuf> {
    executable(
        root,
        &["--release", "--package", "imageio-cli", "--bin", "imageio"],
    )
}

/// Builds one program and gives the path that cargo reports.
pub(crate) fn executable(root: &Path, which: &[&str]) -> Result<PathBuf> {
    let mut cargo = run::cargo(root);
    cargo
        .args([
            "build",
            "--quiet",
            "--message-format=json-render-diagnostics",
        ])
        .args(which);
    let text = run::capture(&mut cargo)?;
    let messages = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    programs
        .next_back()
        .ok_or_else(|| format!("`{}` built no program", run::show(&cargo)))
}

/// What the program answers to a question with `--json`.
pub(crate) fn ask(program: &Path, question: &str) -> Result<Vec<Value>> {
    let text = run::capture(Command::new(program).args([question, "--json"]))?;
    serde_json::from_str(&text).map_err(|e| format!("imageio {question} --json: {e}"))
}

/// The strings of a list in an answer.
pub(crate) fn strings<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value[key]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
