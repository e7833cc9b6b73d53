/// How often each token comes right after `token`, in all documents.
fn followers(
    tokenizer: &Tokenizer,
    documents: &[&str],
    token: usize,
) -> Vec<usize> {
    let mut counts = vec![0; tokenizer.vocab_size()];
    for tokens in documents.iter().flat_map(|name| tokenizer.encode(name)) {
        for pair in tokens.windows(2).filter(|pair| pair[0] == token) {
            counts[pair[1]] += 1;
        }
    }
    counts
}
