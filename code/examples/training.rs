// ANCHOR: imports
//! Trains with plain gradient descent.

use std::error::Error;

use microgpt::data;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::{Schedule, Session, Sgd, Step, mean_gradients};
// ANCHOR_END: imports

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let texts = start.texts(1000)?;
    let schedule = Schedule { learning_rate: 0.5, ..Schedule::default() };
    let mut session = Session::new(start.model, Sgd, schedule);
    let (mut turns, mut sum) = (session.turns(&texts), 0.0);
    while !session.is_done() {
        let Step { number, loss } =
            session.step(turns.take(1), mean_gradients)?;
        sum += loss;
        if number % 100 == 0 {
            println!(
                "steps {:3} to {number:4}: {:.3}",
                number - 99,
                sum / 100.0
            );
            sum = 0.0;
        }
    }
    Ok(())
}
// ANCHOR_END: main
