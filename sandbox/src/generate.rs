//! A model that writes names, and can be watched at each letter.
//!
//! All that is seen is a function of the run, the seed, and the throws of the
//! dice so far; these are few characters, which a link can carry.

use microgpt::chance::Chance;
use microgpt::forward::{Context, ForwardError};
use microgpt::generation::{GenerationError, Temperature, TemperatureError};
use microgpt::model::Gpt;
use microgpt::scalar::Scalar;
use microgpt::tokenizer::Tokenizer;
use rand_mt::Mt;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;
use crate::counted::{Counted, counting};
use crate::number::decimal;
use crate::start::shown;
use crate::train::Run;

/// So often the dice can be thrown; it makes some hundred names.
const MOST: usize = 2000;

/// Throws of one kind, one after the other, at one temperature.
#[derive(Clone, Debug)]
struct Throws {
    again: bool,
    count: usize,
    temperature: String,
}

impl Throws {
    fn same_as(&self, other: &Self) -> bool {
        self.again == other.again && self.temperature == other.temperature
    }

    fn written(&self) -> String {
        let again = if self.again { "r" } else { "" };
        format!("{again}{}*{}", self.count, self.temperature)
    }

    fn read(written: &str) -> Option<Self> {
        let (count, temperature) = written.split_once('*')?;
        let digits = count.strip_prefix('r');
        Some(Self {
            again: digits.is_some(),
            count: digits.unwrap_or(count).parse().ok()?,
            temperature: temperature.to_owned(),
        })
    }
}

/// A model in the middle of writing names.
#[wasm_bindgen]
pub struct Generator {
    model: Gpt,
    tokenizer: Tokenizer,
    chance: Chance<Mt>,
    names: Vec<Vec<usize>>,
    read: Vec<usize>,
    logits: Vec<f64>,
    drawn: Option<usize>,
    history: Vec<Throws>,
}

#[wasm_bindgen]
impl Generator {
    /// The model of a run, before its first throw. Without a seed, the dice
    /// are those of the run.
    ///
    /// # Errors
    /// The seed is none.
    #[wasm_bindgen(constructor)]
    pub fn new(run: &Run, seed: &str) -> Result<Generator, Error> {
        let chance = dice(run, seed.trim())?;
        let (model, tokenizer) = (run.model(), &run.start().tokenizer);
        let read = vec![tokenizer.bos()];
        Ok(Self {
            logits: logits(model, &read)?,
            model: model.clone(),
            tokenizer: tokenizer.clone(),
            chance,
            names: Vec::new(),
            read,
            drawn: None,
            history: Vec::new(),
        })
    }

    /// All tokens in the order of their ids, as a page shows them.
    pub fn tokens(&self) -> Vec<String> {
        let ids = 0..self.tokenizer.vocab_size();
        ids.map(|id| shown(&self.tokenizer, id)).collect()
    }

    /// The ids that the model has read of the present name, `bos` first.
    #[wasm_bindgen(getter)]
    pub fn read(&self) -> Vec<usize> {
        self.read.clone()
    }

    /// The token that the dice gave for what comes next, if they were thrown.
    #[wasm_bindgen(getter)]
    pub fn drawn(&self) -> Option<usize> {
        self.drawn
    }

    /// Whether the present name is at its end: by `bos`, or by that of the
    /// block.
    #[wasm_bindgen(getter)]
    pub fn finished(&self) -> bool {
        let full = self.read.len() >= self.model.config().block_size;
        let ends = |token| full || token == self.tokenizer.bos();
        self.drawn.is_some_and(ends)
    }

    /// The names that are finished, in the order in which they were drawn.
    #[wasm_bindgen(getter)]
    pub fn names(&self) -> Vec<String> {
        let present = self.finished().then(|| self.present());
        let names = self.names.iter().chain(&present);
        names.map(|name| self.tokenizer.decode(name)).collect()
    }

    /// How much speaks for each token.
    #[wasm_bindgen(getter)]
    pub fn logits(&self) -> Vec<f64> {
        self.logits.clone()
    }

    /// The place of each token, from 1, when the likeliest comes first.
    pub fn ranks(&self) -> Vec<usize> {
        let before = |id: usize| {
            let others = self.logits.iter().enumerate();
            // the likelier ones, and those as likely that stand in front
            others.filter(move |&(other, logit)| {
                let order = logit.total_cmp(&self.logits[id]);
                order.then(id.cmp(&other)).is_gt()
            })
        };
        (0..self.logits.len()).map(|id| before(id).count() + 1).collect()
    }

    /// How likely each token is at a temperature.
    ///
    /// # Errors
    /// It is no temperature.
    pub fn probabilities(&self, temperature: &str) -> Result<Vec<f64>, Error> {
        Ok(valid(temperature)?.probabilities(&self.logits))
    }
}

#[wasm_bindgen]
impl Generator {
    /// Draws one more letter, or the first of the next name.
    ///
    /// # Errors
    /// It is no temperature, the dice were thrown too often, or the model is
    /// broken.
    pub fn letter(&mut self, temperature: &str) -> Result<(), Error> {
        let valid = self.allowed(temperature)?;
        if self.finished() {
            let name = self.present();
            self.names.push(name);
            self.read.truncate(1);
        } else if let Some(drawn) = self.drawn {
            self.read.push(drawn);
        }
        self.drawn = None;
        self.logits = logits(&self.model, &self.read)?;
        self.throw(false, temperature, valid)
    }

    /// Takes the last letter back, and throws the dice again.
    ///
    /// # Errors
    /// As [`Generator::letter`].
    pub fn again(&mut self, temperature: &str) -> Result<(), Error> {
        let valid = self.allowed(temperature)?;
        self.throw(true, temperature, valid)
    }

    /// Draws the rest of the present name, or the next one.
    ///
    /// # Errors
    /// As [`Generator::letter`].
    pub fn name(&mut self, temperature: &str) -> Result<(), Error> {
        self.letter(temperature)?;
        while !self.finished() {
            self.letter(temperature)?;
        }
        Ok(())
    }

    /// All throws so far, in a few characters.
    #[wasm_bindgen(getter)]
    pub fn history(&self) -> String {
        let parts = self.history.iter().map(Throws::written);
        parts.collect::<Vec<_>>().join("_")
    }

    /// Repeats throws, so many at most, and tells which are left.
    ///
    /// # Errors
    /// The history is none, or a throw of it is refused.
    pub fn replay(
        &mut self,
        history: &str,
        most: usize,
    ) -> Result<String, Error> {
        let mut left = most;
        let mut rest = Vec::new();
        for part in history.split('_').filter(|part| !part.is_empty()) {
            let unknown = || Error::unknown("throw", part);
            let mut throws = Throws::read(part).ok_or_else(unknown)?;
            let now = throws.count.min(left);
            for _ in 0..now {
                if throws.again {
                    self.again(&throws.temperature)?;
                } else {
                    self.letter(&throws.temperature)?;
                }
            }
            left -= now;
            throws.count -= now;
            if throws.count > 0 {
                rest.push(throws.written());
            }
        }
        Ok(rest.join("_"))
    }
}

/// How many products the present name has taken, letter by letter.
#[wasm_bindgen(getter_with_clone)]
pub struct Costs {
    /// With the cache: the model reads one token more.
    pub with: Vec<usize>,
    /// Without: it reads all tokens anew.
    pub without: Vec<usize>,
    /// Whether both found the logits that the dice were thrown with, to the
    /// last bit.
    pub same: bool,
}

#[wasm_bindgen]
impl Generator {
    /// Reads the present name once more, with the cache and without, in
    /// numbers that count their products.
    ///
    /// # Errors
    /// The model cannot read its own name: never.
    pub fn costs(&self) -> Result<Costs, Error> {
        let model = self.model.map(|&weight| Counted::from(weight));
        let mut context = Context::new(&model);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        let (mut same, mut last) = (true, Vec::new());
        for (index, &token) in self.read.iter().enumerate() {
            let (remembered, products) = counting(|| context.read(token));
            with.push(products);
            let (anew, products) =
                counting(|| logits(&model, &self.read[..=index]));
            without.push(products);
            last = bits(&anew?);
            same &= bits(&remembered?) == last;
        }
        same &= last == bits(&self.logits);
        Ok(Costs { with, without, same })
    }
}

impl Generator {
    /// The letters of the present name.
    fn present(&self) -> Vec<usize> {
        let bos = self.tokenizer.bos();
        let drawn = self.drawn.filter(|&token| token != bos);
        self.read[1..].iter().copied().chain(drawn).collect()
    }

    /// The temperature, if the dice may be thrown once more.
    fn allowed(&self, temperature: &str) -> Result<Temperature, Error> {
        let valid = valid(temperature)?;
        let thrown: usize = self.history.iter().map(|part| part.count).sum();
        if thrown >= MOST {
            return Err(Error::new(format!(
                "the dice were thrown {MOST} times, which is as often as they \
                 can be: reset, and go on"
            )));
        }
        Ok(valid)
    }

    /// Throws the dice for the next token.
    fn throw(
        &mut self,
        again: bool,
        written: &str,
        temperature: Temperature,
    ) -> Result<(), Error> {
        let probs = temperature.probabilities(&self.logits);
        let drawn = self.chance.choose(&probs);
        self.drawn = Some(drawn.ok_or(GenerationError::NotANumber)?);
        let temperature = written.to_owned();
        let throws = Throws { again, count: 1, temperature };
        match self.history.last_mut() {
            Some(last) if last.same_as(&throws) => last.count += 1,
            _ => self.history.push(throws),
        }
        Ok(())
    }
}

/// The temperature that somebody typed.
fn valid(typed: &str) -> Result<Temperature, Error> {
    let none = || TemperatureError(typed.to_owned()).into();
    Temperature::new(decimal(typed)).ok_or_else(none)
}

/// The dice of a run, or those of a seed that somebody typed.
fn dice(run: &Run, seed: &str) -> Result<Chance<Mt>, Error> {
    if seed.is_empty() {
        return Ok(run.start().chance.clone());
    }
    let Ok(number) = seed.parse() else {
        return Err(Error::new(format!(
            "a seed is a whole number from 0 to {}, not {seed}",
            u64::MAX
        )));
    };
    Ok(Chance::seeded(number))
}

/// What a model says after some tokens, read from the first.
fn logits<S: Scalar>(
    model: &Gpt<S>,
    tokens: &[usize],
) -> Result<Vec<S>, ForwardError> {
    let mut context = Context::new(model);
    let mut logits = Vec::new();
    for &token in tokens {
        logits = context.read(token)?;
    }
    Ok(logits)
}

/// The bits of some numbers.
fn bits<S: Scalar>(numbers: &[S]) -> Vec<u64> {
    numbers.iter().map(|number| number.value().to_bits()).collect()
}

/// Where a name that the model writes may come from.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The run learned from it.
    TrainedOn,
    /// It is in the file, but the run did not learn from it.
    InTheFile,
    /// It is in neither.
    New,
}

#[wasm_bindgen]
impl Run {
    /// Whether a model may know a name by heart, after so many steps. The run
    /// need not have made them yet.
    pub fn origin(&self, name: &str, steps: usize) -> Origin {
        let tokens = self.start().tokenizer.encode(name).ok();
        let learned =
            |step| tokens.is_some() && self.text(step) == tokens.as_deref();
        if (1..=steps).any(learned) {
            Origin::TrainedOn
        } else if self.start().documents.contains(&name) {
            Origin::InTheFile
        } else {
            Origin::New
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(steps: usize) -> Run {
        let mut run = Run::new("adam", 0.01).unwrap();
        run.seek(steps).unwrap();
        run
    }

    fn generator(run: &Run, seed: &str) -> Generator {
        Generator::new(run, seed).unwrap()
    }

    /// All that a page can see of a generator, bit by bit.
    fn seen(it: &Generator) -> impl PartialEq + std::fmt::Debug + use<> {
        let state = (it.read(), it.drawn(), it.finished(), it.names());
        (state, bits(&it.logits), it.history())
    }

    #[test]
    fn the_first_names_are_those_of_the_book() {
        let run = trained(1000);
        let mut of_the_run = generator(&run, " ");
        let mut of_seed_1 = generator(&run, "1");
        for _ in 0..20 {
            of_the_run.name("0.5").unwrap();
        }
        for _ in 0..5 {
            of_seed_1.name("0.5").unwrap();
        }
        assert_eq!(of_the_run.names(), run.names(20, 0.5).unwrap());
        assert_eq!(of_the_run.names()[..3], ["kamon", "ann", "karai"]);
        let names = ["ariden", "mabya", "ania", "sabi", "danan"];
        assert_eq!(of_seed_1.names(), names);
    }

    #[test]
    fn names_letter_by_letter_are_those_that_the_crate_generates() {
        let run = trained(0);
        let mut it = generator(&run, "7");
        let mut chance = Chance::seeded(7);
        let (bos, block_size) = (26, 16);
        let (mut by_bos, mut by_block) = (0, 0);
        for temperature in ["0.1", "0.5", "1", "2"] {
            for _ in 0..5 {
                it.name(temperature).unwrap();
                let valid = temperature.parse().unwrap();
                let name = run.model().generate(bos, valid, &mut chance);
                assert_eq!(it.present(), name.unwrap());
                by_bos += usize::from(it.drawn() == Some(bos));
                by_block += usize::from(it.present().len() == block_size);
            }
        }
        assert!(by_bos > 0 && by_block > 0);
    }

    #[test]
    fn a_letter_is_drawn_with_the_probabilities_that_are_shown() {
        let run = trained(100);
        let mut it = generator(&run, "3");
        let mut chance = Chance::seeded(3);
        for temperature in ["0.2", "1", "2"].iter().cycle().take(60) {
            it.letter(temperature).unwrap();
            let probs = it.probabilities(temperature).unwrap();
            assert_eq!(it.drawn(), chance.choose(&probs));
            let mut context = Context::new(run.model());
            let read = it.read().into_iter();
            let logits = read.map(|token| context.read(token).unwrap());
            assert_eq!(logits.last().unwrap(), it.logits());
        }
    }

    #[test]
    fn no_temperature_changes_the_ranks() {
        let mut it = generator(&trained(1000), "");
        it.letter("0.5").unwrap();
        let mut ids: Vec<usize> = (0..27).collect();
        let ranks = it.ranks();
        ids.sort_by_key(|&id| ranks[id]);
        assert_eq!(ranks[ids[0]], 1);
        for temperature in ["0.1", "0.5", "1", "2"] {
            let probs = it.probabilities(temperature).unwrap();
            assert!(ids.is_sorted_by(|&a, &b| probs[a] >= probs[b]));
        }
    }

    #[test]
    fn another_draw_takes_the_last_letter_back() {
        let run = trained(1000);
        let mut it = generator(&run, "");
        for _ in 0..3 {
            it.letter("0.5").unwrap();
        }
        let (read, logits) = (it.read(), it.logits());
        let mut drawn = Vec::new();
        for _ in 0..9 {
            it.again("2").unwrap();
            drawn.extend(it.drawn());
            assert_eq!(
                (it.read(), it.logits()),
                (read.clone(), logits.clone())
            );
        }
        drawn.sort_unstable();
        drawn.dedup();
        assert!(drawn.len() > 2, "{drawn:?}");
        it.name("0.5").unwrap();
        assert_eq!(it.names().len(), 1);
        // the end is no more final than a letter
        let end = it.read();
        while it.finished() {
            it.again("2").unwrap();
        }
        assert_eq!((it.read(), it.names().len()), (end, 0));
    }

    #[test]
    fn a_history_leads_to_where_it_was_written() {
        let run = trained(1000);
        let mut it = generator(&run, "5");
        assert_eq!(it.history(), "");
        for temperature in ["0.5", "2"] {
            for _ in 0..4 {
                it.name(temperature).unwrap();
            }
            it.again("1e-3").unwrap();
            it.letter(temperature).unwrap();
            it.again(temperature).unwrap();
        }
        for most in [1, 7, MOST] {
            let mut same = generator(&run, "5");
            let mut left = it.history();
            while !left.is_empty() {
                left = same.replay(&left, most).unwrap();
            }
            assert_eq!(seen(&same), seen(&it));
        }
        assert!(it.history().starts_with("23*0.5_r1*1e-3_1*0.5_r1*0.5_"));
    }

    #[test]
    fn what_is_no_history_is_refused() {
        let run = trained(0);
        for (history, refused) in [
            ("kamon", "there is no throw called \"kamon\""),
            ("x*0.5", "there is no throw called \"x*0.5\""),
            ("-1*0.5", "there is no throw called \"-1*0.5\""),
            (
                "3*cold",
                "a temperature is a finite number greater than 0, not cold",
            ),
            (
                "r99999*0.5",
                "the dice were thrown 2000 times, which is as often as they \
                 can be: reset, and go on",
            ),
        ] {
            let mut it = generator(&run, "");
            let error = it.replay(history, 99_999).unwrap_err().to_string();
            assert_eq!(error, refused, "{history}");
        }
    }

    #[test]
    fn a_refusal_changes_nothing() {
        let run = trained(10);
        let mut it = generator(&run, "");
        it.letter("0.5").unwrap();
        let before = seen(&it);
        for temperature in ["", "0", "-1", "hot", "NaN", "inf", " 1"] {
            let sentence = format!(
                "a temperature is a finite number greater than 0, not \
                 {temperature}"
            );
            let errors = [
                it.letter(temperature).unwrap_err(),
                it.again(temperature).unwrap_err(),
                it.name(temperature).unwrap_err(),
                it.probabilities(temperature).unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.to_string(), sentence);
            }
        }
        assert_eq!(seen(&it), before);
    }

    #[test]
    fn a_seed_is_a_whole_number() {
        let run = trained(0);
        for seed in ["0", "4294967296", "18446744073709551615"] {
            assert!(Generator::new(&run, seed).is_ok(), "{seed}");
        }
        for seed in ["-1", "1.5", "one", "18446744073709551616"] {
            let error = Generator::new(&run, seed).err().unwrap().to_string();
            let sentence = "a seed is a whole number from 0 to \
                            18446744073709551615, not";
            assert_eq!(error, format!("{sentence} {seed}"));
        }
    }

    #[test]
    fn the_cache_changes_the_cost_and_no_logit() {
        let mut it = generator(&trained(1000), "");
        it.name("0.5").unwrap();
        let costs = it.costs().unwrap();
        assert!(costs.same);
        it.logits[0] = it.logits[0].next_up();
        assert!(!it.costs().unwrap().same);
        // bos, k, a, m, o, n
        assert_eq!(costs.with.len(), 6);
        let mut sum = 0;
        for (with, without) in costs.with.iter().zip(&costs.without) {
            sum += with;
            assert_eq!(*without, sum);
        }
        // 3,504 weights multiply at each position (the tables do not), the
        // norms take 3 × 32 products, and each token that is looked back at
        // takes 32 for scores and values
        let products = |tokens: usize| 3504 + 96 + 32 * tokens;
        let expected: Vec<usize> = (1..=6).map(products).collect();
        assert_eq!(costs.with, expected);
    }

    #[test]
    fn a_name_is_trained_on_in_the_file_or_new() {
        let mut run = trained(3);
        let [first, third] = [1, 3].map(|step| run.document(step).unwrap());
        // what counts is not where the run stands
        for stand in [3, 0] {
            run.seek(stand).unwrap();
            assert_eq!(run.origin(&first, 2), Origin::TrainedOn);
            assert_eq!(run.origin(&third, 2), Origin::InTheFile);
            assert_eq!(run.origin(&third, 3), Origin::TrainedOn);
            assert_eq!(run.origin("vialan", 1000), Origin::New);
        }
        run.teach(1, "vialan").unwrap();
        assert_eq!(run.origin("vialan", 1), Origin::TrainedOn);
        assert_eq!(run.origin("vialan", 0), Origin::New);
    }
}
