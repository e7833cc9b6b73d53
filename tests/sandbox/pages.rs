//! The sandboxes make the run of the book.

use anyhow::Result;
use checks::assert_recorded;
use figures::run::Run as Book;
use microgpt::adam::Adam;
use sandbox::train::Run;

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
    let samples = include_str!("../reference/samples.txt").lines();
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
