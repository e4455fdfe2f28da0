//! Plain text: UTF-8 and UTF-16 with or without a mark, and CP949, which most old Korean files are in.

use domain::file::{FileError, FileKind, FileWarning};
use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Reading, tidy};

/// What a decoder made of the bytes.
struct Decoded {
    text: String,
    /// Places that could not be read.
    lost: usize,
}

pub(super) fn read(bytes: &[u8]) -> Result<Reading, FileError> {
    let (decoded, is_guessed) = decode(bytes)?;
    let mut warnings = Vec::new();
    if is_guessed {
        warnings.push(FileWarning::EncodingGuessed);
    }
    if decoded.lost > 0 {
        warnings.push(FileWarning::CharactersLost);
    }
    let text = tidy::lines(&decoded.text);
    Ok(Reading { kind: FileKind::Txt, title: None, text, warnings })
}

/// The text, and whether its encoding had to be guessed.
fn decode(bytes: &[u8]) -> Result<(Decoded, bool), FileError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let decoded = decoded(encoding, bytes.get(mark..).unwrap_or_default());
        return plausible(decoded).map(|decoded| (decoded, false));
    }
    if bytes.contains(&0) {
        let wide = [UTF_16LE, UTF_16BE].map(|encoding| decoded(encoding, bytes));
        let best = wide.into_iter().max_by_key(|decoded| usual(&decoded.text));
        let best = best.filter(|decoded| is_mostly_usual(&decoded.text));
        let decoded = best.ok_or(FileError::UnknownKind)?;
        return plausible(decoded).map(|decoded| (decoded, true));
    }
    let utf8 = decoded(UTF_8, bytes);
    if utf8.lost == 0 {
        return plausible(utf8).map(|decoded| (decoded, false));
    }
    let korean = decoded(EUC_KR, bytes);
    let better = if korean.lost < utf8.lost { korean } else { utf8 };
    plausible(better).map(|decoded| (decoded, true))
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let lost = text.matches(char::REPLACEMENT_CHARACTER).count();
    Decoded { text: text.into_owned(), lost }
}

/// Refuses what is no text: more than one place in a hundred lost, or characters of control in it.
fn plausible(decoded: Decoded) -> Result<Decoded, FileError> {
    let characters = decoded.text.chars().count();
    let is_control = |character: &char| {
        character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}' | '\u{1a}')
    };
    let controls = decoded.text.chars().filter(is_control).count();
    if decoded.lost > 1 + characters / 100 || controls > characters / 200 {
        return Err(FileError::UnknownKind);
    }
    Ok(decoded)
}

fn is_mostly_usual(text: &str) -> bool {
    usual(text) * 10 >= text.chars().count() * 9
}

/// How many characters are such as Korean articles are written with.
fn usual(text: &str) -> usize {
    let is_usual = |character: &char| {
        matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2000}'..='\u{206f}'
            | '\u{3000}'..='\u{318f}' | '가'..='힣' | '\u{4e00}'..='\u{9fff}' | '\u{1100}'..='\u{11ff}')
    };
    text.chars().filter(is_usual).count()
}

#[cfg(test)]
mod tests {
    use super::read;
    use encoding_rs::EUC_KR;

    fn check(bytes: &[u8], expected: Result<(&str, &[&str]), &str>) {
        let read = read(bytes).map(|reading| {
            let codes = reading.warnings.iter().map(|warning| warning.code());
            (reading.text, codes.collect::<Vec<_>>())
        });
        let read = read.as_ref().map(|(text, codes)| (text.as_str(), codes.as_slice()));
        assert_eq!(read.map_err(|error| error.code()), expected);
    }

    fn wide(text: &str, in_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(in_bytes).collect()
    }

    #[test]
    fn every_encoding_of_korean_text_is_read() {
        let text = "한은, 금리 동결 😀\n\u{1112}\u{1161}\u{11ab}글";
        check(text.as_bytes(), Ok((text, &[])));
        check(format!("\u{feff}{text}").as_bytes(), Ok((text, &[])));
        check(&wide(&format!("\u{feff}{text}"), u16::to_le_bytes), Ok((text, &[])));
        check(&wide(&format!("\u{feff}{text}"), u16::to_be_bytes), Ok((text, &[])));
        check(&wide(text, u16::to_le_bytes), Ok((text, &["encoding_guessed"])));
        check(&wide(text, u16::to_be_bytes), Ok((text, &["encoding_guessed"])));
        // Beyond KS X 1001: syllables only CP949 has.
        let old = "펲시콜라와 똠방각하는 몇일 뒤";
        check(&EUC_KR.encode(old).0, Ok((old, &["encoding_guessed"])));
        check(b"", Ok(("", &[])));
    }

    #[test]
    fn a_cut_text_is_read_to_the_cut() {
        let cut = "금리 동결".as_bytes();
        check(
            &cut[..cut.len() - 1],
            Ok(("금리 동\u{fffd}", &["encoding_guessed", "characters_lost"])),
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x02", Err("unknown_file_kind"));
        check(b"\x7fELF\x02\x01\x01\x03", Err("unknown_file_kind"));
        check(&[0xff, 0xd8, 0xff, 0xe0, 0x81, 0x10, 0x90, 0xff, 0xff], Err("unknown_file_kind"));
    }
}
