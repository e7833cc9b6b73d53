//! Trains with Adam.

use std::error::Error;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::{Schedule, Session};

fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let texts = start.texts(1000)?;
    let (adam, schedule) = (Adam::default(), Schedule::default());
    let mut session = Session::new(start.model, adam, schedule);
    let losses = session.train(&texts)?;
    for (first, losses) in (1..).step_by(100).zip(losses.chunks(100)) {
        let mean = losses.iter().sum::<f64>() / 100.0;
        println!("steps {first:3} to {:4}: {mean:.3}", first + 99);
    }
    Ok(())
}
