//! Options of opening and of reading.

use imageio_core::{
    ErrorKind, Index, OpenArgs, Options, PluginOptions, Registry, Request, Value, imopen_in,
};
use imageio_tiff::{PLUGIN, TiffReadOptions, TiffReader};

use crate::support::{bytes, read};

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.add_plugin(&PLUGIN).expect("one card");
    registry
}

// checklist: E-105
#[test]
fn options_of_reading_have_pythons_names_and_defaults() {
    let of = |name: &str| {
        let mut spec = TiffReadOptions::SPEC.iter();
        spec.find(|option| option.name == name)
            .map(imageio_core::OptionSpec::default)
    };
    assert_eq!(of("offset"), Some(Value::Null));
    assert_eq!(of("size"), Some(Value::Null));
    assert_eq!(of("multifile"), Some(Value::Bool(true)));
    assert_eq!(of("multifile_close"), Some(Value::Bool(true)));
    let opening = PLUGIN.open_spec().iter().map(|option| option.name);
    let opening: Vec<&str> = opening.collect();
    for name in ["offset", "size", "multifile", "multifile_close"] {
        assert!(opening.contains(&name), "{name}");
    }
}

/// A TIFF file between other bytes: what is before it, and all of them.
fn embedded() -> (u64, u64, Vec<u8>) {
    let (before, file) = ([0xaa; 37], bytes("pages_3.tif"));
    let len = file.len() as u64;
    (37, len, [&before[..], &file, &[0xbb; 99]].concat())
}

// checklist: E-105
#[test]
fn a_file_inside_another_is_read_from_its_offset() {
    let expected = read("pages_3.tif", 0).unwrap();
    let (offset, size, all) = embedded();
    for size in [None, Some(size)] {
        let options = TiffReadOptions::new().offset(offset).size(size);
        let mut reader = TiffReader::open_with(all.clone(), &options).unwrap();
        assert_eq!(reader.read(Index::Default, &options).unwrap(), expected);
    }
    let cut = TiffReadOptions::new().offset(offset).size(size / 2);
    let pages = TiffReader::open_with(all.clone(), &cut).map(|mut reader| reader.n_pages());
    assert_ne!(pages.ok(), Some(3));
    let outcome = TiffReader::open_with(all.clone(), &cut)
        .and_then(|mut reader| reader.read(Index::Default, &cut));
    let inside = outcome.map(|image| image.shape().to_vec());
    assert_ne!(inside.ok(), Some(vec![3, 5, 7]));
    let error = TiffReader::open(all).err().expect("other bytes before it");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
}

// checklist: E-105
#[test]
fn options_of_opening_hold_for_every_call() {
    let expected = read("pages_3.tif", 0).unwrap();
    let (offset, _, all) = embedded();
    let args = OpenArgs::new()
        .plugin("TIFF")
        .options(Options::new().set("offset", offset));
    let mut resource = imopen_in(&registry(), all, args).unwrap();
    assert_eq!(resource.read(0, &Options::new()).unwrap(), expected);
    assert_eq!(
        resource.properties(0, &Options::new()).unwrap().shape,
        [3, 5, 7]
    );
    let error = resource
        .read(0, &Options::new().set("offset", 0))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    assert_eq!(resource.read(0, &Options::new()).unwrap(), expected);
}

// checklist: E-105
#[test]
fn unknown_options_are_refused_by_name() {
    let request = Request::from(bytes("pages_3.tif"));
    let args = OpenArgs::new()
        .plugin("TIFF")
        .options(Options::new().set("offest", 0));
    let error = imopen_in(&registry(), request, args).expect_err("an unknown option");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.to_string().contains("offest"), "{error}");
}

// checklist: E-102
#[test]
fn other_files_are_left_to_other_plugins_and_stay_readable() {
    let png = b"\x89PNG\r\n\x1a\n and more".to_vec();
    let request = Request::from(png.clone());
    let error = TiffReader::open(request.clone())
        .err()
        .expect("no TIFF file");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    assert_eq!(&request.read_all().unwrap()[..], &png[..]);
}
