"""The two catalogues say the same things, the code asks for nothing else, and no page words a sentence itself."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bigmodel_apps import locales, problems
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.fraud.drift import SCORE, TIME
from bigmodel_apps.fraud.features import NAMES
from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.problems import Problem

ROOT = Path(__file__).parents[1]
CODE = [ROOT / "app.py", *sorted((ROOT / "bigmodel_apps").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py"))]
DRAWING = [path for path in CODE if "bigmodel_apps" not in path.parts or "ui" in path.parts]
# Codes that no literal names: a table in problems.py.
TABLED_CODES = {*problems._VALIDATION_CODES.values(), "field-invalid"}


# --- The catalogues -----------------------------------------------------------------------------------------------


@dataclass
class _Entry(Visitor):  # type: ignore[misc]  # the library is untyped
    """Placeholders, message references and plain text of one message."""

    id: str
    placeholders: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.placeholders.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:
        self.references.add(node.id.name)

    def visit_Pattern(self, node: ftl.Pattern) -> None:
        self.texts.append(
            "".join(part.value if isinstance(part, ftl.TextElement) else _stand_in(part) for part in node.elements)
        )
        self.generic_visit(node)


def _stand_in(placeable: ftl.TextElement | ftl.Placeable) -> str:
    """What a placeable looks like to the rules of style: a quoted character itself, anything else nothing special."""
    expression = placeable.expression if isinstance(placeable, ftl.Placeable) else None
    return (
        expression.parse()["value"] if isinstance(expression, ftl.StringLiteral) else "\N{OBJECT REPLACEMENT CHARACTER}"
    )


def catalogue(language: Language) -> dict[str, _Entry]:
    entries = {}
    for path in sorted((ROOT / "bigmodel_apps" / "locales" / language).glob("*.ftl")):
        for message in FluentResource(path.read_text(encoding="utf-8")).body:
            assert not isinstance(message, ftl.Junk), f"{path.name} cannot be read: {message.content!r}"
            if isinstance(message, ftl.Message):
                assert message.id.name not in entries, f"{path.name} defines {message.id.name} again"
                entry = _Entry(message.id.name)
                entry.visit(message)
                entries[entry.id] = entry
    return entries


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}


def test_languages_have_the_same_files_and_ids() -> None:
    english, chinese = (
        {path.name for path in (ROOT / "bigmodel_apps" / "locales" / language).glob("*.ftl")} for language in LANGUAGES
    )
    assert english == chinese
    assert CATALOGUES["en"].keys() == CATALOGUES["zh"].keys() == locales.catalogue_ids("en")


def test_languages_have_the_same_placeholders() -> None:
    different = {
        id: (entry.placeholders, CATALOGUES["zh"][id].placeholders)
        for id, entry in CATALOGUES["en"].items()
        if entry.placeholders != CATALOGUES["zh"][id].placeholders
    }
    assert not different


# A Chinese sentence takes full-width punctuation, and a space before and after Latin letters and digits. The English
# mark after Chinese is a slip; the ASCII mark that belongs to a Latin term inside ("3.5", "scikit-learn") is not.
HAN = "[\u3400-\u9fff]"
CHINESE_SLIPS = {
    "half-width punctuation": re.compile(rf"{HAN}[,.;:!?()]|[,;:!?()]{HAN}"),
    "no space beside Latin text or digits": re.compile(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}"),
    "the familiar pronoun": re.compile("你"),
    "exclamation mark": re.compile("[！!]"),
}
ENGLISH_SLIPS = {
    "exclamation mark": re.compile("!"),
    "Chinese text": re.compile(HAN),
    "three dots": re.compile(r"\.\.\."),
}


def slips(language: Language, text: str) -> list[str]:
    rules = CHINESE_SLIPS if language == "zh" else ENGLISH_SLIPS
    return [name for name, pattern in rules.items() if pattern.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_style(language: Language) -> None:
    found = {
        entry.id: (names, text)
        for entry in CATALOGUES[language].values()
        for text in entry.texts
        if (names := slips(language, text))
    }
    assert not found


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "文件太大,请压缩"), ("zh", "共3行"), ("zh", "请上传CSV 文件"), ("zh", "你的文件"), ("en", "Done!")],
)
def test_style_rules_see_slips(language: Language, text: str) -> None:
    assert slips(language, text)


# --- What the code asks for ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Use:
    """One place that names a message: its id (or a pattern, where a part is computed) and the values it gives."""

    place: str
    id: re.Pattern[str]
    values: frozenset[str] | None

    def matches(self, id: str) -> bool:
        return self.id.fullmatch(id) is not None


def uses(path: Path, tree: ast.AST) -> Iterator[_Use]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        argument = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "code"), None)
        if argument is None or name not in ("t", "message", "Problem"):
            continue
        prefix = "problem-" if name == "Problem" else ""
        values = _detail_names(node) if name == "Problem" else _keyword_names(node)
        for pattern in _patterns(argument):
            yield _Use(f"{path.relative_to(ROOT)}:{node.lineno}", re.compile(re.escape(prefix) + pattern), values)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _patterns(node: ast.expr) -> list[str]:
    """Regular expressions of what a literal, an f-string or a choice between them can be; nothing for a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.IfExp):
        return _patterns(node.body) + _patterns(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+" for part in node.values]
        return ["".join(parts)]
    return []


def _keyword_names(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _detail_names(call: ast.Call) -> frozenset[str] | None:
    details = next((keyword.value for keyword in call.keywords if keyword.arg == "details"), None)
    if details is None:
        return frozenset() if len(call.args) < 4 else None
    if isinstance(details, ast.Dict) and all(isinstance(key, ast.Constant) for key in details.keys):
        return frozenset(str(key.value) for key in details.keys if isinstance(key, ast.Constant))
    return None


USES = [use for path in CODE for use in uses(path, ast.parse(path.read_text(encoding="utf-8")))]


def test_every_message_in_code_exists() -> None:
    missing = [f"{use.place}: {use.id.pattern}" for use in USES if not any(map(use.matches, CATALOGUES["en"]))]
    assert not missing


def test_every_code_of_validation_exists() -> None:
    assert {f"problem-{code}" for code in TABLED_CODES} <= CATALOGUES["en"].keys()


def test_every_domain_is_introduced() -> None:
    wanted = {f"domain-{spec.url_path}-{what}" for spec in DOMAINS.values() for what in ("name", "promise", "purpose")}
    assert wanted <= CATALOGUES["en"].keys()


def test_code_gives_every_value_a_message_needs() -> None:
    short = [
        f"{use.place}: {id} needs {sorted(entry.placeholders - use.values)}"
        for use in USES
        if use.values is not None
        for id, entry in CATALOGUES["en"].items()
        if use.matches(id) and not entry.placeholders <= use.values
    ]
    assert not short


def test_no_message_is_unused() -> None:
    used = {f"problem-{code}" for code in TABLED_CODES}
    used |= {reference for entry in CATALOGUES["en"].values() for reference in entry.references}
    unused = [id for id in CATALOGUES["en"] if id not in used and not any(use.matches(id) for use in USES)]
    assert not unused


# --- No sentence in code ------------------------------------------------------------------------------------------

TEXT_FIRST = {
    *("title", "header", "subheader", "markdown", "caption", "text", "write", "badge", "metric", "info", "warning"),
    *("error", "success", "toast", "button", "download_button", "link_button", "form_submit_button", "pills"),
    *("segmented_control", "radio", "selectbox", "multiselect", "checkbox", "toggle", "slider", "select_slider"),
    *("text_input", "text_area", "number_input", "date_input", "chat_input", "file_uploader", "expander", "popover"),
    *("tabs", "status", "spinner", "menu_button", "dialog", "progress", "data_editor"),
}
TEXT_KEYWORDS = {
    *("label", "help", "title", "body", "placeholder", "text", "caption", "captions", "page_title", "alt", "subtitle"),
    *("x_label", "y_label", "delta"),
}
# Icons, directives and the columns that a chart encodes carry letters that nobody reads.
UNREAD = re.compile(r":material/\w+:|:[a-z]+(-background|-badge)?\[|^\w+:[NOQT]$")


def sentences(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and text of every literal with letters that a drawing call would show."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        shown = [keyword.value for keyword in node.keywords if keyword.arg in TEXT_KEYWORDS]
        method = isinstance(node.func, ast.Attribute)  # `st.header`, not our own `header`
        if method and node.args and (name in TEXT_FIRST or name.endswith("Column")):
            shown.append(node.args[0])
        for literal in (literal for argument in shown for literal in _literals(argument)):
            if re.search(r"[^\W\d_]", UNREAD.sub("", literal)):
                found.append((node.lineno, literal))
    return found


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _literals(part)
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for element in node.elts:
            yield from _literals(element)


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_in_code(path: Path) -> None:
    assert not sentences(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "snippet",
    [
        'st.title("Welcome")',
        'st.markdown(f"**Score**: {value}")',
        'st.button(t("go"), help="Runs the model")',
        'column.caption("共 3 行")',
        'st.info("Done" if ok else t("later"))',
        'st.column_config.TextColumn("Answer")',
        'alt.X("score:Q", title="Score")',
    ],
)
def test_scan_sees_sentences(snippet: str) -> None:
    assert sentences(ast.parse(snippet))


@pytest.mark.parametrize(
    "snippet",
    ['st.title(t("welcome"))', 'st.markdown(f":small[:gray[{number}]] :material/home: **{t(name)}**")', 'st.info("—")'],
)
def test_scan_lets_the_rest_pass(snippet: str) -> None:
    assert not sentences(ast.parse(snippet))


# --- The library --------------------------------------------------------------------------------------------------


def test_message_refuses_what_it_does_not_know() -> None:
    with pytest.raises(KeyError):
        locales.message("no-such-message", "en")
    with pytest.raises(KeyError):
        locales.message("problem-in-row", "en", row=3)


def test_describe_says_where() -> None:
    missing = Problem("field-missing", row=1200, field="answer")
    assert locales.describe(missing, "en") == "Row 1,200, column “answer”: This value is missing. Add it."
    assert locales.describe(missing, "zh") == "第 1,200 行，“answer” 列：缺少这个值，请补上。"
    assert locales.describe(Problem("not-json", row=2), "zh").startswith("第 2 行：")
    assert locales.describe(Problem("field-missing", field="question"), "en").startswith("“question”: ")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=5)]
    many: Annotated[list[int], Field(max_length=1)] = []
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    kind: Literal["a", "b"] = "a"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": ""},
        {"text": "too long"},
        {"text": 3},
        {"text": "a", "many": [1, 2]},
        {"text": "a", "many": "1"},
        {"text": "a", "many": ["x"]},
        {"text": "a", "share": 2},
        {"text": "a", "share": -1},
        {"text": "a", "kind": "c"},
        {"text": "a", "other": 1},
        "text",
    ],
)
def test_every_validation_error_can_be_worded(values: object, language: Language) -> None:
    with pytest.raises(ValidationError) as caught:
        _Form.model_validate(values)
    for problem in problems.from_validation(caught.value, row=1):
        assert locales.describe(problem, language)


def test_unreadable_json_can_be_worded() -> None:
    with pytest.raises(ValidationError) as caught:
        _Form.model_validate_json("{")
    assert "JSON" in locales.describe(problems.from_validation(caught.value)[0], "en")


@pytest.mark.parametrize(
    ("candidates", "language"),
    [
        ((), "en"),
        ((None, ""), "en"),
        (("zh-CN",), "zh"),
        (("zh-Hant-TW",), "zh"),
        (("zh_CN.UTF-8",), "zh"),
        (("EN_gb",), "en"),
        (("fr-FR,zh;q=0.8,en;q=0.9",), "en"),
        (("de, zh;q=0.5, en;q=0",), "zh"),
        (("fr", "zh"), "zh"),
        (("zh", "en"), "zh"),
        (("zh;q=nonsense", "en"), "en"),
    ],
)
def test_negotiate(candidates: tuple[str | None, ...], language: Language) -> None:
    assert locales.negotiate(*candidates) == language


@given(st.text())
def test_negotiate_takes_any_header(header: str) -> None:
    assert locales.negotiate(header) in LANGUAGES


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345, "12,345"), (12345.6, "12,300"), (0.87345, "0.873"), (0.0, "0"), (-1.5, "-1.5"), (0.00012345, "0.000123")],
)
def test_number_has_three_significant_digits(value: float, text: str) -> None:
    assert locales.number(value, "en") == locales.number(value, "zh") == text


def test_percent_and_dates() -> None:
    assert [locales.percent(share, "en") for share in (0, 0.05, 0.87345, 1)] == ["0%", "5%", "87.3%", "100%"]
    noon = datetime.datetime(2026, 11, 3, 12, 5, tzinfo=datetime.UTC)
    assert (locales.date(noon, "en"), locales.date(noon, "zh")) == ("3 Nov 2026", "2026年11月3日")
    assert locales.moment(noon, "en") == "3 Nov 2026, 12:05"
    assert locales.moment(noon, "zh", datetime.timezone(datetime.timedelta(hours=8))) == "2026年11月3日 20:05"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_input_of_fraud_has_a_name(language: Language) -> None:
    names = (*NAMES, TIME, SCORE)
    found = {locales.message(f"fraud-input-{name.replace('_', '-')}", language) for name in names}
    assert len(found) == len(names)
