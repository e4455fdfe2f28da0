//! Every layout in every way to write an item gives the same; what has none is refused with a reason.

use domain::engine::Engine;
use domain::id::UserId;
use serde_json::{Value, json};
use stores::legacy::{Layout, Old, OldTotals, read};

/// Plain JSON as DynamoDB's.
fn typed(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({ "S": text }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::Bool(is) => json!({ "BOOL": is }),
        Value::Null => json!({ "NULL": true }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(_) => json!({ "M": attributes(value) }),
    }
}

fn attributes(item: &Value) -> Value {
    let all = item.as_object().unwrap().iter();
    all.map(|(name, value)| (name.clone(), typed(value))).collect()
}

/// Reads the item in its four ways.
fn check(item: &Value, expected: &Result<Old, String>) {
    let typed = attributes(item);
    for written in [item, &typed, &json!({ "Item": typed }), &json!({ "Item": item })] {
        assert_eq!(&read(written).map_err(|refusal| refusal.to_string()), expected, "{written}");
    }
}

fn totals(layout: Layout, sort: &str, engine: Engine, period: &str, messages: u64) -> Old {
    Old::Totals(OldTotals {
        layout,
        sort: sort.into(),
        user_id: UserId::new("kim"),
        engine,
        period: period.into(),
        input_tokens: 7,
        output_tokens: 5,
        messages,
    })
}

#[test]
fn totals_come_in_four_layouts() {
    let with = |keys: Value| {
        let mut item = json!({"inputTokens": 7, "outputTokens": "5", "totalTokens": 12,
            "messageCount": 2, "updatedAt": "2026-11-23T00:00:00"});
        item.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        item
    };
    use Layout::{DateEngines, Days, EngineMonths, Months};
    for (keys, layout, sort, engine, period) in [
        (
            json!({"userId": "kim", "yearMonth": "2026-11#Basic"}),
            Months,
            "2026-11#Basic",
            Engine::Basic,
            "2026-11",
        ),
        (
            json!({"userId": "kim", "yearMonth": "2026-11#basic"}),
            Months,
            "2026-11#basic",
            Engine::Basic,
            "2026-11",
        ),
        (
            json!({"userId": "kim", "yearMonth": "2026-11", "engineType": "Pro"}),
            Months,
            "2026-11",
            Engine::Pro,
            "2026-11",
        ),
        (
            json!({"PK": "user#kim", "SK": "engine#Pro#2026-11"}),
            EngineMonths,
            "engine#Pro#2026-11",
            Engine::Pro,
            "2026-11",
        ),
        (
            json!({"userId": "kim", "usageDate#engineType": "2026-11-23#Basic"}),
            Days,
            "2026-11-23#Basic",
            Engine::Basic,
            "2026-11-23",
        ),
        (
            json!({"userId": "kim", "dateEngine": "2026-11-23#pro"}),
            DateEngines,
            "2026-11-23#pro",
            Engine::Pro,
            "2026-11-23",
        ),
    ] {
        check(&with(keys), &Ok(totals(layout, sort, engine, period, 2)));
    }
}

#[test]
fn prompts_and_files_are_read() {
    let prompt = json!({"id": "basic", "instruction": "교열하라 😀", "description": "경제",
        "updatedAt": "2026-01-02T03:04:05.678901"});
    let Old::Prompt(read_prompt) = read(&prompt).unwrap() else { unreachable!() };
    assert_eq!((read_prompt.engine, read_prompt.version), (Engine::Basic, 1));
    assert_eq!(read_prompt.instruction.as_str(), "교열하라 😀");
    assert_eq!(read_prompt.updated_at.unwrap().rfc3339(), "2026-01-02T03:04:05.678Z");
    check(&prompt, &Ok(Old::Prompt(read_prompt)));
    let file = json!({"promptId": "Pro", "fileId": "f#1", "fileName": "표기.txt",
        "fileContent": "", "createdAt": "2026-01-02T03:04:05Z"});
    let Old::File(read_file) = read(&file).unwrap() else { unreachable!() };
    assert_eq!((read_file.engine, read_file.id.as_str()), (Engine::Pro, "f#1"));
    assert_eq!((read_file.name.as_str(), read_file.content.as_str()), ("표기.txt", ""));
    check(&file, &Ok(Old::File(read_file)));
    check(&json!({"connectionId": "c", "ttl": 1}), &Ok(Old::Socket));
}

#[test]
fn what_has_no_layout_is_refused_with_its_reason() {
    let month = |fields: Value| {
        let mut item = json!({"userId": "kim", "yearMonth": "2026-11#Basic"});
        item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        item
    };
    for (item, expected) in [
        (json!({"a": 1, "b": "x"}), "no known layout has these attributes: a, b"),
        (month(json!({"rev": "01"})), "this service wrote it (`prf export store` takes it along)"),
        (json!({"id": "Basic"}), "no known layout has these attributes: id"),
        (month(json!({"yearMonth": "2026-13#Basic"})), "yearMonth is not a month and an engine"),
        (
            month(json!({"yearMonth": "2026-11#Premium"})),
            "yearMonth is not an engine (Basic or Pro)",
        ),
        (month(json!({"yearMonth": "2026-11"})), "engineType is missing"),
        (month(json!({"userId": ""})), "userId is missing"),
        (month(json!({"inputTokens": "many"})), "inputTokens is not a whole number from 0"),
        (month(json!({"inputTokens": -1})), "inputTokens is not a whole number from 0"),
        (
            month(json!({"totalTokens": 9})),
            "totalTokens is not the sum of inputTokens and outputTokens",
        ),
        (json!({"PK": "kim", "SK": "engine#Pro#2026-11"}), "PK is not user#<id>"),
        (json!({"PK": "user#kim", "SK": "2026-11"}), "SK is not engine#<engine>#<month>"),
        (
            json!({"userId": "kim", "dateEngine": "2026-02-29#Pro"}),
            "dateEngine is not a day and an engine",
        ),
        (json!({"conversationId": "c", "title": "유령"}), "userId is missing"),
        (
            json!({"promptId": "Pro", "fileId": "f", "fileName": "n", "fileContent": "x"}),
            "createdAt is missing",
        ),
    ] {
        check(&item, &Err(expected.into()));
    }
}
