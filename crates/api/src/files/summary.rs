//! The title in a compound file's summary ([MS-OLEPS], property set with the layout of SummaryInformation).

/// Property of the title.
const TITLE: u32 = 2;

/// Type of a text in UTF-16.
const WIDE_TEXT: u32 = 31;

/// A set may list so many properties.
const PROPERTIES_LIMIT: u32 = 256;

/// The title; none where there is none or it cannot be read.
pub(super) fn title(stream: &[u8]) -> Option<String> {
    // Byte order, version, system and class id stand before the number of sets; the first one's id
    // before its place.
    let set = stream.get(number(stream, 44)? as usize..)?;
    let count = number(set, 4)?.min(PROPERTIES_LIMIT) as usize;
    let place = (0..count).map(|index| 8 + index * 8);
    let mut titles = place.filter(|place| number(set, *place) == Some(TITLE));
    let property = set.get(number(set, titles.next()? + 4)? as usize..)?;
    if number(property, 0)? != WIDE_TEXT {
        return None;
    }
    let length = (number(property, 4)? as usize).checked_mul(2)?;
    let text = property.get(8..8_usize.checked_add(length)?)?;
    Some(wide(text).trim_end_matches('\0').to_owned())
}

/// UTF-16, low byte first.
pub(super) fn wide(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let number = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn the_title_is_found_and_nothing_where_it_is_cut() {
        let mut stream = vec![0; 44];
        stream.extend(48_u32.to_le_bytes());
        let text: Vec<u8> = "금리 😀\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for number in [100, 1, 2, 16, 31, 6] {
            stream.extend(u32::to_le_bytes(number));
        }
        stream.extend(&text);
        assert_eq!(title(&stream).as_deref(), Some("금리 😀"));
        for end in 0..stream.len() {
            assert_eq!(title(&stream[..end]), None, "{end}");
        }
    }
}
