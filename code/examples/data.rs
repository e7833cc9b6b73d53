//! Reads the names and brings them into random order.

use std::collections::BTreeSet;

use microgpt::chance::Chance;
use microgpt::data;

fn main() {
    let mut documents = data::documents(data::NAMES);
    println!("{} documents", documents.len());
    println!("in the file: {}", documents[..5].join(", "));

    Chance::seeded(42).shuffle(&mut documents);
    println!("seed 42:     {}", documents[..5].join(", "));

    let first: BTreeSet<_> = documents[..1000].iter().collect();
    println!("different among the first 1,000: {}", first.len());
}
