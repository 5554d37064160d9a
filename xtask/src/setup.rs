//! `cargo xtask setup`: what the tests need and a Rust toolchain does not bring.

use crate::args::Args;
use crate::files;
use crate::run::{self, Result};
use crate::workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = "xtask/reference-requirements.txt";

pub(crate) fn run(args: Args) -> Result {
    args.finish()?;
    let root = workspace::root();
    let venv = root.join("target/reference");
    let stamp = venv.join("installed.sha256");
    let wanted = files::sha256(files::read(&root, REQUIREMENTS)?.as_bytes());
    ffmpeg()?;
    println!(
        "setup: Python packages for `parity`, `bench` and the tests that read our files with other software"
    );
    if python(&root).is_ok() && std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        println!("setup: target/reference holds what {REQUIREMENTS} asks for; nothing to do");
        return Ok(());
    }
    let system = system_python()?;
    println!(
        "setup: making a virtual environment in target/reference, away from the system's packages"
    );
    run::run(
        Command::new(system)
            .args(["-m", "venv", "--clear"])
            .arg(&venv),
    )?;
    println!(
        "setup: installing {REQUIREMENTS} into it (ready-made wheels where there are any, nothing is compiled)"
    );
    let mut pip = Command::new(python(&root)?);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]);
    run::run(
        pip.args(["--only-binary", ":all:", "--requirement"])
            .arg(root.join(REQUIREMENTS)),
    )?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
    println!("setup: done");
    Ok(())
}

/// The interpreter that `setup` made.
///
/// # Errors
/// When it did not run yet.
pub(crate) fn python(root: &Path) -> Result<PathBuf> {
    let inside = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let python = root.join("target/reference").join(inside);
    if python.is_file() {
        return Ok(python);
    }
    Err("no Python reference in target/reference: run `cargo xtask setup` first".to_owned())
}

/// A Python that can make virtual environments; Debian's comes in two packages, of which the second is often missing.
fn system_python() -> Result<&'static str> {
    for attempt in ["as found", "after installing"] {
        for name in ["python3", "python"] {
            if run::works(Command::new(name).args(["-c", "import venv, ensurepip"])) {
                return Ok(name);
            }
        }
        if attempt == "as found" {
            install_python()?;
        }
    }
    Err("no Python with the `venv` module, even after installing python3-venv".to_owned())
}

fn install_python() -> Result {
    const BY_HAND: &str = "apt-get install --yes python3 python3-venv";
    install(BY_HAND, "Python 3.11 or newer with `venv`")
}

/// ffmpeg and ffprobe, with which the tests of video make and read theirs.
fn ffmpeg() -> Result {
    const BY_HAND: &str = "apt-get install --yes --no-install-recommends ffmpeg";
    println!("setup: ffmpeg, for the tests of video");
    let works = || {
        let mut programs = ["ffmpeg", "ffprobe"].into_iter();
        programs.all(|name| run::works(Command::new(name).arg("-version")))
    };
    if works() {
        println!("setup: it is there; nothing to do");
        return Ok(());
    }
    install(BY_HAND, "the programs ffmpeg and ffprobe")?;
    if works() {
        return Ok(());
    }
    Err("no working ffmpeg and ffprobe, even after installing them".to_owned())
}

/// Runs `by_hand`, which installs `what`, as root or with `sudo`.
fn install(by_hand: &str, what: &str) -> Result {
    let has_apt = run::works(Command::new("apt-get").arg("--version"));
    let sudo = match run::works(Command::new("sh").args(["-c", "[ \"$(id -u)\" = 0 ]"])) {
        true => None,
        false if run::works(Command::new("sudo").args(["-n", "true"])) => Some("sudo"),
        false => return Err(format!("needs {what}; as root: {by_hand}")),
    };
    if !has_apt {
        return Err(format!("needs {what}, from your system's packages"));
    }
    println!("setup: {what}: not found, so: {by_hand}");
    for words in ["apt-get --quiet update", by_hand] {
        let mut words = sudo.into_iter().chain(words.split(' '));
        let mut command = Command::new(words.next().unwrap_or("apt-get"));
        run::run(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}
