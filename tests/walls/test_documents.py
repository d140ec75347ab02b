"""The documents speak of what there is: folders, files, commands, models, settings, people."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cabinet.contracts.roles import ROLE_TABLE, Ability, Role

ROOT = settings.BASE_DIR
OURS = ("portal", "cabinet.", "cms_pages.")
NAMES = (
    "README.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/demo.md",
    "docs/deploy.md",
    "docs/roles.md",
)
MADE_WHILE_RUNNING = ("var/", "VAR_DIR/", ".venv/", "node_modules/", "media/", "static/")
SUFFIXES = [".py", ".md", ".html", ".css", ".js", ".mjs", ".json", ".toml", ".sh", ".env", ".lock", ".po", ".sqlite3"]
FILE_NAMES = ("Makefile", "Pipfile", "Procfile", "LICENSE")


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def own_apps() -> list:
    return [config for config in apps.get_app_configs() if f"{config.name}.".startswith(OURS)]


def tracked() -> list[Path]:
    """Files of the repository, those not committed yet included."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    return [Path(name) for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.split("\n")]


def quoted(text: str) -> list[str]:
    """What stands in backticks, code blocks aside."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def looks_like_a_file(word: str) -> bool:
    if not re.fullmatch(r"[\w.][\w./-]*", word, re.ASCII) or word.startswith(MADE_WHILE_RUNNING):
        return False
    return "/" in word or word in FILE_NAMES or Path(word).suffix in SUFFIXES


def is_there(word: str, files: list[Path]) -> bool:
    """By its path (a template also by its name), or by its bare name: the rooms that every app has."""
    if "/" in word.rstrip("/"):
        return (ROOT / word).exists() or (ROOT / "templates" / word).exists()
    return any(word.rstrip("/") in file.parts for file in files)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    files = tracked()
    gone = [word for word in quoted(text_of(name)) if looks_like_a_file(word) and not is_there(word, files)]
    assert not gone, f"{name} names what does not exist: {gone}"


@pytest.mark.parametrize("name", NAMES)
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    text = text_of(name)
    links = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    local = [link for link in links if not link.startswith("http")]
    gone = [link for link in local if not ((ROOT / name).parent / link).exists()]
    assert not gone, f"{name} links to what does not exist: {gone}"


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(name), re.MULTILINE))
    assert named <= make_targets()


def test_the_readme_names_every_make_target_that_help_lists() -> None:
    listed = re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE)
    silent = [target for target in listed if f"make {target}" not in text_of("README.md")]
    assert not silent, f"README.md says nothing of: {silent}"


def test_architecture_names_every_app() -> None:
    folders = [f"`{Path(config.path).relative_to(ROOT).as_posix()}/`" for config in own_apps()]
    silent = sorted({folder for folder in folders if folder not in text_of("ARCHITECTURE.md")})
    assert not silent, f"ARCHITECTURE.md says nothing of: {silent}"


def test_the_glossary_names_every_model() -> None:
    glossary = text_of("GLOSSARY.md")
    models = [model.__name__ for config in own_apps() for model in config.get_models()]
    silent = [name for name in models if f"`{name}`" not in glossary]
    assert not silent, f"GLOSSARY.md says nothing of: {silent}"


def test_every_name_in_the_glossary_stands_in_the_code() -> None:
    code = "\n".join((ROOT / file).read_text() for file in tracked() if file.suffix == ".py" and (ROOT / file).exists())
    words = set(re.findall(r"\w+", code))
    names = [word for word in quoted(text_of("GLOSSARY.md")) if re.fullmatch(r"[A-Za-z_]\w*", word)]
    gone = [name for name in names if name not in words]
    assert not gone, f"GLOSSARY.md names what the code does not have: {gone}"


def test_deploy_names_every_setting_that_the_environment_gives() -> None:
    wanted = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text_of("portal/settings.py"))
    silent = sorted({name for name in wanted if f"`{name}`" not in text_of("docs/deploy.md")})
    assert wanted and not silent, f"docs/deploy.md says nothing of: {silent}"


def test_everybody_the_readme_names_is_in_the_demo() -> None:
    people = re.findall(r"\w+@example\.com", text_of("README.md"))
    assert people and set(people) <= set(re.findall(r"\w+@example\.com", text_of("docs/demo.md")))


def test_the_page_of_roles_says_what_the_role_table_says() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| `([A-Z]+)` \| (yes|no) \| (yes|no) \| (yes|no) \|$", text_of("docs/roles.md"), re.M
    )
    assert rows == [
        (ability.value, ability.name, *("yes" if ability in ROLE_TABLE[role] else "no" for role in Role))
        for ability in Ability
    ]
