//! What a reader has builds, and prints what the pages show.

use std::env;
use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::io::{Write, stderr};
use std::iter::zip;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use checks::fixture::Fixture;
use checks::follow::{Outcome, Printed, Way, commands, follow, program_lines};
use checks::packages::{dependencies, dependency_problems, packages, try_out};
use checks::place::Place;
use checks::{assert_none, reader, root};
use xtask::wasm::printed;

/// The reader's packages and what is built of them: `target/chapters`.
fn chapters() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.unwrap_or(Path::new("target")).join("chapters")
}

fn assert_snapshot(name: &str, output: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!(name, output));
}

/// Fails unless each line printed what its page shows.
fn assert_printed(printed: &[Printed]) {
    let mut wrong = Vec::new();
    for Printed { snapshot, output } in printed {
        let same = || assert_snapshot(snapshot, output);
        if catch_unwind(AssertUnwindSafe(same)).is_err() {
            wrong.push(snapshot.as_str());
        }
    }
    assert!(wrong.is_empty(), "another output: {}", wrong.join(", "));
}

/// Has cargo build the examples of this workspace, as `cargo test` does, so
/// that there's little left to do; the folder where they are.
fn examples() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--examples"])
        .current_dir(root())
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("RUSTC")
        .status()?;
    ensure!(status.success(), "the examples don't compile");
    Ok(target.join("debug/examples"))
}

/// That the examples are also what the reader has by then is checked by the
/// long way, below.
#[test]
fn each_example_prints_what_its_page_shows() -> Result<()> {
    let folder = examples()?;
    let book = reader::read(root())?;
    let mut found = Vec::new();
    for (line, snapshot) in book.chapters.iter().flat_map(commands) {
        let words = line.strip_prefix("cargo run --release --example ");
        let Some(name) = words else { continue };
        let program = folder.join(name).with_extension(EXE_EXTENSION);
        let mut command = Command::new(program);
        let output = printed(command.current_dir(root().join("code")))? + "\n";
        let snapshot = snapshot.to_owned();
        found.push(Printed { snapshot, output });
    }
    assert!(found.len() > 10, "{found:?}");
    assert_printed(&found);
    Ok(())
}

/// The long way, which `LONG_CHECKS=1` switches on: types and runs everything
/// that the pages have their reader type and run, from the first page on.
#[test]
fn a_reader_who_follows_the_book_line_by_line_is_never_stuck() -> Result<()> {
    if env::var_os("LONG_CHECKS").is_none() {
        return Ok(writeln!(stderr(), "skipped: a check for LONG_CHECKS")?);
    }
    let way = Way { each_listing: true, offline: false };
    let book = reader::read(root())?;
    let outcome = follow(&book, &chapters().join("target"), way)?;
    assert_none(&outcome.problems);
    assert_printed(&outcome.printed);
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

/// Whether a line trains for longer than the book's run, or resumes one that
/// does.
fn is_slow(words: &[&str]) -> bool {
    let steps = words.iter().skip_while(|word| **word != "--steps").nth(1);
    let is_long = steps.is_some_and(|steps| steps.len() > 3);
    is_long || words.contains(&"--resume")
}

/// In the order of the pages, in one folder: what one line saves, the next may
/// open.
#[test]
fn the_command_line_prints_what_the_pages_show() -> Result<()> {
    let place = Place::new()?;
    place.write("towns.txt", "Bergen\nÉvora\nŁódź\nSplit\nTartu\n")?;
    for chapter in &reader::read(root())?.chapters {
        for (words, snapshot) in program_lines(chapter) {
            if is_slow(&words) && env::var_os("LONG_CHECKS").is_none() {
                writeln!(stderr(), "skipped: cargo microgpt {words:?}")?;
                continue;
            }
            let printed = place.succeeds(&words)?.stdout;
            if let Some(name) = snapshot {
                assert_snapshot(name, &printed);
            }
        }
    }
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

/// Follows a small book: where its reader is stuck, and what was printed. Each
/// test has a `target` of its own: in one that's shared, cargo takes two
/// packages for the same if they have one name.
fn followed(
    fixture: &Fixture,
    target: &str,
    each_listing: bool,
) -> Result<Outcome> {
    let book = reader::read(fixture.root())?;
    let way = Way { each_listing, offline: true };
    follow(&book, &chapters().join("fixture").join(target), way)
}

#[test]
fn a_book_whose_reader_gets_stuck_fails() -> Result<()> {
    if env::var_os("LONG_CHECKS").is_none() {
        return Ok(writeln!(stderr(), "skipped: a check for LONG_CHECKS")?);
    }
    let good = followed(&Fixture::good()?, "stuck", true)?;
    assert_none(&good.problems);
    let printed: Vec<_> =
        good.printed.iter().map(|it| it.output.as_str()).collect();
    assert_eq!(printed, ["6\n", "6\n"]);
    let cases = [
        // A function that the example needs is shown one chapter later.
        (
            "src/sums.md",
            "{{#include ../code/src/sums.rs:sum}}",
            "",
            "src/sums.md:30",
            "unresolved import `microgpt::sums::sum`",
        ),
        // A crate is used before it is added.
        (
            "src/products.md",
            "$ cargo add libm@0.2",
            "",
            "src/products.md:48",
            "`libm`",
        ),
        // A crate is added with a feature that it doesn't have.
        (
            "src/products.md",
            "libm@0.2",
            "libm@0.2 --features none",
            "src/products.md:6",
            "unrecognized feature",
        ),
        // An import is shown before it is needed.
        (
            "code/src/sums.rs",
            "/// a + b",
            "use std::fmt;\n/// a + b",
            "src/sums.md:1",
            "unused import: `std::fmt`",
        ),
    ];
    for (file, passage, by, place, expected) in cases {
        let outcome =
            followed(&Fixture::broken(file, passage, by)?, "stuck", false)?;
        let problems = outcome.problems.iter().map(ToString::to_string);
        let first = problems.take(1).collect::<String>();
        assert!(first.starts_with(place), "{place}: {first}");
        assert!(first.contains(expected), "{expected}: {first}");
    }
    Ok(())
}

#[test]
fn a_listing_after_which_the_package_does_not_build_is_found() -> Result<()> {
    if env::var_os("LONG_CHECKS").is_none() {
        return Ok(writeln!(stderr(), "skipped: a check for LONG_CHECKS")?);
    }
    let fixture = Fixture::broken("src/products.md", "$ cargo add", "$ echo")?;
    let outcome = followed(&fixture, "listing", true)?;
    let lines: Vec<usize> =
        outcome.problems.iter().map(|it| it.line).take(1).collect();
    // From the line of `lib.rs` on.
    assert_eq!(lines, [17]);
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
    let command = "$ cargo microgpt\n";
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
