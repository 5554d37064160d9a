//! An opened resource, from its first call to its close.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imageio_core::{
    DType, ErrorKind, Frames, ImageResource, Images, Index, NdImage, OpenArgs, Options, Request,
    Result, imopen_in,
};

use crate::toy::{TOY, ToyReadOptions, file, notes, registry, row};

fn opened(frames: &[&[u8]]) -> Result<ImageResource> {
    imopen_in(&registry(&[&TOY]), file(1, frames), OpenArgs::new())
}

fn none() -> Options {
    Options::new()
}

// checklist, H-006
#[test]
fn one_image_or_all_stacked_as_often_as_wanted() -> Result<()> {
    let mut resource = opened(&[&[1, 2], &[3, 4], &[5, 6]])?;
    for _ in 0..2 {
        assert_eq!(resource.read(2, &none())?.into_vec::<u8>()?, [5, 6]);
        assert_eq!(resource.read(0, &none())?.shape(), [1, 2]);
        let all = resource.read(.., &none())?;
        assert_eq!((all.shape(), all.dtype()), (&[3, 1, 2][..], DType::U8));
        assert_eq!(all.into_vec::<u8>()?, [1, 2, 3, 4, 5, 6]);
    }
    let all = resource.properties(.., &none())?;
    assert_eq!((all.is_batch, all.n_images), (true, Some(3)));
    let one = resource.properties(1, &none())?;
    assert_eq!((one.is_batch, one.n_images), (false, None));
    let mut single = opened(&[&[9]])?;
    assert_eq!(single.read(Index::All, &none())?.shape(), [1, 1, 1]);
    Ok(())
}

// checklist: A-019, G-017
#[test]
fn an_index_past_the_end_is_an_error_with_both_figures() -> Result<()> {
    let mut resource = opened(&[&[1], &[2]])?;
    let errors = [
        resource.read(2, &none()).map(|_| ()),
        resource.properties(2, &none()).map(|_| ()),
    ];
    for error in errors {
        let error = error.expect_err("past the end");
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
        assert_eq!(
            error.message(),
            "index 2 is out of range: the resource holds 2 images"
        );
    }
    let error = imageio_core::Error::out_of_range(5, 1);
    assert!(error.message().ends_with("holds 1 image"));
    Ok(())
}

// checklist
#[test]
fn metadata_gets_the_index_and_the_flag() -> Result<()> {
    let mut resource = opened(&[&[1]])?;
    for (index, exclude) in [
        (Index::At(3), true),
        (Index::All, false),
        (Index::Default, true),
    ] {
        let metadata = resource.metadata(index, exclude, &none())?;
        let expected = format!("{{index: {index:?}, exclude_applied: {exclude}}}");
        assert_eq!(metadata.to_string(), expected);
    }
    Ok(())
}

// checklist, G-016
#[test]
fn iteration_is_each_index_in_turn_and_decodes_one_at_a_time() -> Result<()> {
    let mut resource = opened(&[&[1], &[2], &[3]])?;
    notes();
    let options = Options::from(ToyReadOptions::new().invert(true));
    let mut images = resource.iter(&options);
    assert!(
        notes().is_empty(),
        "nothing is decoded before it is asked for"
    );
    assert_eq!(images.next().transpose()?.map(|image| image.len()), Some(1));
    assert_eq!(notes(), ["decode 0"]);
    let rest: Vec<u8> = images
        .flat_map(|image| image?.into_vec::<u8>())
        .flatten()
        .collect();
    assert_eq!(rest, [253, 252]);
    let again: Vec<_> = resource.iter(&none()).collect::<Result<_>>()?;
    for (position, image) in again.iter().enumerate() {
        assert_eq!(*image, resource.read(position, &none())?);
    }
    assert_eq!(again.len(), 3);
    Ok(())
}

// checklist: A-003
#[test]
fn frames_open_when_the_first_is_asked_for_and_close_when_dropped() -> Result<()> {
    struct Watched(Vec<u8>, Arc<AtomicBool>);
    impl AsRef<[u8]> for Watched {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    impl Drop for Watched {
        fn drop(&mut self) {
            self.1.store(true, Ordering::SeqCst);
        }
    }
    let (opened, dropped) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let bytes = Watched(file(1, &[&[1], &[2]]), Arc::clone(&dropped));
    let flag = Arc::clone(&opened);
    let open = move || {
        flag.store(true, Ordering::SeqCst);
        imopen_in(
            &registry(&[&TOY]),
            Request::from_owner(bytes),
            OpenArgs::new(),
        )
    };
    let mut frames = Frames::new(open, none());
    assert!(!opened.load(Ordering::SeqCst) && frames.resource().is_none());
    assert_eq!(frames.next().transpose()?.map(|image| image.len()), Some(1));
    assert!(opened.load(Ordering::SeqCst) && frames.resource().is_some());
    let mut elsewhere = std::thread::spawn(move || frames).join().expect("no panic");
    assert!(elsewhere.next().is_some_and(|image| image.is_ok()));
    assert!(elsewhere.next().is_none() && elsewhere.next().is_none());
    drop(elsewhere);
    assert!(dropped.load(Ordering::SeqCst));

    let fails = || imopen_in(&registry(&[]), b"x", OpenArgs::new());
    let mut frames = Frames::new(fails, none());
    assert!(frames.next().is_some_and(|image| image.is_err()));
    assert!(frames.next().is_none(), "an error ends it");
    Ok(())
}

// checklist
#[test]
fn one_image_a_batch_or_a_list_is_written_and_calls_append() -> Result<()> {
    let write = |steps: &dyn Fn(&mut ImageResource) -> Result<()>| -> Result<Option<Vec<u8>>> {
        let args = OpenArgs::new().extension(".toy");
        let mut resource = imopen_in(&registry(&[&TOY]), Request::to_bytes(), args)?;
        steps(&mut resource)?;
        Ok(resource.close()?.into_bytes())
    };
    let expected = Some(file(1, &[&[1], &[2]]));
    let list = [row(&[1]), row(&[2])];
    let batch = NdImage::stack(&list)?;
    assert_eq!(write(&|to| to.write(&batch, &none()))?, expected);
    assert_eq!(write(&|to| to.write(&list, &none()))?, expected);
    assert_eq!(write(&|to| to.write(&list[..], &none()))?, expected);
    assert_eq!(write(&|to| to.write(&list.to_vec(), &none()))?, expected);
    let appended = write(&|to| {
        to.write(&list[0], &none())?;
        to.write(Images::single(&list[1]), &none())
    });
    assert_eq!(appended?, expected);
    let nothing = NdImage::from_vec(&[0, 1, 1], Vec::<u8>::new())?;
    for error in [
        write(&|to| to.write(&nothing, &none())),
        write(&|to| to.write(Images::list([]), &none())),
    ] {
        let error = error.expect_err("no image");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("zero images"), "{error}");
    }
    Ok(())
}
