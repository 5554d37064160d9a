//! From a dynamic value to the type of an option, text included.

use crate::error::{Error, Result};
use crate::value::Value;

/// A type that an option can have.
pub trait OptionValue: Sized {
    /// The type in words, for tables.
    fn type_name() -> String;

    /// Reads a value; text is read as the type that is wanted.
    ///
    /// # Errors
    /// `BadOption` with what was expected and what came.
    fn from_value(value: &Value) -> Result<Self>;

    /// The value that reads back as this one.
    fn to_value(&self) -> Value;
}

macro_rules! int_option {
    ($($type:ty),*) => {$(
        impl OptionValue for $type {
            fn type_name() -> String {
                "int".to_owned()
            }

            fn from_value(value: &Value) -> Result<Self> {
                let wide = match value {
                    Value::Int(value) => *value,
                    Value::Str(text) => text.trim().parse().map_err(|_| expected("int", value))?,
                    _ => return Err(expected("int", value)),
                };
                <$type>::try_from(wide).map_err(|_| {
                    Error::bad_option(format!("{wide} does not fit an int from {} to {}", <$type>::MIN, <$type>::MAX))
                })
            }

            fn to_value(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}
int_option!(u8, u16, u32, u64, usize, i8, i16, i32, i64);

macro_rules! float_option {
    ($($type:ty),*) => {$(
        impl OptionValue for $type {
            fn type_name() -> String {
                "float".to_owned()
            }

            fn from_value(value: &Value) -> Result<Self> {
                match value {
                    Value::Str(text) => text.trim().parse().map_err(|_| expected("float", value)),
                    _ => value.as_f64().map(|number| number as $type).ok_or_else(|| expected("float", value)),
                }
            }

            fn to_value(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}
float_option!(f32, f64);

impl OptionValue for bool {
    fn type_name() -> String {
        "bool".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            Value::Str(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Ok(true),
                "false" | "no" | "off" | "0" => Ok(false),
                _ => Err(expected("bool", value)),
            },
            _ => Err(expected("bool", value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl OptionValue for String {
    fn type_name() -> String {
        "str".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Str(text) => Ok(text.clone()),
            // A shell's `--option name=5` arrives as text; a program may write the number.
            Value::Int(number) => Ok(number.to_string()),
            _ => Err(expected("str", value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl OptionValue for Value {
    fn type_name() -> String {
        "any".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        Ok(value.clone())
    }

    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    fn type_name() -> String {
        format!("{} or none", T::type_name())
    }

    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            Value::Str(text) if text.trim().eq_ignore_ascii_case("none") => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: OptionValue> OptionValue for Vec<T> {
    fn type_name() -> String {
        format!("list of {}", T::type_name())
    }

    /// A single value is a list of one; text is split at commas, brackets around it do not count.
    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Null => Ok(Vec::new()),
            Value::List(values) => values.iter().map(T::from_value).collect(),
            Value::Bytes(bytes) => bytes
                .iter()
                .map(|&byte| T::from_value(&Value::from(byte)))
                .collect(),
            Value::Str(text) => {
                let inner = text
                    .trim()
                    .trim_start_matches(['[', '('])
                    .trim_end_matches([']', ')'])
                    .trim();
                let parts = inner
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                parts
                    .map(|part| T::from_value(&Value::from(part)))
                    .collect()
            }
            single => Ok(vec![T::from_value(single)?]),
        }
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }
}

fn expected(what: &str, value: &Value) -> Error {
    let got = match value {
        Value::Str(text) => format!("{text:?}"),
        Value::Bytes(_) | Value::Array(_) | Value::List(_) | Value::Map(_) => {
            value.type_name().to_owned()
        }
        other => format!("{} {other}", other.type_name()),
    };
    Error::bad_option(format!("expected {what}, got {got}"))
}
