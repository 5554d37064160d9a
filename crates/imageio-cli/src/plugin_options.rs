//! Options from the command line on their way to a plugin: some belong to opening, some to the call.

use imageio::{Error, OpenArgs, OptionSpec, Options, PluginInfo, Result};

/// `KEY=VALUE` pairs as given.
pub(crate) type Pairs = Vec<(String, String)>;

/// The options of opening and those of the call. What the plugin does not list goes to the call,
/// which refuses it and names what there is.
pub(crate) fn split(
    card: &PluginInfo,
    call_spec: &[OptionSpec],
    pairs: &[(String, String)],
) -> (Options, Options) {
    let mut both = (Options::new(), Options::new());
    for (key, value) in pairs {
        let opens = has(card.open_spec(), key) && !has(call_spec, key);
        let side = if opens { &mut both.0 } else { &mut both.1 };
        *side = std::mem::take(side).set(key.as_str(), value.as_str());
    }
    both
}

/// Divides the pairs of a conversion: what one of the readers takes, and else what the writer takes.
///
/// # Errors
/// `BadOption` for a key that neither side lists.
pub(crate) fn divide(
    pairs: &[(String, String)],
    readers: &[&PluginInfo],
    writer: &PluginInfo,
) -> Result<(Pairs, Pairs)> {
    let mut both = (Pairs::new(), Pairs::new());
    for pair in pairs {
        let key = pair.0.as_str();
        if readers
            .iter()
            .any(|card| has(card.read_spec(), key) || has(card.open_spec(), key))
        {
            both.0.push(pair.clone());
        } else if has(writer.write_spec(), key) || has(writer.open_spec(), key) {
            both.1.push(pair.clone());
        } else {
            return Err(unknown(key, readers, writer));
        }
    }
    Ok(both)
}

/// Whether a table has the option `key`.
pub(crate) fn has(spec: &[OptionSpec], key: &str) -> bool {
    spec.iter().any(|option| option.name == key)
}

/// Arguments of opening with what each side may have set.
pub(crate) fn open_args(
    plugin: Option<&str>,
    extension: Option<&str>,
    limit_bytes: Option<u64>,
) -> OpenArgs {
    let mut args = OpenArgs::new();
    if let Some(plugin) = plugin {
        args = args.plugin(plugin);
    }
    if let Some(extension) = extension {
        args = args.extension(extension);
    }
    if let Some(bytes) = limit_bytes {
        args = args.limits(imageio::Limits::new().bytes(bytes));
    }
    args
}

fn unknown(key: &str, readers: &[&PluginInfo], writer: &PluginInfo) -> Error {
    let names = |spec: &[OptionSpec]| match spec {
        [] => "none".to_owned(),
        _ => spec
            .iter()
            .map(|option| option.name)
            .collect::<Vec<_>>()
            .join(", "),
    };
    let reading = readers.first().map_or_else(String::new, |reader| {
        let taken = names(reader.read_spec());
        format!("; reading with {} takes {taken}", reader.name())
    });
    let writing = names(writer.write_spec());
    Error::bad_option(format!(
        "unknown option `{key}`{reading}; writing with {} takes {writing}",
        writer.name()
    ))
}
