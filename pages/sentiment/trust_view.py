"""How far the verdicts can be trusted: scorecards that a command measured, and tests of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.problems import InputError
from bigmodel_apps.reporting import own as in_words
from bigmodel_apps.reporting import words
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop, Work
from bigmodel_apps.sentiment import own_labels, own_shelf, trust
from bigmodel_apps.sentiment.trust import NamesResult, Plan, Robustness, ScoreRow, Verdict
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, date, number, t
from bigmodel_apps.ui.models import short_name
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import show_attempted
from pages.sentiment.choices import DOMAIN, model, serving
from pages.sentiment.examples import EXAMPLES
from pages.sentiment.looks import word

NAMES, CHANGES = "sentiment-names", "sentiment-changes"
PROTOCOLS = ("checklist", "eec")
_SOURCES = ("ours", "own")
_SHORT = ("sides", "negation", "irony", "other", "fact")
_ROW_PIXELS, _AXIS_PIXELS = 26, 46
_GROUP_MEANINGS: tuple[Meaning, ...] = ("primary", "series-1", "series-2", "series-3", "unsure", "neutral")
_VERDICTS: dict[Verdict, tuple[str, Meaning]] = {
    "even": (":material/balance:", "good"),
    "uneven": (":material/warning:", "bad"),
    "unclear": (":material/help:", "unsure"),
}
_FAILED = 10
_DETAIL = 2  # parts of the group of a row that tells of a single test


def trust_view() -> None:
    """The view."""
    show_attempted()
    left, right = st.columns(2, gap="medium")
    with left:
        names_form()
        names_outcome(newest(NAMES))
    with right:
        changes_form()
        changes_outcome(newest(CHANGES))
    st.subheader(t("trust-scorecards"), anchor=False)
    for protocol in PROTOCOLS:
        card(protocol)


def _judge() -> dict[str, str | None]:
    """Which model is tested, for `judged_by`: that of one's own labels only where its classes are opinions."""
    version = own_shelf.deployed(owner())
    polar = version is not None and own_labels.report_of(version).polarities is not None
    # What own labels were learned on top of gives the verdicts that they do not.
    name = model() if version is None else DOMAINS[DOMAIN].models[0]
    return {"model": None if polar else name, "own": version.name if version is not None else None}


def judged_by(job: Job) -> None:
    """Which model a test was about."""
    shipped, own = job.about["model"], job.about["own"]
    if shipped is None:
        st.caption(t("trust-judge-own", name=escape(own)))
        return
    line = t("trust-judge", model=short_name(shipped))
    st.caption(f"{line} {t('trust-judge-classes', name=escape(own))}" if own else line)


# --- Names ------------------------------------------------------------------------------------------------------------


def names_form() -> None:
    """Which names, in which sentences."""
    st.subheader(t("trust-names-title"), anchor=False)
    st.caption(t("trust-names-explain"))
    given = st.text_area(
        t("trust-names"),
        t("trust-names-default"),
        key=f"{NAMES}-groups-{current()}",
        height=82,
        help=t("trust-names-help"),
        persist_state="session",
    )
    source = st.segmented_control(
        t("trust-sentences"),
        _SOURCES,
        default=_SOURCES[0],
        required=True,
        format_func={name: t(f"trust-sentences-{name}") for name in _SOURCES}.__getitem__,
        key=f"{NAMES}-source",
        persist_state="session",
    )
    sentences = ""
    if source == "own":
        sentences = st.text_area(
            t("trust-sentences-own"),
            t("trust-sentences-default"),
            key=f"{NAMES}-sentences-{current()}",
            height=96,
            help=t("trust-sentences-help"),
            persist_state="session",
        )
    start(
        NAMES,
        t("trust-names-start"),
        lambda: _names(given or "", sentences if source == "own" else None),
        about=_judge(),
    )


def _names(given: str, sentences: str | None) -> Work:
    """Raises `InputError` for what cannot be tested."""
    groups = trust.groups(given)
    templates = trust.templates(current()) if sentences is None else trust.own_templates(sentences)
    plan, (name, options, _) = Plan(groups, templates), serving()

    def work(progress: Progress, cancelled: Stop) -> tuple[Plan, NamesResult]:
        return plan, trust.names_result(plan, trust.ask(plan.texts, name, options, progress, cancelled))

    return work


def names_outcome(job: Job | None) -> None:
    """Whether the names move the verdict, and where they do most."""
    done = outcome(job, t("trust-names-running"))
    if done is None:
        return
    plan, found = done.result
    judged_by(done)
    icon, meaning = _VERDICTS[found.verdict]
    language = current()
    with st.container(key=f"{NAMES}-outcome", gap="small"):
        st.markdown(f":{palette.MARKDOWN[meaning]}[{icon}] **{escape(in_words.names(found, language))}**")
        st.caption(escape(in_words.flips(found, language)))
        title = t("trust-names-chart")
        st.altair_chart(names_chart(plan, found), alt=title)
        worst = found.worst
        st.caption(
            t(
                "trust-worst",
                sentence=escape(worst.template.text.replace(trust.SLOT, "___")),
                lowest=escape(worst.lowest),
                low=number(worst.lowest_score),
                highest=escape(worst.highest),
                high=number(worst.highest_score),
            )
        )


def names_chart(plan: Plan, found: NamesResult) -> alt.LayerChart | alt.FacetChart:
    """Mean score of each name; groups differ in colour, shape and the word beside the name."""
    of = {name: place for place, group in enumerate(plan.groups) for name in group.members}
    several = len(plan.groups) > 1
    rows = pd.DataFrame(
        {
            "row": t("trust-name-of", name=name, group=plan.groups[of[name]].name) if several else name,
            "value": value,
            "shown": number(value),
            "group": plan.groups[of[name]].name,
            "meaning": _GROUP_MEANINGS[of[name] % len(_GROUP_MEANINGS)],
        }
        for name, value in found.by_name.items()
    )
    axis = t("trust-score-axis")
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)),
        x=alt.X("value:Q", title=axis, scale=alt.Scale(zero=False, padding=40)),
        color=palette.by_meaning("meaning"),
    )
    return alt.layer(
        base.mark_point(filled=True, size=90, opacity=1).encode(shape=alt.Shape("group:N", legend=None)),
        base.mark_text(align="left", dx=9).encode(text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


# --- Small changes ----------------------------------------------------------------------------------------------------


def changes_form() -> None:
    """Texts of one's own, to be changed a little."""
    st.subheader(t("trust-changes-title"), anchor=False)
    st.caption(t("trust-changes-explain"))
    examples = "\n".join(EXAMPLES[current()][name] for name in _SHORT)
    given = st.text_area(
        t("trust-changes"),
        examples,
        key=f"{CHANGES}-texts-{current()}",
        height=166,
        help=t("trust-changes-help", limit=trust.MAX_TEXTS),
        persist_state="session",
    )
    start(CHANGES, t("trust-changes-start"), lambda: _changes(given or ""), about=_judge())


def _changes(given: str) -> Work:
    checks = trust.checks(given.splitlines())
    name, options, _ = serving()

    def work(progress: Progress, cancelled: Stop) -> tuple[Robustness, ...]:
        return trust.robustness(checks, trust.ask(checks.texts, name, options, progress, cancelled))

    return work


def changes_outcome(job: Job | None) -> None:
    """How often each change was taken as it should be, and where it was not."""
    done = outcome(job, t("trust-changes-running"))
    if done is None:
        return
    found: Sequence[Robustness] = done.result
    judged_by(done)
    with st.container(key=f"{CHANGES}-outcome", gap="small"):
        for one in found:
            holds = one.rate is not None and not one.failed
            icon, meaning = (":material/check_circle:", "good") if holds else (":material/info:", "unsure")
            st.markdown(f":{palette.MARKDOWN[meaning]}[{icon}] {escape(in_words.change(one, current()))}")  # type: ignore[index]
        failed = [(one.change, pair) for one in found for pair in one.failed][:_FAILED]
        if failed:
            title = t("trust-changes-failed")
            st.markdown(f"**{title}**")
            st.dataframe(
                pd.DataFrame(
                    {
                        t("trust-column-change"): t(f"trust-kind-{change}"),
                        t("trust-column-verdict"): f"{word(pair.label_before)} → {word(pair.label_after)}",
                        t("trust-column-move"): number(round(pair.after - pair.before, 2)),
                        t("trust-column-after"): pair.changed.after,
                        t("trust-column-before"): pair.changed.before,
                    }
                    for change, pair in failed
                ),
                hide_index=True,
                alt=title,
            )


# --- Scorecards -------------------------------------------------------------------------------------------------------


def card(protocol: str) -> None:
    """A protocol's figures, system beside system, and the command that measured them."""
    title = t(f"trust-card-{protocol}")
    try:
        found = trust.scorecard(protocol)
    except InputError:
        found = None
    if found is None:
        st.markdown(f"**{title}**")
        st.caption(t("evidence-none"))
        st.code(f"python -m bigmodel_apps evaluate {DOMAIN} --protocol {protocol} --data PATH", language="bash")
        return
    with st.container(key=f"sentiment-card-{protocol}", gap="small"):
        st.markdown(f"**{title}**")
        item = found.evidence
        st.caption(escape(item.description.get(current(), item.description["en"])))
        told = [row for row in found.rows if len(row.group) < _DETAIL or row.goal is not None]
        single = [row for row in found.rows if row not in told]
        st.table(table(told, found.systems), hide_index=True, border="horizontal", alt=title)
        if single:
            label = t("trust-single-tests", count=len(single))
            with st.expander(label, icon=":material/checklist:"):
                st.table(table(single, found.systems), hide_index=True, border="horizontal", alt=label)
        measured = date(pd.Timestamp(item.date).date())
        st.caption(t("trust-measured", date=measured, hardware=escape(item.hardware.processor)))
        st.code(item.command, language="bash", wrap_lines=True)


def table(rows: Sequence[ScoreRow], systems: Sequence[str]) -> pd.DataFrame:
    """Rows of a scorecard in words; the best figure of a row is bold."""
    return pd.DataFrame(_line(row, systems) for row in rows)


def _line(row: ScoreRow, systems: Sequence[str]) -> dict[str, str]:
    figure = partial(words.figure, language=current())
    first = next(iter(row.figures.values()))
    where = words.group(first, current())
    line = {t("trust-column-what"): escape(" · ".join(part for part in (t(f"metric-{row.name}"), where) if part))}
    for system in systems:
        metric = row.figures.get(system)
        shown = escape(figure(metric.value, metric.unit)) if metric else "–"
        line[t(f"system-{system}")] = f"**{shown}**" if metric and system in row.best else shown
    line[t("evidence-goal-column")] = escape(figure(row.goal, first.unit)) if row.goal is not None else ""
    return line
