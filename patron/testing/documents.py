"""
A document with everything that a document can hold, and whether renderers stand it.
"""

from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from types import ModuleType

from patron.core.host import Owned
from patron.core.i18n import LANGUAGES
from patron.core.records import (
    Axis,
    Basis,
    Cell,
    Chart,
    ChartKind,
    Document,
    Figure,
    Figures,
    Format,
    Level,
    Note,
    Point,
    Renderer,
    RenderOptions,
    Section,
    Table,
    TableColumn,
)
from patron.core.report.write import render
from patron.core.session import Session
from patron.testing.application import app, plugin_of
from patron.testing.checks import check_plugin, require
from patron.testing.samples import AS_OF

_VALUES: dict[Format, tuple[Cell, Cell]] = {
    Format.TEXT: ("Ænne <b>&amp;</b> | 王小明", "=1+1"),
    Format.COUNT: (1_234_567, -1),
    Format.MONEY: (Decimal("1234567.8901"), Decimal("-0.0001")),
    Format.SHARE: (0.123456, -1.5),
    Format.NUMBER: (3.14159, -1e300),
    Format.MINUTES: (759.8, -1e300),
    Format.DATE: (AS_OF, date(1, 1, 1)),
}
_OPTIONS = (RenderOptions(), RenderOptions(width=30, colour=True))


def sample_document(lang: str = "en") -> Document:
    """Return a document with every kind of block, chart and value, and with the gaps that values may have."""
    basis = Basis(numerator="分子 numerator", denominator="分母 denominator", period="2025")
    return Document(
        code="sample",
        title="样本 Sample",
        subtitle="10 · 2025",
        lang=lang,
        sections=(
            Section(code="numbers", title="数字 Numbers", blocks=(_figures(basis), _table(basis), _words())),
            Section(code="charts", title="图 Charts", blocks=tuple(_chart(kind, basis) for kind in ChartKind)),
            Section(code="notes", title="说明 Notes", blocks=tuple(Note(text=f"<注> {level}", level=level) for level in Level)),
        ),
        footer="Patron · 0000sample",
    )


def check_renderers(module: ModuleType) -> None:
    """
    Check the plugin's renderers, and the plugin itself, as `check_plugin()` does.

    Each renders a document with everything that a document can hold, in both languages, for a wide and for a narrow coloured
    terminal. It has to return bytes, the same ones when it is asked again, and UTF-8 unless it says that it is binary.

    Raises:
        PluginError: the host refuses the plugin, or a renderer failed.
        AssertionError: there are no renderers, one lacks a package, renders nothing, or now this and now that.
    """
    check_plugin(module)
    for lang in LANGUAGES:
        with app(module, lang=lang).session() as session:
            own = [owned for owned in session.host.document_renderers() if owned.plugin == plugin_of(module).name]
            require(own, f"{module.__name__} brings no renderers")
            for owned in own:
                lacking = ", ".join(name for name in owned.item.needs if find_spec(name.partition(".")[0]) is None)
                require(not lacking, f"{owned.item.code} can't be checked: {lacking} is not installed")
                _check(session, owned, sample_document(lang))


def _check(session: Session, owned: Owned[Renderer], document: Document) -> None:
    again = render(session, owned, document, _OPTIONS[0])
    for options in _OPTIONS:
        content = render(session, owned, document, options)
        require(content, f"{owned.item.code} renders {document.code} to nothing")
        require(options != _OPTIONS[0] or content == again, f"{owned.item.code} renders other bytes when it is asked again")
        require(owned.item.binary or _is_text(content), f"{owned.item.code} is not binary, and renders what is no UTF-8")


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _figures(basis: Basis) -> Figures:
    values = [(form, value) for form, both in _VALUES.items() for value in (*both, None)]
    return Figures(figures=tuple(Figure(label=f"数 {form}", value=value, format=form, basis=basis) for form, value in values))


def _table(basis: Basis) -> Table:
    columns = tuple(TableColumn(key=form.value, title=f"列 {form}", format=form, bar=form is Format.SHARE) for form in _VALUES)
    rows = (*zip(*_VALUES.values(), strict=True), (None,) * len(columns))
    return Table(code="numbers", title="表 Table", columns=columns, rows=rows, basis=basis)


def _words() -> Table:
    columns = (TableColumn(key="word", title="词 Word", format=Format.TEXT),)
    return Table(code="words", title="词 Words", columns=columns, rows=(), basis=None)


def _chart(kind: ChartKind, basis: Basis) -> Chart:
    heat = kind is ChartKind.HEATMAP
    x, y = {
        ChartKind.BAR: (Format.TEXT, Format.SHARE),
        ChartKind.LINE: (Format.SHARE, Format.SHARE),
        ChartKind.HEATMAP: (Format.TEXT, Format.TEXT),
    }[kind]
    places: dict[Format, tuple[Cell, Cell]] = {Format.TEXT: ("甲", "乙"), Format.SHARE: (0.25, 1.0)}
    points = tuple(Point(x=a, y=b, value=7 if heat else None) for a, b in zip(places[x], places[y], strict=True))
    return Chart(
        code=f"chart_{kind}",
        title=f"图 {kind}",
        description="a quarter, then all 先四分之一，后全部",
        kind=kind,
        x=Axis(title="横 x", format=x),
        y=Axis(title="纵 y", format=y),
        value=Axis(title="值 value", format=Format.COUNT) if heat else None,
        points=points,
        diagonal=kind is ChartKind.LINE,
        basis=basis,
    )
