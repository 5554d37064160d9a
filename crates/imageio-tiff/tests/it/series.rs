//! Series of several files, and files that only look like one of a kind.

use imageio_core::{Images, Index, Metadata, NdImage, Request};
use imageio_tiff::{TiffOpenOptions, TiffReadOptions, TiffReader, TiffWriteOptions};

use crate::support::{LONG, SHORT, bytes, file, fixture, read};
use crate::written::write_all;

/// Reads the first series of a fixture; gives its shape, axes and warnings.
fn outcome(name: &str, options: &TiffReadOptions) -> (Vec<usize>, String, Vec<String>) {
    let request = Request::from(fixture(name));
    let mut reader = TiffReader::open_with(request.clone(), options).expect(name);
    let known = reader.properties(Index::Default, options).expect(name);
    (
        known.shape,
        known.axes.unwrap_or_default(),
        request.warnings(),
    )
}

// checklist: E-145
#[test]
fn a_series_reaches_into_other_files() {
    let whole = read("ome_multi_0.ome.tif", 0).unwrap();
    assert_eq!(whole.shape(), [2, 5, 7]);
    let options = TiffReadOptions::new().multifile(false);
    for file in 0..2 {
        let name = format!("ome_multi_{file}.ome.tif");
        assert_eq!(read(&name, 0).unwrap(), whole);
        let mut alone = TiffReader::open_with(fixture(&name), &options).unwrap();
        let page = alone.read(Index::Default, &options).unwrap();
        assert_eq!(page, whole.frame(file).unwrap());
    }
}

// checklist: E-145
#[test]
fn a_missing_file_is_reported_and_its_pixels_are_zeros() {
    let (shape, _, warnings) = outcome("ome_alone.ome.tif", &TiffReadOptions::new());
    assert_eq!(shape, [2, 5, 7]);
    assert_eq!(
        warnings,
        ["OME: the file \"ome_nowhere.ome.tif\" cannot be read; its pixels are zeros"]
    );
    let image = read("ome_alone.ome.tif", 0).unwrap();
    assert!(
        image
            .frame(1)
            .unwrap()
            .into_vec::<u8>()
            .unwrap()
            .iter()
            .all(|&pixel| pixel == 0)
    );
    assert!(
        image
            .frame(0)
            .unwrap()
            .into_vec::<u8>()
            .unwrap()
            .iter()
            .any(|&pixel| pixel != 0)
    );
    // Bytes have no files beside them.
    let mut reader = TiffReader::open(bytes("ome_multi_0.ome.tif")).unwrap();
    let alone = reader
        .read(Index::Default, &TiffReadOptions::new())
        .unwrap();
    assert_eq!(alone.shape(), [2, 5, 7]);
}

// checklist: E-145
#[test]
fn broken_xml_is_reported_and_pages_are_grouped_as_they_are() {
    let (shape, axes, warnings) = outcome("ome_broken.ome.tif", &TiffReadOptions::new());
    assert_eq!((shape, axes.as_str()), (vec![2, 5, 7], "IYX"));
    assert!(
        warnings[0].starts_with("series `ome`: the XML: "),
        "{warnings:?}"
    );
}

// checklist: E-145
#[test]
fn hidden_axes_are_split_off() {
    let (shape, axes, _) = outcome("ome_modulo.ome.tif", &TiffReadOptions::new());
    assert_eq!((shape, axes.as_str()), (vec![2, 3, 5, 7], "TPYX"));
}

// checklist: E-143
#[test]
fn a_description_that_fits_no_page_is_reported() {
    let (shape, axes, warnings) = outcome("shaped_wrong.tif", &TiffReadOptions::new());
    assert_eq!((shape, axes.as_str()), (vec![5, 7], "YX"));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

// checklist: E-144
#[test]
fn counts_that_cannot_be_are_reported() {
    let (shape, _, warnings) = outcome("imagej_wrong.tif", &TiffReadOptions::new());
    assert_eq!(shape, [5, 7]);
    assert_eq!(
        warnings,
        ["series `imagej`: ImageJ's description: x slices"]
    );
}

/// Shape and axes of four pictures one behind the other, of which the first has a page with these descriptions.
fn described_by(descriptions: &[&str]) -> (Vec<usize>, String) {
    let mut data = vec![7; 4 * 12];
    let mut tags = vec![
        (256, SHORT, 1, 4),
        (257, SHORT, 1, 3),
        (258, SHORT, 1, 8),
        (262, SHORT, 1, 1),
        (273, LONG, 1, 8),
        (277, SHORT, 1, 1),
        (278, SHORT, 1, 3),
        (279, LONG, 1, 12),
    ];
    for (place, text) in (4..).zip(descriptions) {
        let at = 8 + data.len() as u32;
        tags.insert(place, (270, 2, text.len() as u32 + 1, at));
        data.extend(text.bytes().chain([0]));
    }
    let mut reader = TiffReader::open(file(&data, &tags)).unwrap();
    let options = TiffReadOptions::new();
    let known = reader.properties(Index::Default, &options).unwrap();
    (known.shape, known.axes.unwrap_or_default())
}

const SHAPED: &str = r#"{"shape": [1, 3, 4], "axes": "TYX"}"#;
const IMAGEJ: &str = "ImageJ=1.53k\nimages=2\nslices=2\n";
const OME: &str = r#"<?xml version="1.0"?><OME><Image ID="Image:0"><Pixels DimensionOrder="XYZCT" Type="uint8" SizeX="4" SizeY="3" SizeZ="1" SizeC="1" SizeT="1"><TiffData IFD="0" PlaneCount="1"/></Pixels></Image></OME>"#;

// checklist: E-141
#[test]
fn the_first_kind_that_fits_counts() {
    let (shape, axes, _) = outcome("shaped_axes.tif", &TiffReadOptions::new());
    assert_eq!((shape, axes.as_str()), (vec![2, 3, 5, 7], "TZYX"));
    let shaped = (vec![1, 3, 4], "TYX".to_owned());
    let ome = (vec![3, 4], "YX".to_owned());
    let imagej = (vec![2, 3, 4], "ZYX".to_owned());
    assert_eq!(described_by(&[SHAPED]), shaped);
    assert_eq!(described_by(&[OME]), ome);
    assert_eq!(described_by(&[IMAGEJ]), imagej);
    assert_eq!(described_by(&[IMAGEJ, SHAPED]), shaped);
    assert_eq!(described_by(&[OME, SHAPED]), shaped);
    assert_eq!(described_by(&[OME, IMAGEJ]), ome);
}

// checklist: E-144
#[test]
fn pages_that_no_axis_counts_have_one_of_their_own() {
    let image = NdImage::from_vec(&[3, 4], vec![7u8; 12]).unwrap();
    let meta: Metadata = [("description", "ImageJ=1.53k\nimages=2\n")]
        .into_iter()
        .collect();
    let images = [(); 2].map(|()| Images::single(&image).metadata([meta.clone()]));
    let options = TiffWriteOptions::new().writeshape(false);
    let bytes = write_all(images, TiffOpenOptions::new(), options).unwrap();
    let mut reader = TiffReader::open(bytes).unwrap();
    let known = reader
        .properties(Index::Default, &TiffReadOptions::new())
        .unwrap();
    assert_eq!(
        (known.shape.as_slice(), known.axes.as_deref()),
        (&[2, 3, 4][..], Some("IYX"))
    );
}

#[test]
fn axes_of_length_1_stay_where_that_is_asked_for() {
    let whole = TiffReadOptions::new().squeeze(false);
    assert_eq!(outcome("ome_5d.ome.tif", &whole).1, "TCZYXS");
    assert_eq!(outcome("imagej_le.tif", &whole).1, "TZCYXS");
    let squeezed = TiffReadOptions::new().squeeze(true);
    assert_eq!(outcome("shaped_ones.tif", &squeezed).0, [3, 5, 7]);
    assert_eq!(
        outcome("shaped_ones.tif", &TiffReadOptions::new()).0,
        [1, 3, 1, 5, 7]
    );
}
