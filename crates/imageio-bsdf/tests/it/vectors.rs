//! Files byte by byte as the reference writes them.

use imageio_core::{Images, Metadata, NdImage, Options, Value};

use crate::support::{hex, plain, written};

fn six() -> NdImage {
    NdImage::from_vec(&[2, 3], vec![0u8, 1, 2, 3, 4, 5]).expect("six")
}

const SINGLE: &str = "4253444602014d07696d6167653264020561727261794d076e646172726179030573686170656c02680200680300\
    056474797065730575696e743804646174616206060600000100000102030405046d6574616d00";

// checklist: E-313, E-314, E-318, E-322, E-323, E-327, E-329
#[test]
fn one_image_as_it_is() {
    let bytes = written(Images::from(&six()), &plain(), "wi").expect("an image");
    assert_eq!((bytes.len(), bytes), (85, hex(SINGLE)));
}

// checklist: E-318
#[test]
fn lengths_above_250_take_eight_bytes_more() {
    for (len, code) in [
        (250, "fa"),
        (251, "fdfb00000000000000"),
        (252, "fdfc00000000000000"),
    ] {
        let meta = Metadata::from_iter([("a", "x".repeat(len))]);
        let bytes = written(Images::single(&six()).metadata([meta]), &plain(), "wi");
        let bytes = bytes.expect("an image");
        let expected = [b"\x01as", hex(code).as_slice(), b"xxx"].concat();
        let text = &bytes[bytes.len() - len - hex(code).len() - 3..];
        assert!(text.starts_with(&expected), "{len}");
    }
}

// checklist: E-322, E-323
#[test]
fn elements_begin_at_multiples_of_eight_behind_one_to_eight_zeros() {
    let mut seen = [false; 9];
    for n in 0..8 {
        let image = NdImage::from_vec(&[1, 6], b"pixels".to_vec()).expect("six");
        let inner = NdImage::from_vec(&[1, 6], b"inside".to_vec()).expect("six");
        let meta = Metadata::from_iter([("t", Value::from("x".repeat(n))), ("a", inner.into())]);
        let bytes = written(Images::single(&image).metadata([meta]), &plain(), "wi");
        let bytes = bytes.expect("an image");
        for wanted in [b"pixels", b"inside"] {
            let start = bytes
                .windows(6)
                .position(|part| part == wanted)
                .expect("them");
            assert_eq!(start % 8, 0);
            let zeros = bytes[..start]
                .iter()
                .rev()
                .take_while(|byte| **byte == 0)
                .count();
            let count = bytes[start - zeros - 1];
            assert_eq!(usize::from(count), zeros);
            seen[zeros] = true;
        }
    }
    assert_eq!(
        seen,
        [false, true, true, true, true, true, true, true, true]
    );
}

// checklist: E-323, E-337
#[test]
fn one_image_packed_with_zlib() {
    let expected = "4253444602014d07696d6167653264020561727261794d076e646172726179030573686170656c02680200680300\
        056474797065730575696e7438046461746162fd0e00000000000000fd0e00000000000000fd06000000000000000100\
        0078da636064626661050000290010046d6574616d00";
    let bytes = written(Images::from(&six()), &Options::new(), "wi").expect("an image");
    assert_eq!(bytes, hex(expected));
}

// checklist: E-320, E-337
#[test]
fn a_series_of_two() {
    let expected = "4253444602016cfe02000000000000004d07696d6167653264020561727261794d076e6461727261790305736861\
        70656c02680200680300056474797065730575696e743804646174616206060600000700000000000000000102030405\
        046d6574616d004d07696d6167653264020561727261794d076e646172726179030573686170656c0268020068030005\
        6474797065730575696e74380464617461620606060000020000000102030405046d6574616d00";
    for mode in ["wI", "w?"] {
        let images = [six(), six()];
        let bytes = written(Images::from(&images), &plain(), mode).expect("two images");
        assert_eq!(bytes, hex(expected));
    }
}

// checklist: E-315, E-316, E-319
#[test]
fn a_series_of_one_with_metadata() {
    let expected = "4253444602016cfe01000000000000004d07696d6167653264020561727261794d076e6461727261790305736861\
        70656c02680200680300056474797065730575696e743804646174616206060600000700000000000000000102030405\
        046d6574616d02016168010001626c0464000000000000f83f7679730178";
    let list = vec![
        Value::from(1.5),
        Value::Null,
        Value::from(true),
        Value::from("x"),
    ];
    let meta = Metadata::from_iter([("a", Value::from(1)), ("b", Value::from(list))]);
    let image = six();
    let images = Images::single(&image).metadata([meta]);
    assert_eq!(
        written(images, &plain(), "w?").expect("an image"),
        hex(expected)
    );
}

// checklist: E-338
#[test]
fn one_volume() {
    let expected = "4253444602014d07696d6167653364020561727261794d076e646172726179030573686170656c03680200680200\
        680200056474797065730675696e743136046461746162101010000005000000000000000100020003000400050006000700\
        046d6574616d00";
    let volume = NdImage::from_vec(&[2, 2, 2], (0u16..8).collect()).expect("eight");
    let bytes = written(Images::from(&volume), &plain(), "wv").expect("a volume");
    assert_eq!(bytes, hex(expected));
}
