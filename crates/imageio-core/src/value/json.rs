//! Values as JSON, with a tag where JSON lacks the type.

use std::fmt::Write as _;

use super::Value;
use crate::image::NdImage;
use crate::metadata::Metadata;

impl Value {
    /// The value as JSON text.
    ///
    /// JSON's own types stand for themselves and a date is an ISO 8601 string. The rest is tagged:
    /// `{"$bytes": "<base64>"}`, `{"$rational": [1, 3]}`, `{"$float": "nan"}`,
    /// `{"$array": {"dtype": …, "shape": …, "data": "<base64>"}}`, the array's data little-endian.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_value(self, &mut out);
        out
    }
}

impl Metadata {
    /// The map as a JSON object, in its own order; see [`Value::to_json`].
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_map(self, &mut out);
        out
    }
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => write_display(value, out),
        Value::Float(value) if value.is_finite() => write_debug(value, out),
        Value::Float(value) => tagged("float", out, |out| {
            write_string(&value.to_string().to_lowercase(), out);
        }),
        Value::Rational(value) => tagged("rational", out, |out| {
            write_display(
                format_args!("[{}, {}]", value.numerator, value.denominator),
                out,
            );
        }),
        Value::Str(value) => write_string(value, out),
        Value::Bytes(value) => tagged("bytes", out, |out| write_base64(value, out)),
        Value::List(values) => write_list(values, out),
        Value::Map(map) => write_map(map, out),
        Value::DateTime(value) => write_string(&value.to_string(), out),
        Value::Array(value) => tagged("array", out, |out| write_array(value, out)),
    }
}

fn tagged(tag: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    write_display(format_args!("{{\"${tag}\": "), out);
    content(out);
    out.push('}');
}

fn write_list(values: &[Value], out: &mut String) {
    out.push('[');
    for (i, value) in values.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        write_value(value, out);
    }
    out.push(']');
}

fn write_map(map: &Metadata, out: &mut String) {
    out.push('{');
    for (i, (key, value)) in map.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        write_string(key, out);
        out.push_str(": ");
        write_value(value, out);
    }
    out.push('}');
}

fn write_array(image: &NdImage, out: &mut String) {
    write_display(
        format_args!(
            "{{\"dtype\": \"{}\", \"shape\": {:?}, \"data\": ",
            image.dtype(),
            image.shape()
        ),
        out,
    );
    let mut bytes = image.as_bytes().into_owned();
    if cfg!(target_endian = "big") {
        let part = if image.dtype().is_complex() {
            image.dtype().size() / 2
        } else {
            image.dtype().size()
        };
        bytes.chunks_mut(part).for_each(<[u8]>::reverse);
    }
    write_base64(&bytes, out);
    out.push('}');
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => write_display(format_args!("\\u{:04x}", u32::from(c)), out),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// RFC 4648 section 4, in quotes.
fn write_base64(bytes: &[u8], out: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.push('"');
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0u32, |bits, (i, &byte)| {
            bits | u32::from(byte) << (16 - 8 * i)
        });
        for i in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out.push('"');
}

// Writing to a `String` cannot fail.
fn write_display(value: impl std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

fn write_debug(value: impl std::fmt::Debug, out: &mut String) {
    let _ = write!(out, "{value:?}");
}

#[cfg(test)]
mod tests {
    use crate::{Metadata, NdImage, Rational, Value};

    fn parsed(value: impl Into<Value>) -> serde_json::Value {
        serde_json::from_str(&value.into().to_json()).expect("valid JSON")
    }

    // checklist: G-034
    #[test]
    fn every_type_becomes_valid_json_with_its_meaning() {
        assert_eq!(parsed(Value::Null), serde_json::json!(null));
        assert_eq!(parsed(u64::MAX), serde_json::json!(u64::MAX));
        assert_eq!(parsed(1e300), serde_json::json!(1e300));
        assert_eq!(parsed(2.0), serde_json::json!(2.0));
        assert_eq!(parsed(f64::NAN), serde_json::json!({"$float": "nan"}));
        assert_eq!(
            parsed(f64::NEG_INFINITY),
            serde_json::json!({"$float": "-inf"})
        );
        assert_eq!(parsed("a\"\\\u{1}\n√"), serde_json::json!("a\"\\\u{1}\n√"));
        assert_eq!(
            parsed(b"GIF89a".to_vec()),
            serde_json::json!({"$bytes": "R0lGODlh"})
        );
        assert_eq!(
            parsed(b"ab".to_vec()),
            serde_json::json!({"$bytes": "YWI="})
        );
        assert_eq!(parsed(b"a".to_vec()), serde_json::json!({"$bytes": "YQ=="}));
        assert_eq!(
            parsed(Rational::new(1, 3)),
            serde_json::json!({"$rational": [1, 3]})
        );
        assert_eq!(parsed([1, 2]), serde_json::json!([1, 2]));
        let array = NdImage::from_vec(&[2], vec![1u16, 256]).expect("two elements");
        assert_eq!(
            parsed(array),
            serde_json::json!({"$array": {"dtype": "uint16", "shape": [2], "data": "AQAAAQ=="}})
        );
        let mut map = Metadata::new();
        map.insert("z", 1);
        map.insert("a", Value::Null);
        assert_eq!(map.to_json(), r#"{"z": 1, "a": null}"#);
    }
}
