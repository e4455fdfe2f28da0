//! Reads a dictionary as MeCab compiles it. `sys.dic`: ten little-endian u32, a 32-byte charset name,
//! the double array of `(i32 base, u32 check)`, 16-byte tokens, then NUL-ended features. A leaf's
//! `-base - 1` holds the first token << 8 | token count.

/// A compiled dictionary in memory.
pub(crate) struct Dictionary<'a> {
    nodes: &'a [u8],
    tokens: &'a [u8],
    features: &'a [u8],
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

impl<'a> Dictionary<'a> {
    /// Reads the sizes; none when the bytes are no dictionary.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        let size = |number: usize| word(bytes, number * 4).map(|size| size as usize);
        let (nodes, tokens, features) = (size(6)?, size(7)?, size(8)?);
        let start = 72;
        Some(Self {
            nodes: bytes.get(start..start + nodes)?,
            tokens: bytes.get(start + nodes..start + nodes + tokens)?,
            features: bytes.get(start + nodes + tokens..start + nodes + tokens + features)?,
        })
    }

    fn node(&self, at: usize) -> Option<(i32, u32)> {
        let base = word(self.nodes, at * 8)?.cast_signed();
        Some((base, word(self.nodes, at * 8 + 4)?))
    }

    /// Every key with the value of its leaf: the first token << 8 | the number of tokens.
    pub(crate) fn keys(&self) -> Option<Vec<(Vec<u8>, u32)>> {
        let mut found = Vec::new();
        self.walk(self.node(0)?.0, &mut Vec::new(), &mut found);
        Some(found)
    }

    fn walk(&self, base: i32, key: &mut Vec<u8>, found: &mut Vec<(Vec<u8>, u32)>) {
        let Ok(from) = usize::try_from(base) else { return };
        let parent = base.cast_unsigned();
        if let Some((leaf, check)) = self.node(from)
            && check == parent
            && leaf < 0
        {
            found.push((key.clone(), (-leaf - 1).cast_unsigned()));
        }
        for byte in 0..=255_u8 {
            if let Some((next, check)) = self.node(from + usize::from(byte) + 1)
                && check == parent
            {
                key.push(byte);
                self.walk(next, key, found);
                key.pop();
            }
        }
    }

    /// The cost of a token: the higher, the less likely.
    pub(crate) fn cost(&self, token: usize) -> Option<i16> {
        self.short(token, 6).map(u16::cast_signed)
    }

    /// The class of a token as the word before the next one sees it (`right`), and as the word after
    /// the last one sees it (`left`), in that order.
    pub(crate) fn classes(&self, token: usize) -> Option<(u16, u16)> {
        Some((self.short(token, 2)?, self.short(token, 0)?))
    }

    fn short(&self, token: usize, at: usize) -> Option<u16> {
        let bytes = self.tokens.get(token * 16 + at..token * 16 + at + 2)?;
        bytes.try_into().ok().map(u16::from_le_bytes)
    }

    /// Part of speech, meaning, final consonant, reading, kind, first and last part of speech.
    pub(crate) fn feature(&self, token: usize) -> Option<&str> {
        let at = word(self.tokens, token * 16 + 8)? as usize;
        let text = self.features.get(at..)?;
        std::str::from_utf8(text.split(|byte| *byte == 0).next()?).ok()
    }
}
