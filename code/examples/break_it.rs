//! Breaks one part of the model at a time, and trains what is left.

use std::error::Error;

use lab::break_it::{ALL, Broken, Run, mean};
use microgpt::adam::Adam;
use microgpt::data;
use microgpt::model::{Config, Gpt};
use microgpt::training::{Schedule, Session};

// ANCHOR: show
/// Prints how training went with one part broken.
fn show(
    run: &Run,
    broken: Broken,
    label: &str,
    (losses, model): &(Vec<f64>, Gpt),
) -> Result<(), Box<dyn Error>> {
    if losses.len() < 1000 {
        println!("{label:20}fails at step {}", losses.len() + 1);
        return Ok(());
    }
    let (first, last) = (mean(&losses[..100]), mean(&losses[900..]));
    let names = run.names(model, broken)?;
    println!("{label:20}{first:5.3}  {last:8.3}  {names}");
    Ok(())
}
// ANCHOR_END: show

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let run = Run::new(data::NAMES, Config::default())?;
    let schedule = Schedule::default();
    let mut book = Session::new(run.model.clone(), Adam::default(), schedule);
    let book = (book.train(&run.texts)?, book.model);
    println!("{:20}1-100  901-1000  names", "");
    for (broken, label) in ALL {
        let outcome = run.without(broken, schedule);
        if broken == Broken::Nothing {
            assert_eq!(outcome, book);
        }
        show(&run, broken, label, &outcome)?;
    }
    Ok(())
}
// ANCHOR_END: main
