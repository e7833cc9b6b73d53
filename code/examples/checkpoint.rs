// ANCHOR: imports
//! Trains half of a run, keeps it as a file, and goes on from the file.

use std::error::Error;
use std::iter::zip;
use std::ops::Range;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::checkpoint::{Checkpoint, Training};
use microgpt::data::{self, fingerprint};
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Schedule, step};
// ANCHOR_END: imports

// ANCHOR: begin
type Start = (Vec<Vec<usize>>, Checkpoint);

/// The first 1,000 names as tokens, and a training before its first step.
fn begin() -> Result<Start, Box<dyn Error>> {
    let (seed, mut chance) = (42, Chance::seeded(42));
    let mut documents = data::documents(data::NAMES)?;
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let model = Gpt::new(Config::default(), &mut chance)?;
    let training = Some(Training {
        seed,
        schedule: Schedule::default(),
        engine: "fast".to_owned(),
        documents: fingerprint(&documents),
        adam: Adam::default(),
        chance: chance.into(),
    });
    let texts = documents.iter().take(1000).map(|name| tokenizer.encode(name));
    let texts = texts.collect::<Result<_, _>>()?;
    Ok((texts, Checkpoint { model, tokenizer, training }))
}
// ANCHOR_END: begin

// ANCHOR: go_on
/// Takes some steps; returns their losses.
fn go_on(
    checkpoint: &mut Checkpoint,
    texts: &[Vec<usize>],
    steps: Range<usize>,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let Checkpoint { model, training, .. } = checkpoint;
    let training = training.as_mut().ok_or("there is no training")?;
    let mut adam = FastAdam::from(training.adam.clone());
    let mut fast = Fast::new(*model.config());
    let losses = steps.map(|done| {
        let rate = training.schedule.at(done);
        step(model, &mut fast, &mut adam, rate, &[&texts[done]])
    });
    let losses = losses.collect::<Result<_, _>>()?;
    training.adam = adam.into();
    Ok(losses)
}
// ANCHOR_END: go_on

// ANCHOR: babble
/// Three names, drawn with the dice of the file.
fn babble(checkpoint: &Checkpoint) -> Result<Vec<String>, Box<dyn Error>> {
    let Checkpoint { model, tokenizer, training } = checkpoint;
    let training = training.as_ref().ok_or("there is no training")?;
    let (mut chance, bos) = (training.chance.clone(), tokenizer.bos());
    let mut fast = Fast::new(*model.config());
    let temperature = Temperature::try_from(0.5)?;
    let names = (0..3).map(|_| {
        let name = fast.generate(model, bos, temperature, &mut chance)?;
        Ok(tokenizer.decode(&name))
    });
    names.collect()
}
// ANCHOR_END: babble

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let (texts, mut unbroken) = begin()?;
    go_on(&mut unbroken, &texts, 0..500)?;
    let file = unbroken.to_bytes()?;
    println!("after 500 steps, a file of {} bytes", file.len());
    let losses = go_on(&mut unbroken, &texts, 500..1000)?;
    println!("never stopped: {}", babble(&unbroken)?.join(", "));

    let tell = |label, mut checkpoint: Checkpoint| {
        let again = go_on(&mut checkpoint, &texts, 500..1000)?;
        let same = zip(&losses, &again).filter(|(one, other)| one == other);
        let names = babble(&checkpoint)?.join(", ");
        println!("{label}: {} of 500 losses; {names}", same.count());
        Ok::<(), Box<dyn Error>>(())
    };
    tell("from the file", Checkpoint::from_bytes(&file)?)?;
    let mut forgetful = Checkpoint::from_bytes(&file)?;
    if let Some(training) = &mut forgetful.training {
        training.adam = Adam::default();
    }
    tell("without Adam's memory", forgetful)
}
// ANCHOR_END: main
