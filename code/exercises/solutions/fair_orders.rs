/// How often each order of three cards comes up in 6,000 shuffles.
fn orders(seed: u64) -> BTreeMap<[u8; 3], usize> {
    let mut chance = Chance::seeded(seed);
    let mut counts = BTreeMap::new();
    for _ in 0..6_000 {
        let mut cards = [1, 2, 3];
        chance.shuffle(&mut cards);
        *counts.entry(cards).or_default() += 1;
    }
    counts
}
