// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::forward::Context;
use microgpt::generation::{GenerationError as Error, Temperature, draw};
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// Reads 26, which is `bos`, and a beginning; draws the rest.
fn go_on(model: &Gpt, beginning: &[usize]) -> Result<Vec<usize>, Error> {
    let (mut chance, mut context) = (Chance::seeded(1), Context::new(model));
    let warm = Temperature::try_from(1.0).unwrap();
    let room = model.config().block_size - beginning.len();
    draw(room, 26, warm, &mut chance, |token| context.read(token))
}
// ANCHOR_END: stub

#[test]
fn what_is_read_matters() {
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let rest = |begun: &[usize]| go_on(&model, begun).unwrap();
    assert_eq!(rest(&[])[..3], [3, 22, 20]);
    assert_eq!(rest(&[4])[..3], [4, 22, 20]);
    assert_eq!(rest(&[4, 12])[..3], [3, 21, 20]);
    assert_eq!(rest(&[4, 12]).len(), 14);
}
// ANCHOR_END: task
