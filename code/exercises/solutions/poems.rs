/// Splits a text at its blank lines into documents of several lines.
fn poems(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let parts = lines.split(|line| line.is_empty());
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(|part| part.join("\n")).collect()
}
