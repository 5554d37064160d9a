//! Video of 1080 lines, H.264, to RGB; the time of ffmpeg's own process counts with everybody.

use super::{Workload, workload};

const MOVIE: &str = "movie.mp4";

pub(in crate::bench) const VIDEO: &[Workload] = &[
    workload(
        "video: iterate over 1080p H.264, beside bare ffmpeg",
        "iter",
        MOVIE,
        &["ffmpeg"],
    )
    .memory()
    .at_most(&["ffmpeg"], 1.15),
    workload(
        "video: the same beside imageio-ffmpeg",
        "iter",
        MOVIE,
        &["imageio"],
    )
    .at_most(&["imageio"], 0.9),
    workload("video: the same beside PyAV", "iter", MOVIE, &["pyav"]).at_most(&["pyav"], 1.4),
    workload(
        "video: 100 frames out of order",
        "random",
        MOVIE,
        &["imageio"],
    )
    .at_most(&["imageio"], 0.5),
    workload(
        "video: write 60 frames of 1080p",
        "write",
        "clip.mp4",
        &["imageio"],
    )
    .at_most(&["imageio"], 1.0),
];
