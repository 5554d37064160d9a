//! Writing `.npy`, the raw-array format of NumPy, version 1.0 and 2.0.

use std::io::Write;

use super::NdImage;
use crate::error::Result;

impl NdImage {
    /// The image as the bytes of an `.npy` file, row-major and in the machine's byte order.
    pub fn to_npy(&self) -> Vec<u8> {
        let mut file = self.npy_header();
        file.extend_from_slice(&self.as_bytes());
        file
    }

    /// Writes the bytes of [`to_npy`](NdImage::to_npy) to `out` without building them first.
    pub fn write_npy(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(&self.npy_header())?;
        out.write_all(&self.as_bytes())?;
        Ok(())
    }

    fn npy_header(&self) -> Vec<u8> {
        let order = match (self.dtype().size(), self.dtype()) {
            (1, _) => '|',
            _ if cfg!(target_endian = "big") => '>',
            _ => '<',
        };
        let axes: Vec<String> = self.shape().iter().map(usize::to_string).collect();
        let shape = if axes.len() == 1 {
            format!("({},)", axes[0])
        } else {
            format!("({})", axes.join(", "))
        };
        let code = self.dtype().npy_code();
        let mut text =
            format!("{{'descr': '{order}{code}', 'fortran_order': False, 'shape': {shape}, }}");
        // Like NumPy, room for the first axis to grow: 21 digits.
        let digits = self
            .shape()
            .first()
            .map_or(21, |axis| axis.to_string().len());
        text.extend(std::iter::repeat_n(' ', 21usize.saturating_sub(digits)));
        // The format wants the data to start at a multiple of 64 bytes and the header to end in a line feed.
        let wide = text.len() + 64 + 10 > usize::from(u16::MAX);
        let prefix = if wide { 12 } else { 10 };
        let padding = 64 - (prefix + text.len() + 1) % 64;
        text.extend(std::iter::repeat_n(' ', padding));
        text.push('\n');
        let mut header = vec![
            0x93,
            b'N',
            b'U',
            b'M',
            b'P',
            b'Y',
            if wide { 2 } else { 1 },
            0,
        ];
        if wide {
            header.extend_from_slice(&(text.len() as u32).to_le_bytes());
        } else {
            header.extend_from_slice(&(text.len() as u16).to_le_bytes());
        }
        header.extend_from_slice(text.as_bytes());
        header
    }
}
