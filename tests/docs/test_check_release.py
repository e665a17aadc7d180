"""A release is held back while its changelog, its former stores or its files are not in order."""

from scripts.check_release import missing

LOG = "# Changelog\n\n## 0.3.0\n\nMore.\n\n## 0.2.0\n\n## 0.1.0\n"


def test_all_is_in_place() -> None:
    assert missing("0.3.0", LOG, {"0.1.0", "0.2.0"}, "") == []


def test_what_is_missing_is_told() -> None:
    unreleased = LOG.replace("0.3.0", "Unreleased")
    assert "begins with Unreleased" in missing("0.3.0", unreleased, {"0.1.0", "0.2.0"}, "")[0]
    assert "no store that 0.2.0 wrote" in missing("0.3.0", LOG, {"0.1.0"}, "")[0]
    assert "more than once" in missing("0.3.0", f"{LOG}\n## 0.3.0", {"0.1.0", "0.2.0"}, "")[0]
    assert "no MAJOR" in missing("0.3", LOG.replace("0.3.0", "0.3"), {"0.1.0", "0.2.0"}, "")[0]
    assert "README.md" in missing("0.3.0", LOG, {"0.1.0", "0.2.0"}, " M README.md\n")[0]
