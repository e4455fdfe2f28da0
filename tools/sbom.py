#!/usr/bin/env python3
"""Writes the bill of materials as CycloneDX 1.5 JSON to standard output: every crate and npm package.

Usage: sbom.py — reads Cargo.lock, `cargo metadata` and web/package-lock.json, nothing else; the same files
give the same bytes. A package without a licence or a checksum is an error, and so is one of the lock file
that is not listed.
"""

import base64
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent


def cargo_components():
    """Every crate of the lock file, with what each depends on, by package id of cargo."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    components, references = [], {}
    for package in metadata["packages"]:
        name, version = package["name"], package["version"]
        reference = f"pkg:cargo/{name}@{version}"
        references[package["id"]] = reference
        component = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": version,
            "purl": reference,
            "licenses": licences(name, package.get("license"), package.get("license_file")),
        }
        if package["source"]:
            checksum = checksums[name, version]
            if not checksum:
                sys.exit(f"{name} {version} has no checksum")
            component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        components.append(component)
    listed = {(one["name"], one["version"]) for one in components}
    if listed != set(checksums):
        sys.exit(f"Cargo.lock and cargo metadata differ: {sorted(listed ^ set(checksums))}")
    dependencies = [
        {"ref": references[node["id"]], "dependsOn": sorted({references[d] for d in node["dependencies"]})}
        for node in metadata["resolve"]["nodes"]
    ]
    return components, dependencies


def npm_components():
    """Every package of the page; those that only build or test it are of scope `excluded`."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    components = {}
    for path, package in lock["packages"].items():
        if not path or package.get("link"):
            continue
        name = package.get("name", path.rpartition("node_modules/")[2])
        reference = f"pkg:npm/{quote(name, safe='/')}@{package['version']}"
        algorithm, _, digest = package["integrity"].partition("-")
        if algorithm != "sha512":
            sys.exit(f"{name} has a checksum of kind {algorithm}")
        is_shipped = not (package.get("dev") or package.get("devOptional"))
        if reference in components and not is_shipped:
            continue
        components[reference] = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": package["version"],
            "purl": reference,
            "scope": "required" if is_shipped else "excluded",
            "licenses": licences(name, package.get("license"), None),
            "hashes": [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}],
        }
    return list(components.values())


def licences(name, expression, file):
    """The SPDX expression; old crates write `/` for OR."""
    if expression:
        return [{"expression": " OR ".join(part.strip() for part in expression.split("/"))}]
    if file:
        return [{"license": {"name": f"see {file} of {name}"}}]
    sys.exit(f"{name} names no licence")


def main():
    components, dependencies = cargo_components()
    components += npm_components()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "nx-wt-prf", "name": "nx-wt-prf"}},
        "components": sorted(components, key=lambda one: one["bom-ref"]),
        "dependencies": sorted(dependencies, key=lambda one: one["ref"]),
    }
    json.dump(bill, sys.stdout, ensure_ascii=False, indent=1)
    print()


main()
