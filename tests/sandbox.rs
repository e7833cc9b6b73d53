//! The sandboxes make the run of the book.

use anyhow::Result;
use checks::assert_recorded;
use figures::run::Run as Book;
use microgpt::adam::Adam;
use microgpt::fast::Fast;
use microgpt::training::{Engine, OnTape, Schedule, train};
use sandbox::training::Run;

/// Trains 1,000 steps in the way of the pages.
fn trained(engine: &str) -> Result<Run> {
    let mut run = Run::new("adam", engine, 0.01)?;
    run.seek(1000)?;
    Ok(run)
}

#[test]
fn the_run_of_the_pages_is_that_of_the_book_bit_for_bit() -> Result<()> {
    let engines: [(&str, Box<dyn Engine>); 2] = [
        ("tape", Box::new(OnTape::default())),
        ("fast", Box::new(Fast::new(*Book::new()?.model.config()))),
    ];
    for (name, engine) in engines {
        let mut book = Book::new()?;
        let mut engine = AnyEngine(engine);
        let (model, texts) = (&mut book.model, &book.tokens);
        let mut adam = Adam::default();
        let schedule = Schedule::default();
        let steps = train(model, &mut engine, &mut adam, texts, schedule);
        let losses =
            steps.map(|step| Ok(step?.1)).collect::<Result<Vec<_>>>()?;
        let run = trained(name)?;
        assert_eq!(run.losses(), losses, "{name}");
        assert_eq!(run.model(), &book.model, "{name}");
        let samples = include_str!("reference/samples.txt").lines();
        let names = run.names(20, 0.5)?;
        assert!(samples.eq(names.iter()), "{name}: {names:?}");
    }
    Ok(())
}

/// An engine that is known only while the program runs.
struct AnyEngine(Box<dyn Engine>);

impl Engine for AnyEngine {
    fn gradients(
        &mut self,
        model: &microgpt::model::Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), microgpt::forward::ForwardError> {
        self.0.gradients(model, texts)
    }
}

#[test]
fn what_a_page_compares_its_run_with_is_recorded() -> Result<()> {
    let (tape, fast) = (trained("tape")?.digest()?, trained("fast")?.digest()?);
    let record =
        format!("{{\n  \"tape\": \"{tape}\",\n  \"fast\": \"{fast}\"\n}}\n");
    assert_recorded("src/sandbox/book.json", &record)
}

#[test]
fn one_bit_more_is_another_digest() -> Result<()> {
    let mut run = Run::new("adam", "fast", 0.01)?;
    run.seek(3)?;
    let digest = run.digest()?;
    let mut other = Run::new("adam", "fast", 0.01_f64.next_up())?;
    other.seek(3)?;
    assert_ne!(other.digest()?, digest);
    Ok(())
}
