//! Read or write, and what kind of images v2 asked for.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// Direction and image mode, as Python's `"ri"` or `"w?"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mode {
    write: bool,
    image: ImageMode,
}

/// What kind of images v2 asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImageMode {
    /// `i`: one image.
    SingleImage,
    /// `I`: several images.
    MultiImage,
    /// `v`: one volume.
    SingleVolume,
    /// `V`: several volumes.
    MultiVolume,
    /// `?`: whatever there is, as v3 asks.
    #[default]
    Any,
}

impl ImageMode {
    const LETTERS: [(char, ImageMode); 5] = [
        ('i', ImageMode::SingleImage),
        ('I', ImageMode::MultiImage),
        ('v', ImageMode::SingleVolume),
        ('V', ImageMode::MultiVolume),
        ('?', ImageMode::Any),
    ];

    /// Python's letter.
    pub fn letter(self) -> char {
        Self::LETTERS
            .iter()
            .find(|(_, mode)| *mode == self)
            .map_or('?', |(letter, _)| *letter)
    }
}

impl Mode {
    /// Read anything.
    pub const READ: Mode = Mode {
        write: false,
        image: ImageMode::Any,
    };
    /// Write anything.
    pub const WRITE: Mode = Mode {
        write: true,
        image: ImageMode::Any,
    };

    /// The same direction with another image mode.
    pub const fn images(self, image: ImageMode) -> Self {
        Mode { image, ..self }
    }

    /// Whether it writes.
    pub const fn is_write(self) -> bool {
        self.write
    }

    /// Python's letter for the direction: `r` or `w`. That for the images is [`ImageMode::letter`].
    pub const fn letter(self) -> char {
        if self.write { 'w' } else { 'r' }
    }

    /// What kind of images.
    pub const fn image_mode(self) -> ImageMode {
        self.image
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letter(), self.image.letter())
    }
}

impl PartialEq<str> for Mode {
    /// Whether the text is how the mode is written, as `rI`.
    fn eq(&self, text: &str) -> bool {
        let mut letters = text.chars();
        (letters.next(), letters.next(), letters.next())
            == (Some(self.letter()), Some(self.image.letter()), None)
    }
}

impl PartialEq<&str> for Mode {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

impl FromStr for Mode {
    type Err = Error;

    /// Reads `r`, `w`, or either with one of `iIvV?` behind it.
    fn from_str(text: &str) -> Result<Self> {
        let mut letters = text.chars();
        let mode = match letters.next() {
            Some('r') => Some(Mode::READ),
            Some('w') => Some(Mode::WRITE),
            _ => None,
        };
        let image = match letters.next() {
            None => Some(ImageMode::Any),
            Some(letter) => ImageMode::LETTERS
                .iter()
                .find(|(known, _)| *known == letter)
                .map(|(_, mode)| *mode),
        };
        match (mode, image, letters.next()) {
            (Some(mode), Some(image), None) => Ok(mode.images(image)),
            _ => Err(Error::bad_option(format!(
                "`{text}` is no mode: r or w, then one of i I v V ?"
            ))),
        }
    }
}

impl TryFrom<&str> for Mode {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    // checklist: C-002
    #[test]
    fn a_mode_is_its_text_and_has_two_letters() {
        let mode = Mode::WRITE.images(ImageMode::MultiImage);
        assert_eq!(mode, "wI");
        assert!(mode != "w" && mode != "wi" && mode != "rI" && mode != "wI?" && mode != *"");
        assert_eq!((mode.letter(), mode.image_mode().letter()), ('w', 'I'));
        assert_eq!(Mode::READ, "r?");
    }

    // checklist: A-025, C-001, C-003
    #[test]
    fn ten_combinations_are_modes_and_nothing_else_is() {
        for text in ["ri", "rI", "rv", "rV", "r?", "wi", "wI", "wv", "wV", "w?"] {
            assert_eq!(
                text.parse::<Mode>()
                    .map(|mode| mode.to_string())
                    .ok()
                    .as_deref(),
                Some(text)
            );
        }
        assert_eq!("r".parse::<Mode>().ok(), Some(Mode::READ));
        assert_eq!("w".parse::<Mode>().ok(), Some(Mode::WRITE));
        for text in ["", "3", "rii", "xi", "rx", "i"] {
            let error = text.parse::<Mode>().expect_err(text);
            assert_eq!(error.kind(), ErrorKind::BadOption);
            assert!(error.message().contains(&format!("`{text}`")));
        }
    }
}
