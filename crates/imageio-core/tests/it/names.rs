//! How a plugin is found by its name, and what happens when two have one.

use imageio_core::{
    ErrorKind, Modes, OpenArgs, PluginChoice, PluginInfo, Registry, Result, Tier, Trust, imopen_in,
};

use crate::toy::{TOY, card, file, notes, registry};

card!(TIFF, "TIFF", Accept, aliases(&["tiff", "TIFF-PIL"]));
card!(PILLOW, "pillow", Accept, aliases(&["PNG-PIL"]));

// checklist: A-026
#[test]
fn names_and_aliases_match_exactly_or_whatever_their_case() -> Result<()> {
    let registry = registry(&[&TIFF, &PILLOW]);
    for (name, found) in [
        ("TIFF", "TIFF"),
        ("tiff", "TIFF"),
        ("Tiff", "TIFF"),
        ("TIFF-PIL", "TIFF"),
        ("tiff-pil", "TIFF"),
        ("pillow", "pillow"),
        ("PILLOW", "pillow"),
        ("PNG-PIL", "pillow"),
    ] {
        assert_eq!(registry.plugin(name)?.name(), found, "{name}");
        let opened = imopen_in(&registry, b"x", OpenArgs::new().plugin(name))?;
        assert_eq!(opened.plugin().name(), found);
    }
    Ok(())
}

#[test]
fn names_that_differ_in_case_alone_are_found_exactly() -> Result<()> {
    card!(UPPER, "SAME", Accept);
    card!(LOWER, "same", Accept);
    let registry = registry(&[&UPPER, &LOWER]);
    assert_eq!(registry.plugin("SAME")?.name(), "SAME");
    assert_eq!(registry.plugin("same")?.name(), "same");
    let error = registry.plugin("Same").expect_err("not unique");
    assert_eq!(error.kind(), ErrorKind::UnknownPlugin);
    Ok(())
}

// checklist: A-027, D-012
#[test]
fn an_unknown_name_lists_the_known_ones_and_what_would_bring_it() {
    let registry = registry(&[&PILLOW, &TOY]);
    let error = imopen_in(&registry, b"x", OpenArgs::new().plugin("nope")).expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::UnknownPlugin);
    assert_eq!(
        error.message(),
        "`nope` is not a registered plugin name; registered: pillow, toy"
    );
    assert!(error.help().is_empty());
    let error = registry.plugin("dicom").expect_err("not in this program");
    assert_eq!(error.help(), ["feature `dicom` of imageio-rs"]);
    let error = Registry::new().plugin("x").expect_err("empty");
    assert!(error.message().ends_with("registered: none"));
}

// checklist: A-026, G-022
#[test]
fn a_card_serves_in_place_of_a_name() -> Result<()> {
    let mut opened = imopen_in(
        &Registry::new(),
        file(1, &[&[3]]),
        OpenArgs::new().plugin(&TOY),
    )?;
    assert_eq!(opened.read(0, &imageio_core::Options::new())?.len(), 1);
    assert!(matches!(PluginChoice::from(&TOY), PluginChoice::Card(card) if card.name() == "toy"));
    assert!(matches!(
        PluginChoice::from("toy".to_owned()),
        PluginChoice::Name(_)
    ));
    Ok(())
}

#[test]
fn two_plugins_under_one_name_are_reported() {
    static FIRST: PluginInfo = card_of("twice", "one").origin("crate-one");
    static SECOND: PluginInfo = card_of("twice", "another").origin("crate-two");
    let mut registry = registry(&[&FIRST, &TOY]);
    let error = registry.add_plugin(&SECOND).expect_err("the name is taken");
    let message =
        "two plugins are called `twice`: one from crate `crate-one`, one from crate `crate-two`";
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::BadOption, message)
    );
    let [conflict] = registry.conflicts() else {
        panic!("one conflict");
    };
    assert_eq!(
        (
            conflict.name.as_str(),
            conflict.first.about(),
            conflict.second.about()
        ),
        ("twice", "one", "another")
    );
    for name in ["twice", "TWICE"] {
        let error = registry.plugin(name).expect_err("ambiguous");
        assert_eq!(error.message(), message, "{name}");
    }
    let searched = imopen_in(&registry, b"x", OpenArgs::new()).expect("the first accepts");
    assert_eq!(searched.plugin().about(), "one");
    assert!(registry.plugin("toy").is_ok(), "others are not touched");
}

#[test]
fn a_name_that_is_another_ones_alias_is_reported() -> Result<()> {
    static ALIAS: PluginInfo = card_of("alias", "").aliases(&["wanted"]);
    static OWNER: PluginInfo = card_of("wanted", "");
    for (first, second) in [(&ALIAS, &OWNER), (&OWNER, &ALIAS)] {
        let mut registry = registry(&[first]);
        let error = registry.add_plugin(second).expect_err("the name is taken");
        assert!(error.message().contains("called `wanted`"), "{error}");
        assert!(registry.plugin("wanted").is_err());
        assert!(registry.plugin(second.name()).is_err());
    }
    let mut registry = registry(&[&ALIAS]);
    registry.add_plugin(&OWNER).expect_err("taken");
    assert_eq!(
        registry.plugin("alias")?.name(),
        "alias",
        "its own name is its own"
    );
    Ok(())
}

#[test]
fn one_card_may_come_twice() -> Result<()> {
    static LISTED: PluginInfo = card_of("both", "same");
    static SUBMITTED: PluginInfo = card_of("both", "same").origin("its-crate");
    let mut registry = registry(&[&SUBMITTED]);
    registry.add_plugin(&LISTED)?;
    registry.add_plugin(&SUBMITTED)?;
    assert_eq!(registry.plugins().len(), 1);
    assert!(registry.conflicts().is_empty());
    Ok(())
}

const fn card_of(name: &'static str, about: &'static str) -> PluginInfo {
    PluginInfo::new(name, |request, options| {
        crate::toy::answer("card", crate::toy::Answer::Accept, request, options)
    })
    .description(about)
}

// checklist: D-001, D-002
#[test]
fn a_card_tells_all_and_runs_nothing() {
    card!(
        FULL,
        "full",
        Accept,
        aliases(&["whole"]),
        description("Everything"),
        extensions(&[".full"]),
        write_extensions(&[".f"]),
        modes(Modes::READ_WRITE),
        image_modes("iIvV"),
        tier(Tier::Fallback),
        trust(Trust::Program),
        install_hint("the program `full`")
    );
    let registry = registry(&[&FULL, &TOY]);
    let card = registry.plugin("full").expect("registered");
    assert_eq!(
        (card.name(), card.other_names(), card.about()),
        ("full", &["whole"][..], "Everything")
    );
    assert_eq!(
        (card.readable(), card.writable()),
        (&[".full"][..], &[".f"][..])
    );
    assert_eq!(
        (card.can_read(), card.can_write(), card.v2_modes()),
        (true, true, "iIvV")
    );
    assert_eq!(
        (card.place(), card.trusted_as()),
        (Tier::Fallback, Trust::Program)
    );
    assert_eq!(card.hint(), Some("the program `full`"));
    assert!(card.read_spec().is_empty() && card.open_spec().is_empty());
    assert_eq!(TOY.read_spec()[0].name, "invert");
    assert_eq!(TOY.write_spec()[0].name, "fail");
    card!(BARE, "bare", Accept, extensions(&[".bare"]));
    assert_eq!(
        (BARE.about(), BARE.v2_modes(), BARE.hint()),
        ("", "iI", None)
    );
    assert!(BARE.writable().is_empty(), "a reader writes nothing");
    assert!(notes().is_empty(), "nothing was opened");
}
