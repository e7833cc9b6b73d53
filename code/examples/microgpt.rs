// ANCHOR: train
//! The whole run: trains on names, makes up new ones, prints as microgpt.py.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::training::{Schedule, Session, Step, mean_gradients};

fn train(start: &Start<'_>) -> Result<Gpt, Box<dyn Error>> {
    let (texts, schedule) = (start.texts(1000)?, Schedule::default());
    let (model, adam) = (start.model.clone(), Adam::default());
    let mut session = Session::new(model, adam, schedule);
    let (mut turns, steps) = (session.turns(&texts), schedule.steps);
    while !session.is_done() {
        let texts = turns.take(schedule.batch);
        let Step { number, loss } = session.step(texts, mean_gradients)?;
        if number % 100 == 0 {
            println!("step {number:4} / {steps:4} | loss {loss:.4}");
        }
    }
    Ok(session.model)
}
// ANCHOR_END: train

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let mut start = Start::new(names, Config::default(), 42);
    println!("num docs: {}", start.documents.len());
    println!("vocab size: {}", start.tokenizer.vocab_size());
    println!("num params: {}", start.model.params().len());

    let model = train(&start)?;
    println!("--- inference (new, hallucinated names) ---");
    let (bos, half) = (start.tokenizer.bos(), Temperature::try_from(0.5)?);
    for number in 1..=20 {
        let name = model.generate(bos, half, &mut start.chance)?;
        println!("sample {number:2}: {}", start.tokenizer.decode(&name));
    }
    Ok(())
}
// ANCHOR_END: main
