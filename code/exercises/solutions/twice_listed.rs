/// The documents that occur more than once, each named once, sorted.
fn repeated<'a>(documents: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = documents.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.filter(|run| run.len() > 1).map(|run| run[0]).collect()
}
