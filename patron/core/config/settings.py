"""
The settings themselves: one record a table of `patron.toml`, with defaults, and the reading that fills them.

A key is a field: to add one, add a field with its type and default (and a line to docs/configuration.md); file, variable and
complaints follow.
"""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_type_hints
from urllib.parse import urlsplit

from patron.core.config.matching import MatchingSettings
from patron.core.config.sheets import ImportSettings
from patron.core.config.sizes import LEAST_MEMORY, parse_size, size_text
from patron.core.config.source import Source, Tree, line_of, read_source, variable_of
from patron.core.errors import ConfigurationError, UsageError
from patron.core.i18n import LANGUAGES
from patron.core.names import ALIKE, listed, nearest, shorten


class ScoreSettings(NamedTuple):
    """
    The table `[score]`: how much of the machine scoring may take, and what its tables look at.

    Attributes:
        memory: bytes, written as `2GB`; None for half of what is free.
        threads: how many; None for one a processor.
        recent_months: the length of the recent period, and of the one before it, in calendar months.
        top_percent: the best part of the customers whose share is told, in percent of them.
        kept_runs: how many published runs of a model the database keeps; at least two, for who reads the one before.
    """

    memory: int | None = None
    threads: int | None = None
    recent_months: int = 12
    top_percent: int = 20
    kept_runs: int = 3


class StoreSettings(NamedTuple):
    """
    The table `[store]`: where the records are kept.

    Attributes:
        database: the address, `sqlite:///patron.db` or `postgresql://user@host/name`; a relative file lies beside the
            configuration file. None where nothing is kept.
        currency: the ledger currency, an ISO 4217 code; all money in the database is of it.
        busy_seconds: how long a writer waits for another one.
    """

    database: str | None = None
    currency: str = "CNY"
    busy_seconds: int = 30


class WorklistSettings(NamedTuple):
    """
    The table `[worklist]`: when somebody stands on the list of whom to call.

    Attributes:
        silent_days: days without a contact after which a lead that is pursued is called again.
        best_groups: how many of the first groups of the published scores hold the best customers.
        best_days: days without a contact after which one of them is called.
    """

    silent_days: int = 14
    best_groups: int = 1
    best_days: int = 90


class OutreachSettings(NamedTuple):
    """
    The table `[outreach]`: how customers may be contacted; the customer's own wishes go before.

    Attributes:
        needs_consent: purposes for which a customer must have said yes.
        owed: purposes that we owe the customer, whom only a refusal stops: no dislike, no limit.
        channels: by what means somebody is contacted who does not accept what was planned, the first that they accept.
        limit: how often a customer may be contacted in `days` days who said nothing of it; 0 for any number.
        days: the days that limits are about where they say none.
        quiet_from: the hour from which nobody is called; None for no quiet hours.
        quiet_until: the hour at which that ends.
        conflict_days: days within which another department's contact is told; 0 for never.
        breach_days: days within which contacts against what customers had said are told; 0 for never.
        own_word: whether a yes counts that was recorded by whoever wants to write and may write only to those who agreed.
        breaches: whether to `refuse` telling of a contact that the customer had refused, or only to `warn`.
    """

    needs_consent: tuple[str, ...] = ("marketing",)
    owed: tuple[str, ...] = ("service",)
    channels: tuple[str, ...] = ("phone", "email", "im", "sms", "letter")
    limit: int = 0
    days: int = 30
    quiet_from: int | None = None
    quiet_until: int | None = None
    conflict_days: int = 7
    breach_days: int = 7
    own_word: bool = False
    breaches: Literal["refuse", "warn"] = "refuse"


class ReportSettings(NamedTuple):
    """
    The table `[report]`: thresholds of the reports over the database.

    Attributes:
        fresh_days: within how many days news of an open lead counts as fresh.
        step_days: how far apart the points lie at which histories are compared.
        steps: how many such steps.
        least_leads: leads that a point must be of to be drawn; tables show every point, with how many it is of.
        entry_minutes: within how long a form that was filled in by hand should be typed in.
    """

    fresh_days: int = 7
    step_days: int = 7
    steps: int = 12
    least_leads: int = 5
    entry_minutes: int = 60


class ServeSettings(NamedTuple):
    """
    The table `[serve]`: how `patron serve` listens, and what it bears.

    Attributes:
        host: the address to listen at.
        port: the port; 0 for one that is free.
        public: whether that address may be one that other machines reach.
        url: what the world calls this server, `https://crm.example`; None for what a request says.
        proxies: addresses or networks of the proxies that may say who a client is.
        metrics_from: addresses or networks from which metrics and readiness may be asked for.
        anybody: connections, or channels by their code, whose deliveries are taken from anybody.
        workers: how many deliveries are read at once; 0 to leave reading to other processes.
        connections: how many connections are open at once.
        memory_mb: how much the bodies of requests that are being received may take together.
        header_seconds: within which a request has to be begun.
        body_seconds: within which it has to be whole, and its answer to be taken.
        answer_seconds: within which it is answered; one that is not kept by then is refused.
        idle_seconds: how long a connection without a request stays open.
        poll_seconds: after which is looked for deliveries that other processes left.
        retry_seconds: after which a delivery that could not be read is tried again.
        attempts: how often that is tried, by whomever, before it is put into quarantine.
        ready_seconds: for how long is believed that a row can be written, or that none can, before it is tried again.
        batch: how many deliveries are kept in one transaction at most.
        together: how many deliveries are read in one transaction at most, by whomever.
        together_mb: how much these may take together; a larger one is read by itself.
        stop_seconds: how long requests in flight may take when the server is told to end.
        access_log: whether each request is told in a line.
        calendar_secret_env: the variable with the secret by which addresses of calendars are signed; None for no calendars.
        calendar_secret_file: the file with it.
        calendar_per_minute: how often a client may ask for calendars in a minute.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    public: bool = False
    url: str | None = None
    proxies: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = ("127.0.0.0/8", "::1")
    anybody: tuple[str, ...] = ()
    workers: int = 2
    connections: int = 500
    memory_mb: int = 64
    header_seconds: int = 10
    body_seconds: int = 20
    answer_seconds: int = 4
    idle_seconds: int = 30
    poll_seconds: int = 5
    retry_seconds: int = 60
    attempts: int = 5
    ready_seconds: int = 10
    batch: int = 100
    together: int = 50
    together_mb: int = 4
    stop_seconds: int = 20
    access_log: bool = True
    calendar_secret_env: str | None = None
    calendar_secret_file: str | None = None
    calendar_per_minute: int = 60


class AssignmentSettings(NamedTuple):
    """
    The table `[assignment]`: who gets new leads, and how soon somebody should answer.

    Attributes:
        returning: when a customer who has an owner comes back, the owner gets the lead: `always`, or when `present`, on duty.
        first_response_minutes: within how long a lead should be reached; the attribute of that name of a source wins.
        handover_minutes: within how long a lead should have a user.
        claim_days: for how many days who looked after a customer before may claim what somebody else got by turn; 0 for none.
        claim_by: whether these are days of the `calendar` or of `work`.
        meeting_rows: rows of a sheet by which a meeting gives out leads at most.
        working: the table `[assignment.working]` as written; see `patron.core.assignment`.
        rules: the tables `[assignment.rules.NAME]` as written; see `patron.core.assignment`.
        rotations: the tables `[assignment.rotations.NAME]` as written.
    """

    returning: Literal["always", "present"] = "always"
    first_response_minutes: int = 1440
    handover_minutes: int = 1440
    claim_days: int = 2
    claim_by: Literal["calendar", "work"] = "calendar"
    meeting_rows: int = 10_000
    working: Tree = MappingProxyType({})
    rules: Mapping[str, Tree] = MappingProxyType({})
    rotations: Mapping[str, Tree] = MappingProxyType({})


class PluginSettings(NamedTuple):
    """
    The table `[plugins]`.

    Attributes:
        off: plugins that are installed but not used.
        on: plugins to use although their manifest leaves them off.
        order: plugins that come first, in this order.
    """

    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


class Settings(NamedTuple):
    """
    Everything that can be configured.

    Attributes:
        lang: the language to speak, `en` or `zh`; None for that of the environment.
        timezone: the zone of calendar days and of times that name none, an IANA name.
        score: the table `[score]`.
        store: the table `[store]`.
        worklist: the table `[worklist]`.
        outreach: the table `[outreach]`.
        importing: the table `[import]`.
        report: the table `[report]`.
        matching: the table `[matching]`.
        serve: the table `[serve]`.
        assignment: the table `[assignment]`.
        merge: the tables `[merge.NOUN]` as written; see `patron.core.crm.merging.rules`.
        plugins: the table `[plugins]`.
        options: the tables `[options.NAME]` as written; see `plugin_parameters()`.
        scoring: the tables `[scoring.CODE]` as written; see `factor_parameters()`.
        composites: the tables `[composites.NAME]` as written; see `patron.core.scoring.composites`.
        tiers: the tables `[tiers.NAME]` as written; see `patron.core.scoring.tiers`.
        intake: the tables `[intake.CONNECTION]` as written; see `patron.core.intake`.
        fields: the tables `[fields.NOUN.NAME]` as written; see `patron.core.nouns.declared`.
        codes: the tables `[codes.LIST.CODE]` as written.
        roles: the tables `[roles.NAME]` as written; see `patron.core.access`.
        source: where all this was read from.
    """

    lang: str | None = None
    timezone: str = "UTC"
    score: ScoreSettings = ScoreSettings()
    store: StoreSettings = StoreSettings()
    worklist: WorklistSettings = WorklistSettings()
    outreach: OutreachSettings = OutreachSettings()
    importing: ImportSettings = ImportSettings()
    report: ReportSettings = ReportSettings()
    matching: MatchingSettings = MatchingSettings()
    serve: ServeSettings = ServeSettings()
    assignment: AssignmentSettings = AssignmentSettings()
    merge: Mapping[str, Tree] = MappingProxyType({})
    plugins: PluginSettings = PluginSettings()
    options: Mapping[str, Tree] = MappingProxyType({})
    scoring: Mapping[str, Tree] = MappingProxyType({})
    composites: Mapping[str, Tree] = MappingProxyType({})
    tiers: Mapping[str, Tree] = MappingProxyType({})
    intake: Mapping[str, Tree] = MappingProxyType({})
    fields: Mapping[str, Tree] = MappingProxyType({})
    codes: Mapping[str, Tree] = MappingProxyType({})
    roles: Mapping[str, Tree] = MappingProxyType({})
    source: Source = Source()

    def is_said(self, key: str) -> bool:
        """Say whether somebody chose the value of a key, so that it is not the default."""
        return key in self.source.tree or variable_of(key) in self.source.variables


_VARIABLES_ALIKE = 0.85
"""As `ALIKE`: the names of variables begin alike, and differ in a few characters only."""

RESERVED = ("PATRON_AS", "PATRON_CONFIG", "PATRON_CACHE_DIR", "PATRON_DATA", "PATRON_BENCH", "PATRON_FAULTS")
"""Variables of ours that are no settings."""


def read_settings(path: Path | None = None, *, environ: Mapping[str, str] | None = None, start: Path | None = None) -> Settings:
    """
    Find, read and check the configuration.

    Args:
        path: the file; None to take `PATRON_CONFIG`, else the nearest `patron.toml` upwards.
        environ: the environment; that of the process by default.
        start: the folder in which the search upwards begins; the working directory by default.

    Raises:
        ConfigurationError: something in the file or in a variable was refused.
    """
    source = read_source(path, os.environ if environ is None else environ, start)
    _check_keys(source)
    _check_variables(source)
    settings = Settings(
        lang=_read(source, Settings, "lang"),
        timezone=_read(source, Settings, "timezone"),
        score=_read_score(source),
        store=StoreSettings(**{name: _read(source, StoreSettings, "store", name) for name in StoreSettings._fields}),
        worklist=WorklistSettings(
            **{name: _read_within(source, "worklist", name, 0, 10_000) for name in WorklistSettings._fields}
        ),
        outreach=_read_outreach(source),
        importing=_read_importing(source),
        report=ReportSettings(
            fresh_days=_read_within(source, "report", "fresh_days", 1, 3650),
            step_days=_read_within(source, "report", "step_days", 1, 365),
            steps=_read_within(source, "report", "steps", 1, 60),
            least_leads=_read_within(source, "report", "least_leads", 1, 10_000),
            entry_minutes=_read_within(source, "report", "entry_minutes", 1, 525_600),
        ),
        matching=MatchingSettings(
            **{name: _read(source, MatchingSettings, "matching", name) for name in MatchingSettings._fields}
        ),
        serve=_read_serve(source),
        assignment=_read_assignment(source),
        plugins=PluginSettings(**{name: _read(source, PluginSettings, "plugins", name) for name in PluginSettings._fields}),
        merge=source.tree.get("merge", {}),
        options=source.tree.get("options", {}),
        scoring=source.tree.get("scoring", {}),
        composites=source.tree.get("composites", {}),
        tiers=source.tree.get("tiers", {}),
        intake=source.tree.get("intake", {}),
        fields=source.tree.get("fields", {}),
        codes=source.tree.get("codes", {}),
        roles=source.tree.get("roles", {}),
        source=source,
    )
    _check_language(settings)
    _check_zone(settings)
    _check_plugins(settings)
    return settings


_TABLES: Mapping[str, type[NamedTuple] | None] = {
    "score": ScoreSettings,
    "store": StoreSettings,
    "worklist": WorklistSettings,
    "outreach": OutreachSettings,
    "import": ImportSettings,
    "report": ReportSettings,
    "matching": MatchingSettings,
    "serve": ServeSettings,
    "assignment": AssignmentSettings,
    "plugins": PluginSettings,
} | dict.fromkeys(("merge", "options", "scoring", "composites", "tiers", "intake", "fields", "codes", "roles"))
_TOP = ("lang", "timezone", *_TABLES)
_NESTED = ("working", "rules", "rotations")
"""Keys whose values are tables, which no variable sets."""


def wished_language(path: Path | None = None, *, environ: Mapping[str, str] | None = None) -> str | None:
    """
    Return the language that a configuration asks for, whatever else is wrong with it; None where it doesn't say or can't be read.

    Args:
        path: as for `read_settings`.
        environ: the environment; that of the process by default.
    """
    env = os.environ if environ is None else environ
    lang = env.get("PATRON_LANG")
    if lang is None:
        with suppress(ConfigurationError):
            lang = read_source(path, env).tree.get("lang")
    return lang if isinstance(lang, str) else None


def _read(source: Source, record: type[NamedTuple], *keys: str) -> Any:
    """Return the value of a key: from its variable, else from the file, else the field's default."""
    text = source.variables.get(variable_of(*keys))
    node: Any = source.tree
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None  # TOML has no null
    if text is None and node is None:
        return record._field_defaults[keys[-1]]
    from patron.core.config.values import from_text, structure  # loaded only where something is set

    kind = get_type_hints(record)[keys[-1]]
    value = node if text is None else from_text(text, kind)
    return structure(value, kind, key=".".join(keys), where=source.place(*keys))


def _read_score(source: Source) -> ScoreSettings:
    threads: int | None = _read(source, ScoreSettings, "score", "threads")
    where = source.place
    if threads is not None and threads < 1:
        raise ConfigurationError("config.too_few_threads", where=where("score", "threads"), got=threads)
    months: int = _read_within(source, "score", "recent_months", 1, 1200)
    top: int = _read_within(source, "score", "top_percent", 1, 100)
    kept: int = _read_within(source, "score", "kept_runs", 2, 1000)
    return ScoreSettings(memory=_read_memory(source), threads=threads, recent_months=months, top_percent=top, kept_runs=kept)


def _read_outreach(source: Source) -> OutreachSettings:
    within = {"limit": (0, 1000), "days": (1, 366), "conflict_days": (0, 366), "breach_days": (0, 366)}
    found = {name: _read(source, OutreachSettings, "outreach", name) for name in OutreachSettings._fields}
    found |= {name: _read_within(source, "outreach", name, *ends) for name, ends in within.items()}
    hours = ("quiet_from", "quiet_until")
    found |= {name: _read_within(source, "outreach", name, 0, 23) for name in hours if found[name] is not None}
    if (found["quiet_from"] is None) != (found["quiet_until"] is None):
        lacking = next(name for name in hours if found[name] is None)
        where = source.place("outreach", next(name for name in hours if name != lacking))
        raise ConfigurationError("config.half_a_pair", where=where, lacking=f"outreach.{lacking}")
    return OutreachSettings(**found)


def _read_importing(source: Source) -> ImportSettings:
    within = {"heading_rows": (1, 1000), "clock_minutes": (0, 1440)}
    found = {name: _read(source, ImportSettings, "import", name) for name in ImportSettings._fields}
    return ImportSettings(**(found | {name: _read_within(source, "import", name, *ends) for name, ends in within.items()}))


_SERVE_WITHIN: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "port": (0, 65_535),
        "workers": (0, 12),
        "connections": (1, 100_000),
        "memory_mb": (1, 100_000),
        "header_seconds": (1, 3600),
        "body_seconds": (1, 3600),
        "answer_seconds": (1, 3600),
        "idle_seconds": (1, 3600),
        "poll_seconds": (1, 3600),
        "retry_seconds": (1, 86_400),
        "attempts": (1, 1_000),
        "ready_seconds": (0, 3600),
        "batch": (1, 10_000),
        "together": (1, 1_000),
        "together_mb": (1, 1_000),
        "stop_seconds": (1, 3600),
        "calendar_per_minute": (1, 100_000),
    }
)
"""Key of `[serve]` → what it lies between. A database lends fifteen connections, of which two keep and look on."""


def _read_serve(source: Source) -> ServeSettings:
    read: dict[str, Any] = {}
    for name in ServeSettings._fields:
        within = _SERVE_WITHIN.get(name)
        read[name] = _read_within(source, "serve", name, *within) if within else _read(source, ServeSettings, "serve", name)
    url = read["url"]
    if url is not None and not _is_origin(url):
        raise ConfigurationError("config.no_origin", where=source.place("serve", "url"), got=shorten(url))
    return ServeSettings(**read)


def _is_origin(url: str) -> bool:
    """Say whether a text is what comes before the path of an address, `https://crm.example:8443`, with a slash or without."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = url.isprintable() and not set(url) & set(" ?#@\\")
    return plain and parts.scheme in {"http", "https"} and bool(name) and parts.path in {"", "/"}


def _read_within(source: Source, table: str, key: str, low: int, high: int) -> int:
    record = _TABLES[table]
    value: int = _read(source, record, table, key) if record else low
    if not low <= value <= high:
        where = source.place(table, key)
        raise ConfigurationError("config.out_of_range", where=where, key=f"{table}.{key}", got=shorten(value), low=low, high=high)
    return value


def _read_assignment(source: Source) -> AssignmentSettings:
    tree: Tree = source.tree.get("assignment", {})
    for table in _NESTED:
        if not isinstance(tree.get(table, {}), Mapping):
            raise _not_a_table(source, "assignment", table)
    return AssignmentSettings(
        returning=_read(source, AssignmentSettings, "assignment", "returning"),
        first_response_minutes=_read_within(source, "assignment", "first_response_minutes", 1, 525_600),
        handover_minutes=_read_within(source, "assignment", "handover_minutes", 1, 525_600),
        claim_days=_read_within(source, "assignment", "claim_days", 0, 90),
        claim_by=_read(source, AssignmentSettings, "assignment", "claim_by"),
        meeting_rows=_read_within(source, "assignment", "meeting_rows", 1, 1_000_000),
        **{table: tree.get(table, {}) for table in _NESTED},
    )


def _read_memory(source: Source) -> int | None:
    written = source.tree.get("score", {}).get("memory")
    text = source.variables.get("PATRON_SCORE_MEMORY", written)
    if text is None:
        return None
    try:
        size = parse_size(str(text))
    except UsageError as error:
        where = source.place("score", "memory")
        raise ConfigurationError("config.bad_memory", where=where, got=shorten(text)) from error
    if size < LEAST_MEMORY:
        where = source.place("score", "memory")
        raise ConfigurationError("config.little_memory", where=where, got=shorten(text), least=size_text(LEAST_MEMORY))
    return size


def _check_keys(source: Source) -> None:
    """Refuse unknown tables and keys, and a value where a table belongs."""
    for key, value in source.tree.items():
        if key not in _TOP:
            raise _unknown_key(source, _TOP, key)
        if key in _TABLES and not isinstance(value, Mapping):
            raise _not_a_table(source, key)
    for table, record in _TABLES.items():
        for key, value in source.tree.get(table, {}).items():
            if record is None and not isinstance(value, Mapping):
                raise _not_a_table(source, table, key)
            if record is not None and key not in record._fields:
                raise _unknown_key(source, record._fields, table, key)


def _unknown_key(source: Source, known: tuple[str, ...], *keys: str) -> ConfigurationError:
    near = nearest(keys[-1], known, cutoff=ALIKE)
    return ConfigurationError(
        "config.unknown_key_near" if near else "config.unknown_key",
        where=f"{source.path}:{line_of(source.text, keys)}",
        key=shorten(".".join(keys)),
        nearest=".".join((*keys[:-1], near)),
        known=listed(sorted(known)),
    )


def _not_a_table(source: Source, *keys: str) -> ConfigurationError:
    return ConfigurationError("config.not_a_table", where=source.place(*keys), key=".".join(keys))


_OURS = tuple(f"PATRON_{table.upper()}_" for table, record in _TABLES.items() if record)
"""How the variables begin that can't be meant for anybody else."""


def _check_variables(source: Source) -> None:
    """Refuse a variable that was meant for a setting and hits none; those of factors are checked when the factors are known."""
    known = {variable_of(key) for key in ("lang", "timezone")}
    known.update(variable_of(table, name) for table, record in _TABLES.items() if record for name in record._fields)
    known.difference_update(variable_of("assignment", name) for name in _NESTED)
    for name in source.variables:
        ours = name.startswith(_OURS)
        if name in known or name in RESERVED or name.startswith("PATRON_SCORING_"):
            continue
        if ours or _looks_like_one_of(name, known):
            raise unknown_variable(name, known)


def unknown_variable(name: str, known: Collection[str]) -> ConfigurationError:
    """Return the error that the variable *name* sets nothing, with those that do."""
    near = nearest(name, known, cutoff=_VARIABLES_ALIKE)
    key = "config.unknown_variable_near" if near else "config.unknown_variable"
    return ConfigurationError(key, name=shorten(name), nearest=near, known=listed(sorted(known)))


def _looks_like_one_of(name: str, known: set[str]) -> bool:
    return nearest(name, known, cutoff=_VARIABLES_ALIKE) != ""


def _check_language(settings: Settings) -> None:
    if settings.lang is not None and settings.lang not in LANGUAGES:
        where = settings.source.place("lang")
        raise ConfigurationError("config.bad_language", where=where, got=shorten(settings.lang), known=", ".join(LANGUAGES))


def _check_zone(settings: Settings) -> None:
    if settings.timezone == "UTC":
        return
    from zoneinfo import ZoneInfo, available_timezones  # UTC, the default, needs neither

    try:
        ZoneInfo(settings.timezone)
    except (KeyError, ValueError, OSError) as error:
        zone = shorten(settings.timezone)
        where = settings.source.place("timezone")
        near = nearest(zone, available_timezones(), cutoff=ALIKE)
        key = "config.bad_zone_near" if near else "config.bad_zone"
        raise ConfigurationError(key, where=where, got=zone, nearest=near) from error


def _check_plugins(settings: Settings) -> None:
    for name in settings.plugins.on:
        if name in settings.plugins.off:
            where = settings.source.place("plugins", "on")
            raise ConfigurationError("config.on_and_off", where=where, name=shorten(name))
