//! What axe-core finds on a page: whatever keeps a reader from using it who
//! does not see it, or has no mouse.

use anyhow::Result;

use crate::page::Page;

/// Each violation of a rule: the rule, the element, and what to do.
///
/// # Errors
///
/// axe-core cannot be run.
pub fn violations(page: &Page, axe: &str) -> Result<Vec<String>> {
    page.execute(&format!(
        "{axe};
         const {{ violations }} =
           await axe.run(document, {{ resultTypes: ['violations'] }});
         return violations.flatMap((rule) => rule.nodes.map((node) =>
           `${{rule.id}}: ${{node.target.join(' ')}} ${{node.html}}\\n    `
           + node.failureSummary.replaceAll('\\n', '\\n    ')));"
    ))
}
