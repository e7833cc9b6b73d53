//! Reads the book as mdBook does: its chapters in order, and in each chapter
//! the fences with their place in the source and their text on the page.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::{Book as Pages, BookItem, Chapter as Page};
use mdbook_driver::builtin_preprocessors::LinkPreprocessor;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use xtask::Problem;

/// The chapters in reading order.
#[derive(Debug)]
pub struct Book {
    /// The folder of `book.toml`.
    pub root: PathBuf,
    /// The folder of the pages, relative to the root.
    pub source: PathBuf,
    /// Every page that `SUMMARY.md` names.
    pub chapters: Vec<Chapter>,
}

/// A page of the book.
#[derive(Debug)]
pub struct Chapter {
    /// The page's name: its number, if it has one, and its file's stem.
    pub name: String,
    /// The page's file, relative to the root: `src/data.md`.
    pub file: String,
    /// The page as it is written.
    pub text: String,
    /// Its fences, from top to bottom.
    pub fences: Vec<Fence>,
}

/// A fenced block of a page.
#[derive(Debug)]
pub struct Fence {
    /// The line of the page on which the fence opens, counted from 1.
    pub line: usize,
    /// The words after the opening backticks.
    pub info: String,
    /// What stands between the fences, as it is written.
    pub body: String,
    /// What stands between them on the page: includes are done.
    pub text: String,
    /// What the fence is for.
    pub kind: Kind,
}

/// What a fence is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A part of the library.
    Listing {
        /// The file below `code/src`, without `.rs`: `data`, `fast/adam`.
        file: String,
        /// The anchor that names the part.
        anchor: String,
    },
    /// A program of `code/examples`, or a part of it; what it has from the
    /// module of the same name in `lab/src` is a part of it, too.
    Example {
        /// The program's name.
        name: String,
        /// The anchor that names the part; the whole program has none.
        part: Option<String>,
    },
    /// A task of `code/exercises`, or what solves it.
    Exercise {
        /// The exercise's name.
        name: String,
        /// Whether this is the solution.
        solved: bool,
    },
    /// Rust written on the page itself.
    Snippet,
    /// A program written on the page that the compiler refuses.
    Refused,
    /// Anything else.
    Other,
}

impl Chapter {
    /// Whether the page is a chapter, not the welcome or an appendix.
    pub fn is_numbered(&self) -> bool {
        self.name.starts_with("ch")
    }

    /// A problem on a line of this page.
    pub fn problem(&self, line: usize, message: impl Into<String>) -> Problem {
        let file = self.file.clone();
        Problem { file, line, message: message.into() }
    }
}

impl Fence {
    /// The language, the first word after the backticks.
    pub fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap_or("")
    }
}

/// Reads the book whose `book.toml` stands in `root`.
///
/// # Errors
///
/// mdBook cannot load it.
pub fn read(root: &Path) -> Result<Book> {
    let book = xtask::load_unchecked(root)?;
    let source = book.config.book.src.clone();
    let pages = book.book.chapters();
    let chapters = pages.map(|page| chapter(&book, page));
    Ok(Book {
        root: root.to_owned(),
        chapters: chapters.collect::<Result<_>>()?,
        source,
    })
}

fn chapter(book: &MDBook, page: &Page) -> Result<Chapter> {
    let path = page.source_path.as_ref().context("a page without a file")?;
    let stem = path
        .with_extension("")
        .to_string_lossy()
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let number = page.number.as_ref().map(|number| {
        number.iter().fold("ch".to_owned(), |name, n| format!("{name}{n:02}_"))
    });
    let mut fences = fences(&page.content);
    expand(book, path, &mut fences)?;
    let file = book.config.book.src.join(path);
    Ok(Chapter {
        name: number.unwrap_or_default() + &stem,
        file: file.to_string_lossy().replace('\\', "/"),
        text: page.content.clone(),
        fences,
    })
}

/// The fences of a page, not yet expanded.
fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                inside = true;
                fences.push(Fence {
                    line: line_of(text, range.start),
                    info: info.trim().to_owned(),
                    body: String::new(),
                    text: String::new(),
                    kind: Kind::Other,
                });
            }
            Event::Text(part) if inside => {
                if let Some(fence) = fences.last_mut() {
                    fence.body.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    for fence in &mut fences {
        fence.kind = kind(fence);
    }
    fences
}

/// The line, counted from 1, of a place in a text.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn kind(fence: &Fence) -> Kind {
    if fence.language() != "rust" {
        return Kind::Other;
    }
    let Some(path) = included(&fence.body) else {
        let refused = fence.info == "rust,compile_fail";
        return if refused { Kind::Refused } else { Kind::Snippet };
    };
    let path = path.strip_prefix("../").unwrap_or_default();
    let (file, part) = path.split_once(':').unwrap_or((path, ""));
    let Some(file) = file.strip_suffix(".rs") else {
        return Kind::Other;
    };
    if let Some(file) = file.strip_prefix("code/src/")
        && !part.is_empty()
    {
        return Kind::Listing { file: file.into(), anchor: part.into() };
    }
    let (folder, name) = file.rsplit_once('/').unwrap_or_default();
    let name = name.to_owned();
    match (folder, part) {
        ("code/examples", part) => {
            let part = Some(part.to_owned()).filter(|part| !part.is_empty());
            Kind::Example { name, part }
        }
        ("lab/src", part) if !part.is_empty() => {
            Kind::Example { name, part: Some(part.to_owned()) }
        }
        ("code/exercises", "task") => Kind::Exercise { name, solved: false },
        ("code/exercises/solutions", "") => {
            Kind::Exercise { name, solved: true }
        }
        _ => Kind::Other,
    }
}

/// The path that a fence includes, if it does nothing else.
pub fn included(body: &str) -> Option<&str> {
    let path = body.trim().strip_prefix("{{#include ")?.strip_suffix("}}")?;
    (!path.contains(char::is_whitespace)).then_some(path)
}

/// The Rust files of a folder: name, relative to the root, and text.
///
/// # Errors
///
/// The folder or a file of it cannot be read.
pub fn rust_files(root: &Path, folder: &str) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).context(folder.to_owned())? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("rs")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files
                .push((format!("{folder}/{name}"), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

/// The Rust files of a folder and of those below it, as [`rust_files`].
///
/// # Errors
///
/// A folder or a file cannot be read.
pub fn rust_files_below(
    root: &Path,
    folder: &str,
) -> Result<Vec<(String, String)>> {
    let mut files = rust_files(root, folder)?;
    for entry in fs::read_dir(root.join(folder)).context(folder.to_owned())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let name = entry.file_name();
            let below = format!("{folder}/{}", name.to_string_lossy());
            files.extend(rust_files_below(root, &below)?);
        }
    }
    files.sort();
    Ok(files)
}

/// Lets mdBook do the includes of each fence.
fn expand(book: &MDBook, path: &Path, fences: &mut [Fence]) -> Result<()> {
    let page = |fence: &Fence| {
        Page::new("", fence.body.clone(), path.to_owned(), Vec::new())
    };
    let pages = fences.iter().map(page).map(BookItem::Chapter).collect();
    let (root, config) = (book.root.clone(), book.config.clone());
    let context = PreprocessorContext::new(root, config, "html".to_owned());
    let pages = Pages::new_with_items(pages);
    let pages = LinkPreprocessor::new().run(&context, pages)?;
    for (fence, page) in fences.iter_mut().zip(pages.chapters()) {
        fence.text.clone_from(&page.content);
    }
    Ok(())
}
