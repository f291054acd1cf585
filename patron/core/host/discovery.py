"""
Finding plugins: every entry point of the group `patron`, with the manifest that lies beside its module.

Nothing of a plugin is imported. The file system is asked where the top-level package lies (the import system answers that for
ordinary and for editable installations alike); the rest of the way to the manifest is counted in folders.
"""

import re
import tomllib
from importlib.metadata import Distribution, EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from patron.core.errors import PluginError
from patron.core.host.cache import ManifestCache
from patron.core.host.manifest import parse_manifest
from patron.core.host.plugin import Plugin

GROUP = "patron"

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_HEADER = {key: re.compile(rf"^{key}:[ \t]*(\S+)", re.MULTILINE) for key in ("Name", "Version")}


def find_plugins(cache: ManifestCache) -> tuple[Plugin, ...]:
    """Return every installed plugin, sorted by name and distribution, with what is wrong with its manifest."""
    known: dict[int, tuple[str, str]] = {}  # one distribution may bring many plugins; its metadata is read once
    plugins = []
    for point in entry_points(group=GROUP):
        if id(point.dist) not in known:
            known[id(point.dist)] = _name_and_version(point.dist)
        plugins.append(_describe(point, *known[id(point.dist)], cache))
    cache.save()
    return tuple(sorted(plugins, key=lambda plugin: (plugin.name, plugin.distribution)))


def locate(module: str) -> tuple[Path, Path]:
    """
    Return where the manifest and the words of a plugin's module lie, without importing it.

    Raises:
        FileNotFoundError: there is no such module, or no manifest beside it.
    """
    top, *inner = module.split(".")
    for root in _roots(top):
        base = root.joinpath(*inner)
        for manifest, locale in (
            (base / "manifest.toml", base / "locale"),
            (base.with_name(f"{base.name}.manifest.toml"), base.with_name(f"{base.name}.locale")),
        ):
            if manifest.is_file():
                return manifest, locale
    raise FileNotFoundError(module)


def _roots(top: str) -> tuple[Path, ...]:
    """Return the folders of a top-level package; for a single module its path without `.py`."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return ()
    if spec is None:
        return ()
    if spec.submodule_search_locations is not None:
        return tuple(Path(folder) for folder in spec.submodule_search_locations)
    return (Path(spec.origin).with_suffix(""),) if spec.has_location and spec.origin else ()


def _describe(point: EntryPoint, distribution: str, version: str, cache: ManifestCache) -> Plugin:
    plugin = Plugin(name=point.name, module=point.value, distribution=distribution, version=version, manifest=None)
    if not _MODULE.fullmatch(point.value):
        return plugin.refused(PluginError("host.not_a_module", plugin=point.name, value=point.value))
    try:
        path, locale = locate(point.value)
    except OSError:
        return plugin.refused(PluginError("host.no_manifest", plugin=point.name, module=point.value))
    try:
        tree = cache.read(path, f"{point.name}={point.value} {distribution} {version}")
        manifest = parse_manifest(tree, point.name)
    except OSError as error:
        return plugin.refused(PluginError("host.manifest_unreadable", plugin=point.name, reason=error.strerror))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return plugin.refused(PluginError("host.manifest_not_toml", plugin=point.name, path=path, reason=error))
    except PluginError as problem:
        return plugin.refused(problem)
    return plugin._replace(manifest=manifest, locale=locale)


def _name_and_version(distribution: Distribution | None) -> tuple[str, str]:
    """Return both from the head of the metadata, without parsing the long description that may follow it."""
    if distribution is None:
        return "", ""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    head = text.partition("\n\n")[0]
    found = [pattern.search(head) for pattern in _HEADER.values()]
    return found[0][1] if found[0] else "", found[1][1] if found[1] else ""
