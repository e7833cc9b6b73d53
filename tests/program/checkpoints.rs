//! Checkpoints: what goes in comes out, bit for bit, and a file that is wrong
//! in any way gives one clear error.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::iter::zip;

use anyhow::{Context, Result};
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::checkpoint::{Checkpoint, Training};
use microgpt::midway::WORDS;
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Schedule, Session, mean_gradients};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn config(alphabet: &str, n_embd: usize, n_layer: usize) -> Config {
    let vocab_size = Tokenizer::new(&[alphabet]).vocab_size();
    Config { vocab_size, n_embd, n_layer, n_head: 1, block_size: 2 }
}

/// A small model that has learned for three steps, with a Gaussian number left.
fn small() -> Result<Checkpoint<'static>> {
    let mut chance = Chance::seeded(42);
    let model = Gpt::new(config("ab", 2, 1), &mut chance);
    chance.gauss(0.0, 1.0);
    let schedule = Schedule { steps: 5, batch: 1, learning_rate: 0.01 };
    let mut session = Session::new(model, Adam::default(), schedule);
    for _ in 0..3 {
        session.step(&[&[2, 0, 1, 2]], mean_gradients)?;
    }
    let Session { model, optimizer: adam, .. } = session;
    let (adam, chance) = (Cow::Owned(adam), chance.into());
    let (engine, seed, documents) = ("tape".to_owned(), 42, 7);
    let training = Training { seed, schedule, engine, documents, adam, chance };
    let (model, training) = (Cow::Owned(model), Some(training));
    let tokenizer = Cow::Owned(Tokenizer::new(&["ab"]));
    Ok(Checkpoint { model, tokenizer, training })
}

fn assert_equal(one: &Checkpoint, other: &Checkpoint) {
    assert_eq!(one.model.config(), other.model.config());
    assert_eq!(bits(one.model.params()), bits(other.model.params()));
    assert_eq!(one.tokenizer.alphabet(), other.tokenizer.alphabet());
    assert_eq!(one.training.is_some(), other.training.is_some());
    for (one, other) in zip(&one.training, &other.training) {
        assert_eq!((one.seed, one.documents), (other.seed, other.documents));
        assert_eq!(one.schedule, other.schedule);
        let rates = [one.schedule, other.schedule].map(|it| it.learning_rate);
        assert_eq!(rates[0].to_bits(), rates[1].to_bits());
        assert_eq!(one.engine, other.engine);
        assert_eq!(one.adam.steps, other.adam.steps);
        assert_eq!(bits(&one.adam.m), bits(&other.adam.m));
        assert_eq!(bits(&one.adam.v), bits(&other.adam.v));
        let [(one, spare), (other, same)] =
            [&one.chance, &other.chance].map(Chance::state);
        assert_eq!(one, other);
        assert_eq!(spare.map(f64::to_bits), same.map(f64::to_bits));
    }
}

/// Any finite number: large, small, the smallest, and both zeros.
fn finite() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

prop_compose! {
    fn any_config()(
        n_head in 1..4_usize,
        width in 1..4_usize,
        n_layer in 1..4_usize,
        block_size in 1..6_usize,
        alphabet in btree_set(any::<char>(), 0..8),
    ) -> (Config, String) {
        let (n_embd, vocab_size) = (n_head * width, alphabet.len() + 1);
        let config = Config { vocab_size, n_embd, n_layer, n_head, block_size };
        (config, alphabet.into_iter().collect())
    }
}

prop_compose! {
    fn any_training()(
        (seed, documents, taken) in any::<(u64, u64, u32)>(),
        steps in prop_oneof![Just(0_usize), 1..=usize::MAX],
        left in any::<usize>(),
        batch in 1..=usize::MAX,
        rate in finite(),
        engine in "[a-z]{1,39}",
        odd in any::<bool>(),
        spare in proptest::option::of(finite()),
    ) -> Training<'static> {
        let mut chance = Chance::seeded(seed);
        for _ in 0..taken % 700 { chance.uniform(); }
        if odd { chance.shuffle(&mut [1, 2, 3]); }
        let words = chance.state().0;
        let chance = Chance::resume(words, spare).unwrap();
        let learning_rate = rate.abs();
        let all = steps.saturating_add(left).max(1);
        let schedule = Schedule { steps: all, batch, learning_rate };
        let adam = Cow::Owned(Adam { steps, ..Adam::default() });
        Training { seed, schedule, engine, documents, adam, chance }
    }
}

prop_compose! {
    fn any_checkpoint()(
        (config, alphabet) in any_config(),
        numbers in vec(finite(), 1..40),
        training in proptest::option::of(any_training()),
    ) -> Checkpoint<'static> {
        let count = config.num_params();
        let cycle = numbers.iter().copied().cycle();
        let params = cycle.clone().take(count).collect();
        let model = Gpt::from_params(config, params).unwrap().unwrap();
        let tokenizer = Tokenizer::new(&[&alphabet]);
        let training = training.map(|mut training| {
            let steps = training.adam.steps;
            let length = if steps == 0 { 0 } else { count };
            let m = cycle.clone().skip(1).take(length).collect();
            let v = cycle.clone().skip(2).map(f64::abs).take(length).collect();
            training.adam = Cow::Owned(Adam { steps, m, v, ..Adam::default() });
            training
        });
        let (model, tokenizer) = (Cow::Owned(model), Cow::Owned(tokenizer));
        Checkpoint { model, tokenizer, training }
    }
}

proptest! {
    #[test]
    fn what_goes_in_comes_out_bit_for_bit(checkpoint in any_checkpoint()) {
        let bytes = checkpoint.to_bytes().unwrap();
        let again = Checkpoint::from_bytes(&bytes).unwrap();
        assert_equal(&again, &checkpoint);
        // Nor does it matter how often.
        let bytes = again.to_bytes().unwrap();
        let again = Checkpoint::from_bytes(&bytes).unwrap();
        assert_equal(&again, &checkpoint);
    }

    #[test]
    fn no_bytes_at_all_make_it_panic(
        count in 0..60_u64,
        rest in vec(any::<u8>(), 0..60),
    ) {
        let bytes = [&count.to_le_bytes()[..], &rest].concat();
        check(&bytes);
        check(&rest);
    }
}

#[test]
fn the_matrices_have_the_names_and_shapes_of_microgpt_py() -> Result<()> {
    let mut chance = Chance::seeded(42);
    let config = Config { n_layer: 2, ..Config::default() };
    let tokenizer = Tokenizer::new(&["abcdefghijklmnopqrstuvwxyz"]);
    let model = Gpt::new(config, &mut chance);
    let (model, tokenizer) = (Cow::Owned(model), Cow::Owned(tokenizer));
    let checkpoint = Checkpoint { model, tokenizer, training: None };
    let file = Parts::of(&checkpoint)?;
    let mut wanted = vec![
        ("wte".to_owned(), [27, 16]),
        ("wpe".to_owned(), [16, 16]),
        ("lm_head".to_owned(), [27, 16]),
    ];
    for layer in ["layer0", "layer1"] {
        for (name, shape) in [
            ("attn_wq", [16, 16]),
            ("attn_wk", [16, 16]),
            ("attn_wv", [16, 16]),
            ("attn_wo", [16, 16]),
            ("mlp_fc1", [64, 16]),
            ("mlp_fc2", [16, 64]),
        ] {
            wanted.push((format!("{layer}.{name}"), shape));
        }
    }
    assert_eq!(file.tensors.len(), wanted.len());
    let mut params = Vec::new();
    for (name, shape) in wanted {
        let tensor = &file.tensors[&name];
        assert_eq!((&*tensor.dtype, &tensor.shape[..]), ("F64", &shape[..]));
        let (numbers, _) = tensor.bytes.as_chunks();
        params.extend(numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)));
    }
    assert_eq!(params, bits(checkpoint.model.params()));
    let entries: BTreeSet<_> =
        file.entries.keys().map(String::as_str).collect();
    let wanted = ["alphabet", "block_size", "n_embd", "n_head", "n_layer"];
    assert_eq!(entries, BTreeSet::from(wanted));
    Ok(())
}

/// Draws of all kinds.
fn draws<R: rand::Rng>(chance: &mut Chance<R>, count: usize) -> Vec<u64> {
    let mut draws = Vec::new();
    for number in 0..count {
        let mut items = [0, 1, 2, 3, 4];
        match number % 7 {
            0 | 3 => draws.push(chance.gauss(1.0, 2.0).to_bits()),
            1 => draws.extend(chance.choose(&[1.0, 2.0]).map(|it| it as u64)),
            2 => {
                chance.shuffle(&mut items);
                draws.extend(items);
            }
            _ => draws.push(chance.uniform().to_bits()),
        }
    }
    draws
}

#[test]
fn the_dice_go_on_exactly_wherever_they_are() -> Result<()> {
    let mut chance = Chance::seeded(42);
    let mut spares = BTreeSet::new();
    for _ in 0..2 * WORDS {
        draws(&mut chance, 4);
        chance.gauss(0.0, 1.0);
        let (words, spare) = chance.state();
        spares.insert(spare.is_some());
        let mut again = Chance::resume(words, spare).context("too short")?;
        let mut same = chance.clone();
        assert_eq!(draws(&mut again, 20), draws(&mut same, 20));
        assert_eq!(again.state().0, same.state().0);
    }
    assert_eq!(spares, BTreeSet::from([false, true]));
    // And they stay the same for thousands of words, saved on the way too.
    let (words, spare) = chance.state();
    let mut again = Chance::resume(words, spare).context("too short")?;
    for _ in 0..50 {
        assert_eq!(draws(&mut again, 333), draws(&mut chance, 333));
        let (words, spare) = again.state();
        again = Chance::resume(words, spare).context("too short")?;
    }
    assert!(Chance::resume(vec![1; WORDS - 1], None).is_none());
    assert!(Chance::resume(vec![1; WORDS + 1], None).is_none());
    Ok(())
}

/// A tensor in a file.
#[derive(Clone)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    bytes: Vec<u8>,
}

/// A file in its parts, to be put together wrongly.
#[derive(Clone)]
struct Parts {
    entries: Map<String, Value>,
    tensors: BTreeMap<String, Tensor>,
}

fn split(bytes: &[u8]) -> Result<(Map<String, Value>, &[u8])> {
    let (first, rest) = bytes.split_first_chunk().context("too short")?;
    let (header, data) = rest.split_at(u64::from_le_bytes(*first) as usize);
    Ok((serde_json::from_slice(header)?, data))
}

fn join(header: &[u8], data: &[u8]) -> Vec<u8> {
    let count = (header.len() as u64).to_le_bytes();
    [&count, header, data].concat()
}

impl Parts {
    fn of(checkpoint: &Checkpoint) -> Result<Self> {
        let bytes = checkpoint.to_bytes()?;
        let (mut header, data) = split(&bytes)?;
        let entries = header.remove("__metadata__").unwrap_or(json!({}));
        let mut tensors = BTreeMap::new();
        for (name, about) in header {
            let [start, end]: [usize; 2] =
                serde_json::from_value(about["data_offsets"].clone())?;
            let dtype = serde_json::from_value(about["dtype"].clone())?;
            let shape = serde_json::from_value(about["shape"].clone())?;
            let bytes = data[start..end].to_vec();
            tensors.insert(name, Tensor { dtype, shape, bytes });
        }
        let entries = serde_json::from_value(entries)?;
        Ok(Self { entries, tensors })
    }

    fn bytes(&self) -> Vec<u8> {
        let (mut header, mut data) = (Map::new(), Vec::new());
        header.insert("__metadata__".into(), self.entries.clone().into());
        for (name, Tensor { dtype, shape, bytes }) in &self.tensors {
            let offsets = [data.len(), data.len() + bytes.len()];
            data.extend_from_slice(bytes);
            let about = json!({
                "dtype": dtype, "shape": shape, "data_offsets": offsets,
            });
            header.insert(name.clone(), about);
        }
        join(Value::from(header).to_string().as_bytes(), &data)
    }

    fn set(&mut self, name: &str, text: &str) {
        self.entries.insert(name.into(), text.into());
    }

    fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors.get_mut(name).unwrap()
    }

    /// Writes over the last number of a tensor.
    fn number(&mut self, name: &str, number: f64) {
        let bytes = &mut self.tensor(name).bytes;
        let start = bytes.len() - 8;
        bytes[start..].copy_from_slice(&number.to_le_bytes());
    }
}

/// What is wrong with a file, in one short line; `None` if it is a good one,
/// which then comes out as it went in.
fn check(bytes: &[u8]) -> Option<String> {
    match Checkpoint::from_bytes(bytes) {
        Ok(checkpoint) => {
            let again = checkpoint.to_bytes().unwrap();
            let again = Checkpoint::from_bytes(&again).unwrap();
            assert_equal(&again, &checkpoint);
            None
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains(char::is_control), "{message:?}");
            assert!(message.chars().count() < 200, "{message}");
            Some(message)
        }
    }
}

/// The file must be refused with a message that says so.
fn assert_wrong(bytes: &[u8], says: &str) {
    let message = check(bytes);
    let message = message.unwrap_or_else(|| panic!("taken, without {says}"));
    assert!(message.contains(says), "no `{says}` in {message}");
}

#[test]
fn a_file_that_ends_too_soon_is_refused_wherever_it_ends() -> Result<()> {
    let bytes = small()?.to_bytes()?;
    let whole = bytes.len() as u64;
    for length in 0..bytes.len() {
        let message = check(&bytes[..length]);
        let message = message.with_context(|| format!("taken at {length}"))?;
        assert!(message.contains("byte"), "{length}: {message}");
        // It may also become shorter while it is read.
        let error = Checkpoint::read(&bytes[..length], whole).err();
        let message = error.context("taken")?.to_string();
        assert!(message.contains("bytes long"), "{length}: {message}");
    }
    assert_wrong(&[&bytes[..], &[0]].concat(), "bytes long");
    assert!(check(&bytes).is_none());
    Ok(())
}

#[test]
fn a_single_bit_that_is_wrong_gives_an_error_or_a_good_file() -> Result<()> {
    let mut bytes = small()?.to_bytes()?;
    let (mut taken, mut refused) = (0, 0);
    for place in 0..bytes.len() {
        for bit in 0..8 {
            bytes[place] ^= 1 << bit;
            match check(&bytes) {
                None => taken += 1,
                Some(_) => refused += 1,
            }
            bytes[place] ^= 1 << bit;
        }
    }
    // Most bits are of numbers, of which any is as good as another.
    assert!(taken > 1000 && refused > 1000, "{taken} and {refused}");
    Ok(())
}

#[test]
fn a_header_that_claims_too_much_is_refused_at_once() -> Result<()> {
    let good = small()?.to_bytes()?;
    for count in [
        u64::MAX,
        u64::MAX - 7,
        i64::MAX as u64,
        100_000_000,
        1 << 24,
        (1 << 24) + 1,
        good.len() as u64 - 7,
    ] {
        let bytes = [&count.to_le_bytes()[..], &good[8..]].concat();
        assert_wrong(&bytes, &count.to_string());
        let error = Checkpoint::read(&bytes[..], u64::MAX).err();
        let message = error.context("taken")?.to_string();
        assert!(!message.contains('\n'), "{message}");
    }
    assert_wrong(&0_u64.to_le_bytes(), "no safetensors file");
    Ok(())
}

/// Numbers that nobody may read.
struct Untouchable;

impl Read for Untouchable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        panic!("its numbers are read")
    }
}

/// The file must be refused by its header alone.
fn assert_wrong_at_once(bytes: &[u8], says: &str) -> Result<()> {
    let (first, _) = bytes.split_first_chunk().context("too short")?;
    let count = 8 + u64::from_le_bytes(*first);
    let file = bytes.take(count).chain(Untouchable);
    let error = Checkpoint::read(file, bytes.len() as u64).err();
    let message = error.context("taken")?.to_string();
    assert!(message.contains(says), "no `{says}` in {message}");
    Ok(())
}

#[test]
fn what_is_wrong_with_a_header_is_told_before_a_number_is_read() -> Result<()> {
    let parts = Parts::of(&small()?)?;
    for name in parts.entries.keys().filter(|name| *name != "spare") {
        let mut less = parts.clone();
        less.entries.remove(name);
        let says = if name == "step" { "adam.m" } else { name };
        assert_wrong_at_once(&less.bytes(), says)?;
    }
    for (name, text) in [
        ("n_layer", "2"),
        ("block_size", "1000"),
        ("learning_rate", "NaN"),
        ("documents", "x"),
        ("spare", "NaN"),
    ] {
        let mut wrong = parts.clone();
        wrong.set(name, text);
        assert_wrong_at_once(&wrong.bytes(), "its `")?;
    }
    for name in parts.tensors.keys() {
        let mut less = parts.clone();
        less.tensors.remove(name);
        assert_wrong_at_once(&less.bytes(), name)?;
        let mut wrong = parts.clone();
        wrong.tensor(name).shape.push(1);
        assert_wrong_at_once(&wrong.bytes(), name)?;
    }
    let mut more = parts.clone();
    let other = parts.tensors["wpe"].clone();
    more.tensors.insert("other".into(), other);
    assert_wrong_at_once(&more.bytes(), "`other` is no part")?;
    // A file that is far too large for its model is not even looked at.
    let header = br#"{"a":{"dtype":"U8","shape":[3000000000],"data_offsets":
        [0,3000000000]}}"#;
    let bytes = join(header, &[]);
    let length = bytes.len() as u64 + 3_000_000_000;
    let error = Checkpoint::read(bytes.chain(Untouchable), length).err();
    let message = error.context("taken")?.to_string();
    assert!(message.contains("`alphabet` is missing"), "{message}");
    Ok(())
}

/// A model with so many layers, each as small as can be.
fn high(alphabet: &str, n_layer: usize) -> Result<Checkpoint<'static>> {
    let config = config(alphabet, 1, n_layer);
    let params = vec![0.5; config.num_params()];
    let model = Gpt::from_params(config, params)?.context("too few")?;
    let model = Cow::Owned(model);
    let tokenizer = Cow::Owned(Tokenizer::new(&[alphabet]));
    Ok(Checkpoint { model, tokenizer, training: None })
}

#[test]
fn what_could_not_be_read_again_is_not_written() -> Result<()> {
    for n_layer in [10_001, 40_000] {
        let error = high("ab", n_layer)?.to_bytes().err();
        let message = error.context("written")?.to_string();
        assert!(message.contains("`n_layer`"), "{message}");
        assert!(message.contains(&n_layer.to_string()), "{message}");
    }
    // The longest header of all is read.
    let all: String = ('\0'..=char::MAX).collect();
    let longest = high(&all, 10_000)?;
    let bytes = longest.to_bytes()?;
    assert_equal(&Checkpoint::from_bytes(&bytes)?, &longest);
    // The numbers in it could be longer: twenty digits each, not one to eight.
    let (first, _) = bytes.split_first_chunk().context("too short")?;
    let most = u64::from_le_bytes(*first) + 60_000 * 4 * 19;
    assert!(most < 1 << 24, "{most}");
    Ok(())
}

#[test]
fn a_message_names_the_value_and_ends_with_it_or_shows_the_cut() -> Result<()> {
    let bytes = small()?.to_bytes()?;
    let (good, data) = split(&bytes)?;
    let changed = |key: &str, value: Value| {
        let mut header = good.clone();
        header["wte"][key] = value;
        join(Value::from(header).to_string().as_bytes(), data)
    };
    let offsets = changed("data_offsets", json!([8, 56]));
    assert_wrong(&offsets, "invalid offset for tensor `wte`");
    let kind = changed("dtype", json!("F65"));
    assert_wrong(&kind, "unknown variant `F65`, expected one of `");
    assert!(check(&kind).is_some_and(|it| it.ends_with('…')));
    let shape = changed("shape", json!([1, 2, 3, 4]));
    assert_wrong(&shape, "data type, or offset for tensor");
    // What is escaped already is not escaped again.
    let control = join(b"{\"a\nb\": 3}", &[]);
    assert_wrong(&control, r"character (\u0000-\u001F) found while parsing");
    assert!(check(&control).is_some_and(|it| !it.contains(r"\\")));
    let mut parts = Parts::of(&small()?)?;
    for (text, says) in [
        ("a\"b'c\\d", r#""a"b'c\d""#.to_owned()),
        ("a\nb\u{202e}c", r#""a\nb\u{202e}c""#.to_owned()),
        (&"x".repeat(100), format!("\"{}\"", "x".repeat(100))),
        (&"x".repeat(101), format!("\"{}…\"", "x".repeat(100))),
        (&"\u{202e}".repeat(101), r"\u{202e}…".to_owned()),
    ] {
        parts.set("n_embd", text);
        assert_wrong(&parts.bytes(), &says);
    }
    Ok(())
}

#[test]
fn a_header_that_is_no_such_json_is_refused() -> Result<()> {
    let bytes = small()?.to_bytes()?;
    let (header, data) = split(&bytes)?;
    let good = Value::from(header).to_string();
    assert!(check(&join(good.as_bytes(), data)).is_none());
    let nested = "[".repeat(100_000);
    let objects = r#"{"a":"#.repeat(100_000);
    let within = good.replacen('{', &format!("{{\"a\":{nested},"), 1);
    let inside = good.replacen(
        "\"dtype\"",
        &format!("\"x\":{nested}{},\"dtype\"", "]".repeat(100_000)),
        1,
    );
    for header in [
        "",
        " ",
        "null",
        "[]",
        "{",
        "\"wte\"",
        "{}{}",
        "\u{feff}{}",
        "{\"a\nb\u{1b}[31m\": 3}",
        "{\"__metadata__\": [\"\\u0007\\n\"]}",
        &nested,
        &objects,
        &within,
        &inside,
    ] {
        let message = check(&join(header.as_bytes(), data));
        assert!(message.is_some(), "{}", &header[..header.len().min(40)]);
    }
    assert_wrong(&join(b"{\"\xff\": 1}", data), "no safetensors file");
    // Nothing is in it: neither a matrix nor an alphabet.
    assert_wrong(&join(b"{}", b""), "`alphabet` is missing");
    Ok(())
}

#[test]
fn a_name_that_comes_twice_is_never_half_of_each() -> Result<()> {
    let bytes = small()?.to_bytes()?;
    let (header, data) = split(&bytes)?;
    let wte = header["wte"].to_string();
    let good = Value::from(header).to_string();
    // As in Python's package, the last counts.
    let twice = good.replacen('{', &format!("{{\"wte\":{wte},"), 1);
    assert!(check(&join(twice.as_bytes(), data)).is_none());
    let other = wte.replace("F64", "I64");
    let twice = format!("{},\"wte\":{other}}}", &good[..good.len() - 1]);
    assert_wrong(&join(twice.as_bytes(), data), "`wte` is I64");
    let twice = format!("{},\"__metadata__\":{{}}}}", &good[..good.len() - 1]);
    assert_wrong(&join(twice.as_bytes(), data), "no safetensors file");
    Ok(())
}

#[test]
fn places_that_no_tensor_can_have_are_refused() -> Result<()> {
    let bytes = small()?.to_bytes()?;
    let (good, data) = split(&bytes)?;
    for offsets in [
        json!([8, 0]),
        json!([-8, 40]),
        json!([0, u64::MAX]),
        json!([u64::MAX, u64::MAX]),
        json!([u64::MAX - 7, u64::MAX]),
        json!([0, 8.5]),
        json!([0, 1e300]),
        json!([0]),
        json!([0, 48, 96]),
        json!(["0", "48"]),
        json!(null),
        // those of another
        good["wpe"]["data_offsets"].clone(),
        json!([0, data.len()]),
    ] {
        let mut header = good.clone();
        header["wte"]["data_offsets"] = offsets;
        let header = Value::from(header).to_string();
        assert!(check(&join(header.as_bytes(), data)).is_some(), "{header}");
    }
    for (key, value) in [
        ("shape", json!([u64::MAX, u64::MAX])),
        ("shape", json!([1_u64 << 61, 8])),
        ("shape", json!([-3, -2])),
        ("shape", json!([])),
        ("shape", json!(6)),
        ("dtype", json!("F65")),
        ("dtype", json!("f64\n")),
        ("dtype", json!(64)),
    ] {
        let mut header = good.clone();
        header["wte"][key] = value;
        let header = Value::from(header).to_string();
        assert!(check(&join(header.as_bytes(), data)).is_some(), "{header}");
    }
    Ok(())
}

#[test]
fn an_entry_that_is_missing_is_named() -> Result<()> {
    let parts = Parts::of(&small()?)?;
    for name in parts.entries.keys() {
        let mut less = parts.clone();
        less.entries.remove(name);
        match &**name {
            // then there is nothing to show that a training was kept
            "step" => assert_wrong(&less.bytes(), "adam.m"),
            "spare" => assert!(check(&less.bytes()).is_none()),
            _ => assert_wrong(&less.bytes(), &format!("`{name}` is missing")),
        }
    }
    for name in parts.tensors.keys() {
        let mut less = parts.clone();
        less.tensors.remove(name);
        assert_wrong(&less.bytes(), &format!("`{name}` is missing"));
    }
    assert_eq!((parts.entries.len(), parts.tensors.len()), (13, 12));
    Ok(())
}

#[test]
fn an_entry_that_makes_no_sense_is_named() -> Result<()> {
    let parts = Parts::of(&small()?)?;
    let long = "long".repeat(1_000_000);
    let many: String = ('\u{0}'..=char::MAX).collect();
    for (name, text, says) in [
        ("n_layer", "1000000000000000000", "`n_layer` or `block_size` is"),
        ("n_layer", "2", "`layer1.attn_wq` is missing"),
        ("n_layer", "100", "`n_layer` or `block_size` is too large"),
        ("n_layer", "0", "`n_layer` cannot be"),
        ("n_layer", "one", "`n_layer` cannot be"),
        ("n_layer", "-1", "`n_layer` cannot be"),
        ("n_head", "0", "`n_head` cannot be"),
        ("n_head", "3", "n_head 3"),
        ("n_head", "18446744073709551615", "n_head 18446744073709551615"),
        ("n_embd", "18446744073709551615", "`wte` is F64 [3, 2]"),
        ("n_embd", "18446744073709551616", "`n_embd` cannot be"),
        ("n_embd", "4", "`wte` is F64 [3, 2], not F64 [3, 4]"),
        ("n_embd", "1", "`wte` is F64 [3, 2], not F64 [3, 1]"),
        ("n_embd", "2.0", "`n_embd` cannot be"),
        ("n_embd", "\u{662}", "`n_embd` cannot be"),
        ("n_embd", &long, "`n_embd` cannot be"),
        ("n_embd", "\n\u{1b}[2J\u{202e}", "`n_embd` cannot be"),
        ("block_size", "0", "`block_size` cannot be"),
        ("block_size", "1", "`wpe` is F64 [2, 2], not F64 [1, 2]"),
        ("block_size", "18446744073709551615", "`n_layer` or `block_size`"),
        ("alphabet", "ba", "`alphabet` cannot be"),
        ("alphabet", "aa", "`alphabet` cannot be"),
        ("alphabet", "a", "`wte` is F64 [3, 2], not F64 [2, 2]"),
        ("alphabet", "", "`wte` is F64 [3, 2], not F64 [1, 2]"),
        ("alphabet", "abc", "`wte` is F64 [3, 2], not F64 [4, 2]"),
        ("alphabet", &many, "`wte` is F64 [3, 2], not F64 [1112065, 2]"),
        ("alphabet", &long, "`alphabet` cannot be"),
        ("step", "6", "`step` cannot be"),
        ("step", "", "`step` cannot be"),
        ("step", "-1", "`step` cannot be"),
        ("step", "0", "`adam.m` is"),
        ("steps", "2", "`step` cannot be"),
        ("steps", "0", "`steps` cannot be"),
        ("batch", "0", "`batch` cannot be"),
        ("learning_rate", "NaN", "`learning_rate` cannot be"),
        ("learning_rate", "inf", "`learning_rate` cannot be"),
        ("learning_rate", "1e999", "`learning_rate` cannot be"),
        ("learning_rate", "-0.01", "`learning_rate` cannot be"),
        ("seed", "-1", "`seed` cannot be"),
        ("seed", "18446744073709551616", "`seed` cannot be"),
        ("documents", "", "`documents` cannot be"),
        ("engine", &long, "`engine` cannot be"),
        ("spare", "inf", "`spare` cannot be"),
        ("spare", "NaN", "`spare` cannot be"),
        ("spare", "", "`spare` cannot be"),
    ] {
        let mut wrong = parts.clone();
        wrong.set(name, text);
        assert_wrong(&wrong.bytes(), says);
    }
    let mut wrong = parts.clone();
    wrong.entries.insert("n_embd".into(), 2.into());
    assert_wrong(&wrong.bytes(), "no safetensors file");
    // What is there beside it belongs to somebody else, and does no harm.
    let mut more = parts.clone();
    more.set("format", "pt");
    assert!(check(&more.bytes()).is_none());
    Ok(())
}

#[test]
fn a_tensor_that_does_not_belong_is_named() -> Result<()> {
    let parts = Parts::of(&small()?)?;
    for (name, says) in [
        ("wte", "`wte` is I64 [3, 2], not F64 [3, 2]"),
        ("adam.v", "`adam.v` is I64 [64], not F64 [64]"),
    ] {
        let mut wrong = parts.clone();
        wrong.tensor(name).dtype = "I64".into();
        assert_wrong(&wrong.bytes(), says);
    }
    for (name, shape, says) in [
        ("wte", vec![2, 3], "`wte` is F64 [2, 3], not F64 [3, 2]"),
        ("wte", vec![6], "`wte` is F64 [6], not F64 [3, 2]"),
        ("adam.m", vec![1, 64], "`adam.m` is F64 [1, 64], not F64 [64]"),
        ("generator", vec![1, 624], "`generator` is U32 [1, 624]"),
    ] {
        let mut wrong = parts.clone();
        wrong.tensor(name).shape = shape;
        assert_wrong(&wrong.bytes(), says);
    }
    for name in ["adam.m", "adam.v", "generator"] {
        let mut wrong = parts.clone();
        let Tensor { dtype, shape, bytes } = wrong.tensor(name);
        shape[0] -= 1;
        bytes.truncate(bytes.len() - if dtype == "F64" { 8 } else { 4 });
        assert_wrong(&wrong.bytes(), &format!("`{name}` is "));
    }
    let mut wrong = parts.clone();
    let tensor = wrong.tensor("wte");
    tensor.dtype = "F32".into();
    tensor.bytes.truncate(24);
    assert_wrong(&wrong.bytes(), "`wte` is F32");
    for name in ["layer1.attn_wq", "", "wte ", "a\nb\u{1b}[31m`", "\u{202e}"] {
        let mut more = parts.clone();
        let (dtype, bytes) = ("F64".into(), vec![0; 8]);
        let tensor = Tensor { dtype, shape: vec![1], bytes };
        more.tensors.insert(name.into(), tensor);
        assert_wrong(&more.bytes(), "is no part of such a model");
    }
    let mut more = parts.clone();
    let (dtype, shape) = ("F64".into(), vec![0; 1_000]);
    let tensor = Tensor { dtype, shape, bytes: vec![] };
    more.tensors.insert("long".repeat(1_000), tensor);
    assert_wrong(&more.bytes(), "is no part of such a model");
    Ok(())
}

#[test]
fn a_number_that_cannot_be_is_named() -> Result<()> {
    let checkpoint = small()?;
    let parts = Parts::of(&checkpoint)?;
    for name in ["wte", "layer0.mlp_fc2", "adam.m", "adam.v"] {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut wrong = parts.clone();
            wrong.number(name, number);
            let says = format!("`{name}` holds the number {number:?}");
            assert_wrong(&wrong.bytes(), &says);
        }
    }
    let mut wrong = parts.clone();
    wrong.number("adam.v", -f64::from_bits(1));
    assert_wrong(&wrong.bytes(), "`adam.v` holds the number -5e-324");
    // Nor is such a number written.
    for number in [f64::NAN, f64::INFINITY] {
        let mut broken = checkpoint.clone();
        broken.model.to_mut().params_mut()[63] = number;
        let error = broken.to_bytes().err().context("written")?;
        let says = format!("its `layer0.mlp_fc2` holds the number {number}");
        assert_eq!(error.to_string(), says);
    }
    Ok(())
}

#[test]
fn a_state_of_the_dice_that_is_nothing_but_zeros_does_no_harm() -> Result<()> {
    let mut parts = Parts::of(&small()?)?;
    parts.tensor("generator").bytes.fill(0);
    let checkpoint = Checkpoint::from_bytes(&parts.bytes())?;
    let mut chance = checkpoint.training.context("no training")?.chance;
    assert_eq!(
        draws(&mut chance, 5_000).len(),
        draws(&mut chance, 5_000).len()
    );
    Ok(())
}
