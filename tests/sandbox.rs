//! The sandboxes make the run of the book, and no mathematics of their own.

use std::fs;

use anyhow::Result;
use checks::mathematics::{self, Exception};
use checks::{assert_none, assert_recorded, root};
use figures::run::Run as Book;
use microgpt::adam::Adam;
use sandbox::training::Run;

/// Trains 1,000 steps in the way of the pages.
fn trained() -> Result<Run> {
    let mut run = Run::new("adam", 0.01)?;
    run.seek(1000)?;
    Ok(run)
}

#[test]
fn the_run_of_the_pages_is_that_of_the_book_bit_for_bit() -> Result<()> {
    let mut book = Book::new()?;
    let losses = book.train(Adam::default(), 0.01)?;
    let run = trained()?;
    assert_eq!(run.losses(), losses);
    assert_eq!(run.model(), &book.model);
    let samples = include_str!("reference/samples.txt").lines();
    let names = run.names(20, 0.5)?;
    assert!(samples.eq(names.iter()), "{names:?}");
    Ok(())
}

#[test]
fn what_a_page_compares_its_run_with_is_recorded() -> Result<()> {
    let record = format!("{{ \"digest\": \"{}\" }}\n", trained()?.digest()?);
    assert_recorded("src/sandbox/book.json", &record)
}

#[test]
fn one_bit_more_is_another_digest() -> Result<()> {
    let mut run = Run::new("adam", 0.01)?;
    run.seek(3)?;
    let digest = run.digest()?;
    let mut other = Run::new("adam", 0.01_f64.next_up())?;
    other.seek(3)?;
    assert_ne!(other.digest()?, digest);
    Ok(())
}

/// What a function of the sandboxes may compute, and why.
const EXCEPTIONS: [Exception; 7] = [
    ("sandbox/src/counted.rs", "mul", "it hands on to f64"),
    ("sandbox/src/counted.rs", "div", "it hands on to f64"),
    ("sandbox/src/counted.rs", "exp", "it hands on to f64"),
    ("sandbox/src/counted.rs", "ln", "it hands on to f64"),
    ("sandbox/src/counted.rs", "powf", "it hands on to f64"),
    ("sandbox/src/expression/tree.rs", "arithmetic", "signs to operators"),
    ("sandbox/src/training.rs", "digest", "the book's temperature"),
];

#[test]
fn the_sandboxes_have_no_mathematics_of_their_own() -> Result<()> {
    assert_none(&mathematics::check(root(), "sandbox/src", &EXCEPTIONS)?);
    Ok(())
}

/// What is found in one file, with an exception for the function `may`.
fn found(text: &str) -> Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("crate"))?;
    fs::write(folder.path().join("crate/a.rs"), text)?;
    let may = [("crate/a.rs", "may", "a test")];
    let problems = mathematics::check(folder.path(), "crate", &may)?;
    Ok(problems.iter().map(ToString::to_string).collect())
}

#[test]
fn mathematics_is_found_wherever_it_stands() -> Result<()> {
    let may = "fn may(x: f64) -> f64 { x * x }\n";
    let sound = "fn f(x: &[usize]) -> usize { x[1] + *x.first().unwrap_or(&0) }";
    assert_eq!(found(&format!("{may}{sound}"))?, [""; 0]);
    let test = "#[cfg(test)] mod tests { fn f() -> f64 { 2.0 * 3.5 } }";
    assert_eq!(found(&format!("{may}{test}"))?, [""; 0]);
    for (line, what) in [
        ("fn f(x: f64) -> f64 { x * x }", "`*` in `f`"),
        ("fn f(mut x: f64) { x /= x; }", "`/=` in `f`"),
        ("fn f(x: usize) -> usize { x << 1 }", "`<<` in `f`"),
        ("fn f() -> f64 { 0.5 }", "`0.5` in `f`"),
        ("fn f(x: f64) -> f64 { x.exp() }", "`exp` in `f`"),
        ("fn f(x: f64) -> f64 { libm::tanh(x) }", "`libm` in `f`"),
        ("fn f(x: u8) -> Option<u8> { x.checked_mul(x) }", "`checked_mul`"),
        ("fn f(x: f64) { println!(\"{}\", x * x); }", "`*` in `f`"),
        ("fn f(x: f64) { odd!(x => x * x); }", "`*` in `f`"),
        ("#[path = \"../elsewhere.rs\"] mod a;", "code from elsewhere"),
    ] {
        let found = found(&format!("{may}{line}"))?;
        assert!(found.iter().any(|it| it.contains(what)), "{line}: {found:?}");
    }
    let unused = found(sound)?;
    assert_eq!(unused, ["crate/a.rs:1: `may` needs no exception"]);
    Ok(())
}
