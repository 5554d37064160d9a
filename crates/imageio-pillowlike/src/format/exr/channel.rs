//! Channels: their names, types and sampling.

use imageio_core::{DType, Metadata, Value};

use super::attributes::Fields;

/// The type of a stored sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    U32,
    F16,
    F32,
}

impl Stored {
    /// 16-bit words of one sample.
    pub(super) const fn words(self) -> usize {
        match self {
            Stored::F16 => 1,
            Stored::U32 | Stored::F32 => 2,
        }
    }

    pub(super) const fn dtype(self) -> DType {
        match self {
            Stored::U32 => DType::U32,
            Stored::F16 => DType::F16,
            Stored::F32 => DType::F32,
        }
    }
}

/// One channel of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) stored: Stored,
    /// B44 keeps its values in proportion, not as the eye sees them.
    pub(super) linear: bool,
    /// Only pixels at multiples of these have a sample.
    pub(super) x_sampling: i32,
    pub(super) y_sampling: i32,
}

impl Channel {
    /// The list that a `chlist` attribute holds.
    pub(super) fn parse_list(fields: &mut Fields<'_>) -> Option<Vec<Channel>> {
        let mut channels = Vec::new();
        loop {
            let name = fields.name()?;
            if name.is_empty() {
                return Some(channels);
            }
            let stored = match fields.int()? {
                0 => Stored::U32,
                1 => Stored::F16,
                2 => Stored::F32,
                _ => return None,
            };
            let [linear, ..] = fields.take::<4>()?;
            let (x_sampling, y_sampling) = (fields.int()?, fields.int()?);
            if x_sampling < 1 || y_sampling < 1 {
                return None;
            }
            channels.push(Channel {
                name,
                stored,
                linear: linear != 0,
                x_sampling,
                y_sampling,
            });
        }
    }

    /// What metadata tells of it.
    pub(super) fn describe(&self) -> Value {
        let parts = [
            ("name", Value::from(self.name.as_str())),
            ("type", self.stored.dtype().name().into()),
            ("pLinear", self.linear.into()),
            ("xSampling", self.x_sampling.into()),
            ("ySampling", self.y_sampling.into()),
        ];
        Value::Map(parts.into_iter().collect::<Metadata>())
    }

    /// The layer that the name begins with, empty for none.
    pub(super) fn layer(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |(layer, _)| layer)
    }

    /// The name without its layer.
    pub(super) fn short_name(&self) -> &str {
        self.name
            .rsplit_once('.')
            .map_or(self.name.as_str(), |(_, name)| name)
    }

    /// Whether every pixel has a sample.
    pub(super) fn is_full(&self) -> bool {
        self.x_sampling == 1 && self.y_sampling == 1
    }
}
