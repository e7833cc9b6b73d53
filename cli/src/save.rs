//! Saves a run, at its end and on the way.

use std::io::{self, Write};
use std::path::Path;

use microgpt::checkpoint::Checkpoint;

use crate::failure::{Failure, name};
use crate::files::{WholeFile, create};
use crate::options::Saving;
use crate::start::State;

/// Writes a checkpoint when it is due, if one was asked for.
pub struct Saver<'t> {
    path: Option<&'t Path>,
    every: Option<usize>,
    has_warned: bool,
}

impl<'t> Saver<'t> {
    /// Checks that the run can be saved, before it trains for hours.
    pub fn new(saving: &'t Saving, state: &State) -> Result<Self, Failure> {
        let path = saving.save.as_deref();
        if let Some(path) = path {
            let fits = Checkpoint::check(state.run.session.model.config());
            fits.map_err(|error| Failure::in_file(path, error))?;
            create(path)?; // a trial, which is removed when it's dropped
        }
        Ok(Self { path, every: saving.save_every, has_warned: false })
    }

    /// Returns what has become of the model.
    pub fn outcome(&self) -> String {
        match self.path {
            Some(path) => format!("saved in {}", name(path)),
            None => "without --save the model is not kept".to_owned(),
        }
    }

    /// Saves the model and its training state, if a file was named.
    pub fn save(&self, state: &State) -> Result<(), Failure> {
        let Some(path) = self.path else { return Ok(()) };
        let written = write(path, state);
        written.map_err(Failure::in_writing(path))
    }

    /// Returns whether it is time to save.
    pub fn is_due(&self, step: usize) -> bool {
        self.every.is_some_and(|every| step.is_multiple_of(every))
    }

    /// Saves while training continues, even if saving fails: quitting would
    /// throw away hours of work, and the last good checkpoint is still there.
    /// Warns once, until saving succeeds again.
    pub fn save_on_the_way(&mut self, step: usize, state: &State) {
        let saved = self.save(state);
        let has_warned = self.has_warned;
        self.has_warned = saved.is_err();
        if let (Err(failure), false) = (saved, has_warned) {
            let warning = format!("warning: step {step}: {failure}");
            let _ = writeln!(io::stderr(), "{warning}; training continues");
        }
    }
}

/// Writes a checkpoint.
fn write(path: &Path, state: &State) -> io::Result<()> {
    let bytes = state.run.checkpoint().to_bytes().map_err(io::Error::other)?;
    let mut file = WholeFile::create(path)?;
    file.write_all(&bytes)?;
    file.finish()
}
