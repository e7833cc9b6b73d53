//! What the model is compared with: tables that count names, and itself with
//! one part broken. Both are the examples of their chapters.

#[path = "../../code/examples/break_it.rs"]
#[expect(dead_code, reason = "its main prints what is asked for here")]
pub(crate) mod broken;
#[path = "../../code/examples/learned.rs"]
#[expect(dead_code, reason = "its main prints what is asked for here")]
pub(crate) mod learned;

use std::ops::Range;
use std::sync::Mutex;

use anyhow::{Result, anyhow};
use microgpt::adam::Adam;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::{Config, Gpt};
use microgpt::training::{Optimizer, Schedule};
use rayon::prelude::*;

use crate::run::{Run, learn};
use broken::{ALL, Broken};
use learned::{NAMES, Table, Texts, model_loss, table_loss};

/// The long training: about one pass over all data, with smaller steps.
pub(crate) const LONG: Schedule =
    Schedule { steps: 30_000, batch: 1, learning_rate: 0.003 };

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
        let run = broken_run(Config::default())?;
        let losses = ALL.par_iter().map(|&(broken, label)| {
            let losses = without(&run, broken, Schedule::default());
            (label.to_owned(), losses)
        });
        Ok(losses.collect())
    })
}

/// The model of the run after the long training on all data.
pub(crate) fn long_trained(untrained: &Run, texts: &Texts) -> Result<Gpt> {
    static KEPT: Mutex<Option<Gpt>> = Mutex::new(None);
    once(&KEPT, || learn_fast(&untrained.model, &texts.all, LONG, &[]))
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

/// The run of the example, for a model of any size.
pub(crate) fn broken_run(config: Config) -> Result<broken::Run> {
    Ok(broken::Run::new(microgpt::data::NAMES, config)?)
}

/// The losses with one part broken; they end where the training fails.
pub(crate) fn without(
    run: &broken::Run,
    broken: Broken,
    schedule: Schedule,
) -> Vec<f64> {
    run.without(broken, schedule).0
}

/// Adam, but some weights are held at 0: what they do is switched off.
struct Held<'w> {
    adam: FastAdam,
    weights: &'w [Range<usize>],
}

impl Optimizer for Held<'_> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        self.adam.step(rate, params, gradients);
        for range in self.weights {
            params[range.clone()].fill(0.0);
        }
    }
}

/// A copy of the model, trained with the fast engine, with some weights held
/// at 0.
pub(crate) fn learn_fast(
    model: &Gpt,
    texts: &[Vec<usize>],
    schedule: Schedule,
    weights: &[Range<usize>],
) -> Result<Gpt> {
    let mut model = model.clone();
    let optimizer = Held { adam: FastAdam::default(), weights };
    for range in weights {
        model.params_mut()[range.clone()].fill(0.0);
    }
    let mut engine = Fast::new(*model.config());
    Ok(learn(model, &mut engine, optimizer, texts, schedule)?.0.model)
}

/// The losses of a copy of the model, trained with the fast engine.
pub(crate) fn fast_losses(
    model: &Gpt,
    texts: &[Vec<usize>],
    schedule: Schedule,
) -> Result<Vec<f64>> {
    let (model, adam) = (model.clone(), FastAdam::default());
    let mut engine = Fast::new(*model.config());
    Ok(learn(model, &mut engine, adam, texts, schedule)?.1)
}
