//! What the SDT-control software writes into the comments of a file: numbers and words at fixed columns.
//!
//! It drives cameras for single-molecule microscopy, and marks its files with `COMVER` and a version in the fifth
//! comment.

use imageio_core::{DateTime, Value};

use super::text::slice;

/// The one major version that is known, and the last of its minor ones.
const KNOWN: (u8, u8) = (5, 1);

/// A version of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) major: u8,
    pub(crate) minor: u8,
}

impl Version {
    /// The version that the fifth comment names, if it does.
    pub(crate) fn of(comments: &[String]) -> Option<Self> {
        let comment = comments.get(4)?;
        let digits = |start| slice(comment, start, start + 2).parse().ok();
        if slice(comment, 70, 76) != "COMVER" {
            return None;
        }
        Some(Version {
            major: digits(76)?,
            minor: digits(78)?,
        })
    }

    /// Whether all of it is known.
    pub(crate) fn is_known(self) -> bool {
        self.major == KNOWN.0 && self.minor <= KNOWN.1
    }

    /// The fields that are known to be there.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'static Field> {
        let known = self.major == KNOWN.0;
        FIELDS
            .iter()
            .filter(move |field| known && field.since <= self.minor)
    }
}

/// A field inside a comment.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    comment: usize,
    columns: (usize, usize),
    form: Form,
    /// The first minor version that has it.
    since: u8,
}

/// What the columns of a field mean.
#[derive(Debug)]
enum Form {
    Int,
    Text,
    /// True for this letter.
    Is(&'static str),
    /// A number in this unit.
    Times(f64),
    Sequence,
}

const fn field(name: &'static str, comment: usize, start: usize, end: usize, form: Form) -> Field {
    Field {
        name,
        comment,
        columns: (start, end),
        form,
        since: 0,
    }
}

const MICRO: Form = Form::Times(1e-6);

const FIELDS: &[Field] = &[
    field("sdt_major_version", 4, 66, 68, Form::Int),
    field("sdt_minor_version", 4, 68, 70, Form::Int),
    field("sdt_controller_name", 4, 0, 6, Form::Text),
    field("exposure_time", 1, 64, 73, MICRO),
    field("color_code", 4, 10, 14, Form::Text),
    field("detection_channels", 4, 15, 16, Form::Int),
    field("background_subtraction", 4, 14, 15, Form::Is("B")),
    field("em_active", 4, 32, 33, Form::Is("E")),
    field("em_gain", 4, 28, 32, Form::Int),
    field("modulation_active", 4, 33, 34, Form::Is("A")),
    field("pixel_size", 4, 25, 28, Form::Times(0.1)),
    field("sequence_type", 4, 6, 10, Form::Sequence),
    field("grid", 4, 16, 25, MICRO),
    field("n_macro", 1, 0, 4, Form::Int),
    field("delay_macro", 1, 10, 19, Form::Times(1e-3)),
    field("n_mini", 1, 4, 7, Form::Int),
    field("delay_mini", 1, 19, 28, MICRO),
    field("n_micro", 1, 7, 10, Form::Int),
    field("delay_micro", 1, 28, 37, MICRO),
    field("n_subpics", 1, 7, 10, Form::Int),
    field("delay_shutter", 1, 73, 79, MICRO),
    field("delay_prebleach", 1, 37, 46, MICRO),
    field("bleach_time", 1, 46, 55, MICRO),
    field("recovery_time", 1, 55, 64, MICRO),
    Field {
        since: 1,
        ..field("bleach_piezo_active", 4, 34, 35, Form::Is("z"))
    },
];

/// The kinds of sequences, by the four letters that stand for them.
const SEQUENCES: [(&str, &str); 4] = [
    ("SEQU", "standard"),
    ("SETO", "TOCCSL"),
    ("KINE", "kinetics"),
    ("SEAR", "arbitrary"),
];

impl Field {
    /// The columns as they stand.
    pub(crate) fn text<'a>(&self, comments: &'a [String]) -> &'a str {
        let comment = comments.get(self.comment).map_or("", String::as_str);
        slice(comment, self.columns.0, self.columns.1)
    }

    /// The value, or nothing where the columns mean none.
    pub(crate) fn value(&self, comments: &[String]) -> Option<Value> {
        let text = self.text(comments);
        Some(match self.form {
            Form::Int => text.trim().parse::<i64>().ok()?.into(),
            Form::Text => text.into(),
            Form::Is(letter) => (text == letter).into(),
            Form::Times(unit) => (text.trim().parse::<f64>().ok()? * unit).into(),
            Form::Sequence => SEQUENCES
                .iter()
                .find(|(letters, _)| *letters == text)?
                .1
                .into(),
        })
    }
}

/// Abbreviations of the months, in English and in German where that differs.
const MONTHS: [&[&str]; 12] = [
    &["Jan", "Jän"],
    &["Feb"],
    &["Mar", "Mär"],
    &["Apr"],
    &["May", "Mai"],
    &["Jun"],
    &["Jul"],
    &["Aug"],
    &["Sep"],
    &["Oct", "Okt"],
    &["Nov"],
    &["Dec", "Dez"],
];

/// Date and time of `02Jul2018` and `094615`, or nothing where they are none.
pub(crate) fn date_time(date: &str, time: &str) -> Option<DateTime> {
    let month = MONTHS
        .iter()
        .position(|names| names.contains(&slice(date, 2, 5)))?;
    DateTime::new(
        slice(date, 5, 9).parse().ok()?,
        u8::try_from(month + 1).ok()?,
        slice(date, 0, 2).parse().ok()?,
        slice(time, 0, 2).parse().ok()?,
        slice(time, 2, 4).parse().ok()?,
        slice(time, 4, 6).parse().ok()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(mark: &str) -> Vec<String> {
        let mut comments = vec![String::new(); 4];
        comments.push(format!("{:70}{mark}", ""));
        comments
    }

    #[test]
    fn the_mark_names_the_version() {
        let version = |mark| Version::of(&marked(mark)).map(|v| (v.major, v.minor, v.is_known()));
        assert_eq!(version("COMVER0500"), Some((5, 0, true)));
        assert_eq!(version("COMVER0502"), Some((5, 2, false)));
        assert_eq!(version("COMVER0600"), Some((6, 0, false)));
        assert_eq!(version("COMVERab.c"), None);
        assert_eq!(version("COMVER05"), None);
        assert_eq!(version("comver0500"), None);
        assert_eq!(Version::of(&[]), None);
    }

    #[test]
    fn months_are_english_or_german() {
        let months = |index: usize| {
            let names = [
                "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
                "Jän Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
            ];
            names.map(|line| line.split(' ').nth(index).unwrap_or_default())
        };
        for index in 0..12 {
            for month in months(index) {
                let found = date_time(&format!("09{month}1999"), "235958 ");
                assert_eq!(
                    found,
                    DateTime::new(1999, index as u8 + 1, 9, 23, 59, 58),
                    "{month}"
                );
            }
        }
        assert_eq!(date_time("30Feb2018", "094615"), None);
        assert_eq!(date_time("02Xyz2018", "094615"), None);
        assert_eq!(date_time("02Jul2018", "0946"), None);
    }
}
