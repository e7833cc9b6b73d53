//! Writes the skeptic tests: one for each Rust fence of the book.
//!
//! The test of the fence on line 31 of `src/data.md`, chapter 4, is named
//! `ch04_data_line_31`. Nothing here panics, since that would also block the
//! tests that record a snapshot: a test of its own asserts that no problem
//! was met.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

#[path = "src/exercises.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod exercises;
#[path = "src/programs.rs"]
mod programs;
#[path = "src/reader.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod reader;

fn main() -> Result<()> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = package.parent().context("tests/ stands in no folder")?;
    for path in
        ["book.toml", "src", "code/src", "code/examples", "code/exercises"]
    {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    use_edition_2024(&out)?;

    let exercises = exercise_modules(root)?;
    fs::write(out.join("exercises.rs"), exercises)?;
    fs::write(out.join("skeptic-tests.rs"), "")?;
    let problems = match write_programs(root, &out) {
        Ok(files) => {
            skeptic::generate_doc_tests(&files);
            String::new()
        }
        Err(error) => format!("{error:#}"),
    };
    fs::write(out.join("problems.txt"), problems)?;
    Ok(())
}

/// skeptic knows no edition after 2021. So `RUSTC`, which it obeys, is set to
/// this package's `rustc-2024`; cargo hands the variable on to the tests.
fn use_edition_2024(out: &Path) -> Result<()> {
    let profile = out.ancestors().nth(3).context("an unusual OUT_DIR")?;
    let name = format!("rustc-2024{}", env::consts::EXE_SUFFIX);
    let stand_in = profile.join(name);
    println!("cargo::rustc-env=REAL_RUSTC={}", env::var("RUSTC")?);
    println!("cargo::rustc-env=RUSTC={}", stand_in.display());
    println!("cargo::rustc-env=TARGET={}", env::var("TARGET")?);
    Ok(())
}

/// A module for each exercise: with its stub all its tests must fail, and with
/// its solution none may.
fn exercise_modules(root: &Path) -> Result<String> {
    let mut modules = String::new();
    for exercise in exercises::exercises(root)? {
        let exercises::Exercise { name, stub, solution } = exercise;
        let stub = expected(&stub);
        writeln!(modules, "mod {name} {{ mod stub {{ {stub} }}")?;
        writeln!(modules, "mod solution {{ {solution} }} }}")?;
    }
    Ok(modules)
}

/// Tests made into functions, and for each a test that it fails.
fn expected(stub: &str) -> String {
    let mut text = stub.replace("#[test]", "");
    for test in stub.split("#[test]").skip(1) {
        let name = test.split("fn ").nth(1).and_then(|it| it.split('(').next());
        let name = name.unwrap_or("a_test_without_a_name");
        let _ = writeln!(
            text,
            "mod {name}_is_to_do {{ #[test] fn fails() \
             {{ assert!(crate::fails(super::{name})); }} }}"
        );
    }
    text
}

/// Writes each program as a page of its own: skeptic names a test after the
/// file and the line, and here the line is that of the book's page.
fn write_programs(root: &Path, out: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for program in programs::programs(&reader::read(root)?) {
        let blank = "\n".repeat(program.line - 1);
        let runs = if program.runs { "" } else { ",no_run" };
        let text = &program.text;
        let page = format!("{blank}~~~~~~~~rust{runs}\n{text}\n~~~~~~~~\n");
        let folder = out.join(format!("line_{}", program.line));
        let file = folder.join(format!("{}.md", program.chapter));
        fs::create_dir_all(folder)?;
        write_if_changed(&file, &page)?;
        files.push(file);
    }
    Ok(files)
}

/// skeptic tells cargo to watch the pages. They are dated back, since a file
/// newer than the script's own start would have it run each time.
fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)?;
    let past = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    File::options().write(true).open(path)?.set_modified(past)?;
    Ok(())
}
