//! The formats of the reference's own: SWF and Lytro.

use super::workloads::{Workload, workload};

pub(super) const WORKLOADS: &[Workload] = &[
    workload(
        "imiter over a SWF, 40 frames 300x200",
        "iter",
        "plain.swf",
        &["imageio"],
    )
    .tight()
    .at_most(&["imageio"], 0.5),
    workload(
        "imiter over a deflated SWF, 40 frames 300x200",
        "iter",
        "packed.swf",
        &["imageio"],
    )
    .tight()
    .at_most(&["imageio"], 0.5),
    workload(
        "write SWF, 100 frames 300x200",
        "write",
        "pan.apng",
        &["imageio"],
    )
    .to(".swf")
    .at_most(&["imageio"], 0.5)
    .size(&["imageio"], 1.02),
    workload("read Lytro LFR", "read", "light.lfr", &["imageio"])
        .tight()
        .at_most(&["imageio"], 0.5),
    workload("read Lytro LFP", "read", "light.lfp", &["imageio"])
        .tight()
        .at_most(&["imageio"], 0.5),
    workload("read Lytro Illum raw", "read", "illum.raw", &["imageio"])
        .tight()
        .at_most(&["imageio"], 0.5),
];
