//! Tries in a form that takes half the room once it is zipped, made by a build with the feature `packed`
//! (`packing.rs`) and read when the checker starts.
//!
//! The table of characters and the number of nodes stand as `crawdad` serialises them. Then come four
//! sections, each after its length in bytes, with numbers in LEB128, node by node from the root down and
//! by ascending code: how many nodes are below (0: a leaf), which the root says first and each node of those
//! below it; the codes that lead there, each less the one before; the values of leaves; where the first
//! node below lies, less the same of the last node, zigzag.
//! Which node lies above another need not be written down, and makes half of the trie.

/// Marks a leaf in its base, and a node with a leaf in its check (`crawdad`'s double array).
pub(crate) const FLAG: u32 = 1 << 31;
/// Base and check of a place that no node has.
pub(crate) const VACANT: u32 = FLAG - 1;

/// The trie as `crawdad` serialises it; none when `packed` is cut short or names a place that is not
/// there.
pub(crate) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let characters = word(packed, 0)? as usize;
    let head = (characters + 3) * 4;
    let count = word(packed, characters + 2)? as usize;
    let mut trie = packed.get(..head)?.to_vec();
    // No byte of the sections stands for more than a node, so that a broken count asks for no memory.
    if count > packed.len() * 2 {
        return None;
    }
    trie.resize(head + count * 8, 0);
    let (nodes, _) = trie.get_mut(head..)?.as_chunks_mut();
    nodes.fill(node(VACANT, VACANT));
    let mut rest = packed.get(head..)?;
    let mut section = || {
        let (length, after) = rest.split_first_chunk()?;
        let (numbers, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        rest = after;
        Some(Numbers(numbers))
    };
    fill(nodes, [section()?, section()?, section()?, section()?])?;
    Some(trie)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at * 4..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

fn node(base: u32, check: u32) -> [u8; 8] {
    (u64::from(base) | u64::from(check) << 32).to_le_bytes()
}

fn fill(nodes: &mut [[u8; 8]], sections: [Numbers<'_>; 4]) -> Option<()> {
    let [mut counts, mut steps, mut values, mut places] = sections;
    let mut place = 0_u32;
    // Nodes that have others below, with the one above and how many; the root has none above.
    let mut waiting = vec![(0, VACANT, counts.next()?)];
    while let Some((index, above, count)) = waiting.pop() {
        place = place.wrapping_add(unzigzag(places.next()?));
        let mut code = steps.next()?;
        let base = place ^ code;
        // Code 0 leads to the value of what ends here.
        *nodes.get_mut(index as usize)? = node(base, if code == 0 { above | FLAG } else { above });
        let begin = waiting.len();
        for number in 0..count {
            if number > 0 {
                code = code.wrapping_add(steps.next()?);
            }
            match counts.next()? {
                0 => *nodes.get_mut((base ^ code) as usize)? = node(values.next()? | FLAG, index),
                below => waiting.push((base ^ code, index, below)),
            }
        }
        waiting.get_mut(begin..)?.reverse();
    }
    Some(())
}

fn unzigzag(number: u32) -> u32 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

/// Numbers in LEB128.
struct Numbers<'a>(&'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crawdad::Trie;

    use super::unpacked;
    use crate::packing::packed;

    fn check(records: &[(&str, u32)]) {
        let trie = Trie::from_records(records.iter().copied()).unwrap().serialize_to_vec();
        assert_eq!(unpacked(&packed(&trie).unwrap()), Some(trie), "{records:?}");
    }

    #[test]
    fn a_trie_comes_back_as_it_was() {
        check(&[("가", 7)]);
        check(&[("금", 1), ("금리", 2), ("금리를", 3), ("기준금리", i32::MAX.cast_unsigned())]);
        check(&[("😀", 5), ("\u{1100}\u{1161}", 6), ("a", 0), ("z", 1 << 30)]);
        let many: Vec<String> = (0..5_000).map(|number| format!("{number:b}{number}")).collect();
        check(&many.iter().map(String::as_str).zip(0..).collect::<Vec<_>>());
    }

    #[test]
    fn the_lexicon_comes_back_as_it_was() {
        let trie: &[u8] = include_bytes!("../data/lexicon.trie");
        let packed = packed(trie).unwrap();
        assert_eq!((trie.len(), packed.len()), (5_242_892, 3_423_037));
        assert!(unpacked(&packed).unwrap() == trie);
    }

    #[test]
    fn what_is_cut_short_is_no_trie() {
        let trie = Trie::from_records([("금리", 1), ("금", 300)]).unwrap().serialize_to_vec();
        assert_eq!(packed(&trie[..trie.len() - 1]), None);
        let whole = packed(&trie).unwrap();
        for length in 0..whole.len() {
            assert_eq!(unpacked(&whole[..length]), None, "{length}");
        }
    }
}
