//! What is printed, for people, for programs, and for shells.

use super::*;

#[test]
fn the_losses_in_json_are_those_in_the_file_bit_for_bit() -> Result<()> {
    let place = Place::new()?;
    let words = ["--steps", "300", "--json", "--losses", "l", "--batch", "2"];
    let run = place.succeeds(&words)?;
    assert_eq!(run.stderr, "");
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let counts = serde_json::json!({
        "num_docs": 32_033, "vocab_size": 27, "num_params": 4_192,
    });
    assert_eq!(lines[0], counts);
    let losses = place.read("l")?;
    let losses: Vec<f64> =
        losses.lines().map(str::parse).collect::<Result<_, _>>()?;
    assert_eq!((lines.len(), losses.len()), (1 + 300 + 20, 300));
    for (number, (line, loss)) in lines[1..].iter().zip(&losses).enumerate() {
        assert_eq!(line["step"], number + 1);
        let told = line["loss"].as_f64().context("no loss")?;
        assert_eq!(told.to_bits(), loss.to_bits());
    }
    let plain = place.succeeds(&["--steps", "300", "--batch", "2"])?.stdout;
    for (line, name) in lines[301..].iter().zip(names_of(&plain)) {
        let text = line["text"].as_str().context("no text")?;
        assert!(name.ends_with(&format!(": {text}")), "{name}");
    }
    Ok(())
}

#[test]
fn json_holds_any_character() -> Result<()> {
    let place = Place::new()?;
    place.write("odd.txt", "\"\\\u{1}\u{7f}\u{2028}\u{1f980}\n")?;
    let words = ["--data", "odd.txt", "--json", "--steps", "3", "--save", "m"];
    for words in [&words[..], &["generate", "--model", "m", "--json"]] {
        for line in place.succeeds(words)?.stdout.lines() {
            serde_json::from_str::<Value>(line)?;
        }
    }
    let document = "\"\\\u{1}\u{2028}\u{7f}";
    let words = ["loss", "--model", "m", "--json", document];
    let line: Value = serde_json::from_str(&place.succeeds(&words)?.stdout)?;
    assert_eq!(line["document"], document);
    assert_eq!(line["losses"].as_array().map(Vec::len), Some(6));
    Ok(())
}

#[test]
fn quiet_prints_results_only() -> Result<()> {
    let place = Place::new()?;
    let quiet = place.train(&["--quiet", "--samples", "3"])?;
    let plain = place.train(&["--samples", "3"])?;
    assert_eq!(quiet.stdout.lines().count(), 3);
    assert!(plain.stdout.ends_with(&quiet.stdout));
    assert_eq!((quiet.stderr, plain.stderr), (String::new(), String::new()));
    place.refuses(USAGE, &["--quiet", "--json"], &["--quiet", "--json"])
}

/// The points of the curve in a picture, in the picture's own units.
fn points(svg: &str) -> Result<Vec<(f64, f64)>> {
    let document = roxmltree::Document::parse(svg)?;
    let is_curve = |node: &roxmltree::Node| {
        node.has_tag_name("polyline")
            && node.attribute("stroke") == Some("#0000FF")
    };
    let mut curves = document.descendants().filter(is_curve);
    let curve = curves.next().context("no curve")?;
    ensure!(curves.next().is_none(), "two curves");
    let points = curve.attribute("points").context("no points")?;
    let point = |text: &str| {
        let (x, y) = text.split_once(',').context("no comma")?;
        Ok((x.parse()?, y.parse()?))
    };
    points.split_whitespace().map(point).collect()
}

/// Whether some numbers are some others, moved and stretched, within a pixel.
fn assert_drawn(drawn: &[f64], wanted: &[f64]) {
    let least =
        |one: &usize, other: &usize| wanted[*one].total_cmp(&wanted[*other]);
    let low = (0..wanted.len()).min_by(least).unwrap_or_default();
    let high = (0..wanted.len()).max_by(least).unwrap_or_default();
    let stretch = (drawn[high] - drawn[low]) / (wanted[high] - wanted[low]);
    for (drawn_here, wanted_here) in drawn.iter().zip(wanted) {
        let place = drawn[low] + stretch * (wanted_here - wanted[low]);
        assert!((place - drawn_here).abs() <= 1.5, "{drawn_here}: {place}");
    }
}

#[test]
fn the_picture_shows_the_means_of_the_losses() -> Result<()> {
    let place = Place::new()?;
    for steps in [7, 100, 250, 1_000] {
        let count = steps.to_string();
        let words = ["--steps", &count, "--plot", "p.svg", "--losses", "l"];
        place.succeeds(&words)?;
        let svg = place.read("p.svg")?;
        let points = points(&svg)?;
        let losses = place.read("l")?;
        let losses: Vec<f64> =
            losses.lines().map(str::parse).collect::<Result<_, _>>()?;
        let places = steps.min(100);
        let mut means = vec![Vec::new(); places];
        for (done, loss) in losses.iter().enumerate() {
            means[done * places / steps].push(*loss);
        }
        let mean = |it: &Vec<f64>| it.iter().sum::<f64>() / it.len() as f64;
        let means: Vec<f64> = means.iter().map(mean).collect();
        assert_eq!(points.len(), places);
        let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
        assert_drawn(&y, &means);
        assert!(y.iter().zip(&y[1..]).any(|(one, next)| one != next));
        let numbers: Vec<f64> = (0..places).map(|it| it as f64).collect();
        assert_drawn(&x, &numbers);
        assert!(x[0] < x[places - 1], "it goes to the left");
        // A larger loss stands higher, which is a smaller number.
        let high = means.iter().copied().fold(0.0, f64::max);
        let at = means.iter().position(|mean| *mean == high);
        let top = y.iter().copied().fold(f64::MAX, f64::min);
        assert!((y[at.context("none")?] - top).abs() < 1e-9);
        for text in ["step", "mean loss"] {
            assert!(svg.contains(text), "no {text}");
        }
    }
    Ok(())
}

#[test]
fn a_picture_of_one_step_or_of_none_is_a_picture_too() -> Result<()> {
    let place = Place::new()?;
    place.succeeds(&["--steps", "1", "--plot", "p.svg", "--save", "m"])?;
    roxmltree::Document::parse(&place.read("p.svg")?)?;
    // Nothing is left to do: no loss is known.
    place.succeeds(&["--resume", "m", "--plot", "p.svg"])?;
    roxmltree::Document::parse(&place.read("p.svg")?)?;
    // The rest of a training stands on the right.
    let more = ["--resume", "m", "--steps", "200", "--plot", "p.svg"];
    place.succeeds(&more)?;
    assert_eq!(points(&place.read("p.svg")?)?.len(), 100);
    Ok(())
}

/// What a shell prints to a terminal of 120 columns, if there can be one; `$M`
/// is the program.
fn on_terminal(place: &Place, line: &str) -> Result<Option<String>> {
    let line = format!("stty cols 120 rows 40; {line}");
    let script = ["-q", "-e", "-c", &line, "/dev/null"];
    let mut command = Command::new("script");
    let command = command.args(script).current_dir(place.path(""));
    let command = command.stdin(Stdio::null()).env_remove("NO_COLOR");
    let command = command.env("M", program()).env("TERM", "xterm-256color");
    let Ok(output) = command.output() else {
        skip("a terminal", "there is no `script` of util-linux");
        return Ok(None);
    };
    Ok(Some(Run::try_from(output)?.stdout))
}

#[test]
fn a_terminal_shows_steps_and_loss_and_speed_and_the_time_left() -> Result<()> {
    let place = Place::new()?;
    let words = "$M --steps 30000 --samples 1 --save m --save-every 10000";
    let Some(shown) = on_terminal(&place, words)? else {
        return Ok(());
    };
    let bars: Vec<&str> =
        shown.split(['\r', '\n']).filter(|it| it.contains("/30000")).collect();
    assert!(bars.len() > 3, "{shown:?}");
    let last = bars[bars.len() - 1];
    for part in ["/30000  loss 2.", " steps/s  ", "s left"] {
        assert!(last.contains(part), "no `{part}` in {last:?}");
    }
    let speed = |bar: &str| -> Option<f64> {
        bar.split_once(" steps/s")?.0.rsplit(' ').next()?.parse().ok()
    };
    let speeds: Vec<f64> = bars.iter().filter_map(|bar| speed(bar)).collect();
    assert!(speeds.iter().any(|speed| *speed > 100.0), "{speeds:?}");
    // It leaves nothing but the results.
    assert!(shown.contains("num docs: 32033"));
    assert!(shown.contains("sample  1: "));
    // Of steps that were taken before, none counts for the speed.
    let words = "$M --resume m --steps 40000 --samples 1";
    let shown = on_terminal(&place, words)?.context("no terminal")?;
    let bars = shown.split(['\r', '\n']).filter(|it| it.contains("/40000"));
    let again: Vec<f64> = bars.filter_map(speed).collect();
    let most = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
    assert!(most(&again) < 3.0 * most(&speeds), "{again:?} {speeds:?}");
    // Nor is there a bar for programs, or where nobody asked for one.
    for words in ["$M --steps 3000 --quiet", "$M --steps 3000 --json"] {
        let shown = on_terminal(&place, words)?.context("no terminal")?;
        assert!(!shown.contains("steps/s"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
    Ok(())
}

#[test]
fn who_wants_no_colour_gets_none() -> Result<()> {
    let place = Place::new()?;
    let Some(coloured) = on_terminal(&place, "$M --help")? else {
        return Ok(());
    };
    assert!(coloured.contains("\u{1b}["), "it has no colour to leave out");
    for words in ["--help", "loss --help", "--steps many", "--data missing"] {
        let line = format!("NO_COLOR=1 $M {words}");
        let shown = on_terminal(&place, &line)?.context("no terminal")?;
        assert!(!shown.contains('\u{1b}'), "{words}: {shown:?}");
        assert!(shown.contains(['U', 'm']), "{words}: {shown:?}");
    }
    // Nor has a file any, or an error.
    let shown = on_terminal(&place, "$M --help | cat; $M --steps many")?;
    let shown = shown.context("no terminal")?;
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    Ok(())
}

#[test]
fn without_a_reader_from_the_start_only_what_is_kept_is_trained() -> Result<()>
{
    let place = Place::new()?;
    unread(&place, &["--steps", "1000000000"])?;
    let kept = ["--save", "m", "--losses", "l"];
    unread(&place, &[&["--steps", "30"], &kept[..]].concat())?;
    assert_eq!(steps_in(&place.path("m"))?, 30);
    assert_eq!(place.read("l")?.lines().count(), 30);
    Ok(())
}

#[test]
fn each_shell_takes_its_completions() -> Result<()> {
    let place = Place::new()?;
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = place.succeeds(&["completions", shell])?;
        assert_eq!(run.stderr, "");
        for word in ["save-every", "generate", "completions", "temperature"] {
            assert!(run.stdout.contains(word), "{shell}: no {word}");
        }
        place.write(shell, &run.stdout)?;
        if !["bash", "fish", "zsh"].contains(&shell) {
            continue;
        }
        let mut check = Command::new(shell);
        match check.arg("-n").arg(place.path(shell)).output() {
            Ok(output) => assert!(output.status.success(), "{output:?}"),
            Err(_) => skip("the completions", &format!("there is no {shell}")),
        }
    }
    let ask = "source ./bash; COMP_WORDS=(microgpt gen); COMP_CWORD=1; \
        _microgpt microgpt gen microgpt; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["-c", ask]).current_dir(place.path(""));
    if let Ok(output) = bash.output() {
        assert_eq!(String::from_utf8(output.stdout)?, "generate\n");
    }
    place.refuses(USAGE, &["completions", "tcsh"], &["tcsh"])?;
    place.refuses(USAGE, &["completions"], &["SHELL"])
}
