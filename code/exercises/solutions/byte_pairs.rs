use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The pair of neighbours that occurs most often; of several, the smallest.
fn most_frequent(texts: &[Vec<usize>]) -> Option<(usize, usize)> {
    let mut counts = BTreeMap::new();
    for pair in texts.iter().flat_map(|text| text.windows(2)) {
        *counts.entry((pair[0], pair[1])).or_insert(0) += 1;
    }
    let most = counts.into_iter().max_by_key(|&(p, n)| (n, Reverse(p)));
    most.map(|(pair, _)| pair)
}

/// The text with `token` in place of each `pair`, from left to right.
fn merge(text: &[usize], pair: (usize, usize), token: usize) -> Vec<usize> {
    let mut merged = Vec::new();
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let found = rest.starts_with(&[pair.0, pair.1]);
        merged.push(if found { token } else { *first });
        rest = if found { &after[1..] } else { after };
    }
    merged
}
