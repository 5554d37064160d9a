//! Large files on a server: what is transferred is what is asked for.

use imageio::v3 as iio;
use imageio::{DType, ErrorKind};

#[expect(dead_code, reason = "the network crate's own tests use the rest of it")]
#[path = "../../crates/imageio-net/tests/it/server.rs"]
pub(crate) mod server;

use server::Server;

const MIB: u64 = 1 << 20;

/// A file that begins with `head`; the rest is made as it is asked for.
fn serve(len: u64, head: Vec<u8>) -> Server {
    Server::start(move |seen, out| {
        out.ranges(seen, len, |at, buf| {
            for (at, byte) in (at..).zip(buf) {
                let known = usize::try_from(at).ok().and_then(|at| head.get(at));
                *byte = known.copied().unwrap_or((at % 251) as u8);
            }
        })
    })
}

/// 100 MB as SPE 2: 50 frames of 1024 x 1024 pixels of 16 bits.
fn spe() -> (Server, u64) {
    let mut head = vec![0; 4100];
    let frames: i32 = 50;
    for (at, size) in [(42, 1024u16), (656, 1024), (108, 3)] {
        head[at..at + 2].copy_from_slice(&size.to_le_bytes());
    }
    head[1446..1450].copy_from_slice(&frames.to_le_bytes());
    head[1992..1996].copy_from_slice(&2.5f32.to_le_bytes());
    let frame = 1024 * 1024 * 2;
    (serve(4100 + frame * frames as u64, head), frame)
}

// checklist: G-042
#[test]
fn properties_of_a_large_file_transfer_little() {
    let pnm = serve(
        20 + 10_000 * 3500 * 3,
        b"P6\n# 1234\n10000 3500\n255\n".to_vec(),
    );
    let (spe, _) = spe();
    for (server, name, shape) in [
        (&pnm, "/big.ppm", vec![3500, 10_000, 3]),
        (&pnm, "/big", vec![3500, 10_000, 3]),
        (&spe, "/big.spe", vec![50, 1024, 1024]),
    ] {
        let before = server.sent();
        let args = iio::ReadArgs::new();
        let args = if name == "/big.spe" {
            args.index(..)
        } else {
            args
        };
        let properties = iio::improps_with(server.url(name), args).expect(name);
        assert_eq!(properties.shape, shape, "{name}");
        iio::immeta(server.url(name)).expect(name);
        let sent = server.sent() - before;
        assert!(sent > 0 && sent <= MIB, "{name}: {sent} bytes");
    }
}

#[test]
fn one_frame_of_a_large_file_is_all_that_comes() {
    let (server, frame) = spe();
    let image = iio::imread_with(server.url("/big.spe"), iio::ReadArgs::new().index(30));
    let image = image.expect("frame 30");
    assert_eq!(
        (image.shape(), image.dtype()),
        (&[1024, 1024][..], DType::U16)
    );
    let at = 4100 + 30 * frame;
    let first = u16::from_le_bytes([(at % 251) as u8, ((at + 1) % 251) as u8]);
    assert_eq!(image.into_vec::<u16>().expect("numbers")[0], first);
    assert!(server.sent() <= frame + MIB, "{} bytes", server.sent());

    // Two pictures in one file: the second is found without the pixels of the first.
    let frame = 6000 * 6000;
    let header = b"P5 6000 6000 255\n";
    let mut len = header.len() as u64;
    len = (len + frame) * 2;
    let server = Server::start(move |seen, out| {
        out.ranges(seen, len, |at, buf| {
            for (at, byte) in (at..).zip(buf) {
                let inside = at % (len / 2);
                *byte = header.get(inside as usize).copied().unwrap_or(7);
            }
        })
    });
    let image = iio::imread_with(server.url("/two.pgm"), iio::ReadArgs::new().index(1));
    assert_eq!(image.expect("the second").shape(), [6000, 6000]);
    assert!(server.sent() <= frame + MIB, "{} bytes", server.sent());
}

#[test]
fn errors_name_the_address_without_a_login() {
    let server = Server::start(|_, out| out.answer("404 Not Found", b""));
    let url = server
        .url("/gone.png")
        .replace("http://", "http://me:secret@");
    let error = iio::imread(&url).expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let text = format!("{error:?}");
    assert!(text.contains("404") && !text.contains("secret"), "{text}");
}

#[test]
fn a_picture_comes_from_a_server_with_and_without_ranges() {
    let image = imageio::NdImage::from_vec(&[40, 50, 3], (0..6000).map(|n| n as u8).collect());
    let image = image.expect("a picture");
    for extension in [".png", ".bmp", ".ppm", ".gif"] {
        let bytes = iio::imwrite_bytes(&image, extension).expect(extension);
        let expected = iio::imread(bytes.clone()).expect(extension);
        let server = Server::start(move |seen, out| {
            if seen.path.starts_with("/ranges") {
                out.ranges(seen, bytes.len() as u64, |at, buf| {
                    let at = at as usize;
                    buf.copy_from_slice(&bytes[at..at + buf.len()]);
                })
            } else {
                out.answer("200 OK", &bytes)
            }
        });
        for name in ["/ranges", "/plain", "/ranges/a", "/plain/a"] {
            let uri = if name.ends_with('a') {
                server.url(name) + extension
            } else {
                server.url(name)
            };
            assert_eq!(iio::imread(&uri).expect(&uri), expected, "{uri}");
        }
    }
}
