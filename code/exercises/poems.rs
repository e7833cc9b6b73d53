// ANCHOR: task
// ANCHOR: stub
/// Splits a text at its blank lines into documents of several lines.
fn poems(text: &str) -> Vec<String> {
    todo!("split at the blank lines")
}
// ANCHOR_END: stub

#[test]
fn a_blank_line_ends_a_poem() {
    let text = "\n one line \nand its rhyme\n\n \n\nalone\n";
    assert_eq!(poems(text), ["one line\nand its rhyme", "alone"]);
    assert!(poems(" \n\n").is_empty());
}
// ANCHOR_END: task
