//! Findings as an editor shows them: diagnostics, actions and what hovers over them.

use std::collections::BTreeMap;

use checker::{Severity, Span};
use domain::finding::Finding;

use super::dictionary::is_word;
use super::document::Places;
use super::wire::{
    CodeAction, Command, Content, Diagnostic, Hover, Position, TextEdit, WorkspaceEdit,
};

/// Adds a word to the dictionary; its argument is the word.
pub(crate) const ADD_TO_DICTIONARY: &str = "prf.addToDictionary";

/// Silences one finding while its document is open; its arguments are the document and the finding.
pub(crate) const IGNORE_HERE: &str = "prf.ignoreHere";

/// The kind of every action here.
pub(crate) const QUICK_FIX: &str = "quickfix";

/// The finding as a diagnostic.
pub(crate) fn diagnostic(places: &Places<'_>, finding: &Finding) -> Diagnostic {
    Diagnostic {
        range: places.range_of(finding.span),
        severity: match finding.severity {
            Severity::Error => 1,
            Severity::Warning => 2,
            Severity::Hint => 4,
        },
        code: rule(finding).to_owned(),
        source: "prf",
        message: finding.message.clone(),
    }
}

/// What can be done about the findings that touch a span.
pub(crate) fn actions(
    uri: &str,
    places: &Places<'_>,
    findings: &[Finding],
    span: Span,
) -> Vec<CodeAction> {
    let touched = findings.iter().filter(|finding| touches(finding.span, span));
    touched.flat_map(|finding| actions_of(uri, places, finding)).collect()
}

fn actions_of(uri: &str, places: &Places<'_>, finding: &Finding) -> Vec<CodeAction> {
    let diagnostic = diagnostic(places, finding);
    let action = |title: String| CodeAction {
        title,
        kind: QUICK_FIX,
        diagnostics: vec![diagnostic.clone()],
        is_preferred: false,
        edit: None,
        command: None,
    };
    let command = |title: &str, command, arguments: &[&str]| CodeAction {
        command: Some(Command {
            title: title.to_owned(),
            command,
            arguments: arguments.iter().map(|one| (*one).to_owned()).collect(),
        }),
        ..action(title.to_owned())
    };
    let mut all = Vec::new();
    for (place, replacement) in finding.replacements.iter().enumerate() {
        let edit = TextEdit { range: diagnostic.range, new_text: replacement.clone() };
        all.push(CodeAction {
            is_preferred: finding.safe && place == 0,
            edit: Some(WorkspaceEdit { changes: BTreeMap::from([(uri.to_owned(), vec![edit])]) }),
            ..action(title(&finding.original, replacement))
        });
    }
    if is_word(&finding.original) {
        let title = format!("사전에 추가: {}", finding.original);
        all.push(command(&title, ADD_TO_DICTIONARY, &[&finding.original]));
    }
    let title = format!("여기서는 무시: {}", rule(finding));
    all.push(command(&title, IGNORE_HERE, &[uri, finding.id.as_str()]));
    all
}

fn title(original: &str, replacement: &str) -> String {
    match (original, replacement) {
        ("", replacement) => format!("넣기: {replacement}"),
        (original, "") => format!("빼기: {original}"),
        (original, replacement) => format!("{original} → {replacement}"),
    }
}

/// What is known of the finding at a position.
pub(crate) fn hover(
    places: &Places<'_>,
    findings: &[Finding],
    position: Position,
) -> Option<Hover> {
    let byte = places.document().byte_of(position);
    let at = Span::new(byte, byte);
    let finding = findings.iter().find(|finding| touches(finding.span, at))?;
    let label = finding.category.label();
    let mut value = format!("{}\n\n규칙: {} ({label})", finding.message, rule(finding));
    if let Some(norm) = &finding.reference {
        value = format!("{value}\n근거: {norm}");
    }
    let contents = Content { kind: "plaintext", value };
    Some(Hover { contents, range: places.range_of(finding.span) })
}

/// Whether a caret at either end of one is at the other.
fn touches(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn rule(finding: &Finding) -> &str {
    finding.rule.as_ref().map_or("", |rule| rule.as_str())
}
