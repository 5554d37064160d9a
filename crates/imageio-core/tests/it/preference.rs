//! What a program puts first, takes out, makes while it runs, and asks of an image mode.

use std::any::Any;

use imageio_core::{
    ErrorKind, ImageProperties, Index, NdImage, OpenArgs, OpenWith, Options, PluginInfo, PluginV3,
    Request, Result, Tier, imopen_in,
};

use crate::toy::{card, notes, registry, row};

card!(ONE, "A-ONE", Decline, extensions(&[".toy"]));
card!(TWO, "A-TWO", Decline, extensions(&[".toy"]));
card!(
    NAMED,
    "B-TWO",
    Decline,
    extensions(&[".toy"]),
    tier(Tier::Named)
);
card!(VOLUMES, "VOLUMES", Accept, image_modes("vV"));
card!(IMAGES, "IMAGES", Accept, image_modes("iI"));

#[test]
fn ends_of_names_come_first_until_none_are_said() {
    let mut registry = registry(&[&ONE, &TWO, &NAMED]);
    let names = |cards: &[&PluginInfo]| cards.iter().map(|card| card.name()).collect::<Vec<_>>();
    assert_eq!(names(registry.plugins()), ["A-ONE", "A-TWO", "B-TWO"]);
    assert_eq!(names(&registry.candidates(".toy")), ["A-ONE", "A-TWO"]);
    registry.prefer(["-TWO"]);
    assert_eq!(names(registry.plugins()), ["A-TWO", "B-TWO", "A-ONE"]);
    assert_eq!(
        names(&registry.candidates(".toy")),
        ["A-TWO", "B-TWO", "A-ONE"]
    );
    registry.prefer(["B-TWO", "A-ONE"]);
    assert_eq!(names(registry.plugins()), ["B-TWO", "A-ONE", "A-TWO"]);
    registry.prefer(Vec::<String>::new());
    assert_eq!(names(registry.plugins()), ["A-ONE", "A-TWO", "B-TWO"]);
}

#[test]
fn a_plugin_can_be_taken_out_and_put_back() -> Result<()> {
    let mut registry = registry(&[&ONE, &TWO]);
    assert_eq!(
        registry.remove_plugin("A-ONE").map(PluginInfo::name),
        Some("A-ONE")
    );
    assert!(registry.remove_plugin("A-ONE").is_none());
    assert_eq!(registry.candidates(".toy").len(), 1);
    assert!(registry.plugin("a-one").is_err());
    registry.add_plugin(&ONE)?;
    assert_eq!(registry.plugin("a-one")?.name(), "A-ONE");
    assert_eq!(registry.plugins().len(), 2);
    Ok(())
}

#[test]
fn an_image_mode_can_decide_who_is_asked() -> Result<()> {
    let registry = registry(&[&IMAGES, &VOLUMES]);
    let volume = || Request::from(b"x").mode("rv".parse().expect("a mode"));
    assert_eq!(
        imopen_in(&registry, volume(), OpenArgs::new())?
            .plugin()
            .name(),
        "IMAGES"
    );
    let only = OpenArgs::new().by_image_mode(true);
    assert_eq!(
        imopen_in(&registry, volume(), only.clone())?
            .plugin()
            .name(),
        "VOLUMES"
    );
    notes();
    let error = imopen_in(&registry, volume(), only.plugin("IMAGES")).expect_err("no volumes");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.message(), "does not serve mode v; it serves i, I");
    assert!(notes().is_empty(), "it was not asked");
    Ok(())
}

struct Constant(u8);

impl PluginV3 for Constant {
    fn read(&mut self, _: Index, _: &Options) -> Result<NdImage> {
        Ok(row(&[self.0]))
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<ImageProperties> {
        Ok(ImageProperties::of(&row(&[self.0])))
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }
}

#[test]
fn a_plugin_may_have_a_state_and_show_itself() -> Result<()> {
    let value = 42;
    let open: &'static OpenWith = Box::leak(Box::new(move |_, _: &Options| {
        Ok(Box::new(Constant(value)) as Box<dyn PluginV3>)
    }));
    let card: &'static PluginInfo = Box::leak(Box::new(PluginInfo::with_state("STATE", open)));
    let mut opened = imopen_in(
        &registry(&[card, &IMAGES]),
        b"x",
        OpenArgs::new().plugin("STATE"),
    )?;
    let options = Options::new();
    assert_eq!(opened.read(0, &options)?, row(&[42]));
    opened.plugin_as::<Constant>().expect("itself").0 = 7;
    assert_eq!(opened.read(0, &options)?, row(&[7]));
    let mut other = imopen_in(&registry(&[&IMAGES]), b"x", OpenArgs::new())?;
    assert!(other.plugin_as::<Constant>().is_none());
    Ok(())
}

#[test]
fn an_option_can_get_another_name() {
    let options = Options::new()
        .set("pilmode", "L")
        .renamed("pilmode", "mode");
    assert_eq!(
        options.get("mode").and_then(|mode| mode.as_str()),
        Some("L")
    );
    assert!(options.get("pilmode").is_none());
    assert!(options.clone().renamed("no-such", "x").get("x").is_none());
}
