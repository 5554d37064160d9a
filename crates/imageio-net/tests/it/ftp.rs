//! FTP: a server that many use, and some that misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use imageio_core::{ErrorKind, Mode, Request, Result};

use crate::server::Server;
use crate::{TIMEOUT, bytes, ready};

/// pyftpdlib in a process of its own, over a folder with one file.
struct Python {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

const LEN: usize = 5 << 20;

impl Python {
    /// Nothing where `cargo xtask setup` did not run, which continuous integration always does.
    fn start(pem: Option<&str>) -> Option<Self> {
        ready();
        let Some(python) = python() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "no Python: `cargo xtask setup`"
            );
            eprintln!("skipped: no target/reference, which `cargo xtask setup` makes");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("a b")).expect("a folder");
        let file = folder.path().join("a b").join("file.bin");
        std::fs::write(file, bytes(0, LEN)).expect("a file");
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/ftp_server.py"));
        command.arg(folder.path());
        if let Some(pem) = pem {
            let path = folder.path().join("server.pem");
            std::fs::write(&path, pem).expect("a file");
            command.arg(path);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("the port of pyftpdlib");
        Some(Python {
            child,
            port,
            folder,
        })
    }

    fn url(&self, scheme: &str, login: &str, path: &str) -> String {
        let host = if scheme == "ftps" {
            "localhost"
        } else {
            "127.0.0.1"
        };
        format!("{scheme}://{login}{host}:{}/{path}", self.port)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> Option<PathBuf> {
    let inside = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/reference").join(inside);
    python.is_file().then_some(python)
}

/// What any server over the file must give.
fn check(url: &str) -> Result<()> {
    let request = Request::new(url);
    assert_eq!(request.extension().as_deref(), Some(".bin"));
    assert_eq!(request.len()?, LEN as u64);
    for at in [0, 3 << 20, (3 << 20) + 1000, 100, LEN as u64 - 50] {
        let mut part = [0; 50];
        request.read_exact_at(at, &mut part)?;
        assert_eq!(part.to_vec(), bytes(at, 50), "at {at}");
    }
    let mut large = vec![0; 2 << 20];
    request.read_exact_at(1 << 20, &mut large)?;
    assert_eq!(large, bytes(1 << 20, 2 << 20));
    let mut all = Vec::new();
    request.reader()?.read_to_end(&mut all)?;
    assert!(all == bytes(0, LEN), "from front to back");
    assert!(*request.read_all()? == bytes(0, LEN), "at once");
    Ok(())
}

// checklist: C-009, C-010, G-042
#[test]
fn a_real_server_is_read_in_passive_mode() -> Result<()> {
    let Some(server) = Python::start(None) else {
        return Ok(());
    };
    check(&server.url("ftp", "", "a%20b/file.bin"))?;
    check(&server.url("ftp", "me:p%40ss%20word@", "a b/file.bin;type=i"))?;
    let wrong = server.url("ftp", "me:secret@", "a b/file.bin");
    let error = Request::new(&wrong).len().expect_err("a wrong password");
    let text = format!("{error:?}");
    assert!(
        text.contains("login was refused") && !text.contains("secret"),
        "{text}"
    );
    let gone = server.url("ftp", "", "gone.bin");
    let error = Request::new(&gone).len().expect_err("no such file");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let target = Request::new(&gone).mode(Mode::WRITE);
    assert_eq!(
        target.check().map_err(|e| e.kind()),
        Err(ErrorKind::ReadOnly)
    );
    assert!(server.folder.path().is_dir());
    Ok(())
}

#[test]
fn a_redirect_from_http_to_ftp_is_followed() -> Result<()> {
    let Some(server) = Python::start(None) else {
        return Ok(());
    };
    let to = server.url("ftp", "", "a%20b/file.bin");
    let http = Server::start(move |_, out| out.redirect(&to));
    check(&http.url("/start.bin"))
}

#[test]
fn ftps_is_read_where_the_certificate_is_trusted() -> Result<()> {
    let _alone = crate::https::roots_for_one();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let pem = own.cert.pem() + &own.signing_key.serialize_pem();
    let Some(server) = Python::start(Some(&pem)) else {
        return Ok(());
    };
    let url = server.url("ftps", "", "a%20b/file.bin");
    let error = Request::new(&url).len().expect_err("nobody vouches for it");
    assert!(error.to_string().contains("certificate"), "{error}");
    imageio_net::set_root_certificates(Some(vec![own.cert.der().to_vec()]));
    let checked = check(&url);
    imageio_net::set_root_certificates(None);
    checked?;
    let plain = server.url("ftp", "", "a%20b/file.bin");
    assert!(
        Request::new(&plain).len().is_err(),
        "this server asks for security"
    );
    let old = "ftps://localhost:990/a";
    let error = Request::new(old).len().expect_err("implicit");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}

/// A server that answers each command as it is told; `None` is silence. Data goes out at `RETR`.
fn scripted(
    answers: fn(&str) -> Option<&'static str>,
    data: &'static [u8],
) -> (String, Arc<Mutex<Vec<String>>>) {
    ready();
    let control = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = control.local_addr().expect("an address").port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in control.incoming().flatten() {
            let heard = Arc::clone(&heard);
            std::thread::spawn(move || converse(&stream, answers, data, &heard));
        }
    });
    (format!("ftp://127.0.0.1:{port}/a.bin"), seen)
}

fn converse(
    mut stream: &TcpStream,
    answers: fn(&str) -> Option<&'static str>,
    data: &[u8],
    heard: &Mutex<Vec<String>>,
) -> Option<()> {
    let passive = TcpListener::bind("127.0.0.1:0").ok()?;
    let port = passive.local_addr().ok()?.port();
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220-hello\r\n220 there")?;
    while let Some(Ok(line)) = lines.next() {
        heard.lock().expect("no panic").push(line.clone());
        let word = line.split(' ').next().unwrap_or_default();
        match (word, answers(word)) {
            (_, Some("silence")) => std::thread::sleep(TIMEOUT * 10),
            (_, Some(answer)) => say(answer)?,
            ("USER", None) => say("331 password")?,
            ("PASS", None) => say("230 in")?,
            // Points at another machine, as an attacker would.
            ("PASV", None) => say(&format!("227 at (192,0,2,7,{},{})", port >> 8, port & 255))?,
            ("REST", None) => say("350 go on")?,
            ("RETR", None) => {
                say("150 here it comes")?;
                let (mut out, _) = passive.accept().ok()?;
                out.write_all(data).ok()?;
                drop(out);
                say(if data.is_empty() {
                    "451 no"
                } else {
                    "226 done"
                })?;
            }
            ("TYPE", None) => say("200 fine")?,
            _ => say("502 what?")?,
        }
    }
    Some(())
}

#[test]
fn a_simple_server_is_streamed() -> Result<()> {
    // No SIZE, no REST.
    let (url, heard) = scripted(|word| (word == "REST").then_some("502 no"), b"0123456789");
    let request = Request::new(&url);
    let mut part = [0; 3];
    request.read_exact_at(4, &mut part)?;
    assert_eq!(part, *b"456");
    assert_eq!(*request.read_all()?, *b"0123456789");
    let heard = heard.lock().expect("no panic").clone();
    assert_eq!(
        heard.iter().filter(|line| line.starts_with("RETR")).count(),
        1
    );
    assert!(heard.contains(&"USER anonymous".to_owned()), "{heard:?}");
    Ok(())
}

#[test]
fn trouble_ends_in_an_error_in_time() {
    for (answers, data, says) in [
        (
            (|word| (word == "USER").then_some("silence")) as fn(&str) -> Option<&'static str>,
            &b""[..],
            "silent for 0.7 s",
        ),
        (
            |word| (word == "RETR").then_some("silence"),
            b"",
            "silent for 0.7 s",
        ),
        (
            |word| (word == "RETR").then_some("450 busy"),
            b"",
            "450 busy",
        ),
        (
            |word| (word == "RETR").then_some("550 gone"),
            b"",
            "550 gone",
        ),
        (
            |word| (word == "PASV").then_some("227 nonsense"),
            b"",
            "227 nonsense",
        ),
        (
            |word| (word == "TYPE").then_some("421 go away"),
            b"",
            "421 go away",
        ),
        // Fewer bytes than announced, again and again.
        (
            |word| (word == "SIZE").then_some("213 1000"),
            b"0123456789",
            "broke off after",
        ),
        // The data ends, and the server says that it should not have.
        (|_| None, b"", "451 no"),
    ] {
        let (url, _) = scripted(answers, data);
        let begin = Instant::now();
        let error = Request::new(&url)
            .read_all()
            .map(|all| all.len())
            .expect_err(says);
        assert!(
            begin.elapsed() < TIMEOUT * 4,
            "{says}: {:?}",
            begin.elapsed()
        );
        assert!(error.to_string().contains(says), "{says}: {error}");
    }
}

#[test]
fn no_line_is_smuggled_into_a_command() {
    let (url, heard) = scripted(|_| None, b"x");
    let url = url.replace("a.bin", "a%0D%0ADELE%20b");
    assert!(Request::new(&url).len().is_err());
    let heard = heard.lock().expect("no panic").clone();
    assert!(!heard.iter().any(|line| line.contains("DELE")), "{heard:?}");
}
