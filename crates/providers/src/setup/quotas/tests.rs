//! What a file of quotas says, and how it is refused.

use super::{QuotaError, QuotaPlace, QuotaSettings, lines, parse};
use crate::setup::reader::Reader;
use std::error::Error;

fn check(text: &str, month_tokens: Option<u64>, expected: &str) {
    assert_eq!(lines(&parse(text, month_tokens).unwrap()), expected, "{text}");
}

#[test]
fn sections_stand_on_the_default() {
    check("", None, "quota default  no limit a month\n");
    check("", Some(5), "quota default  5 tokens a month\n");
    check(
        "[default]\nmonth_tokens = 1_000_000\nmonth_dollars = \"150\"\n\
         [role.user]\nplan = \"basic\"\n\
         [role.desk]\nmonth_dollars = \"0.05\"\n\
         [role.admin]\nunlimited = true\n\
         [user.\"kim@desk\"]\nplan = \"free\"\nmonth_dollars = \"12.50\"\nunlimited = false\n",
        None,
        "quota default  1000000 tokens and $150 a month\n\
         quota role.user  100000 tokens and $150 a month\n\
         quota role.desk  1000000 tokens and $0.05 a month\n\
         quota role.admin  no limit a month\n\
         quota user.\"kim@desk\"  10000 tokens and $12.5 a month\n",
    );
    check(
        "[default]\nmonth_dollars = \"1\"\n[role.desk]\nplan = \"premium\"\n",
        Some(7),
        "quota default  7 tokens and $1 a month\nquota role.desk  500000 tokens and $1 a month\n",
    );
}

#[test]
fn turns_are_limited_a_minute_and_at_once() {
    check(
        "[default]\nturns_per_minute = 10\nconcurrent_turns = 2\n\
         [role.desk]\nturns_per_minute = 30\n\
         [role.admin]\nunlimited = true\n\
         [user.\"kim\"]\nplan = \"free\"\nconcurrent_turns = 0\n",
        None,
        "quota default  no limit a month, 10 turns a minute, 2 turns at once\n\
         quota role.desk  no limit a month, 30 turns a minute, 2 turns at once\n\
         quota role.admin  no limit a month\n\
         quota user.\"kim\"  10000 tokens a month, 10 turns a minute, 0 turns at once\n",
    );
    refused(
        "[default]\nconcurrent_turns = 2\nunlimited = true",
        None,
        "line 3: a limit and unlimited cannot stand together",
    );
}

#[test]
fn texts_are_limited_in_characters() {
    check(
        "[default]\ntext_chars = 20_000\n\
         [role.desk]\ntext_chars = 50_000\n\
         [user.\"kim\"]\nconcurrent_turns = 1\n",
        None,
        "quota default  no limit a month, 20000 characters a text\n\
         quota role.desk  no limit a month, 50000 characters a text\n\
         quota user.\"kim\"  no limit a month, 1 turns at once, 20000 characters a text\n",
    );
    refused(
        "[default]\ntext_chars = 2\nunlimited = true",
        None,
        "line 3: a limit and unlimited cannot stand together",
    );
}

fn refused(text: &str, month_tokens: Option<u64>, expected: &str) {
    assert_eq!(parse(text, month_tokens).unwrap_err().to_string(), expected, "{text}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_line() {
    refused(
        "[default]\nplan = \"basic\"\n\n[role.chief]\nunlimited = true",
        None,
        "line 4: unknown role \"chief\": use user, desk or admin",
    );
    refused(
        "# 한도\n[default]\nplan = \"gold\"",
        None,
        "line 3: unknown plan \"gold\": use free, basic or premium",
    );
    refused(
        "[default]\nmonth_dollars = \"12,50\"",
        None,
        "line 2: month_dollars is \"12,50\", but must be an amount like \"150\" or \"12.50\"",
    );
    refused(
        "[default]\nplan = \"basic\"\nmonth_tokens = 5",
        None,
        "line 3: plan and month_tokens cannot stand together",
    );
    refused(
        "[user.\"a\"]\nmonth_tokens = 5\nunlimited = true",
        None,
        "line 3: a limit and unlimited cannot stand together",
    );
    refused(
        "\n[user.\"a b\"]\n",
        None,
        "line 2: [user.\"a b\"] sets no limit: use plan, month_tokens, month_dollars, \
         turns_per_minute, concurrent_turns, text_chars or unlimited",
    );
    for (setting, name) in [
        ("month_tokens = 1", "month_tokens"),
        ("plan = \"free\"", "plan"),
        ("unlimited = true", "unlimited"),
    ] {
        refused(
            &format!("[default]\n{setting}"),
            Some(5),
            &format!("line 2: PRF_MONTH_TOKENS and {name} cannot stand together"),
        );
    }
}

#[test]
fn quotas_stand_in_a_file_or_in_the_setting_itself() {
    let read = |environment: &[(&str, &str)]| {
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        QuotaSettings::read(&mut Reader::new(environment))
    };
    let here = ("PRF_QUOTAS_TOML", "[default]\nplan = \"free\"");
    let settings = read(&[here]).unwrap();
    assert_eq!(lines(&settings.load().unwrap()), "quota default  10000 tokens a month\n");
    let both = read(&[here, ("PRF_QUOTAS", "quotas.toml")]).unwrap_err();
    assert_eq!(both.to_string(), "settings PRF_QUOTAS and PRF_QUOTAS_TOML exclude each other");
    let bad =
        read(&[("PRF_QUOTAS_TOML", "[default]\nplan = \"gold\"")]).unwrap().load().unwrap_err();
    assert_eq!(bad.to_string(), "PRF_QUOTAS_TOML");
    assert_eq!(
        bad.source().unwrap().to_string(),
        "line 2: unknown plan \"gold\": use free, basic or premium"
    );
    let place = Some(QuotaPlace::File("quotas.toml".into()));
    assert_eq!(read(&[("PRF_QUOTAS", "quotas.toml")]).unwrap().place, place);
}

#[test]
fn what_is_no_such_file_is_refused_with_its_line() {
    for (text, place) in [
        ("[default]\nmonth_tokens = -1", "line 2, column"),
        ("[default]\nmonth_dollars = 150", "line 2, column"),
        ("[default]\nturns_per_minute = -1", "line 2, column"),
        ("[default]\nmonth_token = 5", "line 2, column"),
        ("[rolle.user]\nmonth_tokens = 5", "line 1, column"),
        ("[default", "line 1, column"),
    ] {
        match parse(text, None) {
            Err(QuotaError::Format(error)) => {
                assert!(error.to_string().contains(place), "{error}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}
