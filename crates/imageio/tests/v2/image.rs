//! Images with metadata.

use std::sync::Mutex;

use imageio::v2::{Array, Image};
use imageio::{DType, Metadata, NdImage, Value};

use crate::samples::gray;

fn with_meta() -> Image {
    let exif: Metadata = [("Make", "Works"), ("Model", "One")].into_iter().collect();
    let mut meta = Metadata::new();
    meta.insert("z", 1);
    meta.insert("EXIF_MAIN", exif);
    Image::new(gray(&[2, 3]), meta)
}

// checklist: B-081
#[test]
fn an_image_is_an_array_with_meta() {
    let image: Array = with_meta();
    assert_eq!((image.shape(), image.dtype()), (&[2, 3][..], DType::U8));
    assert_eq!(image.meta.get("z"), Some(&Value::Int(1)));
    assert!(Image::from(gray(&[2, 3])).meta.is_empty());
}

// checklist: B-082
#[test]
fn metadata_is_copied_kept_in_order_and_found_by_path() {
    let image = with_meta();
    let mut copy = image.clone();
    copy.meta.insert("z", 2);
    assert_eq!(image.meta.get("z"), Some(&Value::Int(1)));
    assert_eq!(image.meta.keys().collect::<Vec<_>>(), ["z", "EXIF_MAIN"]);
    let make = image.meta.lookup("EXIF_MAIN.Make");
    assert_eq!(make.and_then(Value::as_str), Some("Works"));
}

// checklist: B-083, F-094
#[test]
fn results_of_the_same_shape_keep_the_meta() -> imageio::Result<()> {
    let image = with_meta();
    let sum = image.as_array::<u8>()?.mapv(|value| value + 1);
    let sum = image.derive(sum).expect("the same shape");
    assert_eq!((sum.as_array::<u8>()?[[0, 0]], &sum.meta), (1, &image.meta));
    let row: NdImage = image.derive(image.frame(0)?).expect_err("another shape");
    assert_eq!(row.shape(), [3]);
    Ok(())
}

// checklist: B-084
#[test]
fn an_image_made_of_an_image_keeps_its_meta() {
    let image = with_meta();
    assert_eq!(image.clone().meta, image.meta);
    let replaced = Image::new(image.clone(), Metadata::new());
    assert!(replaced.meta.is_empty());
    assert_eq!(replaced, *image.as_ndimage());
}

// checklist: B-085, F-097
#[test]
fn the_plain_array_shares_its_elements() -> imageio::Result<()> {
    let image = with_meta();
    let plain: NdImage = image.as_ndimage().clone();
    assert_eq!(
        plain.as_slice::<u8>()?.as_ptr(),
        image.as_slice::<u8>()?.as_ptr()
    );
    let owned: NdImage = image.into_ndimage();
    assert_eq!(
        plain.as_slice::<u8>()?.as_ptr(),
        owned.as_slice::<u8>()?.as_ptr()
    );
    Ok(())
}

struct Kept(Mutex<Vec<String>>);

impl log::Log for Kept {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().contains("scale") {
            let mut lines = self.0.lock().expect("a lock");
            lines.push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

static KEPT: Kept = Kept(Mutex::new(Vec::new()));

// checklist: B-089
#[test]
fn lossy_paths_warn() -> imageio::Result<()> {
    log::set_logger(&KEPT).expect("the only logger of this program");
    log::set_max_level(log::LevelFilter::Warn);
    let to_uint8 = |image: NdImage| imageio::v2::image_as_uint(&image, 8).map(drop);
    to_uint8(NdImage::from_vec(&[2], vec![0.0, 0.5])?)?;
    to_uint8(NdImage::from_vec(&[2], vec![0u16, 9])?)?;
    to_uint8(NdImage::from_vec(&[2], vec![-1i16, 9])?)?;
    to_uint8(NdImage::from_vec(&[2], vec![0u8, 9])?)?;
    let lines = KEPT.0.lock().expect("a lock").clone();
    let said = [
        ("float64 to uint8", "range [0, 1]"),
        ("uint16 to uint8", "losing 8 bits"),
        ("int16 to uint8", "range [-1, 9]"),
    ];
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, (types, detail)) in lines.iter().zip(said) {
        assert!(
            line.contains("lossy conversion from") && line.contains(types),
            "{line}"
        );
        assert!(
            line.contains(detail) && line.contains("convert the image to uint8"),
            "{line}"
        );
    }
    Ok(())
}
