//! What the options and metadata of TGA, ICO and CUR do.

use imageio_core::{
    ErrorKind, Images, Index, Metadata, Mode, NdImage, OpenArgs, Options, Request, Result, Value,
    imopen,
};
use imageio_pillowlike::{IconFormat, PLUGIN, PillowWriteOptions};

fn encode(images: Images<'_>, extension: &str, options: PillowWriteOptions) -> Result<Vec<u8>> {
    let open = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut target = imopen(Request::to_bytes().mode(Mode::WRITE), open)?;
    target.write(images, &options.into())?;
    Ok(target.close()?.into_bytes().unwrap_or_default())
}

fn metadata_of(bytes: &[u8]) -> Metadata {
    let mut opened = imopen(bytes, OpenArgs::new().plugin(&PLUGIN)).expect("recognised");
    opened
        .metadata(Index::At(0), true, &Options::new())
        .expect("metadata")
}

fn picture(height: usize, width: usize) -> NdImage {
    let data = (0..height * width * 4)
        .map(|at| (at / 24 * 31 % 256) as u8)
        .collect();
    NdImage::from_vec(&[height, width, 4], data).expect("a picture")
}

#[test]
fn tga_options_reach_the_file() {
    let options = PillowWriteOptions::new;
    let image = picture(20, 30);
    let plain = encode((&image).into(), ".tga", options()).expect("a TGA");
    let area: Metadata = [("author", "me")].into_iter().collect();
    let full = options()
        .rle(Some(true))
        .orientation(Some(1))
        .id_section(Value::from("an id"))
        .extension_area(Value::from(area));
    let coded = encode((&image).into(), ".tga", full).expect("a TGA");
    assert!(coded.len() < plain.len());
    let metadata = metadata_of(&coded);
    assert_eq!(metadata.get("compression"), Some(&"tga_rle".into()));
    assert_eq!(metadata.get("orientation"), Some(&1.into()));
    assert_eq!(
        metadata.get("id_section").and_then(Value::as_bytes),
        Some(&b"an id"[..])
    );
    let author = metadata
        .lookup("extension_area.author")
        .and_then(Value::as_str);
    assert_eq!(author, Some("me"));
    let plain = metadata_of(&plain);
    assert_eq!(plain.get("orientation"), Some(&(-1).into()));
    assert!(!plain.contains_key("compression") && !plain.contains_key("extension_area"));
    let wrong = options().id_section(Value::from(1));
    let error = encode((&image).into(), ".tga", wrong).expect_err("a number");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn icons_take_sizes_and_formats() {
    let options = PillowWriteOptions::new;
    let image = picture(64, 64);
    let sizes = options().sizes(vec![vec![16, 16], vec![32]]);
    let bytes = encode((&image).into(), ".ico", sizes).expect("an icon");
    let stored = metadata_of(&bytes);
    assert_eq!(
        stored.get("sizes"),
        Some(&Value::from([[32, 32], [16, 16]]))
    );
    assert_eq!(stored.get("bit_depths"), Some(&Value::from([32, 32])));
    let bitmap = options().bitmap_format(Some(IconFormat::Bmp));
    let bytes = encode((&image).into(), ".ico", bitmap).expect("an icon");
    assert_eq!(bytes.get(22..26), Some(&[40, 0, 0, 0][..]));
    let wrong = options().sizes(vec![vec![1, 2, 3]]);
    let error = encode((&image).into(), ".ico", wrong).expect_err("a triple");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn cursors_point() {
    let images = [picture(32, 32), picture(16, 16)];
    let options = PillowWriteOptions::new().hotspots(vec![vec![3, 4], vec![1, 2]]);
    let bytes = encode(Images::from(&images[..]), ".cur", options).expect("cursors");
    let stored = metadata_of(&bytes);
    assert_eq!(stored.get("hotspots"), Some(&Value::from([[3, 4], [1, 2]])));
    let mut opened = imopen(bytes.as_slice(), OpenArgs::new().plugin(&PLUGIN)).expect("recognised");
    for (at, image) in images.iter().enumerate() {
        let read = opened.read(at, &Options::new()).expect("a cursor");
        assert_eq!(read, *image);
    }
    // Without an index it is the first, as the sizes differ.
    let first = opened
        .read(Index::Default, &Options::new())
        .expect("a cursor");
    assert_eq!(first, images[0]);
}
