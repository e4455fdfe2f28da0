//! The fourteen kinds of fault, by the names the wire uses.

/// What kind of fault a suggestion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// 맞춤법
    Spelling,
    /// 띄어쓰기
    Spacing,
    /// 조사
    Particle,
    /// 어미
    Ending,
    /// 외래어 표기
    Loanword,
    /// 문장부호
    Punctuation,
    /// 숫자·단위
    Number,
    /// 겹말
    Redundancy,
    /// 문장
    Sentence,
    /// 통일
    Consistency,
    /// 사실 확인
    Fact,
    /// 순화
    PlainLanguage,
    /// 사내 표기
    HouseStyle,
    /// 생성 흔적
    Residue,
}

impl Category {
    /// Every category, in the order the page shows them.
    pub const ALL: [Self; 14] = [
        Self::Spelling,
        Self::Spacing,
        Self::Particle,
        Self::Ending,
        Self::Loanword,
        Self::Punctuation,
        Self::Number,
        Self::Redundancy,
        Self::Sentence,
        Self::Consistency,
        Self::Fact,
        Self::PlainLanguage,
        Self::HouseStyle,
        Self::Residue,
    ];

    /// The kebab-case name on the wire and in rule files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::Spacing => "spacing",
            Self::Particle => "particle",
            Self::Ending => "ending",
            Self::Loanword => "loanword",
            Self::Punctuation => "punctuation",
            Self::Number => "number",
            Self::Redundancy => "redundancy",
            Self::Sentence => "sentence",
            Self::Consistency => "consistency",
            Self::Fact => "fact",
            Self::PlainLanguage => "plain-language",
            Self::HouseStyle => "house-style",
            Self::Residue => "residue",
        }
    }

    /// The Korean label on the page and in the terminal.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Spelling => "맞춤법",
            Self::Spacing => "띄어쓰기",
            Self::Particle => "조사",
            Self::Ending => "어미",
            Self::Loanword => "외래어 표기",
            Self::Punctuation => "문장부호",
            Self::Number => "숫자·단위",
            Self::Redundancy => "겹말",
            Self::Sentence => "문장",
            Self::Consistency => "통일",
            Self::Fact => "사실 확인",
            Self::PlainLanguage => "순화",
            Self::HouseStyle => "사내 표기",
            Self::Residue => "생성 흔적",
        }
    }

    /// The category of that kebab-case name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Category;

    #[test]
    fn every_name_finds_its_category() {
        let found: Vec<_> =
            Category::ALL.iter().map(|category| Category::from_name(category.name())).collect();
        assert_eq!(found, Category::ALL.map(Some));
        assert_eq!(Category::from_name("맞춤법"), None);
    }
}
