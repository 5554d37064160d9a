//! Transfer syntaxes, PS3.5 section 10 and annex A.

use imageio_core::{Error, Result};

use super::walker::Encoding;

/// How pixels are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// As they are.
    Native,
    RunLength,
    Jpeg,
    JpegLs,
    Jpeg2000,
    JpegXl,
    /// By something that is not decoded here.
    Other,
}

/// A transfer syntax.
#[derive(Clone, Debug)]
pub(crate) struct Syntax {
    pub(crate) encoding: Encoding,
    /// Whether everything behind the file meta group is deflated.
    pub(crate) deflated: bool,
    pub(crate) coding: Coding,
    /// As the file names it; empty where it names none.
    pub(crate) uid: String,
}

/// What all transfer syntaxes of the standard begin with.
const ROOT: &str = "1.2.840.10008.1.2";

impl Syntax {
    /// The transfer syntax called `uid`.
    pub(crate) fn named(uid: &str) -> Syntax {
        let explicit = Encoding::EXPLICIT;
        let big_endian = Encoding {
            big_endian: true,
            ..explicit
        };
        let (encoding, coding) = match uid.strip_prefix(ROOT) {
            Some("") => (Encoding::IMPLICIT, Coding::Native),
            Some(".1" | ".1.98" | ".1.99") => (explicit, Coding::Native),
            Some(".2") => (big_endian, Coding::Native),
            Some(".5") => (explicit, Coding::RunLength),
            Some(rest) => match rest.strip_prefix(".4.").and_then(|rest| rest.parse().ok()) {
                // .80 and .81 are JPEG-LS, .90 to .93 JPEG 2000, .110 to .112 JPEG XL, what is below 80 is JPEG.
                Some(50..=70u32) => (explicit, Coding::Jpeg),
                Some(80 | 81) => (explicit, Coding::JpegLs),
                Some(90..=93) => (explicit, Coding::Jpeg2000),
                Some(110..=112) => (explicit, Coding::JpegXl),
                _ => (explicit, Coding::Other),
            },
            // Implicit and little-endian, of the software Papyrus 3.
            None if uid == "1.2.840.10008.1.20" => (Encoding::IMPLICIT, Coding::Native),
            None => (explicit, Coding::Other),
        };
        Syntax {
            encoding,
            deflated: uid.strip_prefix(ROOT) == Some(".1.99"),
            coding,
            uid: uid.to_owned(),
        }
    }

    /// What stands for a file that names none.
    pub(crate) fn unnamed(encoding: Encoding) -> Syntax {
        Syntax {
            encoding,
            deflated: false,
            coding: Coding::Native,
            uid: String::new(),
        }
    }

    /// Refuses pixels that are coded in a way that is not decoded here.
    pub(crate) fn check(&self) -> Result<()> {
        if self.coding != Coding::Other {
            return Ok(());
        }
        let uid = &self.uid;
        let family = self
            .family()
            .map_or_else(String::new, |family| format!(" ({family})"));
        let message = format!("pixels of the transfer syntax {uid:?}{family}");
        Err(Error::unsupported(message)
            .with_help("`gdcmconv --raw` of GDCM or a tool of dcmtk, which writes them plainly"))
    }

    /// What a transfer syntax that is not decoded belongs to.
    fn family(&self) -> Option<&'static str> {
        let rest = self.uid.strip_prefix(ROOT)?;
        if rest == ".6.1" {
            return Some("RFC 2557");
        }
        match rest.strip_prefix(".4.")?.split('.').next()?.parse().ok()? {
            50..=89u32 => Some("JPEG"),
            94 | 95 => Some("JPEG 2000, interactive"),
            100 | 101 => Some("MPEG2"),
            102..=106 => Some("MPEG-4"),
            107 | 108 => Some("HEVC"),
            201..=205 => Some("HTJ2K"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-188
    #[test]
    fn syntaxes_by_their_names() {
        let of = |uid: &str| {
            let Syntax {
                encoding,
                deflated,
                coding,
                ..
            } = Syntax::named(uid);
            (encoding.explicit, encoding.big_endian, deflated, coding)
        };
        assert_eq!(
            of("1.2.840.10008.1.2"),
            (false, false, false, Coding::Native)
        );
        assert_eq!(
            of("1.2.840.10008.1.2.1"),
            (true, false, false, Coding::Native)
        );
        assert_eq!(
            of("1.2.840.10008.1.2.2"),
            (true, true, false, Coding::Native)
        );
        assert_eq!(
            of("1.2.840.10008.1.2.1.99"),
            (true, false, true, Coding::Native)
        );
        for (last, coding) in [
            ("5", Coding::RunLength),
            ("4.50", Coding::Jpeg),
            ("4.51", Coding::Jpeg),
            ("4.57", Coding::Jpeg),
            ("4.70", Coding::Jpeg),
            ("4.80", Coding::JpegLs),
            ("4.81", Coding::JpegLs),
            ("4.90", Coding::Jpeg2000),
            ("4.91", Coding::Jpeg2000),
            ("4.110", Coding::JpegXl),
            ("4.112", Coding::JpegXl),
            ("4.102", Coding::Other),
            ("6.1", Coding::Other),
        ] {
            let uid = format!("{ROOT}.{last}");
            assert_eq!(of(&uid), (true, false, false, coding), "{uid}");
        }
        for (last, family) in [
            ("6.1", "(RFC 2557)"),
            ("4.201", "(HTJ2K)"),
            ("4.100", "(MPEG2)"),
        ] {
            let uid = format!("{ROOT}.{last}");
            let refused = Syntax::named(&uid)
                .check()
                .map_err(|error| error.to_string());
            let message = refused.err().unwrap_or_default();
            for part in [uid.as_str(), family, "dcmtk", "gdcm"] {
                assert!(message.contains(part), "{part} in {message}");
            }
        }
    }
}
