//! Compares the model's loss with those of tables that count.

use lab::learned::{NAMES, Table, Texts, model_loss, table_loss};
use microgpt::model::Gpt;

// ANCHOR: more_imports
use std::error::Error;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::generation::Temperature;
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::training::{Schedule, Session, TrainingError};
// ANCHOR_END: more_imports

// ANCHOR: report
/// Prints the size and loss of each table for both kinds of training data.
fn show_tables(texts: &Texts) {
    println!("{:12}1,000 names      {:6} names", "", texts.all.len());
    println!("{:12}counts   loss    counts   loss", "");
    for (order, name) in NAMES.iter().enumerate() {
        print!("{name:10}");
        for data in [&texts.trained, &texts.all] {
            let table = Table::count(order, data);
            let loss = table_loss(&table, &texts.held_out);
            print!("  {:6}  {loss:.3}", table.size());
        }
        println!();
    }
}
// ANCHOR_END: report

// ANCHOR: learn
/// Trains the model of the book, and prints its size and loss.
fn trained(model: Gpt, texts: &Texts) -> Result<Gpt, TrainingError> {
    let (adam, schedule) = (Adam::default(), Schedule::default());
    let mut session = Session::new(model, adam, schedule);
    session.train(&texts.trained)?;
    let model = session.model;
    let loss = model_loss(&model, &texts.held_out)?;
    println!("microGPT    {:6}  {loss:.3}\n", model.params().len());
    Ok(model)
}
// ANCHOR_END: learn

// ANCHOR: origin
/// Returns where a name comes from: may the model know it by heart?
fn origin(name: &str, documents: &[&str]) -> &'static str {
    if documents[..1_000].contains(&name) {
        "trained on"
    } else if documents.contains(&name) {
        "in the file only"
    } else {
        "new"
    }
}
// ANCHOR_END: origin

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    let names = data::documents(data::NAMES);
    let Start { documents, tokenizer, model, mut chance } =
        Start::new(names, Config::default(), 42);
    let texts = Texts::new(&documents, &tokenizer)?;
    show_tables(&texts);
    let model = trained(model, &texts)?;
    let temperature = Temperature::try_from(0.5)?;
    for _ in 0..20 {
        let name = model.generate(tokenizer.bos(), temperature, &mut chance)?;
        let name = tokenizer.decode(&name);
        println!("{name:10}{}", origin(&name, &documents));
    }
    Ok(())
}
// ANCHOR_END: main
