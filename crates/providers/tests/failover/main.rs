//! The failover over scripted legs, in paused time: every remedy, waits, time limits, breakers and
//! what goes on after something was shown.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod breaker;
mod faithful;
mod measured;

use std::sync::Arc;
use std::time::Duration;

use checker::{Category, Severity};
use domain::model::{
    FinishReason, Mode, ModelCard, ModelEvent, ModelFinding, ModelRequest, ProviderError,
    TokenCount,
};
use domain::ports::Provider;
use domain::text::ArticleText;
use futures::StreamExt;
use providers::scripted::Answer;
use providers::{Failover, Leg, Scripted, Settings, Standing, Timeouts};
use tokio::sync::mpsc;
use tokio::time::Instant;

type Event = Result<ModelEvent, ProviderError>;

fn card(id: &str, takes_prefill: bool) -> ModelCard {
    ModelCard {
        id: id.into(),
        context_tokens: 1000,
        output_tokens: 100,
        cache_minimum_tokens: 1,
        takes_prefill,
        prices: Vec::new(),
    }
}

fn scripted(name: &str, answers: Vec<Answer>) -> Arc<Scripted> {
    Arc::new(Scripted::named(name, card(name, true), answers))
}

fn settings() -> Settings {
    let secs = Duration::from_secs;
    Settings {
        timeouts: Timeouts { first_token: secs(60), idle: secs(45), total: secs(280) },
        ..Settings::default()
    }
}

fn failover(legs: &[&Arc<Scripted>]) -> Failover {
    let leg = |one: &Arc<Scripted>| Leg::new(Arc::clone(one) as Arc<dyn Provider>, Vec::new());
    let mut legs = legs.iter().map(|one| leg(one));
    Failover::of(legs.next().unwrap(), legs.collect(), settings(), 1)
}

fn request(mode: Mode) -> ModelRequest {
    ModelRequest {
        mode,
        system: vec![],
        history: vec![],
        user: ArticleText::new("질문"),
        shown: None,
        may_search: mode == Mode::Chat,
        max_tokens: 10,
    }
}

fn text(text: &str) -> Event {
    Ok(ModelEvent::Text(text.into()))
}

fn end() -> Event {
    Ok(ModelEvent::Finished(FinishReason::EndTurn))
}

fn whole(content: &str) -> Answer {
    Answer::Events(vec![text(content), end()])
}

/// An answer that shows something and then fails.
fn broken(content: &str, error: ProviderError) -> Answer {
    Answer::Events(vec![text(content), Err(error)])
}

fn many(error: fn() -> ProviderError, count: usize) -> Vec<Answer> {
    (0..count).map(|_| Answer::Refused(error())).collect()
}

fn live() -> (mpsc::UnboundedSender<Event>, Answer) {
    let (send, receive) = mpsc::unbounded_channel();
    (send, Answer::Live(receive))
}

/// Who was asked, the text, and how it ended.
async fn run(failover: &Failover, request: ModelRequest) -> (Vec<String>, String, String) {
    let events: Vec<Event> = failover.stream(Arc::new(request)).collect().await;
    let mut asked = Vec::new();
    let mut shown = String::new();
    let mut ended = String::new();
    for event in events {
        match event {
            Ok(ModelEvent::Attempt { card, .. }) => asked.push(card.id),
            Ok(ModelEvent::Text(text)) => shown.push_str(&text),
            Ok(ModelEvent::Finished(reason)) => ended = format!("{reason:?}"),
            Ok(ModelEvent::SearchUnavailable) => asked.push("no search".into()),
            Ok(_) => {}
            Err(error) => ended = error.code().into(),
        }
    }
    (asked, shown, ended)
}

async fn check(
    failover: &Failover,
    request: ModelRequest,
    asked: &[&str],
    shown: &str,
    ended: &str,
) {
    let (was_asked, was_shown, was_ended) = run(failover, request).await;
    assert_eq!(was_asked, asked);
    assert_eq!((was_shown.as_str(), was_ended.as_str()), (shown, ended));
}

fn chat() -> ModelRequest {
    request(Mode::Chat)
}

fn standing(failover: &Failover) -> Vec<Standing> {
    failover.states().into_iter().map(|state| state.standing).collect()
}

#[tokio::test(start_paused = true)]
async fn a_failing_leg_is_asked_four_times_and_then_the_next() {
    let first = scripted("a", many(|| ProviderError::Overloaded, 4));
    let second = scripted("b", vec![whole("답")]);
    let begun = Instant::now();
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "a", "a", "a", "b"], "답", "EndTurn").await;
    let waited = begun.elapsed().as_millis();
    assert!((1750..3500).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn what_helps_is_decided_by_the_error() {
    let once = |error| Answer::Refused(error);
    for (error, asked, shown, ended) in [
        (ProviderError::Failed { status: 500 }, &["a", "a"][..], "가", "EndTurn"),
        (ProviderError::Cut, &["a", "a"], "가", "EndTurn"),
        (ProviderError::Protocol { what: "x" }, &["a", "a"], "가", "EndTurn"),
        (ProviderError::RateLimited { retry_after_ms: None }, &["a", "a"], "가", "EndTurn"),
        (ProviderError::RateLimited { retry_after_ms: Some(10_001) }, &["a", "b"], "나", "EndTurn"),
        (ProviderError::Unauthorised, &["a", "b"], "나", "EndTurn"),
        (ProviderError::PaymentRequired, &["a", "b"], "나", "EndTurn"),
        (ProviderError::UnknownModel, &["a", "b"], "나", "EndTurn"),
        (ProviderError::TimedOut { stage: "idle" }, &["a", "b"], "나", "EndTurn"),
        (ProviderError::TooLong, &["a"], "", "request_too_long"),
        (ProviderError::Rejected { reason: "r".into() }, &["a"], "", "provider_rejected"),
    ] {
        let first = scripted("a", vec![once(error), whole("가")]);
        let second = scripted("b", vec![whole("나")]);
        check(&failover(&[&first, &second]), chat(), asked, shown, ended).await;
    }
}

#[tokio::test(start_paused = true)]
async fn when_every_leg_fails_the_last_error_is_told() {
    let first = scripted("a", many(|| ProviderError::Overloaded, 4));
    let second = scripted("b", vec![Answer::Refused(ProviderError::Unauthorised)]);
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "a", "a", "a", "b"], "", "provider_unauthorised").await;
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_when_is_asked_then_by_every_turn() {
    let limited = Answer::Refused(ProviderError::RateLimited { retry_after_ms: Some(7000) });
    let first = scripted("a", vec![limited, whole("하나"), whole("둘")]);
    let legs = failover(&[&first]);
    let begun = Instant::now();
    let one = run(&legs, chat());
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        run(&legs, chat()).await.2
    };
    let (one, other) = tokio::join!(one, other);
    assert_eq!((one.2.as_str(), other.as_str()), ("EndTurn", "EndTurn"));
    // One request before, two after the seven seconds.
    assert_eq!((begun.elapsed(), first.requests().len()), (Duration::from_secs(7), 3));
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_leaves_the_leg_out_until_then() {
    let limited = Answer::Refused(ProviderError::RateLimited { retry_after_ms: Some(60_000) });
    let first = scripted("a", vec![limited, whole("가")]);
    let second = scripted("b", vec![whole("나"), whole("다")]);
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "b"], "나", "EndTurn").await;
    let left_out = Standing::LeftOut { reason: "provider_rate_limited", for_ms: 60_000 };
    assert_eq!(standing(&legs), [left_out, Standing::Asked]);
    assert_eq!((legs.name().as_str(), legs.model().id.as_str()), ("b", "b"));
    check(&legs, chat(), &["b"], "다", "EndTurn").await;
    tokio::time::advance(Duration::from_secs(60)).await;
    check(&legs, chat(), &["a"], "가", "EndTurn").await;
}

#[tokio::test(start_paused = true)]
async fn a_missing_first_token_a_pause_and_a_long_answer_are_too_late() {
    for (mut events, asked, shown, seconds) in [
        (vec![Ok(ModelEvent::Heartbeat)], &["a", "b"][..], "나", 60),
        (vec![Ok(ModelEvent::Started { model: "m".into() })], &["a", "b"], "나", 60),
        (vec![Ok(ModelEvent::Working(TokenCount::default()))], &["a", "b"], "나", 45),
        (vec![text("가 "), Ok(ModelEvent::Heartbeat)], &["a", "b"], "가 나", 45),
    ] {
        let (send, answer) = live();
        let (first, second) = (scripted("a", vec![answer]), scripted("b", vec![whole("나")]));
        events.drain(..).for_each(|event| send.send(event).unwrap());
        let begun = Instant::now();
        check(&failover(&[&first, &second]), chat(), asked, shown, "EndTurn").await;
        assert_eq!(begun.elapsed(), Duration::from_secs(seconds), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn pings_do_not_count_and_the_total_ends_even_a_lively_answer() {
    for (event, code, seconds) in [
        (ModelEvent::Heartbeat, "provider_timed_out", 60),
        (ModelEvent::Text("가".into()), "provider_timed_out", 280),
    ] {
        let (send, answer) = live();
        let first = scripted("a", vec![answer]);
        let drip = tokio::spawn(async move {
            while send.send(Ok(event.clone())).is_ok() {
                tokio::time::sleep(Duration::from_secs(7)).await;
            }
        });
        let begun = Instant::now();
        let legs = failover(&[&first]);
        assert_eq!(run(&legs, chat()).await.2, code);
        assert_eq!(begun.elapsed(), Duration::from_secs(seconds));
        drip.await.unwrap();
        // Running out of the turn's own time is not the provider's fault.
        assert_eq!(standing(&legs), [Standing::Asked]);
    }
}

#[tokio::test(start_paused = true)]
async fn waits_end_with_the_total() {
    let first = scripted("a", many(|| ProviderError::Overloaded, 9));
    let leg = Leg::new(first, Vec::new());
    let mut settings = settings();
    settings.timeouts.total = Duration::from_millis(800);
    let legs = Failover::of(leg, Vec::new(), settings, 1);
    let begun = Instant::now();
    assert_eq!(run(&legs, chat()).await.2, "provider_overloaded");
    assert!(begun.elapsed() < Duration::from_millis(800));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_gone_is_followed_by_its_successor_for_good() {
    let gone = || Answer::Refused(ProviderError::UnknownModel);
    let model = |id: &str, answers| {
        Arc::new(Scripted::named("a", card(id, true), answers)) as Arc<dyn Provider>
    };
    let successors = vec![model("m2", vec![gone()]), model("m3", vec![whole("셋"), whole("또")])];
    let leg = Leg::new(model("m1", vec![gone()]), successors);
    let legs = Failover::of(leg, Vec::new(), settings(), 1);
    check(&legs, chat(), &["m1", "m2", "m3"], "셋", "EndTurn").await;
    check(&legs, chat(), &["m3"], "또", "EndTurn").await;
    assert_eq!(legs.model().id, "m3");
}

#[tokio::test(start_paused = true)]
async fn an_account_without_search_is_asked_without_and_that_is_remembered() {
    let refused = || Answer::Refused(ProviderError::SearchDisabled);
    let first = scripted("a", vec![refused(), whole("가"), whole("나"), whole("다"), whole("라")]);
    let legs = failover(&[&first]);
    check(&legs, chat(), &["a", "a", "no search"], "가", "EndTurn").await;
    check(&legs, chat(), &["a", "no search"], "나", "EndTurn").await;
    check(&legs, request(Mode::Proofread), &["a"], "다", "EndTurn").await;
    tokio::time::advance(Duration::from_secs(600)).await;
    check(&legs, chat(), &["a"], "라", "EndTurn").await;
    let searched: Vec<_> = first.requests().iter().map(|one| one.may_search).collect();
    assert_eq!(searched, [true, false, false, false, true]);
    // One that refuses even then is left to the next.
    let stubborn = scripted("a", vec![refused(), refused()]);
    let second = scripted("b", vec![whole("나")]);
    let legs = failover(&[&stubborn, &second]);
    check(&legs, chat(), &["a", "a", "no search", "b"], "나", "EndTurn").await;
}

fn shown_to(leg: &Scripted) -> Vec<Option<String>> {
    let shown = |one: &Arc<ModelRequest>| one.shown.as_ref().map(|text| text.as_str().to_owned());
    leg.requests().iter().map(shown).collect()
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_is_gone_on_with_on_the_same_leg_once_and_then_on_the_next() {
    let first =
        scripted("a", vec![broken("하나 ", ProviderError::Cut), broken("둘", ProviderError::Cut)]);
    let second = scripted("b", vec![whole(" 셋")]);
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "a", "b"], "하나 둘 셋", "EndTurn").await;
    assert_eq!(shown_to(&first), [None, Some("하나 ".into())]);
    assert_eq!(shown_to(&second), [Some("하나 둘".into())]);
}

#[tokio::test(start_paused = true)]
async fn other_failures_after_something_was_shown_go_to_the_next_leg() {
    let first = scripted("a", vec![broken("하나", ProviderError::Overloaded), whole(" 둘")]);
    let second = scripted("b", vec![whole(" 셋")]);
    check(&failover(&[&first, &second]), chat(), &["a", "b"], "하나 셋", "EndTurn").await;
    // Without another leg the same one goes on.
    let only = scripted("a", vec![broken("하나", ProviderError::Overloaded), whole(" 둘")]);
    check(&failover(&[&only]), chat(), &["a", "a"], "하나 둘", "EndTurn").await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_goes_on_with_an_old_answer_gives_only_what_is_new() {
    let first = scripted("a", vec![broken(" 둘", ProviderError::Cut), whole(" 셋")]);
    let begun = ModelRequest { shown: Some(ArticleText::new("하나 ")), ..chat() };
    check(&failover(&[&first]), begun, &["a", "a"], "둘 셋", "EndTurn").await;
    assert_eq!(shown_to(&first), [Some("하나 ".into()), Some("하나 둘".into())]);
}

#[tokio::test(start_paused = true)]
async fn a_model_without_prefill_may_repeat_what_was_shown() {
    let first = scripted("a", vec![broken("한은은 금리를", ProviderError::Overloaded)]);
    let pieces = ["한은", "은 금리", "를 내", "렸다."].map(text);
    let answer = Answer::Events(pieces.into_iter().chain([end()]).collect());
    let second = Arc::new(Scripted::named("b", card("b", false), vec![answer]));
    let legs = failover(&[&first, &second]);
    check(&legs, chat(), &["a", "b"], "한은은 금리를 내렸다.", "EndTurn").await;
}

#[tokio::test(start_paused = true)]
async fn findings_are_asked_for_anew() {
    let finding = || {
        Ok(ModelEvent::Finding(ModelFinding {
            original: "몇일".into(),
            before: None,
            after: None,
            replacements: vec!["며칠".into()],
            category: Category::Spelling,
            severity: Severity::Error,
            message: String::new(),
            reference: None,
            confidence: None,
        }))
    };
    let first = scripted("a", vec![Answer::Events(vec![finding(), Err(ProviderError::Cut)])]);
    let second = scripted("b", vec![Answer::Events(vec![finding(), end()])]);
    let legs = failover(&[&first, &second]);
    let proofread = request(Mode::Proofread);
    let (asked, _, ended) = run(&legs, proofread).await;
    // The script of the first is at its end after the cut, so that it is overloaded.
    assert_eq!((asked, ended.as_str()), (vec!["a".into(), "a".into(), "b".into()], "EndTurn"));
    assert_eq!((shown_to(&first), shown_to(&second)), (vec![None, None], vec![None]));
}
