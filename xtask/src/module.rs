//! The module that the sandboxes run, as it is committed.
//!
//! Beside it, a manifest holds the digest of everything the module was built
//! from. As long as that's what the sources are now, nobody who reads the book
//! or runs its tests needs a toolchain for WebAssembly.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::shown;
use crate::wasm::{FLAGS, PROFILE};

/// Where the module is kept, from the root of the book.
const FOLDER: &str = "sandbox/module";

/// The file beside it that says what it was built from.
const MANIFEST: &str = "manifest.toml";

/// The script that opens the module, and the module itself.
pub const FILES: [&str; 2] = ["sandbox.js", "sandbox_bg.wasm"];

/// What the module is built from: files, and folders with all that's in them.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "code/Cargo.toml",
    "code/src",
    "lab/Cargo.toml",
    "lab/src",
    "sandbox/Cargo.toml",
    "sandbox/glue",
    "sandbox/src",
];

/// A file: its name and its bytes.
pub type File = (String, Vec<u8>);

/// What a module was built from and what it is, as digests (SHA-256).
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    /// Of the sources and the settings of the build.
    sources: String,
    /// Of the module's files, in the order of [`FILES`].
    files: [String; 2],
}

impl Manifest {
    /// The manifest of a module that's built from the sources as they are.
    fn of(root: &Path, files: &[File]) -> Result<Self> {
        let digest = |name| {
            let file = files.iter().find(|(known, _)| known == name);
            hex(Sha256::digest(file.map_or(&[][..], |(_, bytes)| bytes)))
        };
        Ok(Self { sources: sources(root)?, files: FILES.map(digest) })
    }
}

/// The committed module of the book at `root`, if it was built from the
/// sources as they are now.
///
/// # Errors
///
/// A source can't be read.
pub(crate) fn committed(root: &Path) -> Result<Option<Vec<File>>> {
    let folder = root.join(FOLDER);
    let Ok(manifest) = fs::read_to_string(folder.join(MANIFEST)) else {
        return Ok(None);
    };
    let read = |name: &str| Ok((name.to_owned(), fs::read(folder.join(name))?));
    let files = FILES.into_iter().map(read).collect::<Result<Vec<File>>>();
    let (Ok(manifest), Ok(files)) = (toml::from_str(&manifest), files) else {
        return Ok(None);
    };
    let now = Manifest::of(root, &files)?;
    Ok((now == manifest).then_some(files))
}

/// Whether the committed module was built from the sources as they are now.
///
/// # Errors
///
/// A source can't be read.
pub fn is_fresh(root: &Path) -> Result<bool> {
    Ok(committed(root)?.is_some())
}

/// Keeps a module that was just built, to be committed.
///
/// # Errors
///
/// A file can't be read or written.
pub(crate) fn keep(root: &Path, files: &[File]) -> Result<()> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes)?;
    }
    let manifest = toml::to_string(&Manifest::of(root, files)?)?;
    let text = format!("# Written by `cargo book module`.\n{manifest}");
    fs::write(folder.join(MANIFEST), text)?;
    Ok(())
}

/// Whether a file, as seen from the root, is one of the module's sources.
#[must_use]
pub fn is_source(path: &Path) -> bool {
    SOURCES.iter().any(|source| path.starts_with(source))
}

/// The digest of all that a module is built from.
fn sources(root: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    let mut add = |name: &str, bytes: &[u8]| {
        digest.update(format!("{name} {}\n", bytes.len()));
        digest.update(bytes);
    };
    add("settings", format!("{PROFILE:?} {FLAGS}").as_bytes());
    for source in SOURCES {
        for path in files(&root.join(source))? {
            let cannot = || format!("{} can't be read", path.display());
            let bytes = fs::read(&path).with_context(cannot)?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            add(&shown(name), &bytes);
        }
    }
    Ok(hex(digest.finalize()))
}

/// The file of this name, or all files of the folder and of those within it,
/// in the order of their names; none if there's nothing.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(Vec::from_iter(path.exists().then(|| path.to_owned())));
    }
    let entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
    let mut entries: Vec<PathBuf> = entries.collect::<Result<_>>()?;
    entries.sort();
    let within = entries.iter().map(|entry| files(entry));
    Ok(within.collect::<Result<Vec<_>>>()?.concat())
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
