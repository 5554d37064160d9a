//! JSON text as metadata, nested and typed.

use imageio_core::{Error, Limits, Metadata, Result, Value};

/// What a parsed text may take for each of its bytes: `[[],[],` needs about thirty times its length.
const EXPANSION: u64 = 40;

/// Parses `text` inside the budget; `what` names it in errors.
pub(crate) fn parse(limits: &Limits, text: &[u8], what: &str) -> Result<serde_json::Value> {
    let _claim = limits.claim(text.len() as u64 * EXPANSION, what)?;
    serde_json::from_slice(text).map_err(|error| Error::corrupt(format!("{what}: {error}")))
}

/// The same value in the terms of ImageIO.
pub(crate) fn to_value(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => value.into(),
        serde_json::Value::Number(value) => number(&value),
        serde_json::Value::String(value) => value.into(),
        serde_json::Value::Array(values) => {
            values.into_iter().map(to_value).collect::<Vec<_>>().into()
        }
        serde_json::Value::Object(map) => to_metadata(map).into(),
    }
}

/// The same map in the terms of ImageIO.
pub(crate) fn to_metadata(map: serde_json::Map<String, serde_json::Value>) -> Metadata {
    map.into_iter()
        .map(|(key, value)| (key, to_value(value)))
        .collect()
}

fn number(number: &serde_json::Number) -> Value {
    match (number.as_i128(), number.as_f64()) {
        (Some(whole), _) => whole.into(),
        (None, float) => float.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_order_are_kept() {
        let text = br#"{"z": [1, -2.5, 1e3, true, null, "x"], "a": {"b": 18446744073709551615}}"#;
        let parsed = parse(&Limits::new(), text, "a text").expect("valid JSON");
        assert_eq!(
            to_value(parsed).to_string(),
            "{z: [1, -2.5, 1000, true, none, x], a: {b: 18446744073709551615}}"
        );
    }

    #[test]
    fn nesting_and_size_are_bounded() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        let error = parse(&Limits::new(), &deep, "a text").expect_err("too deep");
        assert!(error.message().contains("recursion limit"), "{error}");
        let error = parse(
            &Limits::new().bytes(1000),
            b"[1,2,3,4,5,6,7,8,9,10,11,12]",
            "a text",
        );
        assert_eq!(
            error.expect_err("too large").kind(),
            imageio_core::ErrorKind::LimitExceeded
        );
    }
}
