// ANCHOR: imports
//! Trains, then lets the model babble at three temperatures.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Schedule, Session};
// ANCHOR_END: imports

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
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let (tokenizer, texts) = (&start.tokenizer, start.texts(1000)?);
    babble("untrained", 0.5, &start.model, tokenizer)?;

    let (adam, schedule) = (Adam::default(), Schedule::default());
    let mut session = Session::new(start.model, adam, schedule);
    session.train(&texts)?;
    for temperature in [0.1, 0.5, 2.0] {
        babble("trained", temperature, &session.model, tokenizer)?;
    }
    Ok(())
}
// ANCHOR_END: main
