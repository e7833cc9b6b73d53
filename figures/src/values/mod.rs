//! The numbers that stand in the sentences of the book.

mod core;
mod ablations;
mod data;
mod generation;
mod inside;
mod learned;
mod model;
mod python;
mod sizes;
mod steps;
mod training;
mod words;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::thread;

use anyhow::{Result, anyhow};

use crate::plot;
use crate::run::Run;

/// The values by name, as they stand in the book; shown as `NAME = VALUE`,
/// one a line.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn text(&mut self, name: &'static str, value: impl Display) {
        self.0.insert(name, value.to_string());
    }

    /// A whole number, with a comma before each three digits.
    fn count(&mut self, name: &'static str, count: usize) {
        self.text(name, plot::count(count));
    }

    /// A number rounded to some places after the point.
    fn round(&mut self, name: &'static str, number: f64, places: usize) {
        self.text(name, format!("{number:.places$}"));
    }
}

impl Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines =
            self.0.iter().map(|(name, value)| format!("{name} = {value}"));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Computes all values.
///
/// # Errors
///
/// The crate refuses its own data.
pub fn values() -> Result<Values> {
    let untrained = Run::new()?;
    thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut values = Values::default();
            sizes::record(&mut values, &untrained)?;
            ablations::record(&mut values, &untrained)?;
            Ok::<_, anyhow::Error>(values)
        });
        let mut values = of_the_run(&untrained)?;
        let others = others.join().map_err(|_| anyhow!("a panic"))?;
        values.0.extend(others?.0);
        Ok(values)
    })
}

/// All but those of other models, which take as long as the rest.
fn of_the_run(untrained: &Run) -> Result<Values> {
    let mut values = Values::default();
    data::record(&mut values, untrained);
    python::record(&mut values, untrained)?;
    model::record(&mut values, untrained)?;
    steps::record(&mut values, untrained)?;
    let mut trained = training::record(&mut values, untrained)?;
    inside::record(&mut values, untrained, &trained)?;
    core::record(&mut values, untrained, &trained)?;
    words::record(&mut values, untrained, &trained)?;
    learned::record(&mut values, untrained, &trained)?;
    generation::record(&mut values, &mut trained)?;
    Ok(values)
}
