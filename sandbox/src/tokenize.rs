//! A text as tokens, and what is to be predicted from it.

use microgpt::data;
use microgpt::model::Config;
use microgpt::tokenizer::Tokenizer;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;
use crate::start::{names, one_line, shown};

/// So many letters are shown at most.
const MOST: usize = 200;

/// The alphabet of the names.
#[wasm_bindgen]
pub struct Alphabet {
    tokenizer: Tokenizer,
}

#[wasm_bindgen]
impl Alphabet {
    /// Collects the letters of all names.
    ///
    /// # Errors
    /// The crate refuses its own data: never.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Alphabet, Error> {
        let tokenizer = Tokenizer::new(&data::documents(names()));
        Ok(Self { tokenizer })
    }

    /// The ids of a text that a reader typed, bos at both ends.
    ///
    /// # Errors
    /// It is blank, has several lines, too many letters, or one that the
    /// alphabet has not.
    pub fn encode(&self, typed: &str) -> Result<Vec<usize>, Error> {
        let document = one_line(typed)?;
        let letters = document.chars().count();
        if letters > MOST {
            return Err(Error::new(format!(
                "{letters} letters are too many to show: {MOST} is the most"
            )));
        }
        Ok(self.tokenizer.encode(document)?)
    }

    /// What a page shows for each id.
    pub fn tokens(&self, ids: Vec<usize>) -> Vec<String> {
        ids.into_iter().map(|id| shown(&self.tokenizer, id)).collect()
    }

    /// The beginning of a text in pieces: at each odd place stands a character
    /// that has no id.
    pub fn unknown(&self, typed: &str) -> Vec<String> {
        let mut pieces = vec![String::new()];
        for c in typed.trim().chars().take(MOST) {
            let mut buffer = [0; 4];
            let letter = c.encode_utf8(&mut buffer);
            if self.tokenizer.encode(letter).is_ok() {
                if let Some(last) = pieces.last_mut() {
                    last.push(c);
                }
            } else {
                pieces.extend([letter.to_owned(), String::new()]);
            }
        }
        pieces
    }

    /// How many tokens the book's model can read.
    #[wasm_bindgen(getter)]
    pub fn block_size(&self) -> usize {
        Config::default().block_size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emma_is_what_the_book_says() {
        let alphabet = Alphabet::new().unwrap();
        let ids = alphabet.encode(" emma").unwrap();
        assert_eq!(ids, [26, 4, 12, 12, 0, 26]);
        let tokens = alphabet.tokens(ids);
        assert_eq!(tokens, ["bos", "e", "m", "m", "a", "bos"]);
        assert_eq!(alphabet.block_size(), 16);
    }

    #[test]
    fn a_text_may_be_longer_than_the_block_but_not_without_end() {
        let alphabet = Alphabet::new().unwrap();
        let ids = alphabet.encode(&"ab".repeat(100)).unwrap();
        assert_eq!(ids.len(), 202);
        let error = alphabet.encode(&"x".repeat(10_000)).unwrap_err();
        let sentence = "10000 letters are too many to show: 200 is the most";
        assert_eq!(error.to_string(), sentence);
    }

    #[test]
    fn what_is_no_text_is_refused_in_one_sentence() {
        let alphabet = Alphabet::new().unwrap();
        for (typed, refused) in [
            ("", "there is no document: every line is blank"),
            (" \t", "there is no document: every line is blank"),
            ("ava\neve", "one document is one line, and this has 2"),
            ("Emma", "the character 'E' is not in the alphabet"),
            ("jean luc", "the character ' ' is not in the alphabet"),
            ("zoë", "the character 'ë' is not in the alphabet"),
        ] {
            let error = alphabet.encode(typed).unwrap_err();
            assert_eq!(error.to_string(), refused, "{typed}");
        }
    }

    #[test]
    fn unknown_characters_stand_apart() {
        let alphabet = Alphabet::new().unwrap();
        assert_eq!(alphabet.unknown("emma"), ["emma"]);
        assert_eq!(alphabet.unknown("zoë"), ["zo", "ë", ""]);
        let pieces = alphabet.unknown("Anna-Lena");
        assert_eq!(pieces, ["", "A", "nna", "-", "", "L", "ena"]);
    }
}
