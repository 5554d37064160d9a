//! Bits of a scan. A byte after FF carries seven of them, T.87 A.1.

use imageio_core::{Error, Result};

/// Reads bits from the most significant on.
pub(super) struct Bits<'a> {
    rest: std::slice::Iter<'a, u8>,
    /// Bits that were fetched, from the top.
    held: u64,
    count: u32,
    after_ff: bool,
    /// Zero bits that were handed out behind the end.
    missing: u32,
}

/// Zeros that may be read behind the end: an encoder may leave out some at the end of a scan.
const GRACE: u32 = 64;

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Bits {
            rest: data.iter(),
            held: 0,
            count: 0,
            after_ff: false,
            missing: 0,
        }
    }

    /// Makes at least 32 bits ready.
    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.rest.as_slice().first() else {
                self.missing += 56 - self.count.min(56);
                self.count = self.count.max(56);
                return;
            };
            if self.after_ff && byte >= 0x80 {
                // A marker: the scan, or its interval, ends here.
                self.missing += 56 - self.count.min(56);
                self.count = self.count.max(56);
                return;
            }
            self.rest.next();
            let width = if self.after_ff { 7 } else { 8 };
            self.held |= u64::from(byte) << (64 - width) >> self.count;
            self.count += width;
            self.after_ff = byte == 0xff;
        }
    }

    fn check(&self) -> Result<()> {
        // What was made up and has not been used does not count.
        if self.missing > self.count + GRACE {
            return Err(Error::corrupt("a JPEG-LS scan that ends too early"));
        }
        Ok(())
    }

    /// The next `count` bits, at most 24.
    pub(super) fn take(&mut self, count: u32) -> Result<i32> {
        if count == 0 {
            return Ok(0);
        }
        if self.count < count {
            self.fill();
            self.check()?;
        }
        let value = self.held >> (64 - count);
        self.held <<= count;
        self.count -= count;
        Ok(value as i32)
    }

    /// Number of zeros before the next one, which is taken too; `most` at the most.
    pub(super) fn zeros(&mut self, most: u32) -> Result<u32> {
        let mut total = 0;
        loop {
            if self.count < 32 {
                self.fill();
                self.check()?;
            }
            let zeros = self.held.leading_zeros().min(self.count);
            if zeros < self.count {
                self.held = self.held << zeros << 1;
                self.count -= zeros + 1;
                total += zeros;
                if total > most {
                    break;
                }
                return Ok(total);
            }
            self.held = 0;
            self.count = 0;
            total += zeros;
            if total > most {
                break;
            }
        }
        Err(Error::corrupt(format!(
            "a JPEG-LS code of more than {most} zeros"
        )))
    }

    /// Goes on behind the next restart marker.
    pub(super) fn restart(&mut self) -> Result<()> {
        let unread = self.rest.as_slice();
        let marker = |pair: &[u8]| matches!(*pair, [0xff, 0xd0..=0xd7]);
        // The FF of the marker may have been fetched already.
        let at = match unread.first() {
            Some(0xd0..=0xd7) if self.after_ff => 1,
            _ => {
                let found = unread.windows(2).position(marker);
                found.ok_or_else(|| Error::corrupt("a JPEG-LS without a restart marker"))? + 2
            }
        };
        *self = Bits::new(unread.get(at..).unwrap_or_default());
        Ok(())
    }
}
