// ANCHOR: imports
//! Files that are whole, or not there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
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

// ANCHOR: create
impl WholeFile {
    /// Begins a file, if it can be written.
    ///
    /// A link is followed: the file is replaced, and not the link to it.
    ///
    /// # Errors
    /// There is no such folder, it or an old file is read-only, or the path is
    /// that of something else.
    pub fn create(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or(path.to_owned());
        let old = fs::metadata(&path).ok();
        if !is_named(&path) || old.as_ref().is_some_and(|old| !old.is_file()) {
            return Err(io::Error::other("it is not a file"));
        }
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(ErrorKind::PermissionDenied.into());
        }
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

// ANCHOR: finish
impl WholeFile {
    /// Puts the file in its place, once all of it is on the disk.
    ///
    /// # Errors
    /// The disk is full, say; what was in the place stays.
    pub fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(file.path(), old.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        // on Unix, a new name is on the disk when its folder is; not every
        // folder can be read or synced, and until then the old file is there
        let _ = File::open(folder(&self.path)).and_then(|it| it.sync_all());
        Ok(())
    }
}
// ANCHOR_END: finish
