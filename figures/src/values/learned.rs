//! What the model has learned, beside tables that count.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::zip;

use anyhow::{Context, Result, ensure};
use lab::learned::{NAMES, Table, Texts, model_loss, table_loss};
use lab::study::{LONG, learn_fast};

use super::Values;
use crate::evidence::long_trained;
use crate::run::{Run, mean};

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
    plus_one_values(values, &texts);
    mixture_value(values, trained, &texts)?;
    letter_values(values, trained)?;
    model_values(values, untrained, trained, &texts)
}

fn split_values(values: &mut Values, run: &Run, texts: &Texts) {
    let held_out = texts.held_out.len();
    let predictions = texts.held_out.iter().map(|text| text.len() - 1).sum();
    values.count("held_out_names", held_out);
    values.count("held_out_predictions", predictions);
    values.count("all_but_held_out", texts.all.len());
    values.count("documents_held_out", run.documents.len() - texts.all.len());
    let (rest, last) = run.documents.split_at(run.documents.len() - 3000);
    let among = |documents: &[&str], names: &[&str]| {
        let names: BTreeSet<_> = names.iter().collect();
        documents.iter().filter(|name| names.contains(name)).count()
    };
    values.count("last_elsewhere", among(last, rest));
    let pairs: BTreeSet<_> =
        texts.trained.iter().flat_map(|text| text.windows(2)).collect();
    let known =
        |text: &Vec<usize>| text.windows(2).all(|pair| pairs.contains(pair));
    let unknown = texts.held_out.iter().filter(|text| !known(text)).count();
    values.count("names_with_unseen_pairs", unknown);
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
    ensure!(names.len() == NAMES.len());
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

/// What tables lose that add one to each count, and ask no shorter run.
fn plus_one_values(values: &mut Values, texts: &Texts) {
    for (order, name) in [(1, "bigram_plus_one"), (2, "trigram_plus_one")] {
        let mut counts: BTreeMap<&[usize], [f64; 27]> = BTreeMap::new();
        let before = |at: usize| at - order.min(at)..at;
        for text in &texts.trained {
            for at in 1..text.len() {
                let run = &text[before(at)];
                counts.entry(run).or_insert([1.0; 27])[text[at]] += 1.0;
            }
        }
        let mut losses = Vec::new();
        for text in &texts.held_out {
            for at in 1..text.len() {
                let run = &text[before(at)];
                let counts = counts.get(run).unwrap_or(&[1.0; 27]);
                let total: f64 = counts.iter().sum();
                losses.push(-libm::log(counts[text[at]] / total));
            }
        }
        values.round(name, mean(&losses), 3);
    }
}

/// The loss of the mean of what the model says and what the trigram of the
/// same names says.
fn mixture_value(
    values: &mut Values,
    trained: &Run,
    texts: &Texts,
) -> Result<()> {
    let table = Table::count(2, &texts.trained);
    let mut losses = Vec::new();
    for text in &texts.held_out {
        for (at, loss) in (1..).zip(trained.model.losses(text)?) {
            let counted = table.probability(&text[..at], text[at]);
            losses.push(-f64::midpoint((-loss).exp(), counted).ln());
        }
    }
    values.round("mixed", mean(&losses), 3);

    // The difference between the two, name by name: its mean for each token,
    // and how uncertain that is.
    let mut differences = Vec::new();
    for text in &texts.held_out {
        let own: f64 = trained.model.losses(text)?.iter().sum();
        let counted = |at| table.probability(&text[..at], text[at]);
        let counted: f64 =
            (1..text.len()).map(|at| -libm::log(counted(at))).sum();
        differences.push((own - counted, (text.len() - 1) as f64));
    }
    let tokens: f64 = differences.iter().map(|(_, tokens)| tokens).sum();
    let total: f64 = differences.iter().map(|(it, _)| it).sum();
    let squares =
        differences.iter().map(|(it, own)| (it - own * total / tokens).powi(2));
    let error = squares.sum::<f64>().sqrt() / tokens;
    values.round("difference_error", error, 3);
    Ok(())
}

/// What the picture of the embeddings is explained by.
fn letter_values(values: &mut Values, trained: &Run) -> Result<()> {
    let id = |letter: u8| usize::from(letter - b'a');
    let mut followed = [(0.0, 0.0); 27];
    for pair in trained.tokens.iter().flat_map(|text| text.windows(2)) {
        followed[pair[0]].0 += f64::from(u8::from(pair[1] == id(b'h')));
        followed[pair[0]].1 += 1.0;
    }
    let (mut low, mut others) = (f64::INFINITY, 0.0_f64);
    for (token, (by_h, by_any)) in followed.into_iter().enumerate() {
        let percent = 100.0 * by_h / by_any;
        if b"cgpst".iter().any(|&letter| id(letter) == token) {
            low = low.min(percent);
        } else {
            others = others.max(percent);
        }
    }
    values.round("h_after_least", low, 0);
    values.round("h_after_others", others, 0);
    values.round("followers_of_q", followed[id(b'q')].1, 0);

    let vowels = b"aeiou".map(id);
    let wte = trained.model.weights().wte;
    let kind = |token: usize| f64::from(u8::from(vowels.contains(&token)));
    let way: Vec<f64> = (0..wte.row(0).map_or(0, <[f64]>::len))
        .map(|j| {
            let sum = |of: f64| -> f64 {
                let rows = wte.rows().enumerate();
                rows.filter(|(token, _)| kind(*token) == of)
                    .map(|(_, row)| row[j])
                    .sum()
            };
            sum(1.0) / 5.0 - sum(0.0) / 22.0
        })
        .collect();
    let place =
        |row: &[f64]| -> f64 { zip(row, &way).map(|(a, b)| a * b).sum() };
    let places: Vec<f64> = wte.rows().map(place).collect();
    let least = vowels.map(|id| places[id]).into_iter().fold(9.0, f64::min);
    let before = places.iter().filter(|place| **place < least).count();
    ensure!(before == 22, "a consonant stands among the vowels");
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
    let long = long_trained(untrained, texts)?;
    let long = model_loss(&long, &texts.held_out)?;
    values.round("learned_long", long, 3);
    values.round("choices_long", long.exp(), 1);
    let by_heart = learn_fast(&untrained.model, &texts.trained, LONG, &[])?;
    let of_others = model_loss(&by_heart, &texts.held_out)?;
    values.round("by_heart", of_others, 3);
    values.round("by_heart_own", model_loss(&by_heart, &texts.trained)?, 3);
    Ok(())
}
