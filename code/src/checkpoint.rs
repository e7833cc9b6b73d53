// ANCHOR: imports
//! Checkpoints: a model in a file, with what it takes to go on training it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;
use std::iter::zip;
use std::str::FromStr;

use safetensors::tensor::{Dtype, Metadata, SafeTensorError, TensorView};

use crate::adam::Adam;
use crate::chance::Chance;
use crate::data::fingerprint;
use crate::guards::{ConfigError, EngineKind};
use crate::midway::{Midway, WORDS};
use crate::model::{Config, Gpt};
use crate::start::Start;
use crate::tokenizer::Tokenizer;
use crate::training::{Schedule, Session};

// ANCHOR_END: imports

// ANCHOR: training
/// All that a run needs to go on where it was, apart from the model.
#[derive(Clone, Debug)]
pub struct Training<'s> {
    /// The number from which the random numbers began.
    pub seed: u64,
    /// How many steps there are to be, and how fast they learn.
    pub schedule: Schedule,
    /// The name of the engine that finds the gradients.
    pub engine: String,
    /// The [fingerprint] of the shuffled documents.
    pub documents: u64,
    /// The optimizer, which has counted the steps.
    pub adam: Cow<'s, Adam>,
    /// The dice.
    pub chance: Chance<Midway>,
}
// ANCHOR_END: training

// ANCHOR: checkpoint
/// A model, its alphabet, and perhaps the training that it is in.
///
/// It borrows what is to be saved, and owns what has been read.
#[derive(Clone, Debug)]
pub struct Checkpoint<'s> {
    /// The model.
    pub model: Cow<'s, Gpt>,
    /// Knows the alphabet that the model learned.
    pub tokenizer: Cow<'s, Tokenizer>,
    /// Where its training is; a model from elsewhere has none.
    pub training: Option<Training<'s>>,
}
// ANCHOR_END: checkpoint

// ANCHOR: of
impl<'s> Checkpoint<'s> {
    /// Returns a checkpoint of a model that isn't in training.
    pub fn of(model: &'s Gpt, tokenizer: &'s Tokenizer) -> Self {
        let (model, tokenizer) =
            (Cow::Borrowed(model), Cow::Borrowed(tokenizer));
        Self { model, tokenizer, training: None }
    }
}
// ANCHOR_END: of

// ANCHOR: run
/// A run under way: a session, and what belongs to it.
#[derive(Clone, Debug)]
pub struct Run<O = Adam> {
    /// The model, the optimizer, and the steps taken so far.
    pub session: Session<O>,
    /// The alphabet of the documents.
    pub tokenizer: Tokenizer,
    /// The dice, which draw samples after the training.
    pub chance: Chance<Midway>,
    /// The number from which the random numbers began.
    pub seed: u64,
    /// The name of the engine that finds the gradients.
    pub engine: String,
    /// The [fingerprint] of the shuffled documents.
    pub documents: u64,
}
// ANCHOR_END: run

// ANCHOR: begin
impl<O> Run<O> {
    /// Begins a run with an optimizer that has taken no step.
    pub fn begin(
        start: Start<'_>,
        seed: u64,
        engine: EngineKind,
        schedule: Schedule,
        optimizer: O,
    ) -> Self {
        let Start { documents, tokenizer, model, chance } = start;
        let documents = fingerprint(&documents);
        let session = Session::new(model, optimizer, schedule);
        let (chance, engine) = (chance.into(), engine.to_string());
        Self { session, tokenizer, chance, seed, engine, documents }
    }

    /// Returns the same run with its optimizer in another form.
    pub fn with<P>(self, optimizer: impl FnOnce(O) -> P) -> Run<P> {
        let Self { session, tokenizer, chance, seed, engine, documents } = self;
        let session = session.with(optimizer);
        Run { session, tokenizer, chance, seed, engine, documents }
    }
}
// ANCHOR_END: begin

// ANCHOR: borrow
impl<O: AsRef<Adam>> Run<O> {
    /// Returns all that is to be kept of the run, borrowed from it.
    pub fn checkpoint(&self) -> Checkpoint<'_> {
        let Self { session, tokenizer, .. } = self;
        let training = Training {
            seed: self.seed,
            schedule: session.schedule,
            engine: self.engine.clone(),
            documents: self.documents,
            adam: Cow::Borrowed(session.optimizer.as_ref()),
            chance: self.chance.clone(),
        };
        let model = Checkpoint::of(&session.model, tokenizer);
        Checkpoint { training: Some(training), ..model }
    }
}
// ANCHOR_END: borrow

// ANCHOR: go_on
impl Checkpoint<'_> {
    /// Returns the run that goes on from here; a mere model has none.
    pub fn run(self) -> Option<Run> {
        let Training { seed, schedule, engine, documents, adam, chance } =
            self.training?;
        let (model, tokenizer) = (self.model, self.tokenizer.into_owned());
        let steps = adam.steps;
        let (model, optimizer) = (model.into_owned(), adam.into_owned());
        let session = Session { model, optimizer, schedule, steps };
        Some(Run { session, tokenizer, chance, seed, engine, documents })
    }
}
// ANCHOR_END: go_on

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

impl Checkpoint<'_> {
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
impl Checkpoint<'_> {
    /// Everything that is a list of numbers.
    fn tensors(&self) -> Result<Vec<Tensor>, CheckpointError> {
        let config = self.model.config();
        Self::check(config)?;
        if self.tokenizer.vocab_size() != config.vocab_size {
            return part("alphabet", "is not that of the model");
        }
        let (mut tensors, params) = (Vec::new(), self.model.params());
        for (name, place) in config.layout().named() {
            let (shape, numbers) = (place.shape(), &params[place.range()]);
            tensors.push(Tensor::numbers(&name, &shape, numbers)?);
        }
        if let Some(Training { adam, chance, .. }) = &self.training {
            let length = [adam.m.len()];
            tensors.push(Tensor::numbers("adam.m", &length, &adam.m)?);
            tensors.push(Tensor::numbers("adam.v", &length, &adam.v)?);
            tensors.push(Tensor::words("generator", &chance.state().0));
        }
        Ok(tensors)
    }
}
// ANCHOR_END: tensors

// ANCHOR: training_entries
impl Training<'_> {
    /// What is no list of numbers, as pairs of a name and a text.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let Schedule { steps, batch, learning_rate } = &self.schedule;
        let mut entries = vec![
            ("step", self.adam.steps.to_string()),
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
impl Checkpoint<'_> {
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

impl Checkpoint<'_> {
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
    /// The numbers; none are read before the header is known to be right.
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
/// The longest header that is read: 16 MiB, for the most layers and letters.
const LONGEST_HEADER: u64 = 1 << 24;

impl From<serde_json::Error> for CheckpointError {
    fn from(error: serde_json::Error) -> Self {
        Self::Format(short(&error.to_string()))
    }
}
// ANCHOR_END: longest

// ANCHOR: open
impl Opened {
    /// Reads the header of a file of so many bytes.
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
        let whole = (header.data_len() as u64).saturating_add(8 + count);
        if whole != length {
            return Err(CheckpointError::Length(whole, length));
        }
        Ok(Self { header, data: Vec::new() })
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

// ANCHOR: expect
impl Opened {
    /// Sees that a tensor has the kind and the shape that it must have.
    fn expect(
        &self,
        name: &str,
        dtype: Dtype,
        shape: &[usize],
    ) -> Result<(), CheckpointError> {
        let Some(info) = self.header.info(name) else {
            return part(name, "is missing");
        };
        if info.dtype != dtype || info.shape != shape {
            let found = short(&format!("{:?} {:?}", info.dtype, info.shape));
            return part(name, format!("is {found}, not {dtype:?} {shape:?}"));
        }
        Ok(())
    }
}
// ANCHOR_END: expect

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
        self.expect("wte", Dtype::F64, &[vocab_size, config.n_embd])?;
        let room = self.header.data_len() / 8;
        if config.checked_params().is_none_or(|count| count > room) {
            let message = "or `block_size` is too large for the file";
            return part("n_layer", message);
        }
        Checkpoint::check(&config)?;
        Ok(config)
    }
}
// ANCHOR_END: sizes

// ANCHOR: plan
/// What the header tells of a training.
struct Plan {
    step: usize,
    schedule: Schedule,
    seed: u64,
    engine: String,
    documents: u64,
    spare: Option<f64>,
}

impl Plan {
    /// The lists that go with it: their names, kinds and lengths.
    fn lists(&self, params: usize) -> [(&'static str, Dtype, usize); 3] {
        // before the first step there are no means
        let means = if self.step == 0 { 0 } else { params };
        [
            ("adam.m", Dtype::F64, means),
            ("adam.v", Dtype::F64, means),
            ("generator", Dtype::U32, WORDS),
        ]
    }
}
// ANCHOR_END: plan

// ANCHOR: schedule
impl Opened {
    /// How many steps there are to be, and how fast they learn.
    fn schedule(&self) -> Result<Schedule, CheckpointError> {
        let rates = 0.0..=f64::MAX;
        Ok(Schedule {
            steps: self.entry("steps", |steps| *steps > 0)?,
            batch: self.entry("batch", |batch| *batch > 0)?,
            learning_rate: self
                .entry("learning_rate", |x| rates.contains(x))?,
        })
    }
}
// ANCHOR_END: schedule

// ANCHOR: find_plan
impl Opened {
    /// The plan, if the file is of a training: then it has a `step`.
    fn plan(&self) -> Result<Option<Plan>, CheckpointError> {
        if self.find("step").is_none() {
            return Ok(None);
        }
        let spare = self
            .find("spare")
            .map(|_| self.entry("spare", |spare: &f64| spare.is_finite()));
        let schedule = self.schedule()?;
        Ok(Some(Plan {
            step: self.entry("step", |step| *step <= schedule.steps)?,
            schedule,
            seed: self.entry("seed", |_| true)?,
            engine: self.entry("engine", |name: &String| name.len() < 40)?,
            documents: self.entry("documents", |_| true)?,
            spare: spare.transpose()?,
        }))
    }
}
// ANCHOR_END: find_plan

// ANCHOR: lists
impl Opened {
    /// Sees that it has the lists of such a model, and no others.
    fn check(
        &self,
        config: &Config,
        plan: Option<&Plan>,
    ) -> Result<(), CheckpointError> {
        let (mut names, mut params) = (BTreeSet::new(), 0);
        for (name, place) in config.layout().named() {
            self.expect(&name, Dtype::F64, &place.shape())?;
            params = place.range().end;
            names.insert(name);
        }
        for (name, dtype, length) in plan.iter().flat_map(|it| it.lists(params))
        {
            self.expect(name, dtype, &[length])?;
            names.insert(name.to_owned());
        }
        let all = self.header.offset_keys();
        match all.iter().find(|name| !names.contains(*name)) {
            Some(other) => part(other, "is no part of such a model"),
            None => Ok(()),
        }
    }
}
// ANCHOR_END: lists

// ANCHOR: tensor_bytes
impl Opened {
    /// A tensor's bytes, once the data are read.
    fn tensor(&self, name: &str) -> &[u8] {
        let info = self.header.info(name);
        let place = info.map(|info| info.data_offsets.0..info.data_offsets.1);
        place.and_then(|place| self.data.get(place)).unwrap_or_default()
    }
}
// ANCHOR_END: tensor_bytes

// ANCHOR: numbers
impl Opened {
    /// A tensor's numbers, each finite and no smaller than `min`.
    fn numbers(
        &self,
        name: &str,
        min: f64,
    ) -> Result<Vec<f64>, CheckpointError> {
        let (numbers, _) = self.tensor(name).as_chunks();
        let numbers = numbers.iter().map(|&bytes| {
            let number = f64::from_le_bytes(bytes);
            if number.is_finite() && number >= min {
                return Ok(number);
            }
            part(name, format!("holds the number {number:?}"))
        });
        numbers.collect()
    }

    /// A tensor's words.
    fn words(&self, name: &str) -> Vec<u32> {
        let (words, _) = self.tensor(name).as_chunks();
        words.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect()
    }
}
// ANCHOR_END: numbers

// ANCHOR: model
impl Opened {
    /// The model.
    fn model(&self, config: Config) -> Result<Gpt, CheckpointError> {
        let mut params = Vec::new();
        for (name, _) in config.layout().named() {
            params.extend(self.numbers(&name, f64::MIN)?);
        }
        let model = Gpt::from_params(config, params)?;
        Ok(model.ok_or(ConfigError::TooLarge(config))?)
    }
}
// ANCHOR_END: model

// ANCHOR: resume
impl Opened {
    /// The training of which the header tells.
    fn training(
        &self,
        plan: Plan,
    ) -> Result<Training<'static>, CheckpointError> {
        let Plan { step, schedule, seed, engine, documents, spare } = plan;
        let m = self.numbers("adam.m", f64::MIN)?;
        let v = self.numbers("adam.v", 0.0)?;
        let adam = Adam { steps: step, m, v, ..Adam::default() };
        let adam = Cow::Owned(adam);
        let chance = Chance::resume(self.words("generator"), spare);
        let Some(chance) = chance else {
            return part("generator", "is too short");
        };
        Ok(Training { seed, schedule, engine, documents, adam, chance })
    }
}
// ANCHOR_END: resume

// ANCHOR: read
impl Checkpoint<'static> {
    /// Reads a file of `length` bytes.
    ///
    /// It takes a small multiple of them as memory, for a header tens of times,
    /// and none for numbers that the header gives no place in a model.
    /// # Errors
    /// [`CheckpointError`] tells what is wrong with it.
    pub fn read(
        mut file: impl Read,
        length: u64,
    ) -> Result<Self, CheckpointError> {
        let mut opened = Opened::open(&mut file, length)?;
        let tokenizer = opened.tokenizer()?;
        let config = opened.config(tokenizer.vocab_size())?;
        let plan = opened.plan()?;
        opened.check(&config, plan.as_ref())?;
        let rest = opened.header.data_len() as u64;
        opened.data = Opened::bytes(&mut file, rest)?;
        let model = Cow::Owned(opened.model(config)?);
        let training = plan.map(|plan| opened.training(plan)).transpose()?;
        let tokenizer = Cow::Owned(tokenizer);
        Ok(Self { model, tokenizer, training })
    }
}
// ANCHOR_END: read

// ANCHOR: from_bytes
impl Checkpoint<'static> {
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
    /// let model = Gpt::new(config, &mut Chance::seeded(42));
    /// let saved = Checkpoint::of(&model, &tokenizer);
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
