//! How long articles are kept, as it is set.

use domain::retention::Retention;
use providers::setup::reader::{Reader, SettingError};

const EXPECTED: &str = "desks with days, as in economy=30,culture=365";

/// Reads the settings; nothing set keeps everything.
pub(super) fn read(reader: &mut Reader) -> Result<Retention, SettingError> {
    let days: u32 = reader.number("PRF_RETENTION_DAYS", "0")?;
    let list = reader.text("PRF_RETENTION_DESKS", "", None);
    let desks = Retention::desks_of(&list);
    let bad = SettingError::Bad { name: "PRF_RETENTION_DESKS", value: list, expected: EXPECTED };
    Ok(Retention { days: (days > 0).then_some(days), desks: desks.ok_or(bad)? })
}

#[cfg(test)]
mod tests {
    use super::read;
    use domain::retention::Retention;
    use providers::setup::reader::Reader;

    fn check(days: &str, desks: &str, expected: Option<&Retention>) {
        let environment = [("PRF_RETENTION_DAYS", days), ("PRF_RETENTION_DESKS", desks)];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read(&mut Reader::new(environment)).ok().as_ref(), expected, "{days} {desks}");
    }

    #[test]
    fn days_and_desks_are_read_and_anything_else_refused() {
        check("0", "", Some(&Retention::default()));
        check("365", "", Some(&Retention::of_days(365)));
        let desks = [("경제".to_owned(), 30), ("a=b".to_owned(), 0)].into();
        check("0", "경제 = 30, a=b=0", Some(&Retention { days: None, desks }));
        for (days, desks) in [("-1", ""), ("x", ""), ("1", "경제"), ("1", "=3"), ("1", "경제=x")]
        {
            check(days, desks, None);
        }
    }
}
