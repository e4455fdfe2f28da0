//! Server-sent events from bytes, however the network cuts them (WHATWG HTML, section 9.2).

/// A line may hold so many bytes.
const LINE_LIMIT_BYTES: usize = 1024 * 1024;
/// The data of one event may hold so many bytes.
const EVENT_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// One event; comments, ids and retry hints are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Its `event` field; `message` where it has none.
    pub(crate) name: String,
    /// Its `data` lines, joined with line feeds.
    pub(crate) data: String,
}

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

/// Collects bytes and gives events as they become complete.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    line: Vec<u8>,
    after_carriage_return: bool,
    is_past_start: bool,
    name: String,
    data: String,
    has_data: bool,
}

impl Reader {
    /// Takes the next bytes, cut anywhere, and gives the events they complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, SseError> {
        let mut events = Vec::new();
        for byte in bytes {
            let follows_return = std::mem::take(&mut self.after_carriage_return);
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => {
                    self.after_carriage_return = *byte == b'\r';
                    events.extend(self.end_line()?);
                }
                byte => {
                    if self.line.len() == LINE_LIMIT_BYTES {
                        return Err(SseError::TooLong);
                    }
                    self.line.push(*byte);
                }
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Result<Option<Event>, SseError> {
        let line = std::mem::take(&mut self.line);
        let mut line = std::str::from_utf8(&line).map_err(|_| SseError::NotUtf8)?;
        if !std::mem::replace(&mut self.is_past_start, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return Ok(self.end_event());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if self.data.len() + value.len() > EVENT_LIMIT_BYTES {
                    return Err(SseError::TooLong);
                }
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
        Ok(None)
    }

    fn end_event(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        let name = if name.is_empty() { "message".to_owned() } else { name };
        std::mem::take(&mut self.has_data).then_some(Event { name, data })
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, LINE_LIMIT_BYTES, Reader, SseError};
    use proptest::prelude::*;

    fn check(stream: &str, expected: &[(&str, &str)]) {
        let events = Reader::default().push(stream.as_bytes()).unwrap();
        let events: Vec<_> =
            events.iter().map(|event| (event.name.as_str(), event.data.as_str())).collect();
        assert_eq!(events, expected, "{stream:?}");
    }

    #[test]
    fn reads_what_the_standard_allows() {
        check("data: a\n\n", &[("message", "a")]);
        check("data:a\r\n\r\n", &[("message", "a")]);
        check("data: a\r\rdata:  b\r\r", &[("message", "a"), ("message", " b")]);
        check("\u{feff}event: ping\ndata: {}\n\n", &[("ping", "{}")]);
        check(": comment\nid: 7\nretry: 5\nevent: x\n\n", &[]);
        check("data: a\ndata: b\ndata\n\n", &[("message", "a\nb\n")]);
        check("data: 끝나지 않음\n", &[]);
        check("", &[]);
    }

    #[test]
    fn a_line_has_a_limit_and_is_utf8() {
        let long = vec![b'a'; LINE_LIMIT_BYTES + 1];
        assert_eq!(Reader::default().push(&long), Err(SseError::TooLong));
        assert_eq!(Reader::default().push(b"data: \xea\xb0\n"), Err(SseError::NotUtf8));
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_events(
            lines in proptest::collection::vec("(data: ?|event: ?|: |)[가-힣😀a:]{0,6}(\r\n|\n|\r){1,2}", 0..12),
            cuts in proptest::collection::vec(0usize..400, 0..20),
        ) {
            let stream = lines.concat().into_bytes();
            let whole = Reader::default().push(&stream).unwrap();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.push(stream.len());
            cuts.sort_unstable();
            let mut reader = Reader::default();
            let mut pieces: Vec<Event> = Vec::new();
            let mut from = 0;
            for cut in cuts {
                pieces.extend(reader.push(&stream[from..cut]).unwrap());
                from = cut;
            }
            prop_assert_eq!(pieces, whole);
        }
    }
}
