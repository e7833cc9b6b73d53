//! Trains, then lets the model babble at three temperatures.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{OnTape, Schedule, train};

fn main() -> Result<(), Box<dyn Error>> {
    let mut documents = data::documents(data::NAMES)?;
    let mut chance = Chance::seeded(42);
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let mut model = Gpt::new(Config::default(), &mut chance)?;
    babble("untrained", 0.5, &model, &tokenizer)?;

    let texts = documents.iter().take(1000).map(|name| tokenizer.encode(name));
    let texts: Vec<Vec<usize>> = texts.collect::<Result<_, _>>()?;
    let schedule = Schedule::default();
    let mut tape = OnTape::default();
    let mut adam = Adam::default();
    for step in train(&mut model, &mut tape, &mut adam, &texts, schedule) {
        step?;
    }
    for temperature in [0.1, 0.5, 2.0] {
        babble("trained", temperature, &model, &tokenizer)?;
    }
    Ok(())
}

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
