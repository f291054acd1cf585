"""
The tables `[scoring.CODE]` and `[options.NAME]`: parameters of score factors and settings of plugins, which the core does not
know until plugins have brought them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_type_hints

from patron.core.config.settings import Settings, unknown_variable
from patron.core.config.source import Source, variable_of
from patron.core.errors import ConfigurationError
from patron.core.names import ALIKE, listed, nearest, shorten

Parameters = TypeVar("Parameters")

_TABLE = "scoring"
_OPTIONS = "options"


def factor_parameters(code: str, parameters_class: type[Parameters], settings: Settings) -> Parameters:
    """
    Make a factor's parameters of its table in `patron.toml` and its variables `PATRON_SCORING_CODE_KEY`.

    Args:
        code: the factor's code.
        parameters_class: an attrs class with a default for every field; its validators are heard.
        settings: the configuration.

    Raises:
        ConfigurationError: a key that the class does not have, a value of another type, or one that a validator refuses.
    """
    kinds, source = get_type_hints(parameters_class), settings.source
    names = _fields(parameters_class)
    written = dict(settings.scoring.get(code, {}))
    _check_keys(source, (_TABLE, code), written, names)
    from patron.core.config.values import from_text  # as in settings.py: loaded only where something is set

    for name in names:
        text = source.variables.get(variable_of(_TABLE, code, name))
        if text is not None:
            written[name] = from_text(text, kinds[name])
    return _made(parameters_class, written, (_TABLE, code), source)


def plugin_parameters(plugin: str, parameters_class: type[Parameters], settings: Settings) -> Parameters:
    """
    Make the settings of a plugin of its table `[options.NAME]` in `patron.toml`.

    Args:
        plugin: its name.
        parameters_class: an attrs class with a default for every field; its validators are heard.
        settings: the configuration.

    Raises:
        ConfigurationError: a key that the class does not have, a value of another type, or one that a validator refuses.
    """
    written = settings.options.get(plugin, {})
    _check_keys(settings.source, (_OPTIONS, plugin), written, _fields(parameters_class))
    return _made(parameters_class, written, (_OPTIONS, plugin), settings.source)


def check_factor_codes(known: Mapping[str, type | None], settings: Settings) -> None:
    """
    Refuse tables and variables of factors that are not there, and those that their factor refuses, whether it runs or not.

    Args:
        known: the code of every factor with its parameters class, None where there is nothing to set.
        settings: the configuration.

    Raises:
        ConfigurationError: there is such a table or variable; the message names the nearest factor, key or variable.
    """
    source = settings.source
    for code in settings.scoring:
        where = source.place(_TABLE, code)
        if code not in known:
            near, every = nearest(code, known, cutoff=ALIKE), listed(sorted(known))
            key = "config.unknown_factor_near" if near else "config.unknown_factor"
            raise ConfigurationError(key, where=where, code=shorten(code), nearest=near, known=every)
        if known[code] is None and settings.scoring[code]:
            raise ConfigurationError("config.nothing_to_set", where=where, code=code)
    variables = {variable_of(_TABLE, code, key) for code, record in known.items() if record for key in _fields(record)}
    for name in source.variables:
        if name.startswith(variable_of(_TABLE) + "_") and name not in variables:
            raise unknown_variable(name, variables)
    for code, record in known.items():
        if record is not None:
            factor_parameters(code, record, settings)


def _fields(record: type) -> tuple[str, ...]:
    import attrs  # loaded with the first factor, not with every start

    return tuple(field.name for field in attrs.fields(record))


def _check_keys(source: Source, table: tuple[str, str], written: Iterable[str], names: tuple[str, ...]) -> None:
    for key in written:
        if key not in names:
            raise _unknown_key(source, table, key, names)


def _unknown_key(source: Source, table: tuple[str, str], key: str, names: tuple[str, ...]) -> ConfigurationError:
    near, called = nearest(key, names, cutoff=ALIKE), ".".join(table)
    return ConfigurationError(
        "config.unknown_key_near" if near else "config.unknown_key",
        where=source.place(*table, key),
        key=f"{called}.{shorten(key)}",
        nearest=f"{called}.{near}",
        known=listed(sorted(names)),
    )


def _made(
    parameters_class: type[Parameters], written: Mapping[str, object], table: tuple[str, str], source: Source
) -> Parameters:
    """Make the record; where a validator refuses it, find the key by trying each alone."""
    from patron.core.config.values import structure  # as above

    kinds, called = get_type_hints(parameters_class), ".".join(table)
    values = {
        key: structure(value, kinds[key], key=f"{called}.{key}", where=source.place(*table, key))
        for key, value in written.items()
    }
    try:
        return parameters_class(**values)
    except (ValueError, TypeError) as error:
        refused = next((key for key in values if _refuses(parameters_class, {key: values[key]})), None)
        keys = table if refused is None else (*table, refused)
        got = values[refused] if refused else f"{{{listed(f'{key} = {value}' for key, value in values.items())}}}"
        raise ConfigurationError(
            "config.refused_value", where=source.place(*keys), key=".".join(keys), got=shorten(got), reason=shorten(error, 200)
        ) from error


def _refuses(parameters_class: type[Any], values: dict[str, Any]) -> bool:
    try:
        parameters_class(**values)
    except (ValueError, TypeError):
        return True
    return False
