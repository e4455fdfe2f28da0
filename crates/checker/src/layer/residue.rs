//! Sentences a language model wrote to the person who asked: the rules name the phrase, this takes
//! the whole sentence or line away so that what is left is clean. Markdown is in `markdown.rs`.

use crate::rule;
use crate::text::Document;
use crate::{Category, Span, Suggestion};

/// Its phrases open a line that holds nothing of the article.
const LABEL_RULE: &str = "residue/label";

/// A sentence is looked for at most so far on either side.
const REACH_BYTES: usize = 600;

/// Marks of speech: what somebody in the article says is never the model's word.
const QUOTES: [char; 8] = ['“', '”', '‘', '’', '"', '「', '」', '\''];

/// Widens every finding of a residue phrase that only deletes, before `join` joins those that touch.
pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    // What code has found, it has measured out itself.
    let is_code =
        |one: &Suggestion| rule::rule(one.rule.as_str()).is_some_and(|rule| rule.text.code);
    let is_phrase = |one: &Suggestion| {
        one.category == Category::Residue
            && one.replacements.iter().all(String::is_empty)
            && !is_code(one)
    };
    let mut phrases: Vec<Suggestion> = Vec::new();
    let mut index = 0;
    while index < out.len() {
        if out.get(index).is_some_and(is_phrase) {
            phrases.push(out.swap_remove(index));
        } else {
            index += 1;
        }
    }
    for phrase in &mut phrases {
        phrase.replacements.clear();
        let is_label = phrase.rule.as_str() == LABEL_RULE;
        let whole =
            if is_label { labelled_line(text, phrase.span) } else { sentence(text, phrase.span) };
        let Some(whole) = whole else { continue };
        phrase.span = whole;
        phrase.replacements.push(String::new());
    }
    phrases.retain(|phrase| !phrase.replacements.is_empty());
    out.append(&mut phrases);
}

/// Joins deletions that touch or overlap, because one remark is often two sentences.
pub(crate) fn join(text: &str, out: &mut Vec<Suggestion>) {
    let is_deletion = |one: &Suggestion| {
        one.category == Category::Residue && one.replacements.first().is_some_and(String::is_empty)
    };
    let (mut deletions, rest): (Vec<_>, Vec<_>) = out.drain(..).partition(is_deletion);
    *out = rest;
    deletions.sort_by_key(|one| (one.span.start, one.span.end));
    let mut joined: Vec<Suggestion> = Vec::with_capacity(deletions.len());
    for one in deletions {
        match joined.last_mut() {
            Some(last) if one.span.start <= last.span.end => {
                last.span.end = last.span.end.max(one.span.end);
                last.severity = last.severity.max(one.severity);
                last.replacements.truncate(1);
            }
            _ => joined.push(one),
        }
    }
    for one in &mut joined {
        if let Some(line) = line(text, Span::new(one.span.start, one.span.start))
            && line == one.span
        {
            one.span = with_break(text, line);
        }
        one.original = one.span.of(text).unwrap_or_default().to_owned();
    }
    out.append(&mut joined);
}

/// The line around a span, without its break.
pub(crate) fn line(text: &str, span: Span) -> Option<Span> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(span.end..)?;
    Some(Span::new(start, rest.find('\n').map_or(text.len(), |at| span.end + at)))
}

/// The line with its break and the empty lines after it; at the end of the text the line alone.
pub(crate) fn with_break(text: &str, line: Span) -> Span {
    let rest = text.get(line.end..).unwrap_or_default();
    let after = rest.trim_start_matches(['\n', '\r', ' ']);
    if after.is_empty() {
        return line;
    }
    let blank = rest.len() - after.len();
    // Blanks at the start of the next paragraph belong to it.
    let breaks = rest.get(..blank).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    Span::new(line.start, line.end + breaks)
}

fn labelled_line(text: &str, span: Span) -> Option<Span> {
    let line = line(text, span)?;
    let before = text.get(line.start..span.start)?;
    let is_opening = before.chars().all(|one| one.is_whitespace() || "*#-[【■▶●_".contains(one));
    let is_short = line.len() <= REACH_BYTES;
    (is_opening && is_short).then(|| with_break(text, line))
}

/// The sentence with the blanks after it. `None` inside or beside quotation marks.
fn sentence(text: &str, span: Span) -> Option<Span> {
    let line = line(text, span)?;
    let before = text.get(line.start..span.start)?;
    let start = line.start + sentence_start(before);
    let rest = text.get(span.end..line.end)?;
    // The phrase may hold its own mark already: 물론입니다!
    let is_closed = text.get(..span.end)?.ends_with(['.', '!', '?']);
    let end = if is_closed { span.end } else { span.end + sentence_end(rest) };
    let whole = Span::new(start, end);
    let is_quoted = whole.of(text)?.chars().any(|one| QUOTES.contains(&one))
        && !whole.of(text)?.is_ascii()
        && !whole.of(text)?.starts_with(|one: char| one.is_ascii_alphabetic());
    let open = before.matches('“').count() > before.matches('”').count()
        || before.matches('"').count() % 2 == 1;
    if is_quoted || open || whole.len() > REACH_BYTES {
        return None;
    }
    let after = text.get(end..line.end)?;
    if after.starts_with(['”', '"', '’']) {
        return None;
    }
    let blanks = after.len() - after.trim_start_matches([' ', '\u{a0}']).len();
    if after.len() > blanks {
        return Some(Span::new(start, end + blanks));
    }
    let is_whole_line = text.get(line.start..start)?.trim().is_empty();
    let to = Span::new(if is_whole_line { line.start } else { start }, end);
    Some(if is_whole_line { with_break(text, Span::new(to.start, line.end)) } else { to })
}

/// Where the last sentence of a text begins.
fn sentence_start(before: &str) -> usize {
    let ends = before.match_indices(['.', '!', '?', '…']);
    ends.rev()
        .find_map(|(at, mark)| {
            let after = before.get(at + mark.len()..)?;
            let blank = after.len() - after.trim_start().len();
            (blank > 0).then_some(at + mark.len() + blank)
        })
        .unwrap_or_else(|| before.len() - before.trim_start().len())
}

/// Where the first sentence of a text ends, its mark included. A remark that goes on into the
/// article ends at its comma: AI 언어 모델로서 확인할 수 없지만, …
fn sentence_end(rest: &str) -> usize {
    let clause = ["지만, ", "으나, "].iter().filter_map(|end| Some(rest.find(end)? + end.len()));
    let marks = rest.match_indices(['.', '!', '?', ':']).filter_map(|(at, mark)| {
        let end = at + mark.len();
        let after = rest.get(end..)?;
        let is_end = match mark {
            ":" => after.trim().is_empty(),
            _ => after.chars().next().is_none_or(char::is_whitespace),
        };
        is_end.then_some(end)
    });
    clause.chain(marks.take(1)).min().unwrap_or(rest.trim_end().len())
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use crate::{Category, Checker, Settings};

    fn check(text: &str, expected: &str) {
        let settings = Settings { only_categories: vec![Category::Residue], ..Settings::default() };
        let mut fixed = text.to_owned();
        for one in Checker::new().check(text, &settings).iter().rev() {
            assert!(!one.safe, "{text}");
            let new = one.replacements.first().map_or("", String::as_str);
            fixed.replace_range(one.span.start..one.span.end, new);
        }
        assert_eq!(fixed, expected);
    }

    #[test]
    fn takes_the_whole_sentence_away() {
        check("다음은 수정된 기사입니다.\n\n시는 길을 넓힌다.", "시는 길을 넓힌다.");
        check("물론입니다! 아래는 교정한 기사입니다.\n시는 길을 넓힌다.", "시는 길을 넓힌다.");
        check("시는 길을 넓힌다. 도움이 되셨기를 바랍니다.", "시는 길을 넓힌다. ");
        check("시는 길을 넓힌다 😀.\n수정 사항: 띄어쓰기", "시는 길을 넓힌다 😀.\n");
        check("저는 AI 언어 모델로서 알 수 없지만, 매출은 늘었다.", "매출은 늘었다.");
        let decomposed: String = "다음은 수정된 기사입니다.\n시는".nfd().collect();
        check(&decomposed, &"시는".nfd().collect::<String>());
    }

    #[test]
    fn leaves_speech_alone() {
        for text in [
            "챗GPT는 “물론입니다! 아래는 수정된 기사입니다.”라고 답했다.",
            "그는 \"도움이 되셨기를 바랍니다.\"라고 썼다.",
            "정부의 수정 사항: 세 가지",
        ] {
            check(text, text);
        }
    }
}
