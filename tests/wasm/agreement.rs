//! The run whose numbers the native and the WebAssembly build must agree on.
//!
//! The test calls [`parts`] itself. From the WebAssembly module it asks for
//! the same numbers one by one, by [`count`] and [`bits`].

use std::error::Error;
use std::sync::OnceLock;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::{Schedule, Session};

/// What some numbers are, and the bits of each.
pub type Part = (&'static str, Vec<u64>);

/// The default run with the fast engine, and 100 steps on the tape.
///
/// # Errors
/// Whatever goes wrong in a run.
pub fn parts() -> Result<Vec<Part>, Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let start = Start::new(names, Config::default(), 42);
    let texts = start.texts(1000)?;
    let Start { tokenizer, model, mut chance, .. } = start;
    let mut fast = Fast::new(*model.config());
    let (adam, schedule) = (FastAdam::default(), Schedule::default());
    let mut session = Session::new(model.clone(), adam, schedule);
    let losses = session.train_with(&mut fast, &texts)?;
    let temperature = Temperature::try_from(0.5)?;
    let mut names = String::new();
    for _ in 0..20 {
        let bos = tokenizer.bos();
        let name =
            fast.generate(&session.model, bos, temperature, &mut chance)?;
        names.extend([&tokenizer.decode(&name), "\n"]);
    }

    let schedule = Schedule { steps: 100, ..Schedule::default() };
    let mut on_tape = Session::new(model, Adam::default(), schedule);
    let tape_losses = on_tape.train(&texts)?;
    Ok(vec![
        ("losses of the fast engine", all_bits(&losses)),
        ("weights of the fast engine", all_bits(session.model.params())),
        (
            "letters of the sampled names",
            names.chars().map(u64::from).collect(),
        ),
        ("losses on the tape", all_bits(&tape_losses)),
        ("weights on the tape", all_bits(on_tape.model.params())),
    ])
}

fn all_bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// All parts, one after the other; nothing if the run fails.
fn results() -> &'static [u64] {
    static RESULTS: OnceLock<Vec<u64>> = OnceLock::new();
    RESULTS.get_or_init(|| {
        let parts = parts().unwrap_or_default();
        parts.into_iter().flat_map(|(_, bits)| bits).collect()
    })
}

/// How many numbers there are.
#[allow(unsafe_code)] // a name for JavaScript: no other item has it
#[unsafe(no_mangle)]
pub extern "C" fn count() -> usize {
    results().len()
}

/// The bits of a number, by its place; 0 if there is none.
#[allow(unsafe_code)] // a name for JavaScript: no other item has it
#[unsafe(no_mangle)]
pub extern "C" fn bits(index: usize) -> u64 {
    results().get(index).copied().unwrap_or_default()
}
