//! Single images, batches and lists on their way to a writer.

use imageio_core::{ErrorKind, Images, Metadata, NdImage, Result};

fn volume() -> NdImage {
    NdImage::from_vec(&[2, 3, 4], (0..24u8).collect()).expect("24 elements")
}

// checklist, G-010, H-003
#[test]
fn what_the_caller_says_beats_what_the_plugin_guesses() -> Result<()> {
    let image = volume();
    let count = |images: Images<'_>, guess: bool| images.frames(|_| guess).map(|all| all.len());
    assert_eq!(count(Images::from(&image), true)?, 2);
    assert_eq!(count(Images::from(&image), false)?, 1);
    assert_eq!(count(Images::single(&image), true)?, 1);
    assert_eq!(count(Images::batch(&image), false)?, 2);
    for (said, frames) in [(Some(true), 2), (Some(false), 1)] {
        assert_eq!(count(Images::from(&image).is_batch(said), false)?, frames);
        assert_eq!(count(Images::batch(&image).is_batch(said), true)?, frames);
        assert_eq!(Images::from(&image).is_batch(said).says_batch(), said);
    }
    assert_eq!(Images::from(&image).is_batch(None).says_batch(), None);
    assert_eq!(Images::single(&image).says_batch(), Some(false));
    Ok(())
}

#[test]
fn unequal_images_stay_unequal_and_share_their_elements() -> Result<()> {
    let small = NdImage::from_vec(&[1, 1], vec![1.5f32])?;
    let image = volume();
    let frames = Images::list([&image, &small]).frames(|_| panic!("a list is never guessed"))?;
    assert_eq!(
        (frames[0].shape(), frames[1].shape()),
        (&[2, 3, 4][..], &[1, 1][..])
    );
    assert_eq!(
        frames[0].as_slice::<u8>()?.as_ptr(),
        image.as_slice::<u8>()?.as_ptr()
    );
    let parts = Images::batch(&image).frames(|_| true)?;
    assert_eq!(
        parts[1].as_slice::<u8>()?.as_ptr(),
        image.as_slice::<u8>()?[12..].as_ptr()
    );
    Ok(())
}

// checklist: A-084
#[test]
fn no_image_at_all_is_refused() -> Result<()> {
    let empty = NdImage::from_vec(&[0, 3, 4], Vec::<u8>::new())?;
    let scalar = NdImage::from_vec(&[], vec![1u8])?;
    for images in [
        Images::batch(&empty),
        Images::batch(&scalar),
        Images::list([]),
    ] {
        let error = images.frames(|_| true).expect_err("nothing to write");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    Ok(())
}

#[test]
fn each_image_can_have_metadata() {
    let image = volume();
    let metadata: Metadata = [("EXTNAME", "SCI")].into_iter().collect();
    let images = Images::list([&image, &image]).metadata([Metadata::new(), metadata.clone()]);
    assert_eq!(images.metadata_of(1), Some(&metadata));
    assert_eq!(images.metadata_of(2), None);
    assert_eq!(Images::from(&image).metadata_of(0), None);
    let kept = Images::single(&image)
        .metadata([metadata.clone()])
        .is_batch(Some(true));
    assert_eq!(kept.metadata_of(0), Some(&metadata));
}
