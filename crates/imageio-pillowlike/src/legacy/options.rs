//! What the older names take, under the names of ImageIO's manual.

use imageio_core::{Error, Result, Value, plugin_options};

use super::reader::ReadPlan;
use super::writer::{Depth, WritePlan};
use crate::options::{PillowMode, PillowWriteOptions, Quantizer};

plugin_options! {
    /// What reading with an older name takes.
    pub struct PilReadOptions {
        /// Convert the pixels to this mode. Default: `None`.
        pilmode: Option<PillowMode> = None,
        /// Convert to gray as float32, at the end. Default: `false`.
        as_gray: bool = false,
    }

    /// What reading with `PNG-PIL` takes.
    pub struct PngPilReadOptions {
        /// Leave the values as they are stored; `false` applies the file's gamma. Default: `true`.
        ignoregamma: bool = true,
        /// Convert the pixels to this mode. Default: `None`.
        pilmode: Option<PillowMode> = None,
        /// Convert to gray as float32, at the end. Default: `false`.
        as_gray: bool = false,
    }

    /// What reading with `JPEG-PIL` takes.
    pub struct JpegPilReadOptions {
        /// Turn the picture upright by its EXIF orientation: true, false, or 2, which means true. Default: `true`.
        exifrotate: Value = Value::Bool(true),
        /// Convert the pixels to this mode. Default: `None`.
        pilmode: Option<PillowMode> = None,
        /// Convert to gray as float32, at the end. Default: `false`.
        as_gray: bool = false,
    }

    /// What writing with an older name takes: nothing.
    pub struct PilWriteOptions {}

    /// What writing with `PNG-PIL` takes.
    pub struct PngPilWriteOptions {
        /// zlib level, 0 to 9; overrides `compress_level`. Default: `None`.
        compression: Option<i64> = None,
        /// zlib level, 0 to 9. Default: `9`.
        compress_level: i64 = 9,
        /// Quantise to so many colours, a power of two from 2 to 256. Default: `None`.
        quantize: Option<i64> = None,
        /// Has no effect but a warning. Default: `false`.
        interlaced: bool = false,
        /// Spend time on a smaller file. Default: `false`.
        optimize: bool = false,
        /// Gray level, colour or alpha of each palette entry that is transparent. Default: `None`.
        transparency: Value = Value::Null,
        /// Dots per inch, one value or two (x, y). Default: none.
        dpi: Vec<f64> = Vec::new(),
        /// Texts by keyword. Default: none.
        pnginfo: Value = Value::Null,
        /// Quantise to at most 2^bits colours, 1 to 8. Default: `None`.
        bits: Option<u8> = None,
        /// ICC profile. Default: none.
        icc_profile: Vec<u8> = Vec::new(),
        /// Has no effect; zlib's dictionary is no part of a valid PNG. Default: none.
        dictionary: Vec<u8> = Vec::new(),
        /// Write 16-bit gray whose values all fit 8 bits with 8. Default: `true`.
        prefer_uint8: bool = true,
    }

    /// What writing with `JPEG-PIL` takes.
    pub struct JpegPilWriteOptions {
        /// Quality, 0 to 100. Default: `75`.
        quality: i64 = 75,
        /// Write the image in passes from coarse to fine. Default: `false`.
        progressive: bool = false,
        /// Spend time on a smaller file. Default: `false`.
        optimize: bool = false,
        /// Dots per inch, one value or two (x, y). Default: none.
        dpi: Vec<f64> = Vec::new(),
        /// EXIF block, as bytes or as a map of tags by name. Default: `None`.
        exif: Value = Value::Null,
        /// ICC profile. Default: none.
        icc_profile: Vec<u8> = Vec::new(),
        /// Comment, text or bytes. Default: none.
        comment: Value = Value::Null,
        /// One or two quantisation tables of 64 values each, instead of `quality`. Default: none.
        qtables: Vec<Vec<u16>> = Vec::new(),
    }

    /// What writing with `GIF-PIL` takes.
    pub struct GifPilWriteOptions {
        /// How often to play; 0 and less for ever. Default: `0`.
        r#loop: i64 = 0,
        /// Seconds of each frame, one value for all or a list whose last repeats. Default: none, by `fps`.
        duration: Vec<f64> = Vec::new(),
        /// Frames per second, where there is no `duration`. Default: `10`.
        fps: f64 = 10.0,
        /// Number of colours, 2 to 256. Default: `256`.
        palettesize: i64 = 256,
        /// How colours are chosen: 0 median cut, 1 maximum coverage, 2 octree. Default: `0`.
        quantizer: Value = Value::Int(0),
        /// Write only what changed between frames. Default: `false`.
        subrectangles: bool = false,
    }
}

/// What options ask for, checked.
pub(super) trait Plan<P> {
    fn plan(self) -> Result<P>;
}

impl Plan<ReadPlan> for PilReadOptions {
    fn plan(self) -> Result<ReadPlan> {
        Ok(ReadPlan {
            pilmode: self.pilmode,
            as_gray: self.as_gray,
            ..ReadPlan::default()
        })
    }
}

impl Plan<ReadPlan> for PngPilReadOptions {
    fn plan(self) -> Result<ReadPlan> {
        Ok(ReadPlan {
            pilmode: self.pilmode,
            as_gray: self.as_gray,
            apply_gamma: !self.ignoregamma,
            ..ReadPlan::default()
        })
    }
}

impl Plan<ReadPlan> for JpegPilReadOptions {
    fn plan(self) -> Result<ReadPlan> {
        let rotate = match &self.exifrotate {
            Value::Bool(rotate) => *rotate,
            Value::Null | Value::Int(0) => false,
            Value::Int(1 | 2) => true,
            other => {
                return Err(Error::bad_option(format!(
                    "option `exifrotate`: {other} is none of true, false, 1 and 2"
                )));
            }
        };
        Ok(ReadPlan {
            pilmode: self.pilmode,
            as_gray: self.as_gray,
            rotate,
            ..ReadPlan::default()
        })
    }
}

impl Plan<WritePlan> for PilWriteOptions {
    fn plan(self) -> Result<WritePlan> {
        Ok(WritePlan::new(PillowWriteOptions::new(), Depth::Eight))
    }
}

impl Plan<WritePlan> for PngPilWriteOptions {
    fn plan(self) -> Result<WritePlan> {
        let level = self.compression.unwrap_or(self.compress_level);
        let level = u8::try_from(level).ok().filter(|level| *level <= 9);
        let level = level.ok_or_else(|| {
            let given = self.compression.unwrap_or(self.compress_level);
            Error::bad_option(format!("invalid PNG compression level: {given}"))
        })?;
        let by_size = self.quantize.map(bits_of).transpose()?;
        let mut plan = WritePlan::new(
            PillowWriteOptions::new()
                .compress_level(level)
                .bits(by_size.or(self.bits))
                .optimize(self.optimize)
                .transparency(self.transparency)
                .dpi(self.dpi)
                .pnginfo(self.pnginfo)
                .icc_profile(self.icc_profile),
            Depth::Gray {
                prefer_uint8: self.prefer_uint8,
            },
        );
        if self.interlaced {
            plan.warnings.push("PNG writer does not support interlaced");
        }
        Ok(plan)
    }
}

impl Plan<WritePlan> for JpegPilWriteOptions {
    fn plan(self) -> Result<WritePlan> {
        let quality = u8::try_from(self.quality).ok().filter(|it| *it <= 100);
        let quality = quality.ok_or_else(|| {
            Error::bad_option(format!(
                "JPEG quality should be between 0 and 100, not {}",
                self.quality
            ))
        })?;
        let options = PillowWriteOptions::new()
            .quality(quality)
            .progressive(self.progressive)
            .optimize(self.optimize)
            .dpi(self.dpi)
            .exif(self.exif)
            .icc_profile(self.icc_profile)
            .comment(self.comment)
            .qtables(self.qtables);
        Ok(WritePlan {
            refuses_alpha: true,
            ..WritePlan::new(options, Depth::Eight)
        })
    }
}

impl Plan<WritePlan> for GifPilWriteOptions {
    fn plan(self) -> Result<WritePlan> {
        if !(2..=256).contains(&self.palettesize) {
            return Err(Error::bad_option(format!(
                "GIF quantize param must be 2..256, not {}",
                self.palettesize
            )));
        }
        let quantizer = match &self.quantizer {
            Value::Int(0) => Quantizer::MedianCut,
            Value::Int(1) => Quantizer::MaxCoverage,
            Value::Int(2) => Quantizer::FastOctree,
            other => {
                return Err(Error::bad_option(format!(
                    "option `quantizer`: {other} is none of 0 (median cut), 1 (maximum coverage), 2 (octree)"
                )));
            }
        };
        let plays = match self.r#loop {
            ..=0 => Some(0),
            1 => None,
            several => Some(u16::try_from(several).unwrap_or(u16::MAX)),
        };
        // Hundredths of a second, rounded as the older writer rounds them.
        let hundredths = |seconds: f64| (seconds * 100.0 + 0.5).floor() * 10.0;
        let durations: Vec<f64> = match self.duration.as_slice() {
            [] if self.fps > 0.0 && self.fps.is_finite() => vec![hundredths(1.0 / self.fps)],
            [] => {
                return Err(Error::bad_option(format!(
                    "option `fps`: {} is not above 0",
                    self.fps
                )));
            }
            given => given.iter().copied().map(hundredths).collect(),
        };
        let options = PillowWriteOptions::new()
            .palettesize(self.palettesize as u16)
            .quantizer(quantizer)
            .r#loop(plays)
            .duration(durations)
            .subrectangles(self.subrectangles)
            .disposal(vec![if self.subrectangles { 1 } else { 2 }]);
        Ok(WritePlan {
            drops_alpha: true,
            ..WritePlan::new(options, Depth::Eight)
        })
    }
}

/// Bits of a palette of `size` colours.
fn bits_of(size: i64) -> Result<u8> {
    match u32::try_from(size) {
        Ok(size @ 2..=256) if size.is_power_of_two() => Ok(size.trailing_zeros() as u8),
        _ => Err(Error::bad_option(format!(
            "PNG quantize must be power of two from 2 to 256, not {size}"
        ))),
    }
}
