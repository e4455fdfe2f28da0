//! The house styles of desks, as they are set.

use std::collections::BTreeMap;

use checker::Profile;

use super::reader::{Reader, SettingError, words};

const NAME: &str = "PRF_DESK_PROFILES";
const EXPECTED: &str = "desks with standard, seoul or yonhap, as in economy=seoul,culture=yonhap";

/// Reads the setting; a desk that it does not name writes by the norms alone.
pub(super) fn read(reader: &mut Reader) -> Result<BTreeMap<String, Profile>, SettingError> {
    let list = reader.text(NAME, "", None);
    let profiles = words(&list)
        .iter()
        .map(|word| {
            let (desk, profile) = word.rsplit_once('=')?;
            let desk = Some(desk.trim().to_owned()).filter(|desk| !desk.is_empty())?;
            Some((desk, Profile::from_name(profile.trim())?))
        })
        .collect::<Option<_>>();
    profiles.ok_or(SettingError::Bad { name: NAME, value: list, expected: EXPECTED })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::setup::reader::Reader;
    use checker::Profile;

    #[test]
    fn desks_have_the_style_that_is_set_and_anything_else_is_refused() {
        let check = |list: &str, expected: Option<&[(&str, Profile)]>| {
            let environment = [("PRF_DESK_PROFILES".to_owned(), list.to_owned())];
            let found = read(&mut Reader::new(environment)).ok();
            let expected = expected
                .map(|all| all.iter().map(|(desk, profile)| ((*desk).to_owned(), *profile)));
            assert_eq!(found, expected.map(Iterator::collect), "{list}");
        };
        check("", Some(&[]));
        check(
            "경제 = seoul, a=b=yonhap",
            Some(&[("a=b", Profile::Yonhap), ("경제", Profile::Seoul)]),
        );
        for list in ["경제", "=seoul", "경제=tabloid", "경제="] {
            check(list, None);
        }
    }
}
