//! Old prompts and their files.

use domain::id::{FileId, UserId};
use domain::prompt::{Prompt, PromptFile};
use domain::text::ArticleText;

use super::field::{Fields, Refusal, engine};

pub(super) fn prompt(fields: &Fields<'_>) -> Result<Prompt, Refusal> {
    let text = |name| Ok::<_, Refusal>(ArticleText::new(fields.text(name)?.unwrap_or_default()));
    Ok(Prompt {
        engine: engine("id", fields.needed("id")?)?,
        description: text("description")?,
        instruction: text("instruction")?,
        // Old prompts were not counted; what is saved is the first version.
        version: fields.count("version")?.max(1),
        updated_at: fields.time("updatedAt")?,
        updated_by: fields.text("updatedBy")?.map(UserId::new),
    })
}

pub(super) fn file(fields: &Fields<'_>) -> Result<PromptFile, Refusal> {
    let created = fields.time("createdAt")?;
    let created = created.map_or_else(|| fields.time("updatedAt"), |at| Ok(Some(at)))?;
    Ok(PromptFile {
        engine: engine("promptId", fields.needed("promptId")?)?,
        id: FileId::new(fields.needed("fileId")?),
        name: fields.needed("fileName")?.to_owned(),
        content: ArticleText::new(
            fields.text("fileContent")?.ok_or(Refusal::Missing("fileContent"))?,
        ),
        created_at: created.ok_or(Refusal::Missing("createdAt"))?,
    })
}
