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

/// What is found in a crate of one file.
fn found(text: &str, exceptions: &[Exception]) -> Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    fs::create_dir_all(folder.path().join("src/below"))?;
    fs::write(folder.path().join("src/below/a.rs"), text)?;
    let found = mathematics::check(folder.path(), "src", exceptions)?;
    Ok(found.iter().map(ToString::to_string).collect())
}

#[test]
fn mathematics_is_found_wherever_it_stands() -> Result<()> {
    for (text, what) in [
        ("fn f() { a * b }", "`*` in `f`"),
        ("fn f() { a *= b }", "`*=` in `f`"),
        ("fn f() { a / b }", "`/` in `f`"),
        ("fn f() { a /= b }", "`/=` in `f`"),
        ("fn f() { a % b }", "`%` in `f`"),
        ("fn f() { a %= b }", "`%=` in `f`"),
        ("fn f() { a << b }", "`<<` in `f`"),
        ("fn f() { a <<= b }", "`<<=` in `f`"),
        ("fn f() { a >> b }", "`>>` in `f`"),
        ("fn f() { a >>= b }", "`>>=` in `f`"),
        ("impl A { fn f() { a.iter().map(|x| x * x) } }", "`*` in `f`"),
        ("const A: f64 = 0.5;", "`0.5`"),
        ("fn f() { 1e-5 }", "`1e-5` in `f`"),
        ("fn f() { 2f64 }", "`2f64` in `f`"),
        ("fn f() { x.exp() }", "`exp` in `f`"),
        ("fn f() { x.map(f64::ln) }", "`ln` in `f`"),
        ("fn f() { a.checked_mul(b) }", "`checked_mul` in `f`"),
        ("fn f() { x.iter().product() }", "`product` in `f`"),
        ("fn f() { libm::cos(x) }", "`libm` in `f`"),
        ("use libm::fabs;", "`libm`"),
        ("fn f() { sqrt(x) }", "`sqrt` in `f`"),
        ("fn f() { vec![a / b] }", "`/` in `f`"),
        ("fn f() { vec![0.5; n] }", "`0.5` in `f`"),
        ("fn f() { g!(a => x.tanh()) }", "`tanh` in `f`"),
        ("macro_rules! m { ($x:expr) => { $x % 2 }; }", "`%`"),
        ("#[error(\"{}\", .0 * 2)] struct A(u8);", "`*`"),
        ("include!(\"b.rs\");", "code from elsewhere"),
        ("#[path = \"../b.rs\"] mod b;", "code from elsewhere"),
        ("mod tests { fn f() { a * b } }", "`*` in `f`"),
        ("#[cfg(not(test))] mod a { fn f() { a * b } }", "`*` in `f`"),
    ] {
        let expected = format!("src/below/a.rs:1: mathematics: {what}");
        assert_eq!(found(text, &[])?, [expected], "{text}");
    }
    Ok(())
}

#[test]
fn what_is_no_mathematics_may_stand_there() -> Result<()> {
    let text = "
        //! a * b / 0.5
        use std::ops::*;
        #[path = \"../../code/examples/a.rs\"]
        mod example;
        #[error(\"{0}, {1}\", *x, plain(*.0))]
        struct A(Vec<Vec<f64>>);
        fn f(a: &mut [f64]) -> usize {
            let log = vec![0.0; a.len() + 1];
            *a = 0.0;
            assert!(*x > 0.0 && x.is_finite(), \"{} * 0.5\", *x);
            log.len() - 1
        }
        impl Mul for A { fn mul(self) -> A { self } }
        #[cfg(test)]
        mod tests { fn g() { x.exp() * 0.5 } }
    ";
    assert_eq!(found(text, &[])?, [""; 0]);
    Ok(())
}

#[test]
fn an_exception_is_for_one_function_that_needs_it() -> Result<()> {
    let text = "fn f() { a * b }\nfn g() { a * b }\n";
    let expected = "src/below/a.rs:2: mathematics: `*` in `g`";
    let f = ("src/below/a.rs", "f", "it may");
    assert_eq!(found(text, &[f])?, [expected]);
    let expected = "src/below/a.rs:1: `f` needs no exception";
    assert_eq!(found("fn f() { a + b }", &[f])?, [expected]);
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
    ("sandbox/src/training/shown.rs", "digest", "the temperature of the run"),
];

#[test]
fn the_sandboxes_have_no_mathematics_of_their_own() -> Result<()> {
    assert_none(&mathematics::check(root(), "sandbox/src", &EXCEPTIONS)?);
    Ok(())
}
