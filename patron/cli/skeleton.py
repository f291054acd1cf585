"""
Skeletons of plugins: files to begin from, complete enough to be installed and for their tests to pass.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import patron
from patron.cli.wording import WORDS
from patron.core.errors import OutputError, UsageError
from patron.core.hookspecs import API
from patron.core.names import shorten

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEMPLATES = Path(__file__).parent / "skeletons"

# Where each template goes. Templates end in .txt, so that no tool takes them for code or words of ours.
_ANY = {
    "module.py.txt": "src/{module}/__init__.py",
    "manifest.toml.txt": "src/{module}/manifest.toml",
    "pyproject.toml.txt": "pyproject.toml",
}
_CHANNEL = {
    **{f"channel/{template}": place for template, place in _ANY.items()},
    "channel/channel_en.toml.txt": "src/{module}/locale/en/channel.toml",
    "channel/channel_zh.toml.txt": "src/{module}/locale/zh/channel.toml",
}
_OF_EACH_CHANNEL = {
    "readme.md.txt": "README.md",
    "channel.py.txt": "src/{module}/channel.py",
    "option_en.toml.txt": "src/{module}/locale/en/option.toml",
    "option_zh.toml.txt": "src/{module}/locale/zh/option.toml",
    "reason_en.toml.txt": "src/{module}/locale/en/reason.toml",
    "reason_zh.toml.txt": "src/{module}/locale/zh/reason.toml",
    "test_channel.py.txt": "tests/test_{name}.py",
}
_PLACES = {
    "channel": {**_CHANNEL, **{f"channel/{template}": place for template, place in _OF_EACH_CHANNEL.items()}},
    "channel_full": {
        **_CHANNEL,
        **{f"channel_full/{template}": place for template, place in _OF_EACH_CHANNEL.items()},
        "channel_full/asking.py.txt": "src/{module}/asking.py",
        "channel_full/leads.py.txt": "src/{module}/leads.py",
        "channel_full/requests.py.txt": "src/{module}/requests.py",
    },
    "report": {
        **{f"report/{template}": place for template, place in _ANY.items()},
        "report/readme.md.txt": "README.md",
        "report/sections.py.txt": "src/{module}/sections.py",
        "report/words_en.toml.txt": "src/{module}/locale/en/section.toml",
        "report/words_zh.toml.txt": "src/{module}/locale/zh/section.toml",
        "report/report_en.toml.txt": "src/{module}/locale/en/report.toml",
        "report/report_zh.toml.txt": "src/{module}/locale/zh/report.toml",
        "report/test_sections.py.txt": "tests/test_{name}.py",
    },
}


def write_skeleton(kind: str, name: str, out: Path | None, *, taken: Collection[str]) -> Path:
    """
    Write the skeleton of a plugin and return its folder.

    Args:
        kind: what the plugin brings: `report`, `channel`, or `channel_full` for one with all that a channel can do.
        name: its name.
        out: the folder to make; `patron-NAME` here by default.
        taken: names of plugins that are installed already.

    Raises:
        UsageError: the name can't be used.
        OutputError: the folder is in use, or can't be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("plugins.bad_name", catalogue=WORDS, name=shorten(name))
    if name in taken:
        raise UsageError("plugins.name_taken", catalogue=WORDS, name=name)
    folder = out or Path(f"patron-{name.replace('_', '-')}")
    values = {"name": name, "module": f"patron_{name}", "distribution": f"patron-{name.replace('_', '-')}"}
    values |= {"title": name.replace("_", " ").capitalize(), "api": str(API), "patron": patron.__version__}
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError("plugins.exists", catalogue=WORDS, folder=folder)
        for template, place in _PLACES[kind].items():
            target = folder / place.format(**values)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_fill((_TEMPLATES / template).read_text("utf-8"), values), "utf-8")
    except OSError as error:
        raise OutputError("plugins.not_written", catalogue=WORDS, folder=folder, reason=error.strerror) from error
    return folder


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place of `<<name>>`, which means nothing in Python, TOML or Markdown."""
    return re.sub(r"<<(\w+)>>", lambda found: values[found[1]], text)
