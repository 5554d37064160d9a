//! Addresses: taken apart, joined, and shown without what is secret.

use std::fmt;

use imageio_core::{Error, ErrorKind, Result};

/// The schemes that are opened and followed; nothing else is, whatever a server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
    Ftp,
    Ftps,
}

impl Scheme {
    fn of(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "ftp" => Scheme::Ftp,
            "ftps" => Scheme::Ftps,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Ftp => "ftp",
            Scheme::Ftps => "ftps",
        }
    }
}

/// An address of one of the four schemes. `Display` leaves user and password out.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scheme: Scheme,
    /// What stands before the host, as it was written.
    login: Option<String>,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// Path and query, from the first slash on.
    pub(crate) path: String,
}

impl Address {
    /// Takes `text` apart.
    ///
    /// # Errors
    /// `Unsupported` for another scheme, `BadOption` for what is no address.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let scheme_of = |name: &str| {
            Scheme::of(name).ok_or_else(|| {
                Error::unsupported(format!(
                    "`{}` is no address of http, https, ftp or ftps",
                    shortened(text)
                ))
            })
        };
        let (scheme, rest) = match text.split_once("://") {
            Some((name, rest)) => (scheme_of(name)?, rest),
            None => (scheme_of(text.split(':').next().unwrap_or(""))?, ""),
        };
        let (authority, path) = match rest.find(['/', '?', '#']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(login.to_owned()), place),
            None => (None, authority),
        };
        let bad = || Error::bad_option(format!("`{}` names no host", shortened(place)));
        let (host, port) = host_and_port(place).ok_or_else(bad)?;
        let path = path.split('#').next().unwrap_or_default();
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Address {
            scheme,
            login,
            host,
            port,
            path: format!("{slash}{}", encoded(path)),
        })
    }

    /// Where `location` leads from here, as a server writes it in a redirect.
    pub(crate) fn join(&self, location: &str) -> Result<Self> {
        let location = location.trim();
        let path_begins = location.find(['/', '?', '#']).unwrap_or(location.len());
        let joined = if location[..path_begins].contains(':') {
            return Address::parse(location).map_err(|error| {
                error.at(format!("{self} redirects to `{}`", shortened(location)))
            });
        } else if location.starts_with("//") {
            return Address::parse(&format!("{}:{location}", self.scheme.name()));
        } else if location.starts_with('/') {
            location.to_owned()
        } else {
            let own = self.path.split('?').next().unwrap_or_default();
            let folder = own.rfind('/').map_or("/", |at| &own[..=at]);
            if location.starts_with('?') {
                format!("{own}{location}")
            } else {
                format!("{folder}{location}")
            }
        };
        let joined = joined.split('#').next().unwrap_or_default();
        Ok(Address {
            path: without_dots(&encoded(joined)),
            ..self.clone()
        })
    }

    /// The address as it goes to a client, login included.
    pub(crate) fn whole(&self) -> String {
        let login = self.login.as_ref().map(|login| format!("{login}@"));
        let (scheme, place) = (self.scheme.name(), self.place());
        format!(
            "{scheme}://{}{place}{}",
            login.unwrap_or_default(),
            self.path
        )
    }

    /// User and password, decoded.
    pub(crate) fn login(&self) -> Option<(String, String)> {
        let login = self.login.as_deref().filter(|login| !login.is_empty())?;
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        Some((decoded(user), decoded(password)))
    }

    pub(crate) fn is_ftp(&self) -> bool {
        matches!(self.scheme, Scheme::Ftp | Scheme::Ftps)
    }

    fn place(&self) -> String {
        let port = self.port.map(|port| format!(":{port}"));
        format!("{}{}", self.host, port.unwrap_or_default())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.name(), self.place(), self.path)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Host and port; IPv6 addresses stand in brackets.
fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    let host_ends = place.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match place[host_ends..].find(':') {
        Some(colon) => {
            let (host, port) = place.split_at(host_ends + colon);
            (host, Some(&port[1..]).filter(|port| !port.is_empty()))
        }
        None => (place, None),
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~%[]:".contains(c);
    if host.is_empty() || !host.chars().all(allowed) {
        return None;
    }
    match port {
        Some(port) => Some((host.to_owned(), Some(port.parse().ok()?))),
        None => Some((host.to_owned(), None)),
    }
}

/// Percent-encodes what may not stand in an address; what is encoded already stays.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value & 15)]);
            out.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    out
}

/// Undoes percent-encoding; bytes that are no UTF-8 are replaced.
pub(crate) fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digit = |at: usize| char::from(*tail.get(at)?).to_digit(16);
        let value = digit(0).zip(digit(1)).filter(|_| first == b'%');
        if let Some((high, low)) = value {
            out.push((high * 16 + low) as u8);
            rest = &tail[2..];
        } else {
            out.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path without `.` and `..` parts; the query stays as it is.
fn without_dots(path: &str) -> String {
    let (path, query) = match path.find('?') {
        Some(at) => path.split_at(at),
        None => (path, ""),
    };
    let mut parts: Vec<&str> = Vec::new();
    let mut ends_in_folder = false;
    for part in path.split('/').skip(1) {
        ends_in_folder = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    if ends_in_folder {
        parts.push("");
    }
    format!("/{}{query}", parts.join("/"))
}

/// At most 80 characters of what a server or a user wrote, without what could be a password.
fn shortened(text: &str) -> String {
    let text = match text.rsplit_once('@') {
        Some((_, rest)) => rest,
        None => text,
    };
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The error of an address that leads nowhere.
pub(crate) fn not_found(message: String) -> Error {
    Error::new(ErrorKind::NotFound, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, location: &str) -> Result<String> {
        Ok(Address::parse(base)?.join(location)?.to_string())
    }

    #[test]
    fn takes_addresses_apart() -> Result<()> {
        let address = Address::parse("ftp://me:p%40ss@[::1]:2121/a b/c?x#y")?;
        assert_eq!(address.to_string(), "ftp://[::1]:2121/a%20b/c?x");
        assert_eq!(address.login(), Some(("me".into(), "p@ss".into())));
        assert_eq!(
            Address::parse("http://h")?.whole(),
            "http://h/",
            "a host alone"
        );
        for bad in ["http://", "http://a b/", "http://h:99999/", "http://h:x/"] {
            assert_eq!(
                Address::parse(bad).map_err(|e| e.kind()),
                Err(ErrorKind::BadOption),
                "{bad}"
            );
        }
        Ok(())
    }

    #[test]
    fn joins_what_servers_write() -> Result<()> {
        let base = "http://u:p@h:8/a/b/c.png?q";
        for (location, expected) in [
            ("d.png", "http://h:8/a/b/d.png"),
            ("../d.png", "http://h:8/a/d.png"),
            ("../../../../d", "http://h:8/d"),
            ("/x/./y", "http://h:8/x/y"),
            ("?z", "http://h:8/a/b/c.png?z"),
            ("//other/x", "http://other/x"),
            ("HTTPS://o/y#f", "https://o/y"),
        ] {
            assert_eq!(joined(base, location)?, expected, "{location}");
        }
        assert_eq!(
            Address::parse(base)?.join("/x")?.whole(),
            "http://u:p@h:8/x"
        );
        assert_eq!(Address::parse(base)?.join("//h:8/x")?.login(), None);
        for bad in ["file:///etc/passwd", "file:x", "gopher://h/", "data:,x"] {
            assert_eq!(
                joined(base, bad).map_err(|e| e.kind()),
                Err(ErrorKind::Unsupported),
                "{bad}"
            );
        }
        Ok(())
    }

    #[test]
    fn decodes_percent_signs() {
        assert_eq!(decoded("a%2Fb%zz%4"), "a/b%zz%4");
    }
}
