//! The fast engine against the tape.

use microgpt::chance::Chance;
use microgpt::data;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::lanes::{LANES, Lanes};
use microgpt::fast::softmax::exp;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::training::{Schedule, Session};
use proptest::prelude::*;
use rand_mt::Mt;

/// Sizes of all kinds: 1 to 3 layers, 1 to 8 heads, widths from 8 to 64.
fn configs() -> impl Strategy<Value = Config> {
    let heads = (1..=8_usize).prop_flat_map(|n_head| {
        (Just(n_head), 8_usize.div_ceil(n_head)..=64 / n_head)
    });
    (2..40_usize, 1..=3_usize, heads, 4..=32_usize).prop_map(
        |(vocab_size, n_layer, (n_head, size), block_size)| Config {
            vocab_size,
            n_embd: n_head * size,
            n_layer,
            n_head,
            block_size,
        },
    )
}

/// A model whose weights are large enough to matter.
fn model(config: Config, chance: &mut Chance<Mt>) -> Gpt {
    Gpt::new(config, chance).map(|weight| weight * 3.0)
}

fn text(config: Config, length: usize, chance: &mut Chance<Mt>) -> Vec<usize> {
    let even = vec![1.0; config.vocab_size];
    (0..length).map(|_| chance.choose(&even).unwrap()).collect()
}

/// Compares loss and gradient of a batch within 1e-12.
fn compare(model: &Gpt, fast: &mut Fast, texts: &[&[usize]]) {
    let mut tape = OnTape::default();
    let (loss, gradients) = tape.gradients(model, texts).unwrap();
    let (fast_loss, fast_gradients) = fast.gradients(model, texts).unwrap();
    assert!((loss - fast_loss).abs() < 1e-12, "{loss} {fast_loss}");
    assert_eq!(gradients.len(), fast_gradients.len());
    for (i, (a, b)) in gradients.iter().zip(fast_gradients).enumerate() {
        assert!((a - b).abs() < 1e-12, "weight {i}: {a} on the tape, {b}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_gradient_of_any_model_and_text_is_that_of_the_tape(
        config in configs(),
        lengths in prop::collection::vec(2..40_usize, 1..4),
        seed in 0..u64::MAX,
    ) {
        let mut chance = Chance::seeded(seed);
        let model = model(config, &mut chance);
        let mut fast = Fast::new(config);
        let texts: Vec<Vec<usize>> = lengths
            .iter()
            .map(|&length| text(config, length, &mut chance))
            .collect();
        for text in &texts {
            compare(&model, &mut fast, &[text]);
        }
        let all: Vec<&[usize]> = texts.iter().map(Vec::as_slice).collect();
        compare(&model, &mut fast, &all);
    }
}

#[test]
fn the_exponential_is_that_of_libm_up_to_two_units_in_the_last_place() {
    let mut chance = Chance::seeded(1);
    for _ in 0..200_000 {
        let x = chance.uniform() * 1_400.0 - 700.0;
        let ours = exp(Lanes::all(x)).0[3];
        let ulps = ours.to_bits().abs_diff(libm::exp(x).to_bits());
        assert!(ulps <= 2, "{x}: {ours}, {ulps} units off");
    }
    assert_eq!(exp(Lanes::all(0.0)).0, [1.0; LANES]);
    assert_eq!(exp(Lanes::all(-1e9)).0, [0.0; LANES]);
    assert_eq!(exp(Lanes::all(f64::NEG_INFINITY)).0, [0.0; LANES]);
    assert!(exp(Lanes::all(f64::NAN)).0.iter().all(|x| x.is_nan()));
}

/// The names in the order of the run, and the run's beginning.
fn start() -> (Vec<Vec<usize>>, Start<'static>) {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    (start.texts(usize::MAX).unwrap(), start)
}

/// The weights after 50 steps of batches, as bits.
fn weights_after(batch: usize, threads: usize) -> Vec<u64> {
    let (texts, start) = start();
    let schedule = Schedule { steps: 50, batch, ..Schedule::default() };
    let mut fast = Fast::new(Config::default()).threads(threads);
    let adam = FastAdam::default();
    let mut session = Session::new(start.model, adam, schedule);
    session.train_with(&mut fast, &texts).unwrap();
    let weights = session.model.params().iter();
    weights.map(|weight| weight.to_bits()).collect()
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    for batch in [1, 3, 16, 33] {
        let one = weights_after(batch, 1);
        for threads in [2, 3, 8] {
            assert!(one == weights_after(batch, threads), "{batch} {threads}");
        }
    }
    assert!(weights_after(1, 1) != weights_after(3, 1));
}

#[test]
fn the_instructions_of_the_processor_change_no_bit() {
    let (texts, start) = start();
    let schedule = Schedule { steps: 200, ..Schedule::default() };
    let config = *start.model.config();
    let (mut best, mut plain) = (Fast::new(config), Fast::new(config).plain());
    let adam = FastAdam::default();
    let mut session = Session::new(start.model, adam, schedule);
    let mut same = session.clone().with(FastAdam::plain);
    let best = session.train_with(&mut best, &texts).unwrap();
    let plain = same.train_with(&mut plain, &texts).unwrap();
    for (best, plain) in best.into_iter().zip(plain) {
        assert_eq!(best.to_bits(), plain.to_bits());
    }
    assert_eq!(session.model, same.model);
}

#[test]
fn it_samples_the_names_that_the_model_samples() {
    let (texts, start) = start();
    let Start { tokenizer, model, chance, .. } = start;
    let mut fast = Fast::new(*model.config());
    let (adam, schedule) = (FastAdam::default(), Schedule::default());
    let mut session = Session::new(model, adam, schedule);
    session.train_with(&mut fast, &texts).unwrap();
    let model = session.model;
    for temperature in [0.1, 0.5, 1.0, 2.0] {
        let temperature = Temperature::try_from(temperature).unwrap();
        let (mut dice, mut same_dice) = (chance.clone(), chance.clone());
        for _ in 0..100 {
            let bos = tokenizer.bos();
            let slow = model.generate(bos, temperature, &mut dice).unwrap();
            let quick = fast.generate(&model, bos, temperature, &mut same_dice);
            assert_eq!(quick.unwrap(), slow);
        }
    }
}
