//! What the model is compared with: tables that count names, and itself with
//! one part broken. Each is computed once.

use std::sync::Mutex;

use anyhow::{Result, anyhow};
use lab::break_it::{self, ALL};
use lab::learned::{NAMES, Table, Texts, model_loss, table_loss};
use lab::study::{LONG, learn_fast};
use microgpt::adam::Adam;
use microgpt::data;
use microgpt::model::{Config, Gpt};
use microgpt::training::Schedule;
use rayon::prelude::*;

use crate::run::Run;

/// Loss for each token of the names held out, by what predicts them.
///
/// # Errors
///
/// The crate refuses its own data.
pub fn baselines() -> Result<Vec<(String, f64)>> {
    let mut run = Run::new()?;
    let texts = Texts::new(&run.documents, &run.tokenizer)?;
    let mut found = vec![("uniform".to_owned(), libm::log(27.0))];
    for (data, label) in
        [(&texts.trained, "1,000 names"), (&texts.all, "all names")]
    {
        for (order, name) in NAMES.iter().enumerate() {
            let loss = table_loss(&Table::count(order, data), &texts.held_out);
            found.push((format!("{name}, {label}"), loss));
        }
    }
    let long = long_trained(&run, &texts)?;
    let loss = model_loss(&long, &texts.held_out)?;
    found.push(("microGPT, all names".to_owned(), loss));
    run.train(Adam::default(), 0.01)?;
    let loss = model_loss(&run.model, &texts.held_out)?;
    found.push(("microGPT, 1,000 names".to_owned(), loss));
    Ok(found)
}

/// What is broken, and the losses.
type Losses = (String, Vec<f64>);

/// The losses of the run with one part broken, by the label of the example;
/// fewer than 1,000 where the training fails.
///
/// # Errors
///
/// The crate refuses its own data.
pub fn ablations() -> Result<Vec<Losses>> {
    static KEPT: Mutex<Option<Vec<Losses>>> = Mutex::new(None);
    once(&KEPT, || {
        let run = break_it::Run::new(data::NAMES, Config::default())?;
        let losses = ALL.par_iter().map(|&(broken, label)| {
            let (losses, _) = run.without(broken, Schedule::default());
            (label.to_owned(), losses)
        });
        Ok(losses.collect())
    })
}

/// The model of the run after the long training on all data.
pub(crate) fn long_trained(untrained: &Run, texts: &Texts) -> Result<Gpt> {
    static KEPT: Mutex<Option<Gpt>> = Mutex::new(None);
    once(&KEPT, || Ok(learn_fast(&untrained.model, &texts.all, LONG, &[])?))
}

/// What was computed before, or else is now.
fn once<T: Clone>(
    kept: &Mutex<Option<T>>,
    compute: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let mut kept = kept.lock().map_err(|error| anyhow!(error.to_string()))?;
    if let Some(found) = &*kept {
        return Ok(found.clone());
    }
    Ok(kept.insert(compute()?).clone())
}
