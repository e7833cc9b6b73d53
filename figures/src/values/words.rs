//! What the first pages foretell of the trained model.

use anyhow::Result;
use microgpt::adam::Adam;
use microgpt::forward::Context;
use microgpt::generation::Temperature;
use microgpt::layers::softmax;

use super::{Values, data::VOWELS_AND_N};
use crate::run::{Run, mean};

/// 1,000 names that the trained model draws.
fn draw(trained: &Run, temperature: f64) -> Result<Vec<String>> {
    let Run { tokenizer, model, mut chance, .. } = trained.clone();
    let temperature = Temperature::try_from(temperature)?;
    let names = (0..1000).map(|_| {
        let tokens =
            model.generate(tokenizer.bos(), temperature, &mut chance)?;
        Ok(tokenizer.decode(&tokens))
    });
    names.collect()
}

/// How many of 1,000 names end in a vowel or an n, in percent.
fn soft_endings(names: &[String]) -> f64 {
    let soft = names.iter().filter(|name| name.ends_with(VOWELS_AND_N));
    soft.count() as f64 / 10.0
}

/// How many of 1,000 drawn names fill the block, if the model learned from
/// names without the `bos` at their end.
fn endless(mut run: Run) -> Result<usize> {
    for tokens in &mut run.tokens {
        tokens.pop();
    }
    run.train(Adam::default(), 0.01)?;
    let block_size = run.model.config().block_size;
    let names = draw(&run, 1.0)?;
    Ok(names.iter().filter(|name| name.len() == block_size).count())
}

/// What the first chapters foretell; `trained` is left as it was.
pub(super) fn record(
    values: &mut Values,
    untrained: &Run,
    trained: &Run,
) -> Result<()> {
    let mut context = Context::new(&trained.model);
    let tokens = trained.tokenizer.encode("emma")?;
    let mut logits = Vec::new();
    for &token in &tokens[..4] {
        logits = context.read(token)?;
    }
    let probs = softmax(&logits);
    values.round("a_after_emm", 100.0 * probs[0], 0);
    values.round("q_after_emm", 100.0 * probs[16], 2);
    let (cautious, plain) = (draw(trained, 0.5)?, draw(trained, 1.0)?);
    values.round("soft_cautious", soft_endings(&cautious), 0);
    values.round("soft_plain", soft_endings(&plain), 0);
    let lengths: Vec<f64> =
        plain.iter().map(|name| name.len() as f64).collect();
    values.round("drawn_mean_length", mean(&lengths), 1);
    values.count("endless_names", endless(untrained.clone())?);
    Ok(())
}
