//! The exercises: each has a task on a page, a test that fails with the stub,
//! and a solution in the appendix with which it passes.

use std::collections::BTreeSet;

use anyhow::Result;
use xtask::{Problem, declared};

use crate::reader::{Book, Chapter, Fence, Kind};
use crate::tasks::{Exercise, exercises};

/// The exercises that a page shows, or the solutions: name and fence.
pub fn exercises_of(
    chapter: &Chapter,
    solved: bool,
) -> impl Iterator<Item = (&str, &Fence)> {
    chapter.fences.iter().filter_map(move |fence| match &fence.kind {
        Kind::Exercise { name, solved: it } if *it == solved => {
            Some((name.as_str(), fence))
        }
        _ => None,
    })
}

/// Exercises that no page shows, or two; solutions likewise; those that use a
/// module of a later chapter.
///
/// # Errors
///
/// An exercise cannot be read.
pub fn check(book: &Book) -> Result<Vec<Problem>> {
    let exercises = exercises(&book.root)?;
    let mut problems = Vec::new();
    let mut modules = BTreeSet::new();
    let mut shown = [BTreeSet::new(), BTreeSet::new()];
    for chapter in &book.chapters {
        for fence in &chapter.fences {
            if let Kind::Listing { file, .. } = &fence.kind {
                let lines = fence.text.lines();
                modules.extend(lines.filter_map(|line| declared(file, line)));
            }
        }
        for solved in [false, true] {
            for (name, fence) in exercises_of(chapter, solved) {
                if !shown[usize::from(solved)].insert(name) {
                    let message = format!("`{name}` is shown a second time");
                    problems.push(chapter.problem(fence.line, message));
                }
                let used = uses(&fence.text);
                for module in used.filter(|used| !modules.contains(*used)) {
                    let message = format!("`{name}` uses the later `{module}`");
                    problems.push(chapter.problem(fence.line, message));
                }
            }
        }
    }
    for Exercise { name, .. } in &exercises {
        for (folder, shown) in ["", "solutions/"].into_iter().zip(&shown) {
            if !shown.contains(name.as_str()) {
                let file = format!("code/exercises/{folder}{name}.rs");
                let message = "no page shows this exercise".to_owned();
                problems.push(Problem { file, line: 1, message });
            }
        }
    }
    Ok(problems)
}

/// The modules of the library that a text names.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.split("microgpt::").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        (end > 0).then_some(&rest[..end])
    })
}
