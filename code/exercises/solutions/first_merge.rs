/// The pair of neighbouring letters that occurs most often, and how often.
fn commonest_pair(documents: &[&str]) -> Option<((char, char), usize)> {
    let mut counts: BTreeMap<(char, char), usize> = BTreeMap::new();
    for document in documents {
        for pair in document.chars().zip(document.chars().skip(1)) {
            *counts.entry(pair).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|&(_, count)| count)
}
