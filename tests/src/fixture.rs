//! A small good book, copied to a folder of its own so that a test can break
//! it there.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// Stands in the pages for the words that a real page would have.
const FILLER: &str = "FILLER";

/// A copy of `tests/fixtures/book`.
#[derive(Debug)]
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// The good book.
    ///
    /// # Errors
    ///
    /// It cannot be copied.
    pub fn good() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let from = crate::root().join("tests/fixtures/book");
        copy(&from, folder.path())?;
        Ok(Self { folder })
    }

    /// The book with one passage replaced by another. A file that is not
    /// there is empty.
    ///
    /// # Errors
    ///
    /// The file has no such passage.
    pub fn broken(file: &str, passage: &str, by: &str) -> Result<Self> {
        let fixture = Self::good()?;
        fixture.edit(file, passage, by)?;
        Ok(fixture)
    }

    /// Replaces one passage of a file by another.
    ///
    /// # Errors
    ///
    /// The file has no such passage.
    pub fn edit(&self, file: &str, passage: &str, by: &str) -> Result<()> {
        let path = self.root().join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        ensure!(text.contains(passage), "{file} has no `{passage}`");
        let text = text.replacen(passage, by, 1);
        fs::write(path, text).context(file.to_owned())
    }

    /// The folder of the book.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            let text = fs::read_to_string(entry.path())?;
            let words = "So it goes on. ".repeat(100);
            fs::write(target, text.replace(FILLER, &words))?;
        }
    }
    Ok(())
}
