//! Holds the book and its program together.
//!
//! Each module is a check: a function that reads a book and returns what is
//! wrong in it, each with file and line. The tests beside this library run
//! the checks on the book, and on small books broken on purpose.

pub mod exercises;
pub mod fixture;
pub mod follow;
pub mod linked;
pub mod literate;
pub mod machine;
pub mod modules;
pub mod packages;
pub mod pages;
pub mod place;
pub mod programs;
pub mod prose;
pub mod reader;
pub mod site;
pub mod tasks;

/// Fails with the problems as its message, unless there are none.
///
/// # Panics
///
/// If there is a problem.
pub fn assert_none(problems: &[xtask::Problem]) {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}

/// Whether files shall be recorded, not compared: insta's own switch.
pub fn is_recording() -> bool {
    let is = |name, value| std::env::var(name).is_ok_and(|it| it == value);
    is("INSTA_UPDATE", "always") && !is("CI", "true")
}

/// Fails unless a file of the book holds what it should; or records it.
///
/// # Errors
///
/// It cannot be recorded.
///
/// # Panics
///
/// If it holds something else.
pub fn assert_recorded(path: &str, wanted: &str) -> anyhow::Result<()> {
    let file = root().join(path);
    if is_recording() {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, wanted)?;
    }
    let recorded = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        recorded == wanted,
        "{path} is out of date: record with `INSTA_UPDATE=always cargo test`, \
         then look at what has changed"
    );
    Ok(())
}

/// The folder of the book and its workspace.
pub fn root() -> &'static std::path::Path {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
