//! Web sources of an answer: only plain links go on to editors.

use crate::model::Source;

const URL_LIMIT_BYTES: usize = 2_048;
const TITLE_LIMIT_CHARS: usize = 200;
const QUOTE_LIMIT_CHARS: usize = 1_000;
const CHANGED_LIMIT_CHARS: usize = 40;

impl Source {
    /// A source as a provider states it; none when its address is no `http` or `https` link, names
    /// a user or password, or holds characters that no address holds (RFC 3986).
    #[must_use]
    pub fn checked(
        url: &str,
        title: Option<&str>,
        quote: Option<&str>,
        changed: Option<&str>,
    ) -> Option<Self> {
        let host = host(url)?;
        let said = |text: Option<&str>, limit_chars: usize| {
            text.map(|text| shown(text, limit_chars)).filter(|text| !text.is_empty())
        };
        Some(Self {
            url: url.to_owned(),
            title: said(title, TITLE_LIMIT_CHARS).unwrap_or_else(|| host.to_owned()),
            quote: said(quote, QUOTE_LIMIT_CHARS),
            changed: said(changed, CHANGED_LIMIT_CHARS),
        })
    }
}

/// The host of a link that may be followed.
fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let is_unfit = |one: char| {
        one.is_whitespace()
            || one.is_control()
            || crate::anchor::is_invisible(one)
            || matches!(one, '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^')
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_fit = is_web
        && url.len() <= URL_LIMIT_BYTES
        && !url.contains(is_unfit)
        && host.starts_with(|one: char| one.is_alphanumeric() || one == '[')
        && !host.contains('@');
    is_fit.then_some(host)
}

fn shown(text: &str, limit_chars: usize) -> String {
    crate::anchor::clean(text, limit_chars)
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn only_plain_links_are_passed_on() {
        for url in [
            "https://bok.or.kr",
            "http://[::1]:80/",
            "HTTPS://한국은행.kr/보도?가=나#다",
            "https://a.kr/@b",
        ] {
            assert_eq!(
                Source::checked(url, None, None, None).map(|one| one.url).as_deref(),
                Some(url)
            );
        }
        for url in [
            "javascript:alert(1)",
            "javascript://a.kr/%0aalert(1)",
            "data:text/html,<b>",
            "file:///etc/passwd",
            "//a.kr",
            "a.kr",
            "https://",
            "https:///a",
            "https://a.kr@evil.kr/",
            "https://kim:secret@a.kr/",
            "https://a.kr/ b",
            "https://a.kr/\nb",
            "https://a.kr/\u{202e}b",
            "https://a.kr\\@evil.kr",
            "https://a.kr/\"onclick=",
            " https://a.kr",
            &format!("https://a.kr/{}", "a".repeat(2_048)),
        ] {
            assert_eq!(Source::checked(url, None, None, None), None, "{url:?}");
        }
    }

    #[test]
    fn titles_and_quotes_are_one_short_line() {
        let source = Source::checked(
            "https://a.kr/b",
            Some("한은\n\u{202e}보도 😀"),
            Some(" \u{1100}\u{1161} "),
            Some("April 30,\n2025"),
        )
        .unwrap();
        assert_eq!(
            (&*source.title, source.quote.as_deref(), source.changed.as_deref()),
            ("한은 보도 😀", Some("\u{1100}\u{1161}"), Some("April 30, 2025"))
        );
        let source = Source::checked("https://a.kr/b", Some(" "), Some(""), Some(" ")).unwrap();
        assert_eq!((&*source.title, source.quote, source.changed), ("a.kr", None, None));
        let long = "가".repeat(300);
        let source = Source::checked("https://a.kr", Some(&long), None, None).unwrap();
        assert_eq!(source.title, "가".repeat(199) + "…");
    }
}
