// ANCHOR: task
use microgpt::data;
use microgpt::tokenizer::Tokenizer;

// ANCHOR: stub
/// How often each token comes right after `token`, in all documents.
fn followers(
    tokenizer: &Tokenizer,
    documents: &[&str],
    token: usize,
) -> Vec<usize> {
    todo!("encode each document, and count")
}
// ANCHOR_END: stub

#[test]
fn after_an_a_a_name_likes_to_end() {
    let documents = data::documents(data::NAMES);
    let tokenizer = Tokenizer::new(&documents);
    let counts = followers(&tokenizer, &documents, 0);
    assert_eq!(counts[tokenizer.bos()], 6_640);
    assert_eq!(counts.iter().sum::<usize>(), 33_885);
}
// ANCHOR_END: task
