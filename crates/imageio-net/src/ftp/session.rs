//! One connection to an FTP server, logged in.

use std::io::Read;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use imageio_core::Result;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use suppaftp::types::FileType;
use suppaftp::{
    FtpError, Mode, RustlsConnector, RustlsFtpStream, Status, TlsConnector, TransferStream,
};

use super::{failed, is_lost};
use crate::address::{Address, Scheme, decoded, not_found};
use crate::http::silent;
use crate::settings;

/// A file on its way.
pub(super) type Transfer = TransferStream<<RustlsConnector as TlsConnector>::Stream>;

const PORT: u16 = 21;

/// Where FTPS begins with the handshake, which is an older custom than asking for it.
const IMPLICIT_PORT: u16 = 990;

/// A connection, and the transfer that is under way on it.
pub(super) struct Session {
    ftp: RustlsFtpStream,
    address: Address,
    path: String,
    timeout: Duration,
    /// With the offset of its next byte.
    transfer: Option<(Transfer, u64)>,
    lost: bool,
}

impl Session {
    /// Connects and logs in, with the address's user or as anonymous.
    pub(super) fn open(address: &Address) -> Result<Self> {
        let timeout = settings::timeout()?;
        let explain = |error| explain(error, address, timeout);
        let socket = connect(address, timeout)?;
        let is_ipv6 = socket.peer_addr().is_ok_and(|peer| peer.is_ipv6());
        let mut ftp = RustlsFtpStream::connect_with_stream(socket).map_err(explain)?;
        if address.scheme == Scheme::Ftps {
            let connector = RustlsConnector::from(tls_config());
            let host = address.host.trim_matches(['[', ']']);
            ftp = ftp.into_secure(connector, host).map_err(explain)?;
        }
        ftp = ftp.passive_stream_builder(move |place| {
            let socket = TcpStream::connect_timeout(&place, timeout);
            socket
                .and_then(|socket| with_timeouts(socket, timeout))
                .map_err(FtpError::ConnectionError)
        });
        // The server of the control connection is the only one that data is taken from, whatever it answers.
        ftp.set_passive_nat_workaround(true);
        ftp.set_mode(if is_ipv6 {
            Mode::ExtendedPassive
        } else {
            Mode::Passive
        });
        let login = address.login();
        let (user, password) = login.unwrap_or_else(|| ("anonymous".into(), "anonymous@".into()));
        ftp.login(user, password).map_err(|error| match error {
            FtpError::UnexpectedResponse(answer) => failed(format!(
                "{address}: the login was refused: {}",
                words(&answer.body)
            )),
            error => explain(error),
        })?;
        ftp.transfer_type(FileType::Binary).map_err(explain)?;
        Ok(Session {
            ftp,
            address: address.clone(),
            path: path_of(address),
            timeout,
            transfer: None,
            lost: false,
        })
    }

    /// The length of the file, where the server tells it.
    pub(super) fn len(&mut self) -> Option<u64> {
        self.ftp.size(&self.path).ok().map(|len| len as u64)
    }

    /// Whether a transfer may begin elsewhere than at the first byte.
    pub(super) fn takes_offsets(&mut self) -> bool {
        let answer = self
            .ftp
            .custom_command("REST 0", &[Status::RequestFilePending]);
        answer.is_ok()
    }

    /// Begins a transfer at `offset`.
    pub(super) fn retrieve(&mut self, offset: u64) -> Result<Transfer> {
        let begun = self
            .ftp
            .resume_transfer(offset as usize)
            .and_then(|()| self.ftp.retr_as_stream(&self.path));
        begun.map_err(|error| {
            self.lost = matches!(&error, FtpError::ConnectionError(error) if is_lost(error));
            self.explain(error)
        })
    }

    /// Moves the transfer under way to `offset`.
    pub(super) fn seek(&mut self, offset: u64) -> Result<()> {
        if let Some((transfer, _)) = self.transfer.take() {
            // It is cut off, and what the server says to that is no news.
            let _ = transfer.finish();
        }
        self.transfer = Some((self.retrieve(offset)?, offset));
        Ok(())
    }

    /// Where the transfer under way stands.
    pub(super) fn position(&self) -> Option<u64> {
        self.transfer.as_ref().map(|(_, at)| *at)
    }

    /// Ends a transfer that gave its last byte.
    pub(super) fn finish(&mut self, transfer: Transfer) -> Result<()> {
        transfer.finish().map_err(|error| self.explain(error))
    }

    /// Whether the connection broke, rather than the server refused.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    fn explain(&self, error: FtpError) -> imageio_core::Error {
        explain(error, &self.address, self.timeout)
    }
}

impl Read for Session {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let Some((transfer, at)) = &mut self.transfer else {
            return Ok(0);
        };
        let read = transfer.read(buf);
        match &read {
            Ok(count) => {
                *at += *count as u64;
                // The end of the data before the end of the file is a loss too.
                self.lost = *count == 0;
            }
            Err(error) => self.lost = is_lost(error),
        }
        read
    }
}

/// The path as servers take it: from the login's folder, where no slash is encoded at its beginning.
fn path_of(address: &Address) -> String {
    let path = address.path.split(";type=").next().unwrap_or_default();
    decoded(path.strip_prefix('/').unwrap_or(path))
}

fn connect(address: &Address, timeout: Duration) -> Result<TcpStream> {
    let port = address.port.unwrap_or(PORT);
    if address.scheme == Scheme::Ftps && port == IMPLICIT_PORT {
        return Err(imageio_core::Error::unsupported(format!(
            "{address}: implicit FTPS; port {PORT}, where security is asked for, is supported"
        )));
    }
    let mut last = None;
    for place in resolve(address, port, timeout)? {
        let socket = TcpStream::connect_timeout(&place, timeout);
        match socket.and_then(|socket| with_timeouts(socket, timeout)) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = Some(error),
        }
    }
    Err(match last {
        Some(error) if error.kind() == std::io::ErrorKind::TimedOut => failed(format!(
            "{address}: no connection within {} s (IMAGEIO_REQUEST_TIMEOUT)",
            timeout.as_secs_f64()
        )),
        Some(error) => failed(format!("{address}: {error}")),
        None => not_found(format!("{address}: no host `{}` is known", address.host)),
    })
}

/// The system offers no way to give up a look-up, so it runs beside.
fn resolve(address: &Address, port: u16, timeout: Duration) -> Result<Vec<SocketAddr>> {
    let host = address.host.trim_matches(['[', ']']).to_owned();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let places = (host.as_str(), port).to_socket_addrs();
        let _ = send.send(places.map(Iterator::collect::<Vec<_>>));
    });
    match receive.recv_timeout(timeout) {
        Ok(Ok(places)) => Ok(places),
        Ok(Err(_)) => Ok(Vec::new()),
        Err(_) => Err(failed(format!(
            "{address}: no answer about the host within {} s (IMAGEIO_REQUEST_TIMEOUT)",
            timeout.as_secs_f64()
        ))),
    }
}

fn with_timeouts(socket: TcpStream, timeout: Duration) -> std::io::Result<TcpStream> {
    socket.set_read_timeout(Some(timeout))?;
    socket.set_write_timeout(Some(timeout))?;
    Ok(socket)
}

/// The certificates that are trusted: the program's, else the built-in list.
fn tls_config() -> Arc<ClientConfig> {
    let mut store = RootCertStore::empty();
    match settings::roots() {
        Some(roots) => {
            let roots = roots.iter().map(|der| CertificateDer::from(der.clone()));
            store.add_parsable_certificates(roots);
        }
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // The provider supports the default versions of its own library.
    let builder = match builder {
        Ok(builder) => builder,
        Err(_) => ClientConfig::builder(),
    };
    Arc::new(builder.with_root_certificates(store).with_no_client_auth())
}

fn explain(error: FtpError, address: &Address, timeout: Duration) -> imageio_core::Error {
    match error {
        FtpError::UnexpectedResponse(answer) => {
            let said = words(&answer.body);
            match answer.status {
                Status::FileUnavailable => not_found(format!("{address}: {said}")),
                _ => failed(format!("{address}: the server refuses: {said}")),
            }
        }
        FtpError::ConnectionError(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            if let Some(rustls) = inner {
                return crate::http::untrusted(rustls, address);
            }
            match error.kind() {
                std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                    failed(format!("{address}: {}", silent(Some(timeout))))
                }
                std::io::ErrorKind::UnexpectedEof => {
                    failed(format!("{address}: the server closed the connection"))
                }
                _ => failed(format!("{address}: {error}")),
            }
        }
        error => failed(format!("{address}: {error}")),
    }
}

/// What a server said, in one line of bounded length.
fn words(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    clean.trim().chars().take(200).collect()
}
