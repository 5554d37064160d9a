//! Folders: series, their order, their volumes, and what an index means in each mode.

use imageio_core::{DType, ErrorKind, ImageMode, Index, Metadata, Spacing};
use imageio_dicom::{DicomReadOptions, DicomReader, DicomSeries};
use serde_json::json;

use crate::support::{Dcm, Folder, json, shorts};

fn options() -> DicomReadOptions {
    DicomReadOptions::new()
}

/// Two series: `1.1` of three slices, whose files are out of order, and in a folder inside `1.2` of two.
fn two(name: &str) -> Folder {
    Folder::new(
        name,
        &[
            ("a.dcm", Dcm::slice("1.1", 3, 5.0).bytes()),
            ("b.dcm", Dcm::slice("1.1", 1, 0.0).bytes()),
            ("c.dcm", Dcm::slice("1.1", 2, 2.5).bytes()),
            ("DICOMDIR", b"a table of contents".to_vec()),
            ("inside/d.dcm", Dcm::slice("1.2", 5, 1.0).bytes()),
            ("inside/e.dcm", Dcm::slice("1.2", 4, 0.0).bytes()),
            ("inside/notes.txt", b"no DICOM".to_vec()),
            (
                "inside/lonely.dcm",
                Dcm::slice("1.1", 9, 0.0).without(0x0020_000e).bytes(),
            ),
        ],
    )
}

/// The number of the slice that each plane of a volume comes from.
fn numbers(image: &imageio_core::NdImage) -> Vec<u16> {
    shorts(image)
        .chunks(6)
        .map(|plane| plane[0] / 100)
        .collect()
}

fn length(reader: &mut DicomReader) -> Option<usize> {
    reader
        .properties(Index::All, &options())
        .expect("properties")
        .n_images
}

// checklist: E-175, E-176, E-179, E-180, E-225, F-060, F-135, F-136
#[test]
fn each_mode_counts_in_its_own_way() {
    let folder = two("modes");
    let both = |mode| [folder.file("a.dcm", mode), folder.reader(mode)];
    let [mut file, mut all] = both(ImageMode::SingleImage);
    assert_eq!((length(&mut file), length(&mut all)), (Some(1), Some(1)));
    assert_eq!(
        numbers(&file.read(Index::At(0), &options()).expect("the file")),
        [3]
    );
    assert_eq!(
        numbers(&all.read(Index::At(0), &options()).expect("the first slice")),
        [1]
    );
    let error = file.read(Index::At(1), &options()).expect_err("one slice");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert!(error.message().contains("only one slice"), "{error}");
    for mut reader in both(ImageMode::MultiImage) {
        assert_eq!(length(&mut reader), Some(5));
        let order: Vec<u16> = (0..5)
            .flat_map(|at| numbers(&reader.read(Index::At(at), &options()).expect("a slice")))
            .collect();
        assert_eq!(order, [1, 2, 3, 4, 5]);
        assert_eq!(
            reader
                .read(Index::At(5), &options())
                .expect_err("the end")
                .kind(),
            ErrorKind::OutOfRange
        );
    }
    for mode in [ImageMode::SingleVolume, ImageMode::MultiVolume] {
        for mut reader in both(mode) {
            assert_eq!(
                numbers(&reader.read(Index::At(0), &options()).expect("a volume")),
                [1, 2, 3]
            );
            assert_eq!(
                numbers(&reader.read(Index::At(1), &options()).expect("a volume")),
                [4, 5]
            );
            assert_eq!(reader.read_next(2, &options()).expect("the end"), None);
        }
    }
    let same = Folder::new(
        "same",
        &[
            ("a", Dcm::slice("1", 1, 0.0).bytes()),
            ("b", Dcm::slice("2", 1, 0.0).bytes()),
        ],
    );
    for mode in [ImageMode::SingleVolume, ImageMode::MultiVolume] {
        assert_eq!(length(&mut same.reader(mode)), Some(2));
    }
}

// checklist: E-175, E-176, E-180
#[test]
fn a_file_of_several_frames_is_its_own_series() {
    let frames = Dcm::new()
        .text(0x0028_0008, b"IS", "2")
        .short(0x0028_0010, 1)
        .bytes();
    let folder = Folder::new(
        "frames",
        &[
            ("a.dcm", frames),
            ("b.dcm", Dcm::slice("1.9", 1, 0.0).bytes()),
        ],
    );
    for mode in [
        ImageMode::SingleImage,
        ImageMode::MultiImage,
        ImageMode::Any,
    ] {
        let mut reader = folder.file("a.dcm", mode);
        assert_eq!(length(&mut reader), Some(2));
        assert_eq!(
            shorts(&reader.read(Index::At(1), &options()).expect("a frame")),
            [3, 4, 5]
        );
        assert_eq!(
            reader
                .read(Index::At(2), &options())
                .expect_err("the end")
                .kind(),
            ErrorKind::OutOfRange
        );
    }
    let mut volume = folder.file("a.dcm", ImageMode::SingleVolume);
    assert_eq!(length(&mut volume), Some(1));
    assert_eq!(
        volume
            .read(Index::At(0), &options())
            .expect("the file")
            .shape(),
        [2, 1, 3]
    );
    let mut volumes = folder.file("a.dcm", ImageMode::MultiVolume);
    assert_eq!(
        volumes
            .read(Index::At(0), &options())
            .expect("the file")
            .shape(),
        [2, 1, 3]
    );
}

// checklist: E-178, H-010
#[test]
fn in_v3_an_index_counts_series_where_there_are_several_and_slices_where_there_is_one() {
    let folder = two("v3");
    let mut reader = folder.reader(ImageMode::Any);
    assert_eq!(
        numbers(&reader.read(Index::Default, &options()).expect("a volume")),
        [1, 2, 3]
    );
    assert_eq!(
        numbers(&reader.read(Index::At(1), &options()).expect("a volume")),
        [4, 5]
    );
    let unlike = reader
        .read(Index::All, &options())
        .expect_err("volumes of unequal shape");
    assert_eq!(unlike.kind(), ErrorKind::Unsupported);
    assert_eq!(reader.read_next(2, &options()).expect("the end"), None);
    let mut one = DicomReader::open(folder.0.join("inside").as_path()).expect("a folder");
    assert_eq!(
        numbers(&one.read(Index::Default, &options()).expect("a volume")),
        [4, 5]
    );
    assert_eq!(
        numbers(&one.read(Index::At(1), &options()).expect("a slice")),
        [5]
    );
    let stack = one.read(Index::All, &options()).expect("all slices");
    assert_eq!(
        (numbers(&stack), stack.shape()),
        (vec![4, 5], &[2, 2, 3][..])
    );
    // A file alone is a file alone, whatever lies beside it.
    let mut file = DicomReader::open(folder.0.join("c.dcm").as_path()).expect("a file");
    assert_eq!(
        numbers(&file.read(Index::Default, &options()).expect("the file")),
        [2]
    );
    assert_eq!(file.read_next(1, &options()).expect("the end"), None);
}

// checklist: E-177
#[test]
fn metadata_follows_the_index() {
    let folder = two("metadata");
    let number = |metadata: Metadata| {
        json(&metadata)["InstanceNumber"]
            .as_i64()
            .expect("a number")
    };
    let get = |reader: &mut DicomReader, index| {
        number(reader.metadata(index, false, &options()).expect("metadata"))
    };
    let mut file = folder.file("a.dcm", ImageMode::MultiImage);
    assert_eq!(
        (
            get(&mut file, Index::All),
            get(&mut file, Index::At(0)),
            get(&mut file, Index::At(4))
        ),
        (3, 1, 5)
    );
    let mut all = folder.reader(ImageMode::MultiVolume);
    assert_eq!(
        (get(&mut all, Index::All), get(&mut all, Index::At(1))),
        (1, 4)
    );
    let series = json(
        &all.metadata(Index::At(0), false, &options())
            .expect("metadata"),
    );
    assert_eq!(series["shape"], json!([3, 2, 3]));
    assert_eq!(series["sampling"], json!([2.5, 1.0, 1.0]));
    assert_eq!(
        file.metadata(Index::At(5), false, &options())
            .expect_err("none")
            .kind(),
        ErrorKind::OutOfRange
    );
}

// checklist: E-217, E-218, E-223, E-224, E-225
#[test]
fn series_are_sorted_and_described() {
    let named = Dcm::slice("1.3", 1, 0.0)
        .text(0x0010_0010, b"PN", "Doe^Jane")
        .text(0x0008_103e, b"LO", "knee");
    let folder = two("described");
    std::fs::write(folder.0.join("f.dcm"), named.bytes()).expect("a file");
    std::fs::write(folder.0.join("notes.txt"), [7; 300]).expect("a file");
    let request = crate::support::in_mode(&folder.0, ImageMode::MultiVolume);
    let mut reader = DicomReader::open(&request).expect("a folder");
    let series = reader.series(&options()).expect("series");
    let uids: Vec<String> = series.iter().map(DicomSeries::uid).collect();
    assert_eq!(uids, ["1.1", "1.2", "1.3"]);
    assert_eq!(
        series.iter().map(DicomSeries::len).collect::<Vec<_>>(),
        [3, 2, 1]
    );
    assert_eq!(
        (series[0].shape(), series[0].sampling()),
        (&[3, 2, 3][..], &[2.5, 1.0, 1.0][..])
    );
    assert_eq!(series[2].description(), "Doe^Jane 2x3 'knee'");
    assert_eq!(series[0].description(), "3x2x3");
    assert!(!series[0].is_empty());
    assert_eq!(request.warnings(), [""; 0]);
}

// checklist: E-218
#[test]
fn equal_numbers_are_ordered_by_where_slices_lie() {
    let files = [("a", 4.0), ("b", -2.0), ("c", 1.0)].map(|(name, z)| {
        let pixels = (0..6).flat_map(|_| ((z as i16 + 10) as u16 * 100).to_le_bytes());
        (
            name,
            Dcm::slice("1", 7, z)
                .put(0x7fe0_0010, b"OW", pixels.collect::<Vec<u8>>())
                .bytes(),
        )
    });
    let folder = Folder::new("ties", &files);
    let volume = folder
        .reader(ImageMode::Any)
        .read(Index::Default, &options())
        .expect("a volume");
    assert_eq!(numbers(&volume), [8, 11, 14]);
    // Numbers count before places and names.
    let files = [("a", 3, 0.0), ("b", 1, 2.0), ("c", 2, 1.0)]
        .map(|(name, number, z)| (name, Dcm::slice("1", number, z).bytes()));
    let volume = Folder::new("numbered", &files)
        .reader(ImageMode::Any)
        .read(Index::Default, &options())
        .expect("a volume");
    assert_eq!(numbers(&volume), [1, 2, 3]);
}

/// A series of slices at these places.
fn at(name: &str, places: &[f64]) -> Folder {
    let names: Vec<String> = (0..places.len()).map(|n| format!("{n:03}.dcm")).collect();
    let files: Vec<(&str, Vec<u8>)> = names
        .iter()
        .zip(places)
        .enumerate()
        .map(|(n, (name, z))| (name.as_str(), Dcm::slice("1.1", n as u16 + 1, *z).bytes()))
        .collect();
    Folder::new(name, &files)
}

// checklist: E-219
#[test]
fn a_series_is_split_where_slices_are_far_apart() {
    let folder = at("split", &[0.0, 1.0, 2.0, 10.0, 11.0]);
    let mut reader = folder.reader(ImageMode::MultiVolume);
    let lengths: Vec<usize> = reader
        .series(&options())
        .expect("series")
        .iter()
        .map(DicomSeries::len)
        .collect();
    assert_eq!(lengths, [3, 2]);
    // Behind a gap, the distances are learnt anew; 2.2 times as far is a gap.
    let folder = at("again", &[0.0, 1.0, 9.0, 29.0, 49.0, 93.0]);
    let mut reader = folder.reader(ImageMode::MultiVolume);
    let series = reader.series(&options()).expect("series").iter();
    assert_eq!(series.map(DicomSeries::len).collect::<Vec<_>>(), [2, 3, 1]);
    let folder = at("unlearnt", &[0.0, 8.0, 9.0, 17.5]);
    let mut reader = folder.reader(ImageMode::MultiVolume);
    let series = reader.series(&options()).expect("series").iter();
    assert_eq!(series.map(DicomSeries::len).collect::<Vec<_>>(), [3, 1]);
    // 2.0 times as far is a missing file, and no new series.
    let folder = at("missing", &[0.0, 1.0, 3.0, 5.0]);
    let request = crate::support::in_mode(&folder.0, ImageMode::MultiVolume);
    let mut reader = DicomReader::open(&request).expect("a folder");
    assert_eq!(reader.series(&options()).expect("series").len(), 1);
    assert_eq!(
        request.warnings(),
        ["a file seems to be missing after 001.dcm"]
    );
    let unplaced = Folder::new(
        "unplaced",
        &[
            ("a", Dcm::slice("1", 1, 0.0).without(0x0020_0032).bytes()),
            ("b", Dcm::slice("1", 2, 9.0).bytes()),
        ],
    );
    assert_eq!(
        unplaced
            .reader(ImageMode::Any)
            .series(&options())
            .expect("series")
            .len(),
        1
    );
}

// checklist: E-220
#[test]
fn volumes_have_the_true_distances_between_slices() {
    let known = |folder: &Folder| {
        folder
            .reader(ImageMode::Any)
            .properties(Index::Default, &options())
            .expect("known")
    };
    let even = known(&at("even", &[0.0, 2.5, 5.0]));
    assert_eq!(
        (even.shape.as_slice(), even.axes.as_deref()),
        (&[3, 2, 3][..], Some("ZYX"))
    );
    assert_eq!(
        even.spacing,
        Some([2.5, 1.0, 1.0].map(Spacing::Uniform).to_vec())
    );
    let uneven = known(&at("uneven", &[0.0, 2.0, 5.0]));
    assert_eq!(
        uneven.spacing.expect("spacing")[0],
        Spacing::Distances(vec![2.0, 3.0])
    );
    // Slices that do not lie along z: the distance counts along their normal.
    let files = [0.0, 3.0, 6.0].map(|x| {
        let slice = Dcm::slice("1", (x / 3.0) as u16 + 1, 0.0)
            .text(0x0020_0032, b"DS", &format!("{x}\\7\\9"))
            .text(0x0020_0037, b"DS", "0\\1\\0\\0\\0\\-1");
        slice.bytes()
    });
    let [a, b, c] = files;
    let sagittal = Folder::new("sagittal", &[("a", a), ("b", b), ("c", c)]);
    assert_eq!(
        known(&sagittal).spacing.expect("spacing")[0],
        Spacing::Uniform(3.0)
    );
}

// checklist: E-220
#[test]
fn slices_of_unlike_size_make_no_series_and_unlike_sampling_is_told() {
    let wide = Dcm::slice("1.1", 2, 1.0)
        .short(0x0028_0010, 3)
        .short(0x0028_0011, 2)
        .bytes();
    let spaced = Dcm::slice("1.2", 2, 1.0)
        .text(0x0028_0030, b"DS", "2\\2")
        .bytes();
    let folder = Folder::new(
        "unlike",
        &[
            ("a", Dcm::slice("1.1", 1, 0.0).bytes()),
            ("b", wide),
            ("c", Dcm::slice("1.2", 1, 0.0).bytes()),
            ("d", spaced),
        ],
    );
    let request = crate::support::in_mode(&folder.0, ImageMode::Any);
    let mut reader = DicomReader::open(&request).expect("a folder");
    let series = reader.series(&options()).expect("series");
    assert_eq!(
        series.iter().map(DicomSeries::uid).collect::<Vec<_>>(),
        ["1.2"]
    );
    assert!(
        request.warnings()[0].contains("slices of the shapes"),
        "{:?}",
        request.warnings()
    );
}

// checklist: E-221
#[test]
fn a_series_of_one_file_is_an_image() {
    let folder = Folder::new("single", &[("a", Dcm::slice("1", 4, 2.0).bytes())]);
    let mut reader = folder.reader(ImageMode::SingleVolume);
    assert_eq!(
        reader
            .read(Index::At(0), &options())
            .expect("an image")
            .shape(),
        [2, 3]
    );
    let metadata = json(
        &reader
            .metadata(Index::At(0), false, &options())
            .expect("metadata"),
    );
    assert_eq!(
        (metadata["InstanceNumber"].as_i64(), &metadata["shape"]),
        (Some(4), &json!([2, 3]))
    );
}

// checklist: E-222
#[test]
fn slices_of_unlike_types_get_one_that_holds_all() {
    let signed = Dcm::slice("1", 2, 1.0)
        .short(0x0028_0103, 1)
        .put(0x7fe0_0010, b"OW", [0xff; 12])
        .bytes();
    let folder = Folder::new(
        "types",
        &[
            (
                "a",
                Dcm::slice("1", 1, 0.0)
                    .put(0x7fe0_0010, b"OW", [0xff; 12])
                    .bytes(),
            ),
            ("b", signed),
        ],
    );
    let mut reader = folder.reader(ImageMode::Any);
    assert_eq!(
        reader
            .properties(Index::Default, &options())
            .expect("known")
            .dtype,
        DType::I32
    );
    let volume = reader
        .read(Index::Default, &options())
        .expect("a volume")
        .into_vec::<i32>()
        .expect("int32");
    assert_eq!((volume[0], volume[6]), (65_535, -1));
}

#[test]
fn large_volumes_read_in_two_threads_are_the_same() {
    let (rows, columns, count) = (512u16, 512u16, 40u16);
    let slice = |n: u16| {
        let pixels: Vec<u8> = (0..u32::from(rows) * u32::from(columns))
            .flat_map(|at| ((at * 7 + u32::from(n)) as u16).to_le_bytes())
            .collect();
        Dcm::slice("1", n, f64::from(n))
            .short(0x0028_0010, rows)
            .short(0x0028_0011, columns)
            .put(0x7fe0_0010, b"OW", pixels)
            .bytes()
    };
    let names: Vec<String> = (1..=count).map(|n| format!("{n:02}")).collect();
    let files: Vec<(&str, Vec<u8>)> = names
        .iter()
        .zip(1..)
        .map(|(name, n)| (name.as_str(), slice(n)))
        .collect();
    let folder = Folder::new("large", &files);
    let volume = folder
        .reader(ImageMode::Any)
        .read(Index::Default, &options())
        .expect("a volume");
    assert_eq!(volume.shape(), [40, 512, 512]);
    let samples = volume.as_slice::<u16>().expect("uint16");
    for n in [0usize, 19, 20, 39] {
        let at = n * 512 * 512 + 777;
        assert_eq!(samples[at], (777 * 7 + n + 1) as u16, "slice {n}");
    }
}
