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
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let tokenizer = Tokenizer::new(&["abcdefghijklmnopqrstuvwxyz"]);
    let file = Checkpoint::of(&model, &tokenizer).to_bytes().unwrap();
    let text = header(&file).unwrap();
    assert!(text.contains(r#""wte":{"dtype":"F64","shape":[27,16]"#));
    assert_eq!(header(&file[..text.len()]), None);
    for other in [&b"1234567"[..], &[0xff; 100], &[1, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(header(other), None);
    }
}
// ANCHOR_END: task
