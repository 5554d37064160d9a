//! Options by name and as a struct, at opening and for a call.

use imageio_core::{
    ErrorKind, Index, OpenArgs, Options, PluginOptions, Registry, Value, imopen_in,
};
use imageio_spe::{CharEncoding, PLUGIN, SpeReadOptions};

use crate::support::Spe;

/// A registry with this plugin alone.
fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.add_plugin(&PLUGIN).expect("a free name");
    registry
}

// checklist: E-228
#[test]
fn names_and_defaults_are_pythons() {
    let rows: Vec<String> = SpeReadOptions::SPEC
        .iter()
        .map(|row| format!("{} {} {}", row.name, row.type_name(), row.default()))
        .collect();
    assert_eq!(
        rows,
        [
            "char_encoding latin1|utf-8|ascii latin1",
            "check_filesize bool true",
            "sdt_meta bool true",
            "sdt_control bool or none none",
            "roi int or none none",
        ]
    );
}

// checklist: E-228, G-032
#[test]
fn encodings_have_pythons_many_names() {
    let parsed = |name: &str| {
        let options = Options::new()
            .set("char_encoding", name)
            .parse::<SpeReadOptions>();
        options
            .map(|options| options.char_encoding)
            .map_err(|error| error.message().to_owned())
    };
    for name in ["latin1", "latin-1", "ISO-8859-1", "iso8859_1", "L1"] {
        assert_eq!(parsed(name), Ok(CharEncoding::Latin1));
    }
    assert_eq!(
        (parsed("utf8"), parsed("UTF-8")),
        (Ok(CharEncoding::Utf8), Ok(CharEncoding::Utf8))
    );
    assert_eq!(
        (parsed("ascii"), parsed("us-ascii")),
        (Ok(CharEncoding::Ascii), Ok(CharEncoding::Ascii))
    );
    let message = "option `char_encoding`: \"klingon\" is none of `latin1`, `utf-8`, `ascii`";
    assert_eq!(parsed("klingon"), Err(message.to_owned()));
}

// checklist: E-228, E-282
#[test]
fn text_follows_the_encoding() {
    let spe = Spe::new(1, 2, 3).put(688, "5 µm");
    let text = |encoding| {
        let options = SpeReadOptions::new().char_encoding(encoding);
        let (metadata, warnings) = spe.metadata(&options);
        (metadata.get("sw_version").cloned(), warnings.len())
    };
    assert_eq!(text(CharEncoding::Utf8), (Some(Value::from("5 µm")), 0));
    assert_eq!(text(CharEncoding::Latin1), (Some(Value::from("5 Âµm")), 0));
    assert_eq!(
        text(CharEncoding::Ascii),
        (Some(Value::from("5 µm".as_bytes())), 1)
    );
}

// checklist: E-282
#[test]
fn comments_that_cannot_be_decoded_stay_bytes() {
    let spe = Spe::new(1, 2, 3).comment(0, "plain").comment(2, b"\xb5");
    let (metadata, warnings) =
        spe.metadata(&SpeReadOptions::new().char_encoding(CharEncoding::Utf8));
    let comments = metadata
        .get("comments")
        .and_then(Value::as_list)
        .expect("a list");
    let bytes: Vec<_> = comments
        .iter()
        .map(|comment| comment.as_bytes().expect("bytes"))
        .collect();
    assert_eq!(bytes, [&b"plain"[..], b"", b"\xb5", b"", b""]);
    assert_eq!(
        warnings,
        ["`comments` is not utf-8, its bytes are kept; see option `char_encoding`"]
    );
}

// checklist: E-228, E-290
#[test]
fn the_file_size_is_checked_or_not() {
    let claims_nine = Spe::new(3, 2, 3).put(1446, 9i32.to_le_bytes());
    let request = claims_nine.request();
    let mut reader = imageio_spe::SpeReader::open(&request).expect("a valid file");
    let trusting = SpeReadOptions::new().check_filesize(false);
    let nine = reader
        .properties(Index::All, &trusting)
        .expect("properties");
    assert_eq!(nine.n_images, Some(9));
    assert_eq!(
        reader.read(Index::All, &trusting).map_err(|e| e.kind()),
        Err(ErrorKind::Corrupt)
    );
    assert_eq!(
        reader.read(Index::At(3), &trusting).map_err(|e| e.kind()),
        Err(ErrorKind::Corrupt)
    );
    assert_eq!(
        reader.read(Index::At(9), &trusting).map_err(|e| e.kind()),
        Err(ErrorKind::OutOfRange)
    );
    assert!(reader.read(Index::At(2), &trusting).is_ok());
    assert_eq!(request.warnings(), Vec::<String>::new());

    let checking = SpeReadOptions::new();
    assert_eq!(
        reader
            .properties(Index::All, &checking)
            .expect("properties")
            .n_images,
        Some(3)
    );
    assert_eq!(
        reader.read(Index::At(3), &checking).map_err(|e| e.kind()),
        Err(ErrorKind::OutOfRange)
    );
    assert_eq!(
        request.warnings(),
        ["9 frames are claimed, the file holds 3"]
    );

    let claims_two = Spe::new(3, 2, 3).put(1446, 2i32.to_le_bytes()).request();
    let mut reader = imageio_spe::SpeReader::open(&claims_two).expect("a valid file");
    assert_eq!(
        reader
            .read(Index::All, &checking)
            .expect("two frames")
            .shape(),
        [2, 2, 3]
    );
    assert_eq!(
        claims_two.warnings(),
        ["2 frames are claimed, the file holds 3"]
    );
}

// checklist: E-293
#[test]
fn the_later_name_of_sdt_meta_counts_where_it_is_set() {
    let spe = Spe::new(1, 2, 3).comment(4, format!("{:70}COMVER0500", ""));
    let decoded = |options: SpeReadOptions| spe.metadata(&options).0.contains_key("n_macro");
    let options = SpeReadOptions::new;
    assert!(decoded(options()) && decoded(options().sdt_control(true).sdt_meta(false)));
    assert!(!decoded(options().sdt_meta(false)) && !decoded(options().sdt_control(false)));
}

// checklist: A-013, G-004
#[test]
fn options_of_opening_hold_until_a_call_says_otherwise() {
    let spe = Spe::new(3, 2, 3).put(1446, 9i32.to_le_bytes());
    let open =
        |options: Options| imopen_in(&registry(), spe.request(), OpenArgs::new().options(options));
    let mut file = open(Options::new().set("check_filesize", "false")).expect("a valid file");
    let count = |file: &mut imageio_core::ImageResource, options: Options| {
        file.properties(Index::All, &options)
            .map(|known| known.n_images)
    };
    assert_eq!(count(&mut file, Options::new()).ok(), Some(Some(9)));
    assert_eq!(
        count(&mut file, Options::new().set("sdt_meta", false)).ok(),
        Some(Some(9))
    );
    assert_eq!(
        count(&mut file, Options::new().set("check_filesize", true)).ok(),
        Some(Some(3))
    );
    assert_eq!(
        count(&mut file, SpeReadOptions::new().into()).ok(),
        Some(Some(3))
    );
    let error = open(Options::new().set("chek_filesize", false)).expect_err("no such option");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(
        error.message().contains("did you mean `check_filesize`?"),
        "{error}"
    );
}

// checklist: E-226, F-283
#[test]
fn the_extension_leads_here_for_reading_in_every_mode() {
    use imageio_core::Mode;
    assert_eq!(
        (PLUGIN.name(), PLUGIN.readable(), PLUGIN.v2_modes()),
        ("SPE", &[".spe"][..], "iIvV")
    );
    assert!(PLUGIN.can_read() && !PLUGIN.can_write());
    assert_eq!(PLUGIN.writable(), [""; 0]);
    for mode in ["ri", "rI", "rv", "rV", "r?"] {
        let mode: Mode = mode.parse().expect("a mode");
        let file = imopen_in(
            &registry(),
            Spe::new(1, 2, 3).request().mode(mode),
            OpenArgs::new(),
        );
        assert_eq!(file.map(|file| file.plugin().name()).ok(), Some("SPE"));
    }
    let target = imageio_core::Request::to_bytes();
    let error =
        imopen_in(&registry(), target, OpenArgs::new().plugin(&PLUGIN)).expect_err("a reader");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}
