//! The environment: read at each use, and overruled by the program.

use std::process::{Command, Stdio};

use imageio_core::{Result, Setting};

/// Tells the child that it is one.
const CHILD: &str = "IMAGEIO_TEST_SETTINGS_CHILD";

#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    for setting in Setting::ALL {
        let name = setting.name();
        let expected = format!("{name} of the environment");
        assert_eq!(setting.get(), Some(expected.clone().into()), "{name}");
        setting.set(Some("of the program"));
        assert_eq!(setting.get(), Some("of the program".into()), "{name}");
        setting.set(None::<&str>);
        assert_eq!(
            setting.get(),
            Some(expected.into()),
            "{name} has its word back"
        );
        assert!(setting.doc().contains("Default"), "{name}");
    }
}

#[test]
fn each_variable_is_read_and_the_program_wins() -> Result<()> {
    let names: Vec<&str> = Setting::ALL.iter().map(Setting::name).collect();
    assert_eq!(
        names,
        [
            "IMAGEIO_NO_INTERNET",
            "IMAGEIO_FFMPEG_EXE",
            "IMAGEIO_FREEIMAGE_LIB",
            "IMAGEIO_FORMAT_ORDER",
            "IMAGEIO_REQUEST_TIMEOUT",
            "IMAGEIO_USERDIR",
        ]
    );
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", "settings::child"]).env(CHILD, "1");
    for name in names {
        command.env(name, format!("{name} of the environment"));
    }
    let output = command.stdout(Stdio::piped()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    Ok(())
}

#[test]
fn the_table_of_the_manual_has_every_variable() {
    let table = include_str!("../../../../docs/environment.md");
    for setting in Setting::ALL {
        let row = format!("| `{}` |", setting.name());
        assert!(table.contains(&row), "{row}");
    }
}
