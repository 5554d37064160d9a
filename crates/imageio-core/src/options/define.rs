//! The macros that define options once.

/// A field name without the `r#` that a keyword needs (`r#loop`).
pub(super) const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Defines the options of a plugin: struct, defaults, setters, table and parsing, from one list.
///
/// Fields are as visible as the struct, to read; setters are chained; the struct can grow without breaking callers.
/// See [`Options`](crate::Options) for an example.
#[macro_export]
macro_rules! plugin_options {
    ($(
        $(#[doc = $doc:literal])*
        $vis:vis struct $Name:ident {
            $( $(#[doc = $field_doc:literal])* $field:ident : $type:ty = $default:expr ),* $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $vis struct $Name {
            $( $(#[doc = $field_doc])* $vis $field: $type, )*
        }

        impl Default for $Name {
            fn default() -> Self {
                $Name { $($field: $default),* }
            }
        }

        impl $Name {
            /// Every option at its default.
            $vis fn new() -> Self {
                Self::default()
            }

            $(
                $(#[doc = $field_doc])*
                $vis fn $field(mut self, value: impl $crate::IntoOption<$type>) -> Self {
                    self.$field = $crate::IntoOption::into_option(value);
                    self
                }
            )*
        }

        impl $crate::PluginOptions for $Name {
            const NAME: &'static str = stringify!($Name);
            const SPEC: &'static [$crate::OptionSpec] = &[$(
                $crate::OptionSpec::new(
                    stringify!($field),
                    concat!($($field_doc),*),
                    <$type as $crate::OptionValue>::type_name,
                    || { let default: $type = $default; $crate::OptionValue::to_value(&default) },
                ),
            )*];

            fn set_by_name(&mut self, key: &str, value: &$crate::Value) -> $crate::Result<bool> {
                let _ = value;
                $(
                    if stringify!($field).trim_start_matches("r#") == key {
                        self.$field = $crate::OptionValue::from_value(value)?;
                        return Ok(true);
                    }
                )*
                let _ = key;
                Ok(false)
            }
        }
    )+};
}

/// Defines a closed choice that an option can have, each with its name.
#[macro_export]
macro_rules! option_enum {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $Name:ident {
            $( $(#[doc = $variant_doc:literal])* $Variant:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        $vis enum $Name {
            $( $(#[doc = $variant_doc])* $Variant, )+
        }

        impl $crate::OptionValue for $Name {
            fn type_name() -> String {
                [$($text),+].join("|")
            }

            fn from_value(value: &$crate::Value) -> $crate::Result<Self> {
                let text = <String as $crate::OptionValue>::from_value(value)?;
                // The exact name first: two names may differ in case alone.
                $(
                    if text.trim() == $text {
                        return Ok($Name::$Variant);
                    }
                )+
                $(
                    if text.trim().eq_ignore_ascii_case($text) {
                        return Ok($Name::$Variant);
                    }
                )+
                let known = concat!($("`", $text, "`, "),+);
                Err($crate::Error::bad_option(format!("{text:?} is none of {}", known.trim_end_matches(", "))))
            }

            fn to_value(&self) -> $crate::Value {
                $crate::Value::from(match self {
                    $($Name::$Variant => $text,)+
                })
            }
        }
    };
}
