//! Ids of the specification are spelt as it spells them, and stand in one place each.

use super::Repository;
use crate::checklist::{Book, IDS, NOT_APPLICABLE, OPEN, scan};
use crate::run::Result;
use std::collections::BTreeSet;

pub(super) fn exist(repository: &Repository) -> Result<Vec<String>> {
    let book = Book::load(&repository.root)?;
    let known: BTreeSet<&str> = book.items.iter().map(|item| item.id.as_str()).collect();
    let mut found = Vec::new();
    let mut tagged = BTreeSet::new();
    for tag in scan(&repository.root)? {
        let place = format!("{}:{}", tag.file, tag.line);
        if tag.test.is_empty() {
            found.push(format!(
                "{place}: a checklist comment that stands on no test"
            ));
        }
        for id in tag.ids {
            if !known.contains(id.as_str()) {
                found.push(format!("{place}: no item `{id}` in {IDS}"));
            }
            tagged.insert(id);
        }
    }
    for (path, list) in [(NOT_APPLICABLE, &book.not_applicable), (OPEN, &book.open)] {
        for id in list.keys() {
            if !known.contains(id.as_str()) {
                found.push(format!("{path}: no item `{id}` in {IDS}"));
            }
            if tagged.contains(id) {
                found.push(format!("{path}: {id} is proven by a test; take it out"));
            }
        }
    }
    found.extend(
        book.open
            .keys()
            .filter(|id| book.not_applicable.contains_key(*id))
            .map(|id| format!("{id} is both in {OPEN} and in {NOT_APPLICABLE}")),
    );
    Ok(found)
}
