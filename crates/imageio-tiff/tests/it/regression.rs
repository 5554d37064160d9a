//! Files that are broken: refused for the right reason, inside the budget, without a panic.

use std::time::{Duration, Instant};

use imageio_core::{ErrorKind, Index, Limits, Request, Result, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{bytes, files_in, fixtures, name_of};

/// Asks for everything that a caller may ask for.
fn exercise(file: Vec<u8>) -> Result<usize> {
    let request = Request::from(file).with_limits(Limits::new().bytes(1 << 24));
    let mut reader = TiffReader::open(request)?;
    let options = TiffReadOptions::new().tags(true);
    let _ = reader.metadata(Index::Default, true, &options);
    let _ = reader.metadata(Index::All, true, &options);
    let _ = reader.properties(Index::All, &options);
    let _ = reader.read_window(Index::Default, &Window::new([0..1]), &options);
    let count = reader.n_series()?;
    for series in 0..count.min(8) {
        reader.read(Index::At(series), &options)?;
    }
    Ok(count)
}

fn errors_of(manifest: &str, path: &str) -> (String, Vec<String>) {
    let row = manifest
        .split("[[file]]")
        .find(|row| row.contains(&format!("path = \"{path}\"")));
    let row = row.unwrap_or_else(|| panic!("{path} is not in the manifest"));
    let field = |key: &str| {
        let line = row
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{key} = ")));
        line.unwrap_or_default().to_owned()
    };
    let words = |text: String| -> Vec<String> {
        text.split('"')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    (words(field("error")).remove(0), words(field("or_error")))
}

#[test]
fn broken_files_end_in_the_error_that_fits() {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("the manifest");
    let files = files_in(&fixtures().join("bad/tiff"));
    for path in &files {
        let name = name_of(path);
        let (error, others) = errors_of(&manifest, &format!("bad/tiff/{name}"));
        let request = Request::from(path.as_path());
        let outcome = TiffReader::open(request)
            .and_then(|mut reader| reader.read(Index::Default, &TiffReadOptions::new()));
        let kind = format!("{:?}", outcome.expect_err(&name).kind());
        assert!(
            kind == error || others.contains(&kind),
            "{name}: {kind}, expected {error}"
        );
    }
    println!("{} broken files", files.len());
}

#[test]
fn cut_files_do_no_harm() {
    let (mut cuts, mut read) = (0, 0);
    for path in files_in(&fixtures().join("tiff")) {
        let whole = std::fs::read(&path).unwrap();
        for len in (0..whole.len()).step_by((whole.len() / 40).max(1)) {
            cuts += 1;
            read += usize::from(exercise(whole[..len].to_vec()).is_ok());
        }
    }
    println!("{cuts} cut files, {read} of them read");
}

#[test]
fn flipped_bits_do_no_harm() {
    let (mut flips, mut read) = (0, 0);
    for path in files_in(&fixtures().join("tiff")) {
        let whole = std::fs::read(&path).unwrap();
        // Headers and IFDs come first; a few later places hit pixels and values.
        for at in (0..whole.len().min(240))
            .step_by(3)
            .chain((240..whole.len()).step_by(97))
        {
            for bit in [0, 4, 7] {
                let mut broken = whole.clone();
                broken[at] ^= 1 << bit;
                flips += 1;
                read += usize::from(exercise(broken).is_ok());
            }
        }
    }
    println!("{flips} changed files, {read} of them read");
}

#[test]
fn a_chain_that_loops_ends() {
    let mut file = bytes("pages_3.tif");
    let request = Request::from(file.clone());
    assert_eq!(TiffReader::open(request).unwrap().n_pages(), 3);
    // The second page leads back to the first.
    let number =
        |file: &[u8], at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let next_at = |file: &[u8], ifd: usize| {
        let count = usize::from(u16::from_le_bytes(file[ifd..ifd + 2].try_into().unwrap()));
        ifd + 2 + 12 * count
    };
    let first = number(&file, 4);
    let second = number(&file, next_at(&file, first));
    let at = next_at(&file, second);
    file[at..at + 4].copy_from_slice(&(first as u32).to_le_bytes());
    let request = Request::from(file);
    let mut reader = TiffReader::open(request.clone()).unwrap();
    assert_eq!(reader.n_pages(), 2);
    assert!(request.warnings()[0].contains("the chain loops"));
    let image = reader
        .read(Index::Default, &TiffReadOptions::new())
        .unwrap();
    assert_eq!(image.shape(), [2, 5, 7]);
}

/// An OME file whose XML claims this.
fn ome(pixels: &str, data: &str) -> Vec<u8> {
    let xml = format!(
        "<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeX=\"1\" SizeY=\"1\" {pixels}>{data}</Pixels></Image></OME>\0"
    );
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: [(u16, u16, u32, u32); 5] = [
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 8),
        (270, 2, xml.len() as u32, 100),
        (273, 4, 1, 80),
    ];
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, at) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(at.to_le_bytes());
    }
    file.resize(100, 0);
    file.extend(xml.as_bytes());
    file
}

#[test]
fn claims_of_many_planes_cost_nothing() {
    let start = Instant::now();
    for (sizes, data) in [
        (
            "SizeZ=\"1000000000\" SizeC=\"1000000000\" SizeT=\"1000000000\"",
            "<TiffData/>",
        ),
        (
            "SizeZ=\"4000000000\" SizeC=\"1\" SizeT=\"1\"",
            "<TiffData IFD=\"0\" PlaneCount=\"4000000000\"/>",
        ),
        (
            "SizeZ=\"4000000000\" SizeC=\"1\" SizeT=\"1\"",
            "<TiffData IFD=\"0\" FirstZ=\"3999999999\"/>",
        ),
    ] {
        let file = ome(sizes, data);
        let error = exercise(file).map(|_| ()).err().map(|error| error.kind());
        assert!(
            matches!(
                error,
                None | Some(ErrorKind::LimitExceeded | ErrorKind::Corrupt)
            ),
            "{error:?}"
        );
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}
