// ANCHOR: imports
//! The same run on two engines: a gradient, all losses, the first names.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::{Schedule, Session};
// ANCHOR_END: imports

// ANCHOR: agree
/// How many numbers of two lists differ by less than a tolerance.
fn agree(a: &[f64], b: &[f64], tolerance: f64) -> usize {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.filter(|difference| *difference < tolerance).count()
}
// ANCHOR_END: agree

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let texts = start.texts(1000)?;
    let Start { tokenizer, model, mut chance, .. } = start;
    let (mut tape, mut fast) = (OnTape::default(), Fast::new(*model.config()));

    let (_, slow) = tape.gradients(&model, &[&texts[0]])?;
    let (_, quick) = fast.gradients(&model, &[&texts[0]])?;
    let equal = agree(slow, quick, 1e-12);
    println!("{equal} of {} gradients agree to 1e-12", slow.len());

    let mut session = Session::new(model, Adam::default(), Schedule::default());
    let mut twin = session.clone().with(FastAdam::from);
    let slow = session.train_with(&mut tape, &texts)?;
    let quick = twin.train_with(&mut fast, &texts)?;
    println!("{} of 1000 losses agree to 1e-9", agree(&slow, &quick, 1e-9));
    for _ in 0..3 {
        let (bos, half) = (tokenizer.bos(), Temperature::try_from(0.5)?);
        let name = fast.generate(&twin.model, bos, half, &mut chance)?;
        println!("{}", tokenizer.decode(&name));
    }
    Ok(())
}
// ANCHOR_END: main
