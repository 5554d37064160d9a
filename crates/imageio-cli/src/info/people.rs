//! The report for people: aligned lines, long values cut, nested metadata indented.

use std::io::{self, Write};

use imageio::{Metadata, Value};

use super::{Report, spacing_value};
use crate::terminal::{clean, cut};

/// Bytes of a value, or maps of a list, that are shown.
const FEW: usize = 12;
/// Items of a list that are shown.
const SOME: usize = 48;

pub(super) fn write(out: &mut dyn Write, report: &Report, width: usize) -> io::Result<()> {
    writeln!(out, "{}", clean(&report.name))?;
    let found = &report.properties;
    let mut rows = vec![
        ("plugin", report.plugin.name().to_owned()),
        ("format", report.format.clone()),
        ("shape", tuple(&found.shape)),
        ("axes", found.axes.clone().unwrap_or_default()),
        ("dtype", found.dtype.name().to_owned()),
        ("images", images(report)),
    ];
    if let Some(spacing) = &found.spacing {
        rows.push(("spacing", short(&spacing_value(spacing))));
    }
    if !found.levels.is_empty() {
        let levels: Vec<_> = found.levels.iter().map(|level| tuple(level)).collect();
        rows.push(("levels", levels.join(" ")));
    }
    for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        line(out, 2, label, 8, value, width)?;
    }
    if !report.summary.is_empty() {
        writeln!(out, "  summary")?;
        map(out, &report.summary, 4, width)?;
    }
    // Once is enough.
    let told = |key: &str, value: &Value| report.summary.get(key) == Some(value);
    let rest: Metadata = report
        .metadata
        .iter()
        .filter(|(key, value)| !told(key, value))
        .map(|(key, value)| (key, value.clone()))
        .collect();
    if !rest.is_empty() {
        writeln!(out, "  metadata")?;
        map(out, &rest, 4, width)?;
    }
    Ok(())
}

/// As NumPy writes a shape.
fn tuple(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(usize::to_string).collect();
    match axes.as_slice() {
        [one] => format!("({one},)"),
        _ => format!("({})", axes.join(", ")),
    }
}

fn images(report: &Report) -> String {
    let all = report.count.or(report.properties.n_images);
    match (all, report.properties.is_batch) {
        (Some(count), false) if count > 1 => format!("{count}, one of them shown"),
        (Some(count), _) => count.to_string(),
        (None, _) => String::new(),
    }
}

fn map(out: &mut dyn Write, metadata: &Metadata, indent: usize, width: usize) -> io::Result<()> {
    let longest = metadata
        .iter()
        .filter(|(_, value)| value.as_map().is_none() && maps_of(value).is_none())
        .map(|(key, _)| clean(key).chars().count());
    let column = longest.max().unwrap_or(0).min(28);
    for (key, value) in metadata.iter() {
        if let Some(inner) = value.as_map() {
            writeln!(out, "{:indent$}{}", "", clean(key))?;
            map(out, inner, indent + 2, width)?;
        } else if let Some(maps) = maps_of(value) {
            for (position, inner) in maps.iter().enumerate() {
                writeln!(out, "{:indent$}{}[{position}]", "", clean(key))?;
                map(out, inner, indent + 2, width)?;
            }
        } else {
            line(out, indent, &clean(key), column, &short(value), width)?;
        }
    }
    Ok(())
}

/// The maps of a list that holds nothing else, and not too many to read.
fn maps_of(value: &Value) -> Option<Vec<&Metadata>> {
    let values = value.as_list()?;
    let few = !values.is_empty() && values.len() <= FEW;
    values
        .iter()
        .map(Value::as_map)
        .collect::<Option<Vec<_>>>()
        .filter(|_| few)
}

fn line(
    out: &mut dyn Write,
    indent: usize,
    label: &str,
    column: usize,
    value: &str,
    width: usize,
) -> io::Result<()> {
    let text = format!("{:indent$}{label:column$}  {value}", "");
    writeln!(out, "{}", cut(text.trim_end(), width))
}

/// A value on one line.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Str(text) if text.is_empty() => "\"\"".to_owned(),
        Value::Str(text) => clean(text).into_owned(),
        Value::Bytes(bytes) => short_bytes(bytes),
        Value::List(values) => short_list(values),
        other => clean(&other.to_string()).into_owned(),
    }
}

fn short_bytes(bytes: &[u8]) -> String {
    let text = bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
    if text && bytes.len() <= 60 {
        return format!("b\"{}\"", bytes.escape_ascii());
    }
    let first: Vec<String> = bytes
        .iter()
        .take(FEW)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let more = if bytes.len() > FEW { " …" } else { "" };
    format!("{} bytes: {}{more}", bytes.len(), first.join(" "))
}

fn short_list(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().take(SOME).map(short).collect();
    let more = match values.len() {
        len if len > SOME => format!(", … {len} in all"),
        _ => String::new(),
    };
    format!("[{}{more}]", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_one_short_line() {
        assert_eq!(short(&Value::from("a\u{1b}[31m\nb")), "a\\u{1b}[31m\\nb");
        assert_eq!(short(&Value::from(b"GIF89a".to_vec())), "b\"GIF89a\"");
        assert_eq!(
            short(&Value::from(vec![0u8; 300])),
            "300 bytes: 00 00 00 00 00 00 00 00 00 00 00 00 …"
        );
        assert_eq!(short(&Value::from([1, 2])), "[1, 2]");
        assert_eq!(tuple(&[5]), "(5,)");
    }

    #[test]
    fn nested_maps_are_indented() {
        let inner: Metadata = [("Orientation", 6)].into_iter().collect();
        let mut metadata = Metadata::new();
        metadata.insert("mode", "");
        metadata.insert("EXIF_MAIN", inner.clone());
        metadata.insert("ROIs", Value::List(vec![inner.into()]));
        let mut out = Vec::new();
        map(&mut out, &metadata, 4, 19).expect("written to memory");
        let text = String::from_utf8(out).expect("text");
        let expected = "    mode  \"\"\n    EXIF_MAIN\n      Orientation …\n    ROIs[0]\n      Orientation …\n";
        assert_eq!(text, expected);
    }
}
