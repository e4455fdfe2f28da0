//! Where faults stand in the stream, byte by byte.

use super::{Act, GARBAGE, State, tape};
use crate::drill::request::Provider::{self, Anthropic, Bedrock};
use crate::drill::script::{Fault, Step};
use crate::drill::wire;
use serde_json::{Value, json};

fn events() -> Vec<Value> {
    ["하나", "둘 😀", "\u{1100}\u{1161}"].map(|text| json!({"type": "x", "text": text})).into()
}

fn whole(provider: Provider) -> Vec<u8> {
    events().iter().flat_map(|event| wire::event(provider, event)).collect()
}

/// All bytes, the events that were sent whole, and the last act.
fn played(provider: Provider, step: &Step) -> (Vec<u8>, Vec<usize>, Act) {
    let acts = tape(provider, &events(), step);
    let sent = |act: &Act| match act {
        Act::Send(bytes) => bytes.clone(),
        _ => Vec::new(),
    };
    let events = |act: &Act| match act {
        Act::Sent(event) => Some(*event),
        _ => None,
    };
    (
        acts.iter().flat_map(sent).collect(),
        acts.iter().filter_map(events).collect(),
        acts.last().unwrap().clone(),
    )
}

fn with(fault: Fault) -> Step {
    Step { faults: vec![fault], ..Step::default() }
}

/// Events that end at that offset or before.
fn complete(provider: Provider, at: usize) -> Vec<usize> {
    let mut end = 0;
    let lengths = events().into_iter().map(|event| wire::event(provider, &event).len());
    let ends: Vec<usize> = lengths
        .map(|length| {
            end += length;
            end
        })
        .collect();
    (0..ends.len()).filter(|number| ends[*number] <= at).collect()
}

#[test]
fn a_cut_and_a_stall_come_at_their_byte() {
    for provider in [Anthropic, Bedrock] {
        let whole = whole(provider);
        for at in 0..=whole.len() {
            for (clean, end) in [(false, Act::Drop), (true, Act::End(State::Failed))] {
                let cut = played(provider, &with(Fault::Cut { after_bytes: Some(at), clean }));
                assert_eq!(cut, (whole[..at].to_vec(), complete(provider, at), end));
            }
            let stall = with(Fault::Stall { after_bytes: Some(at), ping_ms: None });
            assert_eq!(
                played(provider, &stall),
                (whole[..at].to_vec(), complete(provider, at), Act::Stall(None))
            );
        }
        let beyond = played(
            provider,
            &with(Fault::Cut { after_bytes: Some(whole.len() + 1), clean: false }),
        );
        assert_eq!(beyond, (whole, vec![0, 1, 2], Act::End(State::Completed)));
    }
}

#[test]
fn garbage_stands_between_the_bytes_and_nothing_is_lost() {
    let whole = whole(Anthropic);
    for at in 0..=whole.len() {
        let (bytes, sent, end) = played(Anthropic, &with(Fault::Garbage { after_bytes: at }));
        assert_eq!(bytes, [&whole[..at], GARBAGE, &whole[at..]].concat());
        assert_eq!((sent, end), (vec![0, 1, 2], Act::End(State::Completed)));
    }
}

#[test]
fn an_error_comes_at_the_next_border_of_events() {
    for provider in [Anthropic, Bedrock] {
        let whole = whole(provider);
        let first = wire::event(provider, &events()[0]).len();
        let error = wire::error(provider, "overloaded_error");
        for at in 0..=whole.len() {
            let (bytes, sent, end) = played(
                provider,
                &with(Fault::Error { kind: "overloaded_error".into(), after_bytes: at }),
            );
            let border = bytes.len() - error.len();
            assert_eq!(bytes, [&whole[..border], &error].concat());
            assert_eq!((sent, end), (complete(provider, border), Act::End(State::Failed)));
            assert!(border >= at && (border > 0 || at == 0) && (at > first || border <= first));
        }
    }
}

#[test]
fn pings_wait_for_a_border_too() {
    let first = wire::event(Anthropic, &events()[0]).len();
    let (bytes, _, end) =
        played(Anthropic, &with(Fault::Stall { after_bytes: Some(1), ping_ms: Some(9) }));
    assert_eq!(bytes.len(), first);
    assert_eq!(end, Act::Stall(Some((9, b"event: ping\ndata: {\"type\":\"ping\"}\n\n".to_vec()))));
}

#[test]
fn pieces_and_waits_change_no_byte() {
    for piece_bytes in [1, 2, 7, 64] {
        let step = Step { piece_bytes, piece_ms: 5, delay_ms: 3, ..Step::default() };
        let (bytes, sent, _) = played(Bedrock, &step);
        assert_eq!((bytes, sent), (whole(Bedrock), vec![0, 1, 2]));
        let acts = tape(Bedrock, &events(), &step);
        let longest =
            acts.iter().map(|act| if let Act::Send(bytes) = act { bytes.len() } else { 0 }).max();
        assert_eq!(longest, Some(piece_bytes));
        let sends = acts.iter().filter(|act| matches!(act, Act::Send(_))).count();
        assert_eq!(acts.iter().filter(|act| **act == Act::Wait { ms: 5 }).count(), sends);
        assert_eq!(acts.iter().filter(|act| **act == Act::Wait { ms: 3 }).count(), 3);
    }
}

#[test]
fn faults_follow_one_another() {
    let faults =
        vec![Fault::Cut { after_bytes: Some(9), clean: false }, Fault::Garbage { after_bytes: 4 }];
    let (bytes, ..) = played(Anthropic, &Step { faults, ..Step::default() });
    assert_eq!(bytes, [&whole(Anthropic)[..4], GARBAGE, &whole(Anthropic)[4..9]].concat());
}
