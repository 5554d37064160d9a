//! What the program sets for all requests: the time to wait and the certificates to trust.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use imageio_core::{Error, Result, Setting};

/// Seconds without which neither the program nor the environment says anything.
const DEFAULT_SECONDS: f64 = 5.0;

/// A day; more is a mistake, and times far larger overflow.
const MOST_SECONDS: f64 = 86_400.0;

static TIMEOUT: RwLock<Option<Duration>> = RwLock::new(None);
static ROOTS: RwLock<Option<Roots>> = RwLock::new(None);

/// Certificates that are trusted in place of the built-in ones, each as DER.
pub(crate) type Roots = Arc<[Vec<u8>]>;

/// Sets how long a server may take to be reached, to answer, and to be silent while it sends.
///
/// It wins over `IMAGEIO_REQUEST_TIMEOUT`; `None` gives that its word back. Default: 5 seconds.
pub fn set_timeout(timeout: Option<Duration>) {
    *TIMEOUT.write().unwrap_or_else(PoisonError::into_inner) = timeout;
}

/// How long a server may take to be reached, to answer, and to be silent while it sends.
///
/// # Errors
/// `BadOption` where `IMAGEIO_REQUEST_TIMEOUT` is no positive number of seconds.
pub fn timeout() -> Result<Duration> {
    if let Some(set) = *TIMEOUT.read().unwrap_or_else(PoisonError::into_inner) {
        return Ok(set.max(Duration::from_millis(1)));
    }
    match Setting::REQUEST_TIMEOUT.get() {
        Some(text) => seconds(&text.to_string_lossy()),
        None => Ok(Duration::from_secs_f64(DEFAULT_SECONDS)),
    }
}

fn seconds(text: &str) -> Result<Duration> {
    let number = text.trim().parse::<f64>().ok();
    let number = number.filter(|seconds| *seconds > 0.0 && *seconds <= MOST_SECONDS);
    let bad = || {
        let name = Setting::REQUEST_TIMEOUT.name();
        Error::bad_option(format!(
            "{name} is {text:?}, expected a positive number of seconds up to {MOST_SECONDS}"
        ))
    };
    Ok(Duration::from_secs_f64(number.ok_or_else(bad)?).max(Duration::from_millis(1)))
}

/// Trusts these certificates, each as DER, in place of the built-in list; `None` goes back to that.
///
/// For a server with a certificate of one's own, or a network that inspects TLS.
pub fn set_root_certificates(certificates: Option<Vec<Vec<u8>>>) {
    *ROOTS.write().unwrap_or_else(PoisonError::into_inner) = certificates.map(Into::into);
}

pub(crate) fn roots() -> Option<Roots> {
    ROOTS.read().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: C-051
    #[test]
    fn any_positive_number_is_a_timeout() -> Result<()> {
        assert_eq!(seconds("2.5")?, Duration::from_millis(2500));
        assert_eq!(seconds(" 7 ")?, Duration::from_secs(7));
        for bad in ["0", "-1", "soon", "nan", "inf", "1e9", "5s"] {
            let error = seconds(bad).expect_err(bad).to_string();
            assert!(
                error.contains("IMAGEIO_REQUEST_TIMEOUT") && error.contains(bad),
                "{error}"
            );
        }
        Ok(())
    }
}
