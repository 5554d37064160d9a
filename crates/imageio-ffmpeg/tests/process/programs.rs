//! Which ffmpeg runs.

use std::path::Path;

use imageio_core::{
    ErrorKind, Index, Mode, OpenArgs, Options, Registry, Request, Setting, imopen_in,
};
use imageio_ffmpeg::{CAMERA, FfmpegReadOptions, FfmpegReader, NO_PREVENT_SIGINT, PLUGIN, Program};

use crate::lifetime::make_executable;
use crate::{children, folder, turn, video};

/// A program that says it is ffmpeg and does what the real one does.
fn stand_in(folder: &Path, version: &str) -> std::path::PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let path = folder.join("ffmpeg");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = -version ]; then echo 'ffmpeg version {version} here'; exit; fi\nexec /usr/bin/ffmpeg \"$@\"\n"
    );
    std::fs::write(&path, script).expect("a file");
    make_executable(&path);
    path
}

// checklist: H-013, E-408, C-089, C-090, F-066, F-139, F-140, G-025, G-026
#[test]
fn the_setting_counts_then_the_users_folder_then_the_path() {
    let _turn = turn();
    let found = Program::find().expect("the distribution's");
    assert_eq!(found.path, Path::new("/usr/bin/ffmpeg"));
    assert_eq!(
        found.ffprobe.as_deref(),
        Some(Path::new("/usr/bin/ffprobe"))
    );
    let home = folder().join("home");
    let own = stand_in(&home.join(".imageio").join("ffmpeg"), "7.7.7");
    Setting::USERDIR.set(Some(&home));
    let in_home = Program::find();
    Setting::FFMPEG_EXE.set(Some("ffmpeg"));
    let system = Program::find();
    let named = stand_in(&folder().join("named"), "8.8");
    Setting::FFMPEG_EXE.set(Some(&named));
    let set = Program::find();
    Setting::FFMPEG_EXE.set(Some("/no/such/ffmpeg"));
    let missing = Program::find();
    let opened = imopen_in(&Registry::new(), video(), OpenArgs::new().plugin(&PLUGIN));
    let mut registry = Registry::new();
    registry.add_plugin(&PLUGIN).expect("a free name");
    let searched = imopen_in(&registry, video(), OpenArgs::new());
    Setting::FFMPEG_EXE.set(None::<&str>);
    Setting::USERDIR.set(None::<&str>);
    // The search goes on where the program is missing.
    let searched = searched.expect_err("none");
    assert_eq!(searched.kind(), ErrorKind::NoPlugin);
    let in_home = in_home.expect("the user's");
    assert_eq!(
        (in_home.path.as_path(), in_home.version.release),
        (own.as_path(), Some((7, 7)))
    );
    assert_eq!(
        system.expect("the system's").path,
        Path::new("/usr/bin/ffmpeg")
    );
    let set = set.expect("the one that was named");
    assert_eq!(
        (set.path.as_path(), set.version.release),
        (named.as_path(), Some((8, 8)))
    );
    for error in [missing.expect_err("none"), opened.expect_err("none")] {
        let text = error.to_string();
        assert!(text.contains("/no/such/ffmpeg"), "{text}");
        assert!(
            text.contains("IMAGEIO_FFMPEG_EXE") && text.contains("apt-get install ffmpeg"),
            "{text}"
        );
    }
    assert_eq!(
        Program::at(Path::new("/bin/sh"))
            .expect_err("a shell")
            .kind(),
        ErrorKind::NotInstalled
    );
}

/// Without `ffprobe` everything works, from ffmpeg's own words.
#[test]
fn ffmpeg_alone_is_enough() {
    let _turn = turn();
    let alone = stand_in(&folder().join("alone"), "5.1");
    let video = video();
    Setting::FFMPEG_EXE.set(Some(&alone));
    let opened = FfmpegReader::open(video.as_path());
    Setting::FFMPEG_EXE.set(None::<&str>);
    let (mut alone, mut both) = (
        opened.expect("a video"),
        FfmpegReader::open(video.as_path()).expect("a video"),
    );
    assert_eq!(alone.info().codec, "h264");
    assert_eq!(alone.info().frame_rate, both.info().frame_rate);
    assert_eq!(alone.info().duration.map(f64::round), Some(8.0));
    let options = FfmpegReadOptions::new();
    for position in [150, 3, 60] {
        let frame = alone.read(Index::At(position), &options).expect("a frame");
        assert!(frame == both.read(Index::At(position), &options).expect("a frame"));
    }
    assert_eq!(alone.count_frames().expect("a count"), 200);
    assert_eq!(
        alone
            .read(Index::At(200), &options)
            .expect_err("the end")
            .kind(),
        ErrorKind::OutOfRange
    );
}

// checklist: E-422, E-424, F-069, F-153, F-154
#[test]
fn a_camera_is_opened_by_its_name() {
    let _turn = turn();
    CAMERA.set(Some("lavfi:testsrc=size=64x48:rate=50"));
    let open = |mode: &str| {
        let request = Request::new("<video0>").mode(mode.parse::<Mode>().expect("a mode"));
        imopen_in(&Registry::new(), request, OpenArgs::new().plugin(&PLUGIN))
    };
    let (series, single) = (open("rI"), open("r?"));
    CAMERA.set(None::<&str>);
    let (mut series, mut single) = (series.expect("a camera"), single.expect("a camera"));
    let none = Options::new();
    assert_eq!(
        single.read(Index::Default, &none).expect("a frame").shape(),
        [48, 64, 3]
    );
    assert_eq!(
        single.read(Index::All, &none).expect_err("endless").kind(),
        ErrorKind::Unsupported
    );
    let known = series.properties(Index::All, &none).expect("properties");
    assert_eq!(
        (known.n_images, known.is_batch),
        (None, true),
        "it has no length"
    );
    let mut new = 0;
    for index in 0..20 {
        series.read(index, &none).expect("a frame");
        let meta = series.metadata(index, false, &none).expect("metadata");
        new += usize::from(meta.get("new").and_then(imageio_core::Value::as_bool) == Some(true));
    }
    assert!((1..20).contains(&new), "{new} of 20 were new");
    let frames: Vec<_> = single
        .iter(&none)
        .take(3)
        .map(|frame| frame.expect("a frame"))
        .collect();
    assert!(
        frames[0] != frames[1] && frames[1] != frames[2],
        "an iteration waits for new ones"
    );
}

// checklist: C-091
#[test]
fn an_interrupt_of_the_terminal_is_not_for_ffmpeg() {
    let _turn = turn();
    let group = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
        let fields = stat.rsplit(')').next().unwrap_or_default().to_owned();
        fields.split_whitespace().nth(2).map(str::to_owned)
    };
    let me = std::process::id();
    let of_child = || {
        let mut reader = FfmpegReader::open(video()).expect("a video");
        reader
            .read(Index::At(0), &FfmpegReadOptions::new())
            .expect("a frame");
        let all = children(me);
        group(*all.first().expect("ffmpeg at work"))
    };
    assert_ne!(of_child(), group(me));
    NO_PREVENT_SIGINT.set(Some("1"));
    let same = of_child();
    NO_PREVENT_SIGINT.set(None::<&str>);
    assert_eq!(same, group(me));
}

struct Lines(std::sync::Mutex<Vec<String>>);

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0
            .lock()
            .expect("a lock")
            .push(record.args().to_string());
    }

    fn flush(&self) {}
}

// checklist: E-413, E-450
#[test]
fn talkative_levels_log_the_command() {
    static LINES: Lines = Lines(std::sync::Mutex::new(Vec::new()));
    let _turn = turn();
    log::set_logger(&LINES).expect("the only logger");
    log::set_max_level(log::LevelFilter::Info);
    let write = |level: &str| {
        LINES.0.lock().expect("a lock").clear();
        let request = Request::from(folder().join("log.mp4")).mode(Mode::WRITE);
        let mut writer = imopen_in(&Registry::new(), request, OpenArgs::new().plugin(&PLUGIN))
            .expect("a writer");
        let frame = imageio_core::NdImage::from_vec(&[32, 32], vec![1u8; 1024]).expect("a frame");
        let options = Options::new().set("ffmpeg_log_level", level);
        writer.write(&frame, &options).expect("a frame");
        writer.close().expect("a video");
        LINES
            .0
            .lock()
            .expect("a lock")
            .iter()
            .any(|line| line.contains("-vcodec libx264"))
    };
    for level in ["info", "verbose", "debug", "trace"] {
        assert!(write(level), "{level}");
    }
    assert!(!write("warning") && !write("quiet"));
    LINES.0.lock().expect("a lock").clear();
    let print = FfmpegReadOptions::new().print_info(true);
    drop(FfmpegReader::open_with(video(), &print).expect("a video"));
    assert!(
        LINES
            .0
            .lock()
            .expect("a lock")
            .iter()
            .any(|line| line.contains("h264"))
    );
    log::set_max_level(log::LevelFilter::Off);
}
