//! Makes a program of each Rust fence of the book, for skeptic to compile.
//!
//! A listing is compiled with everything that the book has shown before it,
//! and nothing that comes later. A snippet is compiled against the library.

use std::fmt::Write;
use std::path::Path;

use xtask::declared;

use crate::reader::{Book, Chapter, Fence, Kind};

/// A fence made into a program.
#[derive(Debug)]
pub struct Program {
    /// The chapter's name.
    pub chapter: String,
    /// The line on which the fence opens.
    pub line: usize,
    /// Whether the program is to be run as well.
    pub runs: bool,
    /// The whole program.
    pub text: String,
}

impl Program {
    /// Compiles it and, if it's a snippet, runs it. The package and the folder
    /// are those of the caller, for skeptic; so is the target.
    ///
    /// # Panics
    ///
    /// If it doesn't compile or run.
    pub fn test(&self, package: &str, out: &str, target: &str) {
        let test = if self.runs {
            skeptic::rt::run_test
        } else {
            skeptic::rt::compile_test
        };
        test(package, out, target, &self.text);
    }
}

/// What the book has shown so far of each file of `code/src`.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    files: Vec<(String, String)>,
}

impl Shown {
    /// Shows one more fence; only listings count.
    pub fn show(&mut self, fence: &Fence) {
        if let Kind::Listing { file, .. } = &fence.kind {
            self.add(file, fence);
        }
    }

    /// Shows one more fence of a file.
    fn add(&mut self, file: &str, fence: &Fence) {
        let place = self.files.iter().position(|(name, _)| name == file);
        let place = place.unwrap_or_else(|| {
            self.files.push((file.to_owned(), String::new()));
            self.files.len() - 1
        });
        let text = &mut self.files[place].1;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&fence.text);
        text.push('\n');
    }

    /// The files by name, without `.rs`, in the order of their first listings.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// What was shown of a file.
    fn text(&self, file: &str) -> &str {
        self.files().find(|(name, _)| *name == file).map_or("", |found| found.1)
    }

    /// The library so far as one file: each `mod name;` is replaced by the
    /// module itself. Modules not declared yet follow those that are.
    pub fn library(&self) -> String {
        let mut library = String::new();
        self.push("lib", &mut library);
        library
    }

    /// Adds a file to the library, with the modules below it.
    fn push(&self, file: &str, library: &mut String) {
        let mut undeclared = self.below(file);
        for line in self.text(file).lines() {
            let Some(module) = declared(file, line) else {
                library.extend([line, "\n"]);
                continue;
            };
            undeclared.retain(|other| *other != module);
            library.extend([line.trim_end_matches(';'), " {\n"]);
            self.push(&module, library);
            library.push_str("}\n");
        }
        for module in undeclared {
            let name = module.rsplit('/').next().unwrap_or_default();
            library.extend(["pub mod ", name, " {\n"]);
            self.push(&module, library);
            library.push_str("}\n");
        }
    }

    /// The modules right below a file, in the order of their first listings.
    fn below(&self, file: &str) -> Vec<String> {
        let folder = if file == "lib" { "" } else { &format!("{file}/") };
        let mut modules = Vec::new();
        for (name, _) in self.files() {
            let Some(rest) = name.strip_prefix(folder) else { continue };
            let end = rest.find('/').unwrap_or(rest.len());
            let module = format!("{folder}{}", &rest[..end]);
            let is_root = module == "lib";
            if !is_root && !modules.contains(&module) {
                modules.push(module);
            }
        }
        modules
    }
}

/// The programs of all Rust fences, in reading order.
pub fn programs(book: &Book) -> Vec<Program> {
    let mut shown = Shown::default();
    let mut examples = Shown::default();
    let mut programs = Vec::new();
    for chapter in &book.chapters {
        for fence in &chapter.fences {
            shown.show(fence);
            let text = match &fence.kind {
                Kind::Listing { file, .. } if file == "lib" => continue,
                Kind::Listing { .. } => with_main(&shown.library()),
                Kind::Example { name, .. } => {
                    examples.add(name, fence);
                    with_main(examples.text(name))
                }
                Kind::Snippet => snippet(&fence.text),
                Kind::Exercise { .. } | Kind::Refused | Kind::Other => continue,
            };
            programs.push(program(book, chapter, fence, &text));
        }
    }
    programs
}

fn program(
    book: &Book,
    chapter: &Chapter,
    fence: &Fence,
    text: &str,
) -> Program {
    let no_run = fence.info.split([',', ' ']).any(|word| word == "no_run");
    let text = with_paths(text, &book.root.join("code/src"));
    Program {
        chapter: chapter.name.clone(),
        line: fence.line,
        runs: fence.kind == Kind::Snippet && !no_run,
        text: format!("#![allow(warnings)]\n{text}"),
    }
}

/// Adds an empty `main` to a program that has none yet.
fn with_main(text: &str) -> String {
    let mut text = text.to_owned();
    if !has_main(&text) {
        text.push_str("fn main() {}\n");
    }
    text
}

/// Puts a snippet without a `main` into one.
fn snippet(text: &str) -> String {
    if has_main(text) {
        return text.to_owned();
    }
    let mut program = String::new();
    let _ = write!(program, "fn main() {{\n{text}\n}}\n");
    program
}

fn has_main(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches("# ");
        line.starts_with("fn main(") || line.starts_with("pub fn main(")
    })
}

/// An included file is found from the file that includes it. The program
/// stands elsewhere, so it gets the whole path.
fn with_paths(text: &str, folder: &Path) -> String {
    let folder = folder.to_string_lossy().replace('\\', "/");
    text.replace("include_str!(\"..", &format!("include_str!(\"{folder}/.."))
}
