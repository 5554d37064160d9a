//! Two different plugins under one name, in a binary of its own because registration is per binary.

use imageio::v3 as iio;
use imageio_core::{Error, ErrorKind, NdImage, PluginInfo, register_plugin};

register_plugin!(
    PluginInfo::new("pillow", |_, _| Err(Error::not_this_format("the impostor")))
        .extensions(&[".png"])
);

#[test]
fn using_the_name_is_an_error_that_names_both_crates() {
    let pixel = NdImage::from_vec(&[1, 1], vec![5u8]).expect("a pixel");
    let error = iio::imwrite_with(
        "<bytes>",
        &pixel,
        iio::WriteArgs::new().extension(".png").plugin("pillow"),
    )
    .expect_err("the name is claimed twice");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    let text = error.to_string();
    assert!(
        text.contains("imageio-tests") && text.contains("imageio-pillowlike"),
        "{text}"
    );
    assert_eq!(imageio::registry().conflicts().len(), 1);
}

#[test]
fn a_search_without_the_name_uses_the_first() {
    let pixel = NdImage::from_vec(&[1, 1], vec![5u8]).expect("a pixel");
    let png = iio::imwrite_bytes(&pixel, ".png");
    let impostor_is_first = imageio::registry()
        .plugins()
        .iter()
        .any(|card| card.from_crate() == "imageio-tests");
    assert_eq!(png.is_err(), impostor_is_first, "{png:?}");
}
