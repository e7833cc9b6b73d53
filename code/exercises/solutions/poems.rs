/// Splits a text at its blank lines into documents of several lines.
fn poems(text: &str) -> Result<Vec<String>, DataError> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let parts = lines.split(|line| line.is_empty());
    let parts = parts.filter(|part| !part.is_empty());
    let poems: Vec<String> = parts.map(|part| part.join("\n")).collect();
    if poems.is_empty() { Err(DataError::Empty) } else { Ok(poems) }
}
