//! Names and types of MetaMorph's internal tags.

/// Type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number in place.
    Number,
    /// A number in place that means nothing.
    Skip,
    /// Numerator and denominator.
    Fraction,
    /// Julian day and milliseconds.
    Date,
    Text,
    /// Name, flags, value.
    Property,
    /// Two fractions for each plane.
    Positions,
    /// A text for each plane.
    Texts,
    /// A fraction for each plane.
    Fractions,
    /// A number for each plane.
    Numbers,
    /// A number elsewhere.
    Long,
    TwoLongs,
    /// Colours.
    Table,
}

/// Name and type of each tag, by its number.
pub(super) const NAMES: &[(&str, Kind)] = &[
    ("AutoScale", Kind::Number),
    ("MinScale", Kind::Number),
    ("MaxScale", Kind::Number),
    ("SpatialCalibration", Kind::Number),
    ("XCalibration", Kind::Fraction),
    ("YCalibration", Kind::Fraction),
    ("CalibrationUnits", Kind::Text),
    ("Name", Kind::Text),
    ("ThreshState", Kind::Number),
    ("ThreshStateRed", Kind::Number),
    ("tagid_10", Kind::Skip),
    ("ThreshStateGreen", Kind::Number),
    ("ThreshStateBlue", Kind::Number),
    ("ThreshStateLo", Kind::Number),
    ("ThreshStateHi", Kind::Number),
    ("Zoom", Kind::Number),
    ("CreateTime", Kind::Date),
    ("LastSavedTime", Kind::Date),
    ("currentBuffer", Kind::Number),
    ("grayFit", Kind::Skip),
    ("grayPointCount", Kind::Skip),
    ("grayX", Kind::Fraction),
    ("grayY", Kind::Fraction),
    ("grayMin", Kind::Fraction),
    ("grayMax", Kind::Fraction),
    ("grayUnitName", Kind::Text),
    ("StandardLUT", Kind::Number),
    ("wavelength", Kind::Number),
    ("StagePosition", Kind::Positions),
    ("CameraChipOffset", Kind::Positions),
    ("OverlayMask", Kind::Skip),
    ("OverlayCompress", Kind::Skip),
    ("Overlay", Kind::Skip),
    ("SpecialOverlayMask", Kind::Skip),
    ("SpecialOverlayCompress", Kind::Skip),
    ("SpecialOverlay", Kind::Skip),
    ("ImageProperty", Kind::Property),
    ("StageLabel", Kind::Texts),
    ("AutoScaleLoInfo", Kind::Fraction),
    ("AutoScaleHiInfo", Kind::Fraction),
    ("AbsoluteZ", Kind::Fractions),
    ("AbsoluteZValid", Kind::Numbers),
    ("Gamma", Kind::Long),
    ("GammaRed", Kind::Long),
    ("GammaGreen", Kind::Long),
    ("GammaBlue", Kind::Long),
    ("CameraBin", Kind::TwoLongs),
    ("NewLUT", Kind::Number),
    ("ImagePropertyEx", Kind::Skip),
    ("PlaneProperty", Kind::Number),
    ("UserLutTable", Kind::Table),
    ("RedAutoScaleInfo", Kind::Number),
    ("RedAutoScaleLoInfo", Kind::Fraction),
    ("RedAutoScaleHiInfo", Kind::Fraction),
    ("RedMinScaleInfo", Kind::Number),
    ("RedMaxScaleInfo", Kind::Number),
    ("GreenAutoScaleInfo", Kind::Number),
    ("GreenAutoScaleLoInfo", Kind::Fraction),
    ("GreenAutoScaleHiInfo", Kind::Fraction),
    ("GreenMinScaleInfo", Kind::Number),
    ("GreenMaxScaleInfo", Kind::Number),
    ("BlueAutoScaleInfo", Kind::Number),
    ("BlueAutoScaleLoInfo", Kind::Fraction),
    ("BlueAutoScaleHiInfo", Kind::Fraction),
    ("BlueMinScaleInfo", Kind::Number),
    ("BlueMaxScaleInfo", Kind::Number),
];
