/// Draws a name: token after token, by the counts after the last, until `bos`.
/// `None` if a token was never followed by anything.
fn talk<R: Rng>(
    counts: &[Vec<f64>],
    bos: usize,
    chance: &mut Chance<R>,
) -> Option<Vec<usize>> {
    let mut name = Vec::new();
    let mut token = chance.choose(&counts[bos])?;
    while token != bos {
        name.push(token);
        token = chance.choose(&counts[token])?;
    }
    Some(name)
}
