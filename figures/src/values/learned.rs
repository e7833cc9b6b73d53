//! What the model has learned, beside tables that count.

use std::collections::BTreeSet;
use std::iter::zip;

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::Values;
use crate::evidence::learned::{NAMES, Table, Texts, model_loss, table_loss};
use crate::evidence::{LONG, learn_fast};
use crate::run::Run;

/// What the chapter "What has it learned?" says.
pub(super) fn record(
    values: &mut Values,
    untrained: &Run,
    trained: &Run,
) -> Result<()> {
    let texts = Texts::new(&untrained.documents, &untrained.tokenizer)?;
    split_values(values, untrained, &texts);
    table_values(values, &texts)?;
    trust_values(values, &texts)?;
    model_values(values, untrained, trained, &texts)
}

fn split_values(values: &mut Values, run: &Run, texts: &Texts) {
    let held_out = texts.held_out.len();
    let predictions = texts.held_out.iter().map(|text| text.len() - 1).sum();
    values.count("held_out_names", held_out);
    values.count("held_out_predictions", predictions);
    values.count("all_but_held_out", texts.all.len());
    values.count("documents_held_out", run.documents.len() - texts.all.len());
    let (first, last) = (&run.documents[..1000], run.documents.iter().rev());
    let last: BTreeSet<_> = last.take(3000).copied().collect();
    let both: BTreeSet<_> =
        first.iter().filter(|name| last.contains(*name)).collect();
    values.count("names_in_both", both.len());
}

fn table_values(values: &mut Values, texts: &Texts) -> Result<()> {
    let names = [
        ["unigram_1000", "unigram_all"],
        ["bigram_1000", "bigram_all"],
        ["trigram_1000", "trigram_all"],
        ["four_gram_1000", "four_gram_all"],
        ["five_gram_1000", "five_gram_all"],
    ];
    let sizes = [
        ["unigram_size_1000", "unigram_size_all"],
        ["bigram_size_1000", "bigram_size_all"],
        ["trigram_size_1000", "trigram_size_all"],
        ["four_gram_size_1000", "four_gram_size_all"],
        ["five_gram_size_1000", "five_gram_size_all"],
    ];
    anyhow::ensure!(names.len() == NAMES.len());
    for (order, (names, sizes)) in zip(names, sizes).enumerate() {
        for (data, (name, size)) in
            zip([&texts.trained, &texts.all], zip(names, sizes))
        {
            let table = Table::count(order, data);
            let loss = table_loss(&table, &texts.held_out);
            values.round(name, loss, 3);
            values.count(size, table.size());
        }
    }
    Ok(())
}

/// The trust that is best for the last tenth of the 1,000 names, with a table
/// of the others; and what the trigram loses with more or less of it.
fn trust_values(values: &mut Values, texts: &Texts) -> Result<()> {
    let (most, tenth) = texts.trained.split_at(900);
    let candidates = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
    for (order, name) in
        [(2, "best_trust"), (3, "best_trust_4"), (4, "best_trust_5")]
    {
        let mut table = Table::count(order, most);
        let mut tried = Vec::new();
        for trust in candidates {
            table.trust = trust;
            tried.push((table_loss(&table, tenth), trust));
        }
        tried.sort_by(|a, b| a.0.total_cmp(&b.0));
        values.text(name, tried.first().context("nothing tried")?.1);
    }
    let mut table = Table::count(2, &texts.trained);
    for (name, trust) in
        [("trigram_trust_1", 1.0), ("trigram_trust_100", 100.0)]
    {
        table.trust = trust;
        values.round(name, table_loss(&table, &texts.held_out), 3);
    }
    Ok(())
}

fn model_values(
    values: &mut Values,
    untrained: &Run,
    trained: &Run,
    texts: &Texts,
) -> Result<()> {
    let loss = model_loss(&trained.model, &texts.held_out)?;
    values.round("learned_1000", loss, 3);
    values.round("choices_1000", loss.exp(), 1);
    values.round("learned_own", model_loss(&trained.model, &texts.trained)?, 3);
    let data = [&texts.all, &texts.trained];
    let models = data
        .par_iter()
        .map(|texts| learn_fast(&untrained.model, texts, LONG, &[]))
        .collect::<Result<Vec<_>>>()?;
    let long = model_loss(&models[0], &texts.held_out)?;
    values.round("learned_long", long, 3);
    values.round("choices_long", long.exp(), 1);
    let by_heart = model_loss(&models[1], &texts.held_out)?;
    values.round("by_heart", by_heart, 3);
    values.round("by_heart_own", model_loss(&models[1], &texts.trained)?, 3);
    Ok(())
}
