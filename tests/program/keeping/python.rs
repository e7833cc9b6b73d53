//! A file in Python's hands: `PYTHON` names the Python, `REQUIRE_PYTHON` lets
//! nothing be skipped.

use super::*;

/// A Python that has what it takes.
fn python() -> Result<Option<String>> {
    let python = std::env::var("PYTHON").unwrap_or("python3".into());
    let ask = "import numpy, safetensors.numpy";
    let mut command = Command::new(&python);
    let output = command.args(["-c", ask]).output();
    if output.is_ok_and(|output| output.status.success()) {
        return Ok(Some(python));
    }
    let required = std::env::var_os("REQUIRE_PYTHON").is_some();
    ensure!(!required, "{python} has not both numpy and safetensors");
    skip("files in Python", "no Python with numpy and safetensors");
    Ok(None)
}

/// Runs a script in a place; it must succeed.
fn script(place: &Place, python: &str, text: &str) -> Result<String> {
    place.write("script.py", text)?;
    let mut command = Command::new(python);
    command.arg("script.py").current_dir(place.path(""));
    let run = Run::try_from(command.output()?)?;
    ensure!(run.code == Some(0), "{run:?}");
    Ok(run.stdout)
}

fn bytes(numbers: &[f64]) -> impl Iterator<Item = u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes())
}

fn hex(bytes: impl Iterator<Item = u8>) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16);
    bytes.flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
}

#[test]
fn python_reads_what_was_saved_bit_for_bit() -> Result<()> {
    let Some(python) = python()? else {
        return Ok(());
    };
    let place = Place::new()?;
    place.succeeds(&["--steps", "20", "--n-layer", "2", "--save", "m"])?;
    let text = "\
from safetensors import safe_open
from safetensors.numpy import load_file

for name, array in sorted(load_file('m').items()):
    words = array.astype('<' + array.dtype.str[1:]).tobytes().hex()
    print(name, array.dtype, *array.shape, words)
with safe_open('m', framework='np') as file:
    for name, text in sorted(file.metadata().items()):
        print('entry', name, text)
";
    let told = script(&place, &python, text)?;
    let checkpoint = load(&place.path("m"))?;
    let training = checkpoint.training.as_ref().context("no training")?;
    let mut wanted = Vec::new();
    let params = checkpoint.model.params();
    for (name, place) in checkpoint.model.config().layout().named() {
        let (rows, columns) = (place.rows, place.columns);
        let numbers = hex(bytes(&params[place.range()]));
        wanted.push(format!("{name} float64 {rows} {columns} {numbers}"));
    }
    let adam = &training.adam;
    for (name, numbers) in [("adam.m", &adam.m), ("adam.v", &adam.v)] {
        let (count, numbers) = (numbers.len(), hex(bytes(numbers)));
        wanted.push(format!("{name} float64 {count} {numbers}"));
    }
    let words = training.chance.state().0.into_iter();
    let words = hex(words.flat_map(u32::to_le_bytes));
    wanted.push(format!("generator uint32 624 {words}"));
    for (name, value) in [
        ("n_embd", "16"),
        ("n_layer", "2"),
        ("n_head", "4"),
        ("block_size", "16"),
        ("alphabet", "abcdefghijklmnopqrstuvwxyz"),
        ("step", "20"),
        ("steps", "20"),
        ("batch", "1"),
        ("learning_rate", "0.01"),
        ("seed", "42"),
        ("engine", "fast"),
        ("documents", &training.documents.to_string()),
    ] {
        wanted.push(format!("entry {name} {value}"));
    }
    let mut told: Vec<&str> = told.lines().collect();
    told.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    Ok(())
}

#[test]
fn what_python_writes_babbles_and_judges_here() -> Result<()> {
    let Some(python) = python()? else {
        return Ok(());
    };
    let place = Place::new()?;
    place.succeeds(&["--steps", "200", "--save", "m"])?;
    let text = "\
import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

sizes = ['n_embd', 'n_layer', 'n_head', 'block_size', 'alphabet']
with safe_open('m', framework='np') as file:
    known = {name: file.metadata()[name] for name in sizes}
arrays = load_file('m')
arrays = {name: arrays[name] for name in arrays
          if name.startswith(('w', 'l'))}
save_file(arrays, 'python', known)
save_file(arrays, 'bare')
halves = {name: array.astype(numpy.float32) for name, array in arrays.items()}
save_file(halves, 'single', known)
arrays['wte'][3, 4] = numpy.nan
save_file(arrays, 'nan', known)
";
    script(&place, &python, text)?;
    for words in [
        &["generate", "--seed", "5", "--model"][..],
        &["generate", "--seed", "6", "--prompt", "mar", "--model"],
        &["loss", "emma", "xqzzv", "--json", "--model"],
    ] {
        let [ours, theirs] = ["m", "python"].map(|file| {
            Ok::<_, anyhow::Error>(
                place.succeeds(&[words, &[file]].concat())?.stdout,
            )
        });
        assert_eq!(theirs?, ours?);
    }
    let words = ["--resume", "python"];
    place.refuses(FAILURE, &words, &["python: ", "no training"])?;
    for (file, says) in [
        ("bare", "`alphabet` is missing"),
        ("single", "`wte` is F32 [27, 16], not F64 [27, 16]"),
        ("nan", "`wte` holds the number NaN"),
    ] {
        let words = ["generate", "--model", file];
        place.refuses(FAILURE, &words, &[file, says])?;
    }
    Ok(())
}
