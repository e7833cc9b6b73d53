//! The tool behind `cargo book`: it builds the book and serves it.
//!
//! mdBook does the work, through its library. This crate adds what the book
//! needs beside it: a preprocessor (recorded values, figures, formulas,
//! captions, terms; see [`Preprocess`]), checks of what mdBook lets pass in
//! silence (see [`problems`]), and a small server that reloads the page.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::book::{BookItem, Chapter};
use mdbook_driver::config::{Config, HtmlConfig};

/// A regular expression that is known to be one.
macro_rules! regex {
    ($name:ident, $pattern:literal) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| {
                regex::Regex::new($pattern).expect("the pattern is a constant")
            });
    };
}
pub(crate) use regex;

mod check;
mod head;
mod materials;
mod maths;
mod module;
mod policy;
mod preprocess;
mod sandbox;
mod serve;
mod site;
mod warnings;
pub mod wasm;

pub use check::{config_problems, include_problems};
pub use head::head;
pub use materials::{
    GLOSSARY, Materials, SOURCE, VALUES, declared, modules, values,
};
pub use maths::mathml;
pub use module::{FILES, is_fresh, is_source};
pub use policy::POLICY;
pub use preprocess::{
    Preprocess, Preprocessor, answer, options, text_problems,
};
pub use sandbox::{Sandbox, build as build_module, record as record_module};
pub use serve::{Options, serve, serve_built};
pub use site::Site;

/// Something wrong in the book, and where: `file:line: message`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as seen from the book's root.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// One sentence that names the offending value.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Finds the book's root: the nearest folder with a `book.toml`, upwards from
/// the current folder, else the folder above this package.
///
/// # Errors
///
/// No folder upwards has a `book.toml`.
pub fn find_root() -> Result<PathBuf> {
    let here =
        std::env::current_dir().context("the current folder cannot be read")?;
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    here.ancestors()
        .chain(package.iter().flat_map(|package| package.ancestors()))
        .find(|folder| folder.join("book.toml").is_file())
        .map(Path::to_path_buf)
        .with_context(|| {
            format!("no book.toml in {} or above it", here.display())
        })
}

/// Loads the book at `root` with our preprocessor in front of mdBook's own,
/// after checking its configuration and its includes.
///
/// # Errors
///
/// The book cannot be read, or a check found a problem; the message lists all
/// of them, one a line.
pub fn load(root: &Path) -> Result<MDBook> {
    none_of(&config_problems(root)?)?;
    let book = load_unchecked(root)?;
    none_of(&include_problems(&book))?;
    // The environment may have set a key that book.toml has not.
    book.config.get::<HtmlConfig>("output.html")?;
    Ok(book)
}

/// Loads the book at `root` like [`load`], but without the checks: for a tool
/// that has to see a book whose snapshots are not recorded yet.
///
/// # Errors
///
/// `book.toml`, `SUMMARY.md` or a chapter cannot be read.
pub fn load_unchecked(root: &Path) -> Result<MDBook> {
    let path = root.join("book.toml");
    let mut config = Config::from_disk(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    // mdBook's own way to set a key from outside, say the site's address.
    config.update_from_env()?;
    // A missing chapter is a mistake, never a file to make up.
    config.build.create_missing = false;
    // Whatever book.toml says of it, ours runs in this process, and first.
    let place = format!("preprocessor.{}", Preprocessor::NAME);
    config.set(format!("{place}.before"), ["links"])?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(Preprocessor);
    Ok(book)
}

/// Renders the book at `root` as HTML, into `destination` or else into the
/// folder that `book.toml` names.
///
/// # Errors
///
/// [`load`] failed, the preprocessor found a problem, mdBook failed, or mdBook
/// logged a warning.
pub fn build(root: &Path, destination: Option<&Path>) -> Result<()> {
    let (result, mut warnings) = warnings::collect(|| {
        let mut book = load(root)?;
        if let Some(destination) = destination {
            book.config.build.build_dir = std::path::absolute(destination)?;
        }
        book.build()
    });
    if let Err(error) = result {
        warnings.insert(0, format!("{error:#}"));
    }
    if !warnings.is_empty() {
        bail!(warnings.join("\n"));
    }
    Ok(())
}

/// Gets the sandboxes of the book at `root` ready, and then builds the book,
/// as [`build`] does.
///
/// # Errors
///
/// `book.toml` cannot be read, the sandboxes don't compile, or [`build`]
/// failed.
pub fn build_all(root: &Path, destination: Option<&Path>) -> Result<Sandbox> {
    let config = Config::from_disk(root.join("book.toml"))?;
    let built = sandbox::sandbox(root, &root.join(&config.book.src))?;
    build(root, destination)?;
    Ok(built)
}

/// Everything that is wrong in the book at `root`: its configuration, its
/// includes, its recorded values and its formulas.
///
/// # Errors
///
/// The book cannot be loaded at all.
pub fn problems(root: &Path) -> Result<Vec<Problem>> {
    let mut found = config_problems(root)?;
    let book = match load_unchecked(root) {
        Err(_) if !found.is_empty() => return Ok(found),
        result => result?,
    };
    found.extend(include_problems(&book));
    found.extend(text_problems(&book)?);
    found.sort();
    Ok(found)
}

/// The book's chapters in reading order, each with its file as seen from the
/// book's root.
fn chapters(book: &MDBook) -> impl Iterator<Item = (String, &Chapter)> {
    book.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => {
            let path = chapter.source_path.as_ref()?;
            Some((shown(&book.config.book.src.join(path)), chapter))
        }
        _ => None,
    })
}

/// A path as the book writes it, with `/` on every system.
fn shown(path: &Path) -> String {
    let parts: Vec<_> =
        path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// The line of the byte `offset` in `text`, counted from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

/// HTML's way to write `character` by its number.
fn reference(character: char) -> String {
    format!("&#{};", u32::from(character))
}

/// An error that lists `problems`, one a line, if there are any.
fn none_of(problems: &[Problem]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
    bail!(lines.join("\n"))
}
