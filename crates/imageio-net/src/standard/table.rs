//! The list of standard images.
//!
//! A checksum stands here only where the published file itself was seen, in the archive in which Python's ImageIO 2.18.0
//! is distributed. Files of the same names are found elsewhere, but some of them differ, so none of those is taken for it.

use super::StandardImage;

const fn image(
    name: &'static str,
    description: &'static str,
    sha256: Option<&'static str>,
) -> StandardImage {
    StandardImage {
        name,
        description,
        sha256,
    }
}

/// Sorted by extension, then by name.
pub(super) const IMAGES: &[StandardImage] = &[
    image("chelsea.bsdf", "Stefan's cat as BSDF", None),
    image(
        "newtonscradle.gif",
        "Newton's cradle, animated",
        Some("a663c4e076b5c48e0aac58c7777d2bb3193cb3053c098d08da278a62d02ff314"),
    ),
    image("bricks.jpg", "A texture of stone bricks that repeats", None),
    image(
        "meadow_cube.jpg",
        "A meadow as the six sides of a cube",
        None,
    ),
    image("wood.jpg", "A texture of wooden planks that repeats", None),
    image(
        "cockatoo.mp4",
        "A video of a cockatoo",
        Some("5fde35f5a288ca86e216d2dc28188ab64b4560d3021f273faefdf0de80f38aa5"),
    ),
    image(
        "cockatoo_yuv420.mp4",
        "A video of a cockatoo, in yuv420p",
        None,
    ),
    image(
        "stent.npz",
        "A volume of an abdominal aorta with a stent",
        Some("60a83d2296b51ee6a53153e9ba96ba9020391b0c8952895d9d60a0a629ac6bb6"),
    ),
    image(
        "astronaut.png",
        "The astronaut Eileen Collins",
        Some("88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    ),
    image("camera.png", "A photographer, in grey", None),
    image("checkerboard.png", "A checkerboard, black and white", None),
    image(
        "chelsea.png",
        "Stefan's cat",
        Some("97403c9c171d1aedd2026c7515e20208ef865eaab56d462c3c2eefade9b7d779"),
    ),
    image(
        "clock.png",
        "A clock, blurred by motion (Stefan van der Walt)",
        None,
    ),
    image("coffee.png", "A cup of coffee (Rachel Michetti)", None),
    image("coins.png", "Greek coins from Pompeii", None),
    image(
        "horse.png",
        "The silhouette of a horse (Andreas Preuss)",
        None,
    ),
    image(
        "hubble_deep_field.png",
        "A photograph by the Hubble telescope (NASA)",
        None,
    ),
    image(
        "immunohistochemistry.png",
        "Immunohistochemical staining",
        None,
    ),
    image("moon.png", "A part of the surface of the moon", None),
    image("page.png", "A scanned page of text", None),
    image("text.png", "A photograph of handwritten text", None),
    image("wikkie.png", "Almar's cat", None),
    image(
        "bacterial_colony.tif",
        "A bacterial colony, several pages",
        None,
    ),
    image(
        "calcium_imaging.tif",
        "A recording of neuronal calcium",
        None,
    ),
    image(
        "chelsea.zip",
        "Stefan's cat in a zip archive",
        Some("89e21b348b6cbe21dad21460856fcc04e8025dd9ebd52a7b32f0bfbd7103189a"),
    ),
];
