//! `imageio formats` and `imageio plugins`: what ImageIO knows, and what this build has of it.

mod catalogue;

use std::io::{self, Write};

use imageio::{Result, Value};

use crate::cli::SearchArgs;
use crate::exit;
use crate::terminal::{self, wrap};

use catalogue::{FormatEntry, PluginEntry};

pub(crate) fn formats(args: &SearchArgs) -> Result<()> {
    let mut found = catalogue::formats();
    if let Some(search) = &args.search {
        found.retain(|format| format.matches(search));
    }
    let mut out = io::stdout().lock();
    if args.json {
        let rows = found.iter().map(|format| Value::from(format.json()));
        return write_array(&mut out, rows);
    }
    if found.is_empty() {
        nothing("format", args);
        return Ok(());
    }
    writeln!(
        out,
        "r reads, w writes, * plugin of this build; plugins stand in the order in which they are asked\n"
    )?;
    for format in &found {
        writeln!(out, "{}", format_line(format))?;
    }
    Ok(())
}

/// `rw .png (Portable Network Graphics): pillow* PNG-PIL* ITK`.
fn format_line(format: &FormatEntry) -> String {
    let mark = |can: bool, letter: char| if can { letter } else { '-' };
    let name = match format.name.as_str() {
        "" => String::new(),
        name => format!(" ({name})"),
    };
    let plugins = format.plugins.iter().map(|plugin| {
        let here = format.here.contains(plugin);
        format!(" {plugin}{}", if here { "*" } else { "" })
    });
    format!(
        "{}{} {}{name}:{}",
        mark(format.read, 'r'),
        mark(format.write, 'w'),
        format.extension,
        plugins.collect::<String>()
    )
}

pub(crate) fn plugins(args: &SearchArgs) -> Result<()> {
    let mut found = catalogue::plugins();
    if let Some(search) = &args.search {
        found.retain(|plugin| plugin.matches(search));
    }
    let mut out = io::stdout().lock();
    if args.json {
        let rows = found.iter().map(|plugin| Value::from(plugin.json()));
        return write_array(&mut out, rows);
    }
    if found.is_empty() {
        nothing("plugin", args);
        return Ok(());
    }
    let width = terminal::columns().unwrap_or(100);
    let (here, missing): (Vec<_>, Vec<_>) = found.iter().partition(|plugin| plugin.card.is_some());
    write_here(&mut out, &here, width)?;
    if !here.is_empty() && !missing.is_empty() {
        writeln!(out)?;
    }
    write_missing(&mut out, &missing, width)
}

fn write_here(out: &mut dyn Write, plugins: &[&PluginEntry], width: usize) -> Result<()> {
    for (position, plugin) in plugins.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}  {}", plugin.name, plugin.description)?;
        let extensions = plugin.extensions.join(" ");
        let mut rows = vec![("reads", extensions.clone())];
        let written = plugin.write_extensions.join(" ");
        if written == extensions {
            rows = vec![("reads, writes", extensions)];
        } else {
            rows.push(("writes", written));
        }
        rows.push(("also called", plugin.aliases.join(" ")));
        rows.push(("feature", plugin.feature.clone()));
        rows.push(("needs", plugin.install_hint.clone()));
        for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            let text = wrap(value, width, 17);
            writeln!(out, "  {label:13}  {}", text.trim_start())?;
        }
    }
    Ok(())
}

/// The ones that this build lacks, by the feature that brings them.
fn write_missing(out: &mut dyn Write, plugins: &[&PluginEntry], width: usize) -> Result<()> {
    let mut features: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut later: Vec<&str> = Vec::new();
    for plugin in plugins {
        let feature = plugin.feature.as_str();
        let group = features.iter_mut().find(|(other, _)| *other == feature);
        match group {
            _ if plugin.install_hint.is_empty() => later.push(&plugin.name),
            Some((_, names)) => names.push(&plugin.name),
            None => features.push((feature, vec![&plugin.name])),
        }
    }
    if !later.is_empty() {
        features.push(("(later)", later));
    }
    if features.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "Known, but not in this build, by feature of imageio-rs:"
    )?;
    for (feature, names) in features {
        let text = wrap(&names.join(" "), width, 13);
        writeln!(out, "  {feature:9}  {}", text.trim_start())?;
    }
    Ok(())
}

/// A JSON array with an object a line.
fn write_array(out: &mut dyn Write, rows: impl Iterator<Item = Value>) -> Result<()> {
    let rows: Vec<String> = rows.map(|row| row.to_json()).collect();
    if rows.is_empty() {
        writeln!(out, "[]")?;
    } else {
        writeln!(out, "[\n{}\n]", rows.join(",\n"))?;
    }
    Ok(())
}

fn nothing(what: &str, args: &SearchArgs) {
    let search = args.search.as_deref().unwrap_or_default();
    exit::note(&format!("no {what} matches \"{search}\""));
}
