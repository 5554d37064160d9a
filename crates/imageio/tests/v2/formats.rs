//! The list of formats.

use imageio::v2::{self, ReadArgs, formats};
use imageio::{ErrorKind, Mode, Request, known_plugins};

use crate::legacy::memory_format;
use crate::samples::{animation, fixture, folder, gray, refused};

// checklist: B-063, B-064, H-014, B-078
#[test]
fn the_list_is_that_of_what_is_here() {
    let names: Vec<_> = formats()
        .iter()
        .map(|format| format.name().to_owned())
        .collect();
    assert!(names.len() >= 8 && formats().len() >= names.len());
    let known: Vec<_> = known_plugins().map(|known| known.name).collect();
    let positions: Vec<_> = names
        .iter()
        .filter_map(|name| known.iter().position(|other| other == name))
        .collect();
    assert!(names.contains(&"GIF-PIL".to_owned()) && names.contains(&"SPE".to_owned()));
    assert!(
        !names.contains(&"ITK".to_owned()),
        "what is not here is not listed"
    );
    let by_name = |name: &&String| name.ends_with("-PIL") || *name == "FEI";
    let searched = positions.len() - names.iter().filter(by_name).count();
    assert!(positions[..searched].is_sorted() && positions[searched..].is_sorted());
    let text = formats().to_string();
    assert!(
        text.contains("\nGIF-PIL - Compuserve GIF, by the older rules [.gif]"),
        "{text}"
    );
    let listed = formats().get_format_names();
    assert!(names.iter().all(|name| listed.contains(name)));
    assert!(formats().show().is_ok() && v2::show_formats().is_ok());
    let debug = format!("{:?}", formats());
    assert!(
        debug.starts_with("<imageio.FormatManager with ")
            && debug.ends_with(" registered formats>")
    );
}

// checklist: B-065
#[test]
fn the_empty_text_is_no_name() {
    let message = refused(formats().get(""), ErrorKind::BadOption);
    assert!(
        message.contains("no format matches the empty string"),
        "{message}"
    );
}

// checklist: B-066
#[test]
fn a_file_tells_its_format_by_its_content() -> imageio::Result<()> {
    let folder = folder();
    let disguised = folder.path().join("a.bmp");
    std::fs::copy(fixture("spe/int16.spe"), &disguised)?;
    let format = formats().get(&disguised.to_string_lossy())?;
    assert_eq!(format.name(), "SPE");
    let empty = folder.path().join("b.png");
    std::fs::write(&empty, b"nothing that anybody reads")?;
    assert_eq!(
        formats().get(&empty.to_string_lossy())?.name(),
        "pillow",
        "by its name then"
    );
    Ok(())
}

// checklist: B-067
#[test]
fn names_and_extensions_find_formats() -> imageio::Result<()> {
    for (text, name) in [
        ("gif-pil", "GIF-PIL"),
        ("GIF-PIL", "GIF-PIL"),
        ("spe", "SPE"),
        (".SPE", "SPE"),
        (".gif", "pillow"),
        ("GIF", "pillow"),
        ("no/such/file.spe", "SPE"),
    ] {
        assert_eq!(formats().get(text)?.name(), name, "{text}");
    }
    let message = refused(formats().get("no-such"), ErrorKind::UnknownPlugin);
    assert!(message.contains("`no-such`"), "{message}");
    Ok(())
}

// checklist: B-068
#[test]
fn a_format_that_is_not_here_says_what_brings_it() {
    for name in ["ITK", ".nrrd"] {
        let message = refused(formats().get(name), ErrorKind::NotInstalled);
        assert!(message.contains("feature `itk` of imageio-rs"), "{message}");
    }
}

// checklist: B-076
#[test]
fn formats_are_added_while_the_program_runs() -> imageio::Result<()> {
    let (first, _) = memory_format("ADDED", ".b076 .b076b", "iI");
    let (second, _) = memory_format("ADDED", ".b076", "iI");
    formats().add_format(&first, false)?;
    assert_eq!(formats().get("added")?, first);
    for extension in [".b076", ".b076b"] {
        assert_eq!(formats().get(extension)?, first);
        let rows: Vec<_> = imageio::formats()
            .into_iter()
            .filter(|row| row.extension == extension)
            .collect();
        assert_eq!((rows.len(), &*rows[0].name), (1, "Unique Format"));
    }
    let message = refused(formats().add_format(&second, false), ErrorKind::BadOption);
    assert!(message.contains("`ADDED`"), "{message}");
    formats().add_format(&second, true)?;
    assert_eq!(formats().get("ADDED")?, second);
    assert_ne!(formats().get("ADDED")?, first);
    assert_eq!(
        formats()
            .iter()
            .filter(|format| format.name() == "ADDED")
            .count(),
        1
    );
    Ok(())
}

// checklist: B-077
#[test]
fn a_search_gives_a_format_or_nothing() -> imageio::Result<()> {
    let found = |uri: Request, mode: &str| -> imageio::Result<Option<String>> {
        let request = uri.mode(mode.parse::<Mode>()?);
        let format = if mode.starts_with('w') {
            formats().search_write_format(request)
        } else {
            formats().search_read_format(request)
        };
        Ok(format.map(|format| format.name().to_owned()))
    };
    assert_eq!(found(animation().into(), "rI")?.as_deref(), Some("pillow"));
    assert_eq!(
        found(fixture("spe/int16.spe").into(), "rv")?.as_deref(),
        Some("SPE")
    );
    assert_eq!(found(animation().into(), "rv")?, None);
    assert_eq!(found("no-such-file.gif".into(), "ri")?, None);
    assert_eq!(found("new.png".into(), "wi")?.as_deref(), Some("pillow"));
    assert_eq!(found("new.no-such".into(), "wi")?, None);
    let (format, _) = memory_format("HAHA", ".haha", "i");
    formats().add_format(&format, false)?;
    let folder = folder();
    let path = folder.path().join("a.haha");
    std::fs::write(&path, b"x")?;
    assert_eq!(found(path.into(), "ri")?.as_deref(), Some("HAHA"));
    assert_eq!(found("new.haha".into(), "w?")?.as_deref(), Some("HAHA"));
    Ok(())
}

// checklist: B-079
#[test]
fn help_is_the_list_or_one_format() -> imageio::Result<()> {
    assert!(v2::help_text(None)?.contains("SPE - Princeton Instruments"));
    for name in ["PNG-PIL", "png-pil"] {
        let text = v2::help_text(name)?;
        assert!(
            text.starts_with("PNG-PIL - ") && text.contains("Parameters for saving"),
            "{text}"
        );
        assert!(text.contains("compression : int or none"), "{text}");
    }
    assert!(v2::help_text(".spe")?.contains("check_filesize"));
    assert!(v2::help_text(&*animation().to_string_lossy())?.starts_with("pillow - "));
    refused(v2::help_text("no-such"), ErrorKind::UnknownPlugin);
    v2::help(".spe")?;
    v2::help(None)
}

#[test]
fn a_format_added_is_used_by_name_and_extension() -> imageio::Result<()> {
    let (format, memory) = memory_format("USED", ".used", "iI");
    formats().add_format(&format, false)?;
    let folder = folder();
    let path = folder.path().join("a.used");
    v2::imwrite(&path, gray(&[3, 4]))?;
    assert_eq!(memory.shapes(), [[3, 4]]);
    assert_eq!(
        v2::imread_with(&path, ReadArgs::new().format("used"))?,
        gray(&[3, 4])
    );
    Ok(())
}
