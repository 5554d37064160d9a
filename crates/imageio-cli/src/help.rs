//! `imageio help NAME`: a command, a plugin's option tables, the plugins of an extension, or the environment.

use std::io::{self, Write};

use clap::CommandFactory as _;
use imageio::{OptionSpec, PluginInfo, Result, Setting, Value};

use crate::cli::{Cli, HelpArgs, SearchArgs};
use crate::tables;
use crate::terminal::{self, wrap};

pub(crate) fn run(args: &HelpArgs) -> Result<()> {
    let Some(name) = args.name.as_deref() else {
        return print(&mut Cli::command());
    };
    let mut program = Cli::command();
    program.build();
    if let Some(command) = program.find_subcommand_mut(name) {
        return print(command);
    }
    if name == "environment" {
        return environment();
    }
    if name.starts_with('.') {
        return extension(name);
    }
    let found = imageio::registry().plugin(name);
    match found {
        Ok(card) => plugin(card),
        Err(unknown) => {
            let dotted = format!(".{name}");
            let is_extension = imageio::registry().knows_extension(&dotted.to_lowercase());
            if is_extension && imageio::known_plugin(name).is_none() {
                return extension(&dotted);
            }
            Err(unknown)
        }
    }
}

fn print(command: &mut clap::Command) -> Result<()> {
    let text = command.render_long_help().to_string();
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn extension(name: &str) -> Result<()> {
    tables::formats(&SearchArgs {
        search: Some(name.to_owned()),
        json: false,
    })
}

fn environment() -> Result<()> {
    let width = terminal::columns().unwrap_or(100).min(100);
    let mut out = io::stdout().lock();
    writeln!(out, "Environment variables, read at each use\n")?;
    for setting in Setting::ALL {
        writeln!(out, "  {}", setting.name())?;
        writeln!(out, "{}", wrap(setting.doc(), width, 6))?;
    }
    Ok(())
}

fn plugin(card: &PluginInfo) -> Result<()> {
    let width = terminal::columns().unwrap_or(100).min(100);
    let mut out = io::stdout().lock();
    writeln!(out, "{}  {}", card.name(), card.about())?;
    let rows = [
        ("also called", card.other_names().join(" ")),
        ("reads", card.readable().join(" ")),
        ("writes", card.writable().join(" ")),
        ("needs", card.hint().unwrap_or_default().to_owned()),
    ];
    for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let text = wrap(value, width, 15);
        writeln!(out, "  {label:11}  {}", text.trim_start())?;
    }
    // What may be set for opening as well as for each read needs one table only.
    let names = |spec: &[OptionSpec]| spec.iter().map(|option| option.name).collect::<Vec<_>>();
    let same = names(card.open_spec()) == names(card.read_spec());
    let opening = if same { &[] } else { card.open_spec() };
    let tables = [
        ("Options of opening: --option NAME=VALUE", opening),
        ("Options of reading: --option NAME=VALUE", card.read_spec()),
        (
            "Options of writing: --write-option NAME=VALUE",
            card.write_spec(),
        ),
    ];
    for (title, spec) in tables.iter().filter(|(_, spec)| !spec.is_empty()) {
        write!(out, "\n{title}\n")?;
        table(&mut out, spec, width)?;
    }
    if tables.iter().all(|(_, spec)| spec.is_empty()) {
        writeln!(out, "\nIt takes no options.")?;
    }
    Ok(())
}

/// Name and type on one line, and below what the option does, which ends in its default.
fn table(out: &mut dyn Write, spec: &[OptionSpec], width: usize) -> io::Result<()> {
    let column = spec.iter().map(|option| option.name.len()).max();
    let column = column.unwrap_or(0);
    for option in spec {
        let (name, kind) = (option.name, option.type_name());
        writeln!(out, "  {name:column$}  {kind}")?;
        let doc = option.doc.trim();
        let default = match option.default() {
            _ if doc.contains("Default") => String::new(),
            Value::List(values) if values.is_empty() => " Default: none.".to_owned(),
            value => format!(" Default: `{value}`."),
        };
        let doc = format!("{doc}{default}");
        writeln!(out, "{}", wrap(&doc, width, column + 4))?;
    }
    Ok(())
}
