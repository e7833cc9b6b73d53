//! The command line, as a person meets it: what it refuses and how, and what
//! it does with unusual but good input.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use checks::place::{FAILURE, Place, USAGE};

#[test]
fn a_data_file_that_cannot_be_used_is_named() -> Result<()> {
    let place = Place::new()?;
    place.write("broken.txt", b"emma\nol\xffivia\n")?;
    place.write("empty.txt", "")?;
    place.write("blank.txt", "\n  \n\t\r\n")?;
    fs::create_dir(place.path("folder"))?;
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
        if ["--temperature", "--samples"].contains(&option) {
            // It draws none.
            place.refuses(USAGE, &["loss", &word, "emma"], &[option])?;
        } else {
            place.refuses(USAGE, &["loss", &word, "emma"], &[option, value])?;
        }
    }
    Ok(())
}

#[test]
fn wrong_usage_is_told_in_one_line() -> Result<()> {
    let place = Place::new()?;
    let cases: [(&[&str], &str); 8] = [
        (&["--stepps", "3"], "--stepps"),
        (&["--stepps", "3"], "; tip: a similar argument exists: '--steps'"),
        (&["--steps", "3\n\n4"], "4"),
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
    place.refuses(USAGE, &[&loss[..], &["em3ma"]].concat(), &["3", "em3ma"])?;
    let words = [&loss[..], &["emma", "zoë"]].concat();
    place.refuses(USAGE, &words, &["ë", "zoë"])?;
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
    fs::create_dir(place.path("folder"))?;
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
fn no_file_is_written_over_another_that_is_named() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--data", "names.txt", "--save", "old"])?;
    place.write("one", "1\n")?;
    let pairs = [
        ("--losses", "--data", "names.txt"),
        ("--losses", "--resume", "old"),
        ("--losses", "--plot", "one"),
        ("--losses", "--save", "one"),
        ("--plot", "--data", "names.txt"),
        ("--plot", "--resume", "old"),
        ("--plot", "--save", "one"),
        ("--save", "--data", "names.txt"),
        // neither is there yet
        ("--losses", "--plot", "new"),
        ("--losses", "--save", "new"),
        ("--plot", "--save", "new"),
    ];
    for (written, other, file) in pairs {
        for called in [file, &format!("./{file}"), &format!("d/../{file}")] {
            fs::create_dir_all(place.path("d"))?;
            let mut words = vec![written, called, other, file];
            if other == "--resume" {
                words.extend(["--data", "names.txt"]);
            }
            place.refuses(USAGE, &words, &[called, "another option"])?;
            let mut words = vec!["loss", written, file, other, called, "emma"];
            if other == "--resume" {
                words.extend(["--data", "names.txt"]);
            }
            place.refuses(USAGE, &words, &[file, "another option"])?;
        }
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn no_file_is_written_over_another_that_a_link_names() -> Result<()> {
    use std::os::unix::fs::symlink;

    let place = Place::new()?;
    fs::create_dir(place.path("d"))?;
    symlink("names.txt", place.path("link"))?;
    symlink(".", place.path("here"))?;
    for (one, other) in [
        ("link", "names.txt"),
        ("names.txt", "link"),
        ("here/names.txt", "d/../link"),
        ("here/new", "new"),
    ] {
        for options in [["--losses", "--plot"], ["--plot", "--save"]] {
            let words = [options[0], one, options[1], other];
            place.refuses(USAGE, &words, &[one, "another option"])?;
        }
    }
    let words = ["--data", "link", "--save", "here/names.txt"];
    place.refuses(USAGE, &words, &["here/names.txt", "another option"])?;
    // A second name of the same file is another file once it is written.
    fs::hard_link(place.path("names.txt"), place.path("twin"))?;
    let names = place.read("names.txt")?;
    place.train(&["--data", "names.txt", "--losses", "twin"])?;
    assert_eq!(place.read("names.txt")?, names);
    assert_eq!(place.read("twin")?.lines().count(), 3);
    Ok(())
}

#[test]
fn what_was_beside_the_losses_stays_and_nothing_is_added() -> Result<()> {
    let place = Place::new()?;
    for file in ["losses.txt.partial", ".microgpt-.partial", "losses.txt~"] {
        place.write(file, "mine\n")?;
    }
    let mut files = place.files()?;
    let outputs = ["--losses", "losses.txt", "--plot", "p.svg", "--save", "m"];
    place.train(&outputs)?;
    let after = place.files()?;
    for name in ["losses.txt", "p.svg", "m"] {
        files.insert(name.to_owned(), after[name].clone());
    }
    assert!(after == files, "{:?}", after.keys());
    Ok(())
}

#[cfg(unix)]
#[test]
fn losses_keep_the_permissions_and_follow_the_link() -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let place = Place::new()?;
    place.write("losses.txt", "old\n")?;
    let file = place.path("losses.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    symlink("losses.txt", place.path("link"))?;
    place.train(&["--losses", "link"])?;
    assert_eq!(place.read("losses.txt")?.lines().count(), 3);
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    let link = fs::symlink_metadata(place.path("link"))?;
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
    let words = [
        "--data",
        "long.txt",
        "--block-size",
        "700",
        "--n-layer",
        "4",
        "--steps",
        "1",
        "--engine",
        "tape",
    ];
    let run = place.run_within(1_000_000, &words)?;
    run.assert_refused(USAGE, &["does not fit into memory"]);
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
    assert_eq!(place.run(&words)?.code, Some(USAGE));
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
fn a_model_that_no_file_could_hold_is_told_before_training() -> Result<()> {
    let place = Place::new()?;
    let sizes = ["--n-embd", "1", "--n-head", "1", "--n-layer", "10001"];
    let words = [&sizes[..], &["--steps", "1000000000", "--save", "big"]];
    place.refuses(FAILURE, &words.concat(), &["big: ", "10001", "10000"])
}

/// The chapter says how the options of `loss` differ.
#[test]
fn loss_takes_what_train_takes_but_for_the_samples() -> Result<()> {
    let place = Place::new()?;
    let options = |command| -> Result<Vec<String>> {
        let help = place.run(&[command, "-h"])?.stdout;
        let words = help.lines().filter_map(|line| {
            line.trim().split(' ').find(|word| word.starts_with("--"))
        });
        Ok(words.map(str::to_owned).collect())
    };
    let (mut train, mut loss) = (options("train")?, options("loss")?);
    assert_eq!(
        train.split_off(train.len() - 3)[..2],
        ["--samples", "--temperature"]
    );
    loss.retain(|option| !["--model", "--help"].contains(&&**option));
    assert_eq!(train, loss);
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
