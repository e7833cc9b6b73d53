/// Reads 26, which is `bos`, and a beginning; draws the rest.
fn go_on(model: &Gpt, beginning: &[usize]) -> Result<Vec<usize>, Error> {
    let (mut chance, mut context) = (Chance::seeded(1), Context::new(model));
    let warm = Temperature::try_from(1.0).unwrap();
    let room = model.config().block_size - beginning.len();
    let mut last = 26;
    for &token in beginning {
        context.read(last)?;
        last = token;
    }
    // `draw` asks for `bos` first: then it gets the last token instead
    let mut first = Some(last);
    draw(room, 26, warm, &mut chance, |token| {
        context.read(first.take().unwrap_or(token))
    })
}
