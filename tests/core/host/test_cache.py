"""The cache of manifests: never stale, never in the way."""

import os
import stat

import pytest

from patron.core.host.cache import ManifestCache, cache_file


@pytest.fixture(name="manifest")
def _manifest(tmp_path):
    path = tmp_path / "manifest.toml"
    path.write_text("order = 1\n")
    return path


@pytest.fixture(name="store")
def _store(tmp_path):
    return tmp_path / "cache" / "manifests.json"


def read(store, manifest, owner="one"):
    cache = ManifestCache(store)
    tree = cache.read(manifest, owner)
    cache.save()
    return dict(tree)


def test_second_reading_opens_no_manifest(store, manifest, monkeypatch):
    assert {"order": 1} == read(store, manifest)
    monkeypatch.setattr("tomllib.loads", None)

    assert {"order": 1} == read(store, manifest)


def test_change_of_the_same_size_and_time_is_seen(store, manifest):
    read(store, manifest)
    before = manifest.stat()
    manifest.write_text("order = 2\n")
    os.utime(manifest, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert {"order": 2} == read(store, manifest)


def test_another_version_is_read_anew(store, manifest, monkeypatch):
    read(store, manifest, "one 1.0")
    monkeypatch.setattr("tomllib.loads", lambda _: {"order": 9})

    assert {"order": 9} == read(store, manifest, "one 1.1")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", b'{"one": 3}', b"[" * 100_000])
def test_damaged_cache_only_costs_time(store, manifest, damage):
    store.parent.mkdir()
    store.write_bytes(damage)

    assert {"order": 1} == read(store, manifest)
    assert store.read_bytes() != damage


def test_damaged_entry_is_read_anew(store, manifest):
    read(store, manifest)
    store.write_text(store.read_text().replace('{"order": 1}', "7"))

    assert {"order": 1} == read(store, manifest)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_no_matter(store, manifest):
    store.parent.mkdir()
    store.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)

    assert {"order": 1} == read(store, manifest)


def test_file_in_place_of_the_folder_is_no_matter(store, manifest):
    store.parent.write_text("")

    assert {"order": 1} == read(store, manifest)


def test_manifest_with_a_date_is_not_kept(store, manifest):
    manifest.write_text("order = 2026-01-01\n")

    read(store, manifest)
    assert [] == list(store.parent.glob("manifests*"))


def test_place_follows_the_environment(tmp_path):
    assert tmp_path / "manifests.json" == cache_file({"PATRON_CACHE_DIR": str(tmp_path)})
    assert tmp_path / "patron" / "manifests.json" == cache_file({"XDG_CACHE_HOME": str(tmp_path)})
