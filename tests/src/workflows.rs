//! The workflows: they run what was looked at, and may do what they must.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use xtask::Problem;

/// The folder of the workflows.
const FOLDER: &str = ".github/workflows";

/// Checks all workflows.
///
/// # Errors
///
/// One of them cannot be read.
pub fn check(root: &Path) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for entry in fs::read_dir(root.join(FOLDER)).context(FOLDER)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().display();
        let file = format!("{FOLDER}/{name}");
        problems.extend(problems_of(&file, &fs::read_to_string(&path)?));
    }
    problems.sort();
    Ok(problems)
}

/// What is wrong in the text of one workflow.
pub fn problems_of(file: &str, text: &str) -> Vec<Problem> {
    let lines: Vec<&str> = text.lines().collect();
    let mut problems = Vec::new();
    let mut complain = |index: usize, message: String| {
        let file = file.to_owned();
        problems.push(Problem { file, line: index + 1, message });
    };
    if !lines.contains(&"permissions: {}") {
        complain(0, "`permissions: {}` is missing at the top".into());
    }
    for (index, line) in lines.iter().enumerate() {
        if let Some(action) = action(line) {
            if !is_pinned(action) {
                let wanted = "OWNER/NAME@COMMIT # vX.Y.Z";
                complain(index, format!("`{action}` is not as {wanted}"));
            }
            if action.starts_with("actions/checkout@")
                && !has(&lines[index + 1..], "with:", CREDENTIALS)
            {
                complain(index, format!("without `{CREDENTIALS}`"));
            }
        }
    }
    for (index, job) in jobs(&lines) {
        let body = lines[index + 1..].iter().take_while(|it| !is_job(it));
        if !body.copied().any(|line| line == "    permissions:") {
            complain(index, format!("the job {job} names no permissions"));
        }
    }
    problems
}

/// What a checkout must be told: nothing after it needs the key.
const CREDENTIALS: &str = "persist-credentials: false";

/// Whether the first of these lines is `key`, and the second is `value`.
fn has(lines: &[&str], key: &str, value: &str) -> bool {
    let mut lines = lines.iter().map(|line| line.trim());
    lines.next() == Some(key) && lines.next() == Some(value)
}

/// What a line uses, with the comment behind it.
fn action(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("- ").unwrap_or(line).strip_prefix("uses: ")
}

/// Whether an action is named by a commit, which nobody can move, and says to
/// a reader which version that is.
fn is_pinned(action: &str) -> bool {
    let Some((_, commit)) = action.split_once('@') else {
        return false;
    };
    let Some((commit, version)) = commit.split_once(" # v") else {
        return false;
    };
    let is_number = |it: &str| it.parse::<u32>().is_ok();
    commit.len() == 40
        && commit.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        && version.split('.').count() == 3
        && version.split('.').all(is_number)
}

/// Whether a line begins a job: a key within `jobs:`.
fn is_job(line: &str) -> bool {
    line.strip_prefix("  ").is_some_and(|key| {
        key.ends_with(':') && !key.starts_with([' ', '-', '#'])
    })
}

/// The jobs of a workflow, and where they begin.
fn jobs<'a>(lines: &[&'a str]) -> Vec<(usize, &'a str)> {
    let start = lines.iter().position(|line| *line == "jobs:");
    let start = start.unwrap_or(lines.len());
    let jobs = lines.iter().copied().enumerate().skip(start);
    let jobs = jobs.filter(|(_, line)| is_job(line));
    jobs.map(|(index, line)| (index, line.trim().trim_end_matches(':')))
        .collect()
}
