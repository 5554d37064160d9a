//! What an image is: a series, a page, or all of them, in each mode.

use imageio_core::{ErrorKind, ImageMode, Index, Mode, OpenArgs, Options, Registry, Request};
use imageio_core::{ImageResource, NdImage, imopen_in};
use imageio_tiff::{Key, PLUGIN, TiffReadOptions};

use crate::support::{fixture, open, read};

fn resource(name: &str, mode: ImageMode) -> ImageResource {
    let request = Request::from(fixture(name)).mode(Mode::READ.images(mode));
    let mut registry = Registry::new();
    registry.add_plugin(&PLUGIN).expect("one card");
    imopen_in(&registry, request, OpenArgs::new().plugin("TIFF")).expect(name)
}

fn shapes(name: &str, mode: ImageMode) -> Vec<Vec<usize>> {
    let options = Options::new();
    let mut resource = resource(name, mode);
    let images = resource.iter(&options);
    images
        .map(|image| image.expect(name).shape().to_vec())
        .collect()
}

// checklist: E-109, E-131
#[test]
fn the_index_counts_series() {
    assert_eq!(read("pages_unequal.tif", 0).unwrap().shape(), [2, 5, 7]);
    assert_eq!(read("pages_unequal.tif", 1).unwrap().shape(), [2, 6, 4]);
    let error = read("pages_unequal.tif", 2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert!(error.message().contains("holds 2 images"), "{error}");
    let error = read("pages_unequal.tif", ..).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(read("pages_3.tif", ..).unwrap().shape(), [1, 3, 5, 7]);
}

// checklist: E-131
#[test]
fn pages_are_those_of_a_series_or_of_the_file() {
    let mut reader = open("pages_unequal.tif");
    let mut page = |index: Index, page: usize| {
        let options = TiffReadOptions::new().page(page);
        reader.read(index, &options).map_err(|error| error.kind())
    };
    assert_eq!(page(Index::At(1), 1), page(Index::All, 3));
    assert_eq!(page(Index::Default, 1), page(Index::All, 2));
    assert_eq!(page(Index::At(1), 2), Err(ErrorKind::OutOfRange));
    assert_eq!(page(Index::All, 4), Err(ErrorKind::OutOfRange));
    let series = reader.iter_pages(Index::At(1)).unwrap();
    assert_eq!(
        series
            .map(|page| page.unwrap().shape().to_vec())
            .collect::<Vec<_>>(),
        [[6, 4]; 2]
    );
    assert_eq!(reader.iter_pages(Index::All).unwrap().count(), 4);
}

#[test]
fn keys_choose_pages() {
    let mut reader = open("pages_3.tif");
    let mut read = |key: Key, index: Index| {
        let options = TiffReadOptions::new().key(key);
        reader.read(index, &options).map_err(|error| error.kind())
    };
    let frames = |pages: &[u8]| -> Vec<u8> { pages.to_vec() };
    let firsts = |image: NdImage| -> Vec<u8> {
        let pixels = image.into_vec::<u8>().unwrap();
        pixels.iter().step_by(35).copied().collect()
    };
    assert_eq!(read(Key::Page(1), Index::Default).unwrap().shape(), [5, 7]);
    assert_eq!(
        firsts(read(Key::Pages(vec![2, 0]), Index::Default).unwrap()),
        frames(&[2, 0])
    );
    let slice = Key::Slice {
        start: 0,
        stop: None,
        step: 2,
    };
    assert_eq!(firsts(read(slice, Index::All).unwrap()), frames(&[0, 2]));
    let none = Key::Slice {
        start: 3,
        stop: None,
        step: 1,
    };
    assert_eq!(read(none, Index::All), Err(ErrorKind::BadOption));
    let both = TiffReadOptions::new().key(Key::Page(0)).page(0);
    assert_eq!(
        reader.read(Index::Default, &both).unwrap_err().kind(),
        ErrorKind::BadOption
    );
}

#[test]
fn the_option_series_is_another_name_of_the_index() {
    let mut reader = open("pages_unequal.tif");
    let options = TiffReadOptions::new().series(1);
    let expected = read("pages_unequal.tif", 1).unwrap();
    assert_eq!(reader.read(Index::Default, &options).unwrap(), expected);
    assert_eq!(
        reader.read(Index::At(0), &options).unwrap_err().kind(),
        ErrorKind::BadOption
    );
    let next = reader
        .read_next(1, &options)
        .unwrap()
        .expect("a second page");
    assert_eq!(next, expected.frame(1).unwrap());
}

// checklist: E-107, E-108, E-110, F-053
#[test]
fn image_modes_count_pages_and_volume_modes_series() {
    let (image, images, volume, any) = (
        ImageMode::SingleImage,
        ImageMode::MultiImage,
        ImageMode::MultiVolume,
        ImageMode::Any,
    );
    for mode in [image, images] {
        assert_eq!(shapes("shaped_planar.tif", mode), [[3, 10, 10]; 2]);
        assert_eq!(shapes("imagej_rgb.tif", mode).len(), 3);
        let mut resource = resource("pages_unequal.tif", mode);
        let none = Options::new();
        assert_eq!(resource.read(3, &none).unwrap().shape(), [6, 4]);
        assert_eq!(
            resource.read(4, &none).unwrap_err().kind(),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            resource.properties(.., &none).unwrap_err().kind(),
            ErrorKind::Unsupported
        );
    }
    let mut pages = resource("pages_3.tif", images);
    assert_eq!(
        pages.properties(.., &Options::new()).unwrap().n_images,
        Some(3)
    );
    assert_eq!(shapes("pages_3.tif", volume), [[3, 5, 7]]);
    assert_eq!(shapes("shaped_planar.tif", volume), [[2, 3, 10, 10]]);
    assert_eq!(
        shapes("shaped_two.tif", volume),
        [vec![3, 5, 7], vec![2, 4, 6]]
    );
    assert_eq!(
        shapes("shaped_two.tif", any),
        [vec![3, 5, 7], vec![2, 4, 6]]
    );
}

// checklist: F-055
#[test]
fn a_hyperstack_is_one_image() {
    for name in ["imagej_le.tif", "imagej_be.tif"] {
        assert_eq!(shapes(name, ImageMode::SingleVolume), [[2, 3, 2, 5, 7]]);
    }
}

#[test]
fn iterating_over_plain_pages_gives_them_one_by_one() {
    for (name, count) in [
        ("pages_3.tif", 3),
        ("shaped_deflate.tif", 3),
        ("shaped_truncated.tif", 4),
    ] {
        let whole = read(name, 0).unwrap();
        let mut resource = resource(name, ImageMode::Any);
        let options = Options::new();
        let pages: Vec<NdImage> = resource
            .iter(&options)
            .map(|page| page.expect(name))
            .collect();
        assert_eq!(pages.len(), count, "{name}");
        for (position, page) in pages.iter().enumerate() {
            assert_eq!(*page, whole.frame(position).unwrap(), "{name} {position}");
        }
    }
    assert_eq!(shapes("imagej_le.tif", ImageMode::Any), [[2, 3, 2, 5, 7]]);
    assert_eq!(shapes("pages_unequal.tif", ImageMode::Any).len(), 2);
}

#[test]
fn the_names_of_other_plugins_mean_this_one() {
    for name in ["TIFF", "tifffile", "TIFF-PIL"] {
        let mut registry = Registry::new();
        registry.add_plugin(&PLUGIN).expect("one card");
        let request = Request::from(fixture("pages_3.tif"));
        let opened = imopen_in(&registry, request, OpenArgs::new().plugin(name));
        assert!(opened.is_ok(), "{name}");
    }
}
