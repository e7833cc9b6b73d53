//! The names that the trained model invents.

use anyhow::Result;
use microgpt::generation::Temperature;

use super::Values;
use crate::run::Run;

/// What the chapter on generation says.
pub(super) fn record(values: &mut Values, trained: &mut Run) -> Result<()> {
    let Run { documents, tokenizer, chance, model, .. } = trained;
    let temperature = Temperature::try_from(0.5)?;
    let samples = (0..20).map(|_| {
        let tokens = model.generate(tokenizer.bos(), temperature, chance)?;
        Ok(tokenizer.decode(&tokens))
    });
    let samples = samples.collect::<Result<Vec<String>>>()?;
    let among = |names: &[&str]| {
        let found = |sample: &&String| names.contains(&sample.as_str());
        samples.iter().filter(found).count()
    };
    values.count("samples_in_the_file", among(documents));
    values.count("samples_trained_on", among(&documents[..1000]));
    Ok(())
}
