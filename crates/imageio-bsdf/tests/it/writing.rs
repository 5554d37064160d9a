//! What is written, what is refused, and going on with what is there.

use imageio_bsdf::{BsdfOpenOptions, BsdfReadOptions, PLUGIN};
use imageio_core::{
    DType, ErrorKind, Images, Index, Metadata, Mode, NdImage, OpenArgs, Options, Registry, Request,
    Result, Value, imopen_in,
};

use crate::support::{counted, fixtures, open, plain, reader, written};

// checklist: E-338
#[test]
fn the_mode_decides_what_an_image_is() {
    /// The mode, a shape, and what an image of this shape is called.
    type Case = (&'static str, &'static [usize], Option<&'static [u8]>);
    let cases: [Case; 14] = [
        ("wi", &[4, 5], Some(b"image2d")),
        ("wi", &[4, 5, 4], Some(b"image2d")),
        ("wi", &[4, 5, 5], None),
        ("wI", &[4, 5, 3], Some(b"image2d")),
        ("wI", &[5], None),
        ("wv", &[4, 5, 5], Some(b"image3d")),
        ("wv", &[4, 5, 5, 4], Some(b"image3d")),
        ("wv", &[4, 5], None),
        ("wV", &[4, 5, 3], Some(b"image3d")),
        ("w?", &[4, 5], Some(b"image2d")),
        ("w?", &[4, 5, 4], Some(b"image2d")),
        ("w?", &[4, 5, 5], Some(b"image3d")),
        ("w?", &[4, 5, 5, 4], Some(b"image3d")),
        ("w?", &[5], None),
    ];
    for (mode, shape, name) in cases {
        let image = counted(DType::U8, shape);
        let bytes = written(Images::single(&image), &plain(), mode);
        match (bytes, name) {
            (Ok(bytes), Some(name)) => {
                assert!(
                    bytes.windows(7).any(|part| part == name),
                    "{mode} {shape:?}"
                );
                let options = BsdfReadOptions::new();
                assert_eq!(
                    reader(bytes)
                        .read(Index::Default, &options)
                        .expect("an image"),
                    image
                );
            }
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
            (bytes, name) => panic!(
                "{mode} {shape:?}: {:?}, expected {name:?}",
                bytes.map(|b| b.len())
            ),
        }
    }
}

#[test]
fn an_array_that_is_no_image_is_a_batch() {
    let batch = counted(DType::U8, &[3, 4, 5, 6]);
    let bytes = written(Images::from(&batch), &plain(), "w?").expect("a batch");
    let mut reader = reader(bytes);
    let options = BsdfReadOptions::new();
    assert_eq!(
        reader
            .properties(Index::All, &options)
            .expect("properties")
            .n_images,
        Some(3)
    );
    assert_eq!(reader.read(Index::All, &options).expect("a stack"), batch);
}

// checklist: E-337
#[test]
fn single_modes_write_one_image() {
    for (mode, shape) in [("wi", &[2, 3][..]), ("wv", &[2, 3, 4][..])] {
        let image = counted(DType::U8, shape);
        let mode: Mode = mode.parse().expect("a mode");
        let mut target = open(Request::to_bytes(), mode, ".bsdf").expect("a target");
        target.write(&image, &Options::new()).expect("an image");
        let error = target
            .write(&image, &Options::new())
            .expect_err("a second image");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let two = [image.clone(), image];
        let mut target = open(Request::to_bytes(), mode, ".bsdf").expect("a target");
        assert!(target.write(Images::from(&two), &Options::new()).is_err());
    }
}

// checklist: E-320, E-321, E-337, F-081
#[test]
fn calls_append_and_closing_counts() {
    let mut target = open(Request::to_bytes(), Mode::WRITE, ".bsdf").expect("a target");
    let images = [
        counted(DType::U8, &[5, 4, 3]),
        counted(DType::F64, &[6, 4]),
        counted(DType::C64, &[2, 3, 4, 2]),
    ];
    for (n, image) in images.iter().enumerate() {
        let meta = Metadata::from_iter([("list", Value::List(vec![Value::Null])), ("n", n.into())]);
        let image = Images::single(image).metadata([meta]);
        target.write(image, &Options::new()).expect("an image");
    }
    let bytes = target
        .close()
        .expect("a series")
        .into_bytes()
        .unwrap_or_default();
    assert_eq!(bytes[6..16], [b'l', 254, 3, 0, 0, 0, 0, 0, 0, 0]);
    // There is no other stream: a list inside an image has its length before it.
    let count = |wanted: &[u8]| {
        bytes
            .windows(wanted.len())
            .filter(|part| *part == wanted)
            .count()
    };
    assert_eq!(
        (count(b"\x04listl\x01v"), count(b"l\xfe"), count(b"l\xff")),
        (3, 1, 0)
    );
    // The stream is the last thing in the file: its last image ends with its metadata, the name `n` and a 2.
    assert!(bytes.ends_with(b"\x04metam\x02\x04listl\x01v\x01nh\x02\x00"));
    let mut reader = reader(bytes);
    let options = BsdfReadOptions::new();
    for (n, image) in images.iter().enumerate() {
        assert_eq!(
            reader.read(Index::At(n), &options).expect("an image"),
            *image
        );
        let meta = reader.metadata(Index::At(n), &options).expect("metadata");
        assert_eq!(meta.get("n"), Some(&n.into()));
    }
}

#[test]
fn nothing_written_is_an_empty_stream() {
    let target = open(Request::to_bytes(), Mode::WRITE, ".bsdf").expect("a target");
    let bytes = target
        .close()
        .expect("a file")
        .into_bytes()
        .unwrap_or_default();
    assert_eq!(bytes, b"BSDF\x02\x01l\xfe\0\0\0\0\0\0\0\0");
}

#[test]
fn a_refused_call_writes_nothing() {
    let good = counted(DType::U8, &[2, 3]);
    let bad = counted(DType::U8, &[7]);
    let mut target = open(Request::to_bytes(), Mode::WRITE, ".bsdf").expect("a target");
    target.write(&good, &Options::new()).expect("an image");
    let mixed = [good.clone(), bad];
    assert!(target.write(Images::from(&mixed), &Options::new()).is_err());
    let meta = [Metadata::new(), Metadata::from_iter([("a b", 1)])];
    let two = [good.clone(), good.clone()];
    assert!(
        target
            .write(Images::from(&two).metadata(meta), &Options::new())
            .is_err()
    );
    let bytes = target
        .close()
        .expect("a file")
        .into_bytes()
        .unwrap_or_default();
    let options = BsdfReadOptions::new();
    let all = reader(bytes).read(Index::All, &options).expect("a stack");
    assert_eq!(all.shape(), [1, 2, 3]);
}

fn append(path: &std::path::Path, image: &NdImage) -> Result<()> {
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .options(BsdfOpenOptions::new().append(true));
    let request = Request::from(path).mode(Mode::WRITE);
    let mut target = imopen_in(&Registry::new(), request, args)?;
    target.write(image, &plain())?;
    target.close().map(drop)
}

#[test]
fn a_stream_goes_on_in_a_later_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = counted(DType::U8, &[9, 7, 3]);
    for (name, cut) in [("open", 0), ("closed", 0), ("open", 20)] {
        let path = folder.path().join("it.bsdf");
        let bytes = std::fs::read(fixtures().join(format!("bsdf/{name}.bsdf"))).expect(name);
        std::fs::write(&path, &bytes[..bytes.len() - cut]).expect("a file");
        append(&path, &image).expect(name);
        append(&path, &image).expect(name);
        let mut reader = reader(&path);
        let options = BsdfReadOptions::new();
        let kept = if cut == 0 { 3 } else { 2 };
        let known = reader.properties(Index::All, &options).expect(name);
        assert_eq!(known.n_images, Some(kept + 2), "{name}");
        assert_eq!(
            reader.read(Index::At(kept + 1), &options).expect(name),
            image
        );
        let first = reader.metadata(Index::At(1), &options).expect(name);
        assert_eq!(first.to_string(), "{n: 1}");
    }
    for (name, kind) in [
        ("bsdf/plain.bsdf", ErrorKind::Unsupported),
        ("bsdf/list.bsdf", ErrorKind::Unsupported),
    ] {
        let path = folder.path().join("other.bsdf");
        let bytes = std::fs::read(fixtures().join(name)).expect(name);
        std::fs::write(&path, &bytes).expect("a file");
        assert_eq!(append(&path, &image).expect_err(name).kind(), kind);
        assert_eq!(std::fs::read(&path).expect("the old file"), bytes);
    }
    assert!(append(&folder.path().join("missing.bsdf"), &image).is_err());
}
