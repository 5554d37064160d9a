//! HTTP servers, good and bad.

use std::io::Write;
use std::time::{Duration, Instant};

use imageio_core::{Error, ErrorKind, Limits, OpenArgs, PluginInfo, Registry, Request, Result};

use crate::server::{Out, Seen, Server};
use crate::{TIMEOUT, bytes, fill, ready};

const MIB: u64 = 1 << 20;

/// Reads all of it, which must fail, and soon.
fn fails(url: &str) -> Error {
    let begin = Instant::now();
    let error = Request::new(url).read_all().map(|all| all.len());
    let error = error.expect_err(url);
    assert!(
        begin.elapsed() < TIMEOUT * 3,
        "{url}: {:?}",
        begin.elapsed()
    );
    error
}

fn with_ranges(len: u64) -> Server {
    ready();
    Server::start(move |seen, out| out.ranges(seen, len, fill))
}

// checklist: C-008
#[test]
fn ranges_bring_only_what_is_read() -> Result<()> {
    let server = with_ranges(100 * MIB);
    let request = Request::new(&server.url("/big.bin?x=1"));
    assert_eq!(request.extension().as_deref(), Some(".bin"));
    assert_eq!(&request.first_bytes(10)?[..], bytes(0, 10));
    assert_eq!(request.len()?, 100 * MIB);
    let mut part = vec![0; 5000];
    request.read_exact_at(70 * MIB + 3, &mut part)?;
    assert_eq!(part, bytes(70 * MIB + 3, 5000));
    let mut tail = [0; 20];
    assert_eq!(request.read_at(100 * MIB - 5, &mut tail)?, 5);
    assert!(server.sent() <= 512 << 10, "{}", server.sent());

    let before = server.sent();
    let mut frame = vec![0; 3 << 20];
    request.read_exact_at(50 * MIB + 1, &mut frame)?;
    assert_eq!(frame, bytes(50 * MIB + 1, 3 << 20));
    assert_eq!(server.sent() - before, 3 * MIB, "straight to its place");
    let agent = &server.seen()[0].headers["user-agent"];
    assert!(agent.starts_with("imageio/"), "{agent}");
    Ok(())
}

// checklist: C-050
#[test]
fn a_reader_behaves_as_over_a_file() -> Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let server = with_ranges(MIB + 7);
    let mut reader = Request::new(&server.url("/a")).reader()?;
    let mut all = Vec::new();
    reader.read_to_end(&mut all)?;
    assert_eq!(all, bytes(0, MIB as usize + 7));
    reader.seek(SeekFrom::End(-3))?;
    all.clear();
    reader.read_to_end(&mut all)?;
    assert_eq!(all, bytes(MIB + 4, 3));
    assert!(
        server.seen().len() < 10,
        "fetched ahead: {}",
        server.seen().len()
    );
    Ok(())
}

#[test]
fn several_ranges_come_in_few_requests() -> Result<()> {
    let server = with_ranges(10 * MIB);
    let request = Request::new(&server.url("/a"));
    request.first_bytes(1)?;
    let mut buffers = vec![vec![0; 1000]; 20];
    // Out of order, near each other.
    let offset = |at: usize| 5 * MIB + (at as u64 * 7 % 20) * 3000;
    let parts = buffers.iter_mut().enumerate();
    let mut parts: Vec<(u64, &mut [u8])> =
        parts.map(|(at, buf)| (offset(at), &mut buf[..])).collect();
    request.read_ranges(&mut parts)?;
    for (at, buf) in buffers.iter().enumerate() {
        assert_eq!(*buf, bytes(offset(at), 1000));
    }
    assert_eq!(server.seen().len(), 2, "the first bytes, and all the parts");
    Ok(())
}

#[test]
fn without_ranges_a_stream_is_read_once() -> Result<()> {
    ready();
    let server = Server::start(|seen, out| match seen.path.as_str() {
        "/chunked" => {
            out.head("200 OK", &[("Transfer-Encoding", "chunked".to_owned())])?;
            for at in 0..10u64 {
                write_chunk(out, &bytes(at * 1000, 1000))?;
            }
            write_chunk(out, b"")?;
            Ok(true)
        }
        // Nothing tells the length but the end.
        "/closed" => {
            out.head("200 OK", &[("Connection", "close".to_owned())])?;
            out.body(&bytes(0, 10_000))?;
            Ok(false)
        }
        _ => out.answer("200 OK", &bytes(0, 10_000)),
    });
    for path in ["/chunked", "/closed", "/plain"] {
        let request = Request::new(&server.url(path));
        let mut middle = [0; 10];
        request.read_exact_at(5000, &mut middle)?;
        assert_eq!(middle.to_vec(), bytes(5000, 10), "{path}");
        assert_eq!(*request.read_all()?, bytes(0, 10_000), "{path}");
        assert_eq!(request.len()?, 10_000, "{path}");
    }
    assert_eq!(server.seen().len(), 3, "each was asked for once");
    Ok(())
}

fn write_chunk<S: Write>(out: &mut Out<S>, bytes: &[u8]) -> std::io::Result<()> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    out.body(&chunk)
}

#[test]
fn an_empty_file_is_empty() -> Result<()> {
    let server = with_ranges(0);
    assert_eq!(Request::new(&server.url("/none")).len()?, 0);
    ready();
    let server = Server::start(|_, out| out.answer("200 OK", b""));
    assert!(Request::new(&server.url("/none")).is_empty()?);
    Ok(())
}

#[test]
fn a_status_is_told() {
    ready();
    let server = Server::start(|seen, out| {
        let status = seen.path.trim_start_matches('/').replace('_', " ");
        out.answer(&status, b"no image")
    });
    for (path, kind) in [
        ("/404_Not_Found", ErrorKind::NotFound),
        ("/410_Gone", ErrorKind::NotFound),
        ("/403_Forbidden", ErrorKind::Io),
        ("/500_Internal_Server_Error", ErrorKind::Io),
        ("/503_Service_Unavailable", ErrorKind::Io),
        ("/204_No_Content", ErrorKind::Io),
    ] {
        let url = server.url(path).replace("http://", "http://me:secret@");
        let error = fails(&url);
        assert_eq!(error.kind(), kind, "{path}");
        let text = format!("{error:?}");
        assert!(text.contains(&path[1..4]) && text.contains(path), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
    let login = &server.seen()[0].headers["authorization"];
    assert_eq!(login, "Basic bWU6c2VjcmV0");
    let tries = |status| {
        let seen = server.seen();
        seen.iter()
            .filter(|seen| seen.path.contains(status))
            .count()
    };
    assert_eq!((tries("/500"), tries("/503")), (1, 3), "only what may pass");
}

#[test]
fn a_name_shows_no_password() {
    let request = Request::new("http://me:secret@h/a.png");
    assert_eq!(request.name(), "http://h/a.png");
    assert!(!format!("{request:?}").contains("secret"));
    assert_eq!(Request::new("a@b://c").name(), "a@b://c", "a path");
}

#[test]
fn trouble_that_passes_is_no_trouble() -> Result<()> {
    ready();
    let server = Server::start(|seen, out| match (seen.path.as_str(), seen.earlier) {
        ("/503", 0) => out.answer("503 Service Unavailable", b""),
        // The connection is dropped before the answer.
        ("/drop", 0 | 1) => Ok(false),
        _ => out.answer("200 OK", &bytes(0, 100)),
    });
    for path in ["/503", "/drop"] {
        let request = Request::new(&server.url(path));
        assert_eq!(*request.read_all()?, bytes(0, 100), "{path}");
    }
    Ok(())
}

#[test]
fn a_connection_that_is_dropped_between_requests_is_made_again() -> Result<()> {
    ready();
    // Says nothing of closing, and closes.
    let server = Server::start(|seen, out| out.ranges(seen, 10 * MIB, fill).map(|_| false));
    let request = Request::new(&server.url("/a"));
    for at in [0, 5, 3, 9] {
        let mut part = [0; 100];
        request.read_exact_at(at * MIB, &mut part)?;
        assert_eq!(part.to_vec(), bytes(at * MIB, 100));
    }
    Ok(())
}

#[test]
fn a_transfer_that_breaks_off_goes_on_where_it_was() -> Result<()> {
    ready();
    let server = Server::start(|seen, out| match seen.earlier {
        0 | 2 => out.ranges(seen, 10 * MIB, fill),
        // Announces all, sends the first 100000 bytes.
        _ => {
            let (start, end) = seen.range().unwrap_or_default();
            let headers = [
                ("Content-Length", (end - start).to_string()),
                (
                    "Content-Range",
                    format!("bytes {start}-{}/{}", end - 1, 10 * MIB),
                ),
            ];
            out.head("206 Partial Content", &headers)?;
            out.body(&bytes(start, 100_000))?;
            Ok(false)
        }
    });
    let request = Request::new(&server.url("/a"));
    request.first_bytes(1)?;
    let mut part = vec![0; MIB as usize];
    request.read_exact_at(MIB, &mut part)?;
    assert_eq!(part, bytes(MIB, MIB as usize));
    assert_eq!(server.seen()[2].range(), Some((MIB + 100_000, 2 * MIB)));
    // It breaks off each time now.
    let error = request.read_exact_at(4 * MIB, &mut part).expect_err("cut");
    assert!(error.to_string().contains("300000 of 1048576"), "{error}");
    Ok(())
}

#[test]
fn silence_and_lies_end_in_an_error() {
    ready();
    let server = Server::start(|seen, out| {
        let len = |len: usize| [("Content-Length", len.to_string())];
        match seen.path.as_str() {
            "/mute" => {
                std::thread::sleep(TIMEOUT * 10);
                Ok(false)
            }
            "/stall" => {
                out.head("200 OK", &len(1000))?;
                out.body(&bytes(0, 100))?;
                std::thread::sleep(TIMEOUT * 10);
                Ok(false)
            }
            "/truncated" => {
                out.head("200 OK", &len(1000))?;
                out.body(&bytes(0, 100))?;
                Ok(false)
            }
            "/chunk" => {
                out.head("200 OK", &[("Transfer-Encoding", "chunked".to_owned())])?;
                out.body(b"ffff\r\nonly this")?;
                Ok(false)
            }
            "/gzip" => {
                out.head("200 OK", &[("Content-Encoding", "gzip".to_owned())])?;
                Ok(false)
            }
            "/nonsense" => {
                out.body(b"this is no HTTP\r\n\r\n")?;
                Ok(false)
            }
            _ => Ok(false),
        }
    });
    for (path, kind, says) in [
        ("/mute", ErrorKind::Io, "silent for 0.7 s"),
        (
            "/stall",
            ErrorKind::Io,
            "after 100 of 1000 bytes: the server was silent",
        ),
        (
            "/truncated",
            ErrorKind::Io,
            "after 100 of 1000 bytes: the server closed",
        ),
        ("/chunk", ErrorKind::Io, "broke off after 9 bytes"),
        ("/gzip", ErrorKind::Unsupported, "gzip"),
        ("/nonsense", ErrorKind::Io, ""),
        ("/drop", ErrorKind::Io, "closed the connection"),
    ] {
        let error = fails(&server.url(path));
        assert_eq!(error.kind(), kind, "{path}: {error}");
        assert!(error.to_string().contains(says), "{path}: {error}");
    }
}

/// Answers the first request well and each later one as `later` says.
fn turning(later: fn(&Seen, u64, u64) -> Vec<(&'static str, String)>) -> Request {
    ready();
    let server = Server::start(move |seen, out| {
        if seen.earlier == 0 {
            return out.ranges(seen, 10 * MIB, fill);
        }
        let (start, end) = seen.range().unwrap_or_default();
        out.head("206 Partial Content", &later(seen, start, end))?;
        out.body(&bytes(start, (end - start) as usize))?;
        Ok(false)
    });
    Request::new(&server.url("/a"))
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() -> Result<()> {
    type Later = fn(&Seen, u64, u64) -> Vec<(&'static str, String)>;
    let cases: [(&str, Later); 4] = [
        ("changed", |_, start, end| {
            let range = format!("bytes {start}-{}/{}", end - 1, 10 * MIB);
            vec![("ETag", "\"two\"".to_owned()), ("Content-Range", range)]
        }),
        ("instead of 10485760", |_, start, end| {
            vec![(
                "Content-Range",
                format!("bytes {start}-{}/{}", end - 1, 11 * MIB),
            )]
        }),
        ("the server sends", |_, start, end| {
            let (start, end) = (start + 1, end + 1);
            vec![(
                "Content-Range",
                format!("bytes {start}-{}/{}", end - 1, 10 * MIB),
            )]
        }),
        ("something else", |_, _, _| vec![]),
    ];
    for (says, later) in cases {
        let request = turning(later);
        request.first_bytes(1)?;
        let mut part = [0; 10];
        let error = request.read_at(5 * MIB, &mut part).expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
    }
    Ok(())
}

#[test]
fn redirects_are_followed_and_looked_at() -> Result<()> {
    ready();
    let server = Server::start(|seen, out| match seen.path.as_str() {
        "/a/start" => out.redirect("../b/next?x=1"),
        "/b/next?x=1" => out.redirect("/end"),
        "/end" => out.ranges(seen, 5 * MIB, fill),
        "/file" => out.redirect("file:///etc/passwd"),
        "/data" => out.redirect("data:text/plain,x"),
        "/self" => out.redirect("/self"),
        "/ping" => out.redirect("/pong"),
        "/pong" => out.redirect("/ping"),
        "/nowhere" => out.answer("302 Found", b""),
        path => match path
            .strip_prefix("/on/")
            .and_then(|n| n.parse::<u32>().ok())
        {
            Some(n) => out.redirect(&format!("/on/{}", n + 1)),
            None => out.answer("404 Not Found", b""),
        },
    });
    let request = Request::new(&server.url("/a/start"));
    let mut part = [0; 10];
    request.read_exact_at(4 * MIB, &mut part)?;
    assert_eq!(part.to_vec(), bytes(4 * MIB, 10));
    assert_eq!(
        server.seen().len(),
        4,
        "later requests go straight to the end"
    );
    for (path, kind, says) in [
        ("/file", ErrorKind::Unsupported, "file:///etc/passwd"),
        ("/data", ErrorKind::Unsupported, "data:text/plain"),
        ("/self", ErrorKind::Io, "circle"),
        ("/ping", ErrorKind::Io, "circle"),
        ("/on/1", ErrorKind::Io, "more than 10 times"),
        ("/nowhere", ErrorKind::Io, "nowhere"),
    ] {
        let error = fails(&server.url(path));
        assert_eq!(error.kind(), kind, "{path}: {error}");
        assert!(error.to_string().contains(says), "{path}: {error}");
    }
    Ok(())
}

#[test]
fn the_budget_holds_for_what_streams_in() {
    ready();
    let server = Server::start(|_, out| {
        out.head("200 OK", &[("Connection", "close".to_owned())])?;
        while out.body(&[7; 1 << 14]).is_ok() {}
        Ok(false)
    });
    let limits = Limits::new().bytes(2 * MIB);
    let request = Request::new(&server.url("/endless")).with_limits(limits);
    let error = request.len().expect_err("endless");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded, "{error}");
}

#[test]
fn a_server_that_does_not_answer_is_asked_once_by_a_search() {
    static ONE: PluginInfo = PluginInfo::new("one", |_, _| Err(Error::not_this_format("no")));
    static TWO: PluginInfo = PluginInfo::new("two", |_, _| Err(Error::not_this_format("no")));
    ready();
    let mut registry = Registry::new();
    for card in [&ONE, &TWO] {
        registry.add_plugin(card).expect("a new name");
    }
    let server = Server::start(|_, _| {
        std::thread::sleep(TIMEOUT * 10);
        Ok(false)
    });
    let begin = Instant::now();
    let request = Request::new(&server.url("/mute"));
    let error = imageio_core::imopen_in(&registry, request, OpenArgs::new()).expect_err("mute");
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(begin.elapsed() < TIMEOUT + Duration::from_millis(500));
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn nobody_listens() {
    ready();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    for scheme in ["http", "https", "ftp", "ftps"] {
        let error = fails(&format!("{scheme}://127.0.0.1:{port}/a"));
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(error.to_string().contains("refused"), "{error}");
    }
}
