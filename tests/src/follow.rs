//! Follows the book as its reader does: types each listing where it's shown,
//! and runs each console line for real.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use xtask::Problem;

use crate::packages::{EVERYTHING, snapshot, write_if_changed};
use crate::programs::Shown;
use crate::reader::{Book, Chapter, Fence, Kind};

/// The reader's package, as the book has it made.
const PACKAGE: &str = "microgpt";

/// How a book is followed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way {
    /// Whether the package is compiled after each listing, too.
    pub each_listing: bool,
    /// Whether cargo may only use what this machine already has.
    pub offline: bool,
}

/// What a console line printed where the page shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Printed {
    /// The name of the snapshot that the page shows.
    pub snapshot: String,
    /// The output.
    pub output: String,
}

/// What came of following a book.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the lines printed, in reading order.
    pub printed: Vec<Printed>,
    /// Where the reader would have been stuck, with file and line.
    pub problems: Vec<Problem>,
}

/// Follows a book from its first page to its last. What's compiled goes into
/// `target`, so that a second time is quicker.
///
/// # Errors
///
/// A file can't be written, or a program of this machine can't be run.
pub fn follow(book: &Book, target: &Path, way: Way) -> Result<Outcome> {
    // Not within a workspace: `cargo new` would add the package to it.
    let base = tempfile::tempdir()?;
    let mut reader = Follower {
        book,
        base: base.path(),
        here: base.path().to_owned(),
        target,
        way,
        shown: Shown::default(),
        examples: BTreeMap::new(),
        outcome: Outcome::default(),
    };
    for chapter in &book.chapters {
        reader.read(chapter)?;
    }
    Ok(reader.outcome)
}

/// The lines that a console fence has its reader type.
pub fn lines(fence: &Fence) -> impl Iterator<Item = (usize, &str)> {
    let is_console = fence.language() == "console";
    let lines = (fence.line + 1..).zip(fence.text.lines());
    let lines = lines.filter(move |_| is_console);
    lines.filter_map(|(line, text)| Some((line, text.strip_prefix("$ ")?)))
}

/// The console lines of a page that are right before their output: each line,
/// with the name of the snapshot that the page shows.
pub fn commands(chapter: &Chapter) -> impl Iterator<Item = (&str, &str)> {
    chapter.fences.windows(2).filter_map(|pair| {
        let (_, line) = lines(&pair[0]).last()?;
        Some((line, snapshot(&pair[1])?))
    })
}

/// Returns the lines `$ cargo microgpt …` of a page: the words of each, and the
/// name of the snapshot that the page shows right below it, if any.
pub fn program_lines(chapter: &Chapter) -> Vec<(Vec<&str>, Option<&str>)> {
    let mut found = Vec::new();
    for (place, fence) in chapter.fences.iter().enumerate() {
        let mut lines = lines(fence).peekable();
        while let Some((_, line)) = lines.next() {
            if let Some(words) = line.strip_prefix("cargo microgpt") {
                let below = chapter.fences.get(place + 1).and_then(snapshot);
                let below = below.filter(|_| lines.peek().is_none());
                found.push((words.split_whitespace().collect(), below));
            }
        }
    }
    found
}

/// Whether a line is for the repository of the book, not for the reader's own
/// package.
pub fn is_of_the_repository(line: &str) -> bool {
    ["cargo microgpt", "cargo book", "cargo test"]
        .iter()
        .any(|start| line.starts_with(start))
}

struct Follower<'b> {
    book: &'b Book,
    /// Where the packages are made.
    base: &'b Path,
    /// The folder that the reader is in.
    here: PathBuf,
    target: &'b Path,
    way: Way,
    shown: Shown,
    examples: BTreeMap<String, String>,
    outcome: Outcome,
}

impl Follower<'_> {
    fn read(&mut self, chapter: &Chapter) -> Result<()> {
        for (place, fence) in chapter.fences.iter().enumerate() {
            self.shown.show(fence);
            if let Kind::Example { name, .. } = &fence.kind {
                let text = self.examples.entry(name.clone()).or_default();
                text.extend([&fence.text, "\n\n"]);
            }
            let shows = chapter.fences.get(place + 1).and_then(snapshot);
            self.type_lines(chapter, fence, shows)?;
            let is_listing = matches!(fence.kind, Kind::Listing { .. });
            if is_listing && self.way.each_listing {
                self.try_line(chapter, fence.line, "cargo check --quiet")?;
            }
        }
        self.build(chapter)
    }

    /// Types the lines of a fence, up to the first that fails.
    fn type_lines(
        &mut self,
        chapter: &Chapter,
        fence: &Fence,
        shows: Option<&str>,
    ) -> Result<()> {
        let lines: Vec<_> = lines(fence).collect();
        let last = lines.last().map(|&(line, _)| line);
        for (line, text) in lines {
            if is_of_the_repository(text) {
                continue;
            }
            let Some(output) = self.try_line(chapter, line, text)? else {
                break;
            };
            if let (Some(snapshot), true) = (shows, last == Some(line)) {
                let snapshot = snapshot.to_owned();
                self.outcome.printed.push(Printed { snapshot, output });
            }
        }
        Ok(())
    }

    /// Runs a line, with all files as they are by then: what it printed;
    /// nothing if it fails, which is a problem.
    fn try_line(
        &mut self,
        chapter: &Chapter,
        line: usize,
        text: &str,
    ) -> Result<Option<String>> {
        if let Some(folder) = text.strip_prefix("cd ") {
            self.here = self.base.join(folder);
            return Ok(Some(String::new()));
        }
        if text.starts_with("cargo new") {
            self.here = self.base.to_owned();
        }
        self.save()?;
        match self.run(text) {
            Ok((output, _)) => Ok(Some(output)),
            Err(error) => {
                let message = format!("`{text}` fails: {error:#}");
                self.outcome.problems.push(chapter.problem(line, message));
                Ok(None)
            }
        }
    }

    /// Builds all that the reader has at the end of a chapter, and looks for
    /// imports that are shown before they're needed.
    fn build(&mut self, chapter: &Chapter) -> Result<()> {
        if !self.package().exists() {
            return Ok(());
        }
        self.save()?;
        let build = format!("cargo build {}", EVERYTHING.join(" "));
        let messages = match self.run(&build) {
            Err(error) => vec![format!("the package doesn't build: {error:#}")],
            Ok((_, said)) => said
                .split("\n\n")
                .map(str::trim)
                .filter(|said| said.starts_with("warning: unused import"))
                .map(str::to_owned)
                .collect(),
        };
        let problems = messages.into_iter().map(|it| chapter.problem(1, it));
        self.outcome.problems.extend(problems);
        Ok(())
    }

    fn package(&self) -> PathBuf {
        self.base.join(PACKAGE)
    }

    /// Writes what the reader has typed so far, once there's a package.
    fn save(&self) -> Result<()> {
        let package = self.package();
        if !package.exists() {
            return Ok(());
        }
        let lock = package.join("Cargo.lock");
        if !lock.exists() {
            // The versions that everything else is tested with.
            fs::copy(crate::root().join("Cargo.lock"), lock)?;
        }
        for (name, text) in self.shown.files() {
            let path = package.join(format!("src/{name}.rs"));
            write_if_changed(&path, text.as_bytes())?;
        }
        for (name, text) in &self.examples {
            let path = package.join(format!("examples/{name}.rs"));
            write_if_changed(&path, text.as_bytes())?;
        }
        let data = package.join("data");
        if data.exists() {
            for entry in fs::read_dir(self.book.root.join("code/data"))? {
                let entry = entry?;
                let path = data.join(entry.file_name());
                write_if_changed(&path, &fs::read(entry.path())?)?;
            }
        }
        Ok(())
    }

    /// Runs a line where the reader is: what it printed, and what it said.
    fn run(&self, line: &str) -> Result<(String, String)> {
        let mut words = line.split_whitespace();
        let program = words.next().context("an empty line")?;
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&self.here)
            .env("CARGO_TARGET_DIR", self.target)
            .env("CARGO_TERM_QUIET", "true")
            // What the tests were built with isn't the reader's.
            .env_remove("RUSTC");
        if self.way.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            bail!("{}", said.trim());
        }
        Ok((String::from_utf8(output.stdout)?, said))
    }
}
