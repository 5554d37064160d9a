//! Names of the tags of EXIF 2.32 (CIPA DC-008-2019, tables 4 to 16 and annex F), spelt as Pillow spells them.

/// A kind of directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// IFD0: the picture, and pointers to the rest.
    Main,
    /// How the picture was taken.
    Exif,
    /// Where it was taken.
    Gps,
    /// Which rules of interoperability it follows.
    Interop,
}

pub(super) const ORIENTATION: u16 = 0x0112;
pub(super) const EXIF_POINTER: u16 = 0x8769;
pub(super) const GPS_POINTER: u16 = 0x8825;
pub(super) const INTEROP_POINTER: u16 = 0xa005;

impl Group {
    /// The directory that a tag of the main directory points to.
    pub(super) fn behind(tag: u16) -> Option<Group> {
        match tag {
            EXIF_POINTER => Some(Group::Exif),
            GPS_POINTER => Some(Group::Gps),
            _ => None,
        }
    }

    /// The key of the nested map.
    pub(super) fn key(self) -> &'static str {
        match self {
            Group::Main => "Image",
            Group::Exif => "Exif",
            Group::Gps => "GPSInfo",
            Group::Interop => "Interop",
        }
    }

    fn tables(self) -> &'static [&'static [(u16, &'static str)]] {
        match self {
            // Writers put camera tags into the main directory as well.
            Group::Main | Group::Exif => &[IMAGE, CAMERA],
            Group::Gps => &[GPS],
            Group::Interop => &[INTEROP],
        }
    }
}

/// Name of `tag` in a directory of that kind.
pub(super) fn name_of(group: Group, tag: u16) -> Option<&'static str> {
    let mut pairs = group.tables().iter().copied().flatten();
    pairs.find(|pair| pair.0 == tag).map(|pair| pair.1)
}

/// The tag called `name` in a directory of that kind.
pub(super) fn tag_of(group: Group, name: &str) -> Option<u16> {
    let mut pairs = group.tables().iter().copied().flatten();
    pairs.find(|pair| pair.1 == name).map(|pair| pair.0)
}

/// Tags of the main directory: EXIF 2.32 table 4, and the ones of TIFF 6.0 and of Windows that files hold beside them.
const IMAGE: &[(u16, &str)] = &[
    (0x000b, "ProcessingSoftware"),
    (0x0100, "ImageWidth"),
    (0x0101, "ImageLength"),
    (0x0102, "BitsPerSample"),
    (0x0103, "Compression"),
    (0x0106, "PhotometricInterpretation"),
    (0x010d, "DocumentName"),
    (0x010e, "ImageDescription"),
    (0x010f, "Make"),
    (0x0110, "Model"),
    (0x0111, "StripOffsets"),
    (ORIENTATION, "Orientation"),
    (0x0115, "SamplesPerPixel"),
    (0x0116, "RowsPerStrip"),
    (0x0117, "StripByteCounts"),
    (0x011a, "XResolution"),
    (0x011b, "YResolution"),
    (0x011c, "PlanarConfiguration"),
    (0x0128, "ResolutionUnit"),
    (0x012d, "TransferFunction"),
    (0x0131, "Software"),
    (0x0132, "DateTime"),
    (0x013b, "Artist"),
    (0x013c, "HostComputer"),
    (0x013e, "WhitePoint"),
    (0x013f, "PrimaryChromaticities"),
    (0x0142, "TileWidth"),
    (0x0143, "TileLength"),
    (0x0201, "JpegIFOffset"),
    (0x0202, "JpegIFByteCount"),
    (0x0211, "YCbCrCoefficients"),
    (0x0212, "YCbCrSubSampling"),
    (0x0213, "YCbCrPositioning"),
    (0x0214, "ReferenceBlackWhite"),
    (0x02bc, "XMLPacket"),
    (0x4746, "Rating"),
    (0x4749, "RatingPercent"),
    (0x8298, "Copyright"),
    (EXIF_POINTER, "ExifOffset"),
    (0x8773, "InterColorProfile"),
    (GPS_POINTER, "GPSInfo"),
    (0x9c9b, "XPTitle"),
    (0x9c9c, "XPComment"),
    (0x9c9d, "XPAuthor"),
    (0x9c9e, "XPKeywords"),
    (0x9c9f, "XPSubject"),
    (0xc4a5, "PrintImageMatching"),
];

/// EXIF 2.32 tables 7 and 8.
const CAMERA: &[(u16, &str)] = &[
    (0x829a, "ExposureTime"),
    (0x829d, "FNumber"),
    (0x8822, "ExposureProgram"),
    (0x8824, "SpectralSensitivity"),
    (0x8827, "ISOSpeedRatings"),
    (0x8828, "OECF"),
    (0x8830, "SensitivityType"),
    (0x8831, "StandardOutputSensitivity"),
    (0x8832, "RecommendedExposureIndex"),
    (0x8833, "ISOSpeed"),
    (0x8834, "ISOSpeedLatitudeyyy"),
    (0x8835, "ISOSpeedLatitudezzz"),
    (0x9000, "ExifVersion"),
    (0x9003, "DateTimeOriginal"),
    (0x9004, "DateTimeDigitized"),
    (0x9010, "OffsetTime"),
    (0x9011, "OffsetTimeOriginal"),
    (0x9012, "OffsetTimeDigitized"),
    (0x9101, "ComponentsConfiguration"),
    (0x9102, "CompressedBitsPerPixel"),
    (0x9201, "ShutterSpeedValue"),
    (0x9202, "ApertureValue"),
    (0x9203, "BrightnessValue"),
    (0x9204, "ExposureBiasValue"),
    (0x9205, "MaxApertureValue"),
    (0x9206, "SubjectDistance"),
    (0x9207, "MeteringMode"),
    (0x9208, "LightSource"),
    (0x9209, "Flash"),
    (0x920a, "FocalLength"),
    (0x9214, "SubjectLocation"),
    (0x927c, "MakerNote"),
    (0x9286, "UserComment"),
    (0x9290, "SubsecTime"),
    (0x9291, "SubsecTimeOriginal"),
    (0x9292, "SubsecTimeDigitized"),
    (0x9400, "AmbientTemperature"),
    (0x9401, "Humidity"),
    (0x9402, "Pressure"),
    (0x9403, "WaterDepth"),
    (0x9404, "Acceleration"),
    (0x9405, "CameraElevationAngle"),
    (0xa000, "FlashPixVersion"),
    (0xa001, "ColorSpace"),
    (0xa002, "ExifImageWidth"),
    (0xa003, "ExifImageHeight"),
    (0xa004, "RelatedSoundFile"),
    (INTEROP_POINTER, "ExifInteroperabilityOffset"),
    (0xa20b, "FlashEnergy"),
    (0xa20c, "SpatialFrequencyResponse"),
    (0xa20e, "FocalPlaneXResolution"),
    (0xa20f, "FocalPlaneYResolution"),
    (0xa210, "FocalPlaneResolutionUnit"),
    (0xa214, "SubjectLocation"),
    (0xa215, "ExposureIndex"),
    (0xa217, "SensingMethod"),
    (0xa300, "FileSource"),
    (0xa301, "SceneType"),
    (0xa302, "CFAPattern"),
    (0xa401, "CustomRendered"),
    (0xa402, "ExposureMode"),
    (0xa403, "WhiteBalance"),
    (0xa404, "DigitalZoomRatio"),
    (0xa405, "FocalLengthIn35mmFilm"),
    (0xa406, "SceneCaptureType"),
    (0xa407, "GainControl"),
    (0xa408, "Contrast"),
    (0xa409, "Saturation"),
    (0xa40a, "Sharpness"),
    (0xa40b, "DeviceSettingDescription"),
    (0xa40c, "SubjectDistanceRange"),
    (0xa420, "ImageUniqueID"),
    (0xa430, "CameraOwnerName"),
    (0xa431, "BodySerialNumber"),
    (0xa432, "LensSpecification"),
    (0xa433, "LensMake"),
    (0xa434, "LensModel"),
    (0xa435, "LensSerialNumber"),
    (0xa460, "CompositeImage"),
    (0xa461, "CompositeImageCount"),
    (0xa462, "CompositeImageExposureTimes"),
    (0xa500, "Gamma"),
];

/// EXIF 2.32 table 15.
const GPS: &[(u16, &str)] = &[
    (0, "GPSVersionID"),
    (1, "GPSLatitudeRef"),
    (2, "GPSLatitude"),
    (3, "GPSLongitudeRef"),
    (4, "GPSLongitude"),
    (5, "GPSAltitudeRef"),
    (6, "GPSAltitude"),
    (7, "GPSTimeStamp"),
    (8, "GPSSatellites"),
    (9, "GPSStatus"),
    (10, "GPSMeasureMode"),
    (11, "GPSDOP"),
    (12, "GPSSpeedRef"),
    (13, "GPSSpeed"),
    (14, "GPSTrackRef"),
    (15, "GPSTrack"),
    (16, "GPSImgDirectionRef"),
    (17, "GPSImgDirection"),
    (18, "GPSMapDatum"),
    (19, "GPSDestLatitudeRef"),
    (20, "GPSDestLatitude"),
    (21, "GPSDestLongitudeRef"),
    (22, "GPSDestLongitude"),
    (23, "GPSDestBearingRef"),
    (24, "GPSDestBearing"),
    (25, "GPSDestDistanceRef"),
    (26, "GPSDestDistance"),
    (27, "GPSProcessingMethod"),
    (28, "GPSAreaInformation"),
    (29, "GPSDateStamp"),
    (30, "GPSDifferential"),
    (31, "GPSHPositioningError"),
];

/// EXIF 2.32 table 16, and the ones of DCF 2.0, table 1.
const INTEROP: &[(u16, &str)] = &[
    (0x0001, "InteropIndex"),
    (0x0002, "InteropVersion"),
    (0x1000, "RelatedImageFileFormat"),
    (0x1001, "RelatedImageWidth"),
    (0x1002, "RelatedImageHeight"),
];
