// ANCHOR: begin
//! Trains half of a run, keeps it as a file, and goes on from the file.

use std::error::Error;
use std::iter::zip;

use microgpt::adam::Adam;
use microgpt::checkpoint::{Checkpoint, Run};
use microgpt::data;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::guards::EngineKind;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::Schedule;

type Begun = (Vec<Vec<usize>>, Run);

/// The first 1,000 names as tokens, and a run before its first step.
fn begin() -> Result<Begun, Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let (texts, schedule) = (start.texts(1000)?, Schedule::default());
    let engine = EngineKind::Fast;
    Ok((texts, Run::begin(start, 42, engine, schedule, Adam::default())))
}
// ANCHOR_END: begin

// ANCHOR: go_on
/// Takes 500 steps; returns the run and their losses.
fn go_on(
    run: Run,
    texts: &[Vec<usize>],
) -> Result<(Run, Vec<f64>), Box<dyn Error>> {
    let mut run = run.with(FastAdam::from);
    let session = &mut run.session;
    let mut fast = Fast::new(*session.model.config());
    let (mut turns, mut losses) = (session.turns(texts), Vec::new());
    for _ in 0..500 {
        losses.push(session.step_with(&mut fast, &mut turns)?.loss);
    }
    Ok((run.with(Adam::from), losses))
}
// ANCHOR_END: go_on

// ANCHOR: babble
/// Three names, drawn with the dice of the run.
fn babble(run: &Run) -> Result<String, Box<dyn Error>> {
    let (mut chance, bos) = (run.chance.clone(), run.tokenizer.bos());
    let model = &run.session.model;
    let mut fast = Fast::new(*model.config());
    let temperature = Temperature::try_from(0.5)?;
    let mut names = Vec::new();
    for _ in 0..3 {
        let name = fast.generate(model, bos, temperature, &mut chance)?;
        names.push(run.tokenizer.decode(&name));
    }
    Ok(names.join(", "))
}
// ANCHOR_END: babble

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let (texts, run) = begin()?;
    let (half, _) = go_on(run, &texts)?;
    let file = half.checkpoint().to_bytes()?;
    println!("after 500 steps, a file of {} bytes", file.len());
    let (unbroken, losses) = go_on(half, &texts)?;
    println!("never stopped: {}", babble(&unbroken)?);

    let show = |label, run: Run| {
        let (run, again) = go_on(run, &texts)?;
        let same = zip(&losses, &again).filter(|(one, other)| one == other);
        println!("{label}: {} of 500 losses; {}", same.count(), babble(&run)?);
        Ok::<(), Box<dyn Error>>(())
    };
    let read = Checkpoint::from_bytes(&file)?.run().ok_or("no training")?;
    show("from the file", read.clone())?;
    show("without Adam's memory", read.with(|_| Adam::default()))
}
// ANCHOR_END: main
