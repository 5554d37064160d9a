//! Options of opening and of calls, and progress.

use std::sync::{Arc, Mutex};

use imageio_core::{ErrorKind, ImageMode, Index, Options, Value};
use imageio_dicom::{DicomReadOptions, Progress, ProgressIndicator, Tags};

use crate::support::{Dcm, Folder};

/// Notes everything that it is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }
}

impl ProgressIndicator for Notes {
    fn start(&self, action: &str, unit: &str, max: usize) {
        self.note(format!("start {action}, {max} {unit}"));
    }

    fn set_progress(&self, done: usize) {
        self.note(format!("at {done}"));
    }

    fn write(&self, message: &str) {
        self.note(format!("say {message}"));
    }

    fn finish(&self, message: &str) {
        self.note(format!("finish {message}"));
    }
}

// checklist: E-173, F-060, F-134
#[test]
fn progress_is_true_false_none_or_an_object() {
    let parsed = |value: Value| {
        Options::new()
            .set("progress", value)
            .parse::<DicomReadOptions>()
            .map(|o| o.progress)
    };
    assert_eq!(parsed(true.into()).ok(), Some(Progress::Standard));
    assert_eq!(parsed(false.into()).ok(), Some(Progress::Silent));
    assert_eq!(parsed(Value::Null).ok(), Some(Progress::Silent));
    for wrong in [Value::from(3), Value::from(1), Value::from("loud")] {
        let error = parsed(wrong).expect_err("no progress");
        assert_eq!(error.kind(), ErrorKind::BadOption);
        assert!(
            error.message().contains("invalid value for progress"),
            "{error}"
        );
    }
    let object = Progress::custom(Notes::default());
    assert_eq!(
        DicomReadOptions::new().progress(object.clone()).progress,
        object
    );
}

// checklist: E-223
#[test]
fn progress_tells_of_files_slices_and_series() {
    let files = [
        ("a.dcm", Dcm::slice("1.1", 1, 0.0).bytes()),
        ("b.dcm", Dcm::slice("1.1", 2, 1.0).bytes()),
        ("c.txt", b"no DICOM".to_vec()),
        (
            "d.dcm",
            Dcm::slice("1.1", 3, 2.0)
                .without(0x0028_0002)
                .without(0x7fe0_0010)
                .bytes(),
        ),
    ];
    let folder = Folder::new("progress", &files);
    let notes = Notes::default();
    let options = DicomReadOptions::new().progress(Progress::custom(notes.clone()));
    let mut reader = folder.reader(ImageMode::SingleVolume);
    reader.read(Index::At(0), &options).expect("a volume");
    let told = notes.0.lock().expect("no panic").join("\n");
    for line in [
        "start examining files, 4 files",
        "at 4",
        "say d.dcm is passed over",
        "finish Found 1 correct series.",
        "start loading data, 2",
        "at 2",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
}

#[test]
fn tags_are_default_or_all() {
    let parsed = |text: &str| {
        Options::new()
            .set("tags", text)
            .parse::<DicomReadOptions>()
            .map(|o| o.tags)
    };
    assert_eq!(
        (parsed("default").ok(), parsed("ALL").ok()),
        (Some(Tags::Usual), Some(Tags::All))
    );
    assert_eq!(
        parsed("some").expect_err("no choice").kind(),
        ErrorKind::BadOption
    );
}

#[test]
fn options_of_opening_hold_for_calls() {
    let bytes = Dcm::new().text(0x0028_1052, b"DS", "0.5").bytes();
    let options = Options::new().set("rescale", false);
    let mut plugin = imageio_dicom::DicomPlugin::open(bytes.into(), &options).expect("a file");
    let stored = plugin
        .read(Index::Default, &Options::new())
        .expect("an image");
    assert_eq!(stored.dtype(), imageio_core::DType::U16);
    let values = plugin
        .read(Index::Default, &Options::new().set("rescale", true))
        .expect("an image");
    assert_eq!(values.dtype(), imageio_core::DType::F32);
    let wrong = plugin
        .read(Index::Default, &Options::new().set("rescal", true))
        .expect_err("no option");
    assert_eq!(wrong.kind(), ErrorKind::BadOption);
}
