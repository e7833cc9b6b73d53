// ANCHOR: task
use microgpt::data::DataError;

// ANCHOR: stub
/// Splits a text at its blank lines into documents of several lines.
fn poems(text: &str) -> Result<Vec<String>, DataError> {
    todo!("split at the blank lines")
}
// ANCHOR_END: stub

#[test]
fn a_blank_line_ends_a_poem() -> Result<(), DataError> {
    let text = "\n one line \nand its rhyme\n\n \n\nalone\n";
    assert_eq!(poems(text)?, ["one line\nand its rhyme", "alone"]);
    assert!(matches!(poems(" \n\n"), Err(DataError::Empty)));
    Ok(())
}
// ANCHOR_END: task
