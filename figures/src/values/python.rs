//! How near the losses are to those of microgpt.py.

use std::iter::zip;

use anyhow::Result;
use lab::study::learn;
use microgpt::adam::Adam;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::training::{Optimizer, Schedule};

use super::Values;
use crate::run::Run;

/// What microgpt.py printed.
const LOSSES: &str = include_str!("../../../tests/reference/losses.txt");

/// What the page beside the Python says; differences in units of 10⁻¹⁵.
pub(super) fn record(values: &mut Values, run: &Run) -> Result<()> {
    let theirs = LOSSES.lines().map(str::parse);
    let theirs = theirs.collect::<Result<Vec<f64>, _>>()?;
    let tape = losses(run, &mut OnTape::default(), Adam::default())?;
    let mut fast = Fast::new(*run.model.config());
    let fast = losses(run, &mut fast, FastAdam::default())?;
    for (name, ours) in [("tape_difference", &tape), ("fast_difference", &fast)]
    {
        let differences = zip(ours, &theirs).map(|(a, b)| (a - b).abs());
        values.round(name, differences.fold(0.0, f64::max) * 1e15, 1);
    }
    let same = zip(&tape, &theirs).filter(|(a, b)| a == b).count();
    values.count("same_losses", same);
    Ok(())
}

fn losses<E: Engine, O: Optimizer>(
    run: &Run,
    engine: &mut E,
    optimizer: O,
) -> Result<Vec<f64>> {
    let (model, schedule) = (run.model.clone(), Schedule::default());
    Ok(learn(model, engine, optimizer, &run.tokens, schedule)?.1)
}
