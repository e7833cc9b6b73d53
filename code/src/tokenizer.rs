// ANCHOR: tokenizer
//! Characters to numbers and back.

use std::collections::BTreeSet;

/// A character that the tokenizer never saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the character {0:?} is not in the alphabet")]
pub struct UnknownChar(pub char);

/// Gives each character of the documents an id, in sorted order from 0.
///
/// One more id, the last, is `bos`: it begins and ends each document.
///
/// ```
/// let tokenizer = microgpt::tokenizer::Tokenizer::new(&["ava", "eve"]);
/// assert_eq!(tokenizer.vocab_size(), 4); // a, e, v and bos
/// assert_eq!(tokenizer.encode("eva")?, [3, 1, 2, 0, 3]);
/// # Ok::<(), microgpt::tokenizer::UnknownChar>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tokenizer {
    chars: Vec<char>,
}
// ANCHOR_END: tokenizer

// ANCHOR: new
impl Tokenizer {
    /// Collects the alphabet of the documents.
    pub fn new(documents: &[&str]) -> Self {
        let all = documents.iter().flat_map(|document| document.chars());
        let alphabet: BTreeSet<char> = all.collect();
        Self { chars: alphabet.into_iter().collect() }
    }
}
// ANCHOR_END: new

// ANCHOR: sizes
impl Tokenizer {
    /// The id that begins and ends each document.
    pub fn bos(&self) -> usize {
        self.chars.len()
    }

    /// The number of ids: the alphabet and `bos`.
    pub fn vocab_size(&self) -> usize {
        self.chars.len() + 1
    }
}
// ANCHOR_END: sizes

// ANCHOR: encode
impl Tokenizer {
    /// Returns the ids of a text, one per character.
    ///
    /// # Errors
    /// [`UnknownChar`] for the first character outside the alphabet.
    pub fn ids(&self, text: &str) -> Result<Vec<usize>, UnknownChar> {
        let id = |c| self.chars.binary_search(&c).map_err(|_| UnknownChar(c));
        text.chars().map(id).collect()
    }

    /// Returns the ids of a document, between two `bos`.
    ///
    /// # Errors
    /// [`UnknownChar`] for the first character outside the alphabet.
    pub fn encode(&self, document: &str) -> Result<Vec<usize>, UnknownChar> {
        let mut tokens = self.ids(document)?;
        tokens.insert(0, self.bos());
        tokens.push(self.bos());
        Ok(tokens)
    }
}
// ANCHOR_END: encode

// ANCHOR: decode
impl Tokenizer {
    /// The characters of some ids; `bos` has none and is left out.
    pub fn decode(&self, tokens: &[usize]) -> String {
        tokens.iter().filter_map(|&id| self.chars.get(id)).collect()
    }
}
// ANCHOR_END: decode

// ANCHOR: alphabet
impl Tokenizer {
    /// All characters that have an id, in the order of their ids.
    pub fn alphabet(&self) -> String {
        self.chars.iter().collect()
    }
}
// ANCHOR_END: alphabet
