//! Progress indicators.

use std::thread::sleep;
use std::time::Duration;

use imageio::v2::{
    BaseProgressIndicator, ProgressStatus, SilentProgressIndicator, StdoutProgressIndicator,
};

fn shown(indicator: &StdoutProgressIndicator<Vec<u8>>) -> String {
    String::from_utf8_lossy(indicator.writer()).into_owned()
}

fn goes_through_its_states(indicator: &mut dyn BaseProgressIndicator) {
    assert_eq!(
        (indicator.status(), indicator.status() as u8),
        (ProgressStatus::Pending, 0)
    );
    indicator.start("copying", "files", 10.0);
    assert_eq!(
        (indicator.status(), indicator.status() as u8),
        (ProgressStatus::Running, 1)
    );
    indicator.set_progress(3.0, false);
    indicator.increase_progress(2.0);
    assert!((indicator.state().progress() - 5.0).abs() < 1e-9);
    indicator.write("a word");
    indicator.finish(Some("done"));
    assert_eq!(
        (indicator.status(), indicator.status() as u8),
        (ProgressStatus::Finished, 2)
    );
    indicator.start("again", "", 0.0);
    indicator.fail("no disk");
    assert_eq!(
        (indicator.status(), indicator.status() as u8),
        (ProgressStatus::Failed, 3)
    );
}

// checklist: B-095, F-098
#[test]
fn both_go_through_their_states_and_one_writes() {
    goes_through_its_states(&mut SilentProgressIndicator::new("test"));
    let mut indicator = StdoutProgressIndicator::to("test", Vec::new());
    goes_through_its_states(&mut indicator);
    let text = shown(&indicator);
    for part in [
        "test: copying 0/10 files (0.0%)",
        "a word",
        "5/10 files (50.0%) done\n",
        "FAIL no disk\n",
    ] {
        assert!(text.contains(part), "{part}: {text:?}");
    }
    assert!(
        !text.contains("3/10"),
        "shown ten times a second at most: {text:?}"
    );
    indicator.start("slow", "files", 10.0);
    sleep(Duration::from_millis(120));
    indicator.set_progress(3.0, false);
    indicator.set_progress(4.0, false);
    indicator.set_progress(6.0, true);
    let text = shown(&indicator);
    assert!(
        text.contains("3/10") && !text.contains("4/10") && text.contains("6/10"),
        "{text:?}"
    );
}

// checklist: B-096
#[test]
fn progress_is_said_by_its_unit() {
    let table = [
        ("%", 0.0, 12.34, "12.3%"),
        ("files", 8.0, 2.0, "2/8 files (25.0%)"),
        ("s", 0.0, 2.5, "2.5 s"),
        ("s", 0.0, 1234.56, "1235 s"),
        ("s", 0.0, 0.012_344, "0.01234 s"),
        ("files", 0.0, 7.0, "7 files"),
    ];
    for (unit, max, progress, text) in table {
        let mut indicator = SilentProgressIndicator::new("");
        indicator.start("", unit, max);
        indicator.set_progress(progress, true);
        assert_eq!(indicator.state().text(), text);
    }
    let mut spinner = StdoutProgressIndicator::to("waiting", Vec::new());
    spinner.start("", "", 0.0);
    spinner.set_progress(0.0, true);
    let text = shown(&spinner);
    assert!(
        text.contains("waiting /") && text.contains("waiting -"),
        "{text:?}"
    );
}
