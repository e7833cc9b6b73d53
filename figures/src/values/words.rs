//! What the first pages foretell of the trained model.

use anyhow::Result;
use microgpt::forward::Context;
use microgpt::generation::Temperature;
use microgpt::layers::softmax;

use super::{Values, data::VOWELS_AND_N};
use crate::run::Run;

/// How many of 1,000 drawn names end in a vowel or an n, in percent.
fn soft_endings(trained: &Run, temperature: f64) -> Result<f64> {
    let Run { tokenizer, model, mut chance, .. } = trained.clone();
    let temperature = Temperature::try_from(temperature)?;
    let mut soft = 0;
    for _ in 0..1000 {
        let tokens =
            model.generate(tokenizer.bos(), temperature, &mut chance)?;
        let name = tokenizer.decode(&tokens);
        soft += usize::from(name.ends_with(VOWELS_AND_N));
    }
    Ok(soft as f64 / 10.0)
}

/// What the welcome says; `trained` is left as it was.
pub(super) fn record(values: &mut Values, trained: &Run) -> Result<()> {
    let mut context = Context::new(&trained.model);
    let tokens = trained.tokenizer.encode("emma")?;
    let mut logits = Vec::new();
    for &token in &tokens[..4] {
        logits = context.read(token)?;
    }
    let probs = softmax(&logits);
    values.round("a_after_emm", 100.0 * probs[0], 0);
    values.round("q_after_emm", 100.0 * probs[16], 2);
    values.round("soft_cautious", soft_endings(trained, 0.5)?, 0);
    values.round("soft_plain", soft_endings(trained, 1.0)?, 0);
    Ok(())
}
