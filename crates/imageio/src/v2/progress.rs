//! Progress of something long: an indicator that stays silent, and one that writes.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How often an indicator is redrawn at most.
const PAUSE: Duration = Duration::from_millis(100);

/// What an indicator is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum ProgressStatus {
    /// Not started.
    #[default]
    Pending = 0,
    /// Started.
    Running = 1,
    /// Ended well.
    Finished = 2,
    /// Ended badly.
    Failed = 3,
}

/// What every indicator counts.
#[derive(Clone, Debug)]
pub struct ProgressState {
    name: String,
    action: String,
    unit: String,
    max: f64,
    progress: f64,
    status: ProgressStatus,
    last_update: Option<Instant>,
}

impl ProgressState {
    /// Nothing done yet of something called `name`.
    pub fn new(name: impl Into<String>) -> Self {
        ProgressState {
            name: name.into(),
            action: String::new(),
            unit: String::new(),
            max: 0.0,
            progress: 0.0,
            status: ProgressStatus::Pending,
            last_update: None,
        }
    }

    /// What is being done, in words.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// How far it is.
    pub fn progress(&self) -> f64 {
        self.progress
    }

    /// How far it is, in words: `12/50 files (24.0%)`, `2.5 s`, or nothing where that is unknown.
    pub fn text(&self) -> String {
        let ProgressState {
            unit,
            max,
            progress,
            ..
        } = self;
        if unit == "%" {
            return format!("{progress:.1}%");
        }
        if *max > 0.0 {
            let percent = 100.0 * progress / max;
            return format!(
                "{}/{} {unit} ({percent:.1}%)",
                *progress as i64, *max as i64
            );
        }
        if *progress <= 0.0 {
            return String::new();
        }
        if progress.fract() != 0.0 {
            return format!("{} {unit}", four_digits(*progress));
        }
        format!("{} {unit}", *progress as i64)
    }
}

/// A number with four digits that count, without zeros at its end.
fn four_digits(number: f64) -> String {
    let before = number.abs().log10().floor() as i64;
    let places = usize::try_from(3 - before).unwrap_or(0);
    let text = format!("{number:.places$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Something that shows progress.
///
/// # For implementors
/// Give the state, and show it in `update`, `ended` and `note`; none of them may fail the work.
pub trait BaseProgressIndicator {
    /// What is counted.
    fn state(&self) -> &ProgressState;

    /// What is counted, to change it.
    fn state_mut(&mut self) -> &mut ProgressState;

    /// Shows how far it is.
    fn update(&mut self);

    /// Shows that it ended, with the reason where there is one.
    fn ended(&mut self, message: Option<&str>) {
        let _ = message;
    }

    /// Shows a text of its own, apart from the progress.
    fn note(&mut self, message: &str) {
        let _ = message;
    }

    /// Begins; `max` 0 is an unknown end.
    fn start(&mut self, action: &str, unit: &str, max: f64) {
        let state = self.state_mut();
        if state.status == ProgressStatus::Running {
            self.finish(None);
        }
        let state = self.state_mut();
        state.action = match state.name.as_str() {
            "" => action.to_owned(),
            name if action.is_empty() => name.to_owned(),
            name => format!("{name}: {action}"),
        };
        unit.clone_into(&mut state.unit);
        state.max = max;
        state.progress = 0.0;
        state.status = ProgressStatus::Running;
        state.last_update = None;
        self.set_progress(0.0, true);
    }

    /// What it is doing.
    fn status(&self) -> ProgressStatus {
        self.state().status
    }

    /// Sets how far it is; shown ten times a second at most, unless `force`.
    fn set_progress(&mut self, progress: f64, force: bool) {
        let state = self.state_mut();
        state.progress = progress;
        let fresh = state.last_update.is_some_and(|last| last.elapsed() < PAUSE);
        if fresh && !force {
            return;
        }
        state.last_update = Some(Instant::now());
        self.update();
    }

    /// Goes on by `extra`.
    fn increase_progress(&mut self, extra: f64) {
        let progress = self.state().progress + extra;
        self.set_progress(progress, false);
    }

    /// Ends well.
    fn finish(&mut self, message: Option<&str>) {
        let progress = self.state().progress;
        self.set_progress(progress, true);
        self.state_mut().status = ProgressStatus::Finished;
        self.ended(message);
    }

    /// Ends badly; the text follows `FAIL`.
    fn fail(&mut self, message: &str) {
        let progress = self.state().progress;
        self.set_progress(progress, true);
        self.state_mut().status = ProgressStatus::Failed;
        let message = format!("FAIL {message}");
        self.ended(Some(&message));
    }

    /// Shows a text of its own.
    fn write(&mut self, message: &str) {
        self.note(message);
    }
}

/// An indicator that counts and shows nothing.
#[derive(Clone, Debug)]
pub struct SilentProgressIndicator(ProgressState);

impl SilentProgressIndicator {
    /// For something called `name`.
    pub fn new(name: impl Into<String>) -> Self {
        SilentProgressIndicator(ProgressState::new(name))
    }
}

impl BaseProgressIndicator for SilentProgressIndicator {
    fn state(&self) -> &ProgressState {
        &self.0
    }

    fn state_mut(&mut self) -> &mut ProgressState {
        &mut self.0
    }

    fn update(&mut self) {}
}

/// An indicator that writes one line over and over, to the standard output or to any writer.
///
/// # Examples
/// ```
/// use imageio::v2::{BaseProgressIndicator, StdoutProgressIndicator};
/// let mut indicator = StdoutProgressIndicator::to("photos", Vec::new());
/// indicator.start("reading", "files", 4.0);
/// indicator.set_progress(2.0, true);
/// indicator.finish(None);
/// let text = String::from_utf8_lossy(indicator.writer()).into_owned();
/// assert!(text.contains("photos: reading 2/4 files (50.0%)"), "{text}");
/// ```
#[derive(Clone, Debug)]
pub struct StdoutProgressIndicator<W = io::Stdout> {
    state: ProgressState,
    writer: W,
    shown: usize,
    turn: usize,
}

impl StdoutProgressIndicator {
    /// For something called `name`, on the standard output.
    pub fn new(name: impl Into<String>) -> Self {
        StdoutProgressIndicator::to(name, io::stdout())
    }
}

impl<W: Write> StdoutProgressIndicator<W> {
    /// For something called `name`, on `writer`.
    pub fn to(name: impl Into<String>, writer: W) -> Self {
        StdoutProgressIndicator {
            state: ProgressState::new(name),
            writer,
            shown: 0,
            turn: 0,
        }
    }

    /// What it writes to.
    pub fn writer(&self) -> &W {
        &self.writer
    }

    /// Replaces the line. A writer that fails does not stop the work that is shown.
    fn show(&mut self, line: &str, end: &str) {
        let shown = line.chars().count();
        let blank = " ".repeat(self.shown.saturating_sub(shown));
        self.shown = if end.is_empty() { shown } else { 0 };
        let written = write!(self.writer, "\r{line}{blank}{end}");
        if let Err(error) = written.and_then(|()| self.writer.flush()) {
            log::debug!("progress cannot be shown: {error}");
        }
    }

    fn line(&self) -> String {
        let text = self.state.text();
        let blank = if text.is_empty() || self.state.action.is_empty() {
            ""
        } else {
            " "
        };
        format!("{}{blank}{text}", self.state.action)
    }
}

impl<W: Write> BaseProgressIndicator for StdoutProgressIndicator<W> {
    fn state(&self) -> &ProgressState {
        &self.state
    }

    fn state_mut(&mut self) -> &mut ProgressState {
        &mut self.state
    }

    fn update(&mut self) {
        let mut line = self.line();
        if self.state.text().is_empty() {
            let spinner = ["|", "/", "-", "\\"];
            self.turn = (self.turn + 1) % spinner.len();
            line = format!("{line} {}", spinner[self.turn]);
        }
        self.show(&line, "");
    }

    fn ended(&mut self, message: Option<&str>) {
        let line = self.line();
        match message {
            Some(message) => self.show(&format!("{line} {message}"), "\n"),
            None => self.show(&line, "\n"),
        }
    }

    fn note(&mut self, message: &str) {
        self.show(message, "\n");
        if self.state.status == ProgressStatus::Running {
            self.update();
        }
    }
}
