//! What is measured.

mod video;

pub(super) use video::VIDEO;

/// One call, and who else can make it.
#[derive(Debug)]
pub(super) struct Workload {
    pub(super) name: &'static str,
    /// What the workers call it.
    pub(super) op: &'static str,
    /// In the folder of the bench.
    pub(super) file: &'static str,
    /// Libraries, each with its setting after a colon where the call has one.
    pub(super) peers: &'static [&'static str],
    /// Our setting of the call.
    pub(super) setting: &'static str,
    /// Extension of what is written, where it is another than the file's.
    pub(super) extension: Option<&'static str>,
    /// Calls between two looks at the clock.
    pub(super) batch: usize,
    pub(super) memory: Memory,
    /// Whether everybody gets one core.
    pub(super) one_thread: bool,
    /// Targets: our time as a share of the fastest of these peers.
    pub(super) at_most: Option<(&'static [&'static str], f64)>,
    /// Whether that share is of the time on the clock: several threads share the work.
    pub(super) by_clock: bool,
    /// Target: our output's size as a share of the smallest of these peers'.
    pub(super) size: Option<(&'static [&'static str], f64)>,
    /// Target: no fewer decibels than this peer keeps.
    pub(super) quality: Option<&'static str>,
    /// Target: our time in nanoseconds.
    pub(super) most_ns: Option<f64>,
}

/// What is done with the memory that a call takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Memory {
    Unmeasured,
    Shown,
    /// Target: within the result and a margin.
    Tight,
}

pub(super) const fn workload(
    name: &'static str,
    op: &'static str,
    file: &'static str,
    peers: &'static [&'static str],
) -> Workload {
    Workload {
        name,
        op,
        file,
        peers,
        setting: "",
        extension: None,
        batch: 1,
        memory: Memory::Unmeasured,
        one_thread: false,
        at_most: None,
        by_clock: false,
        size: None,
        quality: None,
        most_ns: None,
    }
}

impl Workload {
    pub(super) const fn setting(mut self, setting: &'static str) -> Self {
        self.setting = setting;
        self
    }

    pub(super) const fn to(mut self, extension: &'static str) -> Self {
        self.extension = Some(extension);
        self
    }

    pub(super) const fn batch(mut self, calls: usize) -> Self {
        self.batch = calls;
        self
    }

    pub(super) const fn memory(mut self) -> Self {
        self.memory = Memory::Shown;
        self
    }

    pub(super) const fn tight(mut self) -> Self {
        self.memory = Memory::Tight;
        self
    }

    pub(super) const fn one_thread(mut self) -> Self {
        self.one_thread = true;
        self
    }

    pub(super) const fn at_most(mut self, peers: &'static [&'static str], share: f64) -> Self {
        self.at_most = Some((peers, share));
        self
    }

    pub(super) const fn by_clock(mut self) -> Self {
        self.by_clock = true;
        self
    }

    pub(super) const fn size(mut self, peers: &'static [&'static str], share: f64) -> Self {
        self.size = Some((peers, share));
        self
    }

    pub(super) const fn quality(mut self, peer: &'static str) -> Self {
        self.quality = Some(peer);
        self
    }

    pub(super) const fn within_ns(mut self, most: f64) -> Self {
        self.most_ns = Some(most);
        self
    }
}

const RASTER: &[&str] = &["pillow", "opencv", "imageio", "image"];
const FASTER: &[&str] = &["pillow", "opencv"];

pub(super) const WORKLOADS: &[Workload] = &[
    workload("imread of a 1x1 PNG", "read", "one.png", RASTER)
        .batch(100)
        .at_most(&["imageio"], 0.08),
    workload(
        "improps of 1,000 PNG files",
        "props_all",
        "many",
        &["pillow", "imageio"],
    )
    .at_most(&["imageio"], 0.08),
    workload("plugin search by extension", "search", "one.png", &[])
        .batch(10_000)
        .within_ns(2_000.0),
    workload("decode PNG, 16 megapixels RGB", "read", "large.png", RASTER)
        .memory()
        .by_clock()
        .at_most(FASTER, 0.45),
    workload(
        "decode PNG, 16 megapixels RGB of 16 bits",
        "read",
        "deep.png",
        &["opencv", "image"],
    )
    .memory()
    .by_clock()
    .at_most(&["opencv"], 0.45),
    workload(
        "encode PNG, the fast setting",
        "write",
        "large.png",
        &["pillow:fast", "opencv", "image"],
    )
    .setting("fast")
    .memory()
    .by_clock()
    .at_most(&["pillow:fast", "opencv"], 0.25)
    .size(&["opencv"], 1.05),
    workload("encode PNG, the default", "write", "large.png", &["pillow"])
        .memory()
        .by_clock()
        .at_most(&["pillow"], 0.36)
        .size(&["pillow"], 1.0),
    workload(
        "decode JPEG, 24 megapixels 4:2:0, one thread",
        "read",
        "photo.jpg",
        RASTER,
    )
    .one_thread()
    .at_most(FASTER, 1.0),
    workload(
        "decode JPEG, 24 megapixels 4:4:4, one thread",
        "read",
        "photo444.jpg",
        RASTER,
    )
    .one_thread()
    .at_most(FASTER, 1.0),
    workload(
        "decode JPEG, 24 megapixels 4:2:0",
        "read",
        "photo.jpg",
        RASTER,
    )
    .memory()
    .by_clock()
    .at_most(FASTER, 0.7),
    workload(
        "thumbnail of the same JPEG, an eighth",
        "thumbnail",
        "photo.jpg",
        &["pillow", "opencv"],
    )
    .memory()
    .at_most(FASTER, 1.0),
    workload("encode JPEG, 24 megapixels", "write", "photo.jpg", RASTER)
        .memory()
        .by_clock()
        .at_most(FASTER, 1.0),
    workload(
        "decode WebP, 8 megapixels",
        "read",
        "photo.webp",
        &["pillow", "opencv", "imageio"],
    )
    .memory()
    .by_clock()
    .at_most(FASTER, 1.0),
    workload(
        "decode OpenEXR, 8 megapixels, half, ZIP",
        "read",
        "zip.exr",
        &["openexr"],
    )
    .memory()
    .by_clock()
    .at_most(&["openexr"], 0.8),
    workload(
        "decode OpenEXR, 8 megapixels, half, PIZ",
        "read",
        "piz.exr",
        &["openexr"],
    )
    .memory()
    .by_clock()
    .at_most(&["openexr"], 0.8),
    workload(
        "decode Radiance HDR, 8 megapixels",
        "read",
        "photo.hdr",
        &["opencv"],
    )
    .memory()
    .by_clock()
    .at_most(&["opencv"], 1.0),
    workload("decode BMP, 64 MB", "read", "flat.bmp", RASTER).tight(),
    workload("decode PPM, 64 MB", "read", "flat.ppm", RASTER).tight(),
    workload("decode GIF, 100 frames 300x200", "read", "pan.gif", RASTER)
        .memory()
        .by_clock()
        .at_most(FASTER, 0.6),
    workload(
        "encode GIF, 100 frames 300x200 of photographs",
        "write",
        "pan.apng",
        &["pillow:octree", "pillow:median"],
    )
    .to(".gif")
    .memory()
    .by_clock()
    .at_most(&["pillow:octree"], 1.0)
    .quality("pillow:median"),
    workload(
        "imiter over a GIF, 500 frames",
        "iter",
        "long.gif",
        &["pillow", "imageio", "image"],
    )
    .tight(),
    workload(
        "read 24 JPEG files with two threads",
        "read_all",
        "several",
        &["ours:one"],
    )
    .setting("two")
    .by_clock()
    .at_most(&["ours:one"], 1.0 / 1.8),
    workload(
        "read SPE, 5 frames 128x128",
        "read",
        "small.spe",
        &["imageio"],
    )
    .batch(20)
    .at_most(&["imageio"], 0.7),
    workload(
        "read SPE, 64 MB of uint16",
        "read",
        "stack.spe",
        &["imageio"],
    )
    .at_most(&["imageio"], 0.7)
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
