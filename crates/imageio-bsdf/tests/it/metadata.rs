//! Values of every type, there and back.

use imageio_bsdf::BsdfReadOptions;
use imageio_core::{DType, DateTime, ErrorKind, Images, Index, Metadata, Options, Rational, Value};

use crate::support::{counted, plain, reader, written};

fn there_and_back(meta: Metadata, options: &Options) -> imageio_core::Result<Metadata> {
    let image = counted(DType::U8, &[2, 3]);
    let bytes = written(Images::single(&image).metadata([meta]), options, "wi")?;
    reader(bytes).metadata(Index::At(0), &BsdfReadOptions::new())
}

// checklist: E-315, E-316
#[test]
fn every_type_of_value_comes_back() {
    let nested = Metadata::from_iter([(
        "inner",
        Value::List(vec![Value::from("é"), Value::from(2.5)]),
    )]);
    let meta = Metadata::from_iter([
        ("nothing", Value::Null),
        ("yes", true.into()),
        ("no", false.into()),
        ("small", (-32768).into()),
        ("large", 32768.into()),
        ("largest", i64::MAX.into()),
        ("number", 0.1.into()),
        ("text", "x".repeat(251).into()),
        ("bytes", vec![0u8, 255].into()),
        ("long_bytes", vec![7u8; 1000].into()),
        ("array", counted(DType::F32, &[2, 2]).into()),
        ("größe", nested.into()),
        ("list", Value::List(vec![Value::Int(1); 300])),
    ]);
    for options in [
        plain(),
        Options::new(),
        Options::new().set("compression", "bz2"),
    ] {
        let back = there_and_back(meta.clone(), &options).expect("metadata");
        assert_eq!(back, meta);
    }
}

#[test]
fn what_the_format_does_not_have_is_written_as_its_nearest() {
    let time = DateTime::new(2020, 2, 3, 4, 5, 6).expect("a date");
    let meta = Metadata::from_iter([
        ("half", Value::from(Rational::new(1, 2))),
        ("at", time.into()),
    ]);
    let back = there_and_back(meta, &Options::new()).expect("metadata");
    assert_eq!(back.get("half"), Some(&Value::Float(0.5)));
    assert_eq!(back.get("at"), Some(&Value::from("2020-02-03T04:05:06")));
}

// checklist: E-319
#[test]
fn keys_that_are_no_identifiers_and_values_that_do_not_fit_are_refused() {
    for key in ["", "1a", "a b", "a-b", "a.b"] {
        let nested = Metadata::from_iter([("fine", Metadata::from_iter([(key, 1)]))]);
        for meta in [Metadata::from_iter([(key, 1)]), nested] {
            let error = there_and_back(meta, &Options::new()).expect_err(key);
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.message().contains(&format!("{key:?}")), "{error}");
        }
    }
    let large = Metadata::from_iter([("n", Value::Int(1 << 70))]);
    let error = there_and_back(large, &Options::new()).expect_err("70 bits");
    assert!(error.message().contains("does not fit 64 bits"), "{error}");
    let deep = (0..200).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    let error =
        there_and_back(Metadata::from_iter([("a", deep)]), &Options::new()).expect_err("deep");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let allowed = (0..90).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    let meta = Metadata::from_iter([("a", allowed)]);
    assert_eq!(
        there_and_back(meta.clone(), &Options::new()).expect("metadata"),
        meta
    );
}
