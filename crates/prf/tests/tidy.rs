//! Holds the shape of the project: which crate may depend on which, that every path a page names
//! exists, and that every source file says what lives in it.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// For each crate, the crates of the project it may depend on outside its tests.
const ALLOWED: [(&str, &[&str]); 7] = [
    ("checker", &[]),
    ("domain", &["checker"]),
    ("providers", &["checker", "domain"]),
    ("stores", &["checker", "domain"]),
    ("api", &["checker", "domain"]),
    ("lambda", &["api", "checker", "domain", "providers", "stores"]),
    ("prf", &["api", "checker", "domain", "providers", "stores"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Crate → crates of the project it depends on outside its tests.
fn edges(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<_> =
        packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let of = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap();
        let outside_tests = dependencies.iter().filter(|one| one["kind"] != "dev");
        let named = outside_tests.map(|one| one["name"].as_str().unwrap());
        named.filter(|name| names.contains(name)).map(str::to_owned).collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), of(package)))
        .collect()
}

#[test]
fn the_layers_are_law() {
    let edges = edges(&metadata());
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    assert_eq!(edges.keys().collect::<Vec<_>>(), allowed.keys().collect::<Vec<_>>());
    for (name, targets) in &edges {
        let turned: Vec<_> = targets
            .iter()
            .filter(|target| !allowed[name.as_str()].contains(&target.as_str()))
            .collect();
        assert_eq!(turned, Vec::<&String>::new(), "{name} may not depend on these");
    }
}

/// Files git tracks or would track.
fn tracked() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let paths = listed.lines().map(PathBuf::from);
    paths.filter(|path| root().join(path).is_file()).collect()
}

fn with_ending(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let is_wanted = |path: &Path| {
        path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
    };
    let paths = tracked().into_iter().filter(|path| is_wanted(path));
    paths.map(|path| (path.clone(), std::fs::read_to_string(root().join(&path)).unwrap())).collect()
}

/// What stands in backquotes and looks like a path of this project.
fn named_paths(page: &str) -> Vec<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted
        .filter(|text| {
            let has_place =
                ["crates/", "web/", "infra/", "eval/", "bench/", "docs/", "tools/", ".ci/"];
            has_place.iter().any(|place| text.starts_with(place))
                && !text.contains([' ', '*', '<', '{', '…'])
        })
        .collect()
}

#[test]
fn every_path_a_page_names_exists() {
    let mut missing = Vec::new();
    for (page, text) in with_ending(&["md"]) {
        for path in named_paths(&text) {
            // What a build makes is not in a checkout.
            let is_built = path.starts_with("web/dist") || path.starts_with("web/node_modules");
            if !is_built && !root().join(path).exists() {
                missing.push(format!("{}: {path}", page.display()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_reader_of_pages_finds_paths() {
    let page = "See `crates/api/src` and `make test`, or `docs/<name>.md`.";
    assert_eq!(named_paths(page), ["crates/api/src"]);
}

#[test]
fn every_file_says_what_lives_in_it() {
    let silent: Vec<_> = with_ending(&["rs"])
        .into_iter()
        .filter(|(_, text)| !text.trim_start().starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(silent, Vec::<PathBuf>::new());
}
