// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// The model halfway between two, if they have the same sizes.
fn average(_one: &Gpt, _other: &Gpt) -> Option<Gpt> {
    todo!("each weight is the mean of two")
}
// ANCHOR_END: stub

#[test]
fn each_weight_is_the_mean_of_two() {
    let model = |seed, n_layer| {
        let config = Config { n_layer, ..Config::default() };
        Gpt::new(config, &mut Chance::seeded(seed))
    };
    let (one, other) = (model(1, 1), model(2, 1));
    let between = average(&one, &other).unwrap();
    let weight = |model: &Gpt| model.params()[432];
    assert_eq!(weight(&between), (weight(&one) + weight(&other)) / 2.0);
    assert_eq!(average(&one, &one), Some(one.clone()));
    assert_eq!(average(&one, &model(1, 2)), None);
}
// ANCHOR_END: task
