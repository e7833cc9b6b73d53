// ANCHOR: imports
//! Trains with plain gradient descent.

use std::error::Error;

use microgpt::chance::Chance;
use microgpt::data;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{OnTape, Schedule, Sgd, train};
use rand_mt::Mt;
// ANCHOR_END: imports

// ANCHOR: prepare
/// What a run begins with: a model that knows nothing, its tokenizer, and the
/// first 1,000 names as tokens.
type Start = (Gpt, Tokenizer, Vec<Vec<usize>>);

/// Shuffles the names and makes the first weights.
fn prepare(chance: &mut Chance<Mt>) -> Result<Start, Box<dyn Error>> {
    let mut documents = data::documents(data::NAMES)?;
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let model = Gpt::new(Config::default(), chance)?;
    let texts = documents.iter().take(1000).map(|name| tokenizer.encode(name));
    let texts = texts.collect::<Result<_, _>>()?;
    Ok((model, tokenizer, texts))
}
// ANCHOR_END: prepare

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let (mut model, _, texts) = prepare(&mut Chance::seeded(42))?;
    let schedule = Schedule { learning_rate: 0.5, ..Schedule::default() };
    let mut tape = OnTape::default();
    let mut sum = 0.0;
    for step in train(&mut model, &mut tape, &mut Sgd, &texts, schedule) {
        let (step, loss) = step?;
        sum += loss;
        if step % 100 == 0 {
            println!("steps {:3} to {step:4}: {:.3}", step - 99, sum / 100.0);
            sum = 0.0;
        }
    }
    Ok(())
}
// ANCHOR_END: main
