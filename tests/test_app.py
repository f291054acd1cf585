"""The application: assembled from configuration and plugins, usable as a library."""

from datetime import UTC, datetime

import pytest

from patron.app import App, SilentReporter
from patron.core.clock import fixed_clock
from patron.core.errors import ConfigurationError, PluginError


def test_session_in_two_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with App.open().session() as session:
        assert ("UTC", "en") == (session.settings.timezone, session.t.lang)
        assert {"mining", "scores"} == {owned.plugin for owned in session.host.score_factors()}


def test_parts_are_handed_on(tmp_path):
    path = tmp_path / "patron.toml"
    path.write_text('lang = "zh"\ntimezone = "Asia/Shanghai"')
    now, reporter, calls = datetime(2026, 1, 1, tzinfo=UTC), SilentReporter(), []
    app = App.open(path, safe_mode=True, clock=fixed_clock(now), reporter=reporter, trace=calls.append, environ={})
    with app.session() as session:
        session.host.report_sections()

        assert "zh" == session.t.lang
        assert now == session.clock.now()
        assert reporter is session.reporter
    assert ["reports", "calls"] == [call.plugin for call in calls]


def test_language_asked_for_goes_first(tmp_path):
    (tmp_path / "patron.toml").write_text('lang = "zh"')

    assert "en" == App.open(tmp_path / "patron.toml", lang="en", environ={}).lang
    assert "zh" == App.open(tmp_path / "patron.toml", environ={"LANG": "en_US"}).lang


def test_wrong_configuration_is_refused(tmp_path):
    with pytest.raises(ConfigurationError):
        App.open(tmp_path / "nowhere.toml")


def test_no_session_with_a_refused_plugin(install, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    install("one", api="[9, 9]")

    with pytest.raises(PluginError), App.open().session():
        pytest.fail("a session was opened")
    with App.open(safe_mode=True).session():
        pass


def test_silent_reporter_is_silent(capsys):
    reporter = SilentReporter()
    reporter.notice("nothing")
    with reporter.progress("work", 3) as task:
        task.advance(3)

    assert ("", "") == tuple(capsys.readouterr())


def test_another_installation_is_opened_with_the_same_plugins(tmp_path):
    """Its configuration counts, and nobody of this installation is anybody there."""
    (tmp_path / "other.toml").write_text('timezone = "Asia/Shanghai"\n')
    app = App.open(lang="zh", login="wang", environ={"XDG_CACHE_HOME": str(tmp_path), "PATRON_STORE_CURRENCY": "EUR"})
    other = app.configured(tmp_path / "other.toml")
    with other.session() as session:
        assert ("Asia/Shanghai", "EUR") == (session.settings.timezone, session.settings.store.currency)
        assert ("zh", None) == (session.t.lang, session.login)
        assert app.host is session.host
    assert "wang" == app.login
