//! What a failed search tells.

use std::error::Error as _;

use imageio_core::{Error, ErrorKind, Mode, OpenArgs, Registry, Request, imopen_in};

use crate::toy::{TOY, card, registry};

card!(ONE, "one", Decline);
card!(TWO, "two", NotInstalled, install_hint("the program `two`"));
card!(BROKEN, "broken", Corrupt);

// checklist, G-018, G-021
#[test]
fn the_report_names_each_plugin_its_reason_and_what_would_help() {
    let registry = registry(&[&ONE, &TWO]);
    let error = imopen_in(&registry, b"secret", OpenArgs::new()).expect_err("nothing fits");
    assert_eq!(error.kind(), ErrorKind::NoPlugin);
    assert_eq!(
        error.to_string(),
        "<bytes>: no plugin could read it; tried one (one declines), \
         two (two has no backend; what would help: the program `two`)"
    );
    assert_eq!(error.tried().len(), 2);
    let target = Request::new("<bytes>.png").mode(Mode::WRITE);
    let error = imopen_in(&registry, target, OpenArgs::new()).expect_err("nothing writes");
    assert_eq!(
        error.message(),
        "no plugin could write it (extension `.png`)"
    );
    assert_eq!(error.to_string().matches('`').count() % 2, 0, "{error}");
}

// checklist
#[test]
fn the_extension_tells_which_features_would_help_each_once() {
    let help = |extension: &str, registry: &Registry| {
        let args = OpenArgs::new().extension(extension);
        let error = imopen_in(registry, b"x", args).expect_err("nothing fits");
        error.help().to_vec()
    };
    let feature = |name: &str| format!("feature `{name}` of imageio-rs");
    // pyav stands in two rows of `.mp4`.
    assert_eq!(
        help(".mp4", &Registry::new()),
        [feature("ffmpeg"), feature("av")]
    );
    card!(FFMPEG, "FFMPEG", Decline);
    assert_eq!(help(".mp4", &registry(&[&FFMPEG])), [feature("av")]);
    card!(PILLOW, "pillow", Decline);
    let png = help(".png", &registry(&[&PILLOW]));
    assert!(
        !png.contains(&feature("pillow")),
        "it is on already: {png:?}"
    );
    assert!(help(".no-such", &Registry::new()).is_empty());
}

// checklist, G-018, G-021
#[test]
fn a_named_plugin_that_fails_says_why() {
    let registry = registry(&[&ONE, &TWO, &BROKEN]);
    let fail = |args: OpenArgs| imopen_in(&registry, b"x", args).expect_err("fails");
    let error = fail(OpenArgs::new().plugin("one"));
    assert_eq!(
        error.to_string(),
        "<bytes>: one: cannot handle the resource: one declines"
    );
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    // By its card, which no registry knows, the message is the same.
    for args in [OpenArgs::new().plugin("two"), OpenArgs::new().plugin(&TWO)] {
        let error = fail(args);
        assert_eq!(error.kind(), ErrorKind::NotInstalled);
        assert_eq!(error.help(), ["the program `two`"]);
        assert_eq!(error.plugin(), Some("two"));
        let cause = error.source().expect("the cause is kept");
        assert_eq!(cause.to_string(), "exit code 127");
    }
    let error = fail(OpenArgs::new().plugin("broken"));
    assert_eq!(error.to_string(), "<bytes>: broken: broken found it broken");
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("checksum")
    );
    assert!(format!("{error:?}").contains("caused by: checksum"));
}

// checklist: G-018
#[test]
fn errors_of_calls_know_plugin_and_resource() {
    let mut resource = imopen_in(&registry(&[&TOY]), b"TOY1\x02\x01\x01\x05", OpenArgs::new())
        .expect("a toy that is cut short");
    let error = resource
        .read(1, &imageio_core::Options::new())
        .expect_err("cut");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(
        (error.plugin(), error.resource()),
        (Some("toy"), Some("<bytes>"))
    );
    assert_eq!(
        error.message(),
        "the data ends too early: 0 bytes at offset 8, expected 1"
    );
}

// checklist: G-018, C-032
#[test]
fn errors_of_the_system_keep_their_meaning_both_ways() {
    use std::io::ErrorKind as Io;
    for (io, ours) in [
        (Io::NotFound, ErrorKind::NotFound),
        (Io::NotADirectory, ErrorKind::NotFound),
        (Io::UnexpectedEof, ErrorKind::Corrupt),
        (Io::ReadOnlyFilesystem, ErrorKind::ReadOnly),
        (Io::PermissionDenied, ErrorKind::Io),
    ] {
        let error = Error::from(std::io::Error::from(io));
        assert_eq!(error.kind(), ours);
        assert!(
            error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        );
    }
    let ours = Error::out_of_range(3, 1)
        .in_plugin("toy")
        .in_plugin("outer");
    let back = Error::from(std::io::Error::from(ours));
    assert_eq!(
        (back.kind(), back.plugin()),
        (ErrorKind::OutOfRange, Some("toy"))
    );
}
