//! How fast the run of microgpt.py is on the tape: `cargo bench`.

use divan::Bencher;
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Schedule, train};
use rand_mt::Mt;

fn main() {
    divan::main();
}

/// All that comes before the first step.
fn start() -> (Gpt, Vec<Vec<usize>>, Tokenizer, Chance<Mt>) {
    let mut documents = data::documents(data::NAMES).expect("names");
    let mut chance = Chance::seeded(42);
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let model = Gpt::new(Config::default(), &mut chance).expect("a model");
    let texts = documents.iter().take(1000);
    let texts = texts.map(|text| tokenizer.encode(text).expect("tokens"));
    (model, texts.collect(), tokenizer, chance)
}

/// Reading, shuffling, the alphabet, the first weights, encoding.
#[divan::bench]
fn from_start_to_first_step() -> Gpt {
    start().0
}

/// The whole training, as the command line does it.
#[divan::bench(sample_count = 20)]
fn train_1000_steps(bencher: Bencher) {
    bencher.with_inputs(start).bench_local_values(|(mut model, texts, ..)| {
        let schedule = Schedule { steps: 1000, learning_rate: 0.01 };
        let mut adam = Adam::default();
        train(&mut model, &mut adam, &texts, schedule).last()
    });
}

/// Twenty texts of a model that has learned nothing.
#[divan::bench]
fn sample_20_names(bencher: Bencher) {
    let temperature = Temperature::try_from(0.5).expect("a temperature");
    bencher.with_inputs(start).bench_local_values(
        |(model, _, tokenizer, mut chance)| {
            for _ in 0..20 {
                let bos = tokenizer.bos();
                let text = model.generate(bos, temperature, &mut chance);
                divan::black_box(text.expect("a text"));
            }
        },
    );
}
