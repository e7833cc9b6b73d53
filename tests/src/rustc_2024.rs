//! `rustc` for the snippets: with edition 2024 where skeptic asks for 2021,
//! with the builds of its crates that belong together, and with a memory. What
//! has compiled once is not compiled again until its text or a crate that it
//! may use has changed.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

mod linked;

fn main() -> ExitCode {
    let profile = env::current_exe().unwrap_or_default();
    let profile = profile.parent().unwrap_or(Path::new(""));
    let linked = linked::linked(profile).unwrap_or_default();
    let arguments = env::args_os().skip(1).map(in_edition_2024);
    let arguments = arguments.map(|argument| with_build(argument, &linked));
    let arguments: Vec<OsString> = arguments.collect();
    let memory = Memory::of(&arguments).ok();
    if memory.as_ref().is_some_and(|memory| memory.recall().is_ok()) {
        return ExitCode::SUCCESS;
    }
    // A snippet's symbols would only fill the memory.
    let small = "-Cstrip=symbols";
    match Command::new(env!("REAL_RUSTC")).arg(small).args(&arguments).status()
    {
        Ok(status) if status.success() => {
            // A snippet that is forgotten is only compiled again.
            let _ = memory.map(|memory| memory.keep());
            ExitCode::SUCCESS
        }
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", env!("REAL_RUSTC"));
            ExitCode::FAILURE
        }
    }
}

fn in_edition_2024(argument: OsString) -> OsString {
    if argument == "--edition=2021" {
        "--edition=2024".into()
    } else {
        argument
    }
}

/// `NAME=FILE` with the build of the crate that the tests are linked with.
fn with_build(
    argument: OsString,
    linked: &HashMap<String, PathBuf>,
) -> OsString {
    let file = argument.to_str().and_then(|text| {
        let (name, file) = text.split_once('=')?;
        let kind = Path::new(file).extension()?;
        let file = linked.get(name)?.with_extension(kind);
        file.exists().then(|| format!("{name}={}", file.display()))
    });
    file.map_or(argument, OsString::from)
}

/// Where the result of a compilation is kept, and where it is wanted.
struct Memory {
    kept: PathBuf,
    /// The binary to be made; `None` if the snippet is only checked.
    output: Option<PathBuf>,
}

impl Memory {
    /// # Errors
    ///
    /// The arguments are not those of a snippet.
    fn of(arguments: &[OsString]) -> io::Result<Self> {
        let source = arguments.first().ok_or(io::ErrorKind::InvalidInput)?;
        let text = fs::read(source)?;
        let place = arguments.iter().position(|argument| argument == "-o");
        let output = place.and_then(|place| arguments.get(place + 1));
        let crates = hash_of(&crates(arguments)?);
        let name = hash_of(&(&text, output.is_some()));
        let program = env::current_exe()?;
        let folder = program.with_file_name("snippets");
        let kept = folder.join(format!("{crates:x}/{name:x}"));
        Ok(Self { kept, output: output.map(PathBuf::from) })
    }

    /// Brings back what was kept.
    fn recall(&self) -> io::Result<()> {
        match &self.output {
            Some(output) => link(&self.kept, output),
            None => fs::metadata(&self.kept).map(drop),
        }
    }

    /// Keeps the result, and forgets those made with other crates.
    fn keep(&self) -> io::Result<()> {
        let folder = self.kept.parent().ok_or(io::ErrorKind::NotFound)?;
        if !folder.exists() {
            let all = folder.parent().ok_or(io::ErrorKind::NotFound)?;
            let _ = fs::remove_dir_all(all);
            fs::create_dir_all(folder)?;
        }
        match &self.output {
            Some(output) => link(output, &self.kept),
            None => fs::write(&self.kept, ""),
        }
    }
}

/// The crates that a snippet may use: their files, and when they were made.
fn crates(arguments: &[OsString]) -> io::Result<Vec<(PathBuf, SystemTime)>> {
    let names = arguments.iter().filter_map(|argument| argument.to_str());
    let files = names.filter_map(|name| name.split_once('='));
    let files = files.filter(|(_, file)| Path::new(file).is_absolute());
    let files = files.filter(|(name, _)| !name.starts_with('-'));
    let dated = files.map(|(_, file)| {
        Ok((PathBuf::from(file), fs::metadata(file)?.modified()?))
    });
    dated.collect()
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    env!("REAL_RUSTC").hash(&mut hasher);
    value.hash(&mut hasher);
    hasher.finish()
}
