/// All documents that have as many characters as the longest, in order.
fn longest<'a>(documents: &[&'a str]) -> Vec<&'a str> {
    let length = |document: &str| document.chars().count();
    let most = documents.iter().map(|document| length(document)).max();
    let is_longest = |document: &&str| Some(length(document)) == most;
    documents.iter().copied().filter(is_longest).collect()
}
