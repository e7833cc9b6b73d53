//! What is lost with each part of the model.

use std::iter::zip;
use std::ops::Range;

use anyhow::{Result, ensure};
use lab::break_it::{self, ALL, Broken};
use lab::learned::{Texts, model_loss};
use lab::study::{LONG, fast_losses, learn_fast};
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::model::{Config, Gpt, Place};
use microgpt::training::Schedule;
use rayon::prelude::*;

use super::Values;
use crate::evidence::ablations;
use crate::run::{Run, mean};

/// What the chapter "Break it" says.
pub(super) fn record(values: &mut Values, run: &Run) -> Result<()> {
    table_values(values)?;
    luck_values(values, run)?;
    layer_values(values, run)?;
    rate_values(values)?;
    long_values(values, run)
}

/// The table of the chapter.
fn table_values(values: &mut Values) -> Result<()> {
    let names = [
        "broken_nothing",
        "broken_residual",
        "broken_norm",
        "broken_scale",
        "broken_positions",
        "broken_attention",
        "broken_mlp",
        "broken_plus",
        "broken_zeroing",
        "broken_correction",
    ];
    let outcomes = ablations()?;
    ensure!(names.len() == ALL.len() && ALL.len() == outcomes.len());
    for (name, (_, losses)) in zip(names, &outcomes) {
        if losses.len() == 1000 {
            values.round(name, mean(&losses[900..]), 3);
        } else {
            values.count(name, losses.len() + 1);
        }
    }
    let early = |place: usize| mean(&outcomes[place].1[..20]);
    values.round("early_corrected", early(0), 2);
    values.round("early_uncorrected", early(9), 2);
    Ok(())
}

/// How far the whole model's result depends on the dice of its first weights.
fn luck_values(values: &mut Values, run: &Run) -> Result<()> {
    let seeds: Vec<u64> = (1..=20).collect();
    let means = seeds
        .par_iter()
        .map(|&seed| {
            let model =
                Gpt::new(*run.model.config(), &mut Chance::seeded(seed));
            let schedule = Schedule::default();
            let losses = fast_losses(&model, &run.tokens, schedule)?;
            Ok(mean(&losses[900..]))
        })
        .collect::<Result<Vec<f64>>>()?;
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let most = means.iter().copied().fold(0.0, f64::max);
    values.round("luck_least", least, 3);
    values.round("luck_most", most, 3);
    Ok(())
}

/// What four layers make of a missing residual.
fn layer_values(values: &mut Values, run: &Run) -> Result<()> {
    let config = Config { n_layer: 4, ..Config::default() };
    let model = Run::with(config)?.model;
    let losses = fast_losses(&model, &run.tokens, Schedule::default())?;
    values.round("four_layers", mean(&losses[900..]), 3);
    let run = break_it::Run::new(data::NAMES, config)?;
    let (losses, _) = run.without(Broken::Residual, Schedule::default());
    ensure!(losses.len() == 1000);
    values.round("four_layers_residual", mean(&losses[900..]), 3);
    Ok(())
}

/// What a learning rate ten times as large does, with norms and without.
fn rate_values(values: &mut Values) -> Result<()> {
    let schedule = Schedule { learning_rate: 0.1, ..Schedule::default() };
    let run = break_it::Run::new(data::NAMES, Config::default())?;
    let (losses, _) = run.without(Broken::Nothing, schedule);
    ensure!(losses.len() == 1000);
    values.round("rate_0_1", mean(&losses[900..]), 3);
    let (losses, _) = run.without(Broken::Norm, schedule);
    ensure!(losses.len() < 1000);
    values.count("rate_0_1_norm", losses.len() + 1);
    Ok(())
}

/// Where the positions, the last matrix of attention and that of the MLP lie
/// in the list of weights. Held at 0, they switch their part off.
fn ranges(config: &Config) -> [Range<usize>; 3] {
    let layout = config.layout();
    let layer = layout.layers[0];
    [layout.wpe, layer.attn_wo, layer.mlp_fc2].map(Place::range)
}

/// What is lost in a long training on all data.
fn long_values(values: &mut Values, run: &Run) -> Result<()> {
    let texts = Texts::new(&run.documents, &run.tokenizer)?;
    let [positions, attention, mlp] = ranges(run.model.config());
    let parts = [
        ("long_positions", vec![positions.clone()]),
        ("long_attention", vec![attention.clone()]),
        ("long_mlp", vec![mlp]),
        ("long_neither", vec![positions, attention]),
    ];
    let losses = parts
        .par_iter()
        .map(|(_, off)| {
            let model = learn_fast(&run.model, &texts.all, LONG, off)?;
            Ok(model_loss(&model, &texts.held_out)?)
        })
        .collect::<Result<Vec<f64>>>()?;
    for ((name, _), loss) in zip(parts, losses) {
        values.round(name, loss, 3);
    }
    Ok(())
}
