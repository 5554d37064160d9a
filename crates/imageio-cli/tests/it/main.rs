//! The built program, as its users run it.

mod arrays;
mod convert;
mod exit_codes;
mod info;
mod preview;
mod resources;
mod tables;
mod video;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The path of a fixture.
fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/");
    let path = format!("{folder}{name}");
    assert!(Path::new(&path).exists(), "no fixture {name}");
    path
}

/// The program with a fixed surrounding.
fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imageio"));
    command
        .args(args)
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR");
    command
}

fn run(args: &[&str]) -> Output {
    run_with(args, b"")
}

/// Runs the program with `input` on standard input.
fn run_with(args: &[&str], input: &[u8]) -> Output {
    let mut command = program(args);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // A program that reads only the head closes the pipe early; that is its right.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the program ends");
    feeder.join().expect("the input is written");
    output
}

/// Standard output of a run that must go well.
fn succeed(args: &[&str]) -> Vec<u8> {
    succeed_with(args, b"")
}

fn succeed_with(args: &[&str], input: &[u8]) -> Vec<u8> {
    let output = run_with(args, input);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {stderr}");
    output.stdout
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

fn json(args: &[&str]) -> Value {
    serde_json::from_slice(&succeed(args)).expect("valid JSON")
}

/// Exit code and standard error of a run that must fail with one line.
fn fail(args: &[&str], input: &[u8]) -> (i32, String) {
    let output = run_with(args, input);
    let stderr = text(output.stderr);
    assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
    assert!(stderr.starts_with("imageio: "), "{args:?}: {stderr}");
    (output.status.code().expect("no signal"), stderr)
}

/// The data of an `.npy` file, after its header, and the header's text.
fn npy_parts(file: &[u8]) -> (String, Vec<u8>) {
    assert!(
        file.starts_with(b"\x93NUMPY\x01\x00"),
        "the magic of version 1.0"
    );
    let len = usize::from(u16::from_le_bytes([file[8], file[9]]));
    assert_eq!((10 + len) % 64, 0, "the data is aligned");
    (text(file[10..10 + len].to_vec()), file[10 + len..].to_vec())
}

/// The array that reading `path` gives.
fn pixels(path: &str) -> (String, Vec<u8>) {
    npy_parts(&succeed(&["read", path, "--npy", "-"]))
}

/// A binary graymap, the simplest file there is.
fn graymap(width: usize, height: usize, samples: &[u8]) -> Vec<u8> {
    let mut file = format!("P5 {width} {height} 255\n").into_bytes();
    file.extend_from_slice(samples);
    file
}
