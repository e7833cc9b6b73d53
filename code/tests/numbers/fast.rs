//! The fast engine against the tape, on small models.

use microgpt::chance::Chance;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::forward::ForwardError;
use microgpt::generation::Temperature;
use microgpt::guards::EngineKind;
use microgpt::model::{Config, Gpt};
use rand_mt::Mt;

/// Two layers, two heads, and a block of three times the lanes, but for one.
const CONFIG: Config =
    Config { vocab_size: 5, n_embd: 6, n_layer: 2, n_head: 2, block_size: 23 };

/// A model whose weights are large enough to matter.
fn model(config: Config) -> Gpt {
    let model = Gpt::new(config, &mut Chance::seeded(42));
    model.map(|weight| weight * 3.0)
}

/// A text that begins anew with each length.
fn text(length: usize) -> Vec<usize> {
    (0..length).map(|i| (i * i + length) % 5).collect()
}

fn texts(lengths: &[usize]) -> Vec<Vec<usize>> {
    lengths.iter().map(|&length| text(length)).collect()
}

/// Compares loss and gradient of a batch within 1e-12.
fn compare(model: &Gpt, fast: &mut Fast, texts: &[Vec<usize>]) {
    let texts: Vec<&[usize]> = texts.iter().map(Vec::as_slice).collect();
    let mut tape = OnTape::default();
    let (loss, gradients) = tape.gradients(model, &texts).unwrap();
    let (fast_loss, fast_gradients) = fast.gradients(model, &texts).unwrap();
    assert!((loss - fast_loss).abs() < 1e-12, "{loss} {fast_loss}");
    assert_eq!(gradients.len(), fast_gradients.len());
    for (i, (a, b)) in gradients.iter().zip(fast_gradients).enumerate() {
        assert!((a - b).abs() < 1e-12, "weight {i}: {a} on the tape, {b}");
    }
}

#[test]
fn a_text_of_any_length_has_the_gradient_of_the_tape() {
    let model = model(CONFIG);
    let mut fast = Fast::new(CONFIG);
    for length in (2..=26).chain([9, 2, 40, 16, 24, 8]) {
        compare(&model, &mut fast, &[text(length)]);
    }
}

#[test]
fn a_batch_of_any_size_has_the_gradient_of_the_tape() {
    let model = model(CONFIG);
    for threads in [1, 2, 8] {
        let mut fast = Fast::new(CONFIG).threads(threads);
        for lengths in [&[5, 12][..], &[9, 2, 3], &[4, 7, 30, 2, 9], &[6; 9]] {
            compare(&model, &mut fast, &texts(lengths));
        }
    }
}

/// Loss and gradients as bits.
fn bits(fast: &mut Fast, model: &Gpt, texts: &[Vec<usize>]) -> Vec<u64> {
    let texts: Vec<&[usize]> = texts.iter().map(Vec::as_slice).collect();
    let (loss, gradients) = fast.gradients(model, &texts).unwrap();
    [&[loss], gradients].concat().into_iter().map(f64::to_bits).collect()
}

#[test]
fn neither_threads_nor_plain_instructions_change_a_bit() {
    let model = model(CONFIG);
    let texts = texts(&[5, 12, 24, 2, 9, 3, 7]);
    let one = bits(&mut Fast::new(CONFIG), &model, &texts);
    assert_eq!(one, bits(&mut Fast::new(CONFIG).plain(), &model, &texts));
    for threads in [0, 2, 3, 8] {
        let mut fast = Fast::new(CONFIG).threads(threads);
        assert_eq!(one, bits(&mut fast, &model, &texts), "{threads} threads");
    }
}

#[test]
fn an_engine_has_the_threads_it_is_told_and_no_more_than_parts() {
    let pool = |threads| format!("{:?}", Fast::new(CONFIG).threads(threads));
    assert!([0, 1].iter().all(|&none| pool(none).contains("pool: None")));
    for (told, has) in [(2, 2), (4, 4), (9, 4)] {
        let has = format!("pool: Some(ThreadPool {{ num_threads: {has},");
        assert!(pool(told).contains(&has), "{}", pool(told));
    }
}

#[test]
fn plain_instructions_are_kept_to() {
    let plain = "arch: Scalar";
    assert!(format!("{:?}", Fast::new(CONFIG).plain()).contains(plain));
    assert!(format!("{:?}", FastAdam::default().plain()).contains(plain));
}

#[test]
fn a_text_that_cannot_be_read_is_an_error_and_no_panic() {
    let model = model(CONFIG);
    let mut fast = Fast::new(CONFIG);
    let mut tape = OnTape::default();
    let unknown = [vec![5, 0], vec![0, 5], [text(23), vec![5]].concat()];
    for text in [vec![], vec![0]].iter().chain(&unknown) {
        let error = fast.gradients(&model, &[text]).unwrap_err();
        assert_eq!(error, tape.gradients(&model, &[text]).unwrap_err());
    }
    let none = fast.gradients(&model, &[]).unwrap_err();
    assert_eq!(none, ForwardError::TooShort(0));
    // Beyond the block nothing is read.
    compare(&model, &mut fast, &[[text(24), vec![5]].concat()]);
}

/// Draws some texts with both, each time the same; the length of the longest.
fn draw(fast: &mut Fast, model: &Gpt, count: usize) -> usize {
    let warm = Temperature::try_from(1.0).unwrap();
    let mut dice = Chance::<Mt>::seeded(7);
    let mut same = dice.clone();
    let draw = |_| {
        let wanted = model.generate(4, warm, &mut dice).unwrap();
        let drawn = fast.generate(model, 4, warm, &mut same).unwrap();
        assert_eq!(drawn, wanted);
        // It learns from a short text between two draws.
        compare(model, fast, &texts(&[2]));
        drawn.len()
    };
    (0..count).map(draw).max().unwrap()
}

#[test]
fn it_draws_the_texts_that_the_model_draws() {
    for block_size in [8, 23] {
        let config = Config { block_size, ..CONFIG };
        draw(&mut Fast::new(config), &model(config), 10);
    }
    let mut fast = Fast::new(CONFIG);
    let warm = Temperature::try_from(1.0).unwrap();
    let mut dice = Chance::<Mt>::seeded(1);
    assert!(fast.generate(&model(CONFIG), 5, warm, &mut dice).is_err());
}

#[test]
fn an_engine_serves_models_of_other_sizes_too() {
    let mut fast = Fast::new(CONFIG);
    for config in [
        Config { n_embd: 4, n_head: 1, ..CONFIG },
        Config { n_embd: 9, n_head: 3, n_layer: 1, ..CONFIG },
        Config { block_size: 4, ..CONFIG },
        CONFIG,
    ] {
        let model = model(config);
        compare(&model, &mut fast, &texts(&[12]));
        draw(&mut fast, &model, 2);
    }
}

#[test]
fn its_room_doubles_while_it_draws_a_long_text() {
    // Of so many tokens the one that ends the text is rare.
    let config = Config { vocab_size: 200, block_size: 80, ..CONFIG };
    let mut fast = Fast::new(config);
    assert_eq!(draw(&mut fast, &model(config), 3), 80);
    // 32; with the 33rd token 66, rounded up to whole blocks; with the 73rd
    // 146, again rounded up.
    assert!(format!("{fast:?}").contains("room: 152,"));
}

#[test]
fn the_memory_asked_for_is_what_the_sizes_say() {
    // 64 for each weight; in each of 2 layers, for each of 10 + 8 tokens, 8
    // for each of 24 × 6 numbers and for each of 2 heads and 18 tokens.
    let weights = CONFIG.num_params();
    let wanted = 64 * weights + 2 * 18 * 8 * (24 * 6 + 2 * 18);
    assert_eq!(EngineKind::Fast.bytes(&CONFIG, 10), Some(wanted));
    assert_eq!(
        EngineKind::Fast.bytes(&CONFIG, 23),
        EngineKind::Fast.bytes(&CONFIG, 99)
    );
    let huge = Config { n_embd: usize::MAX / 2, ..CONFIG };
    assert_eq!(EngineKind::Fast.bytes(&huge, 10), None);
}

#[test]
fn a_prompt_is_read_before_the_first_letter_is_drawn() {
    use microgpt::forward::Context;
    use microgpt::generation::{GenerationError, draw};

    let model = model(CONFIG);
    let warm = Temperature::try_from(1.0).unwrap();
    let mut fast = Fast::new(CONFIG);
    for length in [0, 1, 7, 8, 9, 20, 22, 23] {
        let prompt: Vec<usize> = (0..length).map(|i| i % 4).collect();
        for seed in 0..5 {
            let mut dice: Chance<Mt> = Chance::seeded(seed);
            let ours = fast.complete(&model, 4, &prompt, warm, &mut dice);
            let (mut context, mut rest) = (Context::new(&model), prompt.iter());
            let mut dice: Chance<Mt> = Chance::seeded(seed);
            let room = CONFIG.block_size - length;
            let slow = draw(room, 4, warm, &mut dice, |token| {
                let mut logits = context.read(token)?;
                for &token in rest.by_ref() {
                    logits = context.read(token)?;
                }
                Ok(logits)
            });
            assert_eq!(ours, slow, "{length} {seed}");
        }
    }
    let dice = &mut Chance::seeded(1);
    let long = [0; 24];
    assert_eq!(fast.complete(&model, 4, &long, warm, dice), Ok(vec![]));
    let unknown =
        Err(GenerationError::Forward(ForwardError::UnknownToken(5, 5)));
    assert_eq!(fast.complete(&model, 4, &[0, 5], warm, dice), unknown);
}
