//! What stands around the book: the workflows.

use anyhow::Result;
use checks::{assert_none, root, workflows};

#[test]
fn the_workflows_run_what_was_looked_at_with_few_permissions() -> Result<()> {
    assert_none(&workflows::check(root())?);
    Ok(())
}

/// A workflow without a fault.
const GOOD: &str = "\
permissions: {}
jobs:
  check:
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v4.3.1
        with:
          persist-credentials: false
";

/// A passage of it, what replaces it, and the problem that this makes.
const CASES: [(&str, &str, &str); 7] = [
    ("permissions: {}\n", "", "a.yml:1: `permissions: {}` is missing"),
    ("    permissions:\n", "", "a.yml:3: the job check names no permissions"),
    ("abcdef01234567 ", "", "a.yml:7: `actions/checkout@0123456789"),
    ("@0123456789abcdef0123456789abcdef01234567 #", "@v4 #", "a.yml:7: `"),
    (" # v4.3.1", "", "a.yml:7: `actions/checkout@0123456789"),
    (" # v4.3.1", " # v4", "a.yml:7: `actions/checkout@0123456789"),
    ("credentials: false", "credentials: true", "a.yml:7: without `persist"),
];

#[test]
fn a_workflow_that_trusts_too_much_is_found() {
    assert_none(&workflows::problems_of("a.yml", GOOD));
    for (passage, by, expected) in CASES {
        assert_eq!(GOOD.matches(passage).count(), 1, "{passage}");
        let text = GOOD.replace(passage, by);
        let problems = workflows::problems_of("a.yml", &text);
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let found = lines.iter().any(|line| line.starts_with(expected));
        assert!(found, "{passage}: {expected}\n{}", lines.join("\n"));
    }
}
