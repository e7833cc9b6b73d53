//! What a run starts from: its documents, and a new model or a saved one.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::checkpoint::{Checkpoint, CheckpointError, Run};
use microgpt::data::{self, fingerprint};
use microgpt::fast::FastAdam;
use microgpt::guards::{self, ConfigError, DataError, EngineKind};
use microgpt::model::Config;
use microgpt::start::Start;
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Optimizer, Session};

use crate::failure::{Failure, Misfit, Usage, name};
use crate::files;
use crate::options::{Options, Output, Saving};

/// What a run trains with, and what it has learned.
pub struct State {
    pub run: Run<Rule>,
    pub engine: EngineKind,
}

/// Adam, in the form that goes with an engine.
pub enum Rule {
    Tape(Adam),
    Fast(FastAdam),
}

impl Rule {
    fn new(engine: EngineKind, adam: Adam) -> Self {
        match engine {
            EngineKind::Tape => Self::Tape(adam),
            EngineKind::Fast => Self::Fast(adam.into()),
        }
    }
}

impl Optimizer for Rule {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        match self {
            Self::Tape(adam) => adam.step(rate, params, gradients),
            Self::Fast(adam) => adam.step(rate, params, gradients),
        }
    }
}

impl AsRef<Adam> for Rule {
    fn as_ref(&self) -> &Adam {
        match self {
            Self::Tape(adam) => adam,
            Self::Fast(adam) => adam.as_ref(),
        }
    }
}

impl Options {
    /// Returns the text to learn from: the data file, or else the names.
    pub fn text(&self) -> Result<Cow<'static, str>, Failure> {
        match &self.data {
            Some(path) => guards::read(path)
                .map(Cow::Owned)
                .map_err(|error| self.in_data(error)),
            None => Ok(Cow::Borrowed(data::NAMES)),
        }
    }

    fn data_name(&self) -> String {
        self.data.as_deref().map_or("the built-in names".to_owned(), name)
    }

    fn in_data(&self, error: DataError) -> Failure {
        Failure::File(self.data_name(), error.into())
    }

    /// Returns the shuffled documents and the state in which training starts.
    pub fn start<'t>(
        &self,
        text: &'t str,
    ) -> Result<(Vec<&'t str>, State), Failure> {
        let documents = guards::documents(text);
        let mut documents = documents.map_err(|error| self.in_data(error))?;
        let state = match &self.saving.resume {
            Some(path) => self.resume(path, &mut documents)?,
            None => self.begin(&mut documents)?,
        };
        self.check(&state, documents.len())?;
        Ok((documents, state))
    }

    /// Begins a run, which shuffles the documents.
    fn begin(&self, documents: &mut Vec<&str>) -> Result<State, Failure> {
        let (engine, seed) = (self.machine.engine.into(), self.seed);
        let tokenizer = Tokenizer::new(documents);
        let config = self.sizes.config(&tokenizer);
        fits(&config, engine, documents)?;
        config.check()?;
        let start = Start::with(tokenizer, documents.clone(), config, seed);
        documents.clone_from(&start.documents);
        let rule = Rule::new(engine, Adam::default());
        let run = Run::begin(start, seed, engine, self.plan.schedule(), rule);
        Ok(State { run, engine })
    }

    /// Shuffles the documents as before, and goes on from what was saved.
    fn resume(
        &self,
        path: &Path,
        documents: &mut [&str],
    ) -> Result<State, Failure> {
        let failed = |misfit| Failure::Resume(name(path), misfit);
        let run = open(path)?.run();
        let mut run = run.ok_or_else(|| failed(Misfit::Untrained))?;
        Chance::seeded(run.seed).shuffle(documents);
        let alphabet = Tokenizer::new(documents).alphabet();
        let same = alphabet == run.tokenizer.alphabet();
        if !same || run.documents != fingerprint(documents) {
            return Err(failed(Misfit::Documents(self.data_name())));
        }
        self.prolong(&mut run.session).map_err(failed)?;
        let unknown = |_| failed(Misfit::Engine(run.engine.clone()));
        let engine = run.engine.parse().map_err(unknown)?;
        fits(run.session.model.config(), engine, documents)?;
        let run = run.with(|adam| Rule::new(engine, adam));
        Ok(State { run, engine })
    }

    /// Moves the end of the run to the last step that was asked for, if any
    /// was. The learning rate falls in a line from its first value to 0 at the
    /// new end.
    fn prolong<O>(&self, session: &mut Session<O>) -> Result<(), Misfit> {
        let steps = &mut session.schedule.steps;
        *steps = self.plan.steps.unwrap_or(*steps);
        if session.steps > *steps {
            return Err(Misfit::Steps(session.steps, *steps));
        }
        Ok(())
    }

    /// Checks that the options fit the run and each other.
    fn check(&self, state: &State, documents: usize) -> Result<(), Failure> {
        let batch = state.run.session.schedule.batch;
        let threads = self.machine.threads;
        if batch > documents {
            return Err(Usage::Batch(batch, documents).into());
        }
        if state.engine == EngineKind::Tape && threads > 1 {
            return Err(Usage::Threads(threads).into());
        }
        self.check_places()
    }

    /// Checks that no file will be written over another that is named.
    fn check_places(&self) -> Result<(), Failure> {
        let Output { losses, plot, .. } = &self.output;
        let Saving { save, resume, .. } = &self.saving;
        let data = &self.data;
        let others = [
            (losses, vec![data, resume, plot, save]),
            (plot, vec![data, resume, save]),
            (save, vec![data]), // a resumed run may be saved where it was
        ];
        for (path, others) in others {
            let Some(path) = path else { continue };
            let here = files::place(path);
            let mut others = others.into_iter().flatten();
            if here.is_some() && others.any(|other| files::place(other) == here)
            {
                return Err(Usage::Twice(name(path)).into());
            }
        }
        Ok(())
    }
}

/// Checks that there is enough memory to learn from the longest document.
fn fits(
    config: &Config,
    engine: EngineKind,
    documents: &[&str],
) -> Result<(), ConfigError> {
    let lengths = documents.iter().map(|text| text.chars().count());
    let longest = lengths.max().map_or(1, |letters| letters + 1);
    config.fits(engine.bytes(config, longest))
}

/// Reads a checkpoint from a file.
pub fn open(path: &Path) -> Result<Checkpoint<'static>, Failure> {
    let read = || {
        let about = fs::metadata(path)?;
        // Opening a pipe would wait forever for something to write into it.
        if !about.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        Ok((File::open(path)?, about.len()))
    };
    let (file, length) = read().map_err(|error| {
        let error = CheckpointError::Unreadable(error);
        Failure::in_file(path, error)
    })?;
    let checkpoint = Checkpoint::read(file, length);
    checkpoint.map_err(|error| Failure::in_file(path, error))
}

/// Returns the tokens of a document, or a failure that names it.
pub fn encode(
    tokenizer: &Tokenizer,
    document: &str,
) -> Result<Vec<usize>, Failure> {
    let tokens = tokenizer.encode(document);
    tokens.map_err(|unknown| Failure::Document(document.into(), unknown))
}
