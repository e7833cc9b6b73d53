// ANCHOR: task
use microgpt::chance::Chance;
use rand::Rng;

// ANCHOR: stub
/// Draws a name: token after token, by the counts after the last, until `bos`.
/// `None` if a token was never followed by anything.
fn talk<R: Rng>(
    counts: &[Vec<f64>],
    bos: usize,
    chance: &mut Chance<R>,
) -> Option<Vec<usize>> {
    todo!("{:?}, and so on", chance.choose(&counts[bos]))
}
// ANCHOR_END: stub

#[test]
fn each_token_is_drawn_by_what_followed_the_last() {
    let (mut chance, mut lengths) = (Chance::seeded(1), [0; 3]);
    let counts = [[0.0, 5.0, 0.0], [0.0, 0.0, 9.0], [1.0, 3.0, 0.0]];
    let counts = counts.map(Vec::from);
    for _ in 0..1000 {
        lengths[talk(&counts, 2, &mut chance).unwrap().len()] += 1;
    }
    assert!(lengths[0] == 0 && (700..800).contains(&lengths[1]));
    assert_eq!(talk(&[vec![0.0]], 0, &mut chance), None);
}
// ANCHOR_END: task
