//! A file that is not what was written is refused with the line and the reason.

use stores::table::Table;
use stores::transfer::Reader;

use crate::{exported, fill, memory, row};

async fn whole() -> String {
    let store = memory();
    let rows = [
        row(Table::Conversations, "kim", "c1", "{\"title\":\"한 😀\"}"),
        row(Table::Prompts, "Basic", "", "글"),
    ];
    fill(&store, &rows).await;
    String::from_utf8(exported(&store).await).unwrap()
}

/// Rows read before the first fault, and the fault.
fn read(file: &[u8]) -> (usize, Option<String>) {
    let rows = match Reader::open(file) {
        Ok((_, rows)) => rows,
        Err(error) => return (0, Some(error.to_string())),
    };
    let mut found = 0;
    for row in rows {
        match row {
            Ok(_) => found += 1,
            Err(error) => return (found, Some(error.to_string())),
        }
    }
    (found, None)
}

#[tokio::test]
async fn the_format_is_what_its_page_says() {
    assert_eq!(
        whole().await,
        "{\"format\":\"nx-wt-prf-store\",\"version\":1,\"program\":\"0.1.0\",\
         \"at\":\"2026-11-27T00:00:00.000Z\"}\n\
         {\"table\":\"conversations\",\"partition\":\"kim\",\"sort\":\"c1\",\
         \"row\":{\"title\":\"한 😀\"}}\n\
         {\"table\":\"prompts\",\"partition\":\"Basic\",\"sort\":\"\",\"text\":\"글\"}\n\
         {\"end\":{\"rows\":2,\"tables\":{\"conversations\":1,\"files\":0,\"prompts\":1,\"usage\":0,\
         \"usage-tracking\":0,\"websocket-connections\":0},\"sha256\":\
         \"1fa2133384486f36711aab94b7be6ccfd21036daa382aae038efb63206d0da7f\"}}\n"
    );
}

#[tokio::test]
async fn damage_is_named_by_line_and_reason() {
    let whole = whole().await;
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    let (header, first, second, end) = (lines[0], lines[1], lines[2], lines[3]);
    let check = |file: String, rows, expected: &str| {
        let (found, error) = read(file.as_bytes());
        let error = error.unwrap_or_default();
        assert_eq!((found, error.starts_with(expected)), (rows, true), "{error}\n{file}");
    };
    assert_eq!(read(whole.as_bytes()), (2, None));
    assert_eq!(read(whole.trim_end().as_bytes()), (2, None));
    check(String::new(), 0, "line 1: this is no export of a store");
    check("{\"Items\":[]}".into(), 0, "line 1: this is no export of a store");
    check(header.replace(":1,", ":2,"), 0, "line 1: the format has version 2, but this program");
    check([header, first].concat(), 1, "line 3: the file is cut: 1 rows");
    check(
        [header, first, second.get(..20).unwrap()].concat(),
        1,
        "line 3: the file is cut: 1 rows",
    );
    check(
        [header, first, second, end.get(..40).unwrap()].concat(),
        2,
        "line 4: the file is cut: 2 rows",
    );
    check([header, first, end].concat(), 1, "line 3: the last line counts 1 rows of prompts, but");
    check([header, second, first, end].concat(), 2, "line 4: the checksum is ");
    check(whole.replace('한', "두"), 2, "line 4: the checksum is ");
    check(
        [header, "{\"table\":1}\n", end].concat(),
        0,
        "line 2: not a line of an export at column",
    );
    check(whole.replace("prompts\",\"p", "words\",\"p"), 1, "line 3: there is no table \"words\"");
    check(whole.replace(",\"text\":\"글\"", ""), 1, "line 3: a row needs either");
    check([&whole, "\n"].concat(), 2, "line 5: something follows the last line");
}
