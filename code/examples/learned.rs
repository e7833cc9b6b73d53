// ANCHOR: imports
//! What has the model learned? Its loss, beside those of tables that count.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use microgpt::adam::Adam;
use microgpt::data;
use microgpt::forward::ForwardError;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::tokenizer::{Tokenizer, UnknownChar};
use microgpt::training::{Schedule, Session, TrainingError};
// ANCHOR_END: imports

// ANCHOR: held_out
/// The names to examine with: those of the last 3,000 documents, without
/// those of the first 1,000, which the model trains on.
fn held_out<'n>(documents: &[&'n str]) -> BTreeSet<&'n str> {
    let (first, rest) = documents.split_at(1_000);
    let last = &rest[rest.len() - 3_000..];
    let first: BTreeSet<&str> = first.iter().copied().collect();
    let last: BTreeSet<&str> = last.iter().copied().collect();
    &last - &first
}
// ANCHOR_END: held_out

// ANCHOR: texts
/// The names as tokens. No name that is held out stands in another list.
pub struct Texts {
    /// The first 1,000 documents: what the model trains on.
    pub trained: Vec<Vec<usize>>,
    /// Every document whose name is not held out.
    pub all: Vec<Vec<usize>>,
    /// The names to examine with, each of them once.
    pub held_out: Vec<Vec<usize>>,
}
// ANCHOR_END: texts

// ANCHOR: split
impl Texts {
    /// Splits the documents by name.
    ///
    /// # Errors
    /// [`UnknownChar`] if the tokenizer is that of other names.
    pub fn new(
        documents: &[&str],
        tokenizer: &Tokenizer,
    ) -> Result<Self, UnknownChar> {
        let names = held_out(documents);
        let rest = documents.iter().filter(|name| !names.contains(*name));
        let all = rest.map(|name| tokenizer.encode(name));
        let all: Vec<Vec<usize>> = all.collect::<Result<_, _>>()?;
        let trained = all[..1_000].to_vec();
        let held_out = names.iter().map(|name| tokenizer.encode(name));
        let held_out = held_out.collect::<Result<_, _>>()?;
        Ok(Self { trained, all, held_out })
    }
}
// ANCHOR_END: split

// ANCHOR: table
/// For each run of up to `order` tokens, how often each token came next.
pub struct Table<'t> {
    order: usize,
    counts: HashMap<&'t [usize], [f64; 27]>,
    /// How many observations the guess of a shorter run is worth.
    pub trust: f64,
}

impl<'t> Table<'t> {
    /// Counts what stands before each token, and what comes.
    pub fn count(order: usize, texts: &'t [Vec<usize>]) -> Self {
        let mut counts = HashMap::new();
        for text in texts {
            for at in 1..text.len() {
                for length in 0..=order.min(at) {
                    let before = &text[at - length..at];
                    counts.entry(before).or_insert([0.0; 27])[text[at]] += 1.0;
                }
            }
        }
        Self { order, counts, trust: 20.0 }
    }
}
// ANCHOR_END: table

// ANCHOR: probability
impl Table<'_> {
    /// The probability that a token comes after these.
    pub fn probability(&self, before: &[usize], token: usize) -> f64 {
        let mut guess = 1.0 / 27.0;
        for length in 0..=self.order.min(before.len()) {
            let run = &before[before.len() - length..];
            if let Some(counts) = self.counts.get(run) {
                let total: f64 = counts.iter().sum();
                guess =
                    (counts[token] + self.trust * guess) / (total + self.trust);
            }
        }
        guess
    }

    /// How many of the counts are not 0.
    pub fn size(&self) -> usize {
        self.counts.values().flatten().filter(|&&count| count > 0.0).count()
    }
}
// ANCHOR_END: probability

// ANCHOR: losses
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// The mean surprise of a table, for each token of some texts.
pub fn table_loss(table: &Table<'_>, texts: &[Vec<usize>]) -> f64 {
    let mut losses = Vec::new();
    for text in texts {
        for at in 1..text.len() {
            losses.push(-table.probability(&text[..at], text[at]).ln());
        }
    }
    mean(&losses)
}
// ANCHOR_END: losses

// ANCHOR: model_loss
/// The mean surprise of a model, for each token of some texts.
///
/// # Errors
/// [`ForwardError`] for a token that the model does not know.
pub fn model_loss(
    model: &Gpt,
    texts: &[Vec<usize>],
) -> Result<f64, ForwardError> {
    let losses = texts.iter().map(|text| model.losses(text));
    let losses: Vec<Vec<f64>> = losses.collect::<Result<_, _>>()?;
    Ok(mean(&losses.concat()))
}
// ANCHOR_END: model_loss

// ANCHOR: tables
/// The tables by name; the place in the list is how far each looks back.
pub const NAMES: [&str; 5] =
    ["unigram", "bigram", "trigram", "4-gram", "5-gram"];

/// Prints size and loss of each table, for both kinds of training data.
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
// ANCHOR_END: tables

// ANCHOR: learn
/// Trains as always, and prints the model's size and loss.
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
/// Whether the model may know a name by heart.
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
