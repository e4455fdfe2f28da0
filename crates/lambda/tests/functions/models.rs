//! Who answers: the next provider when the first cannot, and the first again with a new key.

use providers::drill::{Fault, Script, Step};
use serde_json::{Value, json};

use crate::desk::{ANSWER, Desk, kinds, last, question, text};

fn status(code: u16) -> Step {
    let fault = Fault::Status {
        code,
        kind: None,
        message: "scripted".into(),
        retry_after_s: None,
        retry_after_as_date: false,
        html: false,
    };
    Step { faults: vec![fault], ..Step::default() }
}

fn answer() -> Step {
    Step { answer: ANSWER.into(), ..Step::default() }
}

fn script(anthropic: Vec<Step>) -> Script {
    Script { anthropic, bedrock: vec![answer()], ..Script::default() }
}

/// Asks once and gives the frames.
async fn ask(desk: &Desk) -> Vec<Value> {
    let before = desk.stand.frames("s1").len();
    desk.say("s1", &question(&json!({}))).await;
    desk.stand.frames("s1").split_off(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn bedrock_answers_when_anthropic_is_overloaded() {
    let desk = Desk::open(script(vec![status(529)])).await;
    let frames = ask(&desk).await;
    assert_eq!(text(&frames), ANSWER);
    assert_eq!(last(&frames, "switched")["provider"], "bedrock");
    let codes: Vec<&Value> = frames.iter().map(|frame| &frame["code"]).collect();
    assert!(codes.contains(&&json!("provider_switched")), "{codes:?}");
    let row = desk.ledger().await.remove(0);
    assert_eq!(row.provider.unwrap().as_str(), "bedrock");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_say_who_is_asked() {
    let no_anthropic = [("USE_ANTHROPIC_API", "false")];
    let desk = Desk::with(script(vec![status(500)]), &no_anthropic).await;
    let frames = ask(&desk).await;
    assert_eq!((&frames[0]["provider"], text(&frames).as_str()), (&json!("bedrock"), ANSWER));
    assert_eq!(desk.stand.secret_fetches(), 0);
    let no_bedrock = [("FALLBACK_TO_BEDROCK", "false")];
    let desk = Desk::with(script(vec![status(529)]), &no_bedrock).await;
    let frames = ask(&desk).await;
    assert_eq!(last(&frames, "error")["code"], "provider_overloaded", "{:?}", kinds(&frames));
    assert_eq!(desk.saved().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_secret_is_fetched_when_its_key_is_refused_and_the_turn_goes_on() {
    let no_bedrock = [("FALLBACK_TO_BEDROCK", "false")];
    let desk = Desk::with(script(vec![answer()]), &no_bedrock).await;
    ask(&desk).await;
    assert_eq!((desk.stand.secret_fetches(), desk.saved().await.len()), (1, 2));
    // The key is changed; it is refused once, and the new one is fetched within the turn.
    desk.stand.change_secret("second");
    desk.stand.drill.play(script(vec![status(401), answer()]));
    let frames = ask(&desk).await;
    assert_eq!((text(&frames).as_str(), desk.stand.secret_fetches()), (ANSWER, 2));
    // A key that is refused again so soon is not fetched again.
    desk.stand.drill.play(script(vec![status(401)]));
    let frames = ask(&desk).await;
    assert_eq!(last(&frames, "error")["code"], "provider_unauthorised");
    assert_eq!(desk.stand.secret_fetches(), 2);
}
