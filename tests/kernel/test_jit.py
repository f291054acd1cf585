"""The compile cache: found again, never stale, never needed, and not harmed by processes that compile at the same time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from patron.kernel import _jit

MANY = """
import sys
import numpy as np
from patron.kernel._jit import compiled

@compiled
def total(values):
    result = values[0] - values[0]
    for value in values:
        result += value
    return result

for kind in sys.argv[1].split(","):
    got = total(np.arange(10).astype(kind))
    assert got == 45 and type(got).__name__.startswith(kind[:3]), (kind, got)
print(sum(total.stats.cache_hits.values()))
"""


def run(code, *arguments, cache, **environment):
    """Run code in a process of its own with a cache folder; return what it prints."""
    settings = {**os.environ, "PATRON_CACHE_DIR": str(cache), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process):
    """Wait for a process; return what it printed, and fail with what it complained about."""
    printed, complained = process.communicate(timeout=120)
    assert process.returncode == 0, complained
    return printed.strip()


def script(tmp_path, code):
    """Write code to a file, because numba keeps only functions that stand in one; return code that runs it."""
    path = tmp_path / "script.py"
    path.write_text(code, "utf-8")
    return f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import runpy; runpy.run_path({str(path)!r})"


def test_machine_code_is_kept_for_the_next_process(tmp_path):
    """The second process compiles nothing."""
    code = script(tmp_path, MANY)
    cache = tmp_path / "cache"
    assert finish(run(code, "int64,float64", cache=cache)) == "0"
    assert finish(run(code, "int64,float64", cache=cache)) == "2"


def test_processes_that_compile_at_once_do_not_mix_up_their_code(tmp_path):
    """Four processes compile one function for different types into one cache; afterwards each type has its own code."""
    code = script(tmp_path, MANY)
    cache = tmp_path / "cache"
    kinds = ["int64", "float64", "int32", "float32"]
    for process in [run(code, kind, cache=cache) for kind in kinds]:
        assert finish(process) == "0"
    assert finish(run(code, ",".join(kinds), cache=cache)) == "4"


def test_a_cache_that_can_not_be_written_is_done_without(tmp_path):
    """Where a file is in the way, functions are compiled and work."""
    (tmp_path / "file").write_text("", "utf-8")
    assert finish(run(script(tmp_path, MANY), "int64", cache=tmp_path / "file")) == "0"


def test_a_cache_that_is_taken_away_is_done_without(tmp_path):
    """A write that fails loses the cache, not the work."""
    code = script(
        tmp_path, MANY.replace("for kind in", "import os, shutil; shutil.rmtree(os.environ['PATRON_CACHE_DIR'])\n\nfor kind in")
    )
    assert finish(run(code, "int64", cache=tmp_path / "cache")) == "0"


def test_a_read_only_cache_is_done_without(tmp_path, monkeypatch):
    """No folder is used that this user may not write to."""
    monkeypatch.setenv("PATRON_CACHE_DIR", str(tmp_path))
    folder = _jit.cache_folder()
    assert folder is not None
    monkeypatch.setattr(_jit.os, "access", lambda path, mode: (path, mode) != (folder, os.W_OK))
    assert _jit.cache_folder() is None


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    """As in a container that runs under a bare number."""

    def homeless(_):
        raise RuntimeError("Could not determine home directory.")

    for name in ("PATRON_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", classmethod(homeless))
    assert _jit.cache_folder() is None


def test_the_folder_is_named_after_all_sources(tmp_path, monkeypatch):
    """A change in any file of the kernel, a helper's too, leads to another folder, so nothing in it is ever stale."""
    sources = tmp_path / "kernel"
    shutil.copytree(Path(_jit.__file__).parent, sources, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("PATRON_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(_jit, "__file__", str(sources / "_jit.py"))
    before = _jit.cache_folder()
    assert before == _jit.cache_folder()
    helper = sources / "compiled" / "bits.py"
    helper.write_text(helper.read_text("utf-8") + "\n# changed\n", "utf-8")
    after = _jit.cache_folder()
    assert after != before
    helper.rename(helper.with_name("moved.py"))
    assert _jit.cache_folder() not in {before, after}


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/somewhere"}, Path("/somewhere/patron")),
        ("linux", {"XDG_CACHE_HOME": ""}, Path.home() / ".cache" / "patron"),
        ("darwin", {}, Path.home() / "Library" / "Caches" / "patron"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/patron")),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(monkeypatch, platform, environment, expected):
    """Beside those of other programs."""
    made = []
    monkeypatch.delenv("PATRON_CACHE_DIR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_jit.sys, "platform", platform)
    monkeypatch.setattr(Path, "mkdir", lambda folder, **_: made.append(folder))
    _jit.cache_folder()
    assert made[0].parent == expected


def test_no_flag_lets_the_compiler_reorder_or_drop():
    """NaN stays NaN and sums keep their order."""
    assert _jit.FLAGS["fastmath"] is False
    assert _jit.FLAGS["nogil"] is True
    assert "parallel" not in _jit.FLAGS
