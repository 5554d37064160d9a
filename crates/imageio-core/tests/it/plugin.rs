//! What a plugin gets for free when it implements `read` and `properties` alone.

use std::ops::Range;

use imageio_core::{
    Applied, DType, Error, ErrorKind, ImageProperties, ImageResource, Images, Index, Mode, Modes,
    NdImage, OpenArgs, Options, PluginInfo, PluginV3, Request, Result, Spacing, Window, imopen_in,
    no_such_level,
};

use crate::toy::registry;

/// Four images of 2 rows and 3 columns, the third broken; `Default` is all of them.
struct Least;

static LEAST: PluginInfo =
    PluginInfo::new("least", |_, _| Ok(Box::new(Least))).modes(Modes::READ_WRITE);

impl PluginV3 for Least {
    fn read(&mut self, index: Index, _: &Options) -> Result<NdImage> {
        let all = NdImage::from_vec(&[4, 2, 3], (0..24u16).collect())?;
        match index {
            Index::At(2) => Err(Error::corrupt("the third is broken")),
            Index::At(position) => all.frame(position),
            _ => Ok(all),
        }
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<ImageProperties> {
        Ok(ImageProperties::new([2, 3], DType::U16).batch_of(4))
    }
}

fn least() -> ImageResource {
    imopen_in(&registry(&[&LEAST]), b"x", OpenArgs::new()).expect("it takes anything")
}

// checklist, G-022
#[test]
fn a_plugin_is_any_value_with_the_methods() -> Result<()> {
    fn sendable<T: Send + ?Sized>(_: &T) {}
    let mut plugin: Box<dyn PluginV3> = Box::new(Least);
    sendable(&*plugin);
    let none = Options::new();
    assert_eq!(plugin.read(Index::At(1), &none)?.shape(), [2, 3]);
    assert_eq!(plugin.properties(Index::All, &none)?.n_images, Some(4));
    plugin.close()
}

// checklist: A-091
#[test]
fn what_is_not_overridden_has_a_plain_meaning() -> Result<()> {
    let mut resource = least();
    let none = Options::new();
    for exclude_applied in [true, false] {
        assert!(
            resource
                .metadata(Index::Default, exclude_applied, &none)?
                .is_empty()
        );
    }
    assert!(resource.applied().is_empty());
    assert_eq!(resource.applied(), Applied::default());
    let target = Request::to_bytes().mode(Mode::WRITE);
    let mut writer = imopen_in(&registry(&[&LEAST]), target, OpenArgs::new())?;
    let image = NdImage::from_vec(&[1], vec![0u8])?;
    let error = writer.write(&image, &none).expect_err("does not write");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}

// checklist: A-021, G-003
#[test]
fn the_plugin_decides_what_default_means() -> Result<()> {
    let none = Options::new();
    assert_eq!(Index::default(), Index::Default);
    assert_eq!(
        (Index::from(4), Index::from(..)),
        (Index::At(4), Index::All)
    );
    assert_eq!(least().read(Index::Default, &none)?.shape(), [4, 2, 3]);
    let toys = crate::toy::file(1, &[&[1], &[2]]);
    let mut toy = imopen_in(&registry(&[&crate::toy::TOY]), toys, OpenArgs::new())?;
    assert_eq!(toy.read(Index::Default, &none)?.shape(), [1, 1]);
    Ok(())
}

// checklist: A-069, G-017
#[test]
fn the_default_iteration_ends_past_the_last_image_and_stops_at_an_error() -> Result<()> {
    let mut resource = least();
    let none = Options::new();
    let mut images = resource.iter(&none);
    let first = images.next().transpose()?.expect("four images");
    assert_eq!(first.into_vec::<u16>()?, [0, 1, 2, 3, 4, 5]);
    assert!(images.next().transpose()?.is_some());
    assert!(images.next().is_some_and(|image| image.is_err()));
    assert!(images.next().is_none(), "nothing comes after an error");
    drop(images);
    assert!(resource.read_next(4, &none)?.is_none());
    Ok(())
}

#[test]
fn a_window_is_cropped_and_checked() -> Result<()> {
    let mut resource = least();
    let none = Options::new();
    let part = resource.read_window(1, &Window::new([1..2, 0..2]), &none)?;
    assert_eq!(
        (part.shape(), part.as_slice::<u16>()?),
        (&[1, 2][..], &[9, 10][..])
    );
    let rows = resource.read_window(1, &Window::from([0..1]), &none)?;
    assert_eq!(rows.shape(), [1, 3]);
    assert_eq!(
        resource.read_window(1, &Window::default(), &none)?.shape(),
        [2, 3]
    );
    for (window, kind) in [
        (Window::new([0..3]), ErrorKind::OutOfRange),
        (
            Window::new([Range { start: 1, end: 0 }]),
            ErrorKind::OutOfRange,
        ),
        (Window::new([0..1, 0..1, 0..1]), ErrorKind::BadOption),
        (Window::new([0..1]).level(1), ErrorKind::OutOfRange),
    ] {
        let error = resource
            .read_window(1, &window, &none)
            .expect_err("outside");
        assert_eq!(error.kind(), kind, "{window:?}");
    }
    let window = Window::new([0..1]).level(2);
    assert_eq!((window.pyramid_level(), window.ranges()), (2, &[0..1][..]));
    assert!(no_such_level(&window, 2).message().contains("level 2"));
    Ok(())
}

#[test]
fn a_target_of_another_shape_or_type_is_refused() -> Result<()> {
    let mut resource = least();
    let none = Options::new();
    let mut target = NdImage::from_vec(&[2, 3], vec![0u16; 6])?;
    let start = target.as_slice::<u16>()?.as_ptr();
    resource.read_into(1, &mut target, &none)?;
    assert_eq!(target.as_slice::<u16>()?, [6, 7, 8, 9, 10, 11]);
    assert_eq!(
        target.as_slice::<u16>()?.as_ptr(),
        start,
        "the memory stays"
    );
    for mut wrong in [
        NdImage::from_vec(&[3, 2], vec![0u16; 6])?,
        NdImage::from_vec(&[2, 3], vec![0i16; 6])?,
    ] {
        let error = resource
            .read_into(1, &mut wrong, &none)
            .expect_err("does not fit");
        assert_eq!(error.kind(), ErrorKind::BadOption);
        assert!(
            error.message().contains("uint16 of shape [2, 3]"),
            "{error}"
        );
    }
    Ok(())
}

// checklist: A-071, H-020
#[test]
fn properties_say_what_is_known() {
    let one = ImageProperties::new([4, 6], DType::F32);
    assert_eq!((&one.shape[..], one.dtype), (&[4, 6][..], DType::F32));
    assert_eq!(
        (one.is_batch, one.n_images, &one.spacing),
        (false, None, &None)
    );
    assert!(one.axes.is_none() && one.levels.is_empty());
    let spacing = vec![Spacing::Uniform(0.5), Spacing::Distances(vec![1.0, 2.0])];
    let batch = one
        .axes("YX")
        .spacing(spacing.clone())
        .levels(vec![vec![4, 6], vec![2, 3]])
        .batch_of(7);
    assert_eq!(
        (batch.is_batch, batch.n_images, &batch.shape[..]),
        (true, Some(7), &[7, 4, 6][..])
    );
    assert_eq!(batch.axes.as_deref(), Some("NYX"));
    assert_eq!((batch.spacing, batch.levels.len()), (Some(spacing), 2));
}

#[test]
fn a_plugin_opened_for_one_direction_refuses_the_other() -> Result<()> {
    let mut reader = least();
    let image = NdImage::from_vec(&[1], vec![0u8])?;
    let error = reader
        .write(Images::single(&image), &Options::new())
        .expect_err("a reader");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let mut writer = imopen_in(&registry(&[&LEAST]), Request::to_bytes(), OpenArgs::new())?;
    let none = Options::new();
    let outcomes = [
        writer.read(0, &none).map(|_| ()),
        writer.read_next(0, &none).map(|_| ()),
        writer.read_window(0, &Window::default(), &none).map(|_| ()),
        writer.properties(0, &none).map(|_| ()),
        writer.metadata(0, true, &none).map(|_| ()),
    ];
    for outcome in outcomes {
        let error = outcome.expect_err("a writer");
        assert_eq!(
            (error.kind(), error.plugin()),
            (ErrorKind::Unsupported, Some("least"))
        );
    }
    Ok(())
}
