//! Video through ffmpeg: `info`, `frames` and `convert`.

use serde_json::json;

use crate::{json, pixels, run, succeed};

/// A folder that goes away, and the path of a file in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("text").to_owned()
    }

    /// Ten frames of 64 times 48 pixels at 5 a second.
    fn movie(&self) -> String {
        let movie = self.path("movie.mp4");
        let made = std::process::Command::new("ffmpeg")
            .args([
                "-v",
                "error",
                "-nostdin",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=64x48:rate=5:duration=2",
            ])
            .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", &movie])
            .status();
        assert!(made.expect("ffmpeg").success());
        movie
    }
}

#[test]
fn a_movie_is_described() {
    let folder = Folder::new();
    let movie = folder.movie();
    let info = json(&["info", "--json", &movie]);
    assert_eq!(info["plugin"], json!("FFMPEG"));
    assert_eq!(info["format"], json!("MPEG-4 Part 14"));
    assert_eq!(info["properties"]["shape"], json!([10, 48, 64, 3]));
    assert_eq!(info["metadata"]["codec"], json!("h264"));
    assert_eq!(info["metadata"]["fps"], json!(5.0));
}

#[test]
fn frames_go_out_and_come_back() {
    let folder = Folder::new();
    let movie = folder.movie();
    let frames = folder.path("frames");
    succeed(&["frames", &movie, &frames]);
    let names: Vec<String> = (0..10)
        .map(|n| format!("{frames}/frame_{n:03}.png"))
        .collect();
    assert!(names.iter().all(|name| std::path::Path::new(name).exists()));
    let again = folder.path("again.mp4");
    let mut words = vec!["convert"];
    words.extend(names.iter().map(String::as_str));
    words.extend([again.as_str(), "--option", "fps=24"]);
    succeed(&words);
    let info = json(&["info", "--json", &again]);
    assert_eq!(info["metadata"]["fps"], json!(24.0));
    assert_eq!(info["properties"]["shape"], json!([10, 48, 64, 3]));
}

#[test]
fn a_movie_becomes_a_gif_and_a_webm() {
    let folder = Folder::new();
    let movie = folder.movie();
    let (gif, webm) = (folder.path("movie.gif"), folder.path("movie.webm"));
    succeed(&["convert", &movie, &gif]);
    let info = json(&["info", "--json", &gif]);
    assert_eq!(
        (&info["plugin"], &info["properties"]["shape"]),
        (&json!("pillow"), &json!([10, 48, 64, 3]))
    );
    assert!(!pixels(&gif).1.is_empty());
    succeed(&["convert", &movie, &webm]);
    let info = json(&["info", "--json", &webm]);
    assert_eq!(
        (&info["metadata"]["codec"], &info["properties"]["shape"]),
        (&json!("vp9"), &json!([10, 48, 64, 3]))
    );
    let broken = folder.path("broken.mp4");
    std::fs::write(&broken, b"no video").expect("a file");
    let output = run(&["info", &broken]);
    assert!(!output.status.success());
}
