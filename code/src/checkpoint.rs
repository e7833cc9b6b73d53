// ANCHOR: imports
//! Checkpoints: a model in a file, with what it takes to go on training it.

use std::collections::BTreeSet;
use std::io::Read;
use std::iter::zip;
use std::str::FromStr;

use safetensors::tensor::{Dtype, Metadata, SafeTensorError, TensorView};

use crate::adam::Adam;
use crate::chance::{Chance, Midway, WORDS};
use crate::model::{Config, ConfigError, Gpt};
use crate::tokenizer::Tokenizer;
use crate::training::Schedule;

// ANCHOR_END: imports

// ANCHOR: training
/// All that a training needs to go on where it was.
#[derive(Clone, Debug)]
pub struct Training {
    /// The number from which the random numbers began.
    pub seed: u64,
    /// How many steps there are to be, and how fast they learn.
    pub schedule: Schedule,
    /// The name of the engine that finds the gradients.
    pub engine: String,
    /// The [fingerprint](crate::data::fingerprint) of the shuffled documents.
    pub documents: u64,
    /// The optimizer, which has counted the steps.
    pub adam: Adam,
    /// The dice.
    pub chance: Chance<Midway>,
}
// ANCHOR_END: training

// ANCHOR: checkpoint
/// A model, its alphabet, and perhaps the training that it is in.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The model.
    pub model: Gpt,
    /// Knows the alphabet that the model learned.
    pub tokenizer: Tokenizer,
    /// Where its training is; a model from elsewhere has none.
    pub training: Option<Training>,
}
// ANCHOR_END: checkpoint

// ANCHOR: error
/// What can be wrong with a checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It could not be read.
    #[error("cannot read: {0}")]
    Unreadable(std::io::Error),
    /// It is no file of this format.
    #[error("it is no safetensors file: {0}")]
    Format(String),
    /// It is too short or too long for what its header tells.
    #[error("it should be {0} bytes long, and is {1}")]
    Length(u64, u64),
    /// A part of it is missing or makes no sense.
    #[error("its `{0}` {1}")]
    Part(String, String),
    /// The sizes do not go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
}
// ANCHOR_END: error

// ANCHOR: part
fn part<T>(name: &str, what: impl Into<String>) -> Result<T, CheckpointError> {
    Err(CheckpointError::Part(short(name), what.into()))
}

/// A text on one short line, with an ellipsis where it is cut.
fn short(text: &str) -> String {
    let mut short = String::new();
    for letter in text.chars() {
        if short.len() >= 100 {
            return short + "…";
        }
        match letter {
            '\\' | '\'' | '"' => short.push(letter),
            other => short.extend(other.escape_debug()),
        }
    }
    short
}
// ANCHOR_END: part

// ANCHOR: tensor
/// A list of numbers as it stands in a file.
struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    /// Numbers of 64 bits; all must be finite.
    fn numbers(
        name: &str,
        shape: &[usize],
        numbers: &[f64],
    ) -> Result<Self, CheckpointError> {
        if let Some(number) = numbers.iter().find(|n| !n.is_finite()) {
            return part(name, format!("holds the number {number}"));
        }
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        let (name, shape) = (name.to_owned(), shape.to_vec());
        Ok(Self { name, dtype: Dtype::F64, shape, bytes: bytes.collect() })
    }
}
// ANCHOR_END: tensor

// ANCHOR: tensor_words
impl Tensor {
    /// The words of a generator.
    fn words(name: &str, words: &[u32]) -> Self {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        let (name, shape) = (name.to_owned(), vec![words.len()]);
        Self { name, dtype: Dtype::U32, shape, bytes: bytes.collect() }
    }
}
// ANCHOR_END: tensor_words

// ANCHOR: most_layers
/// The most layers of a model in a file; more could make its header too long.
const MOST_LAYERS: usize = 10_000;

impl Checkpoint {
    /// Sees that a model of these sizes can be kept in a file.
    ///
    /// # Errors
    /// [`CheckpointError::Part`] if it has too many layers.
    pub fn check(config: &Config) -> Result<(), CheckpointError> {
        let count = config.n_layer;
        if count > MOST_LAYERS {
            let message = format!("is {count}; at most {MOST_LAYERS} fit");
            return part("n_layer", message);
        }
        Ok(())
    }
}
// ANCHOR_END: most_layers

// ANCHOR: tensors
impl Checkpoint {
    /// Everything that is a list of numbers.
    fn tensors(&self) -> Result<Vec<Tensor>, CheckpointError> {
        let config = self.model.config();
        Self::check(config)?;
        if self.tokenizer.vocab_size() != config.vocab_size {
            return part("alphabet", "is not that of the model");
        }
        let (mut tensors, mut rest) = (Vec::new(), self.model.params());
        for (name, shape) in config.shapes() {
            let (numbers, others) = rest.split_at(shape.iter().product());
            tensors.push(Tensor::numbers(&name, &shape, numbers)?);
            rest = others;
        }
        if let Some(Training { adam, chance, .. }) = &self.training {
            let length = [adam.m().len()];
            tensors.push(Tensor::numbers("adam.m", &length, adam.m())?);
            tensors.push(Tensor::numbers("adam.v", &length, adam.v())?);
            tensors.push(Tensor::words("generator", &chance.state().0));
        }
        Ok(tensors)
    }
}
// ANCHOR_END: tensors

// ANCHOR: training_entries
impl Training {
    /// What is no list of numbers, as pairs of a name and a text.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let Schedule { steps, batch, learning_rate } = &self.schedule;
        let mut entries = vec![
            ("step", self.adam.steps().to_string()),
            ("steps", steps.to_string()),
            ("batch", batch.to_string()),
            ("learning_rate", learning_rate.to_string()),
            ("seed", self.seed.to_string()),
            ("engine", self.engine.clone()),
            ("documents", self.documents.to_string()),
        ];
        let spare = self.chance.state().1;
        entries.extend(spare.map(|spare| ("spare", spare.to_string())));
        entries
    }
}
// ANCHOR_END: training_entries

// ANCHOR: entries
impl Checkpoint {
    /// What is no list of numbers, as pairs of a name and a text.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let config = self.model.config();
        let sizes = [
            ("n_embd", config.n_embd.to_string()),
            ("n_layer", config.n_layer.to_string()),
            ("n_head", config.n_head.to_string()),
            ("block_size", config.block_size.to_string()),
            ("alphabet", self.tokenizer.alphabet()),
        ];
        let training = self.training.iter().flat_map(Training::entries);
        sizes.into_iter().chain(training).collect()
    }
}
// ANCHOR_END: entries

// ANCHOR: to_bytes
impl From<SafeTensorError> for CheckpointError {
    fn from(error: SafeTensorError) -> Self {
        Self::Format(error.to_string())
    }
}

impl Checkpoint {
    /// The file, in the format safetensors.
    ///
    /// # Errors
    /// [`CheckpointError::Part`] if a number is not finite: a training that has
    /// failed must not take the place of a good file. Or if there are too many
    /// layers.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let tensors = self.tensors()?;
        let views = tensors.iter().map(|tensor| {
            let Tensor { name, dtype, shape, bytes } = tensor;
            Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?))
        });
        let views: Vec<_> = views.collect::<Result<_, SafeTensorError>>()?;
        let entries = self.entries().into_iter();
        let entries = entries.map(|(name, text)| (name.to_owned(), text));
        Ok(safetensors::serialize(views, Some(entries.collect()))?)
    }
}
// ANCHOR_END: to_bytes

// ANCHOR: file
/// A file whose header fits its length.
struct Opened {
    header: Metadata,
    data: Vec<u8>,
}

impl Opened {
    /// Reads so many bytes.
    fn bytes(
        file: &mut impl Read,
        count: u64,
    ) -> Result<Vec<u8>, CheckpointError> {
        let mut bytes = Vec::new();
        let room = bytes.try_reserve_exact(count as usize);
        room.map_err(|error| CheckpointError::Unreadable(error.into()))?;
        let read = file.take(count).read_to_end(&mut bytes);
        let read = read.map_err(CheckpointError::Unreadable)? as u64;
        if read < count {
            return Err(CheckpointError::Length(count, read));
        }
        Ok(bytes)
    }
}
// ANCHOR_END: file

// ANCHOR: longest
/// The longest header that is read: 16 MiB, for tens of thousands of layers.
const LONGEST_HEADER: u64 = 1 << 24;

impl From<serde_json::Error> for CheckpointError {
    fn from(error: serde_json::Error) -> Self {
        Self::Format(short(&error.to_string()))
    }
}
// ANCHOR_END: longest

// ANCHOR: open
impl Opened {
    /// Reads a file of so many bytes, the header first.
    fn open(
        file: &mut impl Read,
        length: u64,
    ) -> Result<Self, CheckpointError> {
        let first = Self::bytes(file, length.min(8))?.try_into();
        let first = first.map_err(|_| CheckpointError::Length(8, length))?;
        let count = u64::from_le_bytes(first);
        if count > LONGEST_HEADER.min(length.saturating_sub(8)) {
            let message = format!("its header cannot have {count} bytes");
            return Err(CheckpointError::Format(message));
        }
        let header: Metadata =
            serde_json::from_slice(&Self::bytes(file, count)?)?;
        let rest = header.data_len() as u64;
        let whole = rest.saturating_add(8 + count);
        if whole != length {
            return Err(CheckpointError::Length(whole, length));
        }
        Ok(Self { header, data: Self::bytes(file, rest)? })
    }
}
// ANCHOR_END: open

// ANCHOR: entry
impl Opened {
    /// An entry of the metadata, if it is there.
    fn find(&self, name: &str) -> Option<&str> {
        let entries = self.header.metadata().as_ref()?;
        entries.get(name).map(String::as_str)
    }

    /// An entry of the metadata that must be there, and pass a check.
    fn entry<T: FromStr>(
        &self,
        name: &str,
        check: impl Fn(&T) -> bool,
    ) -> Result<T, CheckpointError> {
        let Some(text) = self.find(name) else {
            return part(name, "is missing");
        };
        match text.parse() {
            Ok(value) if check(&value) => Ok(value),
            _ => part(name, format!("cannot be \"{}\"", short(text))),
        }
    }
}
// ANCHOR_END: entry

// ANCHOR: tensor_bytes
impl Opened {
    /// A tensor's bytes, if it has the kind and the shape that it must have.
    fn tensor(
        &self,
        name: &str,
        dtype: Dtype,
        shape: &[usize],
    ) -> Result<&[u8], CheckpointError> {
        let Some(info) = self.header.info(name) else {
            return part(name, "is missing");
        };
        if info.dtype != dtype || info.shape != shape {
            let found = short(&format!("{:?} {:?}", info.dtype, info.shape));
            return part(name, format!("is {found}, not {dtype:?} {shape:?}"));
        }
        let (start, end) = info.data_offsets;
        Ok(self.data.get(start..end).unwrap_or_default())
    }
}
// ANCHOR_END: tensor_bytes

// ANCHOR: numbers
impl Opened {
    /// A tensor's numbers, each finite and no smaller than `min`.
    fn numbers(
        &self,
        name: &str,
        shape: &[usize],
        min: f64,
    ) -> Result<Vec<f64>, CheckpointError> {
        let (numbers, _) = self.tensor(name, Dtype::F64, shape)?.as_chunks();
        let numbers = numbers.iter().map(|&bytes| {
            let number = f64::from_le_bytes(bytes);
            if number.is_finite() && number >= min {
                return Ok(number);
            }
            part(name, format!("holds the number {number:?}"))
        });
        numbers.collect()
    }

    /// A tensor's words, as many as there must be.
    fn words(&self, name: &str) -> Result<Vec<u32>, CheckpointError> {
        let (words, _) = self.tensor(name, Dtype::U32, &[WORDS])?.as_chunks();
        Ok(words.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect())
    }
}
// ANCHOR_END: numbers

// ANCHOR: tokenizer
impl Opened {
    /// The tokenizer: its alphabet must be sorted, or ids would change.
    fn tokenizer(&self) -> Result<Tokenizer, CheckpointError> {
        let is_sorted = |alphabet: &String| {
            let mut pairs = zip(alphabet.chars(), alphabet.chars().skip(1));
            pairs.all(|(one, next)| one < next)
        };
        Ok(Tokenizer::new(&[&self.entry("alphabet", is_sorted)?]))
    }
}
// ANCHOR_END: tokenizer

// ANCHOR: sizes
impl Opened {
    /// The sizes, if the file is large enough for them.
    fn config(&self, vocab_size: usize) -> Result<Config, CheckpointError> {
        let size = |name| self.entry(name, |size| *size > 0);
        let config = Config {
            vocab_size,
            n_embd: size("n_embd")?,
            n_layer: size("n_layer")?,
            n_head: size("n_head")?,
            block_size: size("block_size")?,
        };
        config.check()?;
        self.tensor("wte", Dtype::F64, &[vocab_size, config.n_embd])?;
        match config.num_params() {
            Some(count) if count <= self.data.len() / 8 => Ok(config),
            _ => part("n_layer", "or `block_size` is too large for the file"),
        }
    }
}
// ANCHOR_END: sizes

// ANCHOR: model
impl Opened {
    /// The model, and the names of its matrices.
    fn model(
        &self,
        config: Config,
    ) -> Result<(Gpt, BTreeSet<String>), CheckpointError> {
        let (mut params, mut names) = (Vec::new(), BTreeSet::new());
        for (name, shape) in config.shapes() {
            params.extend(self.numbers(&name, &shape, f64::MIN)?);
            names.insert(name);
        }
        let model = Gpt::from_params(config, params)?;
        Ok((model.ok_or(ConfigError::TooLarge(config))?, names))
    }
}
// ANCHOR_END: model

// ANCHOR: schedule
impl Opened {
    /// The plan of the training, and how many steps of it are taken.
    fn schedule(&self) -> Result<(Schedule, usize), CheckpointError> {
        let rates = 0.0..=f64::MAX;
        let schedule = Schedule {
            steps: self.entry("steps", |steps| *steps > 0)?,
            batch: self.entry("batch", |batch| *batch > 0)?,
            learning_rate: self
                .entry("learning_rate", |x| rates.contains(x))?,
        };
        let step = self.entry("step", |step| *step <= schedule.steps)?;
        Ok((schedule, step))
    }

    /// The dice.
    fn chance(&self) -> Result<Chance<Midway>, CheckpointError> {
        let spare = self
            .find("spare")
            .map(|_| self.entry("spare", |spare: &f64| spare.is_finite()));
        let words = self.words("generator")?;
        let chance = Chance::resume(words, spare.transpose()?);
        chance.map_or_else(|| part("generator", "is too short"), Ok)
    }
}
// ANCHOR_END: schedule

// ANCHOR: resume
impl Opened {
    /// The training, if the file is of one: then it has a `step`.
    fn training(
        &self,
        params: usize,
    ) -> Result<Option<Training>, CheckpointError> {
        if self.find("step").is_none() {
            return Ok(None);
        }
        let (schedule, step) = self.schedule()?;
        // before the first step there are no means
        let length = [if step == 0 { 0 } else { params }];
        let m = self.numbers("adam.m", &length, f64::MIN)?;
        let v = self.numbers("adam.v", &length, 0.0)?;
        Ok(Some(Training {
            seed: self.entry("seed", |_| true)?,
            schedule,
            engine: self.entry("engine", |name: &String| name.len() < 40)?,
            documents: self.entry("documents", |_| true)?,
            adam: Adam::resume(step, m, v),
            chance: self.chance()?,
        }))
    }
}
// ANCHOR_END: resume

// ANCHOR: read
impl Checkpoint {
    /// Reads a file of `length` bytes.
    ///
    /// It takes a small multiple of them as memory, for a header tens of times.
    /// # Errors
    /// [`CheckpointError`] tells what is wrong with it.
    pub fn read(
        mut file: impl Read,
        length: u64,
    ) -> Result<Self, CheckpointError> {
        let file = Opened::open(&mut file, length)?;
        let tokenizer = file.tokenizer()?;
        let config = file.config(tokenizer.vocab_size())?;
        let (model, mut names) = file.model(config)?;
        let training = file.training(model.params().len())?;
        if training.is_some() {
            names.extend(["adam.m", "adam.v", "generator"].map(String::from));
        }
        let all = file.header.offset_keys();
        match all.iter().find(|name| !names.contains(*name)) {
            Some(other) => part(other, "is no part of such a model"),
            None => Ok(Self { model, tokenizer, training }),
        }
    }
}
// ANCHOR_END: read

// ANCHOR: from_bytes
impl Checkpoint {
    /// Reads a file that is in memory.
    ///
    /// ```
    /// use microgpt::chance::Chance;
    /// use microgpt::checkpoint::Checkpoint;
    /// use microgpt::model::{Config, Gpt};
    /// use microgpt::tokenizer::Tokenizer;
    ///
    /// let tokenizer = Tokenizer::new(&["ava", "eve"]);
    /// let vocab_size = tokenizer.vocab_size();
    /// let config = Config { vocab_size, ..Config::default() };
    /// let model = Gpt::new(config, &mut Chance::seeded(42))?;
    /// let saved = Checkpoint { model, tokenizer, training: None };
    /// let loaded = Checkpoint::from_bytes(&saved.to_bytes()?)?;
    /// assert_eq!(loaded.model, saved.model);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CheckpointError`] tells what is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        Self::read(bytes, bytes.len() as u64)
    }
}
// ANCHOR_END: from_bytes
