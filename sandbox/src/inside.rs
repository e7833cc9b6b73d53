//! Shows what a model computes while it reads a word, stage by stage.

use std::iter::zip;

use lab::inside::{Origin, Position, Stage, walk};
use microgpt::attention::Head;
use microgpt::layers::inverse_size;
use microgpt::model::Gpt;
use microgpt::scalar::Scalar;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;
use crate::start::{self, Start, shown};
use crate::train::{Run, span};

/// A model that has read a word, open at every position.
#[wasm_bindgen]
pub struct Inside {
    model: Gpt,
    letters: Vec<String>,
    alphabet: Vec<String>,
    places: Vec<Position>,
}

/// A stage as a page shows it.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone, Debug)]
pub struct Shown {
    /// The part of the model: embedding, attention, MLP or guess.
    #[wasm_bindgen(readonly)]
    pub part: String,
    /// The name of the stage.
    #[wasm_bindgen(readonly)]
    pub name: String,
    /// How it came about, in a few words.
    #[wasm_bindgen(readonly)]
    pub from: String,
    /// How many heads were at work; 1 if it is one vector.
    #[wasm_bindgen(readonly)]
    pub heads: usize,
    /// All its numbers, head by head.
    #[wasm_bindgen(readonly)]
    pub numbers: Vec<f64>,
}

#[wasm_bindgen]
impl Inside {
    /// Lets the model of a run, as it is, read a word.
    ///
    /// # Errors
    /// The word is no document of one line, has a character that is not in
    /// the alphabet, or is too long.
    #[wasm_bindgen(constructor)]
    pub fn new(run: &Run, word: &str) -> Result<Inside, Error> {
        Self::read(run.start(), run.model(), word)
    }

    /// The tokens that are read, as letters, with bos in front.
    #[wasm_bindgen(getter)]
    pub fn letters(&self) -> Vec<String> {
        self.letters.clone()
    }

    /// All tokens that may come next, as letters.
    #[wasm_bindgen(getter)]
    pub fn alphabet(&self) -> Vec<String> {
        self.alphabet.clone()
    }

    /// All stages of a position, from the first to the last.
    ///
    /// # Errors
    /// There is no such position.
    pub fn stages(&self, position: usize) -> Result<Vec<Shown>, Error> {
        let place = self.place(position)?;
        let shown = place.stages.iter().map(|stage| Shown {
            part: stage.part.to_owned(),
            name: stage.name.to_owned(),
            from: self.told(place, &stage.origin),
            heads: stage.numbers.len(),
            numbers: stage.numbers.concat(),
        });
        Ok(shown.collect())
    }

    /// The keys that a head of the first layer holds at a position.
    ///
    /// # Errors
    /// There is no such position or head.
    pub fn keys(
        &self,
        position: usize,
        head: usize,
    ) -> Result<Vec<f64>, Error> {
        Ok(self.head(position, head)?.keys().to_vec())
    }

    /// The values that it holds there.
    ///
    /// # Errors
    /// There is no such position or head.
    pub fn values(
        &self,
        position: usize,
        head: usize,
    ) -> Result<Vec<f64>, Error> {
        Ok(self.head(position, head)?.values().to_vec())
    }
}

impl Inside {
    /// Lets a model read a word.
    ///
    /// # Errors
    /// As [`Inside::new`].
    pub fn read(start: &Start, model: &Gpt, word: &str) -> Result<Self, Error> {
        let mut tokens = start::read(start, word)?;
        // The bos at the end is what may come next; it is not read.
        tokens.pop();
        let letter = |token| shown(&start.tokenizer, token);
        let vocab_size = model.config().vocab_size;
        Ok(Self {
            letters: tokens.iter().copied().map(letter).collect(),
            alphabet: (0..vocab_size).map(letter).collect(),
            places: walk(model, &tokens),
            model: model.clone(),
        })
    }

    fn place(&self, position: usize) -> Result<&Position, Error> {
        let place = self.places.get(position);
        place.ok_or_else(|| unknown("position", position))
    }

    fn head(&self, position: usize, head: usize) -> Result<&Head, Error> {
        let heads = self.place(position)?.heads.first();
        let found = heads.and_then(|heads| heads.get(head));
        found.ok_or_else(|| unknown("head", head))
    }

    /// How a stage came about, in a few words.
    fn told(&self, place: &Position, origin: &Origin) -> String {
        let name = |stage: &usize| place.stages[*stage].name;
        match origin {
            Origin::Row(table, row) => self.row(table, *row),
            Origin::Sum(x, y) => format!("{} + {}", name(x), name(y)),
            Origin::Norm(x) => format!("rmsnorm of {}", name(x)),
            Origin::Linear(matrix, x) => format!("{matrix} · {}", name(x)),
            Origin::Scores(x) => {
                format!("{} · each key so far, divided by √d", name(x))
            }
            Origin::Answers(x) => format!("{} · the values so far", name(x)),
            Origin::Relu(x) => format!("relu of {}", name(x)),
            Origin::Softmax(x) => format!("softmax of {}", name(x)),
        }
    }

    /// A row of a table of embeddings, with its letter if it has one.
    fn row(&self, table: &str, row: usize) -> String {
        match self.alphabet.get(row) {
            Some(letter) if table == "wte" => {
                format!("row {row} of wte, for {letter}")
            }
            _ => format!("row {row} of {table}"),
        }
    }
}

/// The computation behind one number.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Which computation: `row`, `sum`, `norm`, `linear`, `scores`,
    /// `answers`, `relu` or `softmax`.
    #[wasm_bindgen(readonly)]
    pub kind: String,
    /// What `left` is.
    #[wasm_bindgen(readonly)]
    pub left_name: String,
    /// What `right` is.
    #[wasm_bindgen(readonly)]
    pub right_name: String,
    /// The first factors, the first addend, or what goes into a function.
    #[wasm_bindgen(readonly)]
    pub left: Vec<f64>,
    /// The second factors, the second addend, or what the function makes.
    #[wasm_bindgen(readonly)]
    pub right: Vec<f64>,
    /// The products, pair by pair, where there are factors.
    #[wasm_bindgen(readonly)]
    pub products: Vec<f64>,
    /// Their sum, where there are factors.
    #[wasm_bindgen(readonly)]
    pub sum: Option<f64>,
    /// The number itself.
    #[wasm_bindgen(readonly)]
    pub value: f64,
}

/// Some numbers, and what they are.
type Called = (String, Vec<f64>);

impl Cell {
    fn new(kind: &str, left: Called, right: Called) -> Self {
        let ((left_name, left), (right_name, right)) = (left, right);
        let kind = kind.to_owned();
        Self { kind, left_name, right_name, left, right, ..Self::default() }
    }

    /// With each product, and their sum.
    fn product(kind: &str, left: Called, right: Called) -> Self {
        let pairs = zip(&left.1, &right.1);
        let products = pairs.map(|(&x, &y)| f64::dot(&[x], &[y])).collect();
        let sum = Some(f64::dot(&left.1, &right.1));
        Self { products, sum, ..Self::new(kind, left, right) }
    }
}

#[wasm_bindgen]
impl Inside {
    /// The computation behind one number of a stage.
    ///
    /// # Errors
    /// There is no such position, stage or number.
    pub fn cell(
        &self,
        position: usize,
        stage: usize,
        index: usize,
    ) -> Result<Cell, Error> {
        let place = self.place(position)?;
        let found = place.stages.get(stage);
        let stage = found.ok_or_else(|| unknown("stage", stage))?;
        let made = stage.numbers.iter().enumerate();
        let mut cells = made.flat_map(|(h, made)| {
            made.iter().enumerate().map(move |(i, &value)| (h, i, value))
        });
        let found = cells.nth(index);
        let (h, i, value) = found.ok_or_else(|| unknown("number", index))?;
        let cell = match &stage.origin {
            Origin::Scores(_) | Origin::Answers(_) | Origin::Softmax(_) => {
                self.behind_head(place, stage, h, i)
            }
            _ => self.behind(place, stage, index),
        };
        Ok(Cell { value, ..cell? })
    }
}

impl Inside {
    /// The computation behind a number of a vector.
    fn behind(
        &self,
        place: &Position,
        stage: &Stage,
        index: usize,
    ) -> Result<Cell, Error> {
        let all = |x: usize| (place.stages[x].name.to_owned(), place.flat(x));
        let one = |x: usize| {
            let (name, numbers) = all(x);
            (name, vec![numbers[index]])
        };
        Ok(match &stage.origin {
            Origin::Sum(x, y) => Cell::new("sum", one(*x), one(*y)),
            Origin::Norm(x) => {
                let scale = vec![inverse_size(&place.flat(*x))];
                Cell::product("norm", one(*x), ("1 / size".to_owned(), scale))
            }
            Origin::Linear(matrix, x) => {
                let (span, width) = span(self.model.config(), matrix)?;
                let mut rows = self.model.params()[span].chunks_exact(width);
                let row = rows.nth(index).unwrap_or_default().to_vec();
                let row = (format!("row {index} of {matrix}"), row);
                Cell::product("linear", row, all(*x))
            }
            Origin::Relu(x) => Cell::new("relu", one(*x), Called::default()),
            _ => {
                let row = (self.told(place, &stage.origin), Vec::new());
                Cell::new("row", row, Called::default())
            }
        })
    }

    /// The computation behind a number that a head has made.
    fn behind_head(
        &self,
        place: &Position,
        stage: &Stage,
        h: usize,
        i: usize,
    ) -> Result<Cell, Error> {
        let of = |x: usize| {
            let stage = &place.stages[x];
            let name = match stage.numbers.len() {
                1 => stage.name.to_owned(),
                _ => format!("{} of head {}", stage.name, h + 1),
            };
            (name, stage.numbers[h].clone())
        };
        let heads = place.heads.get(stage.layer);
        let head = heads.and_then(|heads| heads.get(h));
        let head = head.ok_or_else(|| unknown("head", h))?;
        Ok(match stage.origin {
            Origin::Scores(x) => {
                let query = of(x);
                let key = head.keys().chunks_exact(query.1.len()).nth(i);
                let key = key.unwrap_or_default().to_vec();
                let name = format!("key {i}, of {}", self.letters[i]);
                Cell::product("scores", query, (name, key))
            }
            Origin::Answers(x) => {
                let values = head.values().iter().skip(i);
                let column = values.step_by(stage.numbers[h].len()).copied();
                let column =
                    (format!("number {i} of each value"), column.collect());
                Cell::product("answers", of(x), column)
            }
            Origin::Softmax(x) => {
                let shares = (stage.name.to_owned(), stage.numbers[h].clone());
                Cell::new("softmax", of(x), shares)
            }
            _ => Cell::default(),
        })
    }
}

/// There is none of that number.
fn unknown(what: &str, number: usize) -> Error {
    Error::unknown(what, number)
}

#[cfg(test)]
mod tests {
    use microgpt::forward::Context;
    use microgpt::layers::{linear, softmax};

    use super::*;

    fn run(optimizer: &str, steps: usize) -> Run {
        let mut run = Run::new(optimizer, 0.01).unwrap();
        run.seek(steps).unwrap();
        run
    }

    fn runs() -> impl Iterator<Item = Run> {
        [("adam", 0), ("adam", 137), ("adam", 1000), ("sgd", 300)]
            .into_iter()
            .map(|(optimizer, steps)| run(optimizer, steps))
    }

    const WORDS: [&str; 4] = ["emma", "a", "xqzzv", "abcdefghijklmno"];

    fn numbers(inside: &Inside, position: usize, name: &str) -> Vec<f64> {
        let stages = inside.stages(position).unwrap();
        let stage = stages.into_iter().find(|stage| stage.name == name);
        stage.unwrap().numbers
    }

    #[test]
    fn the_walk_finds_what_the_model_finds_bit_for_bit() {
        for run in runs() {
            for word in WORDS {
                let inside = Inside::new(&run, word).unwrap();
                let mut context = Context::new(run.model());
                let tokens = start::read(run.start(), word).unwrap();
                for (at, &token) in
                    tokens[..tokens.len() - 1].iter().enumerate()
                {
                    let logits = context.read(token).unwrap();
                    assert_eq!(numbers(&inside, at, "logits"), logits);
                    let probs = softmax(&logits);
                    assert_eq!(numbers(&inside, at, "probabilities"), probs);
                }
                let letters = inside.letters();
                assert_eq!(letters.len(), tokens.len() - 1);
                assert_eq!(letters.concat(), format!("bos{word}"));
            }
        }
    }

    #[test]
    fn the_heads_are_those_that_the_model_has_asked() {
        let run = run("adam", 1000);
        let layer = run.model().weights().layers[0];
        let inside = Inside::new(&run, "kamon").unwrap();
        let mut heads = vec![Head::default(); 4];
        for at in 0..inside.letters().len() {
            let x = numbers(&inside, at, "norm before attention");
            let mixed = layer.attention(&x, &mut heads);
            assert_eq!(numbers(&inside, at, "mixed answers"), mixed);
            let query = linear(&x, layer.attn_wq);
            let weights = zip(&heads, query.chunks(4));
            let weights = weights.map(|(head, query)| head.weights(query));
            let weights = weights.collect::<Vec<_>>().concat();
            assert_eq!(numbers(&inside, at, "weights"), weights);
            for (h, head) in heads.iter().enumerate() {
                assert_eq!(inside.keys(at, h).unwrap(), head.keys());
                assert_eq!(inside.values(at, h).unwrap(), head.values());
                assert_eq!(head.keys().len(), 4 * (at + 1));
            }
        }
    }

    /// The number that the computation behind a cell leads to.
    fn found(cell: &Cell, index: usize, heads: usize) -> f64 {
        let size = cell.right.len();
        match cell.kind.as_str() {
            "row" => cell.value,
            "sum" => cell.left[0] + cell.right[0],
            "relu" => cell.left[0].relu(),
            "softmax" if heads == 1 => softmax(&cell.left)[index],
            "softmax" => softmax(&cell.left)[index % size],
            "scores" => cell.sum.unwrap() / 2.0,
            _ => cell.sum.unwrap(),
        }
    }

    #[test]
    fn behind_each_number_is_the_computation_that_makes_it() {
        for run in runs() {
            let inside = Inside::new(&run, "emma").unwrap();
            for at in 0..5 {
                for (s, stage) in inside.stages(at).unwrap().iter().enumerate()
                {
                    for (index, &number) in stage.numbers.iter().enumerate() {
                        let cell = inside.cell(at, s, index).unwrap();
                        let found = found(&cell, index, stage.heads);
                        assert_eq!(cell.value, number);
                        assert_eq!(found, number, "{} {cell:?}", stage.name);
                        let products = zip(&cell.left, &cell.right);
                        let products = products.map(|(x, y)| x * y);
                        if !cell.products.is_empty() {
                            assert!(products.eq(cell.products.clone()));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_computation_names_what_it_is_made_of() {
        let inside = Inside::new(&run("adam", 10), "emma").unwrap();
        let stages = inside.stages(2).unwrap();
        let at = |name| stages.iter().position(|stage| stage.name == name);
        let behind = |name, index| {
            let cell = inside.cell(2, at(name).unwrap(), index).unwrap();
            let [left, right] = [cell.left.len(), cell.right.len()];
            format!("{}: {left}, {}: {right}", cell.left_name, cell.right_name)
        };
        assert_eq!(stages[0].from, "row 12 of wte, for m");
        for (name, index, expected) in [
            ("token embedding", 3, "row 12 of wte, for m: 0, : 0"),
            ("position embedding", 3, "row 2 of wpe: 0, : 0"),
            ("embedding", 3, "token embedding: 1, position embedding: 1"),
            ("norm of the embedding", 3, "embedding: 1, 1 / size: 1"),
            (
                "query",
                9,
                "row 9 of layer0.attn_wq: 16, norm before attention: 16",
            ),
            ("scores", 7, "query of head 3: 4, key 1, of e: 4"),
            ("weights", 7, "scores of head 3: 3, weights: 3"),
            ("answers", 9, "weights of head 3: 3, number 1 of each value: 3"),
            ("after relu", 63, "hidden units: 1, : 0"),
            (
                "back to the width",
                15,
                "row 15 of layer0.mlp_fc2: 64, after relu: 64",
            ),
            ("logits", 26, "row 26 of lm_head: 16, sum after the MLP: 16"),
            ("probabilities", 26, "logits: 27, probabilities: 27"),
        ] {
            assert_eq!(behind(name, index), expected);
        }
    }

    #[test]
    fn what_is_not_there_is_refused_in_a_sentence() {
        let run = run("adam", 0);
        let inside = Inside::new(&run, "abcdefghijklmno").unwrap();
        assert_eq!(inside.stages(15).unwrap().len(), 20);
        let refused = |error: Option<Error>| error.unwrap().to_string();
        for (error, sentence) in [
            (inside.stages(16).err(), "there is no position called \"16\""),
            (inside.cell(16, 0, 0).err(), "there is no position called \"16\""),
            (inside.cell(0, 20, 0).err(), "there is no stage called \"20\""),
            (inside.cell(0, 0, 16).err(), "there is no number called \"16\""),
            (inside.keys(0, 4).err(), "there is no head called \"4\""),
            (
                Inside::new(&run, "ab\nc").err(),
                "one document is one line, and this has 2",
            ),
            (
                Inside::new(&run, "Emma").err(),
                "the character 'E' is not in the alphabet",
            ),
        ] {
            assert_eq!(refused(error), sentence);
        }
    }
}
