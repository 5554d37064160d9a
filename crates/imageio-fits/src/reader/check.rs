//! Checksums of the units of a file (section 4.4.2.7).

use imageio_core::{Result, Value};

use super::FitsReader;
use crate::format::checksum::Sum;
use crate::format::hdu::Hdu;
use crate::options::{Checksum, FitsReadOptions};

const PART: usize = 1 << 20;

impl FitsReader {
    /// Compares the checksums of all units once, where that is asked for, and warns of those that differ.
    pub(super) fn check_sums(&mut self, options: &FitsReadOptions) -> Result<()> {
        if options.checksum != Checksum::Verify || self.checked {
            return Ok(());
        }
        self.scan_all(options)?;
        self.checked = true;
        for (number, hdu) in self.hdus.iter().enumerate() {
            self.check_unit(number, hdu)?;
        }
        Ok(())
    }

    fn check_unit(&self, number: usize, hdu: &Hdu) -> Result<()> {
        let data = hdu.header.get("DATASUM").map(number_in);
        let has_sum = hdu
            .header
            .get("CHECKSUM")
            .is_some_and(|value| *value != Value::Null);
        if data.is_none() && !has_sum {
            return Ok(());
        }
        let sum = self.sum(hdu.data_start, hdu.end())?;
        if let Some(stated) = data
            && stated != Some(sum.value().into())
        {
            let stated = stated.map_or("no number".to_owned(), |stated| stated.to_string());
            let message = format!(
                "unit {number}: the data add up to {}, DATASUM says {stated}",
                sum.value()
            );
            self.warn(message);
        }
        if has_sum {
            let all = self
                .sum(hdu.header_start, hdu.data_start)?
                .with(sum.value());
            // A whole unit adds up to -0, or to 0 where nothing is in it.
            if all != u32::MAX && all != 0 {
                self.warn(format!(
                    "unit {number}: CHECKSUM does not fit, the unit adds up to {all:#x}"
                ));
            }
        }
        Ok(())
    }

    fn sum(&self, start: u64, end: u64) -> Result<Sum> {
        let mut sum = Sum::default();
        let mut part = self.limits().scratch::<u8>(PART, "a part of the file")?;
        let mut at = start;
        while at < end {
            let len = usize::try_from(end - at).unwrap_or(PART).min(PART);
            let filled = self.source.read_at(at, &mut part[..len])?;
            sum.add(&part[..filled]);
            if filled < len {
                break;
            }
            at += len as u64;
        }
        Ok(sum)
    }
}

/// The number of `DATASUM`, which is written as a text.
fn number_in(value: &Value) -> Option<i64> {
    match value {
        Value::Str(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}
