//! A dictionary as a CSV file that an editor can open: `wrong,right,reason,kind,ruleId` or
//! `쓰지 말 것,쓸 것,이유,종류,규칙`, in any order; only the first column must be there.

use checker::RuleId;
use csv::{ReaderBuilder, StringRecord, Writer};
use domain::dictionary::{DictionaryEntry, DictionaryRule, NewEntry};

/// What each column is called, and how it may be called besides.
const COLUMNS: [[&str; 2]; 5] = [
    ["wrong", "쓰지 말 것"],
    ["right", "쓸 것"],
    ["reason", "이유"],
    ["kind", "종류"],
    ["ruleId", "규칙"],
];

/// Spreadsheets take a file for UTF-8 only when it begins so.
const MARK: char = '\u{feff}';

/// The entries of a file with their lines, and the lines that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReadFile {
    pub(crate) entries: Vec<(u64, NewEntry)>,
    pub(crate) unreadable: Vec<u64>,
}

/// Reads a file; none where its first line names no column of words.
pub(crate) fn read(text: &str) -> Option<ReadFile> {
    let text = text.trim_start_matches(MARK);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().ok()?.clone();
    let places = COLUMNS.map(|names| header.iter().position(|name| names.contains(&name.trim())));
    places[0]?;
    let mut file = ReadFile { entries: Vec::new(), unreadable: Vec::new() };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(1, csv::Position::line);
                match entry(&record, places) {
                    Some(entry) => file.entries.push((line, entry)),
                    None => file.unreadable.push(line),
                }
            }
            Err(error) => file.unreadable.push(error.position().map_or(1, csv::Position::line)),
        }
    }
    Some(file)
}

/// The entry of a line; none where its kind is none.
fn entry(record: &StringRecord, places: [Option<usize>; 5]) -> Option<NewEntry> {
    let field = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().trim();
    let [wrong, right, reason, kind, rule] = places.map(|at| field(at).to_owned());
    let kind = match (kind.as_str(), right.is_empty(), rule.is_empty()) {
        ("", true, false) => "ignore-rule",
        ("", true, true) => "except",
        ("", false, _) => "replace",
        (named, _, _) => named,
    };
    let rule = match kind {
        "replace" | "바꾸기" => DictionaryRule::Replace { wrong, right },
        "except" | "예외" => DictionaryRule::Except { word: wrong },
        "ignore-rule" | "규칙 끄기" => {
            DictionaryRule::IgnoreRule { rule: RuleId::owned(rule), word: Some(wrong) }
        }
        _ => return None,
    };
    Some(NewEntry { rule, reason: Some(reason) })
}

/// Writes a file that [`read`] takes.
///
/// # Errors
///
/// None that writing to memory could have.
pub(crate) fn write(entries: &[DictionaryEntry]) -> Result<String, csv::Error> {
    let mut writer = Writer::from_writer(MARK.to_string().into_bytes());
    writer.write_record(COLUMNS.map(|[name, _]| name))?;
    for entry in entries {
        let (wrong, right, kind, rule) = match &entry.rule {
            DictionaryRule::Replace { wrong, right } => {
                (wrong.as_str(), right.as_str(), "replace", "")
            }
            DictionaryRule::Except { word } => (word.as_str(), "", "except", ""),
            DictionaryRule::IgnoreRule { rule, word } => {
                (word.as_deref().unwrap_or_default(), "", "ignore-rule", rule.as_str())
            }
        };
        let reason = entry.reason.as_deref().unwrap_or_default();
        writer.write_record([wrong, right, reason, kind, rule])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{ReadFile, read, write};
    use checker::RuleId;
    use domain::dictionary::{DictionaryEntry, DictionaryRule, NewEntry};
    use domain::id::{EntryId, UserId};
    use domain::time::Timestamp;

    fn replace(wrong: &str, right: &str) -> DictionaryRule {
        DictionaryRule::Replace { wrong: wrong.into(), right: right.into() }
    }

    /// Rules with their lines, and the lines that cannot be read.
    type Read<'a> = (&'a [(u64, DictionaryRule)], &'a [u64]);

    fn check(text: &str, expected: Option<Read<'_>>) {
        let read = read(text).map(|file| {
            let rules = file.entries.into_iter().map(|(line, entry)| (line, entry.rule));
            (rules.collect::<Vec<_>>(), file.unreadable)
        });
        let expected = expected.map(|(rules, lines)| (rules.to_vec(), lines.to_vec()));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn columns_stand_in_any_order_and_kinds_may_be_left_out() {
        let silent = DictionaryRule::IgnoreRule {
            rule: RuleId::new("spelling/fixed-form"),
            word: Some(String::new()),
        };
        let except = DictionaryRule::Except { word: "갯마을 😀".into() };
        check(
            "\u{feff}쓸 것,쓰지 말 것\n며칠, 몇일\n,갯마을 😀\n",
            Some((&[(2, replace("몇일", "며칠")), (3, except)], &[])),
        );
        check(
            "wrong,right,ruleId,kind\n,,spelling/fixed-form,\n\"가\n나\",다,,\nx,y,,z\n",
            Some((&[(2, silent), (3, replace("가\n나", "다"))], &[5])),
        );
        check("word,right\n가,나\n", None);
        check("", None);
    }

    #[test]
    fn what_is_written_is_read() {
        let rules = [
            replace("\"가\", 나", "다 \u{1112}\u{1161}"),
            DictionaryRule::Except { word: "라".into() },
            DictionaryRule::IgnoreRule { rule: RuleId::new("a/b"), word: Some("마".into()) },
        ];
        let entries = rules.clone().map(|rule| DictionaryEntry {
            id: EntryId::new("e"),
            rule,
            reason: Some("이유".into()),
            created_by: UserId::new("kim"),
            created_at: Timestamp::from_millis(0),
        });
        let lines = (2..).zip(rules.map(|rule| NewEntry { rule, reason: Some("이유".into()) }));
        let expected = ReadFile { entries: lines.collect(), unreadable: Vec::new() };
        assert_eq!(read(&write(&entries).unwrap()), Some(expected));
    }
}
