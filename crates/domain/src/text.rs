//! Text that must never reach a log: what journalists write and what opens doors.

use std::fmt;
use std::sync::Arc;

macro_rules! hidden {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Default)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text.
            #[must_use]
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({} bytes)", stringify!($name), self.0.len())
            }
        }
    )+};
}

hidden! {
    /// Anything an editor or a model wrote; `Debug` prints its size only. A copy shares the text.
    ArticleText,
    /// A key or token; `Debug` prints its size only.
    Secret,
}

#[cfg(test)]
mod tests {
    use super::{ArticleText, Secret};

    #[test]
    fn debug_prints_nothing_of_the_text() {
        assert_eq!(format!("{:?}", ArticleText::new("한은")), "ArticleText(6 bytes)");
        assert_eq!(format!("{:?}", Secret::new("sk-1")), "Secret(4 bytes)");
    }
}
