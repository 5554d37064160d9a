//! Dates without a calendar library.

use std::time::{Duration, SystemTime};

use imageio_core::{Error, Result};

/// The first moment of a day, `2026-01-31`, in universal time.
pub(crate) fn start_of(date: &str) -> Result<SystemTime> {
    let bad = || Error::bad_option(format!("{date:?} is no date, expected as 2026-01-31"));
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(bad());
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(bad());
    }
    // Days since 1970, in years that begin with March, so that a leap day is the last of its year.
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs((days.saturating_sub(719_468)) * 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted() {
        for (date, seconds) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2000-03-01", 951_868_800),
            ("2026-11-22", 1_795_305_600),
        ] {
            let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(start_of(date).ok(), Some(moment), "{date}");
        }
        for bad in [
            "",
            "2026",
            "2026-13-01",
            "2026-1-1-1",
            "yesterday",
            "1960-01-01",
        ] {
            assert!(start_of(bad).is_err(), "{bad}");
        }
    }
}
