//! How far the reading of many files has come, for those who want to know.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use imageio_core::{Error, OptionValue, Result, Value};

/// Something that shows progress. Messages never hold what a data set says.
pub trait ProgressIndicator: Send + Sync {
    /// A task begins: what it does, what is counted, and up to where.
    fn start(&self, action: &str, unit: &str, max: usize);

    /// So much is done.
    fn set_progress(&self, done: usize);

    /// Something else to say.
    fn write(&self, message: &str);

    /// The task is done.
    fn finish(&self, message: &str);
}

/// Who is told how far reading has come.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Progress {
    /// Nobody.
    #[default]
    Silent,
    /// Whoever sees standard output.
    Standard,
    /// An object of the caller's.
    Custom(Arc<dyn ProgressIndicator>),
}

impl Progress {
    /// An object of the caller's.
    pub fn custom(indicator: impl ProgressIndicator + 'static) -> Self {
        Progress::Custom(Arc::new(indicator))
    }

    pub(crate) fn start(&self, action: &str, unit: &str, max: usize) {
        match self {
            Progress::Silent => {}
            Progress::Standard => say(&format!("Reading DICOM: {action} ({max} {unit})")),
            Progress::Custom(indicator) => indicator.start(action, unit, max),
        }
    }

    pub(crate) fn set(&self, done: usize) {
        if let Progress::Custom(indicator) = self {
            indicator.set_progress(done);
        }
    }

    pub(crate) fn write(&self, message: &str) {
        match self {
            Progress::Silent => {}
            Progress::Standard => say(message),
            Progress::Custom(indicator) => indicator.write(message),
        }
    }

    pub(crate) fn finish(&self, message: &str) {
        match self {
            Progress::Silent => {}
            Progress::Standard if message.is_empty() => {}
            Progress::Standard => say(message),
            Progress::Custom(indicator) => indicator.finish(message),
        }
    }
}

/// Writes a line; a closed output is no reason to stop reading.
fn say(line: &str) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

impl PartialEq for Progress {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Progress::Silent, Progress::Silent) | (Progress::Standard, Progress::Standard) => true,
            (Progress::Custom(a), Progress::Custom(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Progress::Silent => "Silent",
            Progress::Standard => "Standard",
            Progress::Custom(_) => "Custom",
        })
    }
}

impl OptionValue for Progress {
    fn type_name() -> String {
        "bool or none".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        if *value == Value::Null {
            return Ok(Progress::Silent);
        }
        let told = match value {
            // A number is none of what Python takes, though it could be read as one.
            Value::Int(_) => None,
            Value::Str(text) if text.trim().eq_ignore_ascii_case("none") => Some(false),
            _ => bool::from_value(value).ok(),
        };
        match told {
            Some(true) => Ok(Progress::Standard),
            Some(false) => Ok(Progress::Silent),
            None => Err(Error::bad_option(format!(
                "invalid value for progress: {value}"
            ))),
        }
    }

    fn to_value(&self) -> Value {
        (*self != Progress::Silent).into()
    }
}
