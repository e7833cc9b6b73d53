//! What holds for the alphabet of any documents, and for any document.

use std::collections::BTreeSet;

use microgpt::data;
use microgpt::tokenizer::{Tokenizer, UnknownChar};

/// Fails unless an alphabet is sorted and complete, and each document comes
/// back from its numbers. The first line is a stranger to the alphabet.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (stranger, text) = text.split_once('\n').unwrap_or(("", &text));
    let documents = data::documents(text);
    let tokenizer = Tokenizer::new(&documents);
    let letters: BTreeSet<char> =
        documents.iter().flat_map(|document| document.chars()).collect();

    let bos = tokenizer.bos();
    assert_eq!(bos, letters.len());
    assert_eq!(tokenizer.vocab_size(), bos + 1);
    let all: Vec<usize> = (0..=bos).chain([usize::MAX]).collect();
    assert_eq!(tokenizer.decode(&all), String::from_iter(&letters));

    for document in documents {
        assert_eq!(tokenizer.encode(document), Ok(numbers(document, &letters)));
        comes_back(&tokenizer, document);
    }
    let unknown = stranger.chars().find(|letter| !letters.contains(letter));
    match unknown {
        Some(letter) => {
            let refused = Err(UnknownChar(letter));
            assert_eq!(tokenizer.encode(stranger), refused);
        }
        None => comes_back(&tokenizer, stranger),
    }
}

/// The numbers of a document: the place of each letter, between two ends.
fn numbers(document: &str, letters: &BTreeSet<char>) -> Vec<usize> {
    let sorted: Vec<&char> = letters.iter().collect();
    let end = sorted.len();
    let place = |letter| sorted.partition_point(|&&other| other < letter);
    let places = document.chars().map(place);
    [end].into_iter().chain(places).chain([end]).collect()
}

/// Fails unless a document is what its own numbers say.
fn comes_back(tokenizer: &Tokenizer, document: &str) {
    let numbers = tokenizer.encode(document).expect("its letters are known");
    assert_eq!(numbers.len(), document.chars().count() + 2);
    assert_eq!(tokenizer.decode(&numbers), document);
}
