"""Every hook is a contract: documented in docs/plugins.md, written in fixed sections, and tested."""

import ast
import inspect
import re

import pytest

from patron.core import hookspecs

HOOKS = [name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")]
SECTIONS = ("*Called*:", "*Args*:", "*Return*:", "*Order*:", "*Errors*:")


def test_there_are_hooks():
    assert len(HOOKS) >= 4


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_has_a_heading_with_its_signature(root, hook):
    """The heading in the page is the signature in the code, so that neither changes alone."""
    page = (root / "docs" / "plugins.md").read_text("utf-8")
    arguments = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)

    assert re.search(rf"^#+ `{re.escape(f'{hook}({arguments})')}`$", page, re.MULTILINE)


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_docstring_is_a_contract(hook):
    text = inspect.getdoc(getattr(hookspecs, hook))
    places = [text.find(f"\n{section}") for section in SECTIONS]

    assert -1 not in places
    assert sorted(places) == places


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_arguments_and_return_are_annotated(hook):
    signature = inspect.signature(getattr(hookspecs, hook))

    assert inspect.Signature.empty not in [signature.return_annotation, *(p.annotation for p in signature.parameters.values())]


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_has_a_test(root, hook):
    """Some test is named for the hook: test_hook_<name>…"""
    names = {
        node.name
        for path in (root / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }

    assert any(name.startswith(f"test_hook_{hook}") for name in names)


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_has_a_built_in_plugin_that_uses_it(root, hook):
    """A hook ships together with a real plugin that needs it."""
    manifests = [path.read_text("utf-8") for path in (root / "patron" / "plugins").rglob("*manifest.toml")]

    assert any(f'"{hook}"' in manifest for manifest in manifests)
