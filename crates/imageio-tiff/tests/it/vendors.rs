//! What makers of instruments store: their blocks, their series' names, their flags.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use imageio_core::testing::{Cases, check};
use imageio_core::{Index, Limits, Metadata, NdImage, Request, Value, Window};
use imageio_tiff::{PLUGIN, TiffReadOptions, TiffReader};
use serde_json::Value as Json;

use crate::support::{as_json, bytes, fixtures, open, same};

/// Fixtures with what the reference says of blocks and flags.
fn each(mut check: impl FnMut(&str, &Metadata, &Json)) -> usize {
    let mut count = 0;
    let folder = fixtures().join("expected/tiff");
    for path in crate::support::files_in(&folder) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let expected: Json = serde_json::from_str(&text).expect("valid JSON");
        if expected["blocks"].is_null() {
            continue;
        }
        let name = crate::support::name_of(&path);
        let name = name.trim_end_matches(".json");
        let metadata = open(name).metadata(Index::All, true, &TiffReadOptions::new());
        check(name, &metadata.expect(name), &expected);
        count += 1;
    }
    count
}

// checklist: E-140, E-146, E-147
#[test]
fn blocks_are_those_of_the_reference() {
    let mut blocks = 0;
    let files = each(|name, ours, expected| {
        for (block, theirs) in expected["blocks"].as_object().expect("blocks") {
            let found = ours
                .get(block)
                .unwrap_or_else(|| panic!("{name}: no {block}"));
            let found_json = as_json(found);
            if let (Json::Object(ours), Json::Object(theirs)) = (&found_json, theirs) {
                for (key, value) in theirs {
                    let found = ours.get(key).unwrap_or_else(|| panic!("{name}: no {key}"));
                    assert!(
                        same(found, value),
                        "{name} {block} {key}: {found} is not {value}"
                    );
                }
            }
            assert!(
                same(&found_json, theirs),
                "{name} {block}: {found_json} is not {theirs}"
            );
            blocks += 1;
            if let (Value::Map(map), false) = (found, block == "gdal_structural_metadata") {
                for (key, value) in map.iter() {
                    assert_eq!(ours.get(key), Some(value), "{name} {key}");
                }
            }
        }
    });
    assert!(
        files >= 20 && blocks >= 15,
        "{files} files, {blocks} blocks"
    );
}

#[test]
fn flags_are_those_of_the_reference() {
    // What the reference's later releases say of the container, or of makers for whom the manual lists no key.
    const OTHERS: [&str; 5] = [
        "is_uniform",
        "is_mmstack",
        "is_subsampled",
        "is_philips",
        "is_scanimage",
    ];
    each(|name, ours, expected| {
        for flag in expected["flags"].as_object().expect("flags").keys() {
            if !OTHERS.contains(&flag.as_str()) {
                let holds = ours.get(flag).and_then(Value::as_bool);
                assert_eq!(holds, Some(true), "{name} {flag}");
            }
        }
        let kinds = [
            "is_lsm",
            "is_stk",
            "is_fluoview",
            "is_nih",
            "is_mdgel",
            "is_sem",
            "is_sis",
            "is_svs",
            "is_scn",
            "is_qpi",
            "is_ndpi",
            "is_micromanager",
            "is_geotiff",
            "is_gdal",
            "is_fei",
        ];
        for kind in kinds {
            let holds = ours.get(kind).and_then(Value::as_bool);
            let theirs = expected["flags"].get(kind).is_some();
            assert_eq!(holds, Some(theirs), "{name} {kind}");
        }
    });
}

// checklist: E-140, H-004
#[test]
fn a_stack_of_planes_is_one_page_and_one_series() {
    let mut reader = open("stk_z.stk");
    assert_eq!(
        (reader.n_pages(), reader.n_series().expect("series")),
        (1, 1)
    );
    let page = TiffReadOptions::new().page(0);
    let first = reader.read(Index::All, &page).expect("a page");
    let all = reader
        .read(Index::At(0), &TiffReadOptions::new())
        .expect("a series");
    assert_eq!((first.shape(), all.shape()), (&[5, 7][..], &[3, 5, 7][..]));
    assert_eq!(all.frame(0).expect("a plane"), first);
    let window = Window::new([1..3, 2..4, 0..3]);
    let part = reader
        .read_window(Index::At(0), &window, &TiffReadOptions::new())
        .expect("a part");
    assert_eq!(
        part,
        all.crop(&[1..3, 2..4, 0..3]).expect("a part").compact()
    );
}

#[test]
fn spacing_follows_the_makers_own_numbers() {
    let spacing = |name: &str| {
        let known = open(name).properties(Index::At(0), &TiffReadOptions::new());
        let known = known.expect(name);
        (known.axes, known.spacing.map(|all| format!("{all:?}")))
    };
    let (axes, found) = spacing("lsm_channels.lsm");
    assert_eq!(axes.as_deref(), Some("ZCYX"));
    assert_eq!(
        found.as_deref(),
        Some("[Uniform(5e-6), Uniform(2e-6), Uniform(1e-6)]")
    );
    assert_eq!(
        spacing("geotiff.tif").1.as_deref(),
        Some("[Uniform(20.0), Uniform(30.0)]")
    );
}

// checklist: E-146
#[test]
fn offsets_of_an_lsm_file_beyond_4_gb_are_unwrapped() {
    const WRAP: u64 = 1 << 32;
    // The pixels of the pages go behind 4 GB one after the other; their offsets keep the lower half alone.
    let source = bytes("lsm_time.lsm");
    let mut file = tempfile::NamedTempFile::with_suffix(".lsm").expect("a file");
    let mut head = source.clone();
    let mut expected = Vec::new();
    let mut ifd = u32::from_le_bytes(source[4..8].try_into().expect("4 bytes")) as usize;
    let mut place = 3_000_000_000u64;
    let mut moved = Vec::new();
    while ifd != 0 {
        let count = usize::from(u16::from_le_bytes([source[ifd], source[ifd + 1]]));
        let entry = (0..count)
            .map(|n| ifd + 2 + 12 * n)
            .find(|&at| source[at..at + 2] == 273u16.to_le_bytes())
            .expect("offsets");
        let at = u32::from_le_bytes(source[entry + 8..entry + 12].try_into().expect("4 bytes"));
        moved.push((place, at as usize));
        head[entry + 8..entry + 12].copy_from_slice(&((place % WRAP) as u32).to_le_bytes());
        place += 700_000_000;
        let end = ifd + 2 + 12 * count;
        ifd = u32::from_le_bytes(source[end..end + 4].try_into().expect("4 bytes")) as usize;
    }
    let out: &mut File = file.as_file_mut();
    out.write_all(&head).expect("the head");
    for (n, &(place, at)) in moved.iter().enumerate() {
        let pixels = &source[at..at + 35.min(source.len() - at)];
        out.seek(SeekFrom::Start(place)).expect("a place");
        out.write_all(pixels).expect("pixels");
        if n % 2 == 0 {
            expected.extend_from_slice(pixels);
        }
    }
    assert!(place > 2 * WRAP);
    let mut reader = TiffReader::open(Request::from(file.path())).expect("a file");
    let image = reader
        .read(Index::At(0), &TiffReadOptions::new())
        .expect("a series");
    assert_eq!(image.shape(), [3, 2, 5, 7]);
    assert_eq!(&*image.as_bytes(), &expected[..]);
    let page = TiffReadOptions::new().page(10);
    let last = reader.read(Index::All, &page).expect("a page");
    assert_eq!(&*last.as_bytes(), &expected[175..]);
}

#[test]
fn a_stack_of_micro_manager_spans_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = bytes("mm_part.tif");
    // The part of time 1 beside one of time 0: the same rows but for the third number.
    let mark = 3_453_623u32.to_le_bytes();
    let index = whole
        .windows(4)
        .position(|part| part == mark)
        .expect("an index map");
    let mut other = whole.clone();
    for row in 0..4 {
        let at = index + 8 + 20 * row + 8;
        other[at..at + 4].copy_from_slice(&0u32.to_le_bytes());
    }
    let first = folder.path().join("a_MMStack_1.tif");
    std::fs::write(&first, &whole).expect("a file");
    std::fs::write(folder.path().join("a_MMStack_0.ome.tif"), other).expect("a file");
    let mut reader = TiffReader::open(Request::from(first.as_path())).expect("a file");
    let options = TiffReadOptions::new();
    let image = reader.read(Index::At(0), &options).expect("a series");
    assert_eq!(image.shape(), [3, 2, 2, 5, 7]);
    let (zero, one) = (
        image.frame(0).expect("time 0"),
        image.frame(1).expect("time 1"),
    );
    assert_eq!(zero, one);
    let two = image.frame(2).expect("time 2");
    assert!(two.as_bytes().iter().all(|&byte| byte == 0));
}

#[test]
fn instruments_files_keep_every_promise_of_the_card() {
    let gray = NdImage::from_vec(&[3, 4], (0..12u8).collect()).expect("an image");
    let mut cases = Cases::new().lossless(".tif", gray);
    for name in [
        "lsm_channels.lsm",
        "lsm_time.lsm",
        "lsm_lzw.lsm",
        "stk_z.stk",
        "stk_plain.stk",
        "fluoview.tif",
        "mdgel_square.gel",
        "mdgel_second.gel",
        "slide.svs",
        "slide.qptiff",
        "slide.scn",
        "slide.bif",
        "mm_whole.tif",
        "mm_hole.tif",
        "geotiff.tif",
    ] {
        let extension = &name[name.rfind('.').expect("an ending")..];
        cases = cases.sample(extension, bytes(name));
    }
    let report = check(&PLUGIN, &cases);
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}

/// Every cut and many flipped bits, with a look at what only these files have.
#[test]
fn damaged_blocks_do_no_harm() {
    for path in crate::support::files_in(&fixtures().join("tiff")) {
        let name = crate::support::name_of(&path);
        let makers = [
            "lsm_", "stk_", "mm_", "geotiff", "nih", "sis", "sem_", "fluoview", "slide",
        ];
        if !makers.iter().any(|maker| name.starts_with(maker)) {
            continue;
        }
        let whole = bytes(&name);
        let cuts = (0..whole.len())
            .step_by(41)
            .map(|len| whole[..len].to_vec());
        let flips = (0..whole.len()).step_by(7).map(|at| {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            damaged
        });
        for damaged in cuts.chain(flips) {
            let request = Request::from(damaged).with_limits(Limits::new().bytes(1 << 24));
            let Ok(mut reader) = TiffReader::open(request) else {
                continue;
            };
            let _ = reader.metadata(Index::All, true, &TiffReadOptions::new());
            let tags = TiffReadOptions::new().tags(true);
            let _ = reader.metadata(Index::Default, true, &tags);
            for series in 0..reader.n_series().unwrap_or(0).min(4) {
                let _ = reader.read(Index::At(series), &TiffReadOptions::new());
            }
        }
    }
}
