//! What lists show of an article, inside its header's row; a header without it is of an earlier version.

use domain::article::{ArticleMetadata, ArticleState, Embargo};
use domain::ports::StoreError;
use domain::text::ArticleText;
use serde::{Deserialize, Serialize};

use super::named;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArticleRow {
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reporter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desk: Option<String>,
    open_suggestions: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    embargo: Option<String>,
}

impl ArticleRow {
    /// The row; none for an article nobody has touched, so that its header stays as it always was.
    pub(crate) fn of(article: &ArticleMetadata) -> Option<Self> {
        let text = |text: &Option<ArticleText>| text.as_ref().map(|text| text.as_str().to_owned());
        (*article != ArticleMetadata::default()).then(|| Self {
            state: article.state.name().into(),
            reporter: text(&article.reporter),
            desk: text(&article.desk),
            open_suggestions: article.open_suggestions,
            embargo: (article.embargo != Embargo::None).then(|| article.embargo.name().into()),
        })
    }

    pub(crate) fn article(self) -> Result<ArticleMetadata, StoreError> {
        let embargo = self.embargo.as_deref().map_or(Some(Embargo::None), Embargo::from_name);
        Ok(ArticleMetadata {
            state: named("article state", ArticleState::from_name(&self.state))?,
            reporter: self.reporter.map(ArticleText::new),
            desk: self.desk.map(ArticleText::new),
            open_suggestions: self.open_suggestions,
            embargo: named("embargo", embargo)?,
        })
    }
}
