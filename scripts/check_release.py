"""What has to be in place before a version is published; says what is missing, and exits with 1.

    python -m scripts.check_release

`make release-check` runs it first, and then all tests, style, types, the documentation and the
benchmarks.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORMER = "tests/store/former_versions"


def missing(version: str, changelog: str, stores: set[str], changed: str) -> list[str]:
    """What is missing, each as a sentence.

    Args:
        version: of the project.
        changelog: its text, the newest version first.
        stores: versions of which there is a store that tests open.
        changed: files that are not committed, as git lists them.
    """
    headings: list[str] = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    told = [heading.split(" ")[0] for heading in headings]
    found = []
    if not told or told[0] != version:
        first = told[0] if told else "nothing"
        found.append(f"CHANGELOG.md begins with {first}, and the version is {version}")
    if told.count(version) > 1:
        found.append(f"CHANGELOG.md tells of {version} more than once")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        found.append(f"the version {version} is no MAJOR.MINOR.PATCH")
    found += [
        f"{FORMER} has no store that {former} wrote; see tests/store/test_former_versions.py"
        for former in told
        if former not in (version, "Unreleased") and former not in stores
    ]
    if changed.strip():
        found.append(f"not committed:\n{changed.rstrip()}")
    return found


def main() -> int:
    """Look, and tell; 1 if anything is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    git = ("git", "status", "--porcelain")
    found = missing(
        project["version"],
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        {path.name.removesuffix(".tar.xz") for path in (ROOT / FORMER).glob("*.tar.xz")},
        subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout,
    )
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{project['version']} may be published as far as files can tell")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
