"""Finding plugins and their manifests without importing anything."""

import importlib
import sys

import pytest

from patron.core.host.cache import ManifestCache
from patron.core.host.discovery import find_plugins, locate


def found(name):
    return next(plugin for plugin in find_plugins(ManifestCache(None)) if plugin.name == name)


def test_built_in_plugins_come_through_the_same_door():
    plugins = {plugin.name: plugin for plugin in find_plugins(ManifestCache(None))}

    assert {"demo", "renderers", "reports", "scores"} <= set(plugins)
    assert all(plugins[name].built_in and plugins[name].problem is None for name in ("demo", "renderers", "reports", "scores"))


def test_plugin_is_described_without_being_imported(install):
    folder = install("one", "raise RuntimeError('imported')")
    plugin = found("one")

    assert ("patron_one", "patron-one", "1.0", None) == (plugin.module, plugin.distribution, plugin.version, plugin.problem)
    assert folder / "locale" == plugin.locale
    assert "patron_one" not in sys.modules


def test_single_module_has_its_manifest_beside_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "patron_single.py").write_text("")
    (tmp_path / "patron_single.manifest.toml").write_text("")
    importlib.invalidate_caches()

    assert (tmp_path / "patron_single.manifest.toml", tmp_path / "patron_single.locale") == locate("patron_single")


def test_module_within_a_package(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "patron_outer" / "inner").mkdir(parents=True)
    (tmp_path / "patron_outer" / "__init__.py").write_text("raise RuntimeError")
    (tmp_path / "patron_outer" / "inner" / "manifest.toml").write_text("")
    importlib.invalidate_caches()

    assert tmp_path / "patron_outer" / "inner" / "manifest.toml" == locate("patron_outer.inner")[0]


@pytest.mark.parametrize("module", ["patron_nowhere", "patron_nowhere.inner", "patron.nowhere", "__main__"])
def test_module_without_manifest_is_not_located(module):
    with pytest.raises(FileNotFoundError):
        locate(module)


def test_missing_manifest_is_a_problem(install):
    (install("one") / "manifest.toml").unlink()

    assert "host.no_manifest" == found("one").problem.key


@pytest.mark.parametrize(
    ("manifest", "key"),
    [("= 3", "host.manifest_not_toml"), ("a = 1", "host.manifest_unknown_key"), ("", "host.manifest_missing_key")],
)
def test_broken_manifest_is_a_problem(install, manifest, key):
    install("one", manifest=manifest)

    assert key == found("one").problem.key


def test_manifest_of_other_bytes_is_a_problem(install):
    (install("one") / "manifest.toml").write_bytes(b"\xff\xfe")

    assert "host.manifest_not_toml" == found("one").problem.key


def test_entry_point_must_name_a_module(install):
    folder = install("one")
    (folder.parent / "patron_one-1.0.dist-info" / "entry_points.txt").write_text("[patron]\none = patron_one:plugin\n")
    importlib.invalidate_caches()

    assert "host.not_a_module" == found("one").problem.key
