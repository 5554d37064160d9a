//! What a conversion keeps beside the pixels: times of frames, and what the format can hold of the rest.

use std::collections::HashMap;

use imageio::{Error, ErrorKind, Index, Metadata, Options, Value};

use super::Job;
use crate::plugin_options::has;

/// Metadata that is also an option of writing, under the same name.
const STILL: &[&str] = &["exif", "icc_profile", "dpi", "comment"];

/// Options of writing that the files that are read give.
pub(super) struct Carried {
    /// For the whole of the target.
    whole: Vec<(&'static str, Value)>,
    /// Milliseconds by input and image.
    durations: HashMap<(usize, usize), f64>,
}

impl Carried {
    /// Everything that the plugin of the target has an option for and the user has not set.
    pub(super) fn collect(job: &mut Job) -> Self {
        let mut carried = Carried::collect_still(job);
        if job.total() == Some(1) {
            return carried;
        }
        let spec = job.writer.write_spec();
        let times = has(spec, "duration") && !job.sets(&["duration", "fps"]);
        let loops = has(spec, "loop") && !job.sets(&["loop"]);
        for which in 0..job.inputs.len() {
            if times {
                carried.collect_durations(job, which);
            }
            if loops && which == 0 {
                let value = metadata(job, which, Index::All).remove("loop");
                carried.whole.extend(value.map(|value| ("loop", value)));
            }
        }
        carried
    }

    /// What belongs to single images too.
    pub(super) fn collect_still(job: &mut Job) -> Self {
        let start = job.inputs.first().map_or(0, |input| input.range.start);
        let mut metadata = metadata(job, 0, Index::At(start));
        let whole = STILL
            .iter()
            .filter(|key| has(job.writer.write_spec(), key) && !job.sets(&[key]))
            .filter_map(|key| Some((*key, metadata.remove(key)?)))
            .collect();
        Carried {
            whole,
            durations: HashMap::new(),
        }
    }

    fn collect_durations(&mut self, job: &mut Job, which: usize) {
        let Some(input) = job.inputs.get(which) else {
            return;
        };
        let start = input.range.start;
        let Some(len) = input.len() else {
            return;
        };
        for position in start..start + len {
            let found = metadata(job, which, Index::At(position));
            let Some(duration) = found.get("duration").and_then(Value::as_f64) else {
                // A file that gives no time for one image gives none for the others.
                return;
            };
            self.durations.insert((which, position), duration);
        }
    }

    /// `given` with what is carried; `written` images are in the target already.
    pub(super) fn options_of(
        &self,
        given: &Options,
        which: usize,
        position: usize,
        written: usize,
    ) -> Options {
        let mut options = given.clone();
        // The first call speaks for the whole target.
        if written == 0 {
            for (key, value) in &self.whole {
                options = options.set(*key, value.clone());
            }
        }
        match self.durations.get(&(which, position)) {
            Some(&duration) => options.set("duration", duration),
            None => options,
        }
    }

    /// Gives up what the target refuses; `false` when the refusal is about something else.
    pub(super) fn drop_refused(&mut self, error: &Error) -> bool {
        if !matches!(error.kind(), ErrorKind::BadOption | ErrorKind::Unsupported) {
            return false;
        }
        let names = |key: &str| error.message().contains(&format!("`{key}`"));
        let before = self.whole.len();
        self.whole.retain(|(key, _)| !names(key));
        if names("duration") && !self.durations.is_empty() {
            self.durations.clear();
            return true;
        }
        self.whole.len() < before
    }
}

/// What the file says; nothing where it cannot be told, which reading will find out and say.
fn metadata(job: &mut Job, which: usize, index: Index) -> Metadata {
    let Some(input) = job.inputs.get_mut(which) else {
        return Metadata::new();
    };
    let options = input.opened.options.clone();
    let mut found = input
        .opened
        .resource
        .metadata(index, true, &options)
        .unwrap_or_default();
    let is_asked = |key| {
        options
            .get(key)
            .is_some_and(|value| !["false", "none"].contains(&value.to_string().as_str()))
    };
    if is_asked("mode") {
        // The profile describes the colours that were, not those that they were converted to.
        found.remove("icc_profile");
    }
    if is_asked("rotate") {
        // The block still holds the orientation that was undone.
        found.remove("exif");
    }
    found
}
