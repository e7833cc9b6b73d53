//! Holds the book and its program together.
//!
//! Each module is a check: a function that reads a book and returns what is
//! wrong in it, each with file and line. The tests beside this library run
//! the checks on the book, and on small books broken on purpose.

pub mod exercises;
pub mod fixture;
pub mod literate;
pub mod modules;
pub mod packages;
pub mod pages;
pub mod programs;
pub mod prose;
pub mod reader;
pub mod site;

/// Fails with the problems as its message, unless there are none.
///
/// # Panics
///
/// If there is a problem.
pub fn assert_none(problems: &[xtask::Problem]) {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

/// The folder of the book and its workspace.
pub fn root() -> &'static std::path::Path {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
