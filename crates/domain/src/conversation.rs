//! Conversations: one article with its messages, its working draft and the decisions taken on it.

use crate::article::ArticleMetadata;
use crate::engine::Engine;
use crate::finding::{Finding, FindingSource, TrackedFinding};
use crate::id::{ConversationId, DecisionId, FindingId, MessageId, TurnId, UserId};
use crate::model::{ProviderName, Source, TokenUsage, Verbatim};
use crate::text::ArticleText;
use crate::time::Timestamp;
use crate::turn::Outcome;

/// A title is cut to so many characters.
pub const TITLE_LIMIT_CHARS: usize = 200;

/// The small header row of a conversation; messages and the draft are read apart from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Owner.
    pub user_id: UserId,
    /// Unique within the owner's conversations.
    pub id: ConversationId,
    /// Which prompt it uses.
    pub engine: Engine,
    /// What the list shows; at most [`TITLE_LIMIT_CHARS`].
    pub title: ArticleText,
    /// Kept at the top of the list.
    pub pinned: bool,
    /// First saved.
    pub created_at: Timestamp,
    /// Last activity; the list is ordered by it.
    pub updated_at: Timestamp,
    /// What lists show beside the title.
    pub article: ArticleMetadata,
    /// JSON object an older client saved along, given back as it came.
    pub client_metadata: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The editor.
    User,
    /// The model, or the service in its place.
    Assistant,
}

impl Speaker {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }

    /// The speaker of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::User, Self::Assistant].into_iter().find(|speaker| speaker.name() == name)
    }
}

/// One message; immutable once saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Unique within the conversation.
    pub id: MessageId,
    /// Who wrote it.
    pub speaker: Speaker,
    /// `text`, `article`, `findings`, or what an older client sent.
    pub kind: String,
    /// What was written.
    pub content: ArticleText,
    /// When it was written.
    pub at: Timestamp,
    /// How the answer came about; only on assistant messages of this service.
    pub answer: Option<Answer>,
    /// JSON object an older client saved along, given back as it came.
    pub client_metadata: Option<String>,
}

/// How an assistant message came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The turn that made it.
    pub turn_id: TurnId,
    /// Who generated it; none where only rules ran.
    pub provider: Option<ProviderName>,
    /// The model as the provider named it.
    pub model: Option<String>,
    /// The turn whose answer was cut and goes on in this one.
    pub continues: Option<TurnId>,
    /// Version of the engine's prompt.
    pub prompt_version: u64,
    /// How the turn ended.
    pub outcome: Outcome,
    /// As the provider reported it.
    pub usage: TokenUsage,
    /// Findings of a proofreading turn, spans in the submitted text.
    pub findings: Vec<Finding>,
    /// Web sources of a chat turn.
    pub sources: Vec<Source>,
    /// The answer in its provider's own form, where the next turn needs it.
    pub verbatim: Option<Verbatim>,
}

/// The text an editor is working on, with every finding at its present place.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The article, NFC with LF line ends.
    pub text: ArticleText,
    /// Open and decided findings; spans in `text`.
    pub findings: Vec<TrackedFinding>,
    /// Counts saves, from 1.
    pub version: u64,
    /// Last save.
    pub updated_at: Timestamp,
}

/// What an editor did with one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionAction {
    /// Took a replacement.
    Accepted,
    /// Left the text as it is.
    Rejected,
    /// Wrote something else there.
    Edited,
    /// Left the text as it is, here and wherever this is found again.
    AlwaysIgnored,
    /// Said that the finding is no good.
    Disliked,
    /// Took the previous decision on this finding back.
    Undone,
}

impl DecisionAction {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Edited => "edited",
            Self::AlwaysIgnored => "always_ignored",
            Self::Disliked => "disliked",
            Self::Undone => "undone",
        }
    }

    /// The action of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Accepted,
            Self::Rejected,
            Self::Edited,
            Self::AlwaysIgnored,
            Self::Disliked,
            Self::Undone,
        ];
        all.into_iter().find(|action| action.name() == name)
    }
}

/// What an editor found wrong with a disliked finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is no fault, or what it proposes is one.
    Wrong,
    /// It is right and nobody needs it.
    Unneeded,
    /// It goes against the style of the newspaper or the writer.
    Style,
    /// Something else.
    Other,
}

impl Verdict {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Unneeded => "unneeded",
            Self::Style => "style",
            Self::Other => "other",
        }
    }

    /// The verdict of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Wrong, Self::Unneeded, Self::Style, Self::Other];
        all.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// One entry of the decision log; immutable, so that acceptance per rule can be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Made by the page: a repeated request adds nothing.
    pub id: DecisionId,
    /// Which finding.
    pub finding_id: FindingId,
    /// What was done.
    pub action: DecisionAction,
    /// The replacement that was taken.
    pub replacement: Option<ArticleText>,
    /// What stood in the text.
    pub original: ArticleText,
    /// The rule that found it.
    pub rule: Option<checker::RuleId>,
    /// Kind of fault.
    pub category: checker::Category,
    /// Who found it.
    pub source: FindingSource,
    /// Version of the prompt the model was told, where it found it.
    pub prompt_version: Option<u64>,
    /// Who served that model.
    pub provider: Option<ProviderName>,
    /// What was wrong with it; only where it was disliked.
    pub verdict: Option<Verdict>,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// The first non-empty line, cut to [`TITLE_LIMIT_CHARS`]; `제목 없음` for an empty text.
#[must_use]
pub fn title_of(text: &str) -> ArticleText {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("제목 없음");
    ArticleText::new(line.chars().take(TITLE_LIMIT_CHARS).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn a_title_is_the_first_written_line() {
        assert_eq!(title_of("\n  한은, 금리 동결 \n본문").as_str(), "한은, 금리 동결");
        assert_eq!(title_of(" \n").as_str(), "제목 없음");
        assert_eq!(title_of(&"가".repeat(300)).as_str().chars().count(), 200);
    }
}
