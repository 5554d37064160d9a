//! Settings as lines of text: FEI and Zeiss electron microscopes.

use imageio_core::{Metadata, Result, Value};

use super::cursor::text_of;
use crate::format::ifd::Entry;
use crate::format::source::Source;

/// FEI: sections of `key=value`.
pub(super) fn fei(source: &Source, entry: &Entry) -> Result<Value> {
    let text = text_of(source.bytes(entry)?);
    let mut sections = Metadata::new();
    let mut open: Option<(String, Metadata)> = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            sections.extend(open.take());
            let name = line.strip_prefix('[').unwrap_or(line);
            let mut name = name.to_owned();
            name.pop();
            open = Some((name, Metadata::new()));
        } else if let (Some((_, section)), Some((key, value))) = (&mut open, line.split_once('=')) {
            section.insert(key.trim(), typed(value.trim()));
        }
    }
    sections.extend(open);
    Ok(Value::from(sections))
}

/// Zeiss: the name of a setting in capitals, then `Name = value unit`; numbers without a name before all.
pub(super) fn zeiss(source: &Source, entry: &Entry) -> Result<Value> {
    let text = text_of(source.bytes(entry)?);
    let mut unnamed = Vec::new();
    let mut settings = Metadata::new();
    let mut key: Option<String> = None;
    for line in text.lines() {
        let is_upper =
            line.chars().any(char::is_uppercase) && !line.chars().any(char::is_lowercase);
        if is_upper {
            key = Some(line.to_lowercase());
        } else if let Some(name) = key.take() {
            let Some((label, value)) = line.split_once('=').or_else(|| line.split_once(':')) else {
                key = Some(name);
                continue;
            };
            let mut parts = vec![Value::from(label.trim())];
            parts.extend(measured(value.trim()));
            settings.insert(name, parts);
        } else {
            unnamed.push(number(line).unwrap_or_else(|| Value::from(line)));
        }
    }
    let mut all = Metadata::new();
    all.insert("", unnamed);
    all.extend(settings);
    Ok(Value::from(all))
}

/// A value with its unit, where it is a number with one.
fn measured(text: &str) -> Vec<Value> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [value, unit] = words[..] {
        return match number(value) {
            Some(number) => vec![number, Value::from(unit)],
            None => vec![Value::from(text)],
        };
    }
    vec![match text {
        "No" | "Off" => Value::from(false),
        "Yes" | "On" => Value::from(true),
        text => number(text).unwrap_or_else(|| Value::from(text)),
    }]
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let whole = text.parse::<i128>().ok().map(Value::Int);
    whole.or_else(|| text.parse::<f64>().ok().map(Value::Float))
}

/// A number, a truth value, or text.
pub(super) fn typed(text: &str) -> Value {
    number(text).unwrap_or_else(|| match text.to_ascii_lowercase().as_str() {
        "true" => Value::from(true),
        "false" => Value::from(false),
        _ => Value::from(text),
    })
}
