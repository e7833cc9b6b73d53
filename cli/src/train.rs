//! Trains, and then samples.

use std::io::{self, Write};

use microgpt::adam::Adam;
use microgpt::checkpoint::Training;
use microgpt::fast::{Fast, FastAdam};
use microgpt::generation::Temperature;
use microgpt::training::{Engine, OnTape, Optimizer, Schedule, sound, step};
use serde_json::json;

use crate::failure::Failure;
use crate::generate::print_sample;
use crate::options::{EngineKind, Options, Style, Train};
use crate::progress::Progress;
use crate::record::Record;
use crate::save::Saver;
use crate::start::{State, encode};
use crate::stop;

/// Trains and samples; prints what microgpt.py prints.
pub fn train(train: &Train, out: &mut impl Write) -> Result<(), Failure> {
    let Train { options, samples, sampling } = train;
    let text = options.text()?;
    let mut run = Run::new(options, &text)?;
    let printed = run.print_counts(out);
    if !options.keeps() {
        printed?;
    }
    run.learn(out)?;
    run.print_last(out)?;
    let mut fast = Fast::new(*run.state.model.config());
    for number in 1..=*samples {
        run.check_stopped()?;
        let text = run.sample(&mut fast, sampling.temperature)?;
        print_sample(out, options.output.style(), number, &text)?;
    }
    Ok(())
}

/// One run: its options, its documents, and what it has learned.
pub struct Run<'t> {
    pub state: State,
    options: &'t Options,
    documents: Vec<&'t str>,
    record: Record<'t>,
    saver: Saver<'t>,
}

impl<'t> Run<'t> {
    /// Begins a run, or resumes one. The files come last, when the options
    /// and the data have been checked.
    pub fn new(options: &'t Options, text: &'t str) -> Result<Self, Failure> {
        let (documents, state) = options.start(text)?;
        let saver = Saver::new(&options.saving, &state)?;
        let steps = state.training.schedule.steps;
        let record = Record::new(&options.output, steps)?;
        Ok(Self { state, options, documents, record, saver })
    }

    /// Trains, saves the model, and moves the files about the losses into
    /// place.
    pub fn learn(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        stop::listen();
        let trained = self.train(out);
        if let Ok(()) | Err(Failure::Print(_)) = &trained {
            // What was learned is good even if it couldn't be printed, and one
            // file that fails mustn't take another with it.
            let saved = self.saver.save(&self.state);
            saved.and(self.record.finish())?;
        }
        trained?;
        self.check_stopped()
    }

    /// Trains with the engine that was asked for.
    fn train(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        match self.state.engine {
            EngineKind::Tape => {
                self.train_with::<_, Adam>(&mut OnTape::default(), out)
            }
            EngineKind::Fast => {
                let fast = Fast::new(*self.state.model.config());
                let mut fast = fast.threads(self.options.machine.threads);
                self.train_with::<_, FastAdam>(&mut fast, out)
            }
        }
    }

    /// Trains with an engine, and with an optimizer that can be converted to
    /// an [`Adam`] and back. What it remembers is kept even if a step fails.
    fn train_with<E, O>(
        &mut self,
        engine: &mut E,
        out: &mut impl Write,
    ) -> Result<(), Failure>
    where
        E: Engine,
        O: Optimizer + Clone + From<Adam> + Into<Adam>,
    {
        let mut optimizer = O::from(self.state.training.adam.clone());
        let result = self.take_steps(engine, &mut optimizer, out);
        self.state.training.adam = optimizer.into();
        result
    }

    /// Takes the steps that are left, until the program is asked to stop.
    fn take_steps<E: Engine, O: Optimizer + Clone + Into<Adam>>(
        &mut self,
        engine: &mut E,
        optimizer: &mut O,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let schedule = self.state.training.schedule;
        let first = self.state.training.adam.steps();
        let documents = self.encoded()?;
        let mut upcoming = turns(&documents, first, schedule.batch);
        let style = self.options.output.style();
        let mut progress = Progress::new(first, schedule.steps, style);
        let steps = first..schedule.steps;
        for done in steps.take_while(|_| !stop::is_requested()) {
            let texts: Vec<_> =
                upcoming.by_ref().take(schedule.batch).collect();
            let (model, rate) = (&mut self.state.model, schedule.at(done));
            let loss = step(model, engine, optimizer, rate, &texts)?;
            sound(model, done + 1, loss, schedule)?;
            self.record.add(done + 1, loss, out)?;
            progress.show(done + 1, loss);
            if self.saver.is_due(done + 1) {
                self.state.training.adam = optimizer.clone().into();
                let (saver, state) = (&mut self.saver, &self.state);
                progress.suspend(|| saver.save_on_the_way(done + 1, state));
            }
        }
        Ok(())
    }

    /// Returns the tokens of all documents that this run will use.
    fn encoded(&self) -> Result<Vec<Vec<usize>>, Failure> {
        let Schedule { steps, batch, .. } = self.state.training.schedule;
        let used = self.documents.iter().take(steps.saturating_mul(batch));
        used.map(|document| encode(&self.state.tokenizer, document)).collect()
    }

    /// Fails if the program has been asked to stop.
    fn check_stopped(&self) -> Result<(), Failure> {
        if !stop::is_requested() {
            return Ok(());
        }
        let Training { schedule, adam, .. } = &self.state.training;
        let outcome = self.saver.outcome();
        Err(Failure::Stopped(adam.steps(), schedule.steps, outcome))
    }

    /// Returns one text that the model makes up.
    fn sample(
        &mut self,
        fast: &mut Fast,
        temperature: Temperature,
    ) -> Result<String, Failure> {
        let State { model, tokenizer, training, engine } = &mut self.state;
        let (bos, chance) = (tokenizer.bos(), &mut training.chance);
        let tokens = match engine {
            EngineKind::Tape => model.generate(bos, temperature, chance)?,
            EngineKind::Fast => {
                fast.generate(model, bos, temperature, chance)?
            }
        };
        Ok(tokenizer.decode(&tokens))
    }

    /// Prints how much there is to learn from, and with how many weights.
    fn print_counts(&self, out: &mut impl Write) -> io::Result<()> {
        let State { model, tokenizer, .. } = &self.state;
        let docs = self.documents.len();
        let (vocab, params) = (tokenizer.vocab_size(), model.params().len());
        let json = json!({
            "num_docs": docs, "vocab_size": vocab, "num_params": params
        });
        match self.options.output.style() {
            Style::Quiet => Ok(()),
            Style::Json => writeln!(out, "{json}"),
            Style::Plain => {
                writeln!(out, "num docs: {docs}")?;
                writeln!(out, "vocab size: {vocab}")?;
                writeln!(out, "num params: {params}")
            }
        }
    }

    /// Prints the last loss, and the line above the samples.
    fn print_last(&self, out: &mut impl Write) -> io::Result<()> {
        if self.options.output.style() != Style::Plain {
            return Ok(());
        }
        let steps = self.state.training.schedule.steps;
        if let Some(last) = self.record.last() {
            writeln!(out, "step {steps:4} / {steps:4} | loss {last:.4}")?;
        }
        writeln!(out, "--- inference (new, hallucinated names) ---")
    }
}

/// Returns the documents in turn, without those that earlier steps have used.
fn turns(
    documents: &[Vec<usize>],
    steps: usize,
    batch: usize,
) -> impl Iterator<Item = &[usize]> {
    // Both numbers may come from a file: their product may need 128 bits.
    let used = steps as u128 * batch as u128 % documents.len() as u128;
    documents.iter().map(Vec::as_slice).cycle().skip(used as usize)
}
