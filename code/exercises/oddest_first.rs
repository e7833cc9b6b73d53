// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Schedule, Session};

// ANCHOR: stub
fn oddest_first(_model: &Gpt, texts: &[Vec<usize>]) -> Vec<Vec<usize>> {
    texts.to_vec()
}
// ANCHOR_END: stub

#[test]
fn a_word_of_another_kind_comes_first() {
    let tokenizer = Tokenizer::new(&["banana", "cabana", "brr"]);
    let words = ["banana", "cabana", "brr"];
    let texts = words.map(|word| tokenizer.encode(word).unwrap());
    let config = Config { vocab_size: 6, ..Config::default() };
    let model = Gpt::new(config, &mut Chance::seeded(1));
    let plan = Schedule { steps: 200, ..Schedule::default() };
    let mut session = Session::new(model, FastAdam::default(), plan);
    session.train_with(&mut Fast::new(config), &texts[..2]).unwrap();
    assert_eq!(oddest_first(&session.model, &texts)[0], texts[2]);
}
// ANCHOR_END: task
