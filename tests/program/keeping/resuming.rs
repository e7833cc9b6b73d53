//! What is kept in a file, and what can be done with it.

use std::borrow::Cow;

use super::*;

/// So many that a reader can stop it: a pipe holds some 1,500 lines.
const STEPS: usize = 4_000;

const SMALL: [&str; 6] =
    ["--data", "names.txt", "--n-embd", "8", "--steps", "4000"];

/// Stops a training with Ctrl-C once it has told a step; returns the steps in
/// the file.
fn stop_at(place: &Place, step: usize, words: &[&str]) -> Result<usize> {
    let words = [words, &["--json", "--save", "part"]].concat();
    let mut command = place.command_by(&DEFAULT_SIGNALS, &words);
    let mut worker = Worker::start(command.stderr(Stdio::null()))?;
    worker.reach(step)?;
    worker.signal("-INT")?;
    worker.rest()?;
    assert_eq!(worker.wait(60)?.code(), Some(130), "{words:?}");
    let taken = steps_in(&place.path("part"))?;
    assert!((step..STEPS).contains(&taken), "{taken}");
    Ok(taken)
}

#[test]
fn a_resumed_run_is_the_run_that_never_stopped() -> Result<()> {
    let place = Place::new()?;
    let resume = ["--resume", "part", "--data", "names.txt"];
    let plans: [(&[&str], &[&str]); 4] = [
        (&[], &[]),
        (&["--engine", "tape", "--seed", "5"], &[]),
        (&["--batch", "3", "--learning-rate", "0.03"], &["--threads", "2"]),
        (&["--batch", "3", "--engine", "tape", "--n-layer", "2"], &[]),
    ];
    for (plan, more) in plans {
        let plan = [&SMALL, plan].concat();
        let words = [&plan[..], &["--json", "--save", "whole"]].concat();
        let whole = place.succeeds(&words)?.stdout;
        let first = stop_at(&place, 1, &plan)?;
        let again = [&resume[..], more].concat();
        let taken = stop_at(&place, first + 1, &again)?;
        let words = [&again[..], &["--json", "--save", "again"]].concat();
        let rest = place.succeeds(&words)?.stdout;
        let (counts, rest) = rest.split_once('\n').context("no line")?;
        let lines: Vec<&str> = whole.lines().collect();
        assert_eq!(counts, lines[0]);
        let rest: Vec<&str> = rest.lines().collect();
        assert_eq!(rest, lines[1 + taken..], "{plan:?} from {taken}");
        let files = ["whole", "again"].map(|file| place.path(file));
        // In words: which entry of a header comes first is up to chance.
        let [whole, again] = files.map(|file| {
            let checkpoint = load(&file)?;
            Ok::<_, anyhow::Error>(format!("{checkpoint:?}"))
        });
        assert!(whole? == again?, "{plan:?} from {taken}: another file");
    }
    Ok(())
}

#[test]
fn all_names_of_a_training_can_be_had_again_from_its_file() -> Result<()> {
    let place = Place::new()?;
    for engine in ["fast", "tape"] {
        let words = ["--steps", "200", "--engine", engine, "--save", "m"];
        let run = place.succeeds(&words)?;
        let names = names_of(&run.stdout);
        assert_eq!(names.len(), 20);
        let again = place.succeeds(&["generate", "--model", "m"])?;
        assert_eq!(names_of(&again.stdout), names);
        assert_eq!(again.stdout.lines().count(), 20);
        // Nothing is left to learn: it goes on with the names at once.
        let again = place.succeeds(&["--resume", "m", "--json"])?;
        assert_eq!(again.stdout.lines().count(), 21);
        let again = place.succeeds(&["--resume", "m", "--quiet"])?;
        assert_eq!(again.stdout, names.join("\n") + "\n");
        let words = ["generate", "--model", "m", "--count", "3", "--json"];
        let lines = place.succeeds(&words)?.stdout;
        for (line, name) in lines.lines().zip(&names) {
            let line: Value = serde_json::from_str(line)?;
            let text = line["text"].as_str().context("no text")?;
            assert_eq!(
                format!(
                    "sample {:2}: {text}",
                    line["sample"].as_u64().context("")?
                ),
                *name
            );
        }
        let words = ["generate", "--model", "m", "--count", "0"];
        assert_eq!(place.succeeds(&words)?.stdout, "");
    }
    Ok(())
}

#[test]
fn a_seed_and_a_prompt_and_a_temperature_change_the_names() -> Result<()> {
    let place = Place::new()?;
    place.succeeds(&["--steps", "200", "--save", "m"])?;
    let generate = |words: &[&str]| {
        let words = [&["generate", "--model", "m"], words].concat();
        Ok::<_, anyhow::Error>(place.succeeds(&words)?.stdout)
    };
    let plain = generate(&[])?;
    let seven = generate(&["--seed", "7"])?;
    assert_ne!(seven, plain);
    assert_eq!(generate(&["--seed", "7"])?, seven);
    assert_ne!(generate(&["--temperature", "2"])?, plain);
    assert_eq!(generate(&["--temperature", "0.5"])?, plain);
    assert_eq!(generate(&["--prompt", ""])?, plain);
    for prompt in ["mar", "abcdefghijklmnop"] {
        for line in generate(&["--prompt", prompt])?.lines() {
            let (_, name) = line.split_once(": ").context("no name")?;
            assert!(name.starts_with(prompt), "{name}");
            assert!(name.len() <= 16, "{name}");
        }
    }
    let generate = ["generate", "--model", "m", "--prompt"];
    for (prompt, code, says) in [
        ("abcdefghijklmnopq", USAGE, &["17", "16"][..]),
        ("zoë", USAGE, &["zoë", "ë"]),
        ("M", USAGE, &["M", "alphabet"]),
        (" m", USAGE, &["' '", "alphabet"]),
    ] {
        place.refuses(code, &[&generate[..], &[prompt]].concat(), says)?;
    }
    for words in [["--seed", "-1"], ["--count", "1.5"], ["--temperature", "0"]]
    {
        let words = [&generate[..3], &words].concat();
        place.refuses(USAGE, &words, &[words[3], words[4]])?;
    }
    place.refuses(USAGE, &["generate"], &["--model"])
}

#[test]
fn a_saved_model_judges_as_the_trained_one_does() -> Result<()> {
    let place = Place::new()?;
    let documents = ["emma", "xqzzv", "abcdefghijklmnopqrst"];
    for form in [&[][..], &["--quiet"], &["--json"]] {
        let words = ["loss", "--steps", "50", "--save", "m"];
        let words = [&words[..], form, &documents].concat();
        let trained = place.succeeds(&words)?.stdout;
        let words = [&["loss", "--model", "m"], form, &documents].concat();
        let saved = place.succeeds(&words)?.stdout;
        // A training tells its steps before.
        assert!(trained.ends_with(&saved), "{trained}{saved}");
        assert!(saved.contains("xqzzv"));
    }
    let loss = ["loss", "--model", "m"];
    place.refuses(USAGE, &[&loss[..], &["em3ma"]].concat(), &["em3ma", "3"])?;
    place.refuses(USAGE, &loss, &["DOC"])?;
    place.refuses(USAGE, &[&loss[..], &[" "]].concat(), &["' '"])?;
    for option in ["--steps", "--seed", "--save", "--losses", "--n-embd"] {
        let words = [&loss[..], &[option, "3", "emma"]].concat();
        place.refuses(USAGE, &words, &[option, "--model"])?;
    }
    Ok(())
}

#[test]
fn it_is_saved_after_each_so_many_steps_and_at_the_end() -> Result<()> {
    let place = Place::new()?;
    let words = ["--json", "--save", "m", "--save-every", "1000"];
    let mut worker =
        Worker::start(&mut place.command(&[&SMALL[..], &words].concat()))?;
    worker.reach(1_001)?;
    // The pipe is full by now, and it cannot be at the end.
    let taken = steps_in(&place.path("m"))?;
    assert!([1_000, 2_000, 3_000].contains(&taken), "{taken}");
    worker.rest()?;
    assert!(worker.wait(60)?.success());
    assert_eq!(steps_in(&place.path("m"))?, STEPS);
    place.train(&["--save", "m", "--save-every", "2"])?;
    assert_eq!(steps_in(&place.path("m"))?, 3);
    place.refuses(USAGE, &["--save-every", "2"], &["--save"])?;
    place.refuses(USAGE, &["--save", "m", "--save-every", "0"], &["0"])
}

#[test]
fn a_training_goes_on_only_with_what_belongs_to_it() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--data", "names.txt", "--save", "m"])?;
    place.write("other.txt", "emma\nava\nolivia\nmia\n")?;
    let resume = ["--resume", "m", "--data", "names.txt"];
    for (data, says) in [("other.txt", "other.txt"), ("m", "UTF-8")] {
        let words = ["--resume", "m", "--data", data, "--save", "m"];
        place.refuses(FAILURE, &words, &["m: ", says])?;
    }
    place.refuses(FAILURE, &["--resume", "m"], &["m: ", "documents"])?;
    let words = [&resume[..], &["--steps", "2"]].concat();
    place.refuses(USAGE, &words, &["m: ", "3", "2"])?;
    for option in [
        "--batch",
        "--learning-rate",
        "--engine",
        "--seed",
        "--n-embd",
        "--n-layer",
        "--n-head",
        "--block-size",
    ] {
        let value = if option == "--engine" { "fast" } else { "1" };
        let words = [&resume[..], &[option, value]].concat();
        place.refuses(USAGE, &words, &[option, "--resume"])?;
    }
    let tape = ["--data", "names.txt", "--engine", "tape", "--save", "tape"];
    place.train(&tape)?;
    let words = ["--data", "names.txt", "--resume", "tape", "--threads", "2"];
    place.refuses(USAGE, &words, &["tape", "2"])
}

#[test]
fn a_file_that_holds_what_cannot_be_learned_with_is_refused() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--data", "names.txt", "--save", "m"])?;
    let good = load(&place.path("m"))?;
    let resume = ["--resume", "odd", "--data", "names.txt"];
    let mut odd = good.clone();
    odd.training = None;
    place.write("odd", odd.to_bytes()?)?;
    place.refuses(FAILURE, &resume, &["odd: ", "no training"])?;
    place.succeeds(&["generate", "--model", "odd"])?;
    place.succeeds(&["loss", "--model", "odd", "emma"])?;
    for engine in ["steam", "", "Fast", "a\nb\u{1b}[31m"] {
        let mut odd = good.clone();
        odd.training.as_mut().context("none")?.engine = engine.into();
        place.write("odd", odd.to_bytes()?)?;
        place.refuses(FAILURE, &resume, &["odd: ", "engine"])?;
    }
    let mut odd = good.clone();
    odd.training.as_mut().context("none")?.schedule.batch = 5;
    place.write("odd", odd.to_bytes()?)?;
    place.refuses(USAGE, &resume, &["5", "4"])?;
    // An alphabet of another file of as many letters.
    let mut odd = good.clone();
    let alphabet = microgpt::tokenizer::Tokenizer::new(&["αβγδεζη"]);
    odd.tokenizer = Cow::Owned(alphabet);
    if odd.tokenizer.vocab_size() == good.tokenizer.vocab_size() {
        place.write("odd", odd.to_bytes()?)?;
        place.refuses(FAILURE, &resume, &["odd: ", "documents other"])?;
    }
    // One that is far along goes on for its last step.
    let mut far = good;
    let training = far.training.as_mut().context("none")?;
    training.schedule.steps = usize::MAX;
    training.adam.to_mut().steps = usize::MAX - 1;
    place.write("far", far.to_bytes()?)?;
    let words = ["--resume", "far", "--data", "names.txt", "--json"];
    let run = place.succeeds(&words)?;
    let steps = steps_of(&run.stdout)?;
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert_eq!(steps[0].0, usize::MAX);
    Ok(())
}

#[test]
fn a_training_can_be_prolonged() -> Result<()> {
    let place = Place::new()?;
    let data = ["--data", "names.txt"];
    place.train(&[&data[..], &["--save", "m"]].concat())?;
    let more = ["--resume", "m", "--steps", "10", "--save", "m", "--json"];
    let run = place.succeeds(&[&data[..], &more].concat())?;
    let steps = steps_of(&run.stdout)?;
    let numbers: Vec<usize> = steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(steps_in(&place.path("m"))?, 10);
    // The file knows the new end.
    let run =
        place.succeeds(&[&data[..], &["--resume", "m", "--json"]].concat())?;
    assert_eq!(steps_of(&run.stdout)?, []);
    Ok(())
}
