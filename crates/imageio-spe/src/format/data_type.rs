//! The types of pixels, and their samples in the machine's byte order.

use imageio_core::{DType, Element};

/// The type of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataType {
    Float32,
    Int32,
    Int16,
    UInt16,
    UInt32,
}

impl DataType {
    /// The type behind the header's code.
    ///
    /// The manuals of WinView and WinSpec list 0 to 3, the SPE 3.0 specification adds 8. Other codes that go round
    /// in readers (5 for float64, 6 for uint8) stand in no published table, so they are refused.
    pub(crate) fn from_code(code: i16) -> Option<Self> {
        match code {
            0 => Some(DataType::Float32),
            1 => Some(DataType::Int32),
            2 => Some(DataType::Int16),
            3 => Some(DataType::UInt16),
            8 => Some(DataType::UInt32),
            _ => None,
        }
    }

    /// The type behind the name that an XML footer gives as `pixelFormat`.
    pub(crate) fn from_pixel_format(name: &str) -> Option<Self> {
        match name {
            "MonochromeUnsigned16" => Some(DataType::UInt16),
            "MonochromeUnsigned32" => Some(DataType::UInt32),
            "MonochromeFloating32" => Some(DataType::Float32),
            _ => None,
        }
    }

    pub(crate) fn dtype(self) -> DType {
        match self {
            DataType::Float32 => DType::F32,
            DataType::Int32 => DType::I32,
            DataType::Int16 => DType::I16,
            DataType::UInt16 => DType::U16,
            DataType::UInt32 => DType::U32,
        }
    }

    /// Bytes of a pixel.
    pub(crate) fn size(self) -> u64 {
        self.dtype().size() as u64
    }
}

/// A pixel as it lies in the file.
pub(crate) trait Sample: Element + bytemuck::Pod {
    /// The value of a sample whose bytes still have the file's order, which is little-endian.
    fn in_machine_order(self) -> Self;

    /// Puts samples that were read as they lie into the machine's byte order.
    fn fix_order(samples: &mut [Self]) {
        if cfg!(target_endian = "big") {
            for sample in samples {
                *sample = sample.in_machine_order();
            }
        }
    }
}

macro_rules! int_sample {
    ($($type:ty),*) => {$(
        impl Sample for $type {
            fn in_machine_order(self) -> Self {
                <$type>::from_le(self)
            }
        }
    )*};
}
int_sample!(u16, u32, i16, i32);

impl Sample for f32 {
    fn in_machine_order(self) -> Self {
        f32::from_bits(u32::from_le(self.to_bits()))
    }
}

/// Runs `$body` with `$Sample` naming the Rust type of a [`DataType`].
macro_rules! with_sample {
    ($data_type:expr, $Sample:ident => $body:expr) => {
        match $data_type {
            $crate::format::data_type::DataType::Float32 => {
                type $Sample = f32;
                $body
            }
            $crate::format::data_type::DataType::Int32 => {
                type $Sample = i32;
                $body
            }
            $crate::format::data_type::DataType::Int16 => {
                type $Sample = i16;
                $body
            }
            $crate::format::data_type::DataType::UInt16 => {
                type $Sample = u16;
                $body
            }
            $crate::format::data_type::DataType::UInt32 => {
                type $Sample = u32;
                $body
            }
        }
    };
}
pub(crate) use with_sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_take_the_order_of_the_file() {
        let as_read = u16::from_ne_bytes([0x34, 0x12]);
        assert_eq!(as_read.in_machine_order(), 0x1234);
        let as_read = f32::from_ne_bytes([0, 0, 0xc0, 0x3f]);
        assert_eq!(as_read.in_machine_order().to_bits(), 1.5f32.to_bits());
        let mut samples = [i32::from_ne_bytes([0xfe, 0xff, 0xff, 0xff])];
        Sample::fix_order(&mut samples);
        assert_eq!(samples, [-2]);
    }
}
