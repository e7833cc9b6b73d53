/// Encodes a document in whatever case it is written.
fn encode(names: &Tokenizer, text: &str) -> Result<Vec<usize>, UnknownChar> {
    names.encode(&text.to_lowercase())
}
