//! Direct speech that is opened and never closed before it is reported.

use crate::rule;
use crate::text::Document;
use crate::text::word::{Kind, Mark, Word};
use crate::{Span, Suggestion};

/// Ends of a spoken sentence with what reports it; the mark belongs between the two.
const ENDS: [&str; 8] = ["다", "까", "자", "냐", "라", "요", "죠", "음"];
const REPORTS: [&str; 5] = ["고", "며", "면서", "고도", "는"];

/// What tells that somebody has spoken, right after the speech.
const VERBS: &[&str] = &[
    "말했",
    "밝혔",
    "강조했",
    "전했",
    "설명했",
    "덧붙였",
    "지적했",
    "주장했",
    "했다",
    "내다봤",
    "평가했",
    "분석했",
    "당부했",
    "호소했",
    "토로했",
    "언급했",
    "물었",
    "답했",
    "촉구했",
    "비판했",
    "요구했",
    "약속했",
    "예상했",
    "전망했",
    "해명했",
    "반박했",
    "털어놨",
    "털어놓",
    "거듭",
    "소개했",
    "말하",
    "밝히",
    "전하",
    "외쳤",
    "하소연",
    "귀띔했",
    "지시했",
    "인정했",
    "부인했",
    "되물었",
    "비난했",
    "경고했",
    "우려했",
    "회고했",
    "성토했",
    "꼬집었",
    "질타했",
    "다짐했",
    "제안했",
    "조언했",
    "권고했",
    "격려했",
    "사과했",
    "반문했",
    "일축했",
    "진단했",
    "풀이했",
    "선언했",
    "주문했",
    "자평했",
    "역설했",
    "단언했",
    "고백했",
];

/// Nouns in 지, which are no stems of a command.
const NOUNS_IN_JI: [&str; 7] = ["처지", "여지", "단지", "의지", "이미지", "복지", "메시지"];

pub(crate) fn check(document: &Document<'_>, out: &mut Vec<Suggestion>) {
    let text = document.text();
    for (open, close) in [('“', '”'), ('‘', '’')] {
        let is_either = |mark: &&Mark| [open, close].contains(&mark.character);
        let mut marks = document.marks().iter().filter(is_either).peekable();
        while let Some(mark) = marks.next() {
            if mark.character != open {
                continue;
            }
            let from = mark.at + open.len_utf8();
            if let Some(end) = unclosed(text, from, marks.peek().copied(), close) {
                out.extend(report(document, Span::new(from, end), close));
            }
        }
    }
}

/// How far speech goes that is not closed in its paragraph: to the next mark, which opens another, or
/// the paragraph's end. None where it is closed.
fn unclosed(text: &str, from: usize, next: Option<&Mark>, close: char) -> Option<usize> {
    let to = next.map_or(text.len(), |next| next.at);
    let speech = text.get(from..to)?;
    if let Some(length) = speech.find('\n') {
        return Some(from + length);
    }
    next.is_none_or(|next| next.character != close).then_some(to)
}

/// The last word of the speech, with the mark where it belongs.
fn report(document: &Document<'_>, speech: Span, close: char) -> Option<Suggestion> {
    let words = document.words();
    let first = words.partition_point(|word| word.span.start < speech.start);
    let inside = words.get(first..)?.iter().take_while(|word| word.span.end <= speech.end);
    let inside: Vec<&Word> = inside.collect();
    inside.windows(2).find_map(|pair| {
        let [word, next] = pair else { return None };
        let follows = next.span.of(document.text())?;
        let is_report = VERBS.iter().any(|verb| follows.starts_with(verb));
        is_report.then(|| closed(document.text(), word, close)).flatten()
    })
}

fn closed(text: &str, word: &Word, close: char) -> Option<Suggestion> {
    let run = word.runs.first().filter(|run| run.kind == Kind::Hangul)?;
    let whole = word.span.of(text).filter(|_| run.span == word.span)?;
    let (head, tail) = split(whole)?;
    let right = format!("{head}{close}{tail}");
    rule::rule("punctuation/unclosed-quotation")?.suggestion(text, word.span, vec![right])
}

/// 어렵다고 → 어렵다, 고; 결과라고 → 결과, 라고.
fn split(word: &str) -> Option<(&str, &str)> {
    if let Some(noun) = word.strip_suffix("라고").or_else(|| word.strip_suffix("라며")) {
        // 하라고, 가라고 are commands: the mark stands after 라.
        let is_command = noun.ends_with(['하', '가', '오', '보', '두', '지', '으'])
            && !NOUNS_IN_JI.iter().any(|known| noun.ends_with(known));
        return word.split_at_checked(if is_command { noun.len() + 3 } else { noun.len() });
    }
    REPORTS.into_iter().find_map(|report| {
        let head = word.strip_suffix(report)?;
        let is_sentence = head.len() > 3 && ENDS.iter().any(|end| head.ends_with(end));
        is_sentence.then(|| word.split_at_checked(head.len())).flatten()
    })
}
