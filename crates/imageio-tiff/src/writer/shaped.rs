//! The description that tells the shape of an array, in JSON as tifffile writes it.

use imageio_core::{Metadata, Value};

/// `{"shape": [2, 3, 4]}`, with axes and what else there is to say.
pub(super) fn description(shape: &[usize], axes: Option<&str>, metadata: &Metadata) -> String {
    let mut text = format!("{{\"shape\": {shape:?}");
    let axes = axes.filter(|axes| axes.len() == shape.len());
    let mut add = |key: &str, value: &Value| {
        let key = Value::from(key).to_json();
        text.extend([", ", &key, ": ", &value.to_json()]);
    };
    if let Some(axes) = axes {
        add("axes", &Value::from(axes));
    }
    for (key, value) in metadata.iter() {
        if key != "shape" && (key != "axes" || axes.is_none()) {
            add(key, value);
        }
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_json() {
        assert_eq!(
            description(&[256, 256, 3], Some("YXS"), &Metadata::new()),
            r#"{"shape": [256, 256, 3], "axes": "YXS"}"#
        );
    }
}
