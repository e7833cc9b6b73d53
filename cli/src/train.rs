//! Trains, and then samples.

use std::io::{self, Write};

use microgpt::engine::{Engine, OnTape};
use microgpt::fast::Fast;
use microgpt::generation::Temperature;
use microgpt::guards::EngineKind;
use microgpt::training::{Schedule, Session};
use serde_json::json;

use crate::failure::Failure;
use crate::generate::print_sample;
use crate::options::{Options, Style, Train};
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
    let mut fast = Fast::new(*run.state.run.session.model.config());
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
        let steps = state.run.session.schedule.steps;
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
            EngineKind::Tape => self.take_steps(&mut OnTape::default(), out),
            EngineKind::Fast => {
                let config = *self.state.run.session.model.config();
                let threads = self.options.machine.threads;
                self.take_steps(&mut Fast::new(config).threads(threads), out)
            }
        }
    }

    /// Takes the steps that are left, until the program is asked to stop.
    fn take_steps(
        &mut self,
        engine: &mut dyn Engine,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let texts = self.encoded()?;
        let Session { steps, schedule, .. } = self.state.run.session;
        let mut turns = self.state.run.session.turns(&texts);
        let style = self.options.output.style();
        let mut progress = Progress::new(steps, schedule.steps, style);
        while !self.state.run.session.is_done() && !stop::is_requested() {
            let session = &mut self.state.run.session;
            let step = session.step_with(engine, &mut turns)?;
            self.record.add(step, out)?;
            progress.show(step);
            if self.saver.is_due(step.number) {
                let (saver, state) = (&mut self.saver, &self.state);
                progress.suspend(|| saver.save_on_the_way(step.number, state));
            }
        }
        Ok(())
    }

    /// Returns the tokens of all documents that this run will use.
    fn encoded(&self) -> Result<Vec<Vec<usize>>, Failure> {
        let run = &self.state.run;
        let Schedule { steps, batch, .. } = run.session.schedule;
        let used = self.documents.iter().take(steps.saturating_mul(batch));
        used.map(|document| encode(&run.tokenizer, document)).collect()
    }

    /// Fails if the program has been asked to stop.
    fn check_stopped(&self) -> Result<(), Failure> {
        if !stop::is_requested() {
            return Ok(());
        }
        let Session { steps, schedule, .. } = self.state.run.session;
        let outcome = self.saver.outcome();
        Err(Failure::Stopped(steps, schedule.steps, outcome))
    }

    /// Returns one text that the model makes up.
    fn sample(
        &mut self,
        fast: &mut Fast,
        temperature: Temperature,
    ) -> Result<String, Failure> {
        let State { run, engine } = &mut self.state;
        let (tokenizer, chance) = (&run.tokenizer, &mut run.chance);
        let (bos, model) = (tokenizer.bos(), &run.session.model);
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
        let model = &self.state.run.session.model;
        let docs = self.documents.len();
        let (vocab, params) = (model.config().vocab_size, model.params().len());
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
        let steps = self.state.run.session.schedule.steps;
        if let Some(last) = self.record.last() {
            writeln!(out, "step {steps:4} / {steps:4} | loss {last:.4}")?;
        }
        writeln!(out, "--- inference (new, hallucinated names) ---")
    }
}
