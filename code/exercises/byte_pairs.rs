// ANCHOR: task
// ANCHOR: stub
/// The pair of neighbours that occurs most often; of several, the smallest.
fn most_frequent(texts: &[Vec<usize>]) -> Option<(usize, usize)> {
    todo!("count the neighbours in {} texts", texts.len())
}

/// The text with `token` in place of each `pair`, from left to right.
fn merge(text: &[usize], pair: (usize, usize), token: usize) -> Vec<usize> {
    todo!("put {token} in place of {pair:?} in {text:?}")
}
// ANCHOR_END: stub

#[test]
fn a_round_makes_one_token_of_two() {
    let texts = [vec![1, 0, 1, 0, 1], vec![2, 2, 2], vec![0, 1]];
    assert_eq!(most_frequent(&texts), Some((0, 1)));
    assert_eq!(most_frequent(&[vec![2, 2, 2], vec![1, 3, 1, 3]]), Some((1, 3)));
    assert_eq!(most_frequent(&[vec![5], vec![]]), None);
    assert_eq!(merge(&texts[0], (0, 1), 3), [1, 3, 3]);
    assert_eq!(merge(&texts[1], (2, 2), 3), [3, 2]);
    assert_eq!(merge(&texts[2], (2, 2), 3), [0, 1]);
}
// ANCHOR_END: task
