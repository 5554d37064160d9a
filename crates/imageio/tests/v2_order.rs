//! The order of formats, which is one for the whole process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use imageio::v2::{self, formats};
use imageio::{ErrorKind, Setting, registry};

/// One test at a time, from the default order.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    formats().sort(&[]).expect("the default order");
    guard
}

fn candidates(extension: &str) -> Vec<&'static str> {
    let registry = registry();
    let cards = registry.candidates(extension);
    cards.iter().map(|card| card.name()).collect()
}

fn all() -> Vec<&'static str> {
    registry()
        .plugins()
        .iter()
        .map(|card| card.name())
        .collect()
}

fn animation() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/gif/durations.gif")
}

// The setting counts as long as no program said an order, so this is one test in a process of its own.
// checklist: B-080
#[test]
fn the_setting_is_read_at_use_until_the_program_speaks() -> imageio::Result<()> {
    let program = std::env::current_exe()?;
    let output = std::process::Command::new(program)
        .args([
            "--exact",
            "child_of_the_setting",
            "--ignored",
            "--nocapture",
        ])
        .env("IMAGEIO_FORMAT_ORDER", "spe, -PIL")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("order was read"), "{text}");
    Ok(())
}

#[test]
#[ignore = "run by the test above, with the variable set"]
fn child_of_the_setting() -> imageio::Result<()> {
    assert_eq!(all()[0], "SPE");
    assert!(all()[1].ends_with("-PIL"));
    assert_eq!(candidates(".gif")[0], "GIF-PIL");
    assert_eq!(v2::get_reader(animation())?.format().name(), "GIF-PIL");
    Setting::FORMAT_ORDER.set(Some("pillow-no-such"));
    assert_eq!(all()[0], "pillow");
    assert_eq!(v2::get_reader(animation())?.format().name(), "pillow");
    Setting::FORMAT_ORDER.set(Some("-PIL"));
    assert_eq!(v2::get_reader(animation())?.format().name(), "GIF-PIL");
    formats().sort(&["SPE"])?;
    assert_eq!((all()[0], candidates(".gif")[0]), ("SPE", "pillow"));
    eprintln!("done");
    let mut out = std::io::stdout().lock();
    std::io::Write::write_all(&mut out, b"order was read\n")?;
    Ok(())
}

// checklist: B-069
#[test]
fn names_have_no_dots_and_no_commas() -> imageio::Result<()> {
    let _alone = alone();
    let before = all();
    for wrong in [".png", "a,b", "GIF,"] {
        let error = formats().sort(&["SPE", wrong]).expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::BadOption);
        assert!(error.to_string().contains(wrong), "{error}");
        assert_eq!(all(), before);
    }
    formats().sort(&["", "  ", " spe "])?;
    assert_eq!(all()[0], "SPE");
    Ok(())
}

// checklist: B-070
#[test]
fn ends_of_names_move_to_the_front_for_each_extension() -> imageio::Result<()> {
    let _alone = alone();
    assert_eq!(candidates(".gif"), ["pillow"]);
    formats().sort(&["-PIL"])?;
    assert_eq!(candidates(".gif"), ["GIF-PIL", "pillow"]);
    assert_eq!(candidates(".png"), ["PNG-PIL", "pillow"]);
    assert_eq!(v2::get_reader(animation())?.format().name(), "GIF-PIL");
    formats().sort(&["GIF-PIL"])?;
    assert_eq!(candidates(".png"), ["pillow"], "each call starts anew");
    formats().sort(&["DIB-PIL", "-PIL"])?;
    assert_eq!(
        all()[..2],
        ["DIB-PIL", "BMP-PIL"],
        "the first name is first"
    );
    formats().sort(&[])?;
    assert_eq!(candidates(".gif"), ["pillow"]);
    Ok(())
}

// checklist: B-071, B-072
#[test]
fn the_search_without_a_hint_follows_too() -> imageio::Result<()> {
    let _alone = alone();
    let before = all();
    formats().sort(&["SPE", "GIF-PIL"])?;
    let mut expected = vec!["SPE", "GIF-PIL"];
    expected.extend(
        before
            .iter()
            .filter(|name| !["SPE", "GIF-PIL"].contains(*name)),
    );
    assert_eq!(all(), expected);
    formats().sort(&["-PIL"])?;
    let (pil, rest): (Vec<&str>, Vec<&str>) =
        before.iter().partition(|name| name.ends_with("-PIL"));
    assert_eq!(all(), [pil, rest].concat());
    Ok(())
}

// checklist: B-073, F-025, F-128
#[test]
fn the_default_order_comes_back_whole() -> imageio::Result<()> {
    let _alone = alone();
    let (before, png) = (all(), candidates(".png"));
    assert_eq!(before[0], "pillow");
    formats().sort(&["-PIL", "SPE"])?;
    assert_ne!(all(), before);
    formats().sort(&[])?;
    assert_eq!((all(), candidates(".png")), (before, png));
    Ok(())
}

// checklist: B-074
#[test]
fn those_of_one_end_keep_their_order() -> imageio::Result<()> {
    let _alone = alone();
    let before: Vec<_> = all()
        .into_iter()
        .filter(|name| name.ends_with("-PIL"))
        .collect();
    formats().sort(&["-PIL"])?;
    assert!(before.len() > 3);
    assert_eq!(all()[..before.len()], before);
    Ok(())
}

// checklist: B-075
#[test]
fn names_in_lower_case_never_move() -> imageio::Result<()> {
    let _alone = alone();
    formats().sort(&["SPE"])?;
    let before = all();
    formats().sort(&["SPE", "pillow"])?;
    assert_eq!(all(), before);
    formats().sort(&["-PIL", "pillow"])?;
    assert_eq!(candidates(".gif"), ["GIF-PIL", "pillow"]);
    Ok(())
}
