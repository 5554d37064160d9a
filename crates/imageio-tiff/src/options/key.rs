//! Which pages to read, as Python's `key`.

use imageio_core::{Error, OptionValue, Result, Value};

/// Pages that are asked for by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// One page, without an axis for it.
    Page(usize),
    /// Several pages, stacked along a new first axis.
    Pages(Vec<usize>),
    /// The pages from `start` up to before `stop`, each `step`, stacked.
    Slice {
        /// The first page.
        start: usize,
        /// The page after the last; nothing for all that follow.
        stop: Option<usize>,
        /// From one page to the next, 1 or more.
        step: usize,
    },
}

impl Key {
    /// The pages that are meant where there are `count`.
    pub(crate) fn pages(&self, count: usize) -> Vec<usize> {
        match self {
            Key::Page(page) => vec![*page],
            Key::Pages(pages) => pages.clone(),
            Key::Slice { start, stop, step } => {
                let stop = stop.map_or(count, |stop| stop.min(count));
                (*start..stop).step_by((*step).max(1)).collect()
            }
        }
    }
}

impl OptionValue for Key {
    fn type_name() -> String {
        "int, list of int, or start:stop:step".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        match value {
            Value::Str(text) if text.contains(':') => slice(text),
            Value::Str(text) if text.contains(',') => Vec::from_value(value).map(Key::Pages),
            Value::List(_) => Vec::from_value(value).map(Key::Pages),
            _ => usize::from_value(value).map(Key::Page),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Key::Page(page) => Value::from(*page),
            Key::Pages(pages) => pages.to_value(),
            Key::Slice { start, stop, step } => {
                let stop = stop.map_or_else(String::new, |stop| stop.to_string());
                Value::from(format!("{start}:{stop}:{step}"))
            }
        }
    }
}

fn slice(text: &str) -> Result<Key> {
    let bad = || Error::bad_option(format!("{text:?} is no `start:stop:step`"));
    let mut parts = text.split(':').map(|part| match part.trim() {
        "" => Ok(None),
        part => part.parse().map(Some).map_err(|_| bad()),
    });
    let mut next = || parts.next().transpose().map(Option::flatten);
    let (start, stop, step): (Option<usize>, _, _) = (next()?, next()?, next()?);
    if parts.next().is_some() || step == Some(0) {
        return Err(bad());
    }
    Ok(Key::Slice {
        start: start.unwrap_or(0),
        stop,
        step: step.unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: impl Into<Value>) -> Option<Key> {
        Key::from_value(&value.into()).ok()
    }

    #[test]
    fn keys_are_numbers_lists_and_slices() {
        assert_eq!(key(3), Some(Key::Page(3)));
        assert_eq!(key("3"), Some(Key::Page(3)));
        assert_eq!(
            key([Value::from(2), Value::from(0)]),
            Some(Key::Pages(vec![2, 0]))
        );
        assert_eq!(key("2,0"), Some(Key::Pages(vec![2, 0])));
        let pages = |text: &str| key(text).map(|key| key.pages(10));
        assert_eq!(pages("1:8:3"), Some(vec![1, 4, 7]));
        assert_eq!(pages("8:"), Some(vec![8, 9]));
        assert_eq!(pages(":2"), Some(vec![0, 1]));
        for bad in ["1:2:0", "1:2:3:4", "a:", "x"] {
            assert_eq!(key(bad), None);
        }
    }

    #[test]
    fn keys_come_back_from_their_value() {
        for it in [
            Key::Page(1),
            Key::Pages(vec![1, 2]),
            Key::Slice {
                start: 1,
                stop: None,
                step: 2,
            },
        ] {
            assert_eq!(Key::from_value(&it.to_value()).ok(), Some(it));
        }
    }
}
