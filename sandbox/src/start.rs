//! The beginning of the run of the book, which all widgets share.

use std::sync::OnceLock;

use microgpt::model::Config;
use microgpt::tokenizer::Tokenizer;
use microgpt::{data, guards};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;

/// The list that a page has passed in.
static NAMES: OnceLock<String> = OnceLock::new();

/// Passes in the list of names that every run of this page learns from. Only
/// the first one counts.
///
/// It's a file of the book already, so the module doesn't carry it as well.
#[wasm_bindgen]
pub fn learn_from(names: String) {
    let _ = NAMES.set(names);
}

/// The list of names: outside a browser, the crate's own.
pub(crate) fn names() -> &'static str {
    let own = if cfg!(target_arch = "wasm32") { "" } else { data::NAMES };
    NAMES.get().map_or(own, String::as_str)
}

/// Shuffled names, a model that knows nothing, and the dice.
pub type Start = microgpt::start::Start<'static>;

/// Begins the run of the book, with seed 42.
pub fn begin() -> Start {
    Start::new(data::documents(names()), Config::default(), 42)
}

/// Returns the tokens of one document that a reader typed, bos at both ends.
///
/// # Errors
/// It is blank, has several lines, a character that the alphabet has not,
/// or more letters than the block has room for.
pub fn read(start: &Start, typed: &str) -> Result<Vec<usize>, Error> {
    let document = one_line(typed)?;
    let block_size = start.model.config().block_size;
    let (letters, room) = (document.chars().count(), block_size - 1);
    if letters > room {
        return Err(Error::new(format!(
            "{letters} letters are too many: the model reads {block_size} \
             tokens, bos and {room}"
        )));
    }
    Ok(start.tokenizer.encode(document)?)
}

/// The one document that a reader typed.
///
/// # Errors
/// It is blank, or has several lines.
pub fn one_line(typed: &str) -> Result<&str, Error> {
    let documents = guards::documents(typed)?;
    let &[document] = documents.as_slice() else {
        let lines = documents.len();
        return Err(Error::new(format!(
            "one document is one line, and this has {lines}"
        )));
    };
    Ok(document)
}

/// A token as a page shows it.
pub fn shown(tokenizer: &Tokenizer, token: usize) -> String {
    if token == tokenizer.bos() {
        return "bos".to_owned();
    }
    tokenizer.decode(&[token])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_or_refused_in_one_sentence() {
        let start = begin();
        assert_eq!(read(&start, " ava ").unwrap(), [26, 0, 21, 0, 26]);
        for (typed, refused) in [
            ("", "there is no document: every line is blank"),
            ("ava\neve", "one document is one line, and this has 2"),
            ("zoë", "the character 'ë' is not in the alphabet"),
            (
                "abcdefghijklmnop",
                "16 letters are too many: the model reads 16 tokens, \
                 bos and 15",
            ),
        ] {
            let error = read(&start, typed).unwrap_err();
            assert_eq!(error.to_string(), refused, "{typed}");
        }
        assert!(read(&start, &"x".repeat(10_000)).is_err());
    }
}
