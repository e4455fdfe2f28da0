//! The cache's rules, one by one, in virtual time.

use super::Ttl::{FiveMinutes, OneHour};
use super::{Cache, Charge, Prompt, Ttl};
use domain::time::Timestamp;

const MINUTE: i64 = 60_000;
const MINIMUM: u64 = 1024;

/// Blocks as name, tokens and breakpoint.
fn prompt(blocks: &[(&str, u64, Option<Ttl>)]) -> Prompt {
    let mut prompt = Prompt::new("anthropic/k/m");
    for (content, tokens, breakpoint) in blocks {
        prompt.push(content, *tokens, *breakpoint);
    }
    prompt
}

/// Bills the prompt at that minute and begins its answer at once.
fn send(cache: &mut Cache, minute: i64, prompt: &Prompt) -> Charge {
    let now = Timestamp::from_millis(minute * MINUTE);
    let charge = cache.charge(prompt, MINIMUM, now);
    cache.keep(prompt, MINIMUM, now);
    let parts = charge.input + charge.write_5m + charge.write_1h + charge.read;
    assert_eq!(parts, prompt.tokens());
    charge
}

fn charge(read: u64, write_1h: u64, write_5m: u64, input: u64) -> Charge {
    Charge { input, write_5m, write_1h, read }
}

#[test]
fn the_first_request_writes_and_the_second_reads() {
    let asked =
        prompt(&[("s", 65_000, Some(OneHour)), ("h", 400, Some(FiveMinutes)), ("u", 90, None)]);
    let mut cache = Cache::default();
    assert_eq!(send(&mut cache, 0, &asked), charge(0, 65_000, 400, 90));
    assert_eq!(send(&mut cache, 1, &asked), charge(65_400, 0, 0, 90));
}

#[test]
fn each_breakpoint_lives_its_own_time_and_a_hit_refreshes_it() {
    let asked = prompt(&[("s", 2_000, Some(OneHour)), ("h", 500, Some(FiveMinutes))]);
    let mut cache = Cache::default();
    send(&mut cache, 0, &asked);
    assert_eq!(send(&mut cache, 4, &asked), charge(2_500, 0, 0, 0));
    assert_eq!(send(&mut cache, 8, &asked), charge(2_500, 0, 0, 0));
    // Five minutes after the last use the history is gone, the system part is not.
    assert_eq!(send(&mut cache, 13, &asked), charge(2_000, 0, 500, 0));
    assert_eq!(send(&mut cache, 72, &asked), charge(2_000, 0, 500, 0));
    assert_eq!(send(&mut cache, 132, &asked), charge(0, 2_000, 500, 0));
}

#[test]
fn an_entry_ends_at_the_millisecond() {
    let asked = prompt(&[("s", 2_000, Some(FiveMinutes))]);
    let at = |millis| {
        let mut cache = Cache::default();
        send(&mut cache, 0, &asked);
        cache.charge(&asked, MINIMUM, Timestamp::from_millis(millis)).read
    };
    assert_eq!([at(5 * MINUTE - 1), at(5 * MINUTE)], [2_000, 0]);
}

#[test]
fn what_is_too_short_is_neither_written_nor_read() {
    let short = prompt(&[("s", MINIMUM - 1, Some(OneHour)), ("u", 1, None)]);
    let mut cache = Cache::default();
    assert_eq!(send(&mut cache, 0, &short), charge(0, 0, 0, MINIMUM));
    assert_eq!(send(&mut cache, 0, &short), charge(0, 0, 0, MINIMUM));
    // Too short at the first breakpoint, long enough at the second: the whole goes to the second.
    let both = prompt(&[("s", 1_000, Some(OneHour)), ("h", 24, Some(FiveMinutes))]);
    assert_eq!(send(&mut cache, 0, &both), charge(0, 0, 1_024, 0));
    assert_eq!(send(&mut cache, 0, &both), charge(1_024, 0, 0, 0));
}

#[test]
fn without_a_breakpoint_nothing_is_cached_or_read() {
    let marked = prompt(&[("s", 2_000, Some(OneHour)), ("u", 10, None)]);
    let bare = prompt(&[("s", 2_000, None), ("u", 10, None)]);
    let mut cache = Cache::default();
    send(&mut cache, 0, &marked);
    assert_eq!(send(&mut cache, 1, &bare), charge(0, 0, 0, 2_010));
}

#[test]
fn a_change_invalidates_what_follows_and_nothing_before() {
    let asked = |system: &str, history: &str| {
        prompt(&[
            ("tools", 2_000, Some(OneHour)),
            (system, 3_000, Some(OneHour)),
            (history, 500, Some(FiveMinutes)),
            ("u", 10, None),
        ])
    };
    let mut cache = Cache::default();
    send(&mut cache, 0, &asked("s", "h"));
    assert_eq!(send(&mut cache, 1, &asked("s", "other")), charge(5_000, 0, 500, 10));
    assert_eq!(send(&mut cache, 1, &asked("other", "h")), charge(2_000, 3_000, 500, 10));
    assert_eq!(send(&mut cache, 1, &asked("s", "h")), charge(5_500, 0, 0, 10));
}

#[test]
fn a_setting_between_blocks_invalidates_what_stands_after_it() {
    let asked = |choice: &str| {
        let mut prompt = prompt(&[("s", 2_000, Some(OneHour))]);
        prompt.mix(choice);
        prompt.push("h", 500, Some(FiveMinutes));
        prompt
    };
    let mut cache = Cache::default();
    send(&mut cache, 0, &asked("auto"));
    assert_eq!(send(&mut cache, 1, &asked("none")), charge(2_000, 0, 500, 0));
    assert_eq!(send(&mut cache, 1, &asked("auto")), charge(2_500, 0, 0, 0));
}

#[test]
fn another_scope_shares_nothing() {
    let mut cache = Cache::default();
    send(&mut cache, 0, &prompt(&[("s", 2_000, Some(OneHour))]));
    let mut other = Prompt::new("bedrock/k/m");
    other.push("s", 2_000, Some(OneHour));
    assert_eq!(send(&mut cache, 0, &other), charge(0, 2_000, 0, 0));
}

/// A conversation that grows by so many blocks, its breakpoint always on the last.
fn grown(blocks: usize) -> Prompt {
    let mut prompt = Prompt::new("m");
    for number in 1..=blocks {
        let breakpoint = (number == blocks).then_some(FiveMinutes);
        prompt.push(&number.to_string(), 2_000, breakpoint);
    }
    prompt
}

#[test]
fn twenty_blocks_are_looked_back_at() {
    let read_after = |more: usize| {
        let mut cache = Cache::default();
        send(&mut cache, 0, &grown(5));
        send(&mut cache, 1, &grown(5 + more)).read
    };
    assert_eq!([read_after(1), read_after(19), read_after(20)], [10_000, 10_000, 0]);
}

#[test]
fn a_second_breakpoint_reaches_what_the_last_one_does_not() {
    let mut long = grown(30);
    long.blocks[4].breakpoint = Some(FiveMinutes);
    let mut cache = Cache::default();
    send(&mut cache, 0, &grown(5));
    assert_eq!(send(&mut cache, 1, &long), charge(10_000, 0, 50_000, 0));
}

#[test]
fn entries_stand_only_where_breakpoints_stood() {
    let mut cache = Cache::default();
    send(&mut cache, 0, &grown(10));
    // The first nine blocks are the same, but no prefix that ends there was written.
    assert_eq!(send(&mut cache, 1, &grown(9)).read, 0);
}

#[test]
fn two_at_once_both_write_and_only_an_answer_that_began_can_be_read() {
    let asked = prompt(&[("s", 2_000, Some(OneHour)), ("u", 10, None)]);
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    let mut cache = Cache::default();
    assert_eq!(cache.charge(&asked, MINIMUM, at(0)), charge(0, 2_000, 0, 10));
    assert_eq!(cache.charge(&asked, MINIMUM, at(1)), charge(0, 2_000, 0, 10));
    cache.keep(&asked, MINIMUM, at(2));
    assert_eq!(cache.charge(&asked, MINIMUM, at(2)), charge(2_000, 0, 0, 10));
    cache.keep(&asked, MINIMUM, at(3));
    assert_eq!(cache.charge(&asked, MINIMUM, at(3)), charge(2_000, 0, 0, 10));
}

#[test]
fn an_entry_keeps_the_time_it_was_written_for() {
    let mut cache = Cache::default();
    send(&mut cache, 0, &prompt(&[("s", 2_000, Some(FiveMinutes))]));
    let hour = prompt(&[("s", 2_000, Some(OneHour))]);
    assert_eq!(send(&mut cache, 1, &hour), charge(2_000, 0, 0, 0));
    assert_eq!(send(&mut cache, 7, &hour), charge(0, 2_000, 0, 0));
    assert_eq!(send(&mut cache, 66, &hour), charge(2_000, 0, 0, 0));
}

#[test]
fn each_breakpoint_says_what_became_of_it() {
    let asked = |history: &str| {
        prompt(&[
            ("t", 10, Some(OneHour)),
            ("s", 2_000, Some(OneHour)),
            (history, 5, Some(FiveMinutes)),
        ])
    };
    let mut cache = Cache::default();
    send(&mut cache, 0, &asked("h"));
    let now = Timestamp::from_millis(MINUTE);
    let all = cache.breakpoints(&asked("other"), MINIMUM, now);
    let told: Vec<_> = all.iter().map(|one| (one.tokens, one.ttl, one.outcome)).collect();
    let expected =
        [(10, OneHour, "too_short"), (2_010, OneHour, "read"), (2_015, FiveMinutes, "written")];
    assert_eq!(told, expected);
    assert_eq!(all[1].digest, asked("h").blocks[1].digest.to_string());
}
