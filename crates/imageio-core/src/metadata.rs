//! An ordered map of values.

use std::fmt;

use indexmap::IndexMap;

use crate::value::Value;

/// What a file says about its images: values by name, in the file's order, nested where it nests.
///
/// Keys are spelt as Python ImageIO spells them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(IndexMap<String, Value>);

impl Metadata {
    /// An empty map.
    pub fn new() -> Self {
        Metadata::default()
    }

    /// Sets `key`; an older value keeps its place in the order and is given back.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The value at `path`, with a dot between nested keys: `"EXIF_MAIN.Orientation"`.
    ///
    /// A key that holds the dot itself wins.
    pub fn lookup(&self, path: &str) -> Option<&Value> {
        self.get(path).or_else(|| {
            path.match_indices('.')
                .find_map(|(at, _)| self.get(&path[..at])?.as_map()?.lookup(&path[at + 1..]))
        })
    }

    /// Takes the value of `key` out, keeping the order of the rest.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key)
    }

    /// Whether `key` is there.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Number of keys at this level.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}: {value}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        Metadata(
            items
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for Metadata {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, items: I) {
        self.0.extend(
            items
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
    }
}

impl IntoIterator for Metadata {
    type Item = (String, Value);
    type IntoIter = indexmap::map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: G-008
    #[test]
    fn keeps_order_and_finds_nested_keys() {
        let exif: Metadata = [("Orientation", 6)].into_iter().collect();
        let mut metadata = Metadata::new();
        metadata.insert("z", 1);
        metadata.insert("EXIF_MAIN", exif);
        metadata.insert("a.b", 2);
        metadata.insert("z", 3);
        assert_eq!(
            metadata.keys().collect::<Vec<_>>(),
            ["z", "EXIF_MAIN", "a.b"]
        );
        assert_eq!(
            metadata.lookup("EXIF_MAIN.Orientation"),
            Some(&Value::Int(6))
        );
        assert_eq!(metadata.lookup("a.b"), Some(&Value::Int(2)));
        assert_eq!(metadata.lookup("EXIF_MAIN.Make"), None);
        assert_eq!(
            metadata.to_string(),
            "{z: 3, EXIF_MAIN: {Orientation: 6}, a.b: 2}"
        );
    }
}
