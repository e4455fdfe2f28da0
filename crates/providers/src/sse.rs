//! Server-sent events from bytes, however the network cuts them (WHATWG HTML, section 9.2).

use domain::model::ProviderError;
use memchr::memchr2;

/// A line may hold so many bytes.
const LINE_LIMIT_BYTES: usize = 1024 * 1024;
/// The data of one event may hold so many bytes.
const EVENT_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// Why a stream is no stream of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SseError {
    /// A line or an event is longer than any real one.
    #[error("an event of the stream is too long")]
    TooLong,
    /// A line is not UTF-8.
    #[error("the stream is not UTF-8")]
    NotUtf8,
}

impl From<SseError> for ProviderError {
    fn from(error: SseError) -> Self {
        let what = match error {
            SseError::TooLong => "event longer than the limit",
            SseError::NotUtf8 => "event that is not UTF-8",
        };
        Self::Protocol { what }
    }
}

/// Collects bytes and hands on the data of events as they become complete; names, comments, ids and
/// retry hints are passed over.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The line that is not over yet.
    line: Vec<u8>,
    after_carriage_return: bool,
    is_past_start: bool,
    /// The `data` lines of the event that is not over yet, joined with line feeds.
    data: String,
    has_data: bool,
}

impl Reader {
    /// Takes the next bytes, cut anywhere, and hands on the data of each event that they complete;
    /// an error of whoever takes it ends the reading.
    pub(crate) fn push<E: From<SseError>>(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let follows_return = std::mem::take(&mut self.after_carriage_return);
            if follows_return && *first == b'\n' {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let end = memchr2(b'\n', b'\r', rest);
            let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
            if self.line.len() + line.len() > LINE_LIMIT_BYTES {
                return Err(SseError::TooLong.into());
            }
            let Some((ending, after)) = after.split_first() else {
                self.line.extend_from_slice(line);
                return Ok(());
            };
            self.after_carriage_return = *ending == b'\r';
            let is_complete = if self.line.is_empty() {
                self.end_line(line)?
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.end_line(&whole)?
            };
            if is_complete {
                take(&self.data)?;
                self.data.clear();
            }
            rest = after;
        }
        Ok(())
    }

    /// Whether it completes an event.
    fn end_line(&mut self, line: &[u8]) -> Result<bool, SseError> {
        let mut line = std::str::from_utf8(line).map_err(|_| SseError::NotUtf8)?;
        if !std::mem::replace(&mut self.is_past_start, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return Ok(std::mem::take(&mut self.has_data));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        if field == "data" {
            if self.data.len() + value.len() > EVENT_LIMIT_BYTES {
                return Err(SseError::TooLong);
            }
            if std::mem::replace(&mut self.has_data, true) {
                self.data.push('\n');
            }
            self.data.push_str(value);
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_LIMIT_BYTES, Reader, SseError};
    use proptest::prelude::*;

    fn push(reader: &mut Reader, bytes: &[u8], events: &mut Vec<String>) -> Result<(), SseError> {
        reader.push(bytes, |data| {
            events.push(data.to_owned());
            Ok(())
        })
    }

    fn check(stream: &str, expected: &[&str]) {
        let mut events = Vec::new();
        push(&mut Reader::default(), stream.as_bytes(), &mut events).unwrap();
        assert_eq!(events, expected, "{stream:?}");
    }

    #[test]
    fn reads_what_the_standard_allows() {
        check("data: a\n\n", &["a"]);
        check("data:a\r\n\r\n", &["a"]);
        check("data: a\r\rdata:  b\r\r", &["a", " b"]);
        check("\u{feff}event: ping\ndata: {}\n\n", &["{}"]);
        check(": comment\nid: 7\nretry: 5\nevent: x\n\n", &[]);
        check("data: a\ndata: b\ndata\n\n", &["a\nb\n"]);
        check("data: 끝나지 않음\n", &[]);
        check("", &[]);
    }

    #[test]
    fn a_line_has_a_limit_and_is_utf8() {
        let read = |bytes: &[u8]| {
            let mut events = Vec::new();
            let read = push(&mut Reader::default(), bytes, &mut events);
            (events, read)
        };
        let long = vec![b'a'; LINE_LIMIT_BYTES + 1];
        assert_eq!(read(&long), (vec![], Err(SseError::TooLong)));
        // What was complete before it is not lost.
        let garbage = [b"data: a\n\ndata: ".as_slice(), b"\xea\xb0\n"].concat();
        assert_eq!(read(&garbage), (vec!["a".to_owned()], Err(SseError::NotUtf8)));
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_events(
            lines in proptest::collection::vec("(data: ?|event: ?|: |)[가-힣😀a:]{0,6}(\r\n|\n|\r){1,2}", 0..12),
            cuts in proptest::collection::vec(0usize..400, 0..20),
        ) {
            let stream = lines.concat().into_bytes();
            let mut whole = Vec::new();
            push(&mut Reader::default(), &stream, &mut whole).unwrap();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.push(stream.len());
            cuts.sort_unstable();
            let mut reader = Reader::default();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts {
                push(&mut reader, &stream[from..cut], &mut pieces).unwrap();
                from = cut;
            }
            prop_assert_eq!(pieces, whole);
        }
    }
}
