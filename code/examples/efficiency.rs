// ANCHOR: imports
//! The same run on two engines: a gradient, all losses, the first names.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{
    Engine, OnTape, Optimizer, Schedule, TrainingError, train,
};
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

// ANCHOR: agree
/// How many numbers of two lists differ by less than a tolerance.
fn agree(a: &[f64], b: &[f64], tolerance: f64) -> usize {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.filter(|difference| *difference < tolerance).count()
}

/// The losses of a whole training.
fn losses<E: Engine, O: Optimizer>(
    model: &mut Gpt,
    engine: &mut E,
    optimizer: &mut O,
    texts: &[Vec<usize>],
) -> Result<Vec<f64>, TrainingError> {
    let steps = train(model, engine, optimizer, texts, Schedule::default());
    steps.map(|step| Ok(step?.1)).collect()
}
// ANCHOR_END: agree

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let mut chance = Chance::seeded(42);
    let (mut model, tokenizer, texts) = prepare(&mut chance)?;
    let mut twin = model.clone();
    let (mut tape, mut fast) = (OnTape::default(), Fast::new(*model.config()));

    let (_, slow) = tape.gradients(&model, &[&texts[0]])?;
    let (_, quick) = fast.gradients(&model, &[&texts[0]])?;
    let equal = agree(slow, quick, 1e-12);
    println!("{equal} of {} gradients agree to 1e-12", slow.len());

    let slow = losses(&mut model, &mut tape, &mut Adam::default(), &texts)?;
    let quick = losses(&mut twin, &mut fast, &mut FastAdam::default(), &texts)?;
    println!("{} of 1000 losses agree to 1e-9", agree(&slow, &quick, 1e-9));

    let temperature = Temperature::try_from(0.5)?;
    for _ in 0..3 {
        let bos = tokenizer.bos();
        let name = fast.generate(&twin, bos, temperature, &mut chance)?;
        println!("{}", tokenizer.decode(&name));
    }
    Ok(())
}
// ANCHOR_END: main
