//! The pages as they are written: nothing unfinished, every page in the
//! summary, every fence of a kind that the other checks know.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use xtask::Problem;

use crate::packages;
use crate::reader::{Book, Chapter, Fence, Kind, included};

/// The words that may stand after the opening backticks of a fence.
const FENCES: [&str; 13] = [
    "rust",
    "rust,no_run",
    "rust,compile_fail",
    "text",
    "console",
    "toml",
    "python",
    "json",
    "html",
    "css",
    "javascript",
    "diff",
    "markdown",
];

/// A chapter has at least so many words, code apart.
const WORDS: usize = 300;

/// Words that say that something is missing.
const UNFINISHED: [&str; 4] = ["TODO", "FIXME", "XXX", "TBD"];

/// Checks every page.
///
/// # Errors
///
/// The folder of the pages cannot be read.
pub fn check(book: &Book) -> Result<Vec<Problem>> {
    let mut problems = xtask::problems(&book.root)?;
    for chapter in &book.chapters {
        problems.extend(unfinished(chapter));
        problems.extend(too_short(chapter));
        problems.extend(unshown_refusals(chapter));
        for fence in &chapter.fences {
            let message = fence_problem(&book.root, fence);
            problems.extend(
                message.map(|message| chapter.problem(fence.line, message)),
            );
        }
    }
    unlisted(book, &book.source, &mut problems)?;
    problems.sort();
    problems.dedup();
    Ok(problems)
}

fn unfinished(chapter: &Chapter) -> impl Iterator<Item = Problem> {
    (1..).zip(chapter.text.lines()).flat_map(move |(line, text)| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words = words.filter(|word| UNFINISHED.contains(word));
        words.map(move |word| chapter.problem(line, format!("a `{word}`")))
    })
}

fn too_short(chapter: &Chapter) -> Option<Problem> {
    if !chapter.is_numbered() {
        return None;
    }
    let mut inside_code = false;
    let mut words = 0;
    for event in Parser::new(&chapter.text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => inside_code = true,
            Event::End(TagEnd::CodeBlock) => inside_code = false,
            Event::Text(text) if !inside_code => {
                words += text.split_whitespace().count();
            }
            _ => {}
        }
    }
    let message = format!("only {words} words: a chapter has {WORDS} or more");
    (words < WORDS).then(|| chapter.problem(1, message))
}

/// Programs that must not compile, without the compiler's message below.
fn unshown_refusals(chapter: &Chapter) -> Option<Problem> {
    let is_refused = |fence: &&Fence| fence.kind == Kind::Refused;
    let refused = chapter.fences.iter().filter(is_refused);
    let shown = packages::refused(chapter).len();
    let fence = refused.clone().next_back()?;
    let message = "the compiler's message does not follow";
    (refused.count() != shown).then(|| chapter.problem(fence.line, message))
}

fn fence_problem(root: &Path, fence: &Fence) -> Option<String> {
    let Fence { info, body, .. } = fence;
    if !FENCES.contains(&info.as_str()) {
        return Some(format!("no check knows fences of the kind `{info}`"));
    }
    let Some(path) = included(body) else {
        let mixed = body.contains("{{#") && !body.contains("\\{{#");
        return mixed.then(|| "an include stands alone in its fence".into());
    };
    let is_ours = ["../code/", "../lab/"].iter().any(|it| path.starts_with(it));
    let is_rust = is_ours && path.contains(".rs");
    match (&fence.kind, info.as_str()) {
        (Kind::Listing { .. }, "rust")
        | (Kind::Example { .. } | Kind::Exercise { .. }, "rust,no_run") => None,
        (Kind::Listing { .. }, _) => Some("a listing is ```rust".to_owned()),
        (Kind::Example { .. }, _) => {
            Some("an example is ```rust,no_run".to_owned())
        }
        (Kind::Exercise { .. }, _) => {
            Some("an exercise is ```rust,no_run".to_owned())
        }
        _ if is_rust => Some(format!(
            "`{path}` is neither a listing (`../code/src/FILE.rs:ANCHOR`) nor \
             an example (`../code/examples/NAME.rs`) nor an experiment \
             (`../lab/src/NAME.rs:PART`) nor an exercise"
        )),
        _ => path.strip_prefix("../tests/snapshots/").and_then(|rest| {
            snapshot_problem(root, path, rest.split_once(':'))
        }),
    }
}

/// An output is the snapshot without its header, which is three lines long.
fn snapshot_problem(
    root: &Path,
    path: &str,
    parts: Option<(&str, &str)>,
) -> Option<String> {
    let Some((name, "4:")) = parts else {
        return Some(format!("`{path}` does not end in `:4:`"));
    };
    let file = root.join("tests/snapshots").join(name);
    let text = fs::read_to_string(file).ok()?;
    let header: Vec<&str> = text.lines().take(3).collect();
    (!matches!(header[..], ["---", _, "---"]))
        .then(|| format!("the header of `{name}` is not three lines long"))
}

/// Pages that `SUMMARY.md` does not name.
fn unlisted(
    book: &Book,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let entries = fs::read_dir(book.root.join(folder));
    for entry in entries.with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            unlisted(book, &path, problems)?;
            continue;
        }
        let file = path.to_string_lossy().replace('\\', "/");
        let known = book.chapters.iter().any(|chapter| chapter.file == file);
        let is_page = path.extension() == Some(OsStr::new("md"));
        if is_page && !file.ends_with("SUMMARY.md") && !known {
            let message = "SUMMARY.md does not name this page".to_owned();
            problems.push(Problem { file, line: 1, message });
        }
    }
    Ok(())
}
