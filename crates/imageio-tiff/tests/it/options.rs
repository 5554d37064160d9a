use imageio_core::{PluginOptions, Value};
use imageio_tiff::{PLUGIN, TiffReadOptions};

// checklist: E-105
#[test]
fn options_of_reading_have_pythons_names_and_defaults() {
    let of = |name: &str| {
        let mut spec = TiffReadOptions::SPEC.iter();
        spec.find(|option| option.name == name)
            .map(|option| option.default())
    };
    assert_eq!(of("offset"), Some(Value::Null));
    assert_eq!(of("size"), Some(Value::Null));
    assert_eq!(of("multifile"), Some(Value::Bool(true)));
    assert_eq!(of("multifile_close"), Some(Value::Bool(true)));
    assert_eq!(PLUGIN.name(), "TIFF");
}
