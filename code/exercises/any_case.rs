// ANCHOR: task
use microgpt::tokenizer::{Tokenizer, UnknownChar};

// ANCHOR: stub
/// Encodes a document in whatever case it is written.
fn encode(names: &Tokenizer, text: &str) -> Result<Vec<usize>, UnknownChar> {
    names.encode(text)
}
// ANCHOR_END: stub

#[test]
fn case_is_forgiven_and_strangers_are_not() {
    let names = Tokenizer::new(&["emma", "zoe"]);
    for text in ["emma", "Emma", "EMMA"] {
        assert_eq!(encode(&names, text), Ok(vec![5, 1, 2, 2, 0, 5]));
    }
    assert_eq!(encode(&names, "Zoë"), Err(UnknownChar('ë')));
    assert_eq!(encode(&names, "Jo"), Err(UnknownChar('j')));
}
// ANCHOR_END: task
