//! What is measured.

/// One call, and who else can make it.
#[derive(Debug)]
pub(super) struct Workload {
    pub(super) name: &'static str,
    /// What the workers call it.
    pub(super) op: &'static str,
    /// In the folder of the bench.
    pub(super) file: &'static str,
    pub(super) peers: &'static [&'static str],
    /// Calls between two looks at the clock.
    pub(super) batch: usize,
    pub(super) memory: bool,
    /// Target: our time as a share of a peer's.
    pub(super) at_most: Option<(&'static str, f64)>,
    /// Whether that share is of the time on the clock: several threads of ours share the work.
    pub(super) by_clock: bool,
    /// Target: our time in nanoseconds.
    pub(super) most_ns: Option<f64>,
    /// Target: memory within the result and a margin.
    pub(super) tight: bool,
}

const fn workload(
    name: &'static str,
    op: &'static str,
    file: &'static str,
    peers: &'static [&'static str],
) -> Workload {
    let (batch, memory, at_most, by_clock, most_ns, tight) = (1, false, None, false, None, false);
    Workload {
        name,
        op,
        file,
        peers,
        batch,
        memory,
        at_most,
        by_clock,
        most_ns,
        tight,
    }
}

impl Workload {
    const fn batch(mut self, calls: usize) -> Self {
        self.batch = calls;
        self
    }

    const fn memory(mut self) -> Self {
        self.memory = true;
        self
    }

    const fn tight(mut self) -> Self {
        self.tight = true;
        self.memory()
    }

    const fn at_most(mut self, peer: &'static str, share: f64) -> Self {
        self.at_most = Some((peer, share));
        self
    }

    const fn by_clock(mut self) -> Self {
        self.by_clock = true;
        self
    }

    const fn within_ns(mut self, most: f64) -> Self {
        self.most_ns = Some(most);
        self
    }
}

const RASTER: &[&str] = &["pillow", "opencv", "imageio", "image"];

pub(super) const WORKLOADS: &[Workload] = &[
    workload("imread of a 1x1 PNG", "read", "one.png", RASTER)
        .batch(100)
        .at_most("imageio", 0.08),
    workload(
        "improps of 1,000 PNG files",
        "props_all",
        "many",
        &["pillow", "imageio"],
    )
    .at_most("imageio", 0.08),
    workload("plugin search by extension", "search", "one.png", &[])
        .batch(10_000)
        .within_ns(2_000.0),
    workload("decode PNG, 4096x4096 RGB", "read", "large.png", RASTER).memory(),
    workload("encode PNG, 4096x4096 RGB", "write", "large.png", RASTER).memory(),
    workload("decode JPEG, 12 megapixels", "read", "photo.jpg", RASTER).memory(),
    workload("encode JPEG, 12 megapixels", "write", "photo.jpg", RASTER).memory(),
    workload("decode BMP, 64 MB", "read", "flat.bmp", RASTER).tight(),
    workload("decode PPM, 64 MB", "read", "flat.ppm", RASTER).tight(),
    workload(
        "decode GIF, 100 frames 300x200",
        "read",
        "short.gif",
        RASTER,
    )
    .memory(),
    workload(
        "encode GIF, 100 frames 300x200",
        "write",
        "short.gif",
        &["pillow", "imageio", "image"],
    )
    .memory(),
    workload(
        "imiter over a GIF, 500 frames",
        "iter",
        "long.gif",
        &["pillow", "imageio", "image"],
    )
    .tight(),
    workload(
        "read SPE, 5 frames 128x128",
        "read",
        "small.spe",
        &["imageio"],
    )
    .batch(20)
    .at_most("imageio", 0.7),
    workload(
        "read SPE, 64 MB of uint16",
        "read",
        "stack.spe",
        &["imageio"],
    )
    .at_most("imageio", 0.7)
    .by_clock()
    .tight(),
    workload(
        "one frame of the same SPE",
        "frame",
        "stack.spe",
        &["imageio"],
    )
    .batch(20),
];
