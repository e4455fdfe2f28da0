//! The public sentence of every code, in Korean and English.

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
    ("stopping", "서버가 곧 종료됩니다.", "The server is about to stop."),
    ("no_rules", "검사 규칙을 읽지 못했습니다.", "The checker has no rules."),
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
        (QuotaReached::TooFast { limit, .. }, false) => {
            format!("1분에 {limit}건까지 요청할 수 있습니다. 잠시 뒤 다시 시도해 주세요.")
        }
        (QuotaReached::TooManyAtOnce { limit }, false) => {
            format!(
                "한 번에 {limit}건까지 처리할 수 있습니다. 앞의 요청이 끝난 뒤 다시 시도해 주세요."
            )
        }
        (QuotaReached::TooFast { limit, .. }, true) => {
            format!("At most {limit} requests a minute are allowed; try again soon.")
        }
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
        Notice::RequestTooLong => {
            "글과 지침이 AI 모델이 읽을 수 있는 길이를 넘었습니다. 규칙 검사 결과만 보여 드립니다."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, quota_sentence};
    use domain::ledger::Nanodollars;
    use domain::quota::QuotaReached;

    #[test]
    fn a_reached_quota_names_its_limit() {
        let tokens = QuotaReached::Tokens { used: 9_990, limit: 1_000_000 };
        let (used, limit) = (Nanodollars(149_834_215_000), Nanodollars(150_000_000_000));
        let money = QuotaReached::Money { used, limit };
        for (reached, is_english, expected) in [
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
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
    }
}
