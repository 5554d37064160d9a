//! The sensors of the two cameras.

use super::packing::Packing;

/// How many pixels there are and how they are packed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sensor {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) packing: Packing,
}

/// The sensor of the Lytro Illum.
pub(crate) const ILLUM: Sensor = Sensor {
    height: 5368,
    width: 7728,
    packing: Packing::Ten,
};

/// The sensor of the first Lytro camera.
pub(crate) const F01: Sensor = Sensor {
    height: 3280,
    width: 3280,
    packing: Packing::Twelve,
};

impl Sensor {
    /// The sensor that the metadata of a picture describes, where all of it is there and makes sense.
    pub(crate) fn described(metadata: &serde_json::Value) -> Option<Sensor> {
        let image = metadata.get("image")?;
        let number = |path| usize::try_from(image.pointer(path)?.as_u64()?).ok();
        let bits = number("/rawDetails/pixelPacking/bitsPerPixel")
            .or_else(|| number("/pixelPacking/bitsPerPixel"))?;
        let sensor = Sensor {
            height: number("/height")?,
            width: number("/width")?,
            packing: Packing::of_bits(bits)?,
        };
        // Groups of pixels do not cross the end of a row.
        let groups = sensor.width.is_multiple_of(sensor.packing.pixels());
        (sensor.height > 0 && sensor.width > 0 && groups).then_some(sensor)
    }

    /// Bytes of one row.
    pub(crate) fn row_len(self) -> usize {
        self.packing.bytes_of(self.width)
    }

    /// Bytes of all rows.
    pub(crate) fn len(self) -> u64 {
        (self.row_len() as u64).saturating_mul(self.height as u64)
    }

    /// Rows, then columns.
    pub(crate) fn shape(self) -> [usize; 2] {
        [self.height, self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-389, E-390
    #[test]
    fn the_cameras_write_files_of_known_length() {
        assert_eq!((ILLUM.len(), ILLUM.shape()), (51_854_880, [5368, 7728]));
        assert_eq!((F01.len(), F01.shape()), (16_137_600, [3280, 3280]));
    }

    #[test]
    fn metadata_describes_a_sensor() {
        let image = |width: u32, bits: u32| serde_json::json!({"image": {"width": width, "height": 3, "pixelPacking": {"bitsPerPixel": bits}}});
        let sensor = Sensor::described(&image(8, 10)).expect("a sensor");
        assert_eq!(
            (sensor.shape(), sensor.row_len(), sensor.len()),
            ([3, 8], 10, 30)
        );
        for odd in [image(6, 10), image(7, 12), image(8, 11), image(0, 10)] {
            assert_eq!(Sensor::described(&odd), None);
        }
    }
}
