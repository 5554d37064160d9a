//! What the figures of a workload are held against.

use super::Figure;
use super::workloads::{Memory, Workload};

/// What a decoder of an uncompressed format may hold beside its output.
const MEMORY_MARGIN: f64 = 16.0;

/// Each target of the workload, whether it is met, and how it reads.
pub(super) fn targets(workload: &Workload, figures: &[Figure]) -> Vec<(bool, String)> {
    [
        time(workload, figures),
        size(workload, figures),
        quality(workload, figures),
        nanoseconds(workload, figures),
        memory(workload, figures),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn time(workload: &Workload, figures: &[Figure]) -> Option<(bool, String)> {
    let (peers, most) = workload.at_most?;
    if workload.by_clock {
        let said = "time on the clock";
        return Some(share(figures, peers, most, |figure| figure.wall_ns, said));
    }
    let said = "processor time";
    Some(share(figures, peers, most, |figure| figure.cpu_ns, said))
}

fn size(workload: &Workload, figures: &[Figure]) -> Option<(bool, String)> {
    let (peers, most) = workload.size?;
    Some(share(figures, peers, most, |figure| figure.size, "size"))
}

/// Our figure over the least of the peers'. A peer that failed leaves the target unmet.
fn share(
    figures: &[Figure],
    peers: &[&str],
    most: f64,
    column: fn(&Figure) -> Option<f64>,
    said: &str,
) -> (bool, String) {
    let of = |lib: &str| figures.iter().find(|f| f.lib == lib).and_then(column);
    let all: Option<Vec<f64>> = peers.iter().map(|peer| of(peer)).collect();
    let least = all.and_then(|all| all.into_iter().reduce(f64::min));
    let ratio = of("ours").zip(least).map(|(ours, theirs)| ours / theirs);
    let value = ratio.map_or("not measured".to_owned(), |r| format!("{r:.3}"));
    let peers = peers.join(" and ");
    (
        ratio.is_some_and(|ratio| ratio <= most),
        format!("{value} of the least {said} of {peers}, target {most:.3}"),
    )
}

fn quality(workload: &Workload, figures: &[Figure]) -> Option<(bool, String)> {
    let peer = workload.quality?;
    let of = |lib: &str| figures.iter().find(|f| f.lib == lib).and_then(|f| f.psnr);
    let (ours, theirs) = (of("ours"), of(peer));
    Some((
        ours.zip(theirs)
            .is_some_and(|(ours, theirs)| ours >= theirs),
        format!("{ours:.2?} dB, target {theirs:.2?} of {peer}"),
    ))
}

fn nanoseconds(workload: &Workload, figures: &[Figure]) -> Option<(bool, String)> {
    let most = workload.most_ns?;
    let ns = figures.first().and_then(|f| f.cpu_ns);
    let said = ns.map_or("not measured".to_owned(), |ns| format!("{ns:.0} ns"));
    Some((
        ns.is_some_and(|ns| ns <= most),
        format!("{said}, target {most} ns"),
    ))
}

fn memory(workload: &Workload, figures: &[Figure]) -> Option<(bool, String)> {
    if workload.memory != Memory::Tight {
        return None;
    }
    let ours = figures.first().and_then(|f| f.memory);
    let extra = ours.map(|(peak, output)| peak - output);
    let said = extra.map_or("not measured".to_owned(), |mib| format!("{mib:.1} MiB"));
    Some((
        extra.is_some_and(|mib| mib <= MEMORY_MARGIN),
        format!("{said} beyond the result, target {MEMORY_MARGIN} MiB"),
    ))
}
