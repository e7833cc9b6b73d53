//! Files that are no checkpoints, disks that are full, folders that are
//! closed, and readers that go away.

use super::*;

use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;

/// So many kilobytes of memory are enough for a header of 16 MiB.
const MEMORY: u32 = 400_000;

#[test]
fn a_file_that_is_no_checkpoint_is_named_and_kept() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--data", "names.txt", "--save", "m"])?;
    let good = fs::read(place.path("m"))?;
    place.write("short", &good[..good.len() - 1])?;
    place.write("empty", "")?;
    fs::create_dir(place.path("folder"))?;
    let fifo = Command::new("mkfifo").arg(place.path("fifo")).status()?;
    assert!(fifo.success());
    let files = ["names.txt", "short", "empty", "folder", "fifo", "missing"];
    let others = ["/dev/zero", "/dev/null", "/dev/stdin", "/proc/self/maps"];
    let timeout = ["timeout", "20"];
    for file in files.into_iter().chain(others) {
        for words in [
            &["generate", "--model", file][..],
            &["loss", "emma", "--model", file],
            &["--data", "names.txt", "--save", "m", "--resume", file],
        ] {
            let before = place.files()?;
            let mut command = place.command_by(&timeout, words);
            let run = Run::try_from(command.stdin(Stdio::null()).output()?)?;
            run.assert_refused(FAILURE, &[&format!("error: {file}: ")]);
            assert!(place.files()? == before, "{words:?}");
        }
    }
    Ok(())
}

#[test]
fn a_file_is_never_saved_over_what_is_no_file() -> Result<()> {
    let place = Place::new()?;
    fs::create_dir(place.path("folder"))?;
    let fifo = Command::new("mkfifo").arg(place.path("fifo")).status()?;
    assert!(fifo.success());
    // Training so long would not end.
    for option in ["--save", "--losses", "--plot"] {
        for file in ["folder", "fifo", "/dev/null", "missing/m", "names.txt/m"]
        {
            let words = ["--steps", "1000000000", option, file];
            place.refuses(FAILURE, &words, &["cannot write", file])?;
        }
        let words = ["--steps", "1000000000", option, ""];
        place.refuses(USAGE, &words, &[option])?;
    }
    Ok(())
}

#[test]
fn a_header_of_the_worst_kind_takes_little_memory() -> Result<()> {
    let place = Place::new()?;
    let room = (1 << 24) - 200;
    let about = |shape: &str| {
        format!(r#"{{"dtype":"F64","shape":{shape},"data_offsets":[0,0]}}"#)
    };
    let zeros = format!("[{}0]", "0,".repeat(room / 2 - 100));
    let many = (0..room / 70)
        .map(|number| format!(r#""{number:x}":{}"#, about("[0]")));
    let entries = (0..room / 20).map(|number| format!(r#""{number:08x}":"""#));
    let entries = entries.collect::<Vec<_>>().join(",");
    for header in [
        format!(r#"{{"wte":{}}}"#, about(&zeros)),
        format!("{{{}}}", many.collect::<Vec<_>>().join(",")),
        format!(r#"{{"__metadata__":{{{entries}}}}}"#),
        format!(r#"{{"wte":{}}}"#, "[".repeat(room)),
        format!(r#"{{"{}":3}}"#, "wte".repeat(room / 3 - 10)),
    ] {
        assert!(header.len() <= 1 << 24);
        let count = (header.len() as u64).to_le_bytes();
        place.write("odd", [&count, header.as_bytes()].concat())?;
        let words = ["generate", "--model", "odd"];
        let run = place.run_within(MEMORY, &words)?;
        run.assert_refused(FAILURE, &["odd: "]);
    }
    Ok(())
}

/// Words that start a command with a small disk in the folder `disk`, which
/// nobody else sees; or none where that cannot be.
fn disk(kilobytes: u32, before: &str) -> Option<Vec<String>> {
    let line = format!(
        "set -e; mount -t tmpfs -o size={kilobytes}k none disk; {before}"
    );
    let starters = [&["unshare", "-m"][..], &["unshare", "-rm"]];
    let mounts = |starter: &&[&str]| {
        let line = "mount -t tmpfs none /mnt";
        let mut command = Command::new(starter[0]);
        command.args(&starter[1..]).args(["sh", "-c", line]);
        let output = command.output();
        output.is_ok_and(|output| output.status.success())
    };
    let starter = starters.iter().find(|starter| mounts(starter));
    let Some(starter) = starter else {
        skip("a full disk", "no file system can be mounted here");
        return None;
    };
    let words = [&DEFAULT_SIGNALS[..], starter, &["sh", "-c", &line]].concat();
    Some(words.into_iter().map(String::from).collect())
}

fn words(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

#[test]
fn a_full_disk_is_told_once_and_saving_goes_on_when_there_is_room() -> Result<()>
{
    let Some(starter) = disk(1_000, "exec \"$0\" \"$@\"") else {
        return Ok(());
    };
    let place = Place::new()?;
    fs::create_dir(place.path("disk"))?;
    let long = ["--steps", "1000000000", "--json"];
    let save = ["--save", "disk/m", "--save-every", "50"];
    let mut command =
        place.command_by(&words(&starter), &[&long[..], &save].concat());
    let stderr = fs::File::create(place.path("stderr"))?;
    let mut worker = Worker::start(command.stderr(stderr))?;
    // A full pipe would stop it.
    let lines = std::mem::replace(
        &mut worker.lines,
        BufReader::new(
            Command::new("true")
                .stdout(Stdio::piped())
                .spawn()?
                .stdout
                .context("no stdout")?,
        )
        .lines(),
    );
    let reader = std::thread::spawn(move || lines.count());
    let root = format!("/proc/{}/root", worker.child.id());
    let disk = Path::new(&root).join(place.path("disk").strip_prefix("/")?);
    let model = disk.join("m");
    until("a first save", || model.exists())?;
    let mut filler = fs::File::create(disk.join("filler"))?;
    let told = || place.read("stderr").unwrap_or_default();
    until("a warning", || {
        while filler.write_all(&[0; 1_000]).is_ok() {}
        told().ends_with('\n')
    })?;
    // What the failed save gave back is filled, too, before it tries again.
    while filler.write_all(&[0; 1_000]).is_ok() {}
    let kept = steps_in(&model)?;
    sleep(Duration::from_millis(300));
    // It has failed many times since, and the file is what it was.
    let warning = told();
    assert_eq!(warning.lines().count(), 1, "{warning}");
    for says in ["warning: step ", "cannot write disk/m", "continues"] {
        assert!(warning.contains(says), "{warning}");
    }
    assert_eq!(steps_in(&model)?, kept);
    // Now and then there is a third: the next save, which will fail, too.
    until("nothing left of it", || {
        fs::read_dir(&disk).is_ok_and(|files| files.count() == 2)
    })?;
    fs::remove_file(disk.join("filler"))?;
    drop(filler);
    until("a later save", || steps_in(&model).is_ok_and(|now| now > kept))?;
    worker.signal("-INT")?;
    assert_eq!(worker.wait(60)?.code(), Some(130));
    let lines = reader.join().ok().context("the reader failed")?;
    let told = told();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains(&format!("stopped after step {} ", lines - 1)));
    Ok(())
}

#[test]
fn a_last_save_on_a_full_disk_fails_and_loses_nothing_else() -> Result<()> {
    let before = "cp m disk/m; head -c 2000000 /dev/zero >disk/filler || :; \
        set +e; \"$0\" \"$@\"; code=$?; cp disk/m kept; \
        ls -A disk >left; exit $code";
    let Some(starter) = disk(1_000, before) else {
        return Ok(());
    };
    let place = Place::new()?;
    fs::create_dir(place.path("disk"))?;
    place.train(&["--save", "m"])?;
    let train = ["--steps", "5", "--losses", "l", "--plot", "p"];
    let train = [&train[..], &["--save", "disk/m", "--quiet"]].concat();
    let mut command = place.command_by(&words(&starter), &train);
    let run = Run::try_from(command.output()?)?;
    let (said, error) = run
        .stderr
        .trim_end()
        .rsplit_once('\n')
        .unwrap_or(("", run.stderr.trim_end()));
    // `head` complains too.
    assert!(!said.contains("error: "), "{run:?}");
    assert!(error.starts_with("error: cannot write disk/m: "), "{run:?}");
    assert_eq!((run.code, &*run.stdout), (Some(FAILURE), ""));
    assert_eq!(fs::read(place.path("m"))?, fs::read(place.path("kept"))?);
    assert_eq!(place.read("left")?, "filler\nm\n");
    // What could be written was written.
    assert_eq!(place.read("l")?.lines().count(), 5);
    assert!(place.read("p")?.contains("</svg>"));
    Ok(())
}

#[test]
fn losses_on_a_full_disk_do_not_stop_a_training_saved_elsewhere() -> Result<()>
{
    let Some(starter) = disk(8, "exec \"$0\" \"$@\"") else {
        return Ok(());
    };
    let place = Place::new()?;
    fs::create_dir(place.path("disk"))?;
    let train = ["--steps", "5000", "--losses", "disk/l", "--save", "m"];
    let mut command = place
        .command_by(&words(&starter), &[&train[..], &["--quiet"]].concat());
    let run = Run::try_from(command.output()?)?;
    run.assert_refused(FAILURE, &["cannot write disk/l"]);
    assert_eq!(steps_in(&place.path("m"))?, 5_000);
    Ok(())
}

#[test]
fn a_screen_that_takes_nothing_is_an_error_and_what_was_trained_is_saved()
-> Result<()> {
    let place = Place::new()?;
    let full = || fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(_) = full() else {
        skip("/dev/full", "it is not there");
        return Ok(());
    };
    place.train(&["--save", "m"])?;
    let cases: [&[&str]; 7] = [
        &["--steps", "3"],
        &["--steps", "3", "--json"],
        &["generate", "--model", "m"],
        &["loss", "--model", "m", "emma"],
        &["completions", "bash"],
        &["--help"],
        &["--version"],
    ];
    for words in cases {
        let output = place.command(words).stdout(full()?).output()?;
        let run = Run::try_from(output)?;
        run.assert_refused(FAILURE, &["cannot print"]);
    }
    let words = ["--steps", "3", "--quiet", "--save", "q", "--losses", "l"];
    let output = place.command(&words).stdout(full()?).output()?;
    Run::try_from(output)?.assert_refused(FAILURE, &["cannot print"]);
    assert_eq!(steps_in(&place.path("q"))?, 3);
    assert_eq!(place.read("l")?.lines().count(), 3);
    Ok(())
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_and_what_was_trained_is_saved()
-> Result<()> {
    let place = Place::new()?;
    let words = ["--json", "--steps", "1000000000", "--save", "m"];
    let more = ["--losses", "l", "--plot", "p"];
    let mut child = place
        .command(&[&words[..], &more].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no stdout")?;
    let mut lines = BufReader::new(stdout).lines();
    for line in lines.by_ref().take(3) {
        line?;
    }
    drop(lines);
    let run = Run::try_from(child.wait_with_output()?)?;
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let taken = steps_in(&place.path("m"))?;
    assert!(taken >= 2, "{taken}");
    assert_eq!(place.read("l")?.lines().count(), taken);
    assert!(place.read("p")?.contains("</svg>"));
    assert_eq!(place.partial()?, 0);
    // The other commands end as quietly.
    for words in [
        &["generate", "--model", "m", "--count", "1000000000"][..],
        &["completions", "zsh"],
        &["--help"],
    ] {
        unread(&place, words)?;
    }
    Ok(())
}

/// The user nobody, or whoever runs the tests if that is not root.
fn as_nobody(command: &mut Command) -> Result<&mut Command> {
    use std::os::unix::fs::MetadataExt;

    let is_root = fs::metadata("/proc/self")?.uid() == 0;
    Ok(if is_root { command.uid(NOBODY).gid(NOBODY) } else { command })
}

const NOBODY: u32 = 65_534;

fn allow(place: &Place, file: &str, mode: u32) -> Result<()> {
    let permissions = fs::Permissions::from_mode(mode);
    Ok(fs::set_permissions(place.path(file), permissions)?)
}

#[test]
fn a_folder_that_is_closed_is_told_before_training() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--data", "names.txt", "--save", "m"])?;
    allow(&place, "", 0o755)?;
    for (folder, mode) in [("closed", 0o555), ("blind", 0o300)] {
        fs::create_dir(place.path(folder))?;
        allow(&place, folder, mode)?;
        // only the owner may open it again
        let _ = chown(place.path(folder), Some(NOBODY), Some(NOBODY));
    }
    allow(&place, "m", 0o000)?;
    let mut version = place.command(&["--version"]);
    if as_nobody(&mut version)?.output().is_err() {
        skip("a closed folder", "nobody else may run the program");
        return Ok(());
    }
    let run = |words: &[&str]| -> Result<Run> {
        let mut command = place.command(words);
        as_nobody(&mut command)?.output()?.try_into()
    };
    for option in ["--save", "--losses", "--plot"] {
        let words = ["--steps", "1000000000", option, "closed/m"];
        let refused = run(&words)?;
        refused.assert_refused(FAILURE, &["cannot write closed/m"]);
    }
    assert_eq!(fs::read_dir(place.path("closed"))?.count(), 0);
    let refused = run(&["generate", "--model", "m"])?;
    refused.assert_refused(FAILURE, &["m: cannot read"]);
    // In a folder that may be written in but not read, files are saved.
    let words = ["--steps", "3", "--quiet", "--samples", "0"];
    let save = ["--save", "blind/m", "--losses", "blind/l"];
    let saved = run(&[&words[..], &save].concat())?;
    assert_eq!((saved.code, &*saved.stderr), (Some(0), ""));
    allow(&place, "blind", 0o700)?;
    assert_eq!(steps_in(&place.path("blind/m"))?, 3);
    assert_eq!(fs::read_dir(place.path("blind"))?.count(), 2);
    Ok(())
}

#[test]
fn a_file_that_may_not_be_changed_is_not_replaced() -> Result<()> {
    let place = Place::new()?;
    place.train(&["--save", "m"])?;
    allow(&place, "m", 0o444)?;
    for option in ["--save", "--losses", "--plot"] {
        let words = ["--steps", "1000000000", option, "m"];
        place.refuses(FAILURE, &words, &["cannot write m"])?;
    }
    allow(&place, "m", 0o600)?;
    place.train(&["--save", "m"])?;
    let mode = fs::metadata(place.path("m"))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    Ok(())
}

#[test]
fn a_name_that_no_file_can_have_is_told_before_training() -> Result<()> {
    let place = Place::new()?;
    let long = "a".repeat(256);
    let within = format!("{long}/m");
    for option in ["--save", "--losses", "--plot"] {
        for file in [&long, &within] {
            let words = ["--steps", "1000000000", option, file];
            place.refuses(FAILURE, &words, &["cannot write", "too long"])?;
        }
    }
    Ok(())
}

#[test]
fn a_link_that_leads_nowhere_is_refused_and_stays() -> Result<()> {
    use std::os::unix::fs::symlink;

    let place = Place::new()?;
    symlink("nowhere", place.path("link"))?;
    symlink("round", place.path("round"))?;
    for option in ["--save", "--losses", "--plot"] {
        for link in ["link", "round"] {
            let words = ["--steps", "1000000000", option, link];
            let run = place.run(&words)?;
            run.assert_refused(FAILURE, &["cannot write", link]);
        }
    }
    for (link, target) in [("link", "nowhere"), ("round", "round")] {
        assert_eq!(fs::read_link(place.path(link))?, Path::new(target));
    }
    assert_eq!(fs::read_dir(place.path(""))?.count(), 3);
    // As soon as it leads somewhere, it is followed.
    place.write("nowhere", "")?;
    place.train(&["--save", "link"])?;
    assert_eq!(fs::read_link(place.path("link"))?, Path::new("nowhere"));
    steps_in(&place.path("nowhere"))?;
    Ok(())
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() -> Result<()> {
    let place = Place::new()?;
    allow(&place, "", 0o777)?;
    place.write("m", "theirs")?;
    allow(&place, "m", 0o644)?;
    let mut version = place.command(&["--version"]);
    let is_root = chown(place.path("m"), Some(0), Some(0)).is_ok();
    if !is_root || as_nobody(&mut version)?.output().is_err() {
        skip("a file of somebody else", "nobody else may run the program");
        return Ok(());
    }
    for option in ["--save", "--losses", "--plot"] {
        let words = ["--steps", "1000000000", option, "m"];
        let mut command = place.command(&words);
        let refused = Run::of(as_nobody(&mut command)?)?;
        refused.assert_refused(FAILURE, &["cannot write m"]);
    }
    assert_eq!(place.files()?.len(), 2);
    assert_eq!(place.read("m")?, "theirs");
    // One that all may write, but only its owner may replace: nothing is lost.
    allow(&place, "m", 0o666)?;
    allow(&place, "", 0o1777)?;
    for _ in 0..2 {
        let words = ["--steps", "3", "--quiet", "--save", "m"];
        let mut command = place.command(&words);
        let failed = Run::of(as_nobody(&mut command)?)?;
        let kept = place.path(".microgpt-m.partial");
        let says = format!("kept as {}", kept.display());
        failed.assert_refused(FAILURE, &["cannot write m", &says]);
        assert_eq!(steps_in(&kept)?, 3);
        assert_eq!(place.read("m")?, "theirs");
        assert_eq!(place.files()?.len(), 3);
    }
    Ok(())
}

#[test]
fn a_large_file_of_another_kind_is_refused_by_its_header() -> Result<()> {
    let place = Place::new()?;
    let length = 3_000_000_000_u64;
    let header = format!(
        r#"{{"a":{{"dtype":"U8","shape":[{length}],"data_offsets":[0,{length}]}}}}"#
    );
    let count = header.len() as u64;
    place.write("odd", [&count.to_le_bytes(), header.as_bytes()].concat())?;
    let file = fs::OpenOptions::new().write(true).open(place.path("odd"))?;
    file.set_len(8 + count + length)?;
    for words in [&["generate", "--model", "odd"][..], &["--resume", "odd"]] {
        let run = place.run_within(MEMORY, words)?;
        run.assert_refused(FAILURE, &["odd: its `alphabet` is missing"]);
    }
    Ok(())
}
