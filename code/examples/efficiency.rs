//! The same run on two engines: a gradient, all losses, the first names.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Engine, OnTape, Schedule, train};

fn main() -> Result<(), Box<dyn Error>> {
    let mut documents = data::documents(data::NAMES)?;
    let mut chance = Chance::seeded(42);
    chance.shuffle(&mut documents);
    let tokenizer = Tokenizer::new(&documents);
    let mut model = Gpt::new(Config::default(), &mut chance)?;
    let mut same_model = model.clone();
    let (mut tape, mut fast) = (OnTape::default(), Fast::new(*model.config()));
    let texts = documents.iter().take(1000).map(|name| tokenizer.encode(name));
    let texts: Vec<Vec<usize>> = texts.collect::<Result<_, _>>()?;

    let (_, slopes) = tape.gradients(&model, &[&texts[0]])?;
    let (_, same_slopes) = fast.gradients(&model, &[&texts[0]])?;
    let pairs = slopes.iter().zip(same_slopes);
    let equal = pairs.filter(|(a, b)| (**a - **b).abs() < 1e-12).count();
    println!("{equal} of {} gradients agree to 1e-12", slopes.len());

    let (mut adam, mut fast_adam) = (Adam::default(), FastAdam::default());
    let schedule = Schedule::default();
    let slow = train(&mut model, &mut tape, &mut adam, &texts, schedule);
    let quick =
        train(&mut same_model, &mut fast, &mut fast_adam, &texts, schedule);
    let mut equal = 0;
    for (slow, quick) in slow.zip(quick) {
        equal += usize::from((slow?.1 - quick?.1).abs() < 1e-9);
    }
    println!("{equal} of 1000 losses agree to 1e-9");

    let temperature = Temperature::try_from(0.5)?;
    for _ in 0..3 {
        let bos = tokenizer.bos();
        let name = fast.generate(&same_model, bos, temperature, &mut chance)?;
        println!("{}", tokenizer.decode(&name));
    }
    Ok(())
}
