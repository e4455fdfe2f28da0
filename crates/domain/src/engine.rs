//! The two engines: each a key of a prompt and its files.

/// Which desk's prompt a conversation uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// 비즈니스 모드: economy, finance, industry, securities, real estate. Page `/11`.
    Basic,
    /// 종합 뉴스 모드: politics, society, culture, international, sports. Page `/22`.
    Pro,
}

impl Engine {
    /// Both engines, in the order the page shows them.
    pub const ALL: [Self; 2] = [Self::Basic, Self::Pro];

    /// The name on the wire and in rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Pro => "Pro",
        }
    }

    /// The engine of that name in any letter case (old rows hold `basic`); no default.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn an_unknown_engine_is_none() {
        assert_eq!(Engine::from_name("basic"), Some(Engine::Basic));
        assert_eq!(Engine::from_name("Pro"), Some(Engine::Pro));
        assert_eq!(Engine::from_name("Premium"), None);
        assert_eq!(Engine::from_name(""), None);
    }
}
