//! With plugins of these tests' own, and a server on loopback.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use clap::Parser as _;
use imageio::{Binary, Error, ErrorKind, PluginInfo, Result, Setting};

use crate::cli::Cli;

#[expect(dead_code, reason = "the network crate's own tests use the rest of it")]
#[path = "../../../imageio-net/tests/it/server.rs"]
mod server;

use server::Server;

/// `SHA-256` of `library\n`.
const SUM: &str = "b5e0dfe3c2b269568c488e74fdc56495a5729538ebc6ef36488c85a7d7a1730e";

fn run(words: &[&str]) -> Result<ExitCode> {
    let cli = Cli::try_parse_from([&["imageio"], words].concat());
    crate::dispatch(&cli.expect("a good command line").command)
}

struct Site {
    server: Server,
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Site {
    fn start() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let server = Server::start(|seen, out| match seen.path.as_str() {
            "/libtoy.so" => out.answer("200 OK", b"library\n"),
            "/other.so" => out.answer("200 OK", b"something else"),
            _ => out.answer("404 Not Found", b""),
        });
        let folder = tempfile::tempdir().expect("a folder");
        Setting::USERDIR.set(Some(folder.path()));
        Setting::NO_INTERNET.set(Some("no"));
        Site {
            server,
            folder,
            _alone: alone,
        }
    }

    /// Registers a plugin that declares `binaries`: file, platform and path at the server.
    fn plugin(&self, name: &'static str, binaries: &[(&'static str, &str, &str)]) {
        let binaries: Vec<Binary> = binaries
            .iter()
            .map(|(file, platform, path)| {
                let url = String::leak(self.server.url(path));
                Binary::new(file, String::leak((*platform).to_owned()), url, SUM)
            })
            .collect();
        let card = PluginInfo::new(name, |_, _| Err(Error::not_this_format("has no format")))
            .binaries(Vec::leak(binaries));
        imageio::add_plugin(Box::leak(Box::new(card))).expect("a new name");
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(".imageio").join(name)
    }
}

// checklist: C-096, C-098, C-101, C-102
#[test]
fn binaries_are_downloaded_verified_and_removed() -> Result<()> {
    let site = Site::start();
    let here = Binary::this_platform();
    site.plugin(
        "TOYLIB",
        &[
            ("libtoy.so", &here, "/libtoy.so"),
            ("toy.dll", "plan9-vax", "/toy.dll"),
        ],
    );
    site.plugin("falselib", &[("other.so", "any", "/other.so")]);
    site.plugin("vaxlib", &[("toy.exe", "plan9-vax", "/toy.exe")]);
    let path = site.place("toylib/libtoy.so");
    run(&["download-bin", "toylib", "TOYLIB"])?;
    assert_eq!(std::fs::read(&path)?, b"library\n");
    assert!(!site.place("toylib/toy.dll").exists(), "of another machine");
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path)?.permissions());
        assert_eq!(mode & 0o111, 0o111, "a program must run");
    }
    run(&["download_bin", "toylib"])?;
    assert_eq!(site.server.seen().len(), 1, "it is there already");
    std::fs::write(&path, "half")?;
    run(&["download-bin", "toylib"])?;
    assert_eq!(
        std::fs::read(&path)?,
        b"library\n",
        "a wrong one is replaced"
    );

    let error = run(&["download-bin", "falselib"]).expect_err("another file");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains(SUM), "{error}");
    assert!(!site.place("falselib/other.so").exists());
    let error = run(&["download-bin", "vaxlib"]).expect_err("no machine of that kind");
    assert!(error.to_string().contains(&here), "{error}");
    for name in ["no-such-plugin", "SPE"] {
        for command in ["download-bin", "remove-bin"] {
            let error = run(&[command, name]).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::UnknownPlugin);
            let text = format!("plugin {name} is not registered for binary download");
            assert!(error.to_string().contains(&text), "{error}");
        }
    }
    Setting::NO_INTERNET.set(Some("1"));
    run(&["download-bin", "toylib"])?;
    // Two of the three folders for downloads are not there, which is no error.
    run(&["remove-bin"])?;
    assert!(!path.exists() && !site.place("toylib").exists());
    let error = run(&["download-bin", "toylib"]).expect_err("no internet");
    assert!(error.to_string().contains("IMAGEIO_NO_INTERNET"), "{error}");
    run(&["remove_bin", "toylib"])?;
    Ok(())
}

// checklist: C-097
#[test]
fn they_can_be_kept_beside_the_program() -> Result<()> {
    let site = Site::start();
    site.plugin("beside", &[("libtoy.so", "any", "/libtoy.so")]);
    let program = std::env::current_exe()?;
    let beside = program.parent().unwrap_or(Path::new(".")).join("resources");
    run(&["download-bin", "beside", "--package-dir"])?;
    let path = beside.join("beside").join("libtoy.so");
    assert_eq!(std::fs::read(&path)?, b"library\n");
    assert!(!site.place("beside").exists());
    run(&["remove-bin", "beside"])?;
    assert!(!path.exists());
    // Left as it was, where nothing else is in it.
    let _ = std::fs::remove_dir(beside);
    Ok(())
}

// checklist: C-096, C-100
#[test]
fn the_historical_programs_are_commands() {
    let words = |args: &[&str]| {
        let words = crate::named_command(args.iter().map(Into::into));
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        words[1..].join(" ")
    };
    assert_eq!(words(&["/bin/imageio_download_bin", "x"]), "download-bin x");
    assert_eq!(words(&["imageio_remove_bin.exe"]), "remove-bin");
    assert_eq!(words(&["imageio", "info", "a"]), "info a");
    let wrong = Cli::try_parse_from(["imageio", "upload_bin"]).expect_err("no such command");
    assert!(wrong.to_string().contains("upload_bin"), "{wrong}");
}
