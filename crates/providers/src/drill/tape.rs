//! The bytes of an answer with everything that goes wrong on the way, as a list of acts: what is
//! sent when. Playing it is the server's.

use serde_json::Value;

use super::request::Provider;
use super::script::{Fault, Step};
use super::wire;

/// What stands where no protocol has it: no UTF-8, no frame.
const GARBAGE: &[u8] = b"\xff\xfe\x00<garbage>\r\n\xc3";

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The answer is under way.
    Running,
    /// Everything was sent.
    Completed,
    /// The client went away first.
    Cancelled,
    /// It was refused, or a scripted fault ended it.
    Failed,
}

/// One thing the server does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    Wait {
        ms: u64,
    },
    Send(Vec<u8>),
    /// The event with that number was sent whole.
    Sent(usize),
    /// Silence for good, or these bytes at that pace.
    Stall(Option<(u64, Vec<u8>)>),
    /// The stream ends well.
    End(State),
    /// The connection is dropped.
    Drop,
}

/// A fault at its place in the stream.
fn placed(fault: &Fault, borders: &[usize]) -> Option<(usize, Fault)> {
    let border = |at: usize| borders.iter().copied().find(|border| *border >= at);
    let at = match fault {
        Fault::Status { .. } => None,
        Fault::Error { after_bytes, .. } => border(*after_bytes),
        Fault::Stall { after_bytes, ping_ms: Some(_) } => border((*after_bytes)?),
        Fault::Stall { after_bytes, ping_ms: None } | Fault::Cut { after_bytes, .. } => {
            *after_bytes
        }
        Fault::Garbage { after_bytes } => Some(*after_bytes),
    };
    let end = borders.last().copied().unwrap_or_default();
    at.filter(|at| *at <= end).map(|at| (at, fault.clone()))
}

/// What is done for these events under that step, after the response's head.
pub(crate) fn tape(provider: Provider, events: &[Value], step: &Step) -> Vec<Act> {
    let bytes: Vec<Vec<u8>> = events.iter().map(|event| wire::event(provider, event)).collect();
    let mut borders = vec![0];
    for one in &bytes {
        borders.push(borders.last().copied().unwrap_or_default() + one.len());
    }
    let mut faults: Vec<_> = step.faults.iter().filter_map(|one| placed(one, &borders)).collect();
    faults.sort_by_key(|(at, _)| *at);
    let mut faults = faults.into_iter().peekable();
    let mut acts = Vec::new();
    for (number, (event, from)) in bytes.iter().zip(&borders).enumerate() {
        if step.delay_ms > 0 {
            acts.push(Act::Wait { ms: step.delay_ms });
        }
        let mut done = 0;
        while let Some((at, fault)) = faults.next_if(|(at, _)| *at < from + event.len()) {
            send(&mut acts, event.get(done..at - from).unwrap_or_default(), step);
            done = at - from;
            if act(&mut acts, provider, &fault, step) {
                return acts;
            }
        }
        send(&mut acts, event.get(done..).unwrap_or_default(), step);
        acts.push(Act::Sent(number));
    }
    for (_, fault) in faults {
        if act(&mut acts, provider, &fault, step) {
            return acts;
        }
    }
    acts.push(Act::End(State::Completed));
    acts
}

/// Does what the fault says; gives whether it ends the stream.
fn act(acts: &mut Vec<Act>, provider: Provider, fault: &Fault, step: &Step) -> bool {
    match fault {
        Fault::Status { .. } => return false,
        Fault::Garbage { .. } => {
            send(acts, GARBAGE, step);
            return false;
        }
        Fault::Error { kind, .. } => {
            send(acts, &wire::error(provider, kind), step);
            acts.push(Act::End(State::Failed));
        }
        Fault::Cut { clean: true, .. } => acts.push(Act::End(State::Failed)),
        Fault::Cut { clean: false, .. } => acts.push(Act::Drop),
        Fault::Stall { ping_ms, .. } => {
            let ping = || wire::event(provider, &serde_json::json!({"type": "ping"}));
            acts.push(Act::Stall(ping_ms.map(|ms| (ms, ping()))));
        }
    }
    true
}

/// In pieces where the step says so.
fn send(acts: &mut Vec<Act>, bytes: &[u8], step: &Step) {
    let size = if step.piece_bytes == 0 { usize::MAX } else { step.piece_bytes };
    for piece in bytes.chunks(size) {
        if step.piece_ms > 0 {
            acts.push(Act::Wait { ms: step.piece_ms });
        }
        acts.push(Act::Send(piece.to_vec()));
    }
}

#[cfg(test)]
#[path = "tape_tests.rs"]
mod tests;
