//! What damaged input must not do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::reading::exercise;
use super::{Report, Sample, open};
use crate::error::{ErrorKind, Result};
use crate::info::PluginInfo;
use crate::limits::Limits;
use crate::request::Request;

/// Lengths that a sample is cut to, and copies with flipped bits, of each.
const DAMAGES: usize = 48;

/// What one damaged input may take. The wall clock of a busy machine is generous.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one damaged input may allocate.
const BUDGET: u64 = 64 << 20;

/// Bytes of no format are declined, so that the search goes on.
pub(super) fn refuses_garbage(card: &'static PluginInfo, report: &mut Report) {
    if !card.can_read() {
        return;
    }
    let mut random = Random(0x9e37_79b9);
    let noise: Vec<u8> = (0..5000).map(|_| random.next() as u8).collect();
    let extension = card.readable().first().copied().unwrap_or(".bin");
    for (what, bytes) in [
        ("nothing", vec![]),
        ("one byte", vec![7]),
        ("noise", noise),
        ("zeros", vec![0; 5000]),
    ] {
        let opened = open(card, Request::from(bytes), extension);
        report.expect_error(
            opened,
            &[ErrorKind::NotThisFormat],
            &format!("opening {what}"),
        );
    }
}

/// A sample cut short or with flipped bits ends in images or an error: no panic, no hang, inside the budget.
pub(super) fn survives_damage(card: &'static PluginInfo, sample: &Sample, report: &mut Report) {
    let mut random = Random(sample.bytes.len() as u64 + 1);
    let len = sample.bytes.len();
    for step in 0..DAMAGES {
        // Cuts crowd where headers are.
        let cut = if step % 2 == 0 {
            step / 2
        } else {
            len * step / DAMAGES
        };
        try_damaged(
            card,
            sample,
            sample.bytes[..cut.min(len)].to_vec(),
            &format!("cut to {cut} bytes"),
            report,
        );
        let mut flipped = sample.bytes.clone();
        let flips = 1 + random.next() as usize % 4;
        for _ in 0..flips {
            let span = if random.next().is_multiple_of(2) {
                len.min(512)
            } else {
                len
            };
            if let Some(byte) = flipped.get_mut(random.next() as usize % span.max(1)) {
                *byte ^= 1 << (random.next() % 8);
            }
        }
        try_damaged(
            card,
            sample,
            flipped,
            &format!("with flipped bits, round {step}"),
            report,
        );
    }
}

fn try_damaged(
    card: &'static PluginInfo,
    sample: &Sample,
    bytes: Vec<u8>,
    what: &str,
    report: &mut Report,
) {
    report.mutations += 1;
    let start = Instant::now();
    let request = Request::from(bytes).with_limits(Limits::new().bytes(BUDGET));
    let outcome: std::thread::Result<Result<usize>> = catch_unwind(AssertUnwindSafe(|| {
        exercise(card, request, &sample.extension)
    }));
    report.expect(outcome.is_ok(), || {
        format!("a {} sample {what}: panic", sample.extension)
    });
    let took = start.elapsed();
    report.expect(took < PATIENCE, || {
        format!("a {} sample {what}: took {took:?}", sample.extension)
    });
}

/// Marsaglia's xorshift, so that every run damages alike.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
