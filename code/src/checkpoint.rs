// ANCHOR: checkpoint
//! Checkpoints: a model in a file, with what it takes to go on training it.

use std::collections::BTreeSet;
use std::io::Read;
use std::iter::zip;
use std::str::FromStr;

use safetensors::tensor::{Dtype, Metadata, TensorView};

use crate::adam::Adam;
use crate::chance::{Chance, Midway};
use crate::model::{Config, ConfigError, Gpt};
use crate::tokenizer::Tokenizer;
use crate::training::Schedule;

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

// ANCHOR: error
/// What can be wrong with a checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// It could not be read.
    #[error("cannot read: {0}")]
    Unreadable(std::io::Error),
    /// It does not begin as the format asks.
    #[error("it is no safetensors file: {0}")]
    Format(String),
    /// It is too short or too long for what its header tells.
    #[error("it should be {0} bytes long, and is {1}")]
    Length(u64, u64),
    /// Something that it must hold is not there.
    #[error("it has no `{0}`")]
    Missing(String),
    /// A tensor that no model of its sizes has.
    #[error("it has a tensor {0:?}, which a model of its sizes has not")]
    Surplus(String),
    /// An entry of its metadata makes no sense.
    #[error("its `{0}` cannot be {1:?}")]
    Entry(&'static str, String),
    /// A tensor has another kind of numbers, or another shape.
    #[error("its `{0}` is {1}, not {2}")]
    Shape(String, String, String),
    /// A tensor holds a number that it must not hold.
    #[error("its `{0}` holds the number {1}")]
    Number(String, f64),
    /// The sizes do not go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
}
// ANCHOR_END: error

// ANCHOR: tensor
/// A list of numbers as it stands in a file.
struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    /// Numbers with sign and fraction; all must be finite.
    fn numbers(
        name: &str,
        shape: &[usize],
        numbers: &[f64],
    ) -> Result<Self, CheckpointError> {
        let (name, shape) = (name.to_owned(), shape.to_vec());
        if let Some(number) = numbers.iter().find(|n| !n.is_finite()) {
            return Err(CheckpointError::Number(name, *number));
        }
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        Ok(Self { name, dtype: Dtype::F64, shape, bytes: bytes.collect() })
    }
}
// ANCHOR_END: tensor

// ANCHOR: tensors
impl Checkpoint {
    /// Everything that is a list of numbers.
    fn tensors(&self) -> Result<Vec<Tensor>, CheckpointError> {
        let (mut tensors, mut rest) = (Vec::new(), self.model.params());
        for (name, shape) in self.model.config().shapes() {
            let (numbers, others) = rest.split_at(shape.iter().product());
            tensors.push(Tensor::numbers(&name, &shape, numbers)?);
            rest = others;
        }
        if let Some(Training { adam, chance, .. }) = &self.training {
            for (name, moments) in [("adam.m", adam.m()), ("adam.v", adam.v())]
            {
                tensors.push(Tensor::numbers(name, &[moments.len()], moments)?);
            }
            let (words, _) = chance.state();
            tensors.push(Tensor {
                name: "generator".to_owned(),
                dtype: Dtype::U32,
                shape: vec![words.len()],
                bytes: words
                    .iter()
                    .flat_map(|word| word.to_le_bytes())
                    .collect(),
            });
        }
        Ok(tensors)
    }
}
// ANCHOR_END: tensors

// ANCHOR: entries
impl Checkpoint {
    /// Everything else, as pairs of a name and a text.
    fn entries(&self) -> Vec<(&'static str, String)> {
        let config = self.model.config();
        let mut entries = vec![
            ("n_embd", config.n_embd.to_string()),
            ("n_layer", config.n_layer.to_string()),
            ("n_head", config.n_head.to_string()),
            ("block_size", config.block_size.to_string()),
            ("alphabet", self.tokenizer.alphabet()),
        ];
        if let Some(training) = &self.training {
            let schedule = &training.schedule;
            entries.extend([
                ("step", training.adam.steps().to_string()),
                ("steps", schedule.steps.to_string()),
                ("batch", schedule.batch.to_string()),
                ("learning_rate", schedule.learning_rate.to_string()),
                ("seed", training.seed.to_string()),
                ("engine", training.engine.clone()),
                ("documents", training.documents.to_string()),
            ]);
            let spare = training.chance.state().1;
            entries.extend(spare.map(|spare| ("spare", spare.to_string())));
        }
        entries
    }
}
// ANCHOR_END: entries

// ANCHOR: to_bytes
/// The longest header that is read: 16 MiB, for tens of thousands of layers.
const LONGEST_HEADER: u64 = 1 << 24;

fn format(error: &impl ToString) -> CheckpointError {
    CheckpointError::Format(error.to_string())
}

impl Checkpoint {
    /// The file, in the format safetensors.
    ///
    /// # Errors
    /// [`CheckpointError::Number`] if a weight is not finite: what has failed
    /// must not take the place of a good file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let tensors = self.tensors()?;
        let views = tensors.iter().map(|tensor| {
            let Tensor { name, dtype, shape, bytes } = tensor;
            Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?))
        });
        let views: Result<Vec<_>, safetensors::SafeTensorError> =
            views.collect();
        let entries = self.entries().into_iter();
        let entries = entries.map(|(name, text)| (name.to_owned(), text));
        let views = views.map_err(|error| format(&error))?;
        safetensors::serialize(views, Some(entries.collect()))
            .map_err(|error| format(&error))
    }
}
// ANCHOR_END: to_bytes

// ANCHOR: file
/// A file whose header has been read and believed.
struct File {
    header: Metadata,
    data: Vec<u8>,
}

impl File {
    /// Reads as many bytes as there should be.
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

// ANCHOR: open
impl File {
    /// Reads a file of so many bytes, the header first.
    fn open(
        file: &mut impl Read,
        length: u64,
    ) -> Result<Self, CheckpointError> {
        if length < 8 {
            return Err(format(&"it has fewer than 8 bytes"));
        }
        let mut first = [0; 8];
        let read = file.read_exact(&mut first);
        read.map_err(CheckpointError::Unreadable)?;
        let header_length = u64::from_le_bytes(first);
        if header_length > LONGEST_HEADER.min(length - 8) {
            let message = format!("a header of {header_length} bytes");
            return Err(CheckpointError::Format(message));
        }
        let header = Self::bytes(file, header_length)?;
        let header: Metadata =
            serde_json::from_slice(&header).map_err(|error| format(&error))?;
        let rest = header.data_len() as u64;
        let whole = rest.saturating_add(8 + header_length);
        if whole != length {
            return Err(CheckpointError::Length(whole, length));
        }
        Ok(Self { header, data: Self::bytes(file, rest)? })
    }
}
// ANCHOR_END: open

// ANCHOR: entry
/// The beginning of a text that may be long.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

impl File {
    /// An entry of the metadata, if it is there.
    fn find<T: FromStr>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, CheckpointError> {
        let entries = self.header.metadata().as_ref();
        let Some(text) = entries.and_then(|entries| entries.get(name)) else {
            return Ok(None);
        };
        let error = |_| CheckpointError::Entry(name, short(text));
        text.parse().map(Some).map_err(error)
    }

    /// An entry of the metadata that must be there.
    fn entry<T: FromStr>(
        &self,
        name: &'static str,
    ) -> Result<T, CheckpointError> {
        self.find(name)?.ok_or(CheckpointError::Missing(name.to_owned()))
    }
}
// ANCHOR_END: entry

// ANCHOR: tensor_bytes
impl File {
    /// A tensor's bytes, if it has the kind and the shape that it must have.
    fn tensor(
        &self,
        name: &str,
        dtype: Dtype,
        shape: &[usize],
    ) -> Result<&[u8], CheckpointError> {
        let info = self.header.info(name);
        let missing = || CheckpointError::Missing(name.to_owned());
        let info = info.ok_or_else(missing)?;
        if info.dtype != dtype || info.shape != shape {
            let found = short(&format!("{:?} {:?}", info.dtype, info.shape));
            let expected = format!("{dtype:?} {shape:?}");
            return Err(CheckpointError::Shape(name.into(), found, expected));
        }
        let (start, end) = info.data_offsets;
        self.data.get(start..end).ok_or_else(missing)
    }
}
// ANCHOR_END: tensor_bytes

// ANCHOR: numbers
impl File {
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
            Err(CheckpointError::Number(name.to_owned(), number))
        });
        numbers.collect()
    }

    /// A tensor's 624 words.
    fn words(&self, name: &str) -> Result<Vec<u32>, CheckpointError> {
        let (words, _) = self.tensor(name, Dtype::U32, &[624])?.as_chunks();
        Ok(words.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect())
    }
}
// ANCHOR_END: numbers

// ANCHOR: tokenizer
impl File {
    /// The tokenizer: its alphabet must be sorted, or ids would change.
    fn tokenizer(&self) -> Result<Tokenizer, CheckpointError> {
        let alphabet: String = self.entry("alphabet")?;
        let mut pairs = zip(alphabet.chars(), alphabet.chars().skip(1));
        if pairs.any(|(one, next)| one >= next) {
            return Err(CheckpointError::Entry("alphabet", short(&alphabet)));
        }
        Ok(Tokenizer::new(&[&alphabet]))
    }

    /// The sizes, which the file must be large enough for.
    fn config(&self, tokenizer: &Tokenizer) -> Result<Config, CheckpointError> {
        let config = Config {
            vocab_size: tokenizer.vocab_size(),
            n_embd: self.entry("n_embd")?,
            n_layer: self.entry("n_layer")?,
            n_head: self.entry("n_head")?,
            block_size: self.entry("block_size")?,
        };
        config.check()?;
        let bytes = config.num_params().and_then(|n| n.checked_mul(8));
        match bytes {
            Some(bytes) if bytes <= self.data.len() => Ok(config),
            _ => Err(ConfigError::TooLarge(config).into()),
        }
    }
}
// ANCHOR_END: config

// ANCHOR: schedule
impl File {
    /// An entry that is a number which passes a check.
    fn checked<T: FromStr + ToString>(
        &self,
        name: &'static str,
        check: impl Fn(&T) -> bool,
    ) -> Result<T, CheckpointError> {
        let number: T = self.entry(name)?;
        if check(&number) {
            return Ok(number);
        }
        Err(CheckpointError::Entry(name, number.to_string()))
    }

    fn schedule(&self) -> Result<Schedule, CheckpointError> {
        let rate = |rate: &f64| (0.0..=f64::MAX).contains(rate);
        Ok(Schedule {
            steps: self.checked("steps", |&steps| steps > 0)?,
            batch: self.checked("batch", |&batch| batch > 0)?,
            learning_rate: self.checked("learning_rate", rate)?,
        })
    }
}
// ANCHOR_END: schedule

// ANCHOR: restore
impl File {
    /// The training, if the file is of one: then it has a `step`.
    fn training(
        &self,
        params: usize,
    ) -> Result<Option<Training>, CheckpointError> {
        if self.find::<String>("step")?.is_none() {
            return Ok(None);
        }
        let schedule = self.schedule()?;
        let step = self.checked("step", |&step| step <= schedule.steps)?;
        // no step has made no means yet
        let shape = [if step == 0 { 0 } else { params }];
        let m = self.numbers("adam.m", &shape, f64::MIN)?;
        let v = self.numbers("adam.v", &shape, 0.0)?;
        let spare = match self.find::<f64>("spare")? {
            Some(_) => Some(self.checked("spare", |n: &f64| n.is_finite())?),
            None => None,
        };
        let missing = || CheckpointError::Missing("generator".to_owned());
        let chance = Chance::resume(self.words("generator")?, spare);
        Ok(Some(Training {
            seed: self.entry("seed")?,
            schedule,
            engine: self.entry("engine")?,
            documents: self.entry("documents")?,
            adam: Adam::resume(step, m, v),
            chance: chance.ok_or_else(missing)?,
        }))
    }
}
// ANCHOR_END: restore

// ANCHOR: read
impl Checkpoint {
    /// Reads a file of `length` bytes.
    ///
    /// No more memory is taken than a small multiple of what the file has.
    ///
    /// # Errors
    /// [`CheckpointError`] tells what is wrong with it.
    pub fn read(
        mut file: impl Read,
        length: u64,
    ) -> Result<Self, CheckpointError> {
        let file = File::open(&mut file, length)?;
        let tokenizer = file.tokenizer()?;
        let config = file.config(&tokenizer)?;
        let mut params = Vec::new();
        let mut names = BTreeSet::new();
        for (name, shape) in config.shapes() {
            params.extend(file.numbers(&name, &shape, f64::MIN)?);
            names.insert(name);
        }
        let training = file.training(params.len())?;
        if training.is_some() {
            names.extend(["adam.m", "adam.v", "generator"].map(String::from));
        }
        let mut all = file.header.offset_keys().into_iter();
        if let Some(other) = all.find(|name| !names.contains(name)) {
            return Err(CheckpointError::Surplus(short(&other)));
        }
        let model = Gpt::from_params(config, params)?;
        let model = model.ok_or(ConfigError::TooLarge(config))?;
        Ok(Self { model, tokenizer, training })
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
