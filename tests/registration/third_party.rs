//! A third party's plugin beside ours: found by extension, by first bytes, by name, and placed by its tier.

use imageio::v3 as iio;
use imageio_core::{
    DType, Error, ImageProperties, Index, NdImage, Options, PluginInfo, PluginV3, Request, Result,
    Tier, register_plugin,
};

/// Answers every read with one pixel, so that the test sees who answered.
struct Answer(u8);

impl PluginV3 for Answer {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let shape = self.properties(index, options)?.shape;
        NdImage::from_vec(&shape, vec![self.0])
    }

    fn properties(&mut self, index: Index, _: &Options) -> Result<ImageProperties> {
        ImageProperties::new([1, 1], DType::U8).only_image(index)
    }
}

fn open(request: &Request, magic: &[u8], answer: u8) -> Result<Box<dyn PluginV3>> {
    if request.first_bytes(magic.len())?.starts_with(magic) {
        return Ok(Box::new(Answer(answer)));
    }
    Err(Error::not_this_format("other first bytes"))
}

register_plugin!(
    PluginInfo::new("standard", |request, _| open(&request, b"", 1))
        .extensions(&[".png", ".third"])
);
register_plugin!(
    PluginInfo::new("preferred", |request, _| open(&request, b"FIRST", 2))
        .extensions(&[".png"])
        .tier(Tier::Preferred)
);
register_plugin!(
    PluginInfo::new("by-magic", |request, _| open(&request, b"MAGIC", 3))
        .extensions(&[".magic"])
        .magic(&[b"MAGIC"])
);

fn who(bytes: &[u8], args: iio::ReadArgs) -> u8 {
    let image = iio::imread_with(bytes, args).expect("somebody reads it");
    image.as_slice::<u8>().expect("bytes")[0]
}

// checklist, D-026
#[test]
fn a_third_party_is_found_by_extension_tier_magic_and_name() {
    let args = iio::ReadArgs::new;
    assert_eq!(who(b"anything", args().extension(".third")), 1);
    assert_eq!(
        who(b"FIRST of all", args().extension(".png")),
        2,
        "preferred goes before the table's own"
    );
    assert_eq!(
        who(b"MAGIC bytes", args()),
        3,
        "first bytes put it before `standard`, which takes anything"
    );
    assert_eq!(
        who(b"FIRST of all", args().plugin("standard")),
        1,
        "a name beats tier and extension"
    );
    let pixel = NdImage::from_vec(&[1, 1], vec![77u8]).expect("a pixel");
    let png = iio::imwrite_bytes(&pixel, ".png").expect("a PNG");
    assert_eq!(
        who(&png, args().extension(".png")),
        77,
        "the table's own goes before a standard third party"
    );
}

#[test]
fn the_registry_lists_what_was_linked() {
    let names: Vec<_> = imageio::plugins().iter().map(|card| card.name()).collect();
    for name in ["preferred", "pillow", "SPE", "standard", "by-magic"] {
        assert_eq!(
            names.iter().filter(|known| **known == name).count(),
            1,
            "{name} in {names:?}"
        );
    }
}
