//! What compiles the fences of the book (see `tests/snippets.rs`) notices one
//! that doesn't compile where it is.

use std::collections::HashMap;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use anyhow::{Context, Result};
use checks::fixture::Fixture;
use checks::linked::linked;
use checks::programs::programs;
use checks::reader;

/// The fences of a small book that do not compile or run. Those that use its
/// library are left out, since there is only the real one.
fn failures(fixture: &Fixture) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    for program in programs(&reader::read(fixture.root())?) {
        if program.text.contains("use microgpt::") {
            continue;
        }
        let (package, out) = (env!("CARGO_MANIFEST_DIR"), env!("OUT_DIR"));
        let run = || program.test(package, out, env!("TARGET"));
        if catch_unwind(run).is_err() {
            failures.push(format!("{}_line_{}", program.chapter, program.line));
        }
    }
    Ok(failures)
}

#[test]
fn a_fence_that_does_not_compile_where_it_stands_fails() -> Result<()> {
    assert_eq!(failures(&Fixture::good()?)?, [""; 0]);
    let cases = [
        // It uses a function of the next listing.
        (
            "code/src/sums.rs",
            "    a + b",
            "    sum(&[a, b])",
            "ch01_sums_line_5",
        ),
        // It uses a module of the next chapter.
        (
            "code/src/sums.rs",
            "/// a + b",
            "use crate::products;\n/// a + b",
            "ch01_sums_line_5",
        ),
        // It uses what is nowhere.
        (
            "code/src/products.rs",
            "use crate::sums::add",
            "use crate::sums::{add, subtract}",
            "ch02_products_line_11",
        ),
        // It compiles, but fails when it runs.
        ("src/welcome.md", "1 + 1, 2", "1 + 1, 3", "welcome_line_8"),
    ];
    for (file, passage, by, expected) in cases {
        let found = failures(&Fixture::broken(file, passage, by)?)?;
        assert_eq!(found.first().map(String::as_str), Some(expected));
    }
    Ok(())
}

/// A folder in which cargo has built two crates called `sums`, the second one
/// later, and has linked the tests with the first.
#[test]
fn the_build_that_the_tests_are_linked_with_is_found() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let builds = folder.path().join(".fingerprint");
    let record = r#"{"deps":[[7,"sums",false,1],[8,"sums_too",false,258]]}"#;
    for (file, text) in [
        ("checks-0a/test-integration-test-snippets.json", record),
        ("sums-0b/lib-sums", "0100000000000000"),
        ("sums-too-0c/lib-sums_too", "0201000000000000"),
        ("sums-0d/lib-sums", "0300000000000000"),
        ("sums-0e/lib-sums", "0100000000000000"),
    ] {
        let file = builds.join(file);
        fs::create_dir_all(file.parent().context("no folder")?)?;
        fs::write(file, text)?;
    }
    let deps = folder.path().join("deps");
    fs::create_dir_all(&deps)?;
    for build in ["sums-0b", "sums_too-0c", "sums-0d"] {
        fs::write(deps.join(format!("lib{build}.rlib")), "")?;
    }
    let expected = [
        ("sums".to_owned(), deps.join("libsums-0b.rlib")),
        ("sums_too".to_owned(), deps.join("libsums_too-0c.rlib")),
    ];
    assert_eq!(linked(folder.path()), Some(HashMap::from(expected)));
    Ok(())
}

/// In the folder of these tests, as far as this version of cargo has one.
#[test]
fn the_build_of_each_crate_of_the_program_is_found() -> Result<()> {
    let profile = Path::new(env!("OUT_DIR")).ancestors().nth(3);
    let profile = profile.context("an unusual OUT_DIR")?;
    if !profile.join(".fingerprint").exists() {
        eprintln!("skipped: this cargo keeps its records elsewhere");
        return Ok(());
    }
    let linked = linked(profile).context("cargo's record has changed")?;
    let manifest =
        include_str!("../../code/Cargo.toml").parse::<toml::Table>()?;
    let crates = manifest["dependencies"].as_table().context("no table")?;
    for name in crates.keys() {
        let file = linked.get(&name.replace('-', "_"));
        assert!(file.is_some_and(|file| file.exists()), "{name}: {file:?}");
    }
    Ok(())
}
