//! How much is gathered.

use imageio::ErrorKind;
use imageio::v2::{self, MemTest, ReadArgs};

use crate::samples::{animation, refused};

// checklist: B-021, F-125
#[test]
fn what_is_false_is_no_limit_and_true_is_the_default() -> imageio::Result<()> {
    for unlimited in [
        MemTest::from(false),
        MemTest::from(None::<i32>),
        MemTest::from(0),
        MemTest::from(""),
    ] {
        assert_eq!(unlimited.bytes()?, None);
        assert_eq!(
            v2::mimread_with(animation(), ReadArgs::new().memtest(unlimited))?.len(),
            4
        );
    }
    for enough in [
        MemTest::from(true),
        MemTest::from(10_000_000),
        MemTest::from(1e7),
        MemTest::from("256MB"),
    ] {
        assert_eq!(
            v2::mimread_with(animation(), ReadArgs::new().memtest(enough))?.len(),
            4
        );
    }
    assert_eq!(MemTest::from(2.5).bytes()?, Some(2.5));
    Ok(())
}

// checklist: B-022, B-023, B-024, G-030, F-103
#[test]
fn texts_are_numbers_with_units() -> imageio::Result<()> {
    let table = [
        ("1", 1.0),
        ("8B", 8.0),
        ("1MB", 1e6),
        ("1M", 1e6),
        ("1GiB", 1024f64.powi(3)),
        ("1.5TB", 1.5e12),
        ("1kB", 1000.0),
        ("1. MB", 1e6),
        ("2k", 2000.0),
        ("3G", 3e9),
        ("3T", 3e12),
        ("3P", 3e15),
        ("3E", 3e18),
        ("3Z", 3e21),
        ("3Y", 3e24),
        ("3Ki", 3072.0),
        ("3Mi", 3.0 * 1024f64.powi(2)),
        ("3Ti", 3.0 * 1024f64.powi(4)),
        ("3Pi", 3.0 * 1024f64.powi(5)),
        ("3Ei", 3.0 * 1024f64.powi(6)),
        ("3Zi", 3.0 * 1024f64.powi(7)),
        ("3YiB", 3.0 * 1024f64.powi(8)),
    ];
    for (text, bytes) in table {
        let read = MemTest::from(text).bytes()?.unwrap_or_default();
        assert!((read / bytes - 1.0).abs() < 1e-12, "{text}: {read}");
    }
    Ok(())
}

// checklist: B-025, F-104
#[test]
fn other_texts_are_refused() {
    let wrong = [
        "1mb", "1Giib", "GB", "1.3.2TB", "8b", "1KB", "1kiB", "5i", " 1MB", "1MB ", "1MBB", "-1",
        "1e3",
    ];
    for text in wrong {
        let message = refused(MemTest::from(text).bytes(), ErrorKind::BadOption);
        assert!(message.contains("capitalisation"), "{message}");
        let args = ReadArgs::new().memtest(text);
        refused(v2::mimread_with(animation(), args), ErrorKind::BadOption);
    }
}

// checklist: B-026, B-028, F-105
#[test]
fn reading_stops_past_the_limit() -> imageio::Result<()> {
    let all: usize = v2::mimread(animation())?
        .iter()
        .map(|one| one.nbytes())
        .sum();
    let exact = ReadArgs::new().memtest(all);
    assert_eq!(v2::mimread_with(animation(), exact)?.len(), 4);
    let less = ReadArgs::new().memtest(all - 1);
    let message = refused(
        v2::mimread_with(animation(), less.clone()),
        ErrorKind::LimitExceeded,
    );
    let said = format!("mimread has read over {} B of image data", all - 1);
    assert!(message.contains(&said), "{message}");
    let message = refused(
        v2::mvolread_with(animation(), less),
        ErrorKind::LimitExceeded,
    );
    assert!(message.contains("mvolread has read over"), "{message}");
    Ok(())
}

// checklist: B-027
#[test]
fn zeros_are_alike_and_no_number_is_negative() -> imageio::Result<()> {
    assert_eq!(MemTest::from("0").bytes()?, MemTest::from(0).bytes()?);
    for wrong in [
        MemTest::from(-1),
        MemTest::from(-0.5),
        MemTest::from(f64::NAN),
    ] {
        refused(wrong.bytes(), ErrorKind::BadOption);
    }
    Ok(())
}
