//! Records the numbers that stand in the sentences of the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use microgpt::adam::Adam;
use microgpt::attention::Head;
use microgpt::autograd::Tape;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::layers::{add, linear, rmsnorm};
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Optimizer, Schedule, Sgd, train};
use rand_mt::Mt;

/// The values by name, as they stand in the book.
#[derive(Default)]
struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn record(&mut self, name: &'static str, value: impl Display) {
        self.0.insert(name, value.to_string());
    }

    /// A whole number, with a comma before each three digits.
    fn count(&mut self, name: &'static str, count: usize) {
        let digits = count.to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap())
            .collect();
        self.record(name, groups.join(","));
    }

    /// A number rounded to some places after the point.
    fn round(&mut self, name: &'static str, number: f64, places: usize) {
        self.record(name, format!("{number:.places$}"));
    }
}

/// The beginning of the run: shuffled names and a model that knows nothing.
struct Start {
    documents: Vec<&'static str>,
    tokens: Vec<Vec<usize>>,
    tokenizer: Tokenizer,
    chance: Chance<Mt>,
    model: Gpt,
}

impl Start {
    fn new() -> Self {
        let mut documents = data::documents(data::NAMES).unwrap();
        let mut chance = Chance::seeded(42);
        chance.shuffle(&mut documents);
        let tokenizer = Tokenizer::new(&documents);
        let model = Gpt::new(Config::default(), &mut chance).unwrap();
        let tokens = documents.iter().take(1000);
        let tokens = tokens
            .map(|document| tokenizer.encode(document).unwrap())
            .collect();
        Self { documents, tokens, tokenizer, chance, model }
    }

    /// Trains for 1,000 steps and returns the losses.
    fn train<O: Optimizer>(&mut self, mut by: O, rate: f64) -> Vec<f64> {
        let schedule = Schedule { steps: 1000, learning_rate: rate };
        train(&mut self.model, &mut by, &self.tokens, schedule)
            .map(|step| step.unwrap().1)
            .collect()
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn data_values(values: &mut Values, start: &Start) {
    let documents = &start.documents;
    let different: BTreeSet<_> = documents.iter().collect();
    let trained_on: BTreeSet<_> = documents[..1000].iter().collect();
    values.count("num_docs", documents.len());
    values.count("different_names", different.len());
    values.count("different_names_in_1000", trained_on.len());
    let percent = 100.0 * 1000.0 / documents.len() as f64;
    values.round("percent_of_a_pass", percent, 1);
    let lengths = documents.iter().map(|name| name.len());
    values.count("longest_name", lengths.clone().max().unwrap());
    let letters: usize = lengths.sum();
    values.count("letters", letters);
    values.round("mean_length", letters as f64 / documents.len() as f64, 1);
    values.record("first_name", documents[0]);
    let uniform = Chance::seeded(42).uniform();
    values.round("first_uniform", uniform, 4);
}

fn tape_values(values: &mut Values, start: &Start) {
    for (nodes, edges, document) in [
        ("first_nodes", "first_edges", start.documents[0]),
        ("short_nodes", "short_edges", "jo"),
    ] {
        let tape = Tape::default();
        let variables = start.model.map(|&weight| tape.variable(weight));
        let tokens = start.tokenizer.encode(document).unwrap();
        variables.loss(&tokens).unwrap();
        let (node_count, edge_count) = tape.size();
        values.count(nodes, node_count);
        values.count(edges, edge_count);
    }
}

fn model_values(values: &mut Values, start: &Start) {
    let config = start.model.config();
    let all = start.model.params().len();
    let square = config.n_embd * config.n_embd;
    let tables = (2 * config.vocab_size + config.block_size) * config.n_embd;
    let percent = |count: usize| 100.0 * count as f64 / all as f64;
    values.count("num_params", all);
    values.round("percent_mlp", percent(8 * square), 1);
    values.round("percent_attention", percent(4 * square), 1);
    values.round("percent_tables", percent(tables), 1);
    values.round("ln_27", libm::log(27.0), 4);
    let (loss, gradients) = start.model.gradients(&start.tokens[0]).unwrap();
    values.round("first_loss", loss, 4);
    let zero = gradients.iter().filter(|&&gradient| gradient == 0.0).count();
    values.count("zero_gradients", zero);
}

/// How many of the hidden units relu turns off, over some names, in percent.
fn percent_off(model: &Gpt, documents: &[Vec<usize>]) -> f64 {
    let weights = model.weights();
    let layer = weights.layers[0];
    let (mut off, mut all) = (0, 0);
    for tokens in documents {
        let mut heads = vec![Head::default(); model.config().n_head];
        let inputs = &tokens[..tokens.len() - 1];
        for (position, &token) in inputs.iter().enumerate() {
            let what = weights.wte.row(token).unwrap();
            let place = weights.wpe.row(position).unwrap();
            let x = rmsnorm(&add(what, place));
            let x = add(&x, &layer.attention(&rmsnorm(&x), &mut heads));
            let hidden = linear(&rmsnorm(&x), layer.mlp_fc1);
            off += hidden.iter().filter(|&&unit| unit <= 0.0).count();
            all += hidden.len();
        }
    }
    100.0 * f64::from(off as u32) / f64::from(all as u32)
}

fn training_values(values: &mut Values) {
    for (name, rate) in [("sgd_0_01", 0.01), ("sgd_0_1", 0.1), ("sgd_0_5", 0.5)]
    {
        let losses = Start::new().train(Sgd, rate);
        values.round(name, mean(&losses[900..]), 3);
    }
    let mut start = Start::new();
    let schedule = Schedule { steps: 1000, learning_rate: 1.0 };
    let mut sgd = Sgd;
    let finite = train(&mut start.model, &mut sgd, &start.tokens, schedule)
        .take_while(Result::is_ok);
    values.count("sgd_1_fails_at", finite.count() + 1);
    let mut start = Start::new();
    let losses = start.train(Adam::default(), 0.01);
    values.round("last_loss", losses[999], 4);
    values.round(
        "smallest_loss",
        losses.iter().copied().fold(9.0, f64::min),
        2,
    );
    values.round(
        "largest_late_loss",
        losses[900..].iter().copied().fold(0.0, f64::max),
        2,
    );
    let last_100 = mean(&losses[900..]);
    values.round("last_100", last_100, 3);
    values.round("choices_untrained", losses[0].exp(), 1);
    values.round("choices_trained", last_100.exp(), 1);
    let untrained = Start::new().model;
    let (_, before) = untrained.gradients(&start.tokens[0]).unwrap();
    values.round("first_gradient", before[0], 6);
    values.round(
        "units_off_untrained",
        percent_off(&untrained, &start.tokens),
        0,
    );
    values.round(
        "units_off_trained",
        percent_off(&start.model, &start.tokens),
        0,
    );
    sample_values(values, &mut start);
}

fn sample_values(values: &mut Values, start: &mut Start) {
    let Start { documents, tokenizer, chance, model, .. } = start;
    let temperature = Temperature::try_from(0.5).unwrap();
    let samples: Vec<String> = (0..20)
        .map(|_| model.generate(tokenizer.bos(), temperature, chance))
        .map(|tokens| tokenizer.decode(&tokens.unwrap()))
        .collect();
    let among = |names: &[&str]| {
        let found = |sample: &&String| names.contains(&sample.as_str());
        samples.iter().filter(found).count()
    };
    values.count("samples_in_the_file", among(documents));
    values.count("samples_trained_on", among(&documents[..1000]));
}

#[test]
fn the_values_in_the_sentences_are_recorded() {
    let mut values = Values::default();
    let start = Start::new();
    data_values(&mut values, &start);
    tape_values(&mut values, &start);
    model_values(&mut values, &start);
    training_values(&mut values);
    let lines: Vec<String> = values
        .0
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| insta::assert_snapshot!("values", lines.join("\n")));
}
