//! Options: one struct per plugin and direction, with a typed and a string-keyed door.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::value::Value;

mod accept;
mod define;
mod lift;

pub use accept::IntoOption;
pub use lift::OptionValue;

/// What a caller wants of a plugin: values by name, or one typed struct, or both.
///
/// # Examples
/// ```
/// use imageio_core::{Options, plugin_options};
/// plugin_options! {
///     /// What reading a toy takes.
///     pub struct ToyReadOptions {
///         /// Page to read. Default: `None`, the first.
///         page: Option<usize> = None,
///         /// Refuse odd files. Default: `false`.
///         strict: bool = false,
///     }
/// }
/// let from_text: ToyReadOptions = Options::new().set("page", 2).set("strict", "true").parse()?;
/// let typed: ToyReadOptions = Options::from(ToyReadOptions::new().page(2).strict(true)).parse()?;
/// assert_eq!(from_text, typed);
/// let error = Options::new().set("pgae", 2).parse::<ToyReadOptions>().unwrap_err();
/// assert_eq!(error.message(), "unknown option `pgae`, did you mean `page`? there are `page`, `strict`");
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Options {
    values: BTreeMap<String, Value>,
    typed: Option<Typed>,
}

#[derive(Clone)]
struct Typed {
    id: TypeId,
    name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
}

impl Options {
    /// No options.
    pub const fn new() -> Self {
        Options {
            values: BTreeMap::new(),
            typed: None,
        }
    }

    /// Sets `key`, over a value that the typed struct or an earlier call gave.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.values.insert(key.into(), value.into());
        self
    }

    /// Gives the value that was set as `from` to `to`, for a plugin that has another name for it.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        if let Some(value) = self.values.remove(from) {
            self.values.insert(to.to_owned(), value);
        }
        self
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.typed.is_none()
    }

    /// The value of `key`, where it was set by name.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Names and values that were set by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The struct that a plugin works with.
    ///
    /// # Errors
    /// `BadOption` for an unknown or ill-typed key, and for the typed options of another plugin.
    pub fn parse<T: PluginOptions>(&self) -> Result<T> {
        self.parse_over(&T::default())
    }

    /// The struct that a plugin works with, where what is not asked for here comes from `base`.
    ///
    /// A typed struct replaces `base` as a whole. For options of a call over those of opening.
    pub fn parse_over<T: PluginOptions>(&self, base: &T) -> Result<T> {
        let mut parsed = match &self.typed {
            None => base.clone(),
            Some(typed) => typed.value.downcast_ref::<T>().cloned().ok_or_else(|| {
                Error::bad_option(format!(
                    "options of type `{}` given where `{}` is taken",
                    typed.name,
                    T::NAME
                ))
            })?,
        };
        for (key, value) in &self.values {
            let known = parsed
                .set_by_name(key, value)
                .map_err(|error| error.at(format_args!("option `{key}`")))?;
            if !known {
                return Err(unknown_key(key, T::SPEC));
            }
        }
        Ok(parsed)
    }

    /// The type of the typed struct, which tells whose options they are.
    pub(crate) fn typed_id(&self) -> Option<(TypeId, &'static str)> {
        self.typed.as_ref().map(|typed| (typed.id, typed.name))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("typed", &self.typed.as_ref().map(|typed| typed.name))
            .field("values", &self.values)
            .finish()
    }
}

impl<T: PluginOptions> From<T> for Options {
    /// Keeps the struct as it is; parsing gives it back.
    fn from(options: T) -> Self {
        let typed = Typed {
            id: TypeId::of::<T>(),
            name: T::NAME,
            value: Arc::new(options),
        };
        Options {
            values: BTreeMap::new(),
            typed: Some(typed),
        }
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Options {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        items
            .into_iter()
            .fold(Options::new(), |options, (key, value)| {
                options.set(key, value)
            })
    }
}

/// The options of one plugin for one direction; written by [`plugin_options!`](crate::plugin_options).
pub trait PluginOptions: Clone + Default + fmt::Debug + Send + Sync + 'static {
    /// Name of the type, for messages.
    const NAME: &'static str;

    /// One row for each option.
    const SPEC: &'static [OptionSpec];

    /// Sets the option called `key`; `false` when there is none.
    fn set_by_name(&mut self, key: &str, value: &Value) -> Result<bool>;
}

/// What is known about one option.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OptionSpec {
    /// Python's name.
    pub name: &'static str,
    /// What it does, ending in its default.
    pub doc: &'static str,
    type_name: fn() -> String,
    default: fn() -> Value,
}

impl OptionSpec {
    /// A row of the table; `plugin_options!` calls this.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        type_name: fn() -> String,
        default: fn() -> Value,
    ) -> Self {
        OptionSpec {
            name: define::plain_name(name),
            doc,
            type_name,
            default,
        }
    }

    /// The type that values are read as, in words.
    pub fn type_name(&self) -> String {
        (self.type_name)()
    }

    /// The default.
    pub fn default(&self) -> Value {
        (self.default)()
    }
}

crate::plugin_options! {
    /// No options at all.
    pub struct NoOptions {}
}

fn unknown_key(key: &str, spec: &[OptionSpec]) -> Error {
    let names: Vec<String> = spec
        .iter()
        .map(|option| format!("`{}`", option.name))
        .collect();
    let near = spec
        .iter()
        .map(|option| option.name)
        .min_by_key(|name| distance(key, name));
    let hint = near
        .filter(|name| distance(key, name) <= 2)
        .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
    let known = if names.is_empty() {
        "no options are taken".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    let stop = if hint.is_empty() { ", " } else { " " };
    Error::bad_option(format!("unknown option `{key}`{hint}{stop}{known}"))
}

/// Number of single-letter edits between two short names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replace = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    crate::option_enum! {
        /// How hard to try.
        enum Effort {
            /// Little.
            Low = "low",
            /// Much.
            High = "high",
        }
    }

    crate::plugin_options! {
        /// What reading a test takes.
        struct TestReadOptions {
            /// How often. Default: `None`.
            r#loop: Option<u32> = None,
            /// A small number. Default: `3`.
            small: u8 = 3,
            /// Delays. Default: none.
            durations: Vec<f64> = Vec::new(),
            /// Effort. Default: `low`.
            effort: Effort = Effort::Low,
        }
        /// What writing a test takes.
        struct TestWriteOptions {}
    }

    fn message(options: &Options) -> String {
        let error = options.parse::<TestReadOptions>().expect_err("bad option");
        assert_eq!(error.kind(), ErrorKind::BadOption);
        error.message().to_owned()
    }

    // checklist: G-001, G-031
    #[test]
    fn text_is_lifted_to_the_type() {
        let parsed: TestReadOptions = Options::new()
            .set("loop", " 4 ")
            .set("small", 7)
            .set("durations", "[1, 2.5]")
            .set("effort", "HIGH")
            .parse()
            .expect("good options");
        assert_eq!(
            parsed,
            TestReadOptions::new()
                .r#loop(4)
                .small(7)
                .durations([1.0, 2.5])
                .effort(Effort::High)
        );
        let one: TestReadOptions = Options::new()
            .set("durations", 5)
            .set("loop", "none")
            .parse()
            .expect("good options");
        assert_eq!((one.durations, one.r#loop), (vec![5.0], None));
    }

    // checklist: G-031
    #[test]
    fn ill_typed_values_name_key_and_value() {
        assert_eq!(
            message(&Options::new().set("small", 300)),
            "option `small`: 300 does not fit an int from 0 to 255"
        );
        assert_eq!(
            message(&Options::new().set("small", "1_0")),
            "option `small`: expected int, got \"1_0\""
        );
        assert_eq!(
            message(&Options::new().set("effort", "mid")),
            "option `effort`: \"mid\" is none of `low`, `high`"
        );
        assert_eq!(
            message(&Options::new().set("loop", true)),
            "option `loop`: expected int, got bool true"
        );
    }

    #[test]
    fn typed_options_of_another_kind_are_refused() {
        let options = Options::from(TestWriteOptions::new());
        assert_eq!(
            message(&options),
            "options of type `TestWriteOptions` given where `TestReadOptions` is taken"
        );
        let error = Options::new()
            .set("x", 1)
            .parse::<TestWriteOptions>()
            .expect_err("none taken");
        assert_eq!(error.message(), "unknown option `x`, no options are taken");
    }

    #[test]
    fn a_named_value_wins_over_the_struct() {
        let options = Options::from(TestReadOptions::new().small(9).r#loop(1)).set("small", 5);
        let parsed: TestReadOptions = options.parse().expect("good options");
        assert_eq!((parsed.small, parsed.r#loop), (5, Some(1)));
    }

    #[test]
    fn the_table_has_names_types_and_defaults() {
        let rows: Vec<String> = TestReadOptions::SPEC
            .iter()
            .map(|row| {
                format!(
                    "{} {} {} {}",
                    row.name,
                    row.type_name(),
                    row.default(),
                    row.doc.trim()
                )
            })
            .collect();
        assert_eq!(rows[0], "loop int or none none How often. Default: `None`.");
        assert_eq!(rows[3], "effort low|high low Effort. Default: `low`.");
    }
}
