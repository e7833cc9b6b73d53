//! What losses the ways to train lead to.

use std::collections::BTreeSet;

use anyhow::Result;
use microgpt::adam::Adam;
use microgpt::model::Gpt;
use microgpt::training::{Schedule, Session, Sgd, TrainingError};

use super::Values;
use crate::run::{Run, mean};

/// The mean loss of some documents.
pub(super) fn mean_loss(model: &Gpt, documents: &[Vec<usize>]) -> Result<f64> {
    let losses = documents.iter().map(|tokens| model.loss(tokens));
    Ok(mean(&losses.collect::<Result<Vec<_>, _>>()?))
}

/// 5,000 documents whose names are not among the 1,000 trained on.
pub(super) fn others(run: &Run) -> Result<Vec<Vec<usize>>> {
    let (seen, rest) = run.documents.split_at(1000);
    let seen: BTreeSet<_> = seen.iter().collect();
    let others = rest.iter().filter(|name| !seen.contains(name)).take(5000);
    let others = others.map(|name| run.tokenizer.encode(name));
    Ok(others.collect::<Result<_, _>>()?)
}

/// What the chapters on training and Adam say; returns the run with Adam at
/// its end.
pub(super) fn record(values: &mut Values, untrained: &Run) -> Result<Run> {
    let others = others(untrained)?;
    let mean_of_all = mean_loss(&untrained.model, &untrained.tokens)?;
    values.round("untrained_mean", mean_of_all, 2);
    for (name, rate) in [
        ("sgd_0_01", 0.01),
        ("sgd_0_1", 0.1),
        ("sgd_0_3", 0.3),
        ("sgd_0_5", 0.5),
    ] {
        let mut run = untrained.clone();
        let losses = run.train(Sgd, rate)?;
        values.round(name, mean(&losses[900..]), 3);
        if rate == 0.5 {
            values.round("sgd_others", mean_loss(&run.model, &others)?, 2);
        }
    }
    let schedule = Schedule { learning_rate: 1.0, ..Schedule::default() };
    let mut session = Session::new(untrained.model.clone(), Sgd, schedule);
    if let Err(TrainingError::Diverged { step, .. }) =
        session.train(&untrained.tokens)
    {
        values.count("sgd_1_fails_at", step);
    }
    let slow = untrained.clone().train(Adam::default(), 0.001)?;
    values.round("adam_0_001", mean(&slow[900..]), 3);

    let mut run = untrained.clone();
    let losses = run.train(Adam::default(), 0.01)?;
    values.round("last_loss", losses[999], 4);
    let last_100 = &losses[900..];
    let largest = last_100.iter().copied().fold(0.0, f64::max);
    values.round("largest_late_loss", largest, 2);
    values.round("last_100", mean(last_100), 3);
    values.round("adam_others", mean_loss(&run.model, &others)?, 3);
    Ok(run)
}
