// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::checkpoint::Checkpoint;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;

// ANCHOR: stub
/// The header of a safetensors file, if there is a whole one.
fn header(_file: &[u8]) -> Option<&str> {
    todo!("eight bytes tell how long it is")
}
// ANCHOR_END: stub

#[test]
fn the_header_names_what_follows() {
    let tokenizer = Tokenizer::new(&["ab"]);
    let config = Config { vocab_size: 3, ..Config::default() };
    let model = Gpt::new(config, &mut Chance::seeded(42)).unwrap();
    let checkpoint = Checkpoint { model, tokenizer, training: None };
    let file = checkpoint.to_bytes().unwrap();
    let text = header(&file).unwrap();
    assert!(text.starts_with(r#"{"__metadata__":{"#));
    assert!(text.contains(r#""wte":{"dtype":"F64","shape":[3,16]"#));
    assert_eq!(header(&file[..text.len()]), None);
}

#[test]
fn no_file_makes_it_panic() {
    assert_eq!(header(b""), None);
    assert_eq!(header(b"1234567"), None);
    assert_eq!(header(&[0xff; 100]), None);
    assert_eq!(header(&[1, 0, 0, 0, 0, 0, 0, 0, 0xff]), None);
}
// ANCHOR_END: task
