"""An implementation may ask only for what its hook hands out."""

import pytest

from patron.core.errors import PluginError
from patron.core.host.verify import refuse_arguments


def test_argument_that_the_hook_does_not_have_is_answered_with_those_there_are():
    with pytest.raises(PluginError) as caught:
        refuse_arguments("one", "hook", ("table", "sesion"), ("table", "session"))

    message = caught.value.message("en")
    assert "its hook asks for an argument sesion, which this hook does not have." in message
    assert "The nearest is session. The hook has: table, session." in message
    assert "hook 要求参数 sesion" in caught.value.message("zh")
    assert "最接近的是 session" in caught.value.message("zh")


def test_argument_of_a_hook_without_arguments_is_answered_with_what_to_write():
    with pytest.raises(PluginError, match=r"asks for an argument session, but this hook has no arguments\. Write: def hook\(\)"):
        refuse_arguments("one", "hook", ("session",), ())


def test_arguments_of_the_hook_need_not_all_be_asked_for():
    refuse_arguments("one", "hook", ("table",), ("table", "session"))
