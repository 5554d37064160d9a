//! `cargo xtask test`: every test of the workspace, and one line that sums them up.

use crate::args::Args;
use crate::run::{self, Result};
use crate::workspace;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    if std::env::var_os("IMAGEIO_CORPUS").is_none() {
        println!(
            "test: IMAGEIO_CORPUS is not set, so tests over real-world files say so and pass over them"
        );
    }
    all(&root, &args.rest())
}

/// Runs the tests, shows what they say, and closes with the sum of their results.
pub(crate) fn all(root: &Path, more: &[String]) -> Result {
    let mut cargo = run::cargo(root);
    cargo
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(more)
        .stdout(Stdio::piped());
    let mut child = cargo
        .spawn()
        .map_err(|e| format!("{}: {e}", run::show(&cargo)))?;
    let mut sum = Sum::default();
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|out| BufReader::new(out).split(b'\n'))
    {
        let line = line.map_err(|e| format!("output of the tests: {e}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        sum.add(&line);
    }
    let status = child.wait().map_err(|e| format!("cargo test: {e}"))?;
    println!(
        "\n{} passed, {} failed, {} skipped",
        sum.passed, sum.failed, sum.ignored
    );
    if status.success() && sum.failed == 0 {
        Ok(())
    } else {
        Err("tests failed".to_owned())
    }
}

/// What the closing lines of all test programs add up to.
#[derive(Debug, Default)]
struct Sum {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Sum {
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in rest.split(['.', ';']) {
            let Some((count, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let count = count.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;

    #[test]
    fn adds_up_what_test_programs_report() {
        let mut sum = Sum::default();
        sum.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out");
        sum.add("test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out");
        sum.add("test other::result ... ok");
        assert_eq!((sum.passed, sum.failed, sum.ignored), (14, 4, 1));
    }
}
