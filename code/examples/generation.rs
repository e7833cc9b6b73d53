// ANCHOR: imports
//! Trains, then lets the model babble at three temperatures.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{OnTape, Schedule, train};
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

// ANCHOR: babble
/// Prints five texts, drawn with a seed of their own.
fn babble(
    label: &str,
    number: f64,
    model: &Gpt,
    tokenizer: &Tokenizer,
) -> Result<(), Box<dyn Error>> {
    let temperature = Temperature::try_from(number)?;
    let mut chance = Chance::seeded(1);
    println!("{label}, temperature {number}:");
    for _ in 0..5 {
        let tokens =
            model.generate(tokenizer.bos(), temperature, &mut chance)?;
        println!("  {}", tokenizer.decode(&tokens));
    }
    Ok(())
}
// ANCHOR_END: babble

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let (mut model, tokenizer, texts) = prepare(&mut Chance::seeded(42))?;
    babble("untrained", 0.5, &model, &tokenizer)?;

    let schedule = Schedule::default();
    let (mut tape, mut adam) = (OnTape::default(), Adam::default());
    for step in train(&mut model, &mut tape, &mut adam, &texts, schedule) {
        step?;
    }
    for temperature in [0.1, 0.5, 2.0] {
        babble("trained", temperature, &model, &tokenizer)?;
    }
    Ok(())
}
// ANCHOR_END: main
