// ANCHOR: names
//! The documents: the lines of a text file.

/// 32,033 first names: the US Social Security Administration's list of 2018.
pub const NAMES: &str = include_str!("../data/names.txt");
// ANCHOR_END: names

// ANCHOR: errors
/// What can be wrong with a data file.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file could not be read.
    #[error("cannot read: {0}")]
    Unreadable(std::io::Error),
    /// The file is not UTF-8; the line is counted from 1.
    #[error("line {0} is not UTF-8 text")]
    NotUtf8(usize),
    /// No line holds anything but white space.
    #[error("there is no document: every line is blank")]
    Empty,
}
// ANCHOR_END: errors

// ANCHOR: is_space
/// White space as Python's `str.strip` sees it: Unicode's, and four separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
// ANCHOR_END: is_space

// ANCHOR: documents
/// Splits a text into documents: its lines, trimmed, the blank ones dropped.
///
/// # Errors
/// [`DataError::Empty`] if nothing is left.
///
/// ```
/// let documents = microgpt::data::documents(" emma \n\nolivia\n")?;
/// assert_eq!(documents, ["emma", "olivia"]);
/// # Ok::<(), microgpt::data::DataError>(())
/// ```
pub fn documents(text: &str) -> Result<Vec<&str>, DataError> {
    let documents: Vec<&str> = text
        .split(['\n', '\r'])
        .map(|line| line.trim_matches(is_space))
        .filter(|line| !line.is_empty())
        .collect();
    if documents.is_empty() {
        return Err(DataError::Empty);
    }
    Ok(documents)
}
// ANCHOR_END: documents

// ANCHOR: text
/// The text of a file, without the mark that some editors begin it with.
///
/// # Errors
/// [`DataError::NotUtf8`].
pub fn text(bytes: Vec<u8>) -> Result<String, DataError> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let text = String::from_utf8_lossy(valid).replace("\r\n", "\n");
        DataError::NotUtf8(text.split(['\n', '\r']).count())
    })?;
    let mark = '\u{feff}';
    if text.starts_with(mark) {
        text.drain(..mark.len_utf8());
    }
    Ok(text)
}
// ANCHOR_END: text

// ANCHOR: read
/// Reads a text file.
///
/// # Errors
/// [`DataError::Unreadable`] or [`DataError::NotUtf8`].
pub fn read(path: &std::path::Path) -> Result<String, DataError> {
    std::fs::read(path).map_err(DataError::Unreadable).and_then(text)
}
// ANCHOR_END: read

// ANCHOR: fingerprint
/// A number that tells one list of documents from another, order included.
///
/// FNV-1a (Fowler, Noll & Vo, 1991). Who wants to can find two lists with the
/// same number; nobody will by mistake.
///
/// ```
/// use microgpt::data::fingerprint;
///
/// assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
/// ```
pub fn fingerprint(documents: &[&str]) -> u64 {
    let lines =
        documents.iter().map(|document| document.bytes().chain([b'\n']));
    lines.flatten().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
// ANCHOR_END: fingerprint
