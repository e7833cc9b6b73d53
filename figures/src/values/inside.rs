//! What goes on inside a model while it reads.

use anyhow::Result;
use microgpt::attention::Head;
use microgpt::layers::{add, linear, rmsnorm};
use microgpt::model::Gpt;

use super::Values;
use crate::run::{Run, mean};

/// The root of the mean square.
fn size(x: &[f64]) -> f64 {
    mean(&x.iter().map(|x| x * x).collect::<Vec<_>>()).sqrt()
}

/// What was seen while a model of one layer read some documents.
#[derive(Default)]
struct Inside {
    /// For each hidden unit, how often relu let it pass.
    on: Vec<usize>,
    /// How many tokens were read.
    tokens: usize,
    /// The sizes of the embedding and of what attention and MLP add to it.
    sizes: [Vec<f64>; 3],
}

fn look_inside(model: &Gpt, documents: &[Vec<usize>]) -> Inside {
    let weights = model.weights();
    let layer = weights.layers[0];
    let mut inside = Inside { on: vec![0; 64], ..Inside::default() };
    for tokens in documents {
        let mut heads = vec![Head::default(); model.config().n_head];
        let inputs = &tokens[..tokens.len() - 1];
        let rows = inputs.iter().zip(weights.wpe.rows());
        for (&token, place) in rows {
            let what = weights.wte.row(token).unwrap_or_default();
            let embedding = add(what, place);
            let x = rmsnorm(&embedding);
            let attention = layer.attention(&rmsnorm(&x), &mut heads);
            let x = rmsnorm(&add(&x, &attention));
            let hidden = linear(&x, layer.mlp_fc1);
            for (on, unit) in inside.on.iter_mut().zip(hidden) {
                *on += usize::from(unit > 0.0);
            }
            inside.tokens += 1;
            inside.sizes[0].push(size(&embedding));
            inside.sizes[1].push(size(&attention));
            inside.sizes[2].push(size(&layer.mlp(&x)));
        }
    }
    inside
}

/// What the chapters on the forward pass and on training say.
pub(super) fn record(
    values: &mut Values,
    untrained: &Run,
    trained: &Run,
) -> Result<()> {
    let tokens = &untrained.tokens;
    let before = look_inside(&untrained.model, tokens);
    let after = look_inside(&trained.model, tokens);
    let share = |on: usize, of: usize| 100.0 * on as f64 / of as f64;
    for (name, inside) in
        [("units_off_untrained", &before), ("units_off_trained", &after)]
    {
        let on = share(inside.on.iter().sum(), 64 * inside.tokens);
        values.round(name, 100.0 - on, 0);
    }
    let [rarest, busiest] = [after.on.iter().min(), after.on.iter().max()]
        .map(|on| share(on.copied().unwrap_or_default(), after.tokens));
    values.round("rarest_unit", rarest, 1);
    values.round("busiest_unit", busiest, 0);
    for (name, sizes) in ["size_embedding", "size_attention", "size_mlp"]
        .into_iter()
        .zip(&before.sizes)
    {
        values.round(name, mean(sizes), 2);
    }
    let mut zeros = 0;
    for document in tokens {
        let (_, gradients) = trained.model.gradients(document)?;
        zeros += gradients.iter().filter(|&&gradient| gradient == 0.0).count();
    }
    let half = tokens.len() / 2;
    values.count("zero_gradients_trained", (zeros + half) / tokens.len());
    Ok(())
}
