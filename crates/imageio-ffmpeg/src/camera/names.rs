//! Names of cameras, as systems and ffmpeg list them.

use std::path::Path;

use imageio_core::Request;

use super::{Camera, SYSTEM};

/// The devices below `folder`, where the kernel of Linux describes them; by their numbers.
pub(super) fn of_linux(folder: &Path) -> Vec<Camera> {
    let folder_itself = Request::from(folder);
    // Where there is no such folder, the list would be of the one around it.
    let names = if folder_itself.is_dir() {
        folder_itself.list().unwrap_or_default()
    } else {
        Vec::new()
    };
    let mut found: Vec<(u32, Camera)> = names
        .into_iter()
        .filter_map(|device| {
            let number = device.strip_prefix("video")?.parse().ok()?;
            // The kernel makes it up as it is read, so its length is not known before.
            let file = Request::from(folder.join(&device).join("name"));
            let said = file.first_bytes(256).unwrap_or_default();
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            let camera = Camera {
                format: SYSTEM.to_owned(),
                name: if said.is_empty() {
                    device.clone()
                } else {
                    said
                },
                device: format!("/dev/{device}").into(),
            };
            Some((number, camera))
        })
        .collect();
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, camera)| camera).collect()
}

/// The video devices of DirectShow; of two with one name the later goes by its other name.
pub(super) fn of_dshow(lines: &[String]) -> Vec<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut in_video = false;
    for line in lines.iter().filter(|line| line.starts_with("[dshow")) {
        let Some((_, line)) = line.split_once(']') else {
            continue;
        };
        let line = line.trim();
        // Newer versions say behind each name what it is.
        let kind = line
            .rsplit_once("\" (")
            .map(|(_, kind)| kind.trim_end_matches(')'));
        if let Some((_, name)) = line.split_once("lternative name ") {
            if let Some(last) = found
                .last_mut()
                .filter(|last| in_video && last.1.is_empty())
            {
                unquoted(name).clone_into(&mut last.1);
            }
        } else if line.starts_with('"') {
            in_video = kind.map_or(in_video, |kind| kind.contains("video"));
            if in_video {
                found.push((unquoted(line).to_owned(), String::new()));
            }
        } else if line.contains("video devices") {
            in_video = true;
        } else if line.contains("devices") {
            in_video = false;
        }
    }
    let mut names: Vec<String> = Vec::new();
    for (name, other) in found {
        let is_taken = names.contains(&name) && !other.is_empty();
        names.push(if is_taken { other } else { name });
    }
    names
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('"').unwrap_or(text);
    text.split('"').next().unwrap_or(text)
}

/// Numbers and names of the cameras of AVFoundation.
pub(super) fn of_avfoundation(lines: &[String]) -> Vec<(u32, String)> {
    let mut in_video = false;
    let mut found = Vec::new();
    for line in lines
        .iter()
        .filter(|line| line.starts_with("[AVFoundation"))
    {
        let Some((_, line)) = line.split_once(']') else {
            continue;
        };
        if line.contains("devices:") {
            in_video = line.contains("video devices:");
            continue;
        }
        let entry = line
            .trim()
            .strip_prefix('[')
            .and_then(|line| line.split_once(']'));
        if let Some((number, name)) = entry.filter(|_| in_video)
            && let Ok(number) = number.parse()
        {
            found.push((number, name.trim().to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    // checklist: E-421, F-070, F-160
    #[test]
    fn directshow_lists_two_cameras() {
        let said = lines(concat!(
            "ffmpeg version 4\n",
            "[dshow @ 0000] DirectShow video devices (some may be both video and audio devices)\n",
            "[dshow @ 0000]  \"AVerMedia USB Polaris Analog Capture\"\n",
            "[dshow @ 0000]     Alternative name \"@device_pnp_\\\\?\\usb#vid_07ca&pid_c039\"\n",
            "[dshow @ 0000]  \"Lenovo EasyCamera\"\n",
            "[dshow @ 0000]     Alternative name \"@device_pnp_one\"\n",
            "[dshow @ 0000] DirectShow audio devices\n",
            "[dshow @ 0000]  \"Microphone\"\n",
            "[dshow @ 0000]     Alternative name \"@device_cm_mic\"\n",
            "\"stray\"\n",
            "dummy: Immediate exit requested\n",
        ));
        assert_eq!(
            of_dshow(&said),
            ["AVerMedia USB Polaris Analog Capture", "Lenovo EasyCamera"]
        );
    }

    // checklist: E-421
    #[test]
    fn cameras_of_one_name_go_by_the_other() {
        let said = lines(concat!(
            "[dshow @ 0] DirectShow video devices\n",
            "[dshow @ 0]  \"Cam\"\n[dshow @ 0]     Alternative name \"@a&b\"\n",
            "[dshow @ 0]  \"Cam\"\n[dshow @ 0]     Alternative name \"@c&d\"\n",
        ));
        // There is no shell, so nothing is escaped.
        assert_eq!(of_dshow(&said), ["Cam", "@c&d"]);
        let newer = lines("[dshow @ 0] \"Cam\" (video)\n[dshow @ 0] \"Mic\" (audio)\n");
        assert_eq!(of_dshow(&newer), ["Cam"]);
    }

    #[test]
    fn avfoundation_lists_numbers() {
        let said = lines(concat!(
            "[AVFoundation indev @ 0x7] AVFoundation video devices:\n",
            "[AVFoundation indev @ 0x7] [0] FaceTime HD Camera\n",
            "[AVFoundation indev @ 0x7] [1] Capture screen 0\n",
            "[AVFoundation indev @ 0x7] AVFoundation audio devices:\n",
            "[AVFoundation indev @ 0x7] [0] Built-in Microphone\n",
        ));
        let expected = [
            (0, "FaceTime HD Camera".to_owned()),
            (1, "Capture screen 0".to_owned()),
        ];
        assert_eq!(of_avfoundation(&said), expected);
    }

    #[test]
    fn linux_lists_what_the_kernel_has() {
        let folder = tempfile::tempdir().expect("a folder");
        for (device, name) in [
            ("video10", "Late\n"),
            ("video2", "Front\n"),
            ("radio0", "No\n"),
        ] {
            std::fs::create_dir(folder.path().join(device)).expect("a folder");
            std::fs::write(folder.path().join(device).join("name"), name).expect("a file");
        }
        let found = of_linux(folder.path());
        let names: Vec<&str> = found.iter().map(Camera::name).collect();
        assert_eq!(names, ["Front", "Late"]);
        assert_eq!(found[1].device(), "/dev/video10");
        assert!(of_linux(&folder.path().join("gone")).is_empty());
    }
}
