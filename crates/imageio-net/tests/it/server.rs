//! A server of HTTP/1.1 on loopback that does what a test tells it, and counts what it sends.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A running server; it ends with the test process.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    seen: Mutex<Vec<Seen>>,
    sent: AtomicU64,
}

/// One request, as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// How many requests for this path came before.
    pub(crate) earlier: usize,
}

impl Seen {
    /// The range that is asked for, as first byte and the one after the last.
    pub(crate) fn range(&self) -> Option<(u64, u64)> {
        let (first, last) = self
            .headers
            .get("range")?
            .strip_prefix("bytes=")?
            .split_once('-')?;
        Some((first.parse().ok()?, last.parse::<u64>().ok()? + 1))
    }
}

/// The connection, as an answer goes into it.
pub(crate) struct Out<S> {
    stream: S,
    state: Arc<State>,
}

impl<S: Write> Out<S> {
    /// The status line and the headers.
    pub(crate) fn head(&mut self, status: &str, headers: &[(&str, String)]) -> Result<()> {
        let mut text = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        self.stream.write_all((text + "\r\n").as_bytes())
    }

    /// A part of the body.
    pub(crate) fn body(&mut self, bytes: &[u8]) -> Result<()> {
        self.state
            .sent
            .fetch_add(bytes.len() as u64, Ordering::SeqCst);
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// A whole answer with a body of known length.
    pub(crate) fn answer(&mut self, status: &str, bytes: &[u8]) -> Result<bool> {
        self.head(status, &[("Content-Length", bytes.len().to_string())])?;
        self.body(bytes)?;
        Ok(true)
    }

    /// A redirect.
    pub(crate) fn redirect(&mut self, to: &str) -> Result<bool> {
        let headers = [
            ("Location", to.to_owned()),
            ("Content-Length", "0".to_owned()),
        ];
        self.head("302 Found", &headers)?;
        Ok(true)
    }

    /// `len` bytes that `fill` makes, as a server does that knows ranges.
    pub(crate) fn ranges(
        &mut self,
        seen: &Seen,
        len: u64,
        fill: impl Fn(u64, &mut [u8]),
    ) -> Result<bool> {
        let (start, end) = seen.range().unwrap_or((0, len));
        let end = end.min(len);
        if start >= end && seen.range().is_some() {
            let headers = [
                ("Content-Range", format!("bytes */{len}")),
                ("Content-Length", "0".to_owned()),
            ];
            self.head("416 Range Not Satisfiable", &headers)?;
            return Ok(true);
        }
        let mut headers = vec![
            ("Content-Length", (end - start).to_string()),
            ("Accept-Ranges", "bytes".to_owned()),
            ("ETag", "\"one\"".to_owned()),
        ];
        let status = match seen.range() {
            Some(_) => {
                headers.push(("Content-Range", format!("bytes {start}-{}/{len}", end - 1)));
                "206 Partial Content"
            }
            None => "200 OK",
        };
        self.head(status, &headers)?;
        let mut at = start;
        let mut chunk = vec![0; 1 << 16];
        while at < end {
            let count = chunk.len().min((end - at) as usize);
            fill(at, &mut chunk[..count]);
            self.body(&chunk[..count])?;
            at += count as u64;
        }
        Ok(true)
    }
}

impl Server {
    /// Starts a server; `answer` says whether the connection stays open.
    pub(crate) fn start<F>(answer: F) -> Self
    where
        F: Fn(&Seen, &mut Out<&mut TcpStream>) -> Result<bool> + Send + Sync + 'static,
    {
        Self::start_over(
            |stream| stream,
            move |seen, out| {
                let mut out = Out {
                    stream: &mut *out.stream,
                    state: Arc::clone(&out.state),
                };
                answer(seen, &mut out)
            },
        )
    }

    /// The same over what `wrap` makes of each connection, such as TLS.
    pub(crate) fn start_over<S, W, F>(wrap: W, answer: F) -> Self
    where
        S: Read + Write,
        W: Fn(TcpStream) -> S + Send + Sync + 'static,
        F: Fn(&Seen, &mut Out<&mut S>) -> Result<bool> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let (shared, both) = (Arc::clone(&state), Arc::new((wrap, answer)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, both) = (Arc::clone(&shared), Arc::clone(&both));
                std::thread::spawn(move || {
                    let _ = stream.set_nodelay(true);
                    converse(both.0(stream), &both.1, &state);
                });
            }
        });
        Server { address, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Bytes of bodies sent so far.
    pub(crate) fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state
            .seen
            .lock()
            .expect("no panic in the server")
            .clone()
    }
}

/// Answers one request after the other until one says that it was the last.
fn converse<S: Read + Write>(
    stream: S,
    answer: &impl Fn(&Seen, &mut Out<&mut S>) -> Result<bool>,
    state: &Arc<State>,
) {
    let mut reader = BufReader::new(stream);
    while let Ok(Some(seen)) = next_request(&mut reader, state) {
        let out = &mut Out {
            stream: reader.get_mut(),
            state: Arc::clone(state),
        };
        if !answer(&seen, out).unwrap_or(false) {
            break;
        }
    }
}

fn next_request<S: Read>(reader: &mut BufReader<S>, state: &State) -> Result<Option<Seen>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut all = state.seen.lock().expect("no panic in the server");
    let earlier = all.iter().filter(|seen| seen.path == path).count();
    let seen = Seen {
        path,
        headers,
        earlier,
    };
    all.push(seen.clone());
    Ok(Some(seen))
}
