//! The client library, and its errors in our words.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imageio_core::{Error, ErrorKind};
use ureq::http::{Response, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Timeout};

use super::{USER_AGENT, silent};
use crate::address::{Address, not_found};
use crate::settings::{self, Roots};

/// The client of the process with the certificates it trusts; its connections serve many requests.
static AGENT: Mutex<Option<(Option<Roots>, Agent)>> = Mutex::new(None);

fn agent() -> Agent {
    let roots = settings::roots();
    let mut agent = AGENT.lock().unwrap_or_else(PoisonError::into_inner);
    match &*agent {
        Some((trusted, agent)) if *trusted == roots => agent.clone(),
        _ => {
            let new = new_agent(roots.as_ref());
            *agent = Some((roots, new.clone()));
            new
        }
    }
}

fn new_agent(roots: Option<&Roots>) -> Agent {
    let certificates = match roots {
        Some(roots) => roots
            .iter()
            .map(|der| Certificate::from_der(der).to_owned())
            .into(),
        None => RootCerts::WebPki,
    };
    let tls = TlsConfig::builder().root_certs(certificates).build();
    Agent::config_builder()
        .user_agent(USER_AGENT)
        // Redirects are followed one by one and looked at, and a status is an answer like any other.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into()
}

/// Sends one request, for all or for bytes `range.0..range.1`.
pub(super) fn send(
    uri: &str,
    range: Option<(u64, u64)>,
    timeout: Duration,
) -> Result<Response<Body>, ureq::Error> {
    let time = Some(timeout);
    let mut request = agent()
        .get(uri)
        .config()
        .timeout_resolve(time)
        .timeout_connect(time)
        .timeout_send_request(time)
        .timeout_recv_response(time)
        .timeout_per_read(time)
        .timeout_per_write(time)
        .build()
        .header(header::ACCEPT_ENCODING, "identity");
    if let Some((start, end)) = range {
        request = request.header(header::RANGE, format!("bytes={start}-{}", end - 1));
    }
    request.call()
}

/// Whether the same request may succeed a moment later.
pub(super) fn is_passing(error: &ureq::Error) -> bool {
    use std::io::ErrorKind as Io;
    let lost = |error: &std::io::Error| {
        matches!(
            error.kind(),
            Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof
        )
    };
    match error {
        ureq::Error::Io(error) => lost(error),
        ureq::Error::ConnectionFailed => true,
        _ => false,
    }
}

/// Whether an error of reading a body is one of time.
pub(super) fn is_timeout(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(ureq::Error::Timeout(_)))
}

/// The error in our words, with the address but without its login.
pub(super) fn explain(error: &ureq::Error, address: &Address, timeout: Duration) -> Error {
    let host = &address.host;
    let io = |message: String| Error::new(ErrorKind::Io, format!("{address}: {message}"));
    let seconds = timeout.as_secs_f64();
    match error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => io(format!(
            "no connection within {seconds} s (IMAGEIO_REQUEST_TIMEOUT)"
        )),
        ureq::Error::Timeout(_) => io(silent(Some(timeout))),
        ureq::Error::HostNotFound => not_found(format!("{address}: no host `{host}` is known")),
        ureq::Error::Rustls(rustls) => untrusted(rustls, address),
        ureq::Error::Io(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            if let Some(rustls) = inner {
                return untrusted(rustls, address);
            }
            match error.kind() {
                std::io::ErrorKind::UnexpectedEof => {
                    io("the server closed the connection before it answered".to_owned())
                }
                _ => io(error.to_string()),
            }
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Error::bad_option(format!("{address}: is no address"))
        }
        error => io(error.to_string()),
    }
}

pub(crate) fn untrusted(error: &rustls::Error, address: &Address) -> Error {
    let message = format!("{address}: no secure connection: {error}");
    match error {
        rustls::Error::InvalidCertificate(_) => Error::new(ErrorKind::Io, message)
            .with_help("the certificate of its authority, in `set_root_certificates`"),
        _ => Error::new(ErrorKind::Io, message),
    }
}
