//! Trains with plain gradient descent.

use std::error::Error;

use microgpt::chance::Chance;
use microgpt::data;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{OnTape, Schedule, Sgd, train};

fn main() -> Result<(), Box<dyn Error>> {
    let mut documents = data::documents(data::NAMES)?;
    let mut chance = Chance::seeded(42);
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let mut model = Gpt::new(Config::default(), &mut chance)?;

    let texts = documents.iter().take(1000).map(|name| tokenizer.encode(name));
    let texts: Vec<Vec<usize>> = texts.collect::<Result<_, _>>()?;
    let schedule = Schedule { learning_rate: 0.5, ..Schedule::default() };
    let mut tape = OnTape::default();
    let losses: Vec<f64> =
        train(&mut model, &mut tape, &mut Sgd, &texts, schedule)
            .map(|step| step.map(|(_, loss)| loss))
            .collect::<Result<_, _>>()?;
    for (hundred, losses) in losses.chunks(100).enumerate() {
        let mean = losses.iter().sum::<f64>() / 100.0;
        println!(
            "steps {:3} to {:4}: {mean:.3}",
            hundred * 100 + 1,
            hundred * 100 + 100
        );
    }
    Ok(())
}
