//! Broken, cut and lying files: an error or an image, never a panic.

use imageio_core::{ErrorKind, Index, Limits, Request, Window};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};

use crate::support::{FILE, chunk, files_in, fixtures, format_of, illum_index, reference};

/// Uses everything that a file offers; gives whether all of it worked.
pub(crate) fn use_all(request: Request, format: LytroFormat) -> bool {
    let limits = Limits::new().bytes(16 << 20);
    let Ok(reader) = LytroReader::open(request.with_limits(limits), format) else {
        return false;
    };
    let options = LytroReadOptions::new();
    let known = reader.properties(Index::All, &options);
    let read = reader.read(Index::All, &options);
    if let (Ok(known), Ok(image)) = (&known, &read) {
        assert_eq!(
            (known.shape.as_slice(), known.dtype),
            (image.shape(), image.dtype())
        );
    }
    let part = reader.read_window(Index::At(0), &Window::new([0..1, 0..1]), &options);
    let metadata = reader.metadata(Index::All, &options);
    known.is_ok() && read.is_ok() && part.is_ok() && metadata.is_ok()
}

#[test]
fn every_fixture_cut_anywhere_and_with_bits_flipped() {
    let (mut tried, mut read) = (0, 0);
    for path in files_in(&fixtures().join("lytro")) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let format = format_of(&path);
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 200) {
            read += usize::from(use_all(Request::from(&bytes[..at]), format));
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            read += usize::from(use_all(Request::from(flipped), format));
            tried += 2;
        }
    }
    println!("{tried} damaged files, {read} of them read");
    assert!(tried > 3000 && read < tried);
}

#[test]
fn lies_about_size_end_in_errors() {
    let make = |metadata: &str, image: &[u8]| {
        let parts = [
            FILE.to_vec(),
            chunk(b'C', &reference(1), metadata.as_bytes()),
            chunk(b'C', &reference(2), image),
            chunk(b'M', &reference(4), illum_index().as_bytes()),
        ];
        LytroReader::open(parts.concat(), LytroFormat::Lfr)
            .and_then(|reader| reader.read(Index::Default, &LytroReadOptions::new()))
            .map_err(|error| error.kind())
    };
    let about = |width: u64, height: u64| {
        format!(
            r#"{{"image": {{"width": {width}, "height": {height}, "pixelPacking": {{"bitsPerPixel": 10}}}}}}"#
        )
    };
    assert!(make(&about(8, 1), &[0; 10]).is_ok());
    for (width, height) in [
        (8, 2),
        (u64::MAX, 4),
        (1 << 62, 1 << 62),
        (0, 0),
        (8, u64::MAX),
        (6, 1),
    ] {
        assert_eq!(
            make(&about(width, height), &[0; 10]),
            Err(ErrorKind::Corrupt),
            "{width} {height}"
        );
    }
}

#[test]
fn many_chunks_are_refused() {
    let chunks = chunk(b'C', &reference(1), &[1]).repeat(5000);
    let error =
        LytroReader::open([FILE, &chunks].concat(), LytroFormat::Lfr).expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("4096"), "{error}");
}

#[test]
fn an_index_over_the_budget_is_not_parsed() {
    let index = [
        b"{\"frames\": [".as_slice(),
        &b"[],".repeat(400_000),
        b"0]}",
    ]
    .concat();
    let bytes = [FILE.to_vec(), chunk(b'M', &reference(1), &index)].concat();
    let request = Request::from(bytes).with_limits(Limits::new().bytes(8 << 20));
    let error = LytroReader::open(request, LytroFormat::Lfr).expect_err("over the budget");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}
