//! The exercises of the book as files: a task, a stub, and a solution. The
//! build script reads them too, so there's little here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// An exercise with the texts of its two states.
#[derive(Debug)]
pub struct Exercise {
    /// The file's stem.
    pub name: String,
    /// Imports, the stub, the tests.
    pub stub: String,
    /// The same with the solution in the stub's place.
    pub solution: String,
}

/// Reads all exercises of `code/exercises`, in the order of their names.
///
/// # Errors
///
/// A file can't be read, an anchor is missing, or a solution is.
pub fn exercises(root: &Path) -> Result<Vec<Exercise>> {
    let folder = root.join("code/exercises");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "rs"));
    paths.sort();
    paths.iter().map(|path| exercise(path)).collect()
}

/// Reads one exercise and its solution.
fn exercise(path: &Path) -> Result<Exercise> {
    let file = path.file_name().unwrap_or_default();
    let shown = file.to_string_lossy();
    let solution = path.with_file_name("solutions").join(file);
    let solution = fs::read_to_string(solution)
        .with_context(|| format!("{shown} has no solution"))?;
    let text = fs::read_to_string(path)?;
    let (before, rest) = text
        .split_once("// ANCHOR: stub\n")
        .with_context(|| format!("{shown} has no anchor `stub`"))?;
    let (stub, after) = rest
        .split_once("// ANCHOR_END: stub\n")
        .with_context(|| format!("{shown} doesn't end the anchor `stub`"))?;
    Ok(Exercise {
        name: shown.trim_end_matches(".rs").to_owned(),
        stub: [before, stub, after].concat(),
        solution: [before, &solution, after].concat(),
    })
}
