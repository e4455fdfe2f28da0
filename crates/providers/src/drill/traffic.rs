//! What the prompt cache saves a newsroom: a month of turns in virtual time through the simulator's
//! own cache, billed at the prices of the table of models.

use std::collections::VecDeque;
use std::fmt;

use domain::ledger::Nanodollars;
use domain::model::TokenUsage;
use domain::time::Timestamp;

use super::cache::{Cache, Charge, Prompt, Ttl};
use super::random::Random;
use super::simulator::cache_minimum;
use super::tokens;
use crate::models::ModelEntry;

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Desks work from 9 to 22, Monday to Friday.
const WORKDAY_MS: [i64; 2] = [9 * HOUR_MS, 22 * HOUR_MS];
/// So long after a request its answer begins, and others can read what it wrote.
const FIRST_BYTE_MS: i64 = 2_000;
/// Keep-warm sends its ping so long before the entry ends.
const PING_MARGIN_MS: i64 = 60_000;
/// Tokens of a ping's message.
const PING_TOKENS: u64 = 5;
/// Tokens of what stands around the article in the last message.
const TASK_TOKENS: u64 = 300;
const ARTICLE_CHARS: [u64; 2] = [1_000, 3_000];
const OUTPUT_TOKENS: [u64; 2] = [200, 800];

/// A month of a newsroom.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Midnight in Seoul before the first Monday.
    pub first_day: Timestamp,
    /// Working days.
    pub days: u32,
    /// Turns in a working hour, over all engines.
    pub turns_per_hour: f64,
    /// Engines; each has its own system part.
    pub engines: u64,
    /// Tokens of a system part with its files.
    pub system_tokens: u64,
    /// Decides when turns come and how long they are.
    pub seed: u64,
}

/// How prompts are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Without breakpoints.
    None,
    /// A breakpoint of five minutes after the system part.
    FiveMinutes,
    /// A breakpoint of one hour after the system part.
    OneHour,
    /// The same, and a ping before the entry ends, for so many hours after an engine's last turn.
    KeepWarm {
        /// How many.
        hours: i64,
    },
}

impl fmt::Display for Strategy {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => to.write_str("no cache"),
            Self::FiveMinutes => to.write_str("5 min"),
            Self::OneHour => to.write_str("1 h"),
            Self::KeepWarm { hours } => write!(to, "1 h, kept warm for {hours} h"),
        }
    }
}

impl Strategy {
    fn ttl(self) -> Option<Ttl> {
        match self {
            Self::None => None,
            Self::FiveMinutes => Some(Ttl::FiveMinutes),
            Self::OneHour | Self::KeepWarm { .. } => Some(Ttl::OneHour),
        }
    }
}

/// What a month came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Month {
    /// Turns.
    pub turns: u64,
    /// Turns that read their system part from the cache.
    pub hits: u64,
    /// Pings of keep-warm.
    pub pings: u64,
    /// What turns and pings cost together.
    pub cost: Nanodollars,
    /// What the pings cost.
    pub ping_cost: Nanodollars,
}

struct Turn {
    at: Timestamp,
    engine: u64,
    input_tokens: u64,
    output_tokens: u64,
}

/// The turns of a month: a Poisson process in working hours.
fn turns(plan: &Plan) -> Vec<Turn> {
    let mut random = Random(plan.seed);
    let mut turns = Vec::new();
    for day in (0..).filter(|day| day % 7 < 5).take(plan.days as usize) {
        let [from, to] = WORKDAY_MS.map(|at| day * DAY_MS + at);
        let mut at = from;
        loop {
            at += random.exponential_ms(HOUR_MS, plan.turns_per_hour);
            if at >= to {
                break;
            }
            let article = usize::try_from(random.between(ARTICLE_CHARS)).unwrap_or_default();
            turns.push(Turn {
                at: plan.first_day.plus_millis(at),
                engine: random.below(plan.engines),
                input_tokens: TASK_TOKENS + tokens::count(&"가".repeat(article)),
                output_tokens: random.between(OUTPUT_TOKENS),
            });
        }
    }
    turns
}

/// Plays the month with one way of caching.
#[must_use]
pub fn month(plan: &Plan, strategy: Strategy, model: &ModelEntry) -> Month {
    let mut newsroom = Newsroom {
        plan,
        strategy,
        model,
        cache: Cache::default(),
        begins: VecDeque::new(),
        used: vec![None; usize::try_from(plan.engines).unwrap_or_default()],
        month: Month::default(),
    };
    for turn in turns(plan) {
        newsroom.keep_warm(turn.at);
        newsroom.turn(&turn);
    }
    newsroom.keep_warm(Timestamp::from_millis(i64::MAX));
    newsroom.month
}

/// When an engine's last turn was, and when its prefix was last used.
#[derive(Clone, Copy)]
struct Used {
    turn: Timestamp,
    prefix: Timestamp,
}

struct Newsroom<'a> {
    plan: &'a Plan,
    strategy: Strategy,
    model: &'a ModelEntry,
    cache: Cache,
    /// Prompts whose answers have not begun yet, with the moment they do.
    begins: VecDeque<(Timestamp, Prompt)>,
    used: Vec<Option<Used>>,
    month: Month,
}

impl Newsroom<'_> {
    fn turn(&mut self, turn: &Turn) {
        let (charge, cost) = self.send(turn.engine, turn.input_tokens, turn.output_tokens, turn.at);
        self.month.turns += 1;
        self.month.hits += u64::from(charge.read > 0);
        self.month.cost.0 += cost.0;
        if let Some(used) = self.used.get_mut(usize::try_from(turn.engine).unwrap_or_default()) {
            *used = Some(Used { turn: turn.at, prefix: turn.at });
        }
    }

    /// Sends the pings that are due before then.
    fn keep_warm(&mut self, before: Timestamp) {
        let Strategy::KeepWarm { hours } = self.strategy else { return };
        while let Some((at, engine)) =
            self.next_ping(hours * HOUR_MS).filter(|(at, _)| *at < before)
        {
            let (_, cost) = self.send(engine as u64, PING_TOKENS, 1, at);
            self.month.pings += 1;
            self.month.cost.0 += cost.0;
            self.month.ping_cost.0 += cost.0;
            if let Some(Some(used)) = self.used.get_mut(engine) {
                used.prefix = at;
            }
        }
    }

    fn next_ping(&self, window_ms: i64) -> Option<(Timestamp, usize)> {
        let wait_ms = Ttl::OneHour.millis() - PING_MARGIN_MS;
        let due = self.used.iter().enumerate().filter_map(|(engine, used)| {
            let used = (*used)?;
            let at = used.prefix.plus_millis(wait_ms);
            (at <= used.turn.plus_millis(window_ms)).then_some((at, engine))
        });
        due.min()
    }

    fn send(
        &mut self,
        engine: u64,
        input: u64,
        output: u64,
        at: Timestamp,
    ) -> (Charge, Nanodollars) {
        let minimum = cache_minimum(self.model);
        while let Some((begun, prompt)) = self.begins.pop_front_if(|(begun, _)| *begun <= at) {
            self.cache.keep(&prompt, minimum, begun);
        }
        let mut prompt = Prompt::new(&self.model.card.id);
        prompt.push(&format!("system {engine}"), self.plan.system_tokens, self.strategy.ttl());
        prompt.push(&format!("message {at:?}"), input, None);
        let charge = self.cache.charge(&prompt, minimum, at);
        self.begins.push_back((at.plus_millis(FIRST_BYTE_MS), prompt));
        let usage = TokenUsage {
            input_tokens: charge.input,
            output_tokens: output,
            cache_write_5m_tokens: charge.write_5m,
            cache_write_1h_tokens: charge.write_1h,
            cache_read_tokens: charge.read,
            web_searches: 0,
        };
        let price = self.model.card.price_at(at);
        (charge, price.map_or(Nanodollars(0), |price| price.cost(usage)))
    }
}

/// The table of a plan as Markdown: one row for each way of caching.
#[must_use]
pub fn table(plan: &Plan, keep_warm_hours: &[i64], model: &ModelEntry) -> String {
    let warm = keep_warm_hours.iter().map(|hours| Strategy::KeepWarm { hours: *hours });
    let mut lines = vec![
        "| Cache | Turns | Hit rate | Pings | Cost of a turn | Cost of the month | Of it pings |"
            .to_owned(),
        "|---|--:|--:|--:|--:|--:|--:|".to_owned(),
    ];
    for strategy in
        [Strategy::None, Strategy::FiveMinutes, Strategy::OneHour].into_iter().chain(warm)
    {
        let Month { turns, hits, pings, cost, ping_cost } = month(plan, strategy, model);
        let all = turns.max(1);
        let per_mille = (hits * 1000 + all / 2) / all;
        let turn = Nanodollars(cost.0 / all).dollars();
        let (cost, ping_cost) = (cost.dollars(), ping_cost.dollars());
        lines.push(format!(
            "| {strategy} | {turns} | {}.{}% | {pings} | ${turn:.4} | ${cost:.2} | ${ping_cost:.2} |",
            per_mille / 10,
            per_mille % 10
        ));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{Month, Plan, Strategy, month, table, turns};
    use crate::models::{ModelEntry, Models};
    use domain::ledger::Nanodollars;
    use domain::time::Timestamp;

    fn plan() -> Plan {
        Plan {
            first_day: Timestamp::parse("2026-11-02T00:00:00+09:00").unwrap(),
            days: 22,
            turns_per_hour: 13.0,
            engines: 2,
            system_tokens: 65_000,
            seed: 1,
        }
    }

    fn model() -> ModelEntry {
        Models::built_in().unwrap().find("claude-opus-4-5-20251101").unwrap().clone()
    }

    #[test]
    fn turns_come_in_working_hours_at_the_rate_asked_for() {
        let turns = turns(&plan());
        // 13 an hour, 13 hours, 22 days; three standard deviations.
        assert!(turns.len().abs_diff(13 * 13 * 22) < 3 * 61, "{}", turns.len());
        assert!(turns.is_sorted_by_key(|turn| turn.at));
        for turn in &turns {
            let seoul = turn.at.plus_millis(9 * super::HOUR_MS).rfc3339();
            assert!(("T09".."T22").contains(&seoul.get(10..13).unwrap()), "{seoul}");
        }
        let engine = turns.iter().filter(|turn| turn.engine == 0).count();
        assert!(engine.abs_diff(turns.len() / 2) < 3 * 31, "{engine}");
    }

    /// One turn a day on one engine: what each way of caching costs can be said beforehand.
    #[test]
    fn one_turn_costs_what_the_prices_say() {
        let plan = Plan { days: 1, turns_per_hour: 0.1, engines: 1, seed: 5, ..plan() };
        let turns = turns(&plan);
        let [turn] = &turns[..] else { panic!("{} turns", turns.len()) };
        let rest = 5_000 * turn.input_tokens + 25_000 * turn.output_tokens;
        let check = |strategy, pings: u64, system: u64| {
            // Each ping reads the system part, sends five tokens and gets one.
            let ping_cost = Nanodollars(pings * (500 * 65_000 + 5 * 5_000 + 25_000));
            let cost = Nanodollars(system * 65_000 + rest + ping_cost.0);
            let expected = Month { turns: 1, hits: 0, pings, cost, ping_cost };
            assert_eq!(month(&plan, strategy, &model()), expected, "{strategy}");
        };
        check(Strategy::None, 0, 5_000);
        check(Strategy::FiveMinutes, 0, 6_250);
        check(Strategy::OneHour, 0, 10_000);
        check(Strategy::KeepWarm { hours: 0 }, 0, 10_000);
        check(Strategy::KeepWarm { hours: 1 }, 1, 10_000);
        check(Strategy::KeepWarm { hours: 4 }, 4, 10_000);
    }

    #[test]
    fn the_same_seed_gives_the_same_table() {
        let plan = Plan { days: 2, ..plan() };
        let first = table(&plan, &[1], &model());
        assert_eq!(first, table(&plan, &[1], &model()));
        assert_ne!(first, table(&Plan { seed: 2, ..plan }, &[1], &model()));
        assert!(first.contains("\n| 1 h, kept warm for 1 h | "), "{first}");
    }
}
