//! The beginning of the run of the book, which all widgets share.

use std::sync::OnceLock;

use microgpt::chance::Chance;
use microgpt::data;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::Schedule;
use rand_mt::Mt;
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

/// Shuffled names, a model that knows nothing, and the dice, with seed 42.
#[derive(Clone, Debug)]
pub struct Start {
    /// All names, in the order of the run.
    pub documents: Vec<&'static str>,
    /// The alphabet of the names.
    pub tokenizer: Tokenizer,
    /// Those that the run learns from, as tokens.
    pub texts: Vec<Vec<usize>>,
    /// The first weights.
    pub model: Gpt,
    /// The dice, as the shuffle and the first weights left them.
    pub chance: Chance<Mt>,
}

impl Start {
    /// Shuffles the names and makes the first weights.
    ///
    /// # Errors
    /// The crate refuses its own data: never.
    pub fn new() -> Result<Self, Error> {
        Self::with(Config::default())
    }

    /// The same, but with a model of another size.
    ///
    /// # Errors
    /// The size is no model's.
    pub fn with(config: Config) -> Result<Self, Error> {
        let mut documents = data::documents(names())?;
        let mut chance = Chance::seeded(42);
        chance.shuffle(&mut documents);
        let tokenizer = Tokenizer::new(&documents);
        let model = Gpt::new(config, &mut chance)?;
        let first = documents.iter().take(Schedule::default().steps);
        let texts = first.map(|name| tokenizer.encode(name));
        let texts = texts.collect::<Result<_, _>>()?;
        Ok(Self { documents, tokenizer, texts, model, chance })
    }

    /// The tokens of one document that a reader typed, bos at both ends.
    ///
    /// # Errors
    /// It is blank, has several lines, a character that the alphabet has not,
    /// or more letters than the block has room for.
    pub fn read(&self, typed: &str) -> Result<Vec<usize>, Error> {
        let document = one_line(typed)?;
        let block_size = self.model.config().block_size;
        let (letters, room) = (document.chars().count(), block_size - 1);
        if letters > room {
            return Err(Error::new(format!(
                "{letters} letters are too many: the model reads {block_size} \
                 tokens, bos and {room}"
            )));
        }
        Ok(self.tokenizer.encode(document)?)
    }
}

/// The one document that a reader typed.
///
/// # Errors
/// It is blank, or has several lines.
pub fn one_line(typed: &str) -> Result<&str, Error> {
    let documents = data::documents(typed)?;
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
        let start = Start::new().unwrap();
        assert_eq!(start.read(" ava ").unwrap(), [26, 0, 21, 0, 26]);
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
            let error = start.read(typed).unwrap_err();
            assert_eq!(error.to_string(), refused, "{typed}");
        }
        assert!(start.read(&"x".repeat(10_000)).is_err());
    }
}
