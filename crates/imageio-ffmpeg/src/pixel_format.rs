//! Pixel formats under ffmpeg's names.

use std::fmt;
use std::str::FromStr;

use av_data::pixel::{Formaton, formats};
use imageio_core::Error;

macro_rules! pixel_formats {
    ($($Variant:ident = $name:literal $components:literal $bits:literal $depth:literal,)*) => {
        /// How the samples of a picture lie in memory, under FFmpeg's names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum PixelFormat {
            $(
                #[doc = concat!("FFmpeg's `", $name, "`.")]
                $Variant,
            )*
        }

        impl PixelFormat {
            /// Every pixel format, in FFmpeg's order; those of hardware at the end.
            pub const ALL: &'static [PixelFormat] = &[$(PixelFormat::$Variant),*];

            /// FFmpeg's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(PixelFormat::$Variant => $name,)*
                }
            }

            /// Number of components, 0 for a format of hardware.
            pub const fn components(self) -> u8 {
                match self {
                    $(PixelFormat::$Variant => $components,)*
                }
            }

            /// Bits of a pixel on average, 0 for a format of hardware.
            pub const fn bits_per_pixel(self) -> u8 {
                match self {
                    $(PixelFormat::$Variant => $bits,)*
                }
            }

            /// Bits of the widest component, 0 for a format of hardware.
            pub const fn depth(self) -> u8 {
                match self {
                    $(PixelFormat::$Variant => $depth,)*
                }
            }
        }
    };
}

pixel_formats! {
    Yuv420p = "yuv420p" 3 12 8,
    Yuyv422 = "yuyv422" 3 16 8,
    Rgb24 = "rgb24" 3 24 8,
    Bgr24 = "bgr24" 3 24 8,
    Yuv422p = "yuv422p" 3 16 8,
    Yuv444p = "yuv444p" 3 24 8,
    Yuv410p = "yuv410p" 3 9 8,
    Yuv411p = "yuv411p" 3 12 8,
    Gray = "gray" 1 8 8,
    Monow = "monow" 1 1 1,
    Monob = "monob" 1 1 1,
    Pal8 = "pal8" 1 8 8,
    Yuvj420p = "yuvj420p" 3 12 8,
    Yuvj422p = "yuvj422p" 3 16 8,
    Yuvj444p = "yuvj444p" 3 24 8,
    Uyvy422 = "uyvy422" 3 16 8,
    Uyyvyy411 = "uyyvyy411" 3 12 8,
    Bgr8 = "bgr8" 3 8 3,
    Bgr4 = "bgr4" 3 4 2,
    Bgr4Byte = "bgr4_byte" 3 4 2,
    Rgb8 = "rgb8" 3 8 3,
    Rgb4 = "rgb4" 3 4 2,
    Rgb4Byte = "rgb4_byte" 3 4 2,
    Nv12 = "nv12" 3 12 8,
    Nv21 = "nv21" 3 12 8,
    Argb = "argb" 4 32 8,
    Rgba = "rgba" 4 32 8,
    Abgr = "abgr" 4 32 8,
    Bgra = "bgra" 4 32 8,
    Gray16be = "gray16be" 1 16 16,
    Gray16le = "gray16le" 1 16 16,
    Yuv440p = "yuv440p" 3 16 8,
    Yuvj440p = "yuvj440p" 3 16 8,
    Yuva420p = "yuva420p" 4 20 8,
    Rgb48be = "rgb48be" 3 48 16,
    Rgb48le = "rgb48le" 3 48 16,
    Rgb565be = "rgb565be" 3 16 6,
    Rgb565le = "rgb565le" 3 16 6,
    Rgb555be = "rgb555be" 3 15 5,
    Rgb555le = "rgb555le" 3 15 5,
    Bgr565be = "bgr565be" 3 16 6,
    Bgr565le = "bgr565le" 3 16 6,
    Bgr555be = "bgr555be" 3 15 5,
    Bgr555le = "bgr555le" 3 15 5,
    Yuv420p16le = "yuv420p16le" 3 24 16,
    Yuv420p16be = "yuv420p16be" 3 24 16,
    Yuv422p16le = "yuv422p16le" 3 32 16,
    Yuv422p16be = "yuv422p16be" 3 32 16,
    Yuv444p16le = "yuv444p16le" 3 48 16,
    Yuv444p16be = "yuv444p16be" 3 48 16,
    Rgb444le = "rgb444le" 3 12 4,
    Rgb444be = "rgb444be" 3 12 4,
    Bgr444le = "bgr444le" 3 12 4,
    Bgr444be = "bgr444be" 3 12 4,
    Ya8 = "ya8" 2 16 8,
    Bgr48be = "bgr48be" 3 48 16,
    Bgr48le = "bgr48le" 3 48 16,
    Yuv420p9be = "yuv420p9be" 3 13 9,
    Yuv420p9le = "yuv420p9le" 3 13 9,
    Yuv420p10be = "yuv420p10be" 3 15 10,
    Yuv420p10le = "yuv420p10le" 3 15 10,
    Yuv422p10be = "yuv422p10be" 3 20 10,
    Yuv422p10le = "yuv422p10le" 3 20 10,
    Yuv444p9be = "yuv444p9be" 3 27 9,
    Yuv444p9le = "yuv444p9le" 3 27 9,
    Yuv444p10be = "yuv444p10be" 3 30 10,
    Yuv444p10le = "yuv444p10le" 3 30 10,
    Yuv422p9be = "yuv422p9be" 3 18 9,
    Yuv422p9le = "yuv422p9le" 3 18 9,
    Gbrp = "gbrp" 3 24 8,
    Gbrp9be = "gbrp9be" 3 27 9,
    Gbrp9le = "gbrp9le" 3 27 9,
    Gbrp10be = "gbrp10be" 3 30 10,
    Gbrp10le = "gbrp10le" 3 30 10,
    Gbrp16be = "gbrp16be" 3 48 16,
    Gbrp16le = "gbrp16le" 3 48 16,
    Yuva422p = "yuva422p" 4 24 8,
    Yuva444p = "yuva444p" 4 32 8,
    Yuva420p9be = "yuva420p9be" 4 22 9,
    Yuva420p9le = "yuva420p9le" 4 22 9,
    Yuva422p9be = "yuva422p9be" 4 27 9,
    Yuva422p9le = "yuva422p9le" 4 27 9,
    Yuva444p9be = "yuva444p9be" 4 36 9,
    Yuva444p9le = "yuva444p9le" 4 36 9,
    Yuva420p10be = "yuva420p10be" 4 25 10,
    Yuva420p10le = "yuva420p10le" 4 25 10,
    Yuva422p10be = "yuva422p10be" 4 30 10,
    Yuva422p10le = "yuva422p10le" 4 30 10,
    Yuva444p10be = "yuva444p10be" 4 40 10,
    Yuva444p10le = "yuva444p10le" 4 40 10,
    Yuva420p16be = "yuva420p16be" 4 40 16,
    Yuva420p16le = "yuva420p16le" 4 40 16,
    Yuva422p16be = "yuva422p16be" 4 48 16,
    Yuva422p16le = "yuva422p16le" 4 48 16,
    Yuva444p16be = "yuva444p16be" 4 64 16,
    Yuva444p16le = "yuva444p16le" 4 64 16,
    Xyz12le = "xyz12le" 3 36 12,
    Xyz12be = "xyz12be" 3 36 12,
    Nv16 = "nv16" 3 16 8,
    Nv20le = "nv20le" 3 20 10,
    Nv20be = "nv20be" 3 20 10,
    Rgba64be = "rgba64be" 4 64 16,
    Rgba64le = "rgba64le" 4 64 16,
    Bgra64be = "bgra64be" 4 64 16,
    Bgra64le = "bgra64le" 4 64 16,
    Yvyu422 = "yvyu422" 3 16 8,
    Ya16be = "ya16be" 2 32 16,
    Ya16le = "ya16le" 2 32 16,
    Gbrap = "gbrap" 4 32 8,
    Gbrap16be = "gbrap16be" 4 64 16,
    Gbrap16le = "gbrap16le" 4 64 16,
    X0rgb = "0rgb" 3 24 8,
    Rgb0 = "rgb0" 3 24 8,
    X0bgr = "0bgr" 3 24 8,
    Bgr0 = "bgr0" 3 24 8,
    Yuv420p12be = "yuv420p12be" 3 18 12,
    Yuv420p12le = "yuv420p12le" 3 18 12,
    Yuv420p14be = "yuv420p14be" 3 21 14,
    Yuv420p14le = "yuv420p14le" 3 21 14,
    Yuv422p12be = "yuv422p12be" 3 24 12,
    Yuv422p12le = "yuv422p12le" 3 24 12,
    Yuv422p14be = "yuv422p14be" 3 28 14,
    Yuv422p14le = "yuv422p14le" 3 28 14,
    Yuv444p12be = "yuv444p12be" 3 36 12,
    Yuv444p12le = "yuv444p12le" 3 36 12,
    Yuv444p14be = "yuv444p14be" 3 42 14,
    Yuv444p14le = "yuv444p14le" 3 42 14,
    Gbrp12be = "gbrp12be" 3 36 12,
    Gbrp12le = "gbrp12le" 3 36 12,
    Gbrp14be = "gbrp14be" 3 42 14,
    Gbrp14le = "gbrp14le" 3 42 14,
    Yuvj411p = "yuvj411p" 3 12 8,
    BayerBggr8 = "bayer_bggr8" 3 8 4,
    BayerRggb8 = "bayer_rggb8" 3 8 4,
    BayerGbrg8 = "bayer_gbrg8" 3 8 4,
    BayerGrbg8 = "bayer_grbg8" 3 8 4,
    BayerBggr16le = "bayer_bggr16le" 3 16 8,
    BayerBggr16be = "bayer_bggr16be" 3 16 8,
    BayerRggb16le = "bayer_rggb16le" 3 16 8,
    BayerRggb16be = "bayer_rggb16be" 3 16 8,
    BayerGbrg16le = "bayer_gbrg16le" 3 16 8,
    BayerGbrg16be = "bayer_gbrg16be" 3 16 8,
    BayerGrbg16le = "bayer_grbg16le" 3 16 8,
    BayerGrbg16be = "bayer_grbg16be" 3 16 8,
    Yuv440p10le = "yuv440p10le" 3 20 10,
    Yuv440p10be = "yuv440p10be" 3 20 10,
    Yuv440p12le = "yuv440p12le" 3 24 12,
    Yuv440p12be = "yuv440p12be" 3 24 12,
    Ayuv64le = "ayuv64le" 4 64 16,
    Ayuv64be = "ayuv64be" 4 64 16,
    P010le = "p010le" 3 15 10,
    P010be = "p010be" 3 15 10,
    Gbrap12be = "gbrap12be" 4 48 12,
    Gbrap12le = "gbrap12le" 4 48 12,
    Gbrap10be = "gbrap10be" 4 40 10,
    Gbrap10le = "gbrap10le" 4 40 10,
    Gray12be = "gray12be" 1 12 12,
    Gray12le = "gray12le" 1 12 12,
    Gray10be = "gray10be" 1 10 10,
    Gray10le = "gray10le" 1 10 10,
    P016le = "p016le" 3 24 16,
    P016be = "p016be" 3 24 16,
    Gray9be = "gray9be" 1 9 9,
    Gray9le = "gray9le" 1 9 9,
    Gbrpf32be = "gbrpf32be" 3 96 32,
    Gbrpf32le = "gbrpf32le" 3 96 32,
    Gbrapf32be = "gbrapf32be" 4 128 32,
    Gbrapf32le = "gbrapf32le" 4 128 32,
    Gray14be = "gray14be" 1 14 14,
    Gray14le = "gray14le" 1 14 14,
    Grayf32be = "grayf32be" 1 32 32,
    Grayf32le = "grayf32le" 1 32 32,
    Yuva422p12be = "yuva422p12be" 4 36 12,
    Yuva422p12le = "yuva422p12le" 4 36 12,
    Yuva444p12be = "yuva444p12be" 4 48 12,
    Yuva444p12le = "yuva444p12le" 4 48 12,
    Nv24 = "nv24" 3 24 8,
    Nv42 = "nv42" 3 24 8,
    Y210be = "y210be" 3 20 10,
    Y210le = "y210le" 3 20 10,
    X2rgb10le = "x2rgb10le" 3 30 10,
    X2rgb10be = "x2rgb10be" 3 30 10,
    X2bgr10le = "x2bgr10le" 3 30 10,
    X2bgr10be = "x2bgr10be" 3 30 10,
    P210be = "p210be" 3 20 10,
    P210le = "p210le" 3 20 10,
    P410be = "p410be" 3 30 10,
    P410le = "p410le" 3 30 10,
    P216be = "p216be" 3 32 16,
    P216le = "p216le" 3 32 16,
    P416be = "p416be" 3 48 16,
    P416le = "p416le" 3 48 16,
    Vaapi = "vaapi" 0 0 0,
    Dxva2Vld = "dxva2_vld" 0 0 0,
    Vdpau = "vdpau" 0 0 0,
    Qsv = "qsv" 0 0 0,
    Mmal = "mmal" 0 0 0,
    D3d11vaVld = "d3d11va_vld" 0 0 0,
    Cuda = "cuda" 0 0 0,
    Xvmc = "xvmc" 0 0 0,
    VideotoolboxVld = "videotoolbox_vld" 0 0 0,
    Mediacodec = "mediacodec" 0 0 0,
    D3d11 = "d3d11" 0 0 0,
    DrmPrime = "drm_prime" 0 0 0,
    Opencl = "opencl" 0 0 0,
    Vulkan = "vulkan" 0 0 0,
}

/// The formats that `av-data` has a constant for.
const SHARED: &[(PixelFormat, &Formaton)] = &[
    (PixelFormat::Yuv444p, formats::YUV444),
    (PixelFormat::Yuv422p, formats::YUV422),
    (PixelFormat::Yuv420p, formats::YUV420),
    (PixelFormat::Yuv411p, formats::YUV411),
    (PixelFormat::Yuv410p, formats::YUV410),
    (PixelFormat::Yuv444p10le, formats::YUV444_10),
    (PixelFormat::Yuv422p10le, formats::YUV422_10),
    (PixelFormat::Yuv420p10le, formats::YUV420_10),
    (PixelFormat::Pal8, formats::PAL8),
    (PixelFormat::Rgb565le, formats::RGB565),
    (PixelFormat::Rgb24, formats::RGB24),
    (PixelFormat::Rgba, formats::RGBA),
    (PixelFormat::Rgb48le, formats::RGB48),
    (PixelFormat::Rgba64le, formats::RGBA64),
];

impl PixelFormat {
    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        PixelFormat::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
    }

    /// Whether only hardware holds it.
    pub const fn is_hardware(self) -> bool {
        self.components() == 0
    }

    /// What `av-data` calls it, where it has a constant for it.
    ///
    /// Its constants are taken by their names: `RGB24` is `rgb24`, whatever order its offsets count in.
    pub fn formaton(self) -> Option<Formaton> {
        SHARED
            .iter()
            .find(|(format, _)| *format == self)
            .map(|(_, formaton)| **formaton)
    }

    /// The format that is one of the constants of `av-data`, whatever its colours are said to mean.
    pub fn from_formaton(formaton: &Formaton) -> Option<Self> {
        let same = |other: &Formaton| {
            other.model == formaton.model
                && other.comp_info == formaton.comp_info
                && other.elem_size == formaton.elem_size
                && (other.be, other.alpha, other.palette)
                    == (formaton.be, formaton.alpha, formaton.palette)
        };
        SHARED
            .iter()
            .find(|(_, other)| same(other))
            .map(|(format, _)| *format)
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PixelFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        PixelFormat::from_name(name)
            .ok_or_else(|| Error::bad_option(format!("{name:?} is no pixel format of ffmpeg")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_come_back() {
        assert!(PixelFormat::ALL.len() > 200);
        for &format in PixelFormat::ALL {
            assert_eq!(format.name().parse::<PixelFormat>().ok(), Some(format));
            assert_eq!(format.is_hardware(), format.bits_per_pixel() == 0);
        }
        assert!("yuv420".parse::<PixelFormat>().is_err());
        assert_eq!(PixelFormat::Yuv420p10le.depth(), 10);
        assert_eq!(
            (
                PixelFormat::Nv12.components(),
                PixelFormat::Nv12.bits_per_pixel()
            ),
            (3, 12)
        );
    }

    #[test]
    fn formats_of_av_data_convert_both_ways() {
        let mut shared = 0;
        for &format in PixelFormat::ALL {
            if let Some(formaton) = format.formaton() {
                assert_eq!(PixelFormat::from_formaton(&formaton), Some(format));
                shared += 1;
            }
        }
        assert_eq!(shared, SHARED.len());
        assert_eq!(PixelFormat::from_formaton(formats::YUV411_10), None);
    }
}
