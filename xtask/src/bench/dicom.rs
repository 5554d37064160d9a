//! DICOM: a folder of 300 slices, 512 x 512 of 16 bits.

use super::workloads::{Workload, workload};

pub(super) const WORKLOADS: &[Workload] = &[
    workload(
        "read DICOM, 300 slices into a volume",
        "volume",
        "slices",
        &["pydicom", "imageio"],
    )
    .at_most(&["pydicom"], 0.2)
    .tight(),
    workload(
        "read DICOM, 300 slices into a volume, against imageio",
        "volume",
        "slices",
        &["imageio"],
    )
    .at_most(&["imageio"], 0.4),
    workload(
        "metadata of DICOM, 300 files",
        "headers",
        "slices",
        &["pydicom"],
    )
    .at_most(&["pydicom"], 0.12)
    .memory(),
];
