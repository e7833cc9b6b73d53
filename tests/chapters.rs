//! At the end of each chapter, what a reader has builds alone, and the
//! chapter's example prints what the page shows.

use std::fs;
use std::iter::zip;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use checks::fixture::Fixture;
use checks::packages::{
    Package, dependencies, dependency_problems, packages, refused_listings,
    try_out,
};
use checks::reader::{self, Book};
use checks::{assert_none, root};

/// The reader's packages and what is built of them: `target/chapters`.
fn chapters() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.unwrap_or(Path::new("target")).join("chapters")
}

/// Builds and runs a package: what it printed, and what is wrong with it.
fn build_and_run(
    book: &Book,
    package: &Package,
    folder: &Path,
) -> Result<(Vec<String>, Vec<String>)> {
    package.write(book, folder, &root().join("Cargo.lock"))?;
    let target = folder.with_file_name("target");
    let outputs = package.run(folder, &target)?;
    Ok((outputs, package.unused_imports(folder, &target)?))
}

fn assert_snapshot(name: &str, output: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| insta::assert_snapshot!(name, output));
}

/// What is wrong with the package of a chapter.
fn failures(book: &Book, package: &Package) -> Vec<String> {
    let folder = chapters().join(&package.chapter);
    let (outputs, mut failures) = match build_and_run(book, package, &folder) {
        Ok(results) => results,
        Err(error) => return vec![format!("{error:#}")],
    };
    for (run, output) in zip(&package.commands, outputs) {
        let same = || assert_snapshot(&run.snapshot, &output);
        if catch_unwind(AssertUnwindSafe(same)).is_err() {
            let name = &run.snapshot;
            failures.push(format!("the output is not that of `{name}`"));
        }
    }
    failures
}

/// The long way, which `LONG_CHECKS=1` switches on: skeptic compiles each
/// listing too, but not as a reader's package.
#[test]
fn after_each_listing_the_package_of_the_reader_builds() -> Result<()> {
    let lock = root().join("Cargo.lock");
    let fixture = Fixture::broken(
        "src/products.md",
        "$ cargo add libm@0.2",
        "$ cargo build",
    )?;
    let broken = reader::read(fixture.root())?;
    let folder = chapters().join("fixture").join("reader");
    let problems = refused_listings(&broken, &folder, &lock)?;
    let lines: Vec<usize> = problems.iter().map(|it| it.line).collect();
    // from the line of `lib.rs` on
    assert_eq!(lines, [17, 29, 33, 37, 5, 9]);

    if std::env::var_os("LONG_CHECKS").is_some() {
        let folder = chapters().join("reader");
        let book = reader::read(root())?;
        assert_none(&refused_listings(&book, &folder, &lock)?);
    }
    Ok(())
}

/// Whether the compiler is the one whose messages are recorded. Others word
/// them differently: then only the error's code is compared.
fn is_recorded_compiler() -> bool {
    let rustc = env!("REAL_RUSTC");
    let version = Command::new(rustc).arg("--version").output();
    version.is_ok_and(|it| it.stdout.starts_with(b"rustc 1.95."))
}

#[test]
fn what_must_not_compile_is_refused_as_shown() -> Result<()> {
    let book = reader::read(root())?;
    for package in packages(&book)? {
        if package.refused.is_empty() {
            continue;
        }
        let folder = chapters().join("refused").join(&package.chapter);
        package.write(&book, &folder, &root().join("Cargo.lock"))?;
        let target = folder.with_file_name("target");
        let messages = package.refusals(&folder, &target)?;
        for (refused, message) in zip(&package.refused, messages) {
            let name = &refused.snapshot;
            if is_recorded_compiler() {
                assert_snapshot(name, &message);
                continue;
            }
            let recorded = root().join(format!("tests/snapshots/{name}.snap"));
            let recorded = fs::read_to_string(recorded)?;
            let code = recorded.split(['[', ']']).nth(1).unwrap_or_default();
            assert!(message.contains(code), "{name}: {message}");
        }
    }
    Ok(())
}

/// The chapter on autograd says so of a debug build, which this workspace's
/// own tests are not: see its `Cargo.toml`.
#[test]
fn a_debug_build_of_the_reader_finds_two_tapes_mixed() -> Result<()> {
    let book = reader::read(root())?;
    let mut packages = packages(&book)?.into_iter();
    let package = packages.find(|it| it.chapter.ends_with("autograd"));
    let package = package.context("no chapter on autograd")?;
    let folder = chapters().join("tapes").join(&package.chapter);
    package.write(&book, &folder, &root().join("Cargo.lock"))?;
    let target = folder.with_file_name("target");
    let program = |tape: &str| {
        format!(
            "use microgpt::autograd::Tape;\n\
             fn main() {{\n\
             let (one, other) = (Tape::default(), Tape::default());\n\
             let _ = one.variable(1.0) + {tape}.variable(2.0);\n\
             let _ = other;\n\
             }}\n"
        )
    };
    let said = try_out("run", &program("other"), &folder, &target)?;
    let said = said.context("it runs")?;
    assert!(said.contains("two tapes are mixed"), "{said}");
    assert_eq!(try_out("run", &program("one"), &folder, &target)?, None);
    Ok(())
}

#[test]
fn what_must_not_compile_and_does_is_found() -> Result<()> {
    let refused = "```rust,compile_fail\nfn main() {}\n```\n\n```text\n\
                   {{#include ../tests/snapshots/error_none.snap:4:}}\n```\n\n";
    let fixture = Fixture::broken(
        "src/sums.md",
        "## Running it",
        &format!("{refused}## Running it"),
    )?;
    let book = reader::read(fixture.root())?;
    let package = packages(&book)?.swap_remove(0);
    let folder = chapters().join("fixture").join("refused");
    package.write(&book, &folder, &root().join("Cargo.lock"))?;
    let target = folder.with_file_name("target");
    let error = package.refusals(&folder, &target).unwrap_err();
    assert_eq!(error.to_string(), "`error_none` compiles");
    Ok(())
}

#[test]
fn at_the_end_of_each_chapter_the_program_builds_and_runs_as_shown()
-> Result<()> {
    let book = reader::read(root())?;
    let mut found = Vec::new();
    for package in packages(&book)? {
        let failures = failures(&book, &package).into_iter();
        found.extend(failures.map(|it| format!("{}: {it}", package.chapter)));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_dependencies_of_the_reader_are_recorded() -> Result<()> {
    assert_snapshot("dependencies", &dependencies(&reader::read(root())?)?);
    Ok(())
}

#[test]
fn the_dependencies_of_the_book_are_those_of_the_program() -> Result<()> {
    assert_none(&dependency_problems(&reader::read(root())?)?);
    Ok(())
}

/// A dependency's version, and the features that it asks for by name.
fn version_and_features(entry: &toml::Value) -> (Option<&str>, Vec<&str>) {
    let version = entry.get("version").or(Some(entry));
    let features = entry.get("features").and_then(toml::Value::as_array);
    let features = features.into_iter().flatten();
    let features = features.filter_map(toml::Value::as_str).collect();
    (version.and_then(toml::Value::as_str), features)
}

#[test]
fn the_listings_are_compiled_with_the_dependencies_of_the_program() -> Result<()>
{
    let read = |file: &str| -> Result<toml::Table> {
        Ok(fs::read_to_string(root().join(file))?.parse()?)
    };
    let (code, tests) = (read("code/Cargo.toml")?, read("tests/Cargo.toml")?);
    for (name, wanted) in code["dependencies"].as_table().into_iter().flatten()
    {
        let table = |name| tests.get(name).and_then(toml::Value::as_table);
        let tables = ["dependencies", "dev-dependencies"];
        let mut entries = tables.into_iter().filter_map(table);
        let found = entries.find_map(|table| table.get(name));
        let (version, features) = version_and_features(wanted);
        // The tests may ask for more: the reader's own package, which has no
        // more than this, is built as well.
        let known = found.map(version_and_features);
        let known = known.unwrap_or_default();
        assert_eq!(known.0, version, "`{name}` in tests/Cargo.toml");
        let lacks = features.iter().find(|it| !known.1.contains(it));
        assert_eq!(lacks, None, "a feature of `{name}` in tests/Cargo.toml");
    }
    Ok(())
}

/// Builds and runs every chapter of a small book; says how that failed.
fn failure(fixture: &Fixture) -> Option<String> {
    let book = reader::read(fixture.root()).ok()?;
    let mut printed = Vec::new();
    for package in packages(&book).ok()? {
        let folder = chapters().join("fixture").join(&package.chapter);
        match build_and_run(&book, &package, &folder) {
            Ok((outputs, unused)) if unused.is_empty() => {
                printed.extend(outputs);
            }
            Ok((_, unused)) => return Some(unused.join("\n")),
            Err(error) => return Some(error.to_string()),
        }
    }
    assert_eq!(printed, ["6\n", "6\n"]);
    None
}

#[test]
fn a_chapter_that_does_not_build_alone_fails() -> Result<()> {
    assert_eq!(failure(&Fixture::good()?), None);
    let cases = [
        // A function that the example needs is shown one chapter later.
        (
            "src/sums.md",
            "{{#include ../code/src/sums.rs:sum}}",
            "",
            "unresolved import `microgpt::sums::sum`",
        ),
        // A crate is used before it is added.
        ("src/products.md", "$ cargo add libm@0.2", "", "`libm`"),
        // A module of a folder is built, too.
        (
            "code/src/products/twice.rs",
            "product(a, 2)",
            "super::triple(a)",
            "cannot find function `triple`",
        ),
        // An import is shown before it is needed.
        (
            "code/src/sums.rs",
            "/// a + b",
            "use std::fmt;\n/// a + b",
            "unused import: `std::fmt`",
        ),
    ];
    for (file, passage, by, expected) in cases {
        let failure = failure(&Fixture::broken(file, passage, by)?);
        let failure = failure.unwrap_or_default();
        assert!(failure.contains(expected), "{expected}: {failure}");
    }
    Ok(())
}

#[test]
fn a_dependency_that_the_book_does_not_tell_is_found() -> Result<()> {
    let cases = [
        ("src/products.md", "libm@0.2", "libm@0.1"),
        ("src/products.md", "libm@0.2", "libm@0.2 --no-default-features"),
        ("src/products.md", "libm@0.2", "libm@0.2 --features arch"),
        ("src/products.md", "libm@0.2", "libm@0.2 rand@0.10"),
        ("code/Cargo.toml", "libm = \"0.2\"", ""),
    ];
    for (file, passage, by) in cases {
        let fixture = Fixture::broken(file, passage, by)?;
        let problems = dependency_problems(&reader::read(fixture.root())?)?;
        assert_eq!(problems.len(), 1, "{by}: {problems:?}");
    }
    let unknown = Fixture::broken("src/products.md", "libm@0.2", "libm --x")?;
    let book = reader::read(unknown.root())?;
    let error = dependency_problems(&book).unwrap_err().to_string();
    assert_eq!(error, "src/products.md:6: `libm` has no version");
    Ok(())
}

#[test]
fn the_readme_shows_what_the_program_prints() -> Result<()> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let snapshot = root().join("tests/snapshots/main_train.snap");
    let command = "$ cargo run --release -p microgpt\n";
    let shown = readme.split_once(command).map_or("", |(_, shown)| shown);
    let shown = shown.split("```").next().unwrap_or("");
    assert_eq!(shown.lines().count(), 8);
    let printed: Vec<String> = fs::read_to_string(snapshot)?
        .lines()
        .skip(3)
        .take(8)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(shown, printed.concat());
    Ok(())
}
