/// The documents to learn from, and those of about one name in `every`.
fn divide<'n>(
    documents: &[&'n str],
    every: usize,
) -> (Vec<&'n str>, Vec<&'n str>) {
    let names: BTreeSet<&str> = documents.iter().copied().collect();
    let chosen: BTreeSet<&str> = names.into_iter().step_by(every).collect();
    documents.iter().partition(|name| !chosen.contains(*name))
}
