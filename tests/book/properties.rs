//! What holds for any input: tried on what the fuzzer has kept, and on random
//! texts.
//!
//! The properties stand beside the fuzzer, which tries them on far more.

#[path = "../../fuzz/properties/checkpoint.rs"]
mod checkpoint;
#[path = "../../fuzz/properties/data.rs"]
mod data;
#[path = "../../fuzz/properties/expression.rs"]
mod expression;
#[path = "../../fuzz/properties/tokenizer.rs"]
mod tokenizer;

use std::fs;

use anyhow::{Result, ensure};
use checks::root;
use proptest::prelude::*;

/// Tries a property on all files of its corpus.
fn replay(target: &str, holds: fn(&[u8])) -> Result<()> {
    let folder = root().join("fuzz/corpus").join(target);
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Shown if the property does not hold.
        println!("{}", path.display());
        holds(&fs::read(path)?);
        count += 1;
    }
    ensure!(count > 5, "{target}: {count} files");
    Ok(())
}

#[test]
fn a_data_file_of_the_corpus_is_read_as_a_person_would() -> Result<()> {
    replay("data", data::holds)
}

#[test]
fn a_document_of_the_corpus_comes_back_from_its_numbers() -> Result<()> {
    replay("tokenizer", tokenizer::holds)
}

#[test]
fn a_checkpoint_of_the_corpus_is_read_whole_or_refused_in_a_line() -> Result<()>
{
    replay("checkpoint", checkpoint::holds)
}

#[test]
fn an_expression_of_the_corpus_is_drawn_or_refused_in_order() -> Result<()> {
    replay("expression", expression::holds)
}

/// Texts in which lines end in all ways, with white space of all kinds.
const LINES: &str = "([a-c]|\\r\\n|[\\n\\r\\t \\x1c\\x1f\u{85}\u{a0}\u{2028}]\
    |\u{feff}|\\PC|\\pC){0,40}";

/// Texts that are nearly expressions.
const FORMULAS: &str = "([-+*/()=;. ]|\\*\\*|[abc]|[0-9]|exp\\(|log\\(|relu\\(\
    |\\pC){0,40}";

/// Expressions, and now and then an assignment.
const SOUND: &str = "([abc] = )?[abc2](([-+*/]|\\*\\*)-?[abc2]){0,12}\
    (; [abc][-+*/][abc])?";

proptest! {
    // What fails goes into the corpus, with a name that says why.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_are_read_as_a_person_would(
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        data::holds(&bytes);
    }

    #[test]
    fn any_text_has_the_documents_that_a_person_would_find(text in LINES) {
        data::holds(text.as_bytes());
    }

    #[test]
    fn any_document_comes_back_from_its_numbers(text in LINES) {
        tokenizer::holds(text.as_bytes());
    }

    #[test]
    fn any_text_is_refused_with_a_place_in_it(text in FORMULAS) {
        expression::holds(text.as_bytes());
    }

    #[test]
    fn any_expression_says_the_same_in_parts(text in SOUND) {
        expression::holds(text.as_bytes());
    }
}
