//! The program as a person runs it: in a folder of its own, with its files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::root;

/// `cargo test` builds no binary of another package, so this has cargo do it,
/// as `cargo build` would.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    // a test is target/debug/deps/NAME
    let test = std::env::current_exe().unwrap_or_default();
    let target = test.ancestors().nth(3).unwrap_or(Path::new("target"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--workspace", "--bin", "microgpt"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root())
        .env_remove("RUSTC")
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    let name = format!("microgpt{}", std::env::consts::EXE_SUFFIX);
    target.join("debug").join(name)
});

/// The program.
pub fn program() -> &'static Path {
    &PROGRAM
}

/// The code of wrong usage.
pub const USAGE: i32 = 2;
/// The code of anything else that goes wrong.
pub const FAILURE: i32 = 1;

/// How long a run may take.
const LONGEST: Duration = Duration::from_mins(2);

/// A folder with a few files, in which the program runs.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
}

/// What the program did.
#[derive(Debug)]
pub struct Run {
    /// The code that it ended with; a signal gives none.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl TryFrom<Output> for Run {
    type Error = anyhow::Error;

    fn try_from(output: Output) -> Result<Self> {
        Ok(Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout)?,
            stderr: String::from_utf8(output.stderr)?,
        })
    }
}

/// The files of a place.
impl Place {
    /// Has `names.txt`, a few names of one alphabet.
    ///
    /// # Errors
    ///
    /// The disk is full, say.
    pub fn new() -> Result<Self> {
        let place = Self { folder: tempfile::tempdir()? };
        place.write("names.txt", "emma\nolivia\nava\nmia\n")?;
        Ok(place)
    }

    /// Where a file of it is.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) -> Result<()> {
        Ok(fs::write(self.path(file), text)?)
    }

    /// Reads a file of text.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn read(&self, file: &str) -> Result<String> {
        Ok(fs::read_to_string(self.path(file))?)
    }

    /// Each name that is there, and what it holds if it is a plain file.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn files(&self) -> Result<BTreeMap<String, Option<Vec<u8>>>> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let is_file = entry.file_type()?.is_file();
            let held = is_file.then(|| fs::read(entry.path()));
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(name, held.transpose()?);
        }
        Ok(files)
    }

    /// How many files there are that a save was too short to finish.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn partial(&self) -> Result<usize> {
        let files = self.files()?;
        let names = files.keys().filter(|name| {
            name.starts_with(".microgpt-") && name.ends_with(".partial")
        });
        Ok(names.count())
    }
}

/// The program in a place.
impl Place {
    /// The program, to be started here.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).current_dir(self.folder.path());
        command
    }

    /// The program, to be started by the last of some other words.
    pub fn command_by(&self, starter: &[&str], words: &[&str]) -> Command {
        let mut command = Command::new(starter[0]);
        command.args(&starter[1..]).arg(program()).args(words);
        command.current_dir(self.folder.path());
        command
    }

    /// Runs the program.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    pub fn run(&self, words: &[&str]) -> Result<Run> {
        Run::of(&mut self.command(words))
    }

    /// Runs the program where it may not ask for more kilobytes of memory.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    pub fn run_within(&self, kilobytes: u32, words: &[&str]) -> Result<Run> {
        if !cfg!(target_os = "linux") {
            return self.run(words);
        }
        let line = format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"");
        Run::of(&mut self.command_by(&["sh", "-c", &line], words))
    }

    /// Runs the program; nothing may go wrong.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    ///
    /// # Panics
    ///
    /// If it fails.
    pub fn succeeds(&self, words: &[&str]) -> Result<Run> {
        let run = self.run(words)?;
        assert_eq!(run.code, Some(0), "{words:?}: {run:?}");
        Ok(run)
    }

    /// Trains for a few steps; nothing may go wrong.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    ///
    /// # Panics
    ///
    /// If it fails.
    pub fn train(&self, words: &[&str]) -> Result<Run> {
        self.succeeds(&[&["train", "--steps", "3"], words].concat())
    }

    /// The program must refuse: one line on stderr that has `says` in it,
    /// nothing on stdout, and each file as it was, with no new one.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    ///
    /// # Panics
    ///
    /// If it does anything else.
    pub fn refuses(
        &self,
        code: i32,
        words: &[&str],
        says: &[&str],
    ) -> Result<()> {
        let before = self.files()?;
        let run = self.run(words)?;
        run.assert_refused(code, says);
        let after = self.files()?;
        assert!(after == before, "{words:?}: {:?}", after.keys());
        Ok(())
    }
}

impl Run {
    /// Runs a command, and kills it if it does not end: a training that should
    /// have been refused may be long.
    ///
    /// # Errors
    ///
    /// It cannot be run, or prints what is no text.
    pub fn of(command: &mut Command) -> Result<Self> {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.stdin(Stdio::null()).spawn()?;
        let pipes = (child.stdout.take(), child.stderr.take());
        let stdout = std::thread::spawn(|| io::read_to_string(pipes.0?).ok());
        let stderr = std::thread::spawn(|| io::read_to_string(pipes.1?).ok());
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if begin.elapsed() > LONGEST {
                child.kill()?;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let [stdout, stderr] = [stdout, stderr]
            .map(|reader| reader.join().ok().flatten().context("no text"));
        let (stdout, stderr) = (stdout?, stderr?);
        Ok(Self { code: status.code(), stdout, stderr })
    }

    /// It must have refused: one line on stderr that has `says` in it, nothing
    /// on stdout.
    ///
    /// # Panics
    ///
    /// If it did anything else.
    pub fn assert_refused(&self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        let strange = |c: char| c.is_control() && c != '\n';
        assert!(!self.stderr.contains(strange), "{:?}", self.stderr);
        for part in says {
            let found = self.stderr.contains(part);
            assert!(found, "no `{part}` in {}", self.stderr);
        }
    }
}
