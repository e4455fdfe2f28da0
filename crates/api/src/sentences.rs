//! The public sentence of every code, in Korean and English.

use domain::file::FileWarning;
use domain::quota::QuotaReached;
use domain::turn::Notice;

/// Code, Korean, English.
const SENTENCES: &[(&str, &str, &str)] = &[
    ("empty_text", "검사할 글이 없습니다.", "There is no text to check."),
    (
        "bad_json",
        "요청을 읽을 수 없습니다. JSON이 아니거나 글에 깨진 문자(짝이 없는 서로게이트)가 있습니다.",
        "The request is no JSON of the expected shape, or its text holds half a surrogate pair.",
    ),
    ("bad_value", "값이 올바르지 않습니다.", "A value is not valid."),
    ("text_too_long", "글이 너무 깁니다. 나누어 검사해 주세요.", "The text is too long."),
    ("message_too_large", "보낸 내용이 너무 큽니다.", "The message is too large."),
    ("unknown_engine", "알 수 없는 모드입니다.", "Unknown engine."),
    ("turn_running", "이 기사의 교열이 아직 끝나지 않았습니다.", "A turn is still running."),
    (
        "nothing_to_continue",
        "이어서 쓸 답이 없습니다. 이미 끝났거나 그 뒤에 다른 말이 오갔습니다.",
        "There is no cut answer to continue.",
    ),
    (
        "embargoed",
        "엠바고(AI 금지)가 걸린 기사라 AI에 물을 수 없습니다. 규칙 검사는 쓸 수 있습니다.",
        "The embargo of this article keeps it from every AI model; the rules still check it.",
    ),
    ("quota_reached", "이번 달 사용량을 모두 썼습니다.", "This month's tokens are used up."),
    ("body_too_large", "요청이 너무 큽니다.", "The request is too large."),
    ("unknown_action", "알 수 없는 요청입니다.", "Unknown action."),
    ("bad_id", "식별자가 올바르지 않습니다.", "The id is not valid."),
    ("not_found", "찾을 수 없습니다.", "Not found."),
    ("unauthorised", "로그인이 필요합니다.", "Sign in first."),
    (
        "sign_in_unavailable",
        "로그인을 확인할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
        "The sign-in could not be verified; try again soon.",
    ),
    ("bad_credentials", "이름 또는 암호가 맞지 않습니다.", "Name or password are wrong."),
    (
        "locked_out",
        "로그인 시도가 너무 많았습니다. 잠시 뒤 다시 시도해 주세요.",
        "Too many wrong tries; try again soon.",
    ),
    ("csrf", "페이지를 새로 고친 뒤 다시 시도해 주세요.", "Reload the page and try again."),
    ("bad_origin", "이 주소의 페이지에서는 쓸 수 없습니다.", "Pages of that address may not call."),
    ("password_short", "암호는 12자 이상이어야 합니다.", "A password has at least 12 characters."),
    ("password_long", "암호가 너무 깁니다.", "The password is too long."),
    (
        "password_like_name",
        "암호는 이름을 빼고도 12자 이상이어야 합니다.",
        "A password has at least 12 characters beside the name.",
    ),
    ("too_many_turns", "잠시 뒤 다시 시도해 주세요.", "Too many requests within a minute."),
    ("too_many_at_once", "앞의 요청이 끝난 뒤 다시 시도해 주세요.", "Too many requests at once."),
    (
        "no_accounts",
        "이 서버에는 계정이 없습니다. 다른 방법으로 로그인해 주세요.",
        "This server has no accounts of its own.",
    ),
    ("forbidden", "권한이 없습니다.", "You may not do that."),
    ("entry_empty", "낱말을 적어 주세요.", "A word is missing."),
    (
        "entry_too_long",
        "낱말은 100자, 이유는 300자까지 적을 수 있습니다.",
        "A word holds up to 100 characters, a reason up to 300.",
    ),
    (
        "entry_no_text",
        "낱말에 줄바꿈이나 탭 같은 제어 문자를 넣을 수 없습니다.",
        "A word must not hold line ends, tabs or other control characters.",
    ),
    ("entry_same", "쓰지 말 것과 쓸 것이 같습니다.", "Both words are the same."),
    (
        "entry_repeated",
        "사전에 이미 있는 낱말입니다.",
        "The dictionary holds an entry for this already.",
    ),
    (
        "entry_loop",
        "쓸 것으로 적은 말이 같은 사전에서 다시 지적됩니다.",
        "What is to be written would be flagged by the same dictionary.",
    ),
    ("bad_line", "읽을 수 없는 줄입니다.", "The line cannot be read."),
    (
        "bad_csv",
        "첫 줄에 ‘쓰지 말 것’(wrong) 칸이 있는 CSV 파일이어야 합니다.",
        "The file must be CSV with a column `wrong` in its first line.",
    ),
    ("unknown_rule", "그런 규칙이 없습니다.", "There is no such rule."),
    (
        "dictionary_full",
        "사전 하나에는 10,000개까지 담을 수 있습니다.",
        "A dictionary holds up to 10,000 entries.",
    ),
    (
        "conflict",
        "그사이 다른 사람이 저장했습니다. 바뀐 내용을 확인해 주세요.",
        "Somebody else has saved meanwhile.",
    ),
    ("stopping", "서버가 곧 종료됩니다.", "The server is about to stop."),
    ("no_rules", "검사 규칙을 읽지 못했습니다.", "The checker has no rules."),
    (
        "unknown_file_kind",
        "읽을 수 없는 형식입니다. txt, docx, hwp, hwpx, pdf 파일을 올려 주세요.",
        "The file is none of txt, docx, hwp, hwpx and pdf.",
    ),
    (
        "unreadable_file",
        "파일이 손상되어 글을 읽을 수 없습니다.",
        "The file is broken and could not be read.",
    ),
    (
        "encrypted_file",
        "암호가 걸렸거나 배포용으로 잠긴 파일입니다. 잠금을 풀고 다시 올려 주세요.",
        "The file is encrypted; remove its password first.",
    ),
    (
        "scanned_pdf",
        "글자가 없는 그림(스캔) PDF입니다. 글자가 들어 있는 파일을 올려 주세요.",
        "The pages of this PDF are pictures without text.",
    ),
    (
        "file_too_slow",
        "파일을 정해진 시간 안에 읽지 못했습니다.",
        "The file could not be read in time.",
    ),
    (
        "busy",
        "지금 서버가 바쁩니다. 잠시 뒤 다시 해 주세요.",
        "The server is busy; try again soon.",
    ),
    (
        "files_busy",
        "지금 읽는 파일이 많습니다. 잠시 뒤 다시 올려 주세요.",
        "Too many files are being read; try again soon.",
    ),
    (
        "body_too_slow",
        "요청을 받는 데 너무 오래 걸렸습니다. 다시 보내 주세요.",
        "The request took too long to arrive.",
    ),
    (
        "no_file_reader",
        "이 서버에서는 파일을 다룰 수 없습니다. 글을 붙여 넣어 주세요.",
        "This server neither reads nor writes files; paste the text.",
    ),
    ("store_timed_out", "저장소가 응답하지 않습니다.", "The store does not answer."),
];

/// What any other code of a provider means to an editor.
const PROVIDER: (&str, &str) = (
    "AI 서버가 응답하지 못했습니다. 잠시 뒤 다시 시도해 주세요.",
    "The model could not be reached; try again soon.",
);

/// What a fault of ours means to an editor.
const OTHER: (&str, &str) =
    ("처리하지 못했습니다. 잠시 뒤 다시 시도해 주세요.", "The request failed; try again soon.");

/// Korean and English sentence of a code.
fn sentences(code: &str) -> (&'static str, &'static str) {
    let known = SENTENCES.iter().find(|(known, _, _)| *known == code);
    match known {
        Some((_, korean, english)) => (korean, english),
        None if code.starts_with("provider_") => PROVIDER,
        None => OTHER,
    }
}

/// The sentence of a code in the wanted language.
pub(crate) fn sentence(code: &str, is_english: bool) -> &'static str {
    let (korean, english) = sentences(code);
    if is_english { english } else { korean }
}

/// Which limit stands in the way, and how much of it is used.
pub(crate) fn quota_sentence(reached: QuotaReached, is_english: bool) -> String {
    match (reached, is_english) {
        (QuotaReached::Tokens { used, limit }, false) => format!(
            "이번 달 한도 {}토큰 가운데 {}토큰을 썼거나 쓰고 있어 이 요청을 처리할 수 없습니다.",
            grouped(limit),
            grouped(used)
        ),
        (QuotaReached::Money { used, limit }, false) => format!(
            "이번 달 한도 {limit}달러 가운데 {used}달러를 썼거나 쓰고 있어 이 요청을 처리할 수 없습니다."
        ),
        (QuotaReached::TooFast { limit, again_at }, false) => format!(
            "1분에 {limit}건까지 요청할 수 있습니다. {}부터 다시 할 수 있습니다.",
            again_at.seoul_clock()
        ),
        (QuotaReached::TooManyAtOnce { limit }, false) => {
            format!(
                "한 번에 {limit}건까지 처리할 수 있습니다. 앞의 요청이 끝난 뒤 다시 시도해 주세요."
            )
        }
        (QuotaReached::TooFast { limit, again_at }, true) => format!(
            "At most {limit} requests a minute are allowed; try again from {} in Seoul on.",
            again_at.seoul_clock()
        ),
        (QuotaReached::TooManyAtOnce { limit }, true) => {
            format!("At most {limit} requests may run at once; try again when one has ended.")
        }
        (QuotaReached::Tokens { used, limit }, true) => format!(
            "{} of this month's {} tokens are used or in use; this request would pass the limit.",
            grouped(used),
            grouped(limit)
        ),
        (QuotaReached::Money { used, limit }, true) => format!(
            "${used} of this month's ${limit} are used or in use; this request would pass the limit."
        ),
    }
}

/// How long a text may be where one was longer.
pub(crate) fn length_sentence(limit_chars: usize, is_english: bool) -> String {
    let limit = grouped(u64::try_from(limit_chars).unwrap_or(u64::MAX));
    if is_english {
        return format!("The text is too long: at most {limit} characters are taken at a time.");
    }
    format!("글이 너무 깁니다. 한 번에 {limit}자까지 보낼 수 있으니 나누어 보내 주세요.")
}

/// A number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The sentence of a notice.
pub(crate) fn notice_sentence(notice: Notice) -> &'static str {
    match notice {
        Notice::ModelNotConfigured => "AI가 설정되지 않아 규칙 검사만 했습니다.",
        Notice::ModelUnavailable => {
            "AI 서버가 응답하지 못했습니다. 지금까지의 결과는 남아 있습니다."
        }
        Notice::ProviderSwitched => "AI 서버를 바꾸어 이어 갑니다.",
        Notice::AnswerTruncated => "길이 제한으로 답이 잘렸습니다.",
        Notice::AnswerRefused => "AI가 답하기를 거절했습니다.",
        Notice::FindingsDropped => "본문과 맞지 않는 AI 지적은 뺐습니다.",
        Notice::SearchUnavailable => "웹 검색을 쓸 수 없어 검색 없이 답합니다.",
        Notice::ModelSucceeded => "쓰던 AI 모델이 종료되어 후속 모델이 답합니다.",
        Notice::TimeUp => {
            "정해진 시간이 지나 답이 여기서 끊겼습니다. 이어 쓰기로 계속할 수 있습니다."
        }
        Notice::ModelEmbargoed => {
            "엠바고(AI 금지) 설정에 따라 AI에 보내지 않고 규칙 검사만 했습니다. \
             (Embargo: checked by rules only; no AI model was asked.)"
        }
        Notice::SearchEmbargoed => {
            "엠바고(웹 검색 금지) 설정에 따라 웹을 검색하지 않고 답합니다. \
             (Embargo: answered without searching the web.)"
        }
        Notice::RequestTooLong => {
            "글과 지침이 AI 모델이 읽을 수 있는 길이를 넘었습니다. 규칙 검사 결과만 보여 드립니다."
        }
    }
}

/// The sentence of a warning about a file.
pub(crate) fn file_warning_sentence(warning: FileWarning) -> &'static str {
    match warning {
        FileWarning::EncodingGuessed => {
            "글자 인코딩을 짐작해 읽었습니다. 깨진 글자가 없는지 보세요."
        }
        FileWarning::ChangesAccepted => "문서의 변경 내용은 모두 적용한 것으로 읽었습니다.",
        FileWarning::ChangesUnread => {
            "변경 내용을 추적하는 문서입니다. 지운 글이 섞여 있을 수 있습니다."
        }
        FileWarning::CharactersLost => "읽지 못한 글자가 있습니다.",
        FileWarning::LinesJoined => {
            "줄이 바뀐 곳을 띄어 이었습니다. 낱말 가운데서 바뀐 줄이라면 띄어쓰기가 틀릴 수 있습니다."
        }
        FileWarning::RecognisedText => {
            "그림에서 인식한 글자입니다. 잘못 인식한 글자가 있을 수 있습니다."
        }
        FileWarning::PagesScanned => "글자가 없는 그림 쪽은 읽지 못했습니다.",
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, length_sentence, quota_sentence};
    use domain::ledger::Nanodollars;
    use domain::quota::QuotaReached;
    use domain::time::Timestamp;

    #[test]
    fn a_reached_quota_names_its_limit() {
        let tokens = QuotaReached::Tokens { used: 9_990, limit: 1_000_000 };
        let (used, limit) = (Nanodollars(149_834_215_000), Nanodollars(150_000_000_000));
        let money = QuotaReached::Money { used, limit };
        let again_at = Timestamp::parse("2026-11-24T03:01:00Z").unwrap();
        let fast = QuotaReached::TooFast { limit: 3, again_at };
        for (reached, is_english, expected) in [
            (fast, false, "1분에 3건까지 요청할 수 있습니다. 12:01:00부터 다시 할 수 있습니다."),
            (
                fast,
                true,
                "At most 3 requests a minute are allowed; try again from 12:01:00 in Seoul on.",
            ),
            (
                tokens,
                false,
                "이번 달 한도 1,000,000토큰 가운데 9,990토큰을 썼거나 쓰고 있어 이 요청을 처리할 수 없습니다.",
            ),
            (
                money,
                false,
                "이번 달 한도 150달러 가운데 149.834215달러를 썼거나 쓰고 있어 이 요청을 처리할 수 없습니다.",
            ),
            (
                tokens,
                true,
                "9,990 of this month's 1,000,000 tokens are used or in use; this request would pass the limit.",
            ),
            (
                money,
                true,
                "$149.834215 of this month's $150 are used or in use; this request would pass the limit.",
            ),
        ] {
            assert_eq!(quota_sentence(reached, is_english), expected);
        }
        assert_eq!(
            length_sentence(20_000, true),
            "The text is too long: at most 20,000 characters are taken at a time."
        );
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
    }
}
