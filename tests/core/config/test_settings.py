"""The configuration: found, read, overridden, and refused with the place and the nearest known name."""

import pytest

from patron.core.config import PluginSettings, ScoreSettings, Settings, read_settings, wished_language
from patron.core.errors import ConfigurationError


@pytest.fixture(name="read")
def _read(tmp_path):
    """Return a function that reads a text as patron.toml, under some variables."""

    def read(text, **variables):
        path = tmp_path / "patron.toml"
        path.write_text(text, "utf-8")
        return read_settings(path, environ=variables)

    return read


def refusal(read, text, **variables):
    with pytest.raises(ConfigurationError) as caught:
        read(text, **variables)
    assert 2 == caught.value.exit_code
    return caught.value.key, str(caught.value)


def test_defaults_without_a_file(tmp_path):
    assert Settings() == read_settings(environ={}, start=tmp_path)


def test_every_key_is_read(read):
    settings = read(
        'lang = "zh"\ntimezone = "Asia/Shanghai"\n[score]\nmemory = "1.5GiB"\nthreads = 3\n'
        '[plugins]\noff = ["a"]\non = ["b"]\norder = ["c", "b"]\n[scoring.abc]\ntop = 0.7\n'
    )

    assert ("zh", "Asia/Shanghai") == (settings.lang, settings.timezone)
    assert ScoreSettings(memory=3 * 2**29, threads=3) == settings.score
    assert PluginSettings(off=("a",), on=("b",), order=("c", "b")) == settings.plugins
    assert ["abc"] == list(settings.scoring)


def test_variables_go_before_the_file(read):
    settings = read(
        'lang = "zh"\n[score]\nthreads = 3\n',
        PATRON_LANG="en",
        PATRON_TIMEZONE="Europe/London",
        PATRON_SCORE_THREADS="8",
        PATRON_SCORE_MEMORY="2GB",
        PATRON_PLUGINS_OFF="a, b",
    )

    assert ("en", "Europe/London", 8, 2 * 10**9) == (
        settings.lang,
        settings.timezone,
        settings.score.threads,
        settings.score.memory,
    )
    assert ("a", "b") == settings.plugins.off


def test_file_is_found_upwards(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "patron.toml").write_text('lang = "zh"')

    assert "zh" == read_settings(environ={}, start=inner).lang


def test_nearest_file_wins(tmp_path):
    inner = tmp_path / "a"
    inner.mkdir()
    (tmp_path / "patron.toml").write_text('lang = "zh"')
    (inner / "patron.toml").write_text('lang = "en"')

    assert "en" == read_settings(environ={}, start=inner).lang


def test_variable_names_the_file(tmp_path):
    (tmp_path / "other.toml").write_text('lang = "zh"')

    assert "zh" == read_settings(environ={"PATRON_CONFIG": str(tmp_path / "other.toml")}, start=tmp_path).lang


def test_byte_order_mark_is_skipped(tmp_path):
    (tmp_path / "patron.toml").write_bytes(b'\xef\xbb\xbflang = "zh"')

    assert "zh" == read_settings(environ={}, start=tmp_path).lang


@pytest.mark.parametrize(
    ("text", "key", "parts"),
    [
        ('\nlang = "zh"\nlnag = "en"\n', "config.unknown_key_near", ("patron.toml:3", "lnag", "nearest is lang")),
        ("xyzzy = 1\n", "config.unknown_key", (":1", "no key xyzzy. Known here: ")),
        ("# a\n[score]\n\nmemry = 1\n", "config.unknown_key_near", (":4", "score.memry", "score.memory")),
        ("score.memry = 1\n", "config.unknown_key_near", (":1", "score.memry", "score.memory")),
        ("[plugin]\n", "config.unknown_key_near", (":1", "plugin", "plugins")),
        ("score = 3\n", "config.not_a_table", (":1", "[score]")),
        ("[scoring]\nabc = 3\n", "config.not_a_table", (":2", "[scoring.abc]")),
        ("[score]\nthreads = 2.5\n", "config.expected_whole", (":2", "score.threads", "2.5")),
        ("[score]\nthreads = true\n", "config.expected_whole", (":2", "true")),
        ("[score]\nthreads = 0\n", "config.too_few_threads", (":2", "0")),
        ('[score]\nmemory = "lots"\n', "config.bad_memory", (":2", "lots")),
        ("[score]\nmemory = [1]\n", "config.bad_memory", (":2",)),
        ("lang = 5\n", "config.expected_text", (":1", "lang")),
        ('lang = "fr"\n', "config.bad_language", (":1", "fr", "en, zh")),
        ('timezone = "Asia/Shangai"\n', "config.bad_zone_near", (":1", "nearest is Asia/Shanghai")),
        ('timezone = "../etc"\n', "config.bad_zone", (":1",)),
        ('[score]\nmemory = "1KB"\n', "config.little_memory", (":2", "1KB", "200MB")),
        ('[plugins]\noff = "demo"\n', "config.expected_list", (":2", '"demo"')),
        ("[plugins]\n\noff = [\n1]\n", "config.expected_text", (":3", "plugins.off")),
        ('[plugins]\non = ["a"]\noff = ["a"]\n', "config.on_and_off", (":2", "a")),
        ("a = [1\n", "config.not_toml", (":1",)),
        ("x = 1\nx = 2\n", "config.not_toml", (":2",)),
    ],
)
def test_refusals_name_place_and_nearest(read, text, key, parts):
    found, message = refusal(read, text)

    assert key == found
    assert [] == [part for part in parts if part not in message]


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("PATRON_SCORE_THREADS", "x", "config.variable_whole"),
        ("PATRON_SCORE_MEMORY", "1KB", "config.little_memory"),
        ("PATRON_SCORE_MEMORY", "x", "config.bad_memory"),
        ("PATRON_LANG", "fr", "config.bad_language"),
        ("PATRON_TIMEZON", "UTC", "config.unknown_variable_near"),
        ("PATRON_SCORE_SPEED", "1", "config.unknown_variable"),
        ("PATRON_PLUGINS_OF", "a", "config.unknown_variable_near"),
    ],
)
def test_refused_variables_are_named(read, name, value, key):
    found, message = refusal(read, "", **{name: value})

    assert key == found
    assert name in message


def test_a_refused_variable_is_told_what_it_expects(read):
    """In words of the environment: no key of the file, no quotes."""
    assert (
        "The environment variable PATRON_SCORE_THREADS must be a whole number, such as 4; it is x."
        == refusal(read, "", PATRON_SCORE_THREADS="x")[1]
    )


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ('lang = "zh"\nxyzzy = 1\n', {}, "zh"),
        ('lang = "zh"\n', {"PATRON_LANG": "en"}, "en"),
        ("lang = [\n", {}, None),
        ("lang = [1]\n", {}, None),
        ("", {}, None),
    ],
)
def test_the_language_is_known_whatever_else_is_wrong(tmp_path, text, variables, expected):
    (tmp_path / "patron.toml").write_text(text)

    assert expected == wished_language(tmp_path / "patron.toml", environ=variables)


def test_variables_of_others_are_left_alone(read):
    assert "UTC" == read("", PATRON_SAINT="Nicholas", PATRON_CACHE_DIR="/nowhere").timezone


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"gone\.toml"):
        read_settings(tmp_path / "gone.toml", environ={})


def test_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        read_settings(tmp_path, environ={})
    assert "config.unreadable" == caught.value.key


def test_binary_file_is_refused(tmp_path):
    (tmp_path / "patron.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigurationError) as caught:
        read_settings(environ={}, start=tmp_path)
    assert "config.not_utf8" == caught.value.key


def test_absurd_nesting_is_refused(read):
    assert "config.not_toml" == refusal(read, "x = " + "[" * 100_000)[0]


def test_long_values_are_cut(read):
    assert len(refusal(read, f'timezone = "{"x" * 5000}"')[1]) < 1000


@pytest.mark.parametrize("url", ["https://crm.example", "http://127.0.0.1:8000/", "https://[::1]:8443"])
def test_what_the_world_calls_the_server_is_an_origin(tmp_path, url):
    assert url == _url(tmp_path, url)


@pytest.mark.parametrize(
    "url",
    [
        "crm.example",
        "ftp://crm.example",
        "https://",
        "https://a:99999",
        "https://a/crm",
        "https://a?b",
        "https://u@a",
        "https://a b",
    ],
)
def test_an_address_with_more_than_an_origin_is_refused(tmp_path, url):
    """Signatures of providers cover it, and codes on paper have it: whoever mistypes it hears of it at once."""
    with pytest.raises(ConfigurationError, match=r"patron\.toml:2: `url`"):
        _url(tmp_path, url)


def _url(folder, url):
    (folder / "patron.toml").write_text(f'[serve]\nurl = "{url}"\n', "utf-8")
    return read_settings(folder / "patron.toml", environ={}).serve.url
