//! One suite for every store: what a port promises is proven here, for memory, SQLite and, with the
//! feature `dynamodb`, DynamoDB alike.

#![expect(clippy::unwrap_used, reason = "these are tests")]
#![cfg_attr(
    feature = "dynamodb",
    expect(clippy::panic, reason = "a missing program is said plainly")
)]

mod acceptance;
mod articles;
mod connections;
mod conversations;
mod dictionary;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "dynamodb")]
mod dynamodb_moves;
mod erasure;
mod ledger;
mod ledger_parallel;
mod ledger_sums;
mod prompts;
mod sample;
mod search;
mod search_index;
mod security;
mod sqlite_backup;
mod sqlite_erasure;
mod sqlite_faults;
mod turns;
mod versions;

use stores::{MemoryStore, SqliteOptions, SqliteStore};

/// Runs each case of a module against a fresh store of every kind.
macro_rules! contract {
    ($module:ident: $($case:ident),+ $(,)?) => {
        mod $module {
            $(
                mod $case {
                    #[tokio::test]
                    async fn memory() {
                        crate::$module::$case(&crate::memory()).await;
                    }

                    #[tokio::test]
                    async fn sqlite() {
                        let (store, _directory) = crate::sqlite();
                        crate::$module::$case(&store).await;
                    }

                    #[cfg(feature = "dynamodb")]
                    #[tokio::test]
                    async fn dynamodb() {
                        let (store, _server) = crate::dynamodb::open().await;
                        crate::$module::$case(&store).await;
                    }
                }
            )+
        }
    };
}

fn memory() -> MemoryStore {
    MemoryStore::default()
}

fn sqlite() -> (SqliteStore, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("prf.sqlite");
    (SqliteStore::open(&path, SqliteOptions::default()).unwrap(), directory)
}

mod on {
    contract!(conversations:
        a_new_header_is_kept_and_an_existing_one_left,
        the_list_shows_pinned_then_newest_page_by_page,
        the_list_filters_by_engine_and_title,
        an_update_changes_one_thing_and_makes_no_ghost,
        messages_are_appended_once_in_order,
        parallel_appends_lose_nothing,
        a_page_of_messages_ends_before_the_named_one,
        an_answer_is_kept_whole,
        a_draft_is_saved_by_compare_and_set,
        decisions_are_logged_once,
        a_deleted_conversation_leaves_nothing,
        nobody_reaches_anothers_rows,
    );
    contract!(articles:
        an_update_sets_state_reporter_and_desk,
        a_draft_with_open_suggestions_waits_for_review,
        a_proofreading_turn_moves_its_article,
        an_embargo_is_never_passed_by_a_turn,
    );
    contract!(acceptance:
        decisions_are_counted_once_and_by_day,
        what_is_taken_back_counts_as_never_done,
        everybodys_counts_are_summed_up,
        many_decisions_are_counted_in_steps,
    );
    contract!(search:
        words_are_found_wherever_they_stand,
        what_changed_or_went_is_found_no_more,
        the_order_is_that_of_activity,
    );
    contract!(versions:
        a_draft_is_kept_when_the_last_version_is_old,
        a_version_is_kept_once_for_one_text,
        drafts_make_room_for_versions_kept_on_purpose,
        versions_go_with_their_conversation,
    );
    contract!(erasure:
        owners_are_those_who_have_something,
        ended_turns_and_keys_are_forgotten_and_ledger_rows_are_not,
        many_turns_are_forgotten_in_steps,
    );
    contract!(turns:
        one_turn_a_key_and_one_open_turn_a_conversation,
        the_journal_gives_back_every_kind_of_event,
        a_turn_ends_once_with_all_that_belongs_to_it,
        what_a_turn_used_is_settled_where_its_conversation_is_gone,
        a_question_is_saved_with_its_turn_or_not_at_all,
        an_open_turn_can_be_asked_to_stop,
        an_id_of_any_length_is_an_id,
    );
    contract!(prompts:
        a_prompt_counts_its_versions,
        files_are_kept_whole_and_in_order,
    );
    contract!(dictionary:
        entries_of_every_kind_are_kept_in_order,
        dictionaries_stand_apart,
        an_entry_is_removed_once,
        many_entries_are_added_and_cleared,
    );
    contract!(ledger:
        a_reservation_counts_until_it_is_settled,
        parallel_reservations_never_pass_the_limit,
        totals_equal_their_rows,
        days_and_months_are_those_of_seoul,
        money_is_limited_beside_tokens,
        what_passed_its_reservation_is_recorded_and_counts,
        a_settled_turn_holds_nothing_and_its_row_never_changes,
        keeping_warm_is_paid_by_the_service,
        an_opening_row_counts_its_messages,
    );
    contract!(security:
        the_audit_log_is_one_chain,
        appends_at_the_same_time_are_one_chain,
        a_quota_is_set_over_the_one_before,
        an_account_is_made_once_and_changed,
        sessions_and_tries_are_kept_and_forgotten,
        tries_at_the_same_time_count_one_by_one,
        turns_are_counted_by_the_minute_and_at_once,
    );
    contract!(connections:
        a_socket_is_there_until_it_closes_or_expires,
        parts_are_joined_in_whatever_order_they_come,
        a_new_message_begins_anew,
        parts_have_limits_and_go_with_their_socket,
    );
}
