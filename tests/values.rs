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
use microgpt::training::{OnTape, Optimizer, Schedule, Sgd, train};
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
        let schedule = Schedule { learning_rate: rate, ..Schedule::default() };
        let mut tape = OnTape::default();
        train(&mut self.model, &mut tape, &mut by, &self.tokens, schedule)
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
    values.count("runs_by_trying", 2 * all);
    values.round("percent_mlp", percent(8 * square), 1);
    values.round("percent_attention", percent(4 * square), 1);
    values.round("percent_tables", percent(tables), 1);
    values.round("ln_27", libm::log(27.0), 4);
    let (_, gradients) = start.model.gradients(&start.tokens[0]).unwrap();
    let zero = gradients.iter().filter(|&&gradient| gradient == 0.0).count();
    values.count("zero_gradients", zero);
}

/// The root of the mean square.
fn size(x: &[f64]) -> f64 {
    mean(&x.iter().map(|x| x * x).collect::<Vec<_>>()).sqrt()
}

/// What goes on inside a model while it reads.
#[derive(Default)]
struct Inside {
    /// For each hidden unit, how often relu let it pass.
    on: Vec<usize>,
    /// How many tokens were read.
    tokens: usize,
    /// The sizes of the embedding and of what attention and MLP add to it.
    sizes: [Vec<f64>; 3],
}

/// Follows a model of one layer through some documents.
fn look_inside(model: &Gpt, documents: &[Vec<usize>]) -> Inside {
    let weights = model.weights();
    let layer = weights.layers[0];
    let mut inside = Inside { on: vec![0; 64], ..Inside::default() };
    for tokens in documents {
        let mut heads = vec![Head::default(); model.config().n_head];
        let inputs = &tokens[..tokens.len() - 1];
        for (position, &token) in inputs.iter().enumerate() {
            let what = weights.wte.row(token).unwrap();
            let embedding = add(what, weights.wpe.row(position).unwrap());
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

fn inside_values(values: &mut Values, untrained: &Start, trained: &Start) {
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
    let [rarest, busiest] =
        [after.on.iter().min(), after.on.iter().max()].map(Option::unwrap);
    values.round("rarest_unit", share(*rarest, after.tokens), 1);
    values.round("busiest_unit", share(*busiest, after.tokens), 0);
    for (name, sizes) in ["size_embedding", "size_attention", "size_mlp"]
        .into_iter()
        .zip(&before.sizes)
    {
        values.round(name, mean(sizes), 2);
    }
    let zeros = tokens.iter().map(|document| {
        let (_, gradients) = trained.model.gradients(document).unwrap();
        gradients.iter().filter(|&&gradient| gradient == 0.0).count()
    });
    let half = tokens.len() / 2;
    let rounded = (zeros.sum::<usize>() + half) / tokens.len();
    values.count("zero_gradients_trained", rounded);
}

/// The mean loss of some documents.
fn mean_loss(model: &Gpt, documents: &[Vec<usize>]) -> f64 {
    let losses = documents.iter().map(|tokens| model.loss(tokens).unwrap());
    mean(&losses.collect::<Vec<_>>())
}

/// 5,000 documents whose names are not among the 1,000 trained on.
fn others(start: &Start) -> Vec<Vec<usize>> {
    let (seen, rest) = start.documents.split_at(1000);
    let seen: BTreeSet<_> = seen.iter().collect();
    let others = rest.iter().filter(|name| !seen.contains(name)).take(5000);
    others.map(|name| start.tokenizer.encode(name).unwrap()).collect()
}

fn training_values(values: &mut Values) {
    let untrained = Start::new();
    let others = others(&untrained);
    let mean_of_all = mean_loss(&untrained.model, &untrained.tokens);
    values.round("untrained_mean", mean_of_all, 2);
    for (name, rate) in [
        ("sgd_0_01", 0.01),
        ("sgd_0_1", 0.1),
        ("sgd_0_3", 0.3),
        ("sgd_0_5", 0.5),
    ] {
        let mut start = Start::new();
        let losses = start.train(Sgd, rate);
        values.round(name, mean(&losses[900..]), 3);
        if rate == 0.5 {
            values.round("sgd_others", mean_loss(&start.model, &others), 2);
        }
    }
    let mut start = Start::new();
    let schedule = Schedule { learning_rate: 1.0, ..Schedule::default() };
    let mut sgd = Sgd;
    let mut tape = OnTape::default();
    let finite =
        train(&mut start.model, &mut tape, &mut sgd, &start.tokens, schedule)
            .take_while(Result::is_ok);
    values.count("sgd_1_fails_at", finite.count() + 1);
    let slow = Start::new().train(Adam::default(), 0.001);
    values.round("adam_0_001", mean(&slow[900..]), 3);

    let mut start = Start::new();
    let losses = start.train(Adam::default(), 0.01);
    values.round("last_loss", losses[999], 4);
    let last_100 = &losses[900..];
    let largest = last_100.iter().copied().fold(0.0, f64::max);
    values.round("largest_late_loss", largest, 2);
    values.round("last_100", mean(last_100), 3);
    values.round("adam_others", mean_loss(&start.model, &others), 3);
    inside_values(values, &untrained, &start);
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
