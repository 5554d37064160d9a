//! What of a file's metadata is still there after the file was read and written again with it.
//!
//! Every fixture of a format that is written is read, written and read again; `docs/metadata.md` is the table of what
//! was found. A key that does not survive needs its reason in [`reasons`].

mod reasons;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use imageio_core::{
    Error, Images, Index, Metadata, Mode, NdImage, OpenArgs, Options, Request, Result, Value,
    imopen,
};
use imageio_pillowlike::PLUGIN;

/// A format that is written: its name, its extension, and which fixtures are in it.
struct Format {
    name: &'static str,
    extension: &'static str,
    folder: &'static str,
    holds: fn(&str) -> bool,
}

const fn format(
    name: &'static str,
    extension: &'static str,
    folder: &'static str,
    holds: fn(&str) -> bool,
) -> Format {
    Format {
        name,
        extension,
        folder,
        holds,
    }
}

const FORMATS: &[Format] = &[
    format("PNG", ".png", "png", |name| !name.starts_with("apng_")),
    format("APNG", ".png", "png", |name| {
        name.starts_with("apng_") && name != "apng_single.png"
    }),
    format("APNG of one frame", ".png", "png", |name| {
        name == "apng_single.png"
    }),
    format("JPEG", ".jpg", "jpeg", |name| is(name, "jpg")),
    format("MPO", ".mpo", "jpeg", |name| is(name, "mpo")),
    format("GIF", ".gif", "gif", |_| true),
    format("WebP", ".webp", "webp", |name| name != "anim_single.webp"),
    format("WebP animation of one frame", ".webp", "webp", |name| {
        name == "anim_single.webp"
    }),
    format("BMP", ".bmp", "bmp", |_| true),
    format("TGA", ".tga", "tga", |_| true),
    format("ICO", ".ico", "ico", |_| true),
    format("CUR", ".cur", "cur", |_| true),
    format("QOI", ".qoi", "qoi", |_| true),
    format("HDR", ".hdr", "hdr", |_| true),
    format("EXR", ".exr", "exr", |_| true),
    format("PNM", ".pnm", "pnm", |name| {
        !is(name, "pam") && !is(name, "pfm")
    }),
    format("PAM", ".pam", "pnm", |name| is(name, "pam")),
    format("PFM", ".pfm", "pnm", |name| is(name, "pfm")),
];

/// What became of a key; of several files the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Kept,
    Changed,
    Lost,
}

/// Keys with their fates, and for the worst where it was seen.
type Fates = BTreeMap<String, (Fate, String)>;

fn fixtures(format: &Format) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let files = std::fs::read_dir(folder.join(format.folder)).expect("fixtures");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|path| (format.holds)(&name_of(path)));
    files.sort();
    files
}

fn is(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|it| it == extension)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Each image of a file with its metadata.
fn read(bytes: &[u8], extension: &str) -> Result<Vec<(NdImage, Metadata)>> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut source = imopen(bytes, open)?;
    let count = source.properties(Index::All, &Options::new());
    // Frames that differ do not stack; they end where reading them ends.
    let count = count.ok().and_then(|it| it.shape.first().copied());
    let mut all = Vec::new();
    for at in 0..count.unwrap_or(usize::MAX) {
        let image = match source.read(at, &Options::new()) {
            Ok(image) => image,
            Err(_) if at > 0 && count.is_none() => break,
            Err(error) => return Err(error),
        };
        all.push((image, source.metadata(at, true, &Options::new())?));
    }
    Ok(all)
}

fn write(images: Images<'_>, extension: &str) -> Result<Vec<u8>> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), open)?;
    let cmyk = images
        .metadata_of(0)
        .is_some_and(|metadata| metadata.get("mode") == Some(&"CMYK".into()));
    let options = Options::new();
    // Four samples may be RGBA as well; the reader's choice of a mode is not in the metadata.
    let options = if cmyk && [".jpg", ".mpo"].contains(&extension) {
        options.set("mode", "CMYK")
    } else {
        options
    };
    target.write(images, &options)?;
    let written = target.close()?.into_bytes();
    written.ok_or_else(|| Error::bad_option("no bytes"))
}

/// The file as it is read after it was written with its metadata as `extension`.
fn again(frames: &[(NdImage, Metadata)], extension: &str) -> Result<Vec<(NdImage, Metadata)>> {
    let (images, metadata): (Vec<_>, Vec<_>) = frames.iter().cloned().unzip();
    let images = match images.as_slice() {
        [one] => Images::single(one),
        several => Images::from(several),
    };
    read(&write(images.metadata(metadata), extension)?, extension)
}

/// Names of the tags in an EXIF block, which metadata has beside the block.
fn tags(block: &Value) -> BTreeSet<String> {
    let image = NdImage::from_vec(&[1, 1], vec![0u8]).expect("an image");
    let keys_with = |metadata: Metadata| {
        let images = Images::single(&image).metadata([metadata]);
        let found = write(images, ".png").and_then(|png| read(&png, ".png"));
        let found = found.expect("a PNG").remove(0).1;
        found.keys().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let with = keys_with(Metadata::from_iter([("exif", block.clone())]));
    &with - &keys_with(Metadata::new())
}

/// Notes what became of the keys of one frame. Tags of an EXIF block are one key, texts of a PNG another.
fn note(fates: &mut Fates, file: &str, before: &Metadata, after: Option<&Metadata>) {
    let tags = before.get("exif").map(tags).unwrap_or_default();
    for (key, value) in before.iter() {
        let name = match value {
            // These say what the array says.
            _ if key == "mode" || key == "shape" => continue,
            _ if key != "exif" && tags.contains(key) => "EXIF tags",
            Value::Str(_) if is(file, "png") => "texts",
            _ => key,
        };
        let fate = match after.and_then(|after| after.get(key)) {
            None => Fate::Lost,
            Some(found) if same(found, value) => Fate::Kept,
            Some(_) => Fate::Changed,
        };
        let said = after.and_then(|after| after.get(key));
        let short = |value: &Value| value.to_string().chars().take(60).collect::<String>();
        let said = said.map_or_else(|| "nothing".to_owned(), short);
        let seen = format!("{file}: {} became {said}", short(value));
        let entry = fates.entry(name.to_owned()).or_insert((fate, seen.clone()));
        if fate > entry.0 {
            *entry = (fate, seen);
        }
    }
}

/// Whether two values are equal; text may come as its bytes, an EXIF block with the prefix that JPEG puts before it.
fn same(a: &Value, b: &Value) -> bool {
    let block = |value: &Value| {
        let text = value.as_str().map(str::as_bytes);
        let bytes = value.as_bytes().or(text)?;
        Some(bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes).to_vec())
    };
    match (block(a), block(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// What became of all keys of the format's fixtures, and the files that could not be written again.
fn survey(format: &Format) -> (Fates, Vec<String>) {
    let (mut fates, mut refused) = (Fates::new(), Vec::new());
    for path in fixtures(format) {
        let name = name_of(&path);
        let bytes = std::fs::read(&path).expect("a fixture");
        let extension = name.rfind('.').and_then(|at| name.get(at..));
        let before = match read(&bytes, extension.unwrap_or_default()) {
            Ok(before) => before,
            Err(error) => {
                refused.push(format!("{name}: {error}"));
                continue;
            }
        };
        match again(&before, format.extension) {
            Ok(after) => {
                for (at, (_, metadata)) in before.iter().enumerate() {
                    note(&mut fates, &name, metadata, after.get(at).map(|it| &it.1));
                }
            }
            Err(error) => refused.push(format!("{name}: {error}")),
        }
    }
    (fates, refused)
}

#[test]
fn what_does_not_survive_has_its_reason() {
    let (mut found, mut refused, mut unsaid) = (Vec::new(), Vec::new(), Vec::new());
    for format in FORMATS {
        let (fates, not_written) = survey(format);
        for (key, (fate, seen)) in &fates {
            let why = table::why(format.name, key);
            if (*fate == Fate::Kept) != why.is_none() {
                unsaid.push(format!("{} {key} {fate:?}: {seen}", format.name));
            }
        }
        found.push((format.name, fates));
        refused.extend(not_written);
    }
    assert!(unsaid.is_empty(), "{}", unsaid.join("\n"));
    for reason in reasons::REASONS {
        let fates = found.iter().find(|(name, _)| *name == reason.format);
        let seen = fates.is_some_and(|(_, fates)| fates.contains_key(reason.key));
        assert!(seen, "{} {}: in no fixture", reason.format, reason.key);
    }
    refused.retain(|file| {
        let expected = reasons::NOT_WRITTEN.iter();
        !expected.into_iter().any(|name| file.starts_with(name))
    });
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    let page = table::page(&found, &across(), &ACROSS);
    if std::env::var_os("IMAGEIO_WRITE_DOCS").is_some() {
        std::fs::write(table::path(), &page).expect("docs");
    }
    let stands = std::fs::read_to_string(table::path()).unwrap_or_default();
    assert!(
        stands == page,
        "docs/metadata.md is out of date: run `cargo xtask tables`"
    );
}

/// What formats have in common.
const ACROSS: [&str; 6] = ["exif", "EXIF tags", "icc_profile", "xmp", "comment", "dpi"];

/// What becomes of a JPEG's metadata in each format.
fn across() -> Vec<(&'static str, Fates)> {
    let (image, metadata) = read(&super::fixture("jpeg/all_segments.jpg"), ".jpg")
        .expect("a JPEG")
        .remove(0);
    let floats: Vec<f32> = image
        .to_contiguous()
        .as_slice::<u8>()
        .expect("bytes")
        .iter()
        .map(|&sample| f32::from(sample))
        .collect();
    let floats = NdImage::from_vec(image.shape(), floats).expect("an image");
    let one = |format: &Format| {
        let image = match format.name {
            "PFM" | "HDR" | "EXR" => &floats,
            _ => &image,
        };
        let frames = [(image.clone(), metadata.clone())];
        let after = again(&frames, format.extension)
            .unwrap_or_else(|error| panic!("{}: {error}", format.name));
        let mut fates = Fates::new();
        note(&mut fates, "all_segments.jpg", &metadata, Some(&after[0].1));
        (format.name, fates)
    };
    let still = FORMATS
        .iter()
        .filter(|format| !format.name.contains("of one") && format.name != "APNG");
    still.map(one).collect()
}

#[test]
fn exif_profile_and_xmp_go_from_png_to_others() {
    for (file, key) in [
        ("png/rgb8_exif.png", "exif"),
        ("png/rgb8_iccp.png", "icc_profile"),
        ("png/rgb8_xmp.png", "xmp"),
    ] {
        let frames = read(&super::fixture(file), ".png").expect("a PNG");
        let value = frames[0].1.get(key).expect(key);
        for extension in [".jpg", ".webp", ".png"] {
            let after = again(&frames, extension).expect(extension);
            let held = after[0].1.get(key).expect(extension);
            assert!(same(held, value), "{key} in {extension}");
            let back = again(&after, ".png").expect(".png");
            let held = back[0].1.get(key).expect(extension);
            assert!(same(held, value), "{key} from {extension}");
        }
    }
}

#[test]
fn image_resources_of_a_jpeg_survive() {
    let resolution = Metadata::from_iter([
        ("XResolution", Value::from(300.5)),
        ("DisplayedUnitsX", 1.into()),
        ("YResolution", 72.0.into()),
        ("DisplayedUnitsY", 2.into()),
    ]);
    let resources = Metadata::from_iter([
        ("1005", Value::from(resolution)),
        ("1028", vec![7u8; 5].into()),
        ("1036", vec![9u8; 50_000].into()),
        ("4000", vec![8u8; 40_000].into()),
        // Longer than a segment.
        ("4001", vec![1u8; 70_000].into()),
    ]);
    let image = NdImage::from_vec(&[8, 8], vec![50u8; 64]).expect("an image");
    let metadata = Metadata::from_iter([("photoshop", resources.clone())]);
    let after = again(&[(image, metadata)], ".jpg").expect("a JPEG");
    let mut held = resources;
    held.remove("4001");
    assert_eq!(after[0].1.get("photoshop"), Some(&Value::from(held)));
}

#[test]
fn a_variable_cannot_end_the_header() {
    let image = NdImage::from_vec(&[1, 1, 3], vec![1f32; 3]).expect("an image");
    let refused = [
        ("history", "a\n\nb"),
        ("history", "A=b"),
        ("a=b", "c"),
        ("format", "32-bit"),
        ("#", "no comment"),
    ];
    for (name, value) in refused {
        let variables = Metadata::from_iter([(name, value)]);
        let open = OpenArgs::new().plugin(&PLUGIN).extension(".hdr");
        let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), open).expect("a target");
        let options = Options::new().set("attributes", Value::from(variables.clone()));
        target
            .write(Images::single(&image), &options)
            .expect("taken in");
        let error = target.close().err().map(|error| error.kind());
        assert_eq!(error, Some(imageio_core::ErrorKind::BadOption), "{name}");
        // In metadata such a value is no reason to refuse the picture.
        let mut metadata = variables;
        if name != "format" {
            metadata.insert("format", "32-bit_rle_rgbe");
        }
        let after = again(&[(image.clone(), metadata)], ".hdr").expect("a picture");
        assert_eq!(after.len(), 1);
    }
}

#[test]
fn how_colours_are_stored_does_not_bind_other_pixels() {
    let frames = read(&super::fixture("jpeg/rgb_direct.jpg"), ".jpg").expect("a JPEG");
    let metadata = frames[0].1.clone();
    assert_eq!(metadata.get("adobe_transform"), Some(&0.into()));
    let gray = NdImage::from_vec(&[8, 8], vec![50u8; 64]).expect("an image");
    let after = again(&[(gray, metadata)], ".jpg").expect("a JPEG");
    assert_eq!(after[0].0.shape(), [8, 8]);
    assert_eq!(after[0].1.get("adobe_transform"), None);
}
