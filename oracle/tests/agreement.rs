//! Both engines of the book agree with the oracle.

use std::fmt;

use candle_core::Tensor;
use microgpt::chance::Chance;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::Fast;
use microgpt::forward::Context;
use microgpt::model::{Config, Gpt};
use oracle::Oracle;
use rand_mt::Mt;

/// So far apart may two numbers be.
const BOUND: f64 = 1e-10;

/// A model of some sizes and some texts of these lengths to learn from.
struct Case {
    model: Gpt,
    texts: Vec<Vec<usize>>,
}

impl Case {
    fn new(config: Config, lengths: &[usize]) -> Self {
        let mut chance = Chance::<Mt>::seeded(42);
        let model = Gpt::new(config, &mut chance);
        // Large enough to matter: the heads choose, and some units are silent.
        let model = model.map(|weight| weight * 3.0);
        let even = vec![1.0; config.vocab_size];
        let mut text = |length| {
            let token = |_| chance.choose(&even).unwrap();
            (0..length).map(token).collect()
        };
        let texts = lengths.iter().map(|&length| text(length)).collect();
        Self { model, texts }
    }

    fn texts(&self) -> Vec<&[usize]> {
        self.texts.iter().map(Vec::as_slice).collect()
    }

    /// The tokens of a text that the model can read.
    fn read<'t>(&self, text: &'t [usize]) -> &'t [usize] {
        &text[..text.len().min(self.model.config().block_size)]
    }

    /// Compares all that both engines find with what the oracle finds.
    fn check(&self) {
        let oracle = Oracle::new(&self.model).unwrap();
        let mut fast = Fast::new(*self.model.config());
        let mut shared = Fast::new(*self.model.config()).threads(4);
        let mut seen = Comparison::default();
        for text in self.texts.iter().map(|text| self.read(text)) {
            let logits = oracle.logits(text).unwrap();
            seen.compare("logits", &self.logits(text), &numbers(&logits));
            let ours = self.log_probabilities(&mut fast, text);
            let theirs = oracle.log_probabilities(text).unwrap();
            seen.compare("ln p, fast", &ours, &numbers(&theirs));
        }
        let texts = self.texts();
        for texts in texts.chunks(1).chain([&texts[..]]) {
            let theirs = oracle.gradients(texts).unwrap();
            let mut compare = |what, engine: &mut dyn Engine| {
                let ours = engine.gradients(&self.model, texts).unwrap();
                seen.compare(what, &[ours.0], &[theirs.0]);
                seen.compare(what, ours.1, &theirs.1);
            };
            compare("tape", &mut OnTape::default());
            compare("fast", &mut fast);
            compare("fast, with threads", &mut shared);
        }
        println!("{seen}");
    }

    /// The logits of every position, read one token after the other.
    fn logits(&self, text: &[usize]) -> Vec<f64> {
        let mut context = Context::new(&self.model);
        let read = |&token| context.read(token).unwrap();
        text.iter().flat_map(read).collect()
    }

    /// ln p of every token at every position, from the fast engine.
    ///
    /// It tells no logits, but the loss of every text: with each token tried
    /// in each place, -ln p is by how much the sum of the losses grows.
    fn log_probabilities(&self, fast: &mut Fast, text: &[usize]) -> Vec<f64> {
        let mut surprise = |text: &[usize]| {
            let (mean, _) = fast.gradients(&self.model, &[text]).unwrap();
            mean * (text.len() - 1) as f64
        };
        let mut found = Vec::new();
        for read in 1..=text.len() {
            let before = if read > 1 { surprise(&text[..read]) } else { 0.0 };
            for token in 0..self.model.config().vocab_size {
                let text = [&text[..read], &[token]].concat();
                found.push(before - surprise(&text));
            }
        }
        found
    }
}

/// All numbers of a tensor, row after row.
fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// How many numbers were compared, and how far apart they are at most.
#[derive(Default)]
struct Comparison {
    count: usize,
    largest: f64,
}

impl Comparison {
    /// Fails if two lists differ.
    fn compare(&mut self, what: &str, ours: &[f64], theirs: &[f64]) {
        assert_eq!(ours.len(), theirs.len(), "{what}");
        assert!(ours.iter().any(|number| *number != 0.0), "{what}: all are 0");
        for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
            let apart = (a - b).abs();
            assert!(apart < BOUND, "{what}, number {i}: {a}, oracle {b}");
            self.largest = self.largest.max(apart);
        }
        self.count += ours.len();
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, largest } = self;
        write!(f, "{count} numbers compared, {largest:.1e} apart at most")
    }
}

#[test]
fn the_model_of_the_book_finds_what_the_oracle_finds() {
    Case::new(Config::default(), &[8, 2, 17, 30]).check();
}

#[test]
fn a_model_of_several_layers_does_too() {
    let config = Config { n_layer: 4, n_head: 2, ..Config::default() };
    Case::new(config, &[12, 17]).check();
}

#[test]
fn a_model_with_one_head_does_too_and_leaves_out_what_its_block_cannot_hold() {
    let config = Config {
        vocab_size: 11,
        n_embd: 10,
        n_layer: 2,
        n_head: 1,
        block_size: 5,
    };
    Case::new(config, &[40, 6, 7, 3]).check();
}

#[test]
fn a_wide_model_with_many_heads_and_a_long_text_does_too() {
    let config = Config {
        vocab_size: 30,
        n_embd: 48,
        n_layer: 2,
        n_head: 16,
        block_size: 35,
    };
    Case::new(config, &[36, 20]).check();
}

#[test]
fn a_batch_that_the_threads_share_does_too() {
    let config = Config {
        vocab_size: 7,
        n_embd: 12,
        n_layer: 1,
        n_head: 3,
        block_size: 9,
    };
    Case::new(config, &[2, 10, 5, 3, 9, 4, 12, 8, 10, 6, 7]).check();
}

#[test]
fn a_single_weight_off_by_a_millionth_would_be_noticed() {
    let mut case = Case::new(Config::default(), &[17]);
    let oracle = Oracle::new(&case.model).unwrap();
    let (loss, gradients) = oracle.gradients(&case.texts()).unwrap();
    case.model.params_mut()[4_000] *= 1.0 + 1e-6;
    let changed = case.model.gradients(&case.texts[0]).unwrap();
    let apart = |a: &[f64], b: &[f64]| {
        a.iter().zip(b).any(|(a, b)| (a - b).abs() > BOUND)
    };
    assert!(apart(&[loss], &[changed.0]));
    assert!(apart(&gradients, &changed.1));
}
