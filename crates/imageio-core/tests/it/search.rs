//! Which plugins are asked, in which order, and when the search stops.

use imageio_core::{
    ErrorKind, FileExtension, Mode, Modes, OpenArgs, Options, PluginInfo, Registry, Request,
    Result, Tier, Trust, imopen_in,
};
use tempfile::TempDir;

use crate::toy::{TOY, ToyReadOptions, card, file, notes, registry};

card!(PILLOW, "pillow", Decline);
card!(PNG_PIL, "PNG-PIL", Decline);
card!(PYAV, "pyav", Decline);
card!(ITK, "ITK", NotInstalled, install_hint("feature `itk`"));
card!(THIRD, "third", Decline, extensions(&[".png"]));
card!(
    EAGER,
    "eager",
    Decline,
    extensions(&[".png"]),
    tier(Tier::Preferred)
);
card!(
    SHY,
    "shy",
    Decline,
    extensions(&[".png"]),
    tier(Tier::Fallback)
);
card!(PLAIN, "plain", Decline);
card!(MAGIC, "magic", Decline, magic(&[b"????", b"other"]));
card!(
    ACCEPTS,
    "accepts",
    Decline,
    accepts(|request| Ok(request.len()? == 4))
);
card!(BROKEN, "broken", Corrupt);
card!(YES, "yes", Accept);
card!(
    LATE,
    "late",
    Accept,
    extensions(&[".brand-new"]),
    tier(Tier::Preferred)
);

/// A file called `name` that holds four question marks.
fn puzzle(name: &str) -> (TempDir, Request) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, "????").expect("a file");
    (folder, Request::from(path))
}

fn asked(registry: &Registry, request: &Request, args: OpenArgs) -> Vec<String> {
    let _ = imopen_in(registry, request, args);
    notes()
}

// checklist
#[test]
fn a_named_plugin_is_the_only_one_asked() {
    let (_folder, request) = puzzle("a.png");
    let registry = registry(&[&PILLOW, &MAGIC, &YES]);
    let args = || OpenArgs::new().plugin("pillow").extension(".gif");
    assert_eq!(asked(&registry, &request, args()), ["pillow"]);
    let error = imopen_in(&registry, &request, args()).expect_err("declines");
    assert_eq!(error.plugin(), Some("pillow"));
    assert!(error.tried().is_empty());
}

// checklist, D-026, H-002
#[test]
fn hint_then_own_extension_then_all_the_rest_each_once() {
    let (_folder, request) = puzzle("a.png");
    // Registered in an order that no list has.
    let registry = registry(&[
        &SHY, &PLAIN, &THIRD, &PYAV, &MAGIC, &ITK, &PNG_PIL, &PILLOW, &EAGER, &ACCEPTS,
    ]);
    let by_png = ["eager", "pillow", "PNG-PIL", "ITK", "pyav", "third", "shy"];
    let rest = ["magic", "accepts", "plain"];
    assert_eq!(
        asked(&registry, &request, OpenArgs::new()),
        [&by_png[..], &rest].concat()
    );
    // `.gif` lists pillow GIF-PIL pyav; what it brought is not asked again.
    let args = OpenArgs::new().extension(".gif");
    let after_gif = ["eager", "PNG-PIL", "ITK", "third", "shy"];
    assert_eq!(
        asked(&registry, &request, args),
        [&["pillow", "pyav"], &after_gif[..], &rest].concat()
    );
    let (_folder, unknown) = puzzle("a");
    assert_eq!(
        asked(&registry, &unknown, OpenArgs::new()),
        [
            "magic", "accepts", "eager", "pillow", "pyav", "PNG-PIL", "ITK", "plain", "third",
            "shy"
        ]
    );
}

// checklist: A-045
#[test]
fn plugins_of_one_rank_are_asked_as_they_came() {
    card!(ONE, "one", Decline, extensions(&[".rank"]));
    card!(TWO, "two", Decline, extensions(&[".rank"]));
    card!(
        LAST,
        "last",
        Decline,
        extensions(&[".rank"]),
        tier(Tier::Fallback)
    );
    for name in ["a", "a.rank"] {
        let (_folder, request) = puzzle(name);
        let asked =
            |cards: [&'static PluginInfo; 3]| asked(&registry(&cards), &request, OpenArgs::new());
        assert_eq!(asked([&ONE, &LAST, &TWO]), ["one", "two", "last"], "{name}");
        assert_eq!(asked([&LAST, &TWO, &ONE]), ["two", "one", "last"], "{name}");
    }
}

// checklist
#[test]
fn only_a_decline_goes_on() -> Result<()> {
    let (_folder, request) = puzzle("a");
    let registry = registry(&[&ITK, &PLAIN, &YES, &BROKEN]);
    let opened = imopen_in(&registry, &request, OpenArgs::new())?;
    assert_eq!(opened.plugin().name(), "yes");
    assert_eq!(notes(), ["ITK", "plain", "yes"]);
    let registry = crate::toy::registry(&[&ITK, &PLAIN, &BROKEN, &YES]);
    let error = imopen_in(&registry, &request, OpenArgs::new()).expect_err("broken");
    assert_eq!(notes(), ["ITK", "plain", "broken"]);
    assert_eq!(
        (error.kind(), error.plugin()),
        (ErrorKind::Corrupt, Some("broken"))
    );
    assert_eq!(error.message(), "broken found it broken");
    Ok(())
}

imageio_core::plugin_options! {
    /// What opening a deep file takes.
    struct DepthOptions {
        /// How deep. Default: `0`.
        depth: u8 = 0,
    }
}

// checklist: A-048
#[test]
fn options_of_opening_reach_every_plugin_that_takes_them() {
    static SHALLOW: PluginInfo = PluginInfo::new("shallow", |request, options| {
        crate::toy::answer("shallow", crate::toy::Answer::Decline, request, options)
    })
    .open_options::<DepthOptions>();
    static DEEP: PluginInfo = PluginInfo::new("deep", |request, options| {
        crate::toy::answer("deep", crate::toy::Answer::Accept, request, options)
    })
    .open_options::<DepthOptions>();
    let (_folder, request) = puzzle("a");
    let args = || OpenArgs::new().options(Options::new().set("depth", 3));
    let cards = registry(&[&PLAIN, &SHALLOW, &DEEP, &YES]);
    let expected = [
        "shallow",
        "shallow with depth=3",
        "deep",
        "deep with depth=3",
    ];
    assert_eq!(asked(&cards, &request, args()), expected);
    let error = imopen_in(&registry(&[&TOY]), &request, args()).expect_err("nobody takes it");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.to_string().contains("`depth`"), "{error}");
}

// checklist: A-036
#[test]
fn an_unknown_option_of_opening_is_told_by_name() {
    let args = OpenArgs::new()
        .plugin("toy")
        .options(Options::new().set("depth", 3));
    let error = imopen_in(&registry(&[&TOY]), file(1, &[&[1]]), args).expect_err("no such option");
    assert_eq!(
        (error.kind(), error.plugin()),
        (ErrorKind::BadOption, Some("toy"))
    );
    assert!(error.message().contains("`depth`"), "{error}");
}

// checklist, G-019
#[test]
fn a_hint_that_fits_nothing_is_warned_about() -> Result<()> {
    let (_folder, request) = puzzle("a.png");
    let registry = registry(&[&PILLOW, &YES]);
    for hint in [".gif", ".no-such-extension"] {
        let opened = imopen_in(&registry, &request, OpenArgs::new().extension(hint))?;
        assert_eq!(opened.plugin().name(), "yes");
        let warning = opened.warnings().pop().unwrap_or_default();
        assert!(warning.contains(&format!("`{hint}`")), "{warning}");
    }
    let (_folder, quiet) = puzzle("a.png");
    assert!(
        imopen_in(&registry, &quiet, OpenArgs::new())?
            .warnings()
            .is_empty()
    );
    let args = OpenArgs::new().extension(".toy");
    let fitting = imopen_in(&crate::toy::registry(&[&TOY]), file(1, &[&[1]]), args)?;
    assert!(fitting.warnings().is_empty());
    Ok(())
}

// checklist: A-051, D-023
#[test]
fn extensions_match_whatever_their_case() {
    let (_folder, request) = puzzle("a.PnG");
    let registry = registry(&[&THIRD, &PILLOW]);
    assert_eq!(
        asked(&registry, &request, OpenArgs::new()),
        ["pillow", "third"]
    );
    let (_folder, request) = puzzle("a.IMT");
    card!(IMT, "IMT-PIL", Accept);
    assert_eq!(
        asked(
            &crate::toy::registry(&[&PLAIN, &IMT]),
            &request,
            OpenArgs::new()
        ),
        ["IMT-PIL"]
    );
    let args = OpenArgs::new().extension(".PNG");
    assert_eq!(
        asked(&registry, &Request::from(b"????"), args),
        ["pillow", "third"]
    );
}

// checklist: C-036
#[test]
fn the_longest_registered_suffix_counts() {
    let (_folder, request) = puzzle("brain.nii.gz");
    let registry = registry(&[&PILLOW, &ITK]);
    assert_eq!(registry.candidates(".nii.gz")[0].name(), "ITK");
    assert_eq!(asked(&registry, &request, OpenArgs::new())[0], "ITK");
    card!(GZ, "gz", Accept, extensions(&[".gz"]));
    let (_folder, other) = puzzle("brain.tar.gz");
    assert_eq!(
        asked(&crate::toy::registry(&[&ITK, &GZ]), &other, OpenArgs::new()),
        ["gz"]
    );
}

#[test]
fn typed_options_put_their_owner_first() -> Result<()> {
    let registry = registry(&[&YES, &TOY]);
    let typed = Options::from(ToyReadOptions::new().invert(true));
    let bytes = || Request::from(b"no toy");
    let args = OpenArgs::new().owner_of(&typed);
    assert_eq!(imopen_in(&registry, bytes(), args)?.plugin().name(), "yes");
    assert_eq!(notes(), ["toy", "yes"]);
    let keyed = Options::new().set("invert", true);
    imopen_in(&registry, bytes(), OpenArgs::new().owner_of(&keyed))?;
    assert_eq!(notes(), ["yes"], "a key is nobody's");
    let mut toy = imopen_in(
        &registry,
        file(1, &[&[0, 255]]),
        OpenArgs::new().owner_of(&typed),
    )?;
    assert_eq!(toy.read(0, &typed)?.into_vec::<u8>()?, [255, 0]);
    let error = toy
        .read(0, &Options::from(crate::toy::ToyWriteOptions::new()))
        .expect_err("options of writing");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(
        error.message().contains("`ToyWriteOptions`")
            && error.message().contains("`ToyReadOptions`")
    );
    Ok(())
}

// checklist: A-075
#[test]
fn a_plugin_is_not_asked_for_what_its_card_excludes() {
    card!(WRITES, "writes", Accept, modes(Modes::WRITE));
    let (_folder, request) = puzzle("a");
    let registry = registry(&[&YES, &WRITES]);
    let to = |request: &Request| request.clone().mode(Mode::WRITE);
    assert_eq!(asked(&registry, &request, OpenArgs::new()), ["yes"]);
    assert_eq!(asked(&registry, &to(&request), OpenArgs::new()), ["writes"]);
    for (mode, plugin, reason) in [
        (Mode::READ, "writes", "does not read"),
        (Mode::WRITE, "yes", "does not write"),
    ] {
        let args = OpenArgs::new().plugin(plugin);
        let error = imopen_in(&registry, request.clone().mode(mode), args).expect_err(reason);
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Unsupported, reason)
        );
        assert_eq!(error.plugin(), Some(plugin));
        assert!(notes().is_empty());
    }
    let error = imopen_in(
        &crate::toy::registry(&[&YES]),
        to(&request),
        OpenArgs::new(),
    )
    .expect_err("nothing writes");
    assert_eq!(
        error.tried(),
        [("yes".to_owned(), "does not write".to_owned())]
    );
}

#[test]
fn code_that_is_trusted_less_is_not_run() {
    card!(NATIVE, "native", Accept, trust(Trust::Native));
    card!(PROGRAM, "program", Accept, trust(Trust::Program));
    let (_folder, request) = puzzle("a");
    let registry = registry(&[&PROGRAM, &NATIVE, &YES]);
    let most = |trust| OpenArgs::new().trust(trust);
    assert_eq!(asked(&registry, &request, OpenArgs::new()), ["program"]);
    assert_eq!(
        asked(&registry, &request, most(Trust::Program)),
        ["program"]
    );
    assert_eq!(asked(&registry, &request, most(Trust::Native)), ["native"]);
    assert_eq!(asked(&registry, &request, most(Trust::MemorySafe)), ["yes"]);
    let args = most(Trust::MemorySafe).plugin("program");
    let error = imopen_in(&registry, &request, args).expect_err("not trusted");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(notes().is_empty());
}

// checklist: D-026
#[test]
fn changed_priorities_count_at_once() {
    let (_folder, request) = puzzle("a.png");
    let mut registry = registry(&[&PILLOW, &PYAV, &THIRD]);
    assert_eq!(
        asked(&registry, &request, OpenArgs::new()),
        ["pillow", "pyav", "third"]
    );
    registry.formats_mut(".png")[0].priority.reverse();
    assert_eq!(
        asked(&registry, &request, OpenArgs::new()),
        ["pyav", "pillow", "third"]
    );
    registry.formats_mut("PNG")[0].priority = vec!["third".into()];
    assert_eq!(asked(&registry, &request, OpenArgs::new())[0], "third");
    registry
        .formats_mut(".png")
        .iter_mut()
        .for_each(FileExtension::reset);
    assert_eq!(asked(&registry, &request, OpenArgs::new())[0], "pillow");

    let (_folder, other) = puzzle("a.brand-new");
    assert!(!registry.knows_extension(".brand-new"));
    registry.add_format(FileExtension::new(
        "Brand-New",
        "Brand new",
        ["pyav", "pillow"],
    ));
    assert!(registry.knows_extension(".brand-new"));
    assert_eq!(
        asked(&registry, &other, OpenArgs::new())[..2],
        ["pyav", "pillow"]
    );
    registry.add_plugin(&LATE).expect("a new name");
    assert_eq!(asked(&registry, &other, OpenArgs::new()), ["late"]);
}
