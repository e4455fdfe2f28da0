//! The packs of a directory: read at the start and again when a file has changed. A pack that cannot
//! be read is refused; its last good version stays in force.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use checker::{Checker, Pack, PackError};
use domain::check::{Checks, PackState};

/// Directories below directories are read so deep.
const DEPTH_LIMIT: usize = 8;

/// The directory of packs, or one in it, cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the packs in {directory} (packs_unreadable)")]
pub(crate) struct PacksError {
    directory: PathBuf,
    #[source]
    source: io::Error,
}

/// The packs of a directory.
#[derive(Debug)]
pub(crate) struct Packs {
    directory: PathBuf,
    /// By path below the directory.
    files: BTreeMap<String, PackFile>,
}

/// When a file was written and how long it is.
type Stamp = (Option<SystemTime>, u64);

#[derive(Debug, Default)]
struct PackFile {
    stamp: Option<Stamp>,
    /// The last version that could be read.
    pack: Option<Pack>,
    error: Option<PackError>,
}

impl Packs {
    /// Reads every `.toml` and `.csv` file of a directory and of those below it.
    ///
    /// # Errors
    ///
    /// A directory that cannot be read; a pack that cannot is refused by itself.
    pub(crate) fn open(directory: &Path) -> Result<Self, PacksError> {
        let mut packs = Self { directory: directory.to_owned(), files: BTreeMap::new() };
        packs.reload()?;
        Ok(packs)
    }

    /// Reads what has changed since, and says whether anything has.
    ///
    /// # Errors
    ///
    /// As for [`Packs::open`]; everything then stays as it is.
    pub(crate) fn reload(&mut self) -> Result<bool, PacksError> {
        let mut found = Vec::new();
        list(&self.directory, DEPTH_LIMIT, &mut found)?;
        let name = |path: &Path| {
            let below = path.strip_prefix(&self.directory).unwrap_or(path);
            below.to_string_lossy().replace('\\', "/")
        };
        let found: BTreeMap<String, (PathBuf, Stamp)> =
            found.into_iter().map(|(path, stamp)| (name(&path), (path, stamp))).collect();
        let before = self.files.len();
        self.files.retain(|name, _| found.contains_key(name));
        let mut has_changed = self.files.len() < before;
        for (name, (path, stamp)) in found {
            let file = self.files.entry(name.clone()).or_default();
            if file.stamp == Some(stamp) {
                continue;
            }
            has_changed = true;
            file.stamp = Some(stamp);
            file.take(&name, read_pack(&name, &path));
        }
        Ok(has_changed)
    }

    /// The built-in rules with every pack in force.
    pub(crate) fn checker(&self) -> Checker {
        Checker::with_packs(self.files.values().filter_map(|file| file.pack.clone()).collect())
    }

    /// Every pack with its rules in force and why its file is refused.
    pub(crate) fn states(&self) -> Vec<PackState> {
        let state = |(name, file): (&String, &PackFile)| PackState {
            file: name.clone(),
            rules: file.pack.as_ref().map_or(0, Pack::len),
            error: file.error.clone(),
        };
        self.files.iter().map(state).collect()
    }

    /// Why files are refused.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &PackError> {
        self.files.values().filter_map(|file| file.error.as_ref())
    }

    /// Reads what has changed and puts it in force; a directory that cannot be read changes nothing.
    pub(crate) fn renew(&mut self, checks: &Checks) {
        match self.reload() {
            Ok(true) => checks.replace(self.checker(), self.states()),
            Ok(false) => {}
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(event = "packs.unreadable", error);
            }
        }
    }
}

impl PackFile {
    fn take(&mut self, name: &str, read: Result<Pack, PackError>) {
        match read {
            Ok(pack) => {
                tracing::info!(event = "packs.loaded", file = name, rules = pack.len());
                self.pack = Some(pack);
                self.error = None;
            }
            Err(error) => {
                let PackError { file, line, reason } = &error;
                tracing::warn!(event = "packs.refused", file, line, reason);
                self.error = Some(error);
            }
        }
    }
}

/// Reads one pack, whose name says whether it is TOML or CSV.
///
/// # Errors
///
/// The line that cannot be read.
pub(crate) fn read_pack(name: &str, path: &Path) -> Result<Pack, PackError> {
    let refuse =
        |line: usize, reason: &str| PackError { file: name.into(), line, reason: reason.into() };
    let bytes = std::fs::read(path).map_err(|_| refuse(1, "the file cannot be read"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid);
        refuse(before.filter(|byte| **byte == b'\n').count() + 1, "is not UTF-8 text")
    })?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Pack::from_csv(name, &text),
        _ => Pack::from_toml(name, text.trim_start_matches('\u{feff}')),
    }
}

/// Every pack below a directory; hidden entries and linked directories are passed over.
fn list(
    directory: &Path,
    depth: usize,
    found: &mut Vec<(PathBuf, Stamp)>,
) -> Result<(), PacksError> {
    let unreadable = |source| PacksError { directory: directory.to_owned(), source };
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type().map_err(unreadable)?.is_dir() {
            if depth > 0 {
                list(&path, depth - 1, found)?;
            }
            continue;
        }
        let is_pack = path.extension().is_some_and(|ending| ending == "toml" || ending == "csv");
        // A file that has just gone is none.
        let Some(about) = path.metadata().ok().filter(|about| is_pack && about.is_file()) else {
            continue;
        };
        found.push((path, (about.modified().ok(), about.len())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use checker::Settings;
    use domain::check::{Checks, PackState};

    use super::Packs;

    fn states(packs: &Packs) -> Vec<(String, usize, Option<String>)> {
        let said = |one: PackState| (one.file, one.rules, one.error.map(|why| why.to_string()));
        packs.states().into_iter().map(said).collect()
    }

    #[test]
    fn a_bad_version_leaves_the_last_good_one_in_force() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("desk/words.csv");
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "wrong,right\n가람댁,임금\n").unwrap();
        fs::write(directory.path().join("notes.txt"), "nothing").unwrap();
        let mut packs = Packs::open(directory.path()).unwrap();
        let checks = Checks::new(packs.checker(), packs.states());
        let right = || {
            let found = checks.check("😀 가람댁께", &Settings::default());
            found.into_iter().flat_map(|one| one.replacements).collect::<Vec<_>>()
        };
        assert_eq!((right(), packs.reload().unwrap()), (vec!["임금".into()], false));
        fs::write(&path, "wrong,right\n가람댁,왕\n,그\n").unwrap();
        packs.renew(&checks);
        let refused = "desk/words.csv:3: the text not to write is empty";
        assert_eq!(states(&packs), [("desk/words.csv".into(), 1, Some(refused.into()))]);
        assert_eq!((right(), checks.packs()), (vec!["임금".into()], packs.states()));
        fs::write(&path, "wrong,right\n가람댁,왕\n").unwrap();
        packs.renew(&checks);
        assert_eq!(right(), ["왕"]);
        assert_eq!(states(&packs), [("desk/words.csv".into(), 1, None)]);
        fs::remove_file(&path).unwrap();
        packs.renew(&checks);
        assert_eq!((right(), checks.packs()), (vec![], vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.toml"), b"ignore = []\n\xb0").unwrap();
        fs::write(directory.path().join("b.toml"), "\u{feff}ignore = [\"임금\"]").unwrap();
        let packs = Packs::open(directory.path()).unwrap();
        let refused = "a.toml:2: is not UTF-8 text";
        assert_eq!(
            states(&packs),
            [("a.toml".into(), 0, Some(refused.into())), ("b.toml".into(), 0, None)]
        );
        let none = Packs::open(&directory.path().join("none")).unwrap_err().to_string();
        assert!(none.ends_with("none (packs_unreadable)"), "{none}");
    }
}
