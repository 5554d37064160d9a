//! What radiologists and physicists look for first: what was taken, with what, and how.

use imageio_core::{Metadata, Value};

use crate::format::charset::Charsets;
use crate::format::data_set::{Content, DataSet, Tag};
use crate::format::dictionary::{is_identifying, keyword, tags_of, usual, vr_of};
use crate::format::file::Header;
use crate::format::value;
use crate::options::DicomReadOptions;

/// Elements in the order in which they are looked for, by the keywords of the standard.
const ELEMENTS: &[&str] = &[
    // Who, where that is asked for.
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "InstitutionName",
    // What, when and with which device.
    "Modality",
    "BodyPartExamined",
    "Laterality",
    "ViewPosition",
    "PatientPosition",
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "ImageType",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "StudyDate",
    "StudyTime",
    "Manufacturer",
    "ManufacturerModelName",
    // X-rays: tube, time and dose.
    "KVP",
    "ExposureTime",
    "ExposureTimeInms",
    "XRayTubeCurrent",
    "XRayTubeCurrentInmA",
    "Exposure",
    "ExposureInmAs",
    "ExposureInuAs",
    "CTDIvol",
    "ImageAndFluoroscopyAreaDoseProduct",
    "ConvolutionKernel",
    "FilterType",
    "ExposureControlMode",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "ContrastBolusAgent",
    // Magnetic resonance.
    "MagneticFieldStrength",
    "ScanningSequence",
    "SequenceName",
    "PulseSequenceName",
    "RepetitionTime",
    "EchoTime",
    "EffectiveEchoTime",
    "InversionTime",
    "FlipAngle",
    "NumberOfAverages",
    "EchoTrainLength",
    "PixelBandwidth",
    // Nuclear medicine, ultrasound, time and dose in space.
    "Radiopharmaceutical",
    "RadionuclideTotalDose",
    "Units",
    "TransducerFrequency",
    "FrameTime",
    "CineRate",
    "DoseUnits",
    "DoseType",
    "DoseGridScaling",
    // Geometry.
    "SliceThickness",
    "SpacingBetweenSlices",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "EstimatedRadiographicMagnificationFactor",
    "DepthOfScanField",
    "ReconstructionDiameter",
    "SliceLocation",
    // How stored values become what is shown.
    "PhotometricInterpretation",
    "RescaleIntercept",
    "RescaleSlope",
    "RescaleType",
    "WindowCenter",
    "WindowWidth",
];

/// Sequences in which newer kinds of files have what older ones say at the top: of all frames, of the first one, and
/// of the tracer.
const INSIDE: [Tag; 3] = [Tag::SHARED_GROUPS, Tag(0x5200_9230), Tag(0x0054_0016)];

/// How deep these are looked into.
const DEPTH: usize = 4;

/// What a header that was read whole says.
pub(crate) fn of_header(header: &Header, options: &DicomReadOptions) -> Metadata {
    let mut summary = Metadata::new();
    let charsets = Charsets::of(&header.data, None);
    for tag in tags_of(ELEMENTS) {
        if !options.identity && is_identifying(tag, None) {
            continue;
        }
        let found = find(&header.data, tag).or_else(|| {
            let items = INSIDE
                .iter()
                .filter_map(|tag| header.data.items(*tag).first());
            items
                .into_iter()
                .find_map(|item| find_deep(item, tag, DEPTH))
        });
        let Some((bytes, big_endian)) = found else {
            continue;
        };
        let name = usual(tag).map(|(name, _)| name).or_else(|| keyword(tag));
        let vr = vr_of(tag).unwrap_or(*b"UN");
        let value = value::value(bytes, vr, big_endian, &charsets);
        if let Some(name) = name.filter(|_| value != Value::Null) {
            summary.insert(name, value);
        }
    }
    summary
}

fn find(data: &DataSet, tag: Tag) -> Option<(&[u8], bool)> {
    Some((data.bytes(tag)?, data.big_endian))
}

/// The first element of this name in `data` or in the first items of its sequences.
fn find_deep(data: &DataSet, tag: Tag, depth: usize) -> Option<(&[u8], bool)> {
    let inside = data
        .elements
        .iter()
        .filter_map(|element| match &element.content {
            Content::Items(items) if depth > 0 => items.first(),
            _ => None,
        });
    find(data, tag).or_else(|| {
        inside
            .into_iter()
            .find_map(|item| find_deep(item, tag, depth - 1))
    })
}
