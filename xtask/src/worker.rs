//! A process that answers one JSON request a line.

use crate::run::{self, Result};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    name: String,
}

impl Worker {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = run::show(command);
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.map_err(|e| format!("{name}: {e}"))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(answers)) => Ok(Self {
                child,
                requests,
                answers: BufReader::new(answers),
                name,
            }),
            _ => Err(format!("{name}: no pipes")),
        }
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Result<Value> {
        let mut line = String::new();
        let talk =
            writeln!(self.requests, "{request}").and_then(|()| self.answers.read_line(&mut line));
        if talk.map_err(|e| format!("{}: {e}", self.name))? == 0 {
            return Err(format!("{} died on {request}", self.name));
        }
        serde_json::from_str(&line).map_err(|e| format!("{}: {e} in {line}", self.name))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
