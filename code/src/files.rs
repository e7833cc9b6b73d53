// ANCHOR: imports
//! Files that are whole, or not there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};
// ANCHOR_END: imports

// ANCHOR: whole
/// A file that appears when it is whole.
///
/// It is written beside its place, and takes it by a rename.
///
/// ```
/// use std::io::Write;
///
/// let path = std::env::temp_dir().join("losses.txt");
/// let mut file = microgpt::files::WholeFile::create(&path)?;
/// writeln!(file, "3.3")?;
/// file.finish()?;
/// assert_eq!(std::fs::read_to_string(path)?, "3.3\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}
// ANCHOR_END: whole

// ANCHOR: folder
/// The folder in which a file stands.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether a path ends in a name; `new/` does not, and can be no file.
fn is_named(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let ends = |name: &OsStr| text.ends_with(name.as_encoded_bytes());
    path.file_name().is_some_and(ends)
}
// ANCHOR_END: folder

// ANCHOR: check
/// Sees that nothing is at a path, or a file that may be replaced.
fn check(path: &Path) -> io::Result<()> {
    let old = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        old => old?,
    };
    if !old.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if old.permissions().readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    File::options().write(true).open(path)?; // opened, and left as it is
    Ok(())
}
// ANCHOR_END: check

// ANCHOR: create
impl WholeFile {
    /// Begins a file, if it can be written.
    ///
    /// A link is followed: the file is replaced, and not the link to it.
    ///
    /// # Errors
    /// There is no such folder, it or an old file may not be written, or the
    /// path is that of something else: a link that leads nowhere, say.
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or(path.to_owned());
        if !is_named(&path) {
            return Err(io::Error::other("it is not a file"));
        }
        check(&path)?;
        let mut beside = tempfile::Builder::new();
        let beside = beside.prefix(".microgpt-").suffix(".partial");
        let file = beside.make_in(folder(&path), |at| File::create_new(at))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }
}
// ANCHOR_END: create

// ANCHOR: write
impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
// ANCHOR_END: write

// ANCHOR: keep
/// Keeps a whole file that could not take its place, and tells where it is.
fn keep(failed: PersistError, path: &Path) -> io::Result<()> {
    let PersistError { error, file } = failed;
    let name = path.file_name().unwrap_or_default().display();
    let kept = folder(path).join(format!(".microgpt-{name}.partial"));
    file.persist(&kept)?;
    let message = format!("{error}; it is kept as {}", kept.display());
    Err(io::Error::new(error.kind(), message))
}
// ANCHOR_END: keep

// ANCHOR: finish
impl WholeFile {
    /// Puts the file in its place, once all of it is on the disk.
    ///
    /// # Errors
    /// The disk is full, say; what was in the place stays. If only the place
    /// cannot be taken, the error tells where the file is.
    pub fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(file.path(), old.permissions())?;
        }
        file.as_file().sync_all()?;
        if let Err(failed) = file.persist(&self.path) {
            return keep(failed, &self.path);
        }
        // on Unix, a new name is on the disk when its folder is; not every
        // folder can be read or synced, and until then the old file is there
        let _ = File::open(folder(&self.path)).and_then(|it| it.sync_all());
        Ok(())
    }
}
// ANCHOR_END: finish
