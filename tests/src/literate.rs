//! The literate rules: the listings of each file, in reading order, are that
//! file, whole and in order, and each listing holds whole items.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use anyhow::Result;
use xtask::{Problem, declared};

use crate::follow::commands;
use crate::reader::{
    Book, Chapter, Fence, Kind, included, rust_files, rust_files_below,
};

/// How many lines of a file the book shows; blank lines and anchors apart.
#[derive(Debug)]
pub struct Coverage {
    file: String,
    shown: usize,
    of: usize,
}

impl Coverage {
    /// One line for all files.
    pub fn total(files: &[Self]) -> String {
        let shown: usize = files.iter().map(|file| file.shown).sum();
        let of: usize = files.iter().map(|file| file.of).sum();
        let percent = 100 * shown / of.max(1);
        let files = files.len();
        format!("the book shows {percent} % of {of} lines in {files} files")
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} of {} lines", self.file, self.shown, self.of)
    }
}

/// Checks the rules; also says how much of each file the book shows.
///
/// # Errors
///
/// A file of `code/` cannot be read.
pub fn check(book: &Book) -> Result<(Vec<Problem>, Vec<Coverage>)> {
    let mut problems = Vec::new();
    let mut coverage = Vec::new();
    for (file, text) in rust_files_below(&book.root, "code/src")? {
        let listings = listings(book, &file);
        problems.extend(anchor_problems(&file, &text, &listings));
        let (shown, problem) = compare(&file, &text, &listings);
        problems.extend(problem);
        coverage.push(shown);
    }
    for (file, text) in rust_files(&book.root, "code/examples")? {
        let experiment = file.replacen("code/examples", "lab/src", 1);
        let mut files = Vec::new();
        if let Ok(known) = fs::read_to_string(book.root.join(&experiment)) {
            problems.extend(head_problem(&file, &text));
            files.push((file, below_head(&text)));
            files.push((experiment, known));
        } else if !listings(book, &file).is_empty() {
            files.push((file, text));
        }
        for (file, text) in files {
            let parts = listings(book, &file);
            problems.extend(anchor_problems(&file, &text, &parts));
            problems.extend(compare(&file, &text, &parts).1);
        }
    }
    problems.extend(item_problems(book));
    problems.extend(example_problems(book)?);
    problems.extend(declaration_problems(book));
    problems.sort();
    Ok((problems, coverage))
}

/// A listing and the page it stands on.
struct Listing<'a> {
    chapter: &'a Chapter,
    fence: &'a Fence,
    anchor: &'a str,
}

/// The lines above the first anchor of an example. Where a module of `lab/` is
/// shown as a part of the example, they import what the reader has there.
fn head(text: &str) -> &str {
    text.find("// ANCHOR:").map_or(text, |end| &text[..end])
}

/// The rest of such an example, with its lines where they were.
fn below_head(text: &str) -> String {
    let head = head(text);
    "\n".repeat(head.matches('\n').count()) + &text[head.len()..]
}

/// A head that has more than imports: no page would show it.
fn head_problem(file: &str, text: &str) -> Option<Problem> {
    let head = syn::parse_file(head(text));
    let is_import = |item: &syn::Item| matches!(item, syn::Item::Use(_));
    if head.is_ok_and(|head| head.items.iter().all(is_import)) {
        return None;
    }
    let message = "above its first anchor it has more than imports".to_owned();
    Some(Problem { file: file.to_owned(), line: 1, message })
}

/// The listings of a file, in reading order.
fn listings<'a>(book: &'a Book, path: &str) -> Vec<Listing<'a>> {
    let mut listings = Vec::new();
    for chapter in &book.chapters {
        for fence in &chapter.fences {
            let (Kind::Listing { .. } | Kind::Example { .. }) = &fence.kind
            else {
                continue;
            };
            let shown = included(&fence.body).unwrap_or_default();
            let shown = shown.trim_start_matches("../");
            let (file, anchor) =
                shown.split_once(':').unwrap_or((shown, "all of it"));
            if path == file {
                listings.push(Listing { chapter, fence, anchor });
            }
        }
    }
    listings
}

/// Anchors that do not pair up, or are not shown exactly once.
fn anchor_problems(
    file: &str,
    text: &str,
    listings: &[Listing],
) -> Vec<Problem> {
    let problem =
        |line, message| Problem { file: file.to_owned(), line, message };
    let mut problems = Vec::new();
    let mut starts = BTreeMap::new();
    let mut open = None;
    for (line, text) in (1..).zip(text.lines()) {
        if let Some(name) = anchor(text, "ANCHOR:") {
            if let Some(outer) = open.replace(name) {
                let message = format!("`{name}` starts inside `{outer}`");
                problems.push(problem(line, message));
            }
            if starts.insert(name, line).is_some() {
                let message = format!("a second anchor named `{name}`");
                problems.push(problem(line, message));
            }
        }
        if let Some(name) = anchor(text, "ANCHOR_END:")
            && open.take() != Some(name)
        {
            let message = format!("`{name}` ends, but is not open");
            problems.push(problem(line, message));
        }
    }
    if let Some(name) = open {
        problems.push(problem(starts[name], format!("`{name}` has no end")));
    }
    for (name, line) in starts {
        let uses = listings.iter().filter(|listing| listing.anchor == name);
        if uses.clone().count() == 0 {
            let message = format!("no page shows the anchor `{name}`");
            problems.push(problem(line, message));
        }
        problems.extend(uses.skip(1).map(|again| {
            let message = format!("`{name}` of {file} is shown a second time");
            again.chapter.problem(again.fence.line, message)
        }));
    }
    problems
}

/// The name of the anchor that a line starts or ends.
fn anchor<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    Some(line.trim().strip_prefix("// ")?.strip_prefix(word)?.trim())
}

/// Goes through a file and its listings side by side, up to the first line
/// that differs.
fn compare(
    file: &str,
    text: &str,
    listings: &[Listing],
) -> (Coverage, Option<Problem>) {
    let is_code = |line: &str| {
        !line.trim().is_empty()
            && anchor(line, "ANCHOR:").is_none()
            && anchor(line, "ANCHOR_END:").is_none()
    };
    let source: Vec<(usize, &str)> =
        (1..).zip(text.lines()).filter(|(_, line)| is_code(line)).collect();
    let pages: Vec<(&Listing, &str)> = listings
        .iter()
        .flat_map(|listing| {
            listing.fence.text.lines().map(move |line| (listing, line))
        })
        .filter(|(_, line)| is_code(line))
        .collect();
    let same = source.iter().zip(&pages).take_while(|(a, b)| a.1 == b.1);
    let shown = same.count();
    let problem = match (source.get(shown), pages.get(shown)) {
        (Some((line, code)), Some((listing, other))) => {
            Some(listing.chapter.problem(
                listing.fence.line,
                format!(
                    "the listing `{}` is out of order: {file}:{line} goes on \
                 with `{}`, the page with `{}`",
                    listing.anchor,
                    code.trim(),
                    other.trim()
                ),
            ))
        }
        (Some((line, code)), None) => Some(Problem {
            file: file.to_owned(),
            line: *line,
            message: format!("no page shows `{}`", code.trim()),
        }),
        (None, Some((listing, other))) => Some(listing.chapter.problem(
            listing.fence.line,
            format!("`{}` comes after the end of {file}", other.trim()),
        )),
        (None, None) => None,
    };
    let file = file.to_owned();
    (Coverage { file, shown, of: source.len() }, problem)
}

/// Listings that are not whole items.
fn item_problems(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for chapter in &book.chapters {
        for fence in &chapter.fences {
            let (file, anchor) = match &fence.kind {
                Kind::Listing { file, anchor } => (file, anchor),
                Kind::Example { name, part: Some(part) } => (name, part),
                _ => continue,
            };
            if let Err(error) = syn::parse_file(&fence.text) {
                let message = format!(
                    "`{anchor}` of {file}.rs is not whole items: {error}"
                );
                problems.push(chapter.problem(fence.line, message));
            }
        }
    }
    problems
}

/// The reader's whole program: its chapter also has an example of its own.
const WHOLE: &str = "microgpt";

/// Chapters with listings but no example, with two of them, or without what
/// the example prints; examples that no page shows, or two.
fn example_problems(book: &Book) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut shown = Vec::new();
    for chapter in &book.chapters {
        let (first_listing, examples) = examples(chapter);
        if let (Some(line), []) = (first_listing, &examples[..]) {
            let message = "the chapter has listings, but no example";
            problems.push(chapter.problem(line, message));
        }
        let own = examples.iter().filter(|(name, _)| *name != WHOLE);
        for (name, line) in own.skip(1) {
            let message = format!("`{name}` is a second example");
            problems.push(chapter.problem(*line, message));
        }
        for (name, line) in examples {
            let file = format!("code/examples/{name}.rs");
            if shown.contains(&file) {
                let message = format!("{file} is shown a second time");
                problems.push(chapter.problem(line, message));
            }
            shown.push(file);
            let output = format!("../tests/snapshots/example_{name}.snap:4:");
            let mut fences = chapter.fences.iter();
            if !fences.any(|fence| included(&fence.body) == Some(&output)) {
                let message = format!("no {{{{#include {output}}}}} follows");
                problems.push(chapter.problem(line, message));
            }
            let snapshot = format!("example_{name}");
            let mut commands = commands(chapter);
            if !commands.any(|(line, shown)| {
                shown == snapshot && line.starts_with("cargo run ")
            }) {
                let message = "no `$ cargo run` comes before its output";
                problems.push(chapter.problem(line, message));
            }
        }
    }
    for (file, _) in rust_files(&book.root, "code/examples")? {
        if !shown.contains(&file) {
            let message = "no page shows this example".to_owned();
            problems.push(Problem { file, line: 1, message });
        }
    }
    Ok(problems)
}

/// The line of a chapter's first listing of the library, and its examples,
/// each with the line of its first part.
fn examples(chapter: &Chapter) -> (Option<usize>, Vec<(&str, usize)>) {
    let mut first_listing = None;
    let mut examples: Vec<(&str, usize)> = Vec::new();
    for fence in &chapter.fences {
        match &fence.kind {
            Kind::Example { name, part } => {
                let known = examples.iter().any(|(known, _)| known == name);
                if part.is_none() || !known {
                    examples.push((name, fence.line));
                }
            }
            Kind::Listing { .. } => {
                first_listing.get_or_insert(fence.line);
            }
            _ => {}
        }
    }
    (first_listing, examples)
}

/// Modules that are declared in another chapter than their first listing, or
/// before it: then the reader's package would not build in between.
fn declaration_problems(book: &Book) -> Vec<Problem> {
    type Place<'a> = Option<(&'a Chapter, usize)>;
    let mut places: BTreeMap<String, (Place, Place)> = BTreeMap::new();
    for chapter in &book.chapters {
        for fence in &chapter.fences {
            let Kind::Listing { file, .. } = &fence.kind else { continue };
            let here = Some((chapter, fence.line));
            for line in fence.text.lines() {
                if let Some(module) = declared(file, line) {
                    places.entry(module).or_default().0 = here;
                }
            }
            if file != "lib" {
                let first = &mut places.entry(file.clone()).or_default().1;
                *first = first.or(here);
            }
        }
    }
    let problem = |(name, place): (String, (Place, Place))| match place {
        (Some((a, declares)), Some((b, shows))) if a.file == b.file => {
            (declares < shows).then(|| {
                let message =
                    format!("`{name}` is declared before its first listing");
                a.problem(declares, message)
            })
        }
        (Some((a, _)), Some((b, line))) => {
            let message = format!("`{name}` is declared in {}", a.file);
            Some(b.problem(line, message))
        }
        (None, Some((b, line))) => {
            Some(b.problem(line, format!("no listing declares `{name}`")))
        }
        (Some((a, line)), None) => {
            Some(a.problem(line, format!("no listing of `{name}` is shown")))
        }
        (None, None) => None,
    };
    places.into_iter().filter_map(problem).collect()
}
