//! Every command takes every resource: members of archives, addresses, standard images.

use std::path::Path;

use crate::{fail, fixture, json, npy_parts, program, run, succeed, text};

#[expect(dead_code, reason = "the network crate's own tests use the rest of it")]
#[path = "../../../imageio-net/tests/it/server.rs"]
mod server;

use server::Server;

fn array(uri: &str) -> (String, Vec<u8>) {
    npy_parts(&succeed(&["read", uri, "--npy", "-"]))
}

#[test]
fn members_of_archives_are_files_to_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let png = fixture("png/rgb8.png");
    let gif = fixture("gif/durations.gif");
    let member = path("x.zip/inside/pic.bmp");
    succeed(&["convert", &png, &member, "--describe"]);
    succeed(&["convert", &gif, &path("x.zip#movie.png")]);
    assert_eq!(array(&member), array(&png));
    let hash = path("x.zip#inside/pic.bmp");
    assert_eq!(array(&hash), array(&png));
    let report = json(&["info", "--json", &hash]);
    assert_eq!(report["uri"], hash);
    assert_eq!(report["format"], "Bitmap");
    assert_eq!(
        report["properties"]["shape"],
        json(&["info", "--json", &png])["properties"]["shape"]
    );
    succeed(&["convert", &member, &path("plain.png")]);
    assert_eq!(array(&path("plain.png")), array(&png));
    succeed(&["frames", &path("x.zip/movie.png"), &path("frames")]);
    assert_eq!(
        std::fs::read_dir(path("frames")).expect("a folder").count(),
        4
    );
    succeed(&["preview", "--ascii", &member]);

    let (code, line) = fail(&["info", &path("x.zip/gone.png")], b"");
    assert_eq!(code, 3);
    assert!(
        line.contains("members are `inside/pic.bmp`, `movie.png`"),
        "{line}"
    );
    let (code, line) = fail(&["convert", &png, &path("absent/x.zip/a.png")], b"");
    assert_eq!(code, 3, "{line}");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        3,
        "nothing is left"
    );
}

#[test]
fn addresses_are_files_to_every_command_that_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let png = fixture("png/rgb8.png");
    succeed(&["convert", &png, &path("x.zip/pic.png")]);
    let archive = std::fs::read(path("x.zip")).expect("an archive");
    let bytes = std::fs::read(&png).expect("a fixture");
    let server = Server::start(move |seen, out| match seen.path.as_str() {
        "/pic.png?key=1" => out.answer("200 OK", &bytes),
        "/x.zip" => out.answer("200 OK", &archive),
        _ => out.answer("404 Not Found", b""),
    });
    for uri in [server.url("/pic.png?key=1"), server.url("/x.zip#pic.png")] {
        assert_eq!(array(&uri), array(&png), "{uri}");
        let report = json(&["info", "--json", &uri]);
        assert_eq!(report["format"], "Portable Network Graphics", "{uri}");
        succeed(&["convert", &uri, &path("copy.bmp")]);
        assert_eq!(array(&path("copy.bmp")), array(&png));
    }
    let (code, line) = fail(&["info", &server.url("/gone.png")], b"");
    assert!(code == 3 && line.contains("404"), "{line}");
    let (code, line) = fail(&["convert", &png, &server.url("/new.png")], b"");
    assert!(code == 9, "{line}");
}

#[test]
fn standard_images_come_from_the_users_folder() {
    let home = tempfile::tempdir().expect("a folder");
    let images = home.path().join(".imageio").join("images");
    std::fs::create_dir_all(&images).expect("a folder");
    std::fs::copy(fixture("png/rgb8.png"), images.join("page.png")).expect("a copy");
    let info = |name: &str, allowed: &str| {
        let mut command = program(&["info", name]);
        command.env("IMAGEIO_USERDIR", home.path());
        let output = command.env("IMAGEIO_NO_INTERNET", allowed).output();
        output.expect("the program runs")
    };
    assert!(info("imageio:page.png", "1").status.success());
    let output = info("imageio:moon.png", "yes");
    let said = text(output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("IMAGEIO_NO_INTERNET"), "{said}");
}

// checklist: C-096, C-099, C-100
#[test]
fn downloads_of_binaries_have_help_and_clear_errors() {
    for (command, example) in [
        (
            "download-bin",
            "imageio download-bin freeimage --package-dir",
        ),
        ("remove-bin", "imageio remove-bin freeimage"),
        ("download_bin", "Examples:"),
        ("remove_bin", "Examples:"),
    ] {
        let help = text(succeed(&[command, "--help"]));
        assert!(
            help.contains("Examples:") && help.contains(example),
            "{help}"
        );
    }
    // No plugin of this build declares any.
    for command in ["download-bin", "remove-bin"] {
        assert!(run(&[command]).status.success());
        let (code, line) = fail(&[command, "pillow"], b"");
        assert_eq!(code, 4);
        assert!(
            line.contains("plugin pillow is not registered for binary download"),
            "{line}"
        );
    }
    let (code, line) = fail(&["upload_bin"], b"");
    assert!(code == 2 && line.contains("upload_bin"), "{line}");
}

// checklist: C-096, C-098, C-099
#[cfg(unix)]
#[test]
fn the_historical_names_of_the_programs_work() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["imageio_download_bin", "imageio_remove_bin"] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(Path::new(env!("CARGO_BIN_EXE_imageio")), &link)
            .expect("a link");
        let help = std::process::Command::new(&link).arg("--help").output();
        let help = text(help.expect("it runs").stdout);
        assert!(help.contains("Examples:") && help.contains(name), "{help}");
        let wrong = std::process::Command::new(&link)
            .arg("no-such-plugin")
            .output();
        let said = text(wrong.expect("it runs").stderr);
        assert!(
            said.contains("not registered for binary download"),
            "{said}"
        );
    }
}

#[test]
fn the_environment_is_in_the_help() {
    let help = text(succeed(&["help", "environment"]));
    for name in [
        "IMAGEIO_NO_INTERNET",
        "IMAGEIO_FFMPEG_EXE",
        "IMAGEIO_FREEIMAGE_LIB",
        "IMAGEIO_FORMAT_ORDER",
        "IMAGEIO_REQUEST_TIMEOUT",
        "IMAGEIO_USERDIR",
    ] {
        assert!(help.contains(name), "{name}: {help}");
    }
    assert_eq!(help.matches("Default").count(), 6);
}
