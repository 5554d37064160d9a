//! HTTPS with a certificate of its own.

use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imageio_core::{ErrorKind, Request, Result};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::Server;
use crate::{bytes, fill, ready};

/// The certificates to trust are the whole process's, so one test at a time changes them.
pub(crate) fn roots_for_one() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server for `localhost` and the certificate that it shows.
fn secure() -> (Server, Vec<u8>) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let der = own.cert.der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)
        .expect("a certificate with its key");
    let config = Arc::new(config);
    let wrap = move |stream: TcpStream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        StreamOwned::new(connection, stream)
    };
    let server = Server::start_over(wrap, |seen, out| out.ranges(seen, 1 << 20, fill));
    (server, der.to_vec())
}

#[test]
fn a_certificate_counts_when_it_is_trusted() -> Result<()> {
    ready();
    let _alone = roots_for_one();
    let (server, certificate) = secure();
    let url = format!("https://localhost:{}/a.bin", server.port());
    let error = Request::new(&url).len().expect_err("nobody vouches for it");
    assert_eq!(error.kind(), ErrorKind::Io);
    let text = error.to_string();
    assert!(
        text.contains("certificate") && text.contains("set_root_certificates"),
        "{text}"
    );

    imageio_net::set_root_certificates(Some(vec![certificate]));
    let request = Request::new(&url);
    let mut part = [0; 100];
    request.read_exact_at(700_000, &mut part)?;
    assert_eq!(part.to_vec(), bytes(700_000, 100));
    // The name must be right, too.
    let other = format!("https://127.0.0.1:{}/a.bin", server.port());
    let error = Request::new(&other).len().expect_err("another name");
    assert!(error.to_string().contains("certificate"), "{error}");
    imageio_net::set_root_certificates(None);
    Ok(())
}
