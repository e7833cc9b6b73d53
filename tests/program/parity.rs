//! The program computes what microgpt.py computes, and its gradients are right.

use std::fs;

use checks::root;
use microgpt::adam::Adam;
use microgpt::autograd::Tape;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::scalar::Scalar;
use microgpt::start::Start;
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Optimizer, Schedule, Session};
use rand_mt::Mt;

/// The constants of a run; those of microgpt.py by default.
struct Constants {
    seed: u64,
    config: Config,
    schedule: Schedule,
    samples: usize,
    temperature: f64,
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            seed: 42,
            config: Config::default(),
            schedule: Schedule::default(),
            samples: 20,
            temperature: 0.5,
        }
    }
}

/// What a run leaves behind.
struct Outcome {
    documents: Vec<String>,
    tokenizer: Tokenizer,
    model: Gpt,
    losses: Vec<f64>,
    samples: Vec<String>,
}

/// Shuffles, trains and samples, as microgpt.py does.
fn run<E: Engine, O: Optimizer>(
    text: &str,
    constants: &Constants,
    engine: impl FnOnce(Config) -> E,
    optimizer: O,
) -> Outcome {
    let names = data::documents(text);
    let start = Start::new(names, constants.config, constants.seed);
    let tokens = start.texts(constants.schedule.steps).unwrap();
    let Start { documents, tokenizer, model, mut chance } = start;
    let mut engine = engine(*model.config());
    let mut session = Session::new(model, optimizer, constants.schedule);
    let losses = session.train_with(&mut engine, &tokens).unwrap();
    let model = session.model;
    let samples = (0..constants.samples)
        .map(|_| sample(&model, &tokenizer, constants.temperature, &mut chance))
        .collect();
    let documents = documents.into_iter().map(str::to_owned).collect();
    Outcome { documents, tokenizer, model, losses, samples }
}

fn sample(
    model: &Gpt,
    tokenizer: &Tokenizer,
    temperature: f64,
    chance: &mut Chance<Mt>,
) -> String {
    let temperature = Temperature::try_from(temperature).unwrap();
    let tokens = model.generate(tokenizer.bos(), temperature, chance);
    tokenizer.decode(&tokens.unwrap())
}

fn run_on_tape(text: &str, constants: &Constants) -> Outcome {
    run(text, constants, |_| OnTape::default(), Adam::default())
}

fn run_fast(text: &str, constants: &Constants) -> Outcome {
    run(text, constants, Fast::new, FastAdam::default())
}

/// A file of recorded figures.
fn reference(name: &str) -> String {
    let path = root().join("tests/reference").join(name);
    fs::read_to_string(path).unwrap()
}

/// Compares losses within 1e-9 and samples exactly.
fn assert_same(outcome: &Outcome, losses: &str, samples: &str) {
    let losses = reference(losses);
    let losses: Vec<f64> =
        losses.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(outcome.losses.len(), losses.len());
    for (step, (ours, theirs)) in outcome.losses.iter().zip(losses).enumerate()
    {
        let step = step + 1;
        let distance = (ours - theirs).abs();
        assert!(distance < 1e-9, "step {step}: {ours} against {theirs}");
    }
    let samples = reference(samples);
    assert_eq!(outcome.samples, samples.lines().collect::<Vec<_>>());
}

fn snapshot(name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn the_run_of_microgpt_py_is_repeated() {
    let fast = run_fast(data::NAMES, &Constants::default());
    assert_same(&fast, "losses.txt", "samples.txt");

    let outcome = run_on_tape(data::NAMES, &Constants::default());
    assert_eq!(outcome.documents.len(), 32_033);
    assert_eq!(outcome.documents[0], "yuheng");
    assert_eq!(outcome.tokenizer.vocab_size(), 27);
    assert_eq!(outcome.model.params().len(), 4_192);
    assert_same(&outcome, "losses.txt", "samples.txt");

    let mean = mean(&outcome.losses[900..]);
    let every_50th: Vec<String> = outcome
        .losses
        .iter()
        .enumerate()
        .skip(49)
        .step_by(50)
        .map(|(step, loss)| format!("step {:4}: {loss:.4}\n", step + 1))
        .collect();
    let losses = every_50th.concat();
    snapshot("losses", &format!("{losses}mean of the last 100: {mean:.4}"));
    snapshot("samples", &outcome.samples.join("\n"));
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn assert_like_other_run(name: &str, text: &str, constants: &Constants) {
    for run in [run_on_tape, run_fast] {
        assert_same(
            &run(text, constants),
            &format!("other_runs/{name}.losses.txt"),
            &format!("other_runs/{name}.samples.txt"),
        );
    }
}

#[test]
fn a_run_of_100_steps_is_like_python() {
    let schedule = Schedule { steps: 100, ..Schedule::default() };
    let constants = Constants { schedule, ..Constants::default() };
    assert_like_other_run("first_100_steps", data::NAMES, &constants);
}

#[test]
fn another_seed_and_two_layers_are_like_python() {
    let constants = Constants {
        seed: 7,
        config: Config { n_layer: 2, ..Config::default() },
        schedule: Schedule { steps: 30, ..Schedule::default() },
        samples: 10,
        ..Constants::default()
    };
    assert_like_other_run("two_layers", data::NAMES, &constants);
}

#[test]
fn a_block_shorter_than_the_names_is_like_python() {
    let config =
        Config { n_embd: 12, n_head: 3, block_size: 5, ..Config::default() };
    let constants = Constants {
        seed: u64::MAX,
        config,
        schedule: Schedule {
            steps: 40,
            learning_rate: 0.02,
            ..Schedule::default()
        },
        samples: 10,
        temperature: 1.0,
    };
    assert_like_other_run("short_block", data::NAMES, &constants);
}

#[test]
fn other_alphabets_and_odd_white_space_are_like_python() {
    let config =
        Config { n_embd: 8, n_head: 2, block_size: 4, ..Config::default() };
    let constants = Constants {
        seed: 0,
        config,
        schedule: Schedule { steps: 60, ..Schedule::default() },
        samples: 10,
        temperature: 0.8,
    };
    let text = reference("other_runs/mixed.txt");
    assert_like_other_run("other_alphabets", &text, &constants);
}

#[test]
fn a_single_document_and_a_seed_of_33_bits_are_like_python() {
    let constants = Constants {
        seed: 1 << 32,
        config: Config { n_head: 1, n_layer: 3, ..Config::default() },
        schedule: Schedule { steps: 30, ..Schedule::default() },
        samples: 5,
        ..Constants::default()
    };
    assert_like_other_run("one_document", "banana\n", &constants);
}

/// A model that knows nothing, with sizes from a small list.
fn random_model(seed: u64) -> (Gpt, Chance<Mt>) {
    let mut chance = Chance::seeded(seed);
    let config = Config {
        vocab_size: 5 + seed as usize % 7,
        n_embd: [4, 6, 12][seed as usize % 3],
        n_layer: 1 + seed as usize % 3,
        n_head: 1 + seed as usize % 2,
        block_size: 3 + seed as usize % 5,
    };
    (Gpt::new(config, &mut chance), chance)
}

#[test]
fn f64_and_the_tape_give_the_same_loss_bit_for_bit() {
    for seed in 0..50 {
        let (model, mut chance) = random_model(seed);
        let alphabet: Vec<usize> = (0..model.config().vocab_size).collect();
        let mut tokens = alphabet.repeat(2);
        chance.shuffle(&mut tokens);
        tokens.truncate(2 + seed as usize % 6);

        let tape = Tape::default();
        let variables = model.map(|&weight| tape.variable(weight));
        let taped = variables.loss(&tokens).unwrap().value();
        let plain = model.loss(&tokens).unwrap();
        assert_eq!(plain.to_bits(), taped.to_bits(), "seed {seed}");
        assert_eq!(model.gradients(&tokens).unwrap().0, plain);
    }
}

/// Compares each gradient with how the loss changes when its weight does.
fn assert_like_finite_differences(mut model: Gpt, tokens: &[usize]) {
    let (_, gradients) = model.gradients(tokens).unwrap();
    let h = 1e-5;
    for (i, gradient) in gradients.into_iter().enumerate() {
        let weight = model.params()[i];
        let mut loss_at = |weight| {
            model.params_mut()[i] = weight;
            model.loss(tokens).unwrap()
        };
        let tried = (loss_at(weight + h) - loss_at(weight - h)) / (2.0 * h);
        model.params_mut()[i] = weight;
        let bound = 1e-8 + 1e-5 * gradient.abs();
        let distance = (tried - gradient).abs();
        assert!(distance < bound, "weight {i}: {gradient}, tried {tried}");
    }
}

#[test]
fn all_4192_gradients_are_finite_differences() {
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let tokenizer = Tokenizer::new(&data::documents(data::NAMES));
    let tokens = tokenizer.encode("yuheng").unwrap();
    assert_like_finite_differences(model, &tokens);
}

#[test]
fn gradients_of_other_sizes_are_finite_differences() {
    for seed in 0..6 {
        let (model, _) = random_model(seed);
        assert_like_finite_differences(model, &[4, 0, 1, 1, 2, 4]);
    }
}

#[test]
fn a_model_of_zeros_gets_no_gradient() {
    let noise = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let zeros = noise.map(|_| 0.0);
    let (_, gradients) = zeros.gradients(&[26, 0, 13, 13, 26]).unwrap();
    assert!(gradients.iter().all(|&gradient| gradient == 0.0));
}

#[test]
fn a_model_of_equal_weights_stays_one_number_wide() {
    let noise = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let equal = noise.map(|_| 0.05);
    let documents = [vec![26, 0, 13, 13, 26], vec![26, 4, 21, 0, 26]];
    let schedule = Schedule { steps: 20, ..Schedule::default() };
    let mut session = Session::new(equal, Adam::default(), schedule);
    session.train(&documents).unwrap();
    let wte = session.model.weights().wte;
    let changed = wte.rows().filter(|row| row[0] != 0.05).count();
    assert!(changed > 0);
    let width = |row: &[f64]| row.iter().all(|x| (x - row[0]).abs() < 1e-12);
    assert!(wte.rows().all(width));
}

#[test]
fn training_a_model_that_diverges_ends_with_the_step() {
    let (model, _) = random_model(1);
    let schedule =
        Schedule { steps: 9, learning_rate: 1e300, ..Schedule::default() };
    let documents = [vec![4, 0, 1, 4]];
    let mut session = Session::new(model, Adam::default(), schedule);
    let error = session.train(&documents).unwrap_err();
    let expected = "try a learning rate smaller than 1e300";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn the_names_are_the_recorded_file() {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(data::NAMES);
    let hex: Vec<String> =
        digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex.concat(),
        "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
    );
    let offered = fs::read_to_string(root().join("src/names.txt")).unwrap();
    assert!(offered == data::NAMES, "src/names.txt is another list");
}
