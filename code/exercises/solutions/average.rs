/// The model halfway between two, if they have the same sizes.
fn average(one: &Gpt, other: &Gpt) -> Option<Gpt> {
    if one.config() != other.config() {
        return None;
    }
    let pairs = std::iter::zip(one.params(), other.params());
    let params = pairs.map(|(a, b)| (a + b) / 2.0).collect();
    Gpt::from_params(*one.config(), params).ok()?
}
