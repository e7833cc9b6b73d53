//! Writes the exercises as tests, and has skeptic use edition 2024.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

#[path = "src/tasks.rs"]
mod tasks;

fn main() -> Result<()> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = package.parent().context("tests/ isn't in a folder")?;
    let exercises = root.join("code/exercises");
    println!("cargo::rerun-if-changed={}", exercises.display());
    println!("cargo::rerun-if-changed=build.rs");
    use_edition_2024(&out)?;
    fs::write(out.join("exercises.rs"), exercise_modules(root)?)?;
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
    for exercise in tasks::exercises(root)? {
        let tasks::Exercise { name, stub, solution } = exercise;
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
             {{ assert!(crate::exercises::fails(super::{name})); }} }}"
        );
    }
    text
}
