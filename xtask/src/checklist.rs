//! `cargo xtask checklist`: how much of the specification the tests prove.
//!
//! An item is proven by a test that names it in a comment above its `#[test]`: `// checklist: A-014, A-015`.
//! `tests/not-applicable.tsv` lists items that make no sense in Rust, `tests/open.tsv` those not yet proven, each with
//! its reason.

mod passed;
mod tags;

pub(crate) use tags::{Tag, scan};

use crate::args::Args;
use crate::files;
use crate::run::Result;
use crate::workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(crate) const IDS: &str = "tests/checklist-ids.tsv";
pub(crate) const NOT_APPLICABLE: &str = "tests/not-applicable.tsv";
pub(crate) const OPEN: &str = "tests/open.tsv";

pub(crate) fn run(mut args: Args) -> Result {
    let area = args.value("--area")?;
    let list = args.flag("--list");
    let only_passed = args.flag("--run");
    args.finish()?;
    let root = workspace::root();
    let book = Book::load(&root)?;
    let mut tags = scan(&root)?;
    tags.retain(|tag| !tag.ignored);
    if only_passed {
        let passed = passed::tests(&root)?;
        tags.retain(|tag| {
            let holds = passed.holds(tag);
            if !holds {
                println!(
                    "tagged, but not seen to pass: {}:{} {}",
                    tag.file, tag.line, tag.test
                );
            }
            holds
        });
    }
    let tagged: BTreeSet<String> = tags.into_iter().flat_map(|tag| tag.ids).collect();
    let wanted = |item: &&Item| area.as_deref().is_none_or(|area| item.is_in(area));
    let items: Vec<&Item> = book.items.iter().filter(wanted).collect();
    if items.is_empty() {
        return Err(format!("no item in area `{}`", area.unwrap_or_default()));
    }
    println!(
        "{}",
        if only_passed {
            "proven = tagged on a test that passed just now"
        } else {
            "proven = tagged on a test (`--run` counts those that pass)"
        }
    );
    table(&book, &items, &tagged);
    if list {
        rest(&book, &items, &tagged);
    }
    Ok(())
}

/// One fact of the specification.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    section: String,
    tag: String,
}

impl Item {
    /// Whether the item belongs to an area (`A`) or a section (`E.6`).
    fn is_in(&self, area: &str) -> bool {
        self.section.eq_ignore_ascii_case(area)
            || self
                .section
                .split('.')
                .next()
                .is_some_and(|first| first.eq_ignore_ascii_case(area))
    }

    /// The row it is counted in: plugins (area E) one by one, the other areas whole.
    fn row(&self) -> &str {
        if self.section.starts_with('E') {
            &self.section
        } else {
            self.section.get(..1).unwrap_or("")
        }
    }
}

/// The items, and what is written down about those that no test proves.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) items: Vec<Item>,
    pub(crate) not_applicable: BTreeMap<String, String>,
    pub(crate) open: BTreeMap<String, String>,
}

impl Book {
    pub(crate) fn load(root: &Path) -> Result<Self> {
        let mut items = Vec::new();
        for row in files::tsv(root, IDS, "id")? {
            let [id, section, tag] = <[String; 3]>::try_from(row)
                .map_err(|row| format!("{IDS}: `{}` has not three columns", row.join(" ")))?;
            items.push(Item { id, section, tag });
        }
        Ok(Self {
            items,
            not_applicable: reasons(root, NOT_APPLICABLE)?,
            open: reasons(root, OPEN)?,
        })
    }

    fn state(&self, item: &Item, tagged: &BTreeSet<String>) -> State {
        if tagged.contains(&item.id) {
            State::Proven
        } else if self.not_applicable.contains_key(&item.id) {
            State::NotApplicable
        } else if self.open.contains_key(&item.id) {
            State::Open
        } else {
            State::Unlisted
        }
    }
}

fn reasons(root: &Path, path: &str) -> Result<BTreeMap<String, String>> {
    if !root.join(path).exists() {
        return Ok(BTreeMap::new());
    }
    let row = |row: Vec<String>| match <[String; 2]>::try_from(row) {
        Ok([id, reason]) if !reason.trim().is_empty() => Ok((id, reason)),
        Ok([id, _]) => Err(format!("{path}: {id} has no reason")),
        Err(row) => Err(format!(
            "{path}: `{}` is not an id and a reason with a tab between",
            row.join(" ")
        )),
    };
    files::tsv(root, path, "id")?.into_iter().map(row).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Proven,
    NotApplicable,
    Open,
    Unlisted,
}

fn table(book: &Book, items: &[&Item], tagged: &BTreeSet<String>) {
    let mut rows: Vec<(&str, [usize; 4])> = Vec::new();
    let mut total = [0; 4];
    for item in items {
        let state = book.state(item, tagged) as usize;
        if rows.last().is_none_or(|row| row.0 != item.row()) {
            rows.push((item.row(), [0; 4]));
        }
        for counts in rows
            .last_mut()
            .map(|row| &mut row.1)
            .into_iter()
            .chain([&mut total])
        {
            if let Some(count) = counts.get_mut(state) {
                *count += 1;
            }
        }
    }
    println!(
        "{:<6} {:>6} {:>7} {:>15} {:>5} {:>9} {:>8}",
        "area", "items", "proven", "not applicable", "open", "unlisted", "proven %"
    );
    for (name, counts) in rows.into_iter().chain([("total", total)]) {
        let [proven, not_applicable, open, unlisted] = counts;
        let items = proven + not_applicable + open + unlisted;
        let share = 100.0 * proven as f64 / (items - not_applicable).max(1) as f64;
        println!(
            "{name:<6} {items:>6} {proven:>7} {not_applicable:>15} {open:>5} {unlisted:>9} {share:>8.1}"
        );
    }
    println!("proven % is of the items that apply");
}

fn rest(book: &Book, items: &[&Item], tagged: &BTreeSet<String>) {
    for (state, heading) in [
        (State::Open, "open"),
        (State::Unlisted, "neither proven nor listed"),
        (State::NotApplicable, "not applicable"),
    ] {
        println!("\n{heading}:");
        for item in items
            .iter()
            .filter(|item| book.state(item, tagged) == state)
        {
            let reason = book
                .open
                .get(&item.id)
                .or_else(|| book.not_applicable.get(&item.id));
            println!(
                "  {} [{}] {}",
                item.id,
                item.tag,
                reason.map_or("", String::as_str)
            );
        }
    }
}
