//! Files that are whole, or not there at all.
//!
//! `tempfile` finds a free name beside the old file, removes what is dropped,
//! and renames. What is written here is the rest of the promise, which no
//! crate keeps that was tried: `atomic-write-file` 0.3 and `atomicwrites` 0.4
//! throw the new file away when the rename fails, replace a link instead of
//! the file it leads to, replace a file that is read-only, and cannot write
//! into a folder that they may not list. `atomicwrites` also forgets the
//! permissions of the old file, and wants all of the new one at once.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use crate::failure::Failure;

/// A file that appears when it is whole.
///
/// It is written beside its place, and takes it by a rename, which happens
/// entirely or not at all: at each moment the name leads to the old file or to
/// the new one. If it is dropped before, it is removed.
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

/// Begins a file, or returns a failure that names it.
pub fn create(path: &Path) -> Result<WholeFile, Failure> {
    WholeFile::create(path).map_err(Failure::in_writing(path))
}

impl WholeFile {
    /// Begins a file, if it can be written. What can be known to go wrong
    /// should go wrong now: hours may pass before the rename.
    ///
    /// A link is followed: the file is replaced, and not the link to it.
    ///
    /// # Errors
    /// The folder doesn't exist, it or an existing file is not writable, or
    /// the path is something other than a file, such as a dangling link.
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or(path.to_owned());
        if !is_named(&path) {
            return Err(io::Error::other("it is not a file"));
        }
        check(&path)?;
        let mut beside = tempfile::Builder::new();
        let beside = beside.prefix(".microgpt-").suffix(".partial");
        // By itself, `tempfile` would make a file that only we can read.
        let file = beside.make_in(folder(&path), |at| File::create_new(at))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    /// Moves the file into place, once all of it is on the disk.
    ///
    /// # Errors
    /// For instance, the disk is full; the old file is left untouched. If only
    /// the rename fails, the error names the file that was kept.
    pub fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(file.path(), old.permissions())?;
        }
        // Otherwise the rename might reach the disk before the bytes do, and a
        // power cut would leave a new name for an empty file.
        file.as_file().sync_all()?;
        if let Err(failed) = file.persist(&self.path) {
            return keep(failed, &self.path);
        }
        // On Unix, a new name is on the disk when its folder is. Not every
        // folder can be read or synced; until then the old file is there.
        let _ = File::open(folder(&self.path)).and_then(|it| it.sync_all());
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Keeps a whole file that couldn't take its place, and says where.
///
/// The name is always the same, so that a run that fails at each save leaves
/// one such file and not a thousand.
fn keep(failed: PersistError, path: &Path) -> io::Result<()> {
    let PersistError { error, file } = failed;
    let name = path.file_name().unwrap_or_default().display();
    let kept = folder(path).join(format!(".microgpt-{name}.partial"));
    file.persist(&kept)?;
    let message =
        format!("{error}; the new file was kept as {}", kept.display());
    Err(io::Error::new(error.kind(), message))
}

/// Checks that nothing is at a path, or a file that may be replaced.
fn check(path: &Path) -> io::Result<()> {
    let old = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        old => old?,
    };
    if !old.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    // A rename asks only the folder for permission. So a read-only file is
    // refused here, even to root, and so is any that cannot be opened.
    if old.permissions().readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    File::options().write(true).open(path)?; // opened, and left as it is
    Ok(())
}

/// Returns whether a path ends in a name; `new/` doesn't, and can't be a file.
fn is_named(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let ends = |name: &OsStr| text.ends_with(name.as_encoded_bytes());
    path.file_name().is_some_and(ends)
}

/// Returns the folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Returns where a file is or will be, links followed, so that two names of
/// one place are equal.
pub fn place(path: &Path) -> Option<PathBuf> {
    let new = || {
        let folder = fs::canonicalize(folder(path)).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_finished_and_not_before() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("losses.txt");
        fs::write(&path, "old")?;
        let mut file = WholeFile::create(&path)?;
        writeln!(file, "3.3")?;
        file.flush()?;
        assert_eq!(fs::read_to_string(&path)?, "old");
        file.finish()?;
        assert_eq!(fs::read_to_string(&path)?, "3.3\n");
        assert_eq!(fs::read_dir(&folder)?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_file_that_is_dropped_leaves_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut file = WholeFile::create(&folder.path().join("losses.txt"))?;
        writeln!(file, "3.3")?;
        drop(file);
        assert_eq!(fs::read_dir(&folder)?.count(), 0);
        Ok(())
    }

    #[test]
    fn a_file_that_cannot_take_its_place_is_kept_and_named() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("m");
        for text in ["first", "second"] {
            let mut file = WholeFile::create(&path)?;
            file.write_all(text.as_bytes())?;
            // Meanwhile somebody makes a folder of that name.
            fs::create_dir(&path)?;
            let error = file.finish().map_err(|error| error.to_string());
            let error = error.expect_err("it took the place of a folder");
            let kept = folder.path().join(".microgpt-m.partial");
            let says = format!("kept as {}", kept.display());
            assert!(error.contains(&says), "{error}");
            assert_eq!(fs::read_to_string(kept)?, text);
            fs::remove_dir(&path)?;
            assert_eq!(fs::read_dir(&folder)?.count(), 1);
        }
        Ok(())
    }
}
