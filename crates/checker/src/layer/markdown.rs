//! Markdown and the like in the body of an article: emphasis, headings, links, code, rules, tags,
//! entities, references of a model and gaps it left to be filled in.

use super::residue::with_break;
use crate::rule;
use crate::text::Document;
use crate::{Span, Suggestion};

/// Marks around a text, longer ones first.
const PAIRS: [(&str, &str); 11] = [
    ("***", "***"),
    ("**", "**"),
    ("__", "__"),
    ("~~", "~~"),
    ("<b>", "</b>"),
    ("<strong>", "</strong>"),
    ("<i>", "</i>"),
    ("<em>", "</em>"),
    ("<u>", "</u>"),
    ("`", "`"),
    ("*", "*"),
];

/// What stands between two marks is no longer than this.
const INNER_LIMIT_BYTES: usize = 300;

/// Texts that stand for a character.
const ENTITIES: [(&str, &str); 9] = [
    ("&nbsp;", " "),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("<br>", ""),
    ("<br/>", ""),
    ("<br />", ""),
];

/// Last words of headings that name a part of an answer and are no title.
const PART_NAMES: [&str; 30] = [
    "요약",
    "본문",
    "개요",
    "서론",
    "본론",
    "결론",
    "리드",
    "제목",
    "부제",
    "결과",
    "내용",
    "배경",
    "전망",
    "포인트",
    "사항",
    "기사",
    "초안",
    "수정본",
    "교정본",
    "반응",
    "현황",
    "특징",
    "의의",
    "과제",
    "정리",
    "쟁점",
    "소개",
    "맺음말",
    "머리말",
    "참고",
];

/// What a gap in brackets ends with.
const GAP_ENDS: [&str; 9] = [
    "입력",
    "삽입",
    "기재",
    "출처 필요",
    "확인 필요",
    "추가 필요",
    "자리",
    "넣으세요",
    "적어 주세요",
];

/// What a gap in brackets may be as a whole.
const GAPS: [&str; 14] = [
    "기자명",
    "기자 이름",
    "이름",
    "성명",
    "회사명",
    "언론사명",
    "매체명",
    "신문사명",
    "이메일 주소",
    "기자 이메일",
    "OOO 기자",
    "날짜",
    "출처",
    "인용문",
];

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(start, start + content.len());
        start += line.len();
        if content.is_empty() {
            continue;
        }
        if let Some(found) = whole_line(text, span) {
            out.push(found);
            continue;
        }
        inline(document, span, out);
    }
}

fn found(id: &str, text: &str, span: Span, replacements: Vec<String>) -> Option<Suggestion> {
    rule::rule(id).and_then(|rule| rule.suggestion(text, span, replacements))
}

/// A heading, a line in bold, a rule or a fence.
fn whole_line(text: &str, line: Span) -> Option<Suggestion> {
    let content = line.of(text)?;
    let trimmed = content.trim();
    let is_row = |mark: char| trimmed.len() >= 3 && trimmed.chars().all(|one| one == mark);
    let is_fence = trimmed.starts_with("```") && !trimmed.contains(char::is_whitespace);
    if is_row('-') || is_row('*') || is_row('_') || is_fence {
        let is_alone = line.start == 0 && line.end == text.len();
        let whole = with_break(text, line);
        return found("residue/rule-line", text, whole, vec![String::new()]).filter(|_| !is_alone);
    }
    let level = trimmed.chars().take_while(|one| *one == '#').count();
    let heading = trimmed.get(level..)?;
    if (1..=6).contains(&level) && heading.starts_with(' ') {
        let title = stripped(heading.trim());
        let rights = titled(text, line, title, level > 2);
        return found("residue/heading", text, rights.0, rights.1);
    }
    let bold = trimmed.trim_end_matches(':').strip_prefix("**")?.strip_suffix("**")?;
    let title = bold.trim_end_matches(':');
    if title.is_empty() || title.contains("**") || !is_part_name(title) {
        return None;
    }
    let rights = titled(text, line, title, false);
    found("residue/heading", text, rights.0, rights.1)
}

/// A title keeps its text; the name of a part of an answer goes with its line.
fn titled(text: &str, line: Span, title: &str, is_low: bool) -> (Span, Vec<String>) {
    let whole = with_break(text, line);
    if !is_part_name(title) && !is_low {
        return (line, vec![title.to_owned()]);
    }
    let tail = Span::new(line.end, whole.end).of(text).unwrap_or_default();
    (whole, vec![String::new(), format!("{title}{tail}")])
}

fn is_part_name(title: &str) -> bool {
    title.split_whitespace().count() <= 3 && PART_NAMES.iter().any(|name| title.ends_with(name))
}

fn stripped(title: &str) -> &str {
    title.strip_prefix("**").and_then(|title| title.strip_suffix("**")).unwrap_or(title)
}

fn inline(document: &Document<'_>, line: Span, out: &mut Vec<Suggestion>) {
    let text = document.text();
    let mut until = line.start;
    for mark in document.marks_within(line).iter().filter(|mark| may_begin(mark.character)) {
        let start = mark.at;
        if start < until {
            continue;
        }
        let rest = text.get(start..line.end).unwrap_or_default();
        let before = text.get(line.start..start).unwrap_or_default();
        let one = pair(text, before, rest, start)
            .or_else(|| link(text, rest, start))
            .or_else(|| gap(text, line, rest, start))
            .or_else(|| entity(text, rest, start))
            .or_else(|| citation(text, rest, start));
        if let Some(one) = one {
            until = one.span.end;
            out.push(one);
        }
    }
}

/// Whether something may begin with a mark that is none of the article.
fn may_begin(mark: char) -> bool {
    matches!(mark, '*' | '_' | '~' | '`' | '<' | '[' | '!' | '&' | ':' | '【')
}

fn pair(text: &str, before: &str, rest: &str, start: usize) -> Option<Suggestion> {
    let (open, close) = PAIRS.iter().find(|pair| rest.starts_with(pair.0))?;
    let body = rest.get(open.len()..)?;
    let end = body.find(close).filter(|end| *end <= INNER_LIMIT_BYTES)?;
    let inner = body.get(..end)?;
    let is_single = *open == "*";
    let follows = body.get(end + close.len()..)?;
    let is_tight = !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
    let has_letter = inner.chars().any(char::is_alphabetic) && !inner.contains(['*', '`']);
    // 3*4*5, a*b* and 스_네_크 hold marks inside a word.
    let is_glued = before.ends_with(|one: char| one.is_alphanumeric() || "*_".contains(one));
    let needs_room = is_single || *open == "__";
    let is_bracketed = inner.starts_with(')') || (is_single && before.ends_with('('));
    let is_closed = !follows.starts_with(['*', '_']);
    if !is_tight || !has_letter || !is_closed || is_bracketed || (needs_room && is_glued) {
        return None;
    }
    let span = Span::new(start, start + open.len() + end + close.len());
    found("residue/emphasis", text, span, vec![inner.to_owned()])
}

/// `[글](주소)` and `![그림](주소)`.
fn link(text: &str, rest: &str, start: usize) -> Option<Suggestion> {
    let is_image = rest.starts_with("![");
    let body = rest.strip_prefix('!').unwrap_or(rest).strip_prefix('[')?;
    let middle = body.find("](").filter(|end| *end <= INNER_LIMIT_BYTES)?;
    let label = body.get(..middle)?;
    let address = body.get(middle + 2..)?;
    let end = address.find(')')?;
    let address = address.get(..end)?;
    let is_address =
        ["http", "www.", "/", "#", "mailto:"].iter().any(|one| address.starts_with(one));
    if !is_address || label.contains('[') {
        return None;
    }
    let opening = if is_image { 2 } else { 1 };
    let span = Span::new(start, start + opening + middle + 2 + end + 1);
    let right = if is_image { String::new() } else { label.to_owned() };
    found("residue/link", text, span, vec![right])
}

/// `[기자명 입력]`: a gap to be filled in, with one blank beside it.
fn gap(text: &str, line: Span, rest: &str, start: usize) -> Option<Suggestion> {
    let body = rest.strip_prefix('[')?;
    let end = body.find(']').filter(|end| *end <= 60)?;
    let inner = body.get(..end)?;
    let is_gap = GAPS.contains(&inner)
        || GAP_ENDS.iter().any(|last| inner.ends_with(last) && inner.len() > last.len())
        || inner.ends_with("출처 필요");
    if !is_gap {
        return None;
    }
    let close = start + end + 2;
    let after = text.get(close..line.end)?;
    let before = text.get(line.start..start)?;
    if before.trim().is_empty() && after.trim().is_empty() {
        let whole = with_break(text, line);
        return found("residue/gap", text, whole, vec![String::new()]);
    }
    let span = if after.starts_with(' ') {
        Span::new(start, close + 1)
    } else {
        Span::new(start - usize::from(before.ends_with(' ')), close)
    };
    found("residue/gap", text, span, vec![String::new()])
}

fn entity(text: &str, rest: &str, start: usize) -> Option<Suggestion> {
    let (wrong, right) = ENTITIES.iter().find(|one| rest.starts_with(one.0))?;
    let span = Span::new(start, start + wrong.len());
    found("residue/entity", text, span, vec![(*right).to_owned()])
}

/// `【4†source】`, `:contentReference[oaicite:0]{index=0}` and `[^1]`.
fn citation(text: &str, rest: &str, start: usize) -> Option<Suggestion> {
    let length = if let Some(body) = rest.strip_prefix('【') {
        let end = body.find('】').filter(|end| *end <= 60)?;
        body.get(..end)?.contains('†').then_some(end + "【】".len())?
    } else if rest.starts_with(":contentReference[oaicite:") {
        rest.find('}')? + 1
    } else {
        let body = rest.strip_prefix("[^")?;
        let end = body.find(']').filter(|end| (1..=3).contains(end))?;
        body.get(..end)?.chars().all(|one| one.is_ascii_digit()).then_some(end + 3)?
    };
    found("residue/citation", text, Span::new(start, start + length), vec![String::new()])
}

#[cfg(test)]
mod tests {
    use crate::{Category, Checker, Settings};

    fn check(text: &str, expected: &str) {
        let settings = Settings { only_categories: vec![Category::Residue], ..Settings::default() };
        let mut fixed = text.to_owned();
        for one in Checker::new().check(text, &settings).iter().rev() {
            let new = one.replacements.first().map_or("", String::as_str);
            fixed.replace_range(one.span.start..one.span.end, new);
        }
        assert_eq!(fixed, expected);
    }

    #[test]
    fn takes_the_marks_and_leaves_the_text() {
        check("매출은 **크게** 늘고 `A`와 *B* 😀", "매출은 크게 늘고 A와 B 😀");
        check("## 지방의 그늘\n글", "지방의 그늘\n글");
        check("### 경기 결과\n글", "글");
        check("**핵심 요약**\n글", "글");
        check("글.\n\n---\n수정 사항: 오탈자 2건", "글.\n\n");
        check("[글](https://a.kr)을 보라 [출처 필요].", "글을 보라.");
        check("밝혔다【4†source】.", "밝혔다.");
    }

    #[test]
    fn leaves_what_only_looks_like_marks() {
        for text in
            ["3*4*5는 60이다.", "[단독] 새 길", "*기준은 2023년", "[사진 제공]", "#경제 #사회"]
        {
            check(text, text);
        }
    }
}
