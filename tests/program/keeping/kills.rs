//! A process that is killed at any moment, again and again.

use super::*;

use microgpt::chance::Chance;

const STEPS: usize = 600;

/// What is the same in all runs: small, so that much of the time is saving.
const PLAN: [&str; 10] = [
    "--data",
    "names.txt",
    "--n-embd",
    "4",
    "--n-head",
    "2",
    "--batch",
    "2",
    "--seed",
    "7",
];

/// When the kills came.
#[derive(Debug, Default)]
struct Moments {
    before: usize,
    during: usize,
    after: usize,
}

impl Moments {
    fn count(&self) -> usize {
        self.before + self.during + self.after
    }

    fn are_spread(&self) -> bool {
        self.before > 0 && self.during > 0 && self.after > 0
    }
}

/// A training that is killed, and what it must be like.
struct Victim {
    place: Place,
    losses: Vec<u64>,
    names: Vec<String>,
    moments: Moments,
}

impl Victim {
    fn new() -> Result<Self> {
        let place = Place::new()?;
        let steps = STEPS.to_string();
        let words = [&PLAN[..], &["--json", "--steps", &steps]].concat();
        let run = place.succeeds(&words)?;
        let steps = steps_of(&run.stdout)?;
        let losses = steps.iter().map(|(_, loss)| loss.to_bits()).collect();
        let names = run.stdout.lines().skip(1 + STEPS).map(String::from);
        let (names, moments) = (names.collect(), Moments::default());
        Ok(Self { place, losses, names, moments })
    }

    /// Starts it, or goes on with it if a file of it is there.
    fn start(&self, every: usize) -> Result<Worker> {
        let (steps, every) = (STEPS.to_string(), every.to_string());
        let save = ["--json", "--save", "m", "--save-every", &every];
        let resume = ["--data", "names.txt", "--resume", "m"];
        let words = if self.place.path("m").exists() {
            resume.to_vec()
        } else {
            [&PLAN[..], &["--steps", &steps]].concat()
        };
        Worker::start(&mut self.place.command(&[&save[..], &words].concat()))
    }

    /// Each line that it printed must be that of the run that nobody killed.
    fn check(&self, lines: &[String]) {
        for line in lines {
            match step_in(line) {
                Ok(Some((step, loss))) => {
                    assert_eq!(loss.to_bits(), self.losses[step - 1], "{line}");
                }
                Ok(None) => (),
                // the last may have been cut off
                Err(_) => assert_eq!(Some(line), lines.last()),
            }
        }
    }

    /// What must be in the folder after a kill; returns the steps in the file.
    fn look(&mut self, saved: usize, partial: usize) -> Result<usize> {
        let now = if self.place.path("m").exists() {
            steps_in(&self.place.path("m"))?
        } else {
            0
        };
        assert!(now >= saved, "there was a file of {saved} steps: now {now}");
        let left = self.place.partial()? - partial;
        assert!(left <= 1, "{left} files were left behind");
        match (left, now > saved) {
            (1, _) => self.moments.during += 1,
            (_, true) => self.moments.after += 1,
            (_, false) => self.moments.before += 1,
        }
        Ok(now)
    }
}

/// How a kill is aimed: saves after so many steps, and the kill comes after so
/// many lines and so many microseconds.
fn aim(number: usize, chance: &mut impl FnMut(usize) -> usize) -> [usize; 3] {
    match number % 4 {
        0 => [1, 0, chance(3_000)],
        1 => [1, 1 + chance(20), chance(3_000)],
        2 => [40, 41 + chance(80), chance(500)],
        _ => [1 + chance(9), chance(120), chance(5_000)],
    }
}

#[test]
fn a_training_killed_at_any_moment_goes_on_as_if_nothing_was() -> Result<()> {
    let wanted = if std::env::var_os("LONG_CHECKS").is_some() { 50 } else { 8 };
    let now = std::time::UNIX_EPOCH.elapsed()?.as_nanos() as u64;
    let seed = std::env::var("KILL_SEED").map_or(Ok(now), |it| it.parse())?;
    println!("to repeat these kills: KILL_SEED={seed}");
    let mut dice = Chance::seeded(seed);
    let mut chance = |most| dice.choose(&vec![1.0; most]).unwrap_or_default();
    let mut victim = Victim::new()?;
    let (mut saved, mut partial, mut number, mut finished) = (0, 0, 0, 0);
    while victim.moments.count() < wanted || !victim.moments.are_spread() {
        assert!(number < 10 * wanted, "not spread: {:?}", victim.moments);
        let [every, lines, wait] = aim(number, &mut chance);
        number += 1;
        let mut worker = victim.start(every)?;
        let mut told = Vec::new();
        for _ in 0..lines {
            told.extend(worker.line()?);
        }
        sleep(Duration::from_micros(wait as u64));
        worker.child.kill()?;
        let status = worker.wait(60)?;
        told.extend(worker.rest()?);
        victim.check(&told);
        if status.success() {
            // It was faster: all is told, and it begins again.
            let names = &told[told.len() - victim.names.len()..];
            assert_eq!(names, victim.names);
            fs::remove_file(victim.place.path("m"))?;
            (saved, finished) = (0, finished + 1);
        } else {
            assert_eq!(status.code(), None, "{status}");
            saved = victim.look(saved, partial)?;
        }
        partial = victim.place.partial()?;
    }
    // And in the end it is left in peace.
    let mut worker = victim.start(100)?;
    let told = worker.rest()?;
    assert!(worker.wait(60)?.success());
    victim.check(&told);
    assert!(told.ends_with(&victim.names));
    assert_eq!(steps_in(&victim.place.path("m"))?, STEPS);
    let moments = &victim.moments;
    println!("{} kills, {finished} too late: {moments:?}", moments.count());
    Ok(())
}
