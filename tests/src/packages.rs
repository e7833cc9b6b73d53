//! The package that a reader has at the end of a chapter: the listings so
//! far, the chapter's example, and the dependencies added on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};
use xtask::Problem;

use crate::programs::Shown;
use crate::reader::{Book, Chapter, Fence, Kind, included};

/// What a chapter's reader has.
#[derive(Debug)]
pub struct Package {
    /// The chapter's name.
    pub chapter: String,
    /// The programs of the page that the compiler refuses.
    pub refused: Vec<Refused>,
    examples: Vec<Example>,
    dependencies: Dependencies,
    shown: Shown,
}

/// A program of a page that must not compile.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The name of the snapshot with the compiler's message.
    pub snapshot: String,
    text: String,
}

/// An example of a chapter.
#[derive(Debug)]
struct Example {
    name: String,
    text: String,
}

/// Dependencies by name.
type Dependencies = BTreeMap<String, Dependency>;

/// What a manifest says of a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Dependency {
    version: String,
    default_features: bool,
    features: BTreeSet<String>,
}

/// A package for each chapter that shows listings or an example.
///
/// # Errors
///
/// A line `$ cargo add …` is not understood; the message has file and line.
pub fn packages(book: &Book) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    let mut shown = Shown::default();
    let mut dependencies = Dependencies::new();
    for chapter in &book.chapters {
        add_dependencies(chapter, &mut dependencies)?;
        let mut examples: Vec<Example> = Vec::new();
        let mut grows = false;
        for fence in &chapter.fences {
            shown.show(fence);
            grows |= matches!(fence.kind, Kind::Listing { .. });
            if let Kind::Example { name, .. } = &fence.kind {
                if examples.last().is_none_or(|last| last.name != *name) {
                    let (name, text) = (name.clone(), String::new());
                    examples.push(Example { name, text });
                }
                if let Some(example) = examples.last_mut() {
                    example.text.push_str(&fence.text);
                    example.text.push_str("\n\n");
                }
            }
        }
        if grows || !examples.is_empty() {
            packages.push(Package {
                chapter: chapter.name.clone(),
                refused: refused(chapter),
                examples,
                dependencies: dependencies.clone(),
                shown: shown.clone(),
            });
        }
    }
    Ok(packages)
}

/// The programs of a page that must not compile, each right before the
/// compiler's message.
pub fn refused(chapter: &Chapter) -> Vec<Refused> {
    let pairs = chapter.fences.windows(2);
    let refused = pairs.filter(|pair| pair[0].kind == Kind::Refused);
    let refused = refused.filter_map(|pair| {
        let snapshot = snapshot(&pair[1])?.to_owned();
        Some(Refused { snapshot, text: pair[0].text.clone() })
    });
    refused.collect()
}

/// The name of the snapshot that a fence shows.
pub fn snapshot(fence: &Fence) -> Option<&str> {
    included(&fence.body)?
        .strip_prefix("../tests/snapshots/")?
        .strip_suffix(".snap:4:")
}

/// Where the book's `cargo add` lines and `code/Cargo.toml` differ.
///
/// # Errors
///
/// A line is not understood, or the manifest cannot be read.
pub fn dependency_problems(book: &Book) -> Result<Vec<Problem>> {
    let mut told = Dependencies::new();
    for chapter in &book.chapters {
        add_dependencies(chapter, &mut told)?;
    }
    let file = "code/Cargo.toml".to_owned();
    let text = fs::read_to_string(book.root.join(&file))?;
    let real = manifest_dependencies(&text).context(file.clone())?;
    let names: BTreeSet<&String> = told.keys().chain(real.keys()).collect();
    let problems = names.into_iter().filter_map(|name| {
        let (told, real) = (told.get(name), real.get(name));
        let place =
            text.lines().position(|line| line.starts_with(name.as_str()));
        let line = place.map_or(1, |place| place + 1);
        let says = |dependency: Option<&Dependency>| {
            dependency.map_or("nothing".to_owned(), |known| known.entry(name))
        };
        let message = format!(
            "the book's `cargo add` lines say {}, the manifest {}",
            says(told),
            says(real)
        );
        let file = file.clone();
        (told != real).then_some(Problem { file, line, message })
    });
    Ok(problems.collect())
}

/// The dependencies that the book's reader has at its end, as `cargo add`
/// writes them.
///
/// # Errors
///
/// A line is not understood.
pub fn dependencies(book: &Book) -> Result<String> {
    let mut told = Dependencies::new();
    for chapter in &book.chapters {
        add_dependencies(chapter, &mut told)?;
    }
    let mut manifest = "[dependencies]".to_owned();
    for (name, dependency) in told {
        manifest.extend(["\n", &dependency.entry(&name)]);
    }
    Ok(manifest)
}

/// Reads the lines `$ cargo add …` of a chapter.
fn add_dependencies(
    chapter: &Chapter,
    dependencies: &mut Dependencies,
) -> Result<()> {
    for fence in &chapter.fences {
        add_from(chapter, fence, dependencies)?;
    }
    Ok(())
}

/// Reads the lines `$ cargo add …` of a fence.
fn add_from(
    chapter: &Chapter,
    fence: &Fence,
    dependencies: &mut Dependencies,
) -> Result<()> {
    if fence.language() != "console" {
        return Ok(());
    }
    for (line, text) in (fence.line + 1..).zip(fence.text.lines()) {
        if let Some(words) = text.trim().strip_prefix("$ cargo add ")
            && let Err(error) = add(words, dependencies)
        {
            bail!("{}:{line}: {error}", chapter.file);
        }
    }
    Ok(())
}

/// Does what `cargo add` does with these words.
fn add(words: &str, dependencies: &mut Dependencies) -> Result<()> {
    let mut names = Vec::new();
    let mut default_features = true;
    let mut features = BTreeSet::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--no-default-features" => default_features = false,
            "--features" | "-F" => {
                let list = words.next().context("which features?")?;
                features.extend(list.split(',').map(str::to_owned));
            }
            _ if word.starts_with('-') => bail!("`{word}` is not understood"),
            _ => names.push(
                word.split_once('@')
                    .with_context(|| format!("`{word}` has no version"))?,
            ),
        }
    }
    for (name, version) in names {
        let version = version.to_owned();
        let features = features.clone();
        let dependency = Dependency { version, default_features, features };
        dependencies.insert(name.to_owned(), dependency);
    }
    Ok(())
}

/// The `[dependencies]` of a manifest.
fn manifest_dependencies(manifest: &str) -> Result<Dependencies> {
    let manifest: Table = manifest.parse()?;
    let Some(table) = manifest.get("dependencies").and_then(Value::as_table)
    else {
        return Ok(Dependencies::new());
    };
    let read = |(name, value): (&String, &Value)| {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        let features = value.get("features").and_then(Value::as_array);
        let features = features.into_iter().flatten().filter_map(Value::as_str);
        let default = value.get("default-features").and_then(Value::as_bool);
        let dependency = Dependency {
            version: version.context("no version")?.to_owned(),
            default_features: default.unwrap_or(true),
            features: features.map(str::to_owned).collect(),
        };
        Ok((name.clone(), dependency))
    };
    table.iter().map(read).collect()
}

impl Dependency {
    /// The line of a manifest.
    fn entry(&self, name: &str) -> String {
        let Self { version, default_features, features } = self;
        if *default_features && features.is_empty() {
            return format!("{name} = {version:?}");
        }
        let default =
            if *default_features { "" } else { ", default-features = false" };
        let list = if features.is_empty() {
            String::new()
        } else {
            let names: Vec<_> = features.iter().collect();
            format!(", features = {names:?}")
        };
        format!("{name} = {{ version = {version:?}{default}{list} }}")
    }
}

impl Package {
    /// Writes the package into a folder. Files that are as they should be are
    /// left alone, so that cargo finds them unchanged; files of an earlier
    /// state of the book go.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(&self, book: &Book, folder: &Path, lock: &Path) -> Result<()> {
        let manifest = self.manifest(folder);
        write_if_changed(&folder.join("Cargo.toml"), manifest.as_bytes())?;
        write_if_changed(&folder.join("Cargo.lock"), &fs::read(lock)?)?;
        let sources = self.shown.files();
        let sources =
            sources.map(|(name, text)| (format!("src/{name}.rs"), text));
        let examples = self.examples.iter().map(|example| {
            (format!("examples/{}.rs", example.name), example.text.as_str())
        });
        let mut written = BTreeSet::new();
        // What `cargo new --lib` has left there is replaced by the book.
        let template = self.shown.files().all(|(name, _)| name != "lib");
        let template = template.then(|| ("src/lib.rs".to_owned(), ""));
        for (path, text) in template.into_iter().chain(sources).chain(examples)
        {
            let path = folder.join(path);
            write_if_changed(&path, text.as_bytes())?;
            written.insert(path);
        }
        remove_others(&folder.join("src"), &written)?;
        remove_others(&folder.join("examples"), &written)?;
        let data = book.root.join("code/data");
        for entry in fs::read_dir(data)? {
            let entry = entry?;
            let target = folder.join("data").join(entry.file_name());
            write_if_changed(&target, &fs::read(entry.path())?)?;
        }
        Ok(())
    }

    /// The manifest, with a version of the package's own: cargo keeps apart in
    /// one target folder what differs in name or version, not in place.
    fn manifest(&self, folder: &Path) -> String {
        let parts = folder.iter().rev().take(2).map(|part| {
            let part = part.to_string_lossy();
            part.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
        });
        let place: Vec<String> = parts.collect();
        let mut manifest = format!(
            "[package]\nname = \"microgpt\"\nversion = \"0.0.0+{}\"\n\
             edition = \"2024\"\n\n[workspace]\n\n[dependencies]\n",
            place.join(".")
        );
        for (name, dependency) in &self.dependencies {
            manifest.extend([&dependency.entry(name), "\n"]);
        }
        manifest
    }

    /// Tries to compile each refused program in `folder`: what the compiler
    /// says, without what cargo says of it.
    ///
    /// # Errors
    ///
    /// A program compiles.
    pub fn refusals(
        &self,
        folder: &Path,
        target: &Path,
    ) -> Result<Vec<String>> {
        let refusal = |refused: &Refused| {
            let name = &refused.snapshot;
            let tried = try_out("build", &refused.text, folder, target)?;
            let said = tried.with_context(|| format!("`{name}` compiles"))?;
            Ok(compiler_message(&said))
        };
        self.refused.iter().map(refusal).collect()
    }
}

/// Builds or runs a program in `folder`, where the book has its reader try a
/// snippet: what is said if that fails.
///
/// # Errors
///
/// The program cannot be written.
pub fn try_out(
    command: &str,
    text: &str,
    folder: &Path,
    target: &Path,
) -> Result<Option<String>> {
    let file = folder.join("examples/scratch.rs");
    write_if_changed(&file, text.as_bytes())?;
    let tried = cargo(command, &["--example", "scratch"], folder, target);
    Ok(tried.err().map(|error| error.to_string()))
}

/// The compiler's errors, from the first on, without the last lines, which
/// only count them and tell where to read more.
fn compiler_message(said: &str) -> String {
    let paragraphs = said.split("\n\n").filter(|paragraph| {
        paragraph.contains("error[") || paragraph.starts_with("error: ")
    });
    let paragraphs = paragraphs
        .filter(|paragraph| !paragraph.starts_with("error: could not compile"));
    let from_error = paragraphs.filter_map(|paragraph| {
        let start = paragraph.find("error")?;
        let lines = paragraph[start..].lines();
        let lines = lines.take_while(|line| !line.starts_with("For more"));
        Some(lines.collect::<Vec<_>>().join("\n"))
    });
    from_error.collect::<Vec<_>>().join("\n\n")
}

/// What is built of a package.
pub(crate) const EVERYTHING: [&str; 3] = ["--release", "--lib", "--examples"];

/// Runs cargo on the package in a folder: what it printed and what it said.
fn cargo(
    command: &str,
    words: &[&str],
    folder: &Path,
    target: &Path,
) -> Result<(String, String)> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args([command, "--offline", "--quiet", "--target-dir"])
        .arg(target)
        .args(words)
        .current_dir(folder)
        // The stand-in that compiles the snippets is not for cargo.
        .env_remove("RUSTC")
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("cargo {command} {}:\n{said}", words.join(" "));
    }
    Ok((String::from_utf8(output.stdout)?, said))
}

pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

fn remove_others(folder: &Path, keep: &BTreeSet<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, keep)?;
        } else if !keep.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
