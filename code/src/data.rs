// ANCHOR: names
//! The documents: the lines of a text file.

/// 32,033 first names: the US Social Security Administration's list of 2018.
pub const NAMES: &str = include_str!("../data/names.txt");
// ANCHOR_END: names

// ANCHOR: is_space
/// White space as Python's `str.strip` sees it: Unicode's, and four separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
// ANCHOR_END: is_space

// ANCHOR: documents
/// Splits a text into documents: its lines, trimmed, without the blank ones.
///
/// ```
/// let documents = microgpt::data::documents(" emma \n\nolivia\n");
/// assert_eq!(documents, ["emma", "olivia"]);
/// ```
pub fn documents(text: &str) -> Vec<&str> {
    text.split(['\n', '\r'])
        .map(|line| line.trim_matches(is_space))
        .filter(|line| !line.is_empty())
        .collect()
}
// ANCHOR_END: documents

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
