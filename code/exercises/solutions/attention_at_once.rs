/// The answers of all tokens at once, each a row of (query, key, value).
fn answers(tokens: &[[[f64; 2]; 3]]) -> Vec<Vec<f64>> {
    let answer = |(i, [query, ..]): (usize, &[[f64; 2]; 3])| {
        let scores = tokens.iter().enumerate().map(|(j, [_, key, _])| {
            let score = f64::dot(query, key) / 2.0_f64.sqrt();
            if j > i { f64::NEG_INFINITY } else { score }
        });
        let weights = softmax(&scores.collect::<Vec<_>>());
        let column = |c| tokens.iter().map(|token| token[2][c]).collect();
        let columns: [Vec<f64>; 2] = [column(0), column(1)];
        columns.map(|column| f64::dot(&weights, &column)).to_vec()
    };
    tokens.iter().enumerate().map(answer).collect()
}
