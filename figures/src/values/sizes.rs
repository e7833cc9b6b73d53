//! Models of other sizes: what they take, and what larger runs of ours give.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use lab::study::learn;
use microgpt::chance::Chance;
use microgpt::data::NAMES;
use microgpt::engine::Engine;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::guards::EngineKind;
use microgpt::model::{Config, Gpt};
use microgpt::training::Schedule;

use super::Values;
use crate::run::Run;

/// The speeds that the efficiency chapter shows.
const SPEEDS: &str = include_str!("../../../code/benches/recorded.txt");

/// The sizes of GPT-2 (Radford et al., 2019): layers, width, heads.
const GPT2: [(usize, usize, usize); 4] =
    [(12, 768, 12), (24, 1024, 16), (36, 1280, 20), (48, 1600, 25)];

/// What the chapter on larger models says.
pub(super) fn record(values: &mut Values, run: &Run) -> Result<()> {
    sizes(values)?;
    data(values, run);
    runs(values, run)
}

/// The sizes of one of the GPT-2 models.
fn gpt2((n_layer, n_embd, n_head): (usize, usize, usize)) -> Config {
    Config { vocab_size: 50_257, n_embd, n_layer, n_head, block_size: 1024 }
}

/// The weights, and how many they are with one table for both ends.
fn weights(config: &Config) -> (usize, usize) {
    let all = config.num_params();
    (all, all - config.vocab_size * config.n_embd)
}

fn sizes(values: &mut Values) -> Result<()> {
    for ((name, shared_name), sizes) in [
        ("weights_gpt2", "shared_gpt2"),
        ("weights_gpt2_medium", "shared_gpt2_medium"),
        ("weights_gpt2_large", "shared_gpt2_large"),
        ("weights_gpt2_xl", "shared_gpt2_xl"),
    ]
    .into_iter()
    .zip(GPT2)
    {
        let (all, shared) = weights(&gpt2(sizes));
        values.count(name, all);
        values.count(shared_name, shared);
    }
    let ours = weights(&Config::default());
    values.count("shared_ours", ours.1);
    values.count("training_kilobytes", ours.0 * 32 / 1000);

    let (small, xl) = (gpt2(GPT2[0]), gpt2(GPT2[3]));
    let table = small.vocab_size * small.n_embd;
    let (_, small_weights) = weights(&small);
    let (_, xl_weights) = weights(&xl);
    let percent = 100.0 * table as f64 / small_weights as f64;
    values.round("percent_table_gpt2", percent, 0);
    let gigabytes = |bytes: usize| bytes as f64 / 1e9;
    values.round("training_gigabytes_gpt2", gigabytes(small_weights * 32), 1);
    values.round("training_gigabytes_gpt2_xl", gigabytes(xl_weights * 32), 0);
    let bytes = |kind: EngineKind| kind.bytes(&small, 1024);
    let tape = bytes(EngineKind::Tape).context("too many bytes")?;
    values.round("tape_terabytes_gpt2", tape as f64 / 1e12, 0);
    let fast = bytes(EngineKind::Fast).context("too many bytes")?;
    values.round("fast_gigabytes_gpt2", gigabytes(fast), 1);

    let speed = best_speed()?;
    values.round("best_gigaflops", speed, 0);
    let years = |weights: f64, tokens: f64| {
        6.0 * weights * tokens / (speed * 1e9) / (365.25 * 86_400.0)
    };
    let (small, xl) = (small_weights as f64, xl_weights as f64);
    values.round("years_gpt2", years(small, 20.0 * small), 1);
    values.round("years_gpt2_xl", years(xl, 20.0 * xl), 0);
    Ok(())
}

/// The most operations a second that a model of some width reached, in 10⁹.
fn best_speed() -> Result<f64> {
    let table = SPEEDS.split("n_embd ").nth(1).context("no table by width")?;
    let rows = table.lines().skip(1).take_while(|line| !line.contains("grows"));
    let speeds = rows.filter_map(|row| {
        row.split_whitespace().nth(3).and_then(|word| word.parse().ok())
    });
    speeds.reduce(f64::max).context("no speed in the table")
}

/// How much there is to read.
fn data(values: &mut Values, run: &Run) {
    let all = run.model.params().len() as f64;
    let predictions = |names: &[&str]| -> f64 {
        names.iter().map(|name| name.len() as f64 + 1.0).sum()
    };
    values.count("names_kilobytes", NAMES.len() / 1000);
    let of_the_run = predictions(&run.documents[..1000]) / all;
    values.round("tokens_a_weight", of_the_run, 1);
    let of_a_pass = predictions(&run.documents) / all;
    values.round("tokens_a_weight_of_a_pass", of_a_pass, 0);
}

/// Names as tokens.
type Texts = Vec<Vec<usize>>;

/// Runs of other sizes, and what follows one of them.
fn runs(values: &mut Values, run: &Run) -> Result<()> {
    const DOCUMENTS: usize = 27_000;
    let (read, rest) = run.documents.split_at(DOCUMENTS);
    let seen: BTreeSet<_> = read.iter().collect();
    let others = rest.iter().filter(|name| !seen.contains(name));
    let encode = |name: &&str| run.tokenizer.encode(name);
    let texts = read.iter().map(encode).collect::<Result<Texts, _>>()?;
    let others = others.map(encode).collect::<Result<Texts, _>>()?;
    values.count("judged_names", others.len());

    let usual = Config::default();
    let wide = Config { n_layer: 2, n_embd: 32, ..usual };
    values.count("weights_wide", weights(&wide).0);
    let usual_model = train(&run.model, &texts, Schedule::default())?;
    values.round("judged_usual", loss(&usual_model, &others)?, 2);
    for (name, config, steps, batch, learning_rate) in [
        ("judged_long", usual, 10_000, 1, 0.01),
        ("judged_wide", wide, 10_000, 1, 0.01),
        ("judged_slow", wide, 10_000, 1, 0.003),
        ("judged_batch", wide, 3000, 8, 0.005),
    ] {
        let schedule = Schedule { steps, batch, learning_rate };
        let model = train(&Run::with(config)?.model, &texts, schedule)?;
        values.round(name, loss(&model, &others)?, 2);
    }
    fine_tuning(values, run, read, &usual_model, &others)
}

/// The trained model learns from names of one kind only.
fn fine_tuning(
    values: &mut Values,
    run: &Run,
    read: &[&str],
    model: &Gpt,
    others: &Texts,
) -> Result<()> {
    let chosen = read.iter().filter(|name| name.ends_with('o'));
    let chosen = chosen.map(|name| run.tokenizer.encode(name));
    let chosen = chosen.collect::<Result<Texts, _>>()?;
    values.count("names_in_o", chosen.len());
    values.count("samples_in_o", samples_in_o(run, model)?);
    let schedule = Schedule { steps: 100, ..Schedule::default() };
    let model = train(model, &chosen, schedule)?;
    values.count("samples_in_o_tuned", samples_in_o(run, &model)?);
    values.round("judged_tuned", loss(&model, others)?, 2);
    Ok(())
}

/// How many of 100 samples end in o.
fn samples_in_o(run: &Run, model: &Gpt) -> Result<usize> {
    let temperature = Temperature::try_from(0.5)?;
    let (mut chance, bos) = (Chance::seeded(1), run.tokenizer.bos());
    let samples = (0..100).map(|_| {
        let tokens = model.generate(bos, temperature, &mut chance)?;
        Ok(run.tokenizer.decode(&tokens).ends_with('o'))
    });
    let samples = samples.collect::<Result<Vec<bool>>>()?;
    Ok(samples.into_iter().filter(|&in_o| in_o).count())
}

/// A copy of the model, trained with a new Adam.
fn train(model: &Gpt, texts: &Texts, schedule: Schedule) -> Result<Gpt> {
    let (adam, mut fast) = (FastAdam::default(), Fast::new(*model.config()));
    let (session, _) = learn(model.clone(), &mut fast, adam, texts, schedule)?;
    Ok(session.model)
}

/// The mean of the texts' losses: it comes with their mean gradient.
fn loss(model: &Gpt, texts: &Texts) -> Result<f64> {
    let texts: Vec<&[usize]> = texts.iter().map(Vec::as_slice).collect();
    Ok(Fast::new(*model.config()).gradients(model, &texts)?.0)
}
