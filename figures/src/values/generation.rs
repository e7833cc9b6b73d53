//! The names that the trained model invents.

use std::collections::BTreeSet;

use anyhow::Result;
use microgpt::chance::Chance;
use microgpt::generation::Temperature;

use super::{Values, data::VOWELS_AND_N};
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
    let soft = samples.iter().filter(|name| name.ends_with(VOWELS_AND_N));
    values.count("soft_samples", soft.count());
    let emma = trained.tokenizer.encode("emma")?;
    let surprise: f64 = trained.model.losses(&emma)?.iter().sum();
    let one_in = format!("{:.0}", libm::exp(surprise)).parse()?;
    values.count("emma_one_in", one_in);
    many(values, trained)
}

/// What 1,000 further names are like, drawn at some temperatures.
fn many(values: &mut Values, trained: &Run) -> Result<()> {
    let trained_on: BTreeSet<_> = trained.documents[..1000].iter().collect();
    let all: BTreeSet<_> = trained.documents.iter().collect();
    for (names, temperature) in [
        (["different_at_0_1", "in_file_at_0_1", "trained_on_at_0_1"], 0.1),
        (["different_at_0_5", "in_file_at_0_5", "trained_on_at_0_5"], 0.5),
        (["different_at_2", "in_file_at_2", "trained_on_at_2"], 2.0),
    ] {
        let temperature = Temperature::try_from(temperature)?;
        let mut chance = Chance::seeded(1);
        let mut drawn = Vec::new();
        for _ in 0..1000 {
            let bos = trained.tokenizer.bos();
            let tokens =
                trained.model.generate(bos, temperature, &mut chance)?;
            drawn.push(trained.tokenizer.decode(&tokens));
        }
        let different: BTreeSet<&str> =
            drawn.iter().map(String::as_str).collect();
        let among = |set: &BTreeSet<&&str>| {
            drawn.iter().filter(|name| set.contains(&name.as_str())).count()
        };
        values.count(names[0], different.len());
        values.count(names[1], among(&all));
        values.count(names[2], among(&trained_on));
        if names[0] == "different_at_0_5" {
            let share = 1000.0 / trained.documents.len() as f64;
            let expected = among(&all) as f64 * share;
            values.round("expected_trained_on", expected, 0);
        }
    }
    Ok(())
}
