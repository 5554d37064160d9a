//! Finding `// checklist:` comments and the tests they stand on.

use crate::files;
use crate::run::Result;
use std::path::Path;

/// A test and the items it says it proves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) file: String,
    pub(crate) line: usize,
    /// Name of the test function; empty where the comment stands on something else.
    pub(crate) test: String,
    pub(crate) ignored: bool,
    pub(crate) ids: Vec<String>,
}

/// All tags of the repository.
pub(crate) fn scan(root: &Path) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    for path in files::list(root)? {
        let counts = ["crates/", "tests/", "xtask/"]
            .iter()
            .any(|top| path.starts_with(top));
        if counts && Path::new(&path).extension().is_some_and(|e| e == "rs") {
            tags.extend(in_text(&path, &files::read(root, &path)?));
        }
    }
    Ok(tags)
}

/// A comment belongs to the function below it when only attributes and comments stand between.
fn in_text(file: &str, text: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut waiting: Option<Tag> = None;
    // Attributes above the comment count as well as those below it.
    let (mut is_test, mut ignored, mut inside_attribute) = (false, false, false);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(list) = line.strip_prefix("// checklist:") {
            let ids = list
                .split(',')
                .map(|id| id.trim().to_owned())
                .filter(|id| !id.is_empty());
            let tag = waiting.get_or_insert_with(|| Tag {
                file: file.to_owned(),
                line: number + 1,
                test: String::new(),
                ignored: false,
                ids: Vec::new(),
            });
            tag.ids.extend(ids);
        } else if inside_attribute {
            inside_attribute = !line.ends_with(']');
        } else if line.starts_with("#[") {
            inside_attribute = !line.ends_with(']');
            is_test |= line.starts_with("#[test]");
            ignored |= line.starts_with("#[ignore");
        } else if !line.starts_with("//") {
            if let Some(mut tag) = waiting.take() {
                tag.ignored = ignored;
                tag.test = function_name(line)
                    .filter(|_| is_test)
                    .map(str::to_owned)
                    .unwrap_or_default();
                tags.push(tag);
            }
            (is_test, ignored) = (false, false);
        }
    }
    tags.extend(waiting);
    tags
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = line.strip_prefix("fn ")?;
    rest.split(['(', '<']).next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn finds_tags_above_and_below_attributes() {
        let comment = "// checklist";
        let text = format!(
            "{comment}: A-001, A-002\n/// Doc.\n#[expect(\n    dead_code,\n)]\n#[test]\nfn one() {{}}\n\n#[test]\n{comment}: B-001\n\
             #[ignore = \"slow\"]\nfn two() {{}}\n\n    {comment}: C-001\n    struct NotATest;\n"
        );
        let tags = in_text("x.rs", &text);
        let seen: Vec<_> = tags
            .iter()
            .map(|t| (t.test.as_str(), t.ids.len(), t.ignored))
            .collect();
        assert_eq!(seen, [("one", 2, false), ("two", 1, true), ("", 1, false)]);
    }
}
