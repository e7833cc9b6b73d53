//! Ctrl-C and its kin, while training and while sampling.

use super::*;

const LONG: [&str; 3] = ["--steps", "1000000000", "--json"];

fn stderr_of(place: &Place) -> Result<(fs::File, std::path::PathBuf)> {
    let path = place.path("stderr");
    Ok((fs::File::create(&path)?, path))
}

#[test]
fn ctrl_c_finishes_the_step_and_saves_and_says_so() -> Result<()> {
    for signal in ["-INT", "-TERM"] {
        let place = Place::new()?;
        let files = ["--save", "m", "--losses", "l", "--plot", "p"];
        let words = [&LONG[..], &files].concat();
        let mut command = place.command_by(&DEFAULT_SIGNALS, &words);
        let (stderr, told) = stderr_of(&place)?;
        let mut worker = Worker::start(command.stderr(stderr))?;
        worker.reach(100)?;
        worker.signal(signal)?;
        let step = worker.last_step(100)?;
        assert_eq!(worker.wait(60)?.code(), Some(130));
        let says =
            format!("stopped after step {step} of 1000000000; saved in m\n");
        assert_eq!(fs::read_to_string(told)?, says);
        assert_eq!(steps_in(&place.path("m"))?, step);
        assert_eq!(place.read("l")?.lines().count(), step);
        roxmltree::Document::parse(&place.read("p")?)?;
        assert_eq!(place.partial()?, 0);
    }
    Ok(())
}

#[test]
fn without_a_file_to_save_in_ctrl_c_says_that_the_model_is_not_kept()
-> Result<()> {
    let place = Place::new()?;
    let mut command = place.command_by(&DEFAULT_SIGNALS, &LONG);
    let (stderr, told) = stderr_of(&place)?;
    let mut worker = Worker::start(command.stderr(stderr))?;
    worker.reach(100)?;
    worker.signal("-INT")?;
    let step = worker.last_step(100)?;
    assert_eq!(worker.wait(60)?.code(), Some(130));
    let says = format!(
        "stopped after step {step} of 1000000000; without --save the model \
         is not kept\n"
    );
    assert_eq!(fs::read_to_string(told)?, says);
    Ok(())
}

#[test]
fn ctrl_c_ends_the_samples_too() -> Result<()> {
    let place = Place::new()?;
    let words = ["--steps", "2", "--samples", "1000000000", "--save", "m"];
    let mut command = place.command_by(&DEFAULT_SIGNALS, &words);
    let (stderr, told) = stderr_of(&place)?;
    let mut worker = Worker::start(command.stderr(stderr))?;
    while let Some(line) = worker.line()? {
        if line.starts_with("sample 50") {
            break;
        }
    }
    worker.signal("-INT")?;
    worker.rest()?;
    assert_eq!(worker.wait(60)?.code(), Some(130));
    let says = "stopped after step 2 of 2; saved in m\n";
    assert_eq!(fs::read_to_string(told)?, says);
    // The dice in the file are those before the first of them.
    assert_eq!(steps_in(&place.path("m"))?, 2);
    let names = place.succeeds(&["--steps", "2"])?.stdout;
    let again = place.succeeds(&["generate", "--model", "m"])?.stdout;
    assert_eq!(names_of(&again), names_of(&names));
    Ok(())
}

/// In units of a processor's time.
const SECOND: u64 = 100;

/// How long a process has been at work.
fn work(worker: &Worker) -> Result<u64> {
    let path = format!("/proc/{}/stat", worker.child.id());
    let stat = fs::read_to_string(path)?;
    let (_, rest) = stat.rsplit_once(") ").context("no name")?;
    let user = rest.split(' ').nth(11).context("no time")?;
    Ok(user.parse()?)
}

#[test]
fn a_second_ctrl_c_stops_at_once() -> Result<()> {
    let place = Place::new()?;
    // A step of minutes.
    let sizes = ["--n-embd", "256", "--batch", "32000", "--n-layer", "4"];
    let files = ["--save", "m", "--losses", "l"];
    let words = [&LONG[..], &sizes, &files].concat();
    let mut command = place.command_by(&DEFAULT_SIGNALS, &words);
    let mut worker = Worker::start(command.stderr(Stdio::null()))?;
    assert!(worker.line()?.context("no counts")?.contains("num_params"));
    let handles = |worker: &Worker| {
        let path = format!("/proc/{}/status", worker.child.id());
        let status = fs::read_to_string(path).unwrap_or_default();
        let caught = status.lines().find_map(|it| it.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap_or_default().trim(), 16);
        caught.is_ok_and(|caught| caught & 2 != 0)
    };
    until("that it listens", || handles(&worker))?;
    let begin = work(&worker)?;
    until("that a step goes on", || {
        work(&worker).is_ok_and(|now| now > begin + SECOND)
    })?;
    worker.signal("-INT")?;
    sleep(Duration::from_millis(500));
    assert!(worker.child.try_wait()?.is_none(), "it did not wait");
    worker.signal("-INT")?;
    assert_eq!(worker.wait(5)?.code(), Some(130));
    assert!(!place.path("m").exists());
    // Nobody has tidied up: the list of losses was begun.
    assert_eq!(place.partial()?, 1);
    Ok(())
}

#[test]
fn what_may_not_be_hung_up_goes_on_when_the_terminal_is_closed() -> Result<()> {
    let place = Place::new()?;
    let nohup = ["env", "--ignore-signal=HUP"];
    let mut command = place.command_by(&nohup, &LONG);
    let mut worker = Worker::start(command.stderr(Stdio::null()))?;
    worker.reach(10)?;
    worker.signal("-HUP")?;
    // A full pipe holds what was printed before.
    worker.reach(10_000)
}

/// Under `nohup`, and in the background of a script, which ignores Ctrl-C, no
/// signal is caught: what was saved on the way is what stays.
#[test]
fn what_may_not_be_hung_up_keeps_its_last_save_when_it_is_ended() -> Result<()>
{
    let place = Place::new()?;
    for ignored in ["--ignore-signal=HUP", "--ignore-signal=INT"] {
        let by = ["env", "--default-signal=INT,TERM,HUP", ignored];
        let saved = ["--save", "m", "--save-every", "10"];
        let words = [&LONG[..], &saved].concat();
        let mut command = place.command_by(&by, &words);
        let mut worker = Worker::start(command.stderr(Stdio::null()))?;
        worker.reach(100)?;
        worker.signal("-TERM")?;
        assert_eq!(worker.wait(5)?.code(), None, "{ignored}: it was caught");
        assert!(steps_in(&place.path("m"))?.is_multiple_of(10));
    }
    Ok(())
}
