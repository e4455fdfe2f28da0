//! Whatever is reserved and settled in whatever order, the sums equal the rows and quotas
//! count what the rows say: a model of the ledger beside the stores.

use std::collections::BTreeMap;

use domain::engine::Engine;
use domain::id::{TurnId, UserId};
use domain::ledger::{LedgerEntry, Nanodollars, Reservation, Spend};
use domain::model::TokenUsage;
use domain::ports::{LedgerStore, OpenedTurn, TurnStore};
use domain::quota::Limits;
use domain::time::Timestamp;
use domain::turn::Outcome;
use proptest::prelude::*;

use crate::sample::holding;

/// Before and after midnight, the end of a month and the end of a year in Seoul.
const INSTANTS: [&str; 6] = [
    "2026-11-29T14:59:59.999Z",
    "2026-11-29T15:00:00Z",
    "2026-11-30T14:59:59.999Z",
    "2026-11-30T15:00:00Z",
    "2026-12-31T14:59:59.999Z",
    "2026-12-31T15:00:00Z",
];
const LIMITS: Limits = Limits {
    tokens: Some(100),
    cost: Some(Nanodollars(1_000)),
    turns_per_minute: None,
    concurrent_turns: None,
    text_chars: None,
};

/// One call for one of a few turns; everything about a turn follows from its number.
#[derive(Debug, Clone, Copy)]
enum Step {
    Reserve { turn: usize, tokens: u64, cost: u64 },
    Settle { turn: usize, tokens: u64, cost: u64 },
}

const TURNS: usize = 24;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let turn = 0..TURNS;
    let step = prop_oneof![
        (turn.clone(), 0..60_u64, 0..600_u64).prop_map(|(turn, tokens, cost)| Step::Reserve {
            turn,
            tokens,
            cost
        }),
        (turn, 0..60_u64, 0..600_u64).prop_map(|(turn, tokens, cost)| Step::Settle {
            turn,
            tokens,
            cost
        }),
    ];
    prop::collection::vec(step, 1..60)
}

struct Turn {
    id: TurnId,
    user: UserId,
    engine: Engine,
    at: Timestamp,
}

fn turn(number: usize) -> Turn {
    Turn {
        id: TurnId::new(format!("t{number}")),
        user: UserId::new(["kim", "lee"][number % 2]),
        engine: Engine::ALL[number / 2 % 2],
        at: Timestamp::parse(INSTANTS[number / 4]).unwrap(),
    }
}

/// The ledger as it should be.
#[derive(Default)]
struct Model {
    rows: BTreeMap<usize, LedgerEntry>,
    held: BTreeMap<usize, Spend>,
}

impl Model {
    fn used(&self, of: &Turn) -> Spend {
        let is_of = |number: usize| {
            let turn = turn(number);
            turn.user == of.user && turn.at.seoul_month() == of.at.seoul_month()
        };
        let rows = self.rows.iter().filter(|(number, _)| is_of(**number));
        let held = self.held.iter().filter(|(number, _)| is_of(**number));
        let rows = rows.map(|(_, row)| row.spend());
        rows.chain(held.map(|(_, held)| *held)).fold(Spend::default(), Spend::plus)
    }
}

async fn run<S: LedgerStore + TurnStore>(store: &S, model: &mut Model, step: Step) {
    match step {
        Step::Reserve { turn: number, tokens, cost } => {
            // A turn begins once, and never after its row.
            if model.rows.contains_key(&number) || model.held.contains_key(&number) {
                return;
            }
            let Turn { id: turn_id, user: user_id, at, .. } = turn(number);
            let held = Spend { tokens, cost: Nanodollars(cost) };
            let reservation = Reservation { turn_id, user_id, at, held, limits: LIMITS };
            let expected = match LIMITS.reached(model.used(&turn(number)), held) {
                Some(reached) => OpenedTurn::QuotaReached(reached),
                None => {
                    model.held.insert(number, held);
                    OpenedTurn::New
                }
            };
            assert_eq!(store.open(&holding(reservation)).await.unwrap(), expected);
        }
        Step::Settle { turn: number, tokens, cost } => {
            let Turn { id: turn_id, user: user_id, engine, at } = turn(number);
            let entry = LedgerEntry {
                turn_id,
                user_id,
                engine,
                at,
                provider: None,
                model: None,
                usage: TokenUsage {
                    output_tokens: tokens / 2,
                    cache_read_tokens: tokens - tokens / 2,
                    ..TokenUsage::default()
                },
                cost: Nanodollars(cost),
                outcome: Outcome::Completed,
                audit: None,
            };
            store.settle(&entry).await.unwrap();
            model.held.remove(&number);
            model.rows.entry(number).or_insert(entry);
        }
    }
}

async fn check<S: LedgerStore + TurnStore>(store: &S, steps: &[Step]) {
    let mut model = Model::default();
    for step in steps {
        run(store, &mut model, *step).await;
    }
    for user in ["kim", "lee"].map(UserId::new) {
        let of_user = |number: &usize| turn(*number).user == user;
        let books = store.books(&user).await.unwrap();
        assert_eq!(books.differences(), []);
        let mut rows: Vec<_> =
            model.rows.iter().filter(|(number, _)| of_user(number)).map(|(_, row)| row).collect();
        rows.sort_by_key(|row| (row.at.seoul_day(), row.engine.name(), row.turn_id.clone()));
        assert_eq!(books.entries.iter().collect::<Vec<_>>(), rows);
        assert_eq!(store.months(&user).await.unwrap(), books.months);
        assert_eq!(store.days(&user, "2026-11-01", "2027-01-31").await.unwrap(), books.days);
        for month in ["2026-11", "2026-12", "2027-01"] {
            let held = model
                .held
                .iter()
                .filter(|(number, _)| of_user(number) && turn(**number).at.seoul_month() == month);
            let held = held.map(|(_, held)| *held).fold(Spend::default(), Spend::plus);
            assert_eq!(store.reserved(&user, month).await.unwrap(), held, "{month}");
        }
    }
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn memory(steps in steps()) {
        block_on(check(&crate::memory(), &steps));
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn sqlite(steps in steps()) {
        let (store, _directory) = crate::sqlite();
        block_on(check(&store, &steps));
    }
}

#[cfg(feature = "dynamodb")]
proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn dynamodb(steps in steps()) {
        block_on(async {
            let (store, _server) = crate::dynamodb::open().await;
            check(&store, &steps).await;
        });
    }
}
