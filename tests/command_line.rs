//! The command line, as a person meets it: what it refuses and how, and what
//! it does with unusual but good input.

mod hostile;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::Result;
use checks::root;
use tempfile::TempDir;

/// The program. `cargo test` builds no binary of another package, so this
/// has cargo do it, as `cargo build` would.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let target = target.unwrap_or(Path::new("target"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--workspace", "--bin", "microgpt"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(root())
        .env_remove("RUSTC")
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    let name = format!("microgpt{}", std::env::consts::EXE_SUFFIX);
    target.join("debug").join(name)
});

/// A folder with a few files, in which the program runs.
struct Place {
    folder: TempDir,
}

/// What the program did.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Place {
    /// Has `names.txt`, a few names of one alphabet.
    fn new() -> Result<Self> {
        let place = Self { folder: tempfile::tempdir()? };
        place.write("names.txt", "emma\nolivia\nava\nmia\n")?;
        Ok(place)
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) -> Result<()> {
        Ok(fs::write(self.folder.path().join(file), text)?)
    }

    fn read(&self, file: &str) -> Result<String> {
        Ok(fs::read_to_string(self.folder.path().join(file))?)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&*PROGRAM);
        command.args(words).current_dir(self.folder.path());
        command
    }

    fn run(&self, words: &[&str]) -> Result<Run> {
        let output = self.command(words).output()?;
        Ok(Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout)?,
            stderr: String::from_utf8(output.stderr)?,
        })
    }

    /// Trains for a few steps; nothing may go wrong.
    fn train(&self, words: &[&str]) -> Result<Run> {
        let run = self.run(&[&["train", "--steps", "3"], words].concat())?;
        assert_eq!(run.code, Some(0), "{words:?}: {run:?}");
        Ok(run)
    }

    /// The program must refuse: one line on stderr that has `says` in it,
    /// nothing on stdout, and no file that was not there before.
    fn refuses(&self, code: i32, words: &[&str], says: &[&str]) -> Result<()> {
        let before = fs::read_dir(&self.folder)?.count();
        let run = self.run(words)?;
        assert_eq!(run.code, Some(code), "{words:?}: {run:?}");
        assert_eq!(run.stdout, "", "{words:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{words:?}: {}", run.stderr);
        for part in says {
            let found = run.stderr.contains(part);
            assert!(found, "{words:?}: no `{part}` in {}", run.stderr);
        }
        assert_eq!(fs::read_dir(&self.folder)?.count(), before, "{words:?}");
        Ok(())
    }
}

/// Wrong usage.
const USAGE: i32 = 2;
/// Anything else that goes wrong.
const FAILURE: i32 = 1;

#[test]
fn a_data_file_that_cannot_be_used_is_named() -> Result<()> {
    let place = Place::new()?;
    place.write("broken.txt", b"emma\nol\xffivia\n")?;
    place.write("empty.txt", "")?;
    place.write("blank.txt", "\n  \n\t\r\n")?;
    fs::create_dir(place.folder.path().join("folder"))?;
    let cases: [(&str, &[&str]); 5] = [
        ("missing.txt", &["missing.txt"]),
        ("folder", &["folder"]),
        ("broken.txt", &["broken.txt", "line 2", "UTF-8"]),
        ("empty.txt", &["empty.txt"]),
        ("blank.txt", &["blank.txt"]),
    ];
    for (file, says) in cases {
        let words = ["--data", file, "--losses", "losses.txt"];
        place.refuses(FAILURE, &words, says)?;
        place.refuses(FAILURE, &[&["train"], &words[..]].concat(), says)?;
        place.refuses(FAILURE, &["loss", "--data", file, "emma"], says)?;
    }
    Ok(())
}

#[test]
fn a_value_out_of_range_is_named() -> Result<()> {
    let place = Place::new()?;
    let cases = [
        ("--steps", "0"),
        ("--steps", "many"),
        ("--seed", "18446744073709551616"),
        ("--n-embd", "0"),
        ("--n-layer", "0"),
        ("--n-head", "0"),
        ("--n-head", "5"),
        ("--n-embd", "18"),
        ("--block-size", "0"),
        ("--n-embd", "1000000000"),
        ("--n-embd", "1000000"),
        ("--n-layer", "99999999999"),
        ("--block-size", "18446744073709551615"),
        ("--n-embd", "18446744073709551612"),
        ("--n-embd", "99999999999999999999"),
        ("--temperature", "0"),
        ("--temperature", "NaN"),
        ("--temperature", "inf"),
        ("--temperature", "warm"),
        ("--learning-rate", "NaN"),
        ("--learning-rate", "inf"),
        ("--learning-rate", "fast"),
        ("--samples", "1.5"),
    ];
    for (option, value) in cases {
        let words = ["--losses", "losses.txt", option, value];
        place.refuses(USAGE, &words, &[value])?;
        let words =
            ["train", "--data", "names.txt", &format!("{option}={value}")];
        place.refuses(USAGE, &words, &[value])?;
    }
    Ok(())
}

#[test]
fn a_negative_number_is_a_value_and_no_option() -> Result<()> {
    let place = Place::new()?;
    let cases = [
        ("--steps", "-1"),
        ("--seed", "-1"),
        ("--n-layer", "-1"),
        ("--learning-rate", "-0.01"),
        ("--temperature", "-0.0"),
        ("--temperature", "-1"),
        ("--samples", "-1"),
    ];
    for (option, value) in cases {
        place.refuses(USAGE, &[option, value], &[option, value])?;
        let word = format!("{option}={value}");
        place.refuses(USAGE, &["loss", &word, "emma"], &[option, value])?;
    }
    Ok(())
}

#[test]
fn wrong_usage_is_told_in_one_line() -> Result<()> {
    let place = Place::new()?;
    let cases: [(&[&str], &str); 6] = [
        (&["--stepps", "3"], "--stepps"),
        (&["dance"], "dance"),
        (&["train", "emma"], "emma"),
        (&["--steps"], "--steps"),
        (&["loss"], "DOC"),
        (&["--seed", "1", "--seed", "2"], "--seed"),
    ];
    for (words, says) in cases {
        place.refuses(USAGE, words, &[says])?;
    }
    Ok(())
}

#[test]
fn a_document_that_cannot_be_measured_is_named_before_training() -> Result<()> {
    let place = Place::new()?;
    let loss = ["loss", "--data", "names.txt", "--losses", "losses.txt"];
    place.refuses(
        FAILURE,
        &[&loss[..], &["em3ma"]].concat(),
        &["3", "em3ma"],
    )?;
    let words = [&loss[..], &["emma", "zoë"]].concat();
    place.refuses(FAILURE, &words, &["ë", "zoë"])?;
    place.refuses(USAGE, &[&loss[..], &["emma", ""]].concat(), &["''"])?;
    place.refuses(USAGE, &[&loss[..], &["emma", " "]].concat(), &["' '"])?;
    Ok(())
}

#[test]
fn a_batch_of_more_than_the_documents_is_named() -> Result<()> {
    let place = Place::new()?;
    for batch in ["5", "18446744073709551615"] {
        let words = ["--data", "names.txt", "--batch", batch];
        place.refuses(USAGE, &words, &[batch, "4"])?;
    }
    place.train(&["--data", "names.txt", "--batch", "4"])?;
    Ok(())
}

#[test]
fn any_number_of_threads_gives_the_same_run() -> Result<()> {
    let place = Place::new()?;
    let words = ["--batch", "33", "--threads"];
    let one = place.train(&[&words[..], &["1"]].concat())?.stdout;
    for threads in ["2", "1000", "18446744073709551615"] {
        let many = place.train(&[&words[..], &[threads]].concat())?;
        assert_eq!(many.stdout, one, "{threads}");
    }
    let words = ["--engine", "tape", "--threads", "2"];
    place.refuses(USAGE, &words, &["2"])
}

#[test]
fn both_engines_print_the_same() -> Result<()> {
    let place = Place::new()?;
    let fast = place.train(&["--batch", "30"])?;
    let tape = place.train(&["--batch", "30", "--engine", "tape"])?;
    assert_eq!(tape.stdout, fast.stdout);
    Ok(())
}

#[test]
fn losses_that_cannot_be_written_are_told_before_training() -> Result<()> {
    let place = Place::new()?;
    fs::create_dir(place.folder.path().join("folder"))?;
    let missing = Path::new("missing").join("losses.txt");
    // Training so long would not end.
    let words = ["--steps", "1000000000", "--losses"];
    for file in ["folder", &missing.to_string_lossy()] {
        place.refuses(FAILURE, &[&words[..], &[file]].concat(), &[file])?;
    }
    let separated = format!("new{}", std::path::MAIN_SEPARATOR);
    place.refuses(FAILURE, &[&words[..], &[&separated]].concat(), &["new"])?;
    place.refuses(USAGE, &[&words[..], &[""]].concat(), &["--losses"])
}

#[test]
fn losses_never_replace_a_file_that_was_not_named_for_them() -> Result<()> {
    let place = Place::new()?;
    let words = ["--data", "names.txt", "--losses", "names.txt"];
    place.refuses(FAILURE, &words, &["names.txt", "data file"])?;
    place.write("losses.txt.partial", "mine\n")?;
    let words = ["--steps", "3", "--losses", "losses.txt"];
    place.refuses(FAILURE, &words, &["losses.txt.partial"])?;
    assert_eq!(place.read("losses.txt.partial")?, "mine\n");
    Ok(())
}

#[cfg(unix)]
#[test]
fn losses_keep_the_permissions_and_follow_the_link() -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let place = Place::new()?;
    place.write("losses.txt", "old\n")?;
    let file = place.folder.path().join("losses.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    symlink("losses.txt", place.folder.path().join("link"))?;
    place.train(&["--losses", "link"])?;
    assert_eq!(place.read("losses.txt")?.lines().count(), 3);
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    let link = fs::symlink_metadata(place.folder.path().join("link"))?;
    assert!(link.is_symlink());
    Ok(())
}

#[test]
fn training_that_fails_says_so_and_writes_no_losses() -> Result<()> {
    let place = Place::new()?;
    let words = ["--learning-rate", "1e300", "--losses", "losses.txt"];
    for steps in ["2", "1000"] {
        let words = [&["loss", "--steps", steps], &words[..], &["emma"]];
        place.refuses(FAILURE, &words.concat(), &["step", "1e300"])?;
    }
    Ok(())
}

#[test]
fn a_line_may_end_in_a_carriage_return_alone() -> Result<()> {
    let place = Place::new()?;
    place.write("old.txt", b"emma\rava\r\nmia\rol\xffivia\r")?;
    place.refuses(FAILURE, &["--data", "old.txt"], &["old.txt", "line 4"])?;
    place.write("old.txt", "emma\rava\r\nmia\n")?;
    let run = place.train(&["--data", "old.txt"])?;
    assert!(run.stdout.starts_with("num docs: 3\n"), "{}", run.stdout);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_document_in_little_memory_is_refused_and_does_not_abort() -> Result<()>
{
    let place = Place::new()?;
    place.write("long.txt", "emma".repeat(350))?;
    let program = PROGRAM.display();
    let line = format!(
        "ulimit -v 1000000; {program} --data long.txt --block-size 700 \
         --n-layer 4 --steps 1 --engine tape"
    );
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", &line]).current_dir(place.folder.path());
    let output = shell.output()?;
    let said = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(USAGE), "{said}");
    assert!(said.contains("does not fit into memory"), "{said}");
    Ok(())
}

#[test]
fn a_refusal_leaves_earlier_losses_as_they_are() -> Result<()> {
    let place = Place::new()?;
    place.write("losses.txt", "3.5\n")?;
    let losses = ["--losses", "losses.txt"];
    for words in [
        ["--data", "missing.txt"],
        ["--temperature", "0"],
        ["--n-embd", "1000000000"],
    ] {
        assert_ne!(place.run(&[losses, words].concat())?.code, Some(0));
        assert_eq!(place.read("losses.txt")?, "3.5\n", "{words:?}");
    }
    let words = ["loss", "--data", "names.txt", "--losses", "losses.txt", "3"];
    assert_eq!(place.run(&words)?.code, Some(FAILURE));
    assert_eq!(place.read("losses.txt")?, "3.5\n");
    Ok(())
}

#[test]
fn losses_are_written_one_a_line_in_their_shortest_form() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--losses", "losses.txt"])?;
    let losses = place.read("losses.txt")?;
    assert!(losses.ends_with('\n'));
    assert_eq!(losses.lines().count(), 3);
    for line in losses.lines() {
        assert_eq!(line.parse::<f64>()?.to_string(), line);
    }
    // A shorter run over a longer file leaves nothing of it.
    place.write("losses.txt", "1\n".repeat(100))?;
    place.train(&["--losses", "losses.txt"])?;
    assert_eq!(place.read("losses.txt")?, losses);
    Ok(())
}

#[test]
fn without_a_word_it_trains_on_the_names() -> Result<()> {
    let place = Place::new()?;
    let run = place.run(&["--steps", "1", "--samples", "2"])?;
    assert_eq!(run.code, Some(0), "{run:?}");
    for says in ["num docs: 32033", "vocab size: 27", "num params: 4192"] {
        assert!(run.stdout.contains(says), "{says}: {}", run.stdout);
    }
    let same = place.run(&["train", "--steps", "1", "--samples", "2"])?;
    assert_eq!(same.stdout, run.stdout);
    Ok(())
}

#[test]
fn one_document_is_enough() -> Result<()> {
    let place = Place::new()?;
    place.write("one.txt", "a")?;
    let run = place.train(&["--data", "one.txt"])?;
    assert!(run.stdout.contains("num docs: 1\n"), "{}", run.stdout);
    assert!(run.stdout.contains("vocab size: 2\n"), "{}", run.stdout);
    Ok(())
}

#[test]
fn line_ends_and_blank_lines_make_no_difference() -> Result<()> {
    let place = Place::new()?;
    place.write("windows.txt", "\r\nemma\r\n olivia \r\n\r\nava\r\nmia")?;
    let plain = place.train(&["--data", "names.txt"])?;
    let windows = place.train(&["--data", "windows.txt"])?;
    assert_eq!(windows.stdout, plain.stdout);
    Ok(())
}

#[test]
fn any_alphabet_will_do() -> Result<()> {
    let place = Place::new()?;
    for (text, size) in
        [("Ελένη\nΝίκος\n", 11), ("さくら\n陽菜\n", 6), ("👩‍🚀\n🦀🦀\n", 5)]
    {
        place.write("names.txt", text)?;
        let run = place.train(&["--data", "names.txt", "--samples", "5"])?;
        let says = format!("vocab size: {size}\n");
        assert!(run.stdout.contains(&says), "{says}{}", run.stdout);
        let first = text.lines().next().unwrap_or_default();
        let words = ["loss", "--steps", "1", "--data", "names.txt", first];
        let run = place.run(&words)?;
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains(first), "{}", run.stdout);
    }
    Ok(())
}

#[test]
fn a_document_longer_than_the_block_is_cut() -> Result<()> {
    let place = Place::new()?;
    place.write("long.txt", "emma".repeat(100))?;
    place.train(&["--data", "long.txt", "--block-size", "1"])?;
    place.train(&["--data", "long.txt"])?;
    let document = "am".repeat(50);
    let words = ["loss", "--steps", "1", "--data", "long.txt", &document];
    let run = place.run(&words)?;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.ends_with("(the block ends here)\n"), "{run:?}");
    Ok(())
}

#[test]
fn the_largest_seed_and_the_smallest_sizes_will_do() -> Result<()> {
    let place = Place::new()?;
    let data = ["--data", "names.txt"];
    let words = ["--seed", "18446744073709551615"];
    let run = place.train(&[data, words].concat())?;
    let words = ["--seed", "0"];
    assert_ne!(run.stdout, place.train(&[data, words].concat())?.stdout);
    let small = ["--n-embd", "1", "--n-head", "1", "--block-size", "1"];
    place.train(&[&data, &small[..]].concat())?;
    place.train(&[&data[..], &["--n-layer", "3"]].concat())?;
    place.train(&[&data[..], &["--samples", "0"]].concat())?;
    place.train(&[&data[..], &["--temperature", "1e-300"]].concat())?;
    place.train(&[&data[..], &["--temperature", "1e300"]].concat())?;
    Ok(())
}

#[test]
fn the_loss_of_each_document_is_told_as_a_whole_and_by_letter() -> Result<()> {
    let place = Place::new()?;
    let words = ["loss", "--steps", "5", "emma", "xqzzv"];
    let run = place.run(&words)?;
    assert_eq!(run.code, Some(0), "{run:?}");
    for document in ["emma", "xqzzv"] {
        assert!(run.stdout.contains(document), "{}", run.stdout);
    }
    Ok(())
}

#[test]
fn help_and_version_are_no_mistakes() -> Result<()> {
    let place = Place::new()?;
    for words in [&["--help"][..], &["train", "--help"], &["loss", "--help"]] {
        let run = place.run(words)?;
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words:?}");
        assert!(run.stdout.contains("--steps"), "{}", run.stdout);
    }
    let version = place.run(&["--version"])?;
    assert_eq!(version.code, Some(0));
    let says = concat!("microgpt ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(version.stdout, says);
    Ok(())
}

#[test]
fn a_reader_that_goes_away_causes_no_panic() -> Result<()> {
    let place = Place::new()?;
    let words = ["--steps", "1", "--data", "names.txt"];
    let mut child = place
        .command(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    let stderr = String::from_utf8(output.stderr)?;
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert_ne!(output.status.code(), Some(101));
    Ok(())
}
