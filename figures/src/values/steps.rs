//! What the steps of a training look like from near.

use std::collections::BTreeSet;
use std::iter::zip;

use anyhow::Result;
use microgpt::adam::Adam;
use microgpt::model::Place;
use microgpt::training::{Optimizer, Schedule, Session, Sgd};

use super::Values;
use super::training::{mean_loss, others};
use crate::run::{Run, mean};

/// What the chapters on training and Adam say of single steps.
pub(super) fn record(values: &mut Values, untrained: &Run) -> Result<()> {
    single_losses(values, untrained)?;
    sizes_of_gradients(values, untrained)?;
    memories(values, untrained)?;
    constant_rate(values, untrained)
}

fn single_losses(values: &mut Values, untrained: &Run) -> Result<()> {
    let losses = untrained.clone().train(Sgd, 0.5)?;
    values.round("sgd_last_loss", losses[999], 2);
    let mut late: Vec<usize> = (900..1000).collect();
    late.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
    for (name, loss, at) in [
        ("sgd_late_easiest", "sgd_late_smallest", late[0]),
        ("sgd_late_hardest", "sgd_late_largest", late[99]),
    ] {
        values.text(name, untrained.documents[at]);
        values.round(loss, losses[at], 2);
    }
    let after_ka: BTreeSet<_> = untrained
        .documents
        .iter()
        .filter_map(|name| name.strip_prefix("ka"))
        .map(|rest| rest.chars().next())
        .collect();
    values.count("after_ka", after_ka.len());
    Ok(())
}

/// The usual size of a gradient over the 1,000 names, by part of the model.
fn sizes_of_gradients(values: &mut Values, untrained: &Run) -> Result<()> {
    let mut sizes = vec![0.0; untrained.model.params().len()];
    for tokens in &untrained.tokens {
        let (_, gradients) = untrained.model.gradients(tokens)?;
        for (size, gradient) in zip(&mut sizes, gradients) {
            *size += gradient * gradient / 1000.0;
        }
    }
    let config = untrained.model.config();
    let layout = config.layout();
    let usual = |place: Place| mean(&sizes[place.range()]).sqrt();
    let lm_head = usual(layout.lm_head);
    let queries = usual(layout.layers[0].attn_wq);
    values.round("usual_gradient_lm_head", lm_head, 3);
    values.round("usual_gradient_attn_wq", queries, 6);
    values.round("usual_gradient_ratio", lm_head / queries, 0);
    Ok(())
}

fn memories(values: &mut Values, untrained: &Run) -> Result<()> {
    for (name, betas) in [
        ("adam_betas_paper", [0.9, 0.999]),
        ("adam_betas_none", [0.0, 0.0]),
        ("adam_betas_fresh", [0.0, 0.99]),
        ("adam_betas_long", [0.99, 0.99]),
    ] {
        let [beta1, beta2] = betas;
        let adam = Adam { beta1, beta2, ..Adam::default() };
        let losses = untrained.clone().train(adam, 0.01)?;
        values.round(name, mean(&losses[900..]), 3);
    }
    let (model, schedule) = (untrained.model.clone(), Schedule::default());
    let mut session = Session::new(model, Adam::default(), schedule);
    session.train(&untrained.tokens)?;
    let adam = session.optimizer;
    let [m_correction, v_correction] = adam.corrections();
    let moments = zip(&adam.m, &adam.v);
    let ratios: Vec<f64> = moments
        .map(|(m, v)| {
            (m / m_correction).abs()
                / ((v / v_correction).sqrt() + adam.epsilon)
        })
        .collect();
    values.round("adam_mean_ratio", mean(&ratios), 2);
    let untouched = adam.v.iter().filter(|&&v| v == 0.0).count();
    values.count("adam_untouched", untouched);
    Ok(())
}

/// An optimizer whose rate stays what it was at first.
struct Constant<O>(O, f64);

impl<O: Optimizer> Optimizer for Constant<O> {
    fn step(&mut self, _: f64, params: &mut [f64], gradients: &[f64]) {
        self.0.step(self.1, params, gradients);
    }
}

/// Adam with a rate that does not fall.
fn constant_rate(values: &mut Values, untrained: &Run) -> Result<()> {
    let mut run = untrained.clone();
    let losses = run.train(Constant(Adam::default(), 0.01), 0.01)?;
    values.round("adam_constant", mean(&losses[900..]), 3);
    let others = mean_loss(&run.model, &others(&run)?)?;
    values.round("adam_constant_others", others, 3);
    Ok(())
}
