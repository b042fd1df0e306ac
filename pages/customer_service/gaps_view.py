"""What customers asked in vain, grouped; a group becomes an entry, and what that changed is measured at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import blake2b

import pandas as pd
import streamlit as st

from bigmodel_apps.customer_service import gaps, revision
from bigmodel_apps.customer_service.analytics import Records
from bigmodel_apps.customer_service.gaps import REASONS, Gap, Reason
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.customer_service.knowledge import TENANTS, Entry, Knowledge
from bigmodel_apps.customer_service.revision import Approved, Change, MorePhrasings, NewEntry, Retest
from bigmodel_apps.customer_service.schema import Outcome
from bigmodel_apps.locales import moment
from bigmodel_apps.reporting import words
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop, Work
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, number, percent, t, zone
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from pages.customer_service.asked import asked, base_label, empty, offer
from pages.customer_service.choices import KNOWLEDGE, model, own_knowledge
from pages.customer_service.desk import admitted

GAPS, APPROVE, UNDO = (f"customer-service-{name}" for name in ("gaps", "approve", "undo"))
_FOUND, _CHOSEN, _SHOWN, _SWITCHED = (f"{GAPS}.{name}" for name in ("found", "chosen", "shown", "switched"))
_WAYS = ("new", "existing")
_PAGE = 8
_BOXES = 20
# Most groups are there within this many seconds: better to wait than to flash a progress bar.
_PATIENCE = 3.0


def gaps_view() -> None:
    """The view."""
    if not admitted():
        return
    show_attempted()
    found = asked()
    with guard():
        approved(newest(APPROVE))
    if not found.records.turns:
        empty(found)
    else:
        with guard():
            _work_on(found.records)
        offer(found)
    with guard():
        changes()


def _work_on(records: Records) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        open_gaps = grouped(gaps.unsettled(records.turns, owner(), _wanted()))
        chosen = listed(open_gaps) if open_gaps is not None else None
        _dismissed(records)
    with right:
        if chosen is not None:
            draft(chosen)


def _wanted() -> Sequence[Reason]:
    return (
        st.pills(
            t("gaps-reasons"),
            REASONS,
            selection_mode="multi",
            default=REASONS,
            format_func={name: t(f"gaps-reason-{name}") for name in REASONS}.__getitem__,
            key=f"{GAPS}-reasons",
            persist_state="session",
        )
        or REASONS
    )


def grouped(turns: Sequence[Turn]) -> list[Gap] | None:
    """The groups of these questions; None while they are being found, which is said on the page."""
    if not turns:
        return []
    name, mine = model(), owner()
    bases = sorted((dataset.id, dataset.sha256) for dataset in own_knowledge().values())
    questions = [(turn.number, gaps.reasons(turn)) for turn in turns]
    mark = blake2b(repr((name, bases, questions)).encode(), digest_size=16).hexdigest()
    kept: tuple[str, list[Gap]] | None = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == mark:
        return kept[1]

    def work(progress: Progress, cancelled: Stop) -> list[Gap]:
        return gaps.find(turns, name, mine, progress, cancelled)

    job = newest(GAPS)
    if job is None or job.about["mark"] != mark:
        if job is not None and job.unfinished:
            jobs.cancel(job.id, mine)
        job = jobs.start(mine, GAPS, work, t("gaps-grouping"), {"mark": mark})
    deadline = time.monotonic() + _PATIENCE
    while job.unfinished and time.monotonic() < deadline:
        time.sleep(0.05)
        job = jobs.get(job.id, mine)
    done = outcome(job)
    if done is None:
        if not job.unfinished:
            start(GAPS, t("gaps-group-again"), lambda: work, title=t("gaps-grouping"), about={"mark": mark})
        return None
    st.session_state[_FOUND] = mark, done.result
    return list(done.result)


def listed(found: Sequence[Gap]) -> Gap | None:
    """The gaps, the largest first; returns the chosen one."""
    if not found:
        st.success(t("gaps-none"), icon=":material/check_circle:")
        return None
    questions = sum(len(gap.turns) for gap in found)
    st.subheader(t("gaps-count", gaps=len(found), questions=questions), anchor=False)
    chosen = next((gap for gap in found if gap.id == st.session_state.get(_CHOSEN)), found[0])
    shown = max(st.session_state.get(_SHOWN, _PAGE), found.index(chosen) + 1)
    for gap in found[:shown]:
        card(gap, chosen=gap is chosen)
    if len(found) > shown:
        st.button(t("gaps-more", count=len(found) - shown), key=f"{GAPS}-more", on_click=_more, args=(shown,))
    return chosen


def _more(shown: int) -> None:
    st.session_state[_SHOWN] = shown + _PAGE


def card(gap: Gap, *, chosen: bool) -> None:
    """One gap: what is asked, how often, why it counts and what comes closest."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(gap.medoid.question)}**", width="stretch")
            if gap.simulated:
                st.badge(t("asked-simulated"), color="violet")
        why = t("list-separator").join(
            t("gaps-why", reason=t(f"gaps-reason-{reason}"), count=count) for reason, count in gap.reasons.items()
        )
        asked_at = moment(gap.last_asked, current(), zone())
        st.caption(t("gaps-facts", questions=len(gap.turns), moment=asked_at, reasons=why))
        if gap.closest is not None:
            closest = escape(gap.closest.question or gap.closest.id)
            st.caption(t("gaps-closest", entry=closest, confidence=percent(gap.confidence)))
        st.button(
            t("gaps-chosen" if chosen else "gaps-choose"),
            key=f"{GAPS}-choose-{gap.id}",
            disabled=chosen,
            icon=":material/edit:",
            on_click=_choose,
            args=(gap.id,),
        )


def _choose(id: str) -> None:
    st.session_state[_CHOSEN] = id


def draft(gap: Gap) -> None:
    """From a gap to an entry, or to further phrasings of one."""
    key = f"{GAPS}-{gap.id}"
    st.subheader(escape(gap.medoid.question), anchor=False)
    _examples(gap)
    base = _target(gap, key)
    knowledge = revision.known(base, model(), owner())
    way = st.segmented_control(
        t("gaps-way"),
        _WAYS,
        default=_WAYS[0],
        required=True,
        format_func={name: t(f"gaps-way-{name}") for name in _WAYS}.__getitem__,
        key=f"{key}-way",
        label_visibility="collapsed",
        persist_state="session",
    )
    change = _new_entry(gap, knowledge, key) if way == "new" else _more_phrasings(gap, knowledge, key)
    st.caption(t("gaps-copied" if base in TENANTS else "gaps-added", knowledge=escape(base_label(base))))
    with st.container(horizontal=True):
        start(
            APPROVE,
            t("gaps-approve"),
            lambda: _approve(change, gap, base, knowledge),
            title=gap.medoid.question,
            about={"gap": gap.id},
        )
        st.button(
            t("gaps-dismiss"),
            key=f"{GAPS}-dismiss",
            icon=":material/do_not_disturb_on:",
            help=t("gaps-dismiss-help"),
            on_click=attempt,
            args=(gaps.close, owner(), gap.numbers, "dismissed"),
        )


def _examples(gap: Gap) -> None:
    with st.expander(t("gaps-examples", count=len(gap.turns)), icon=":material/forum:"):
        rows = [
            {
                t("gaps-column-question"): turn.question,
                t("gaps-column-asked"): moment(turn.asked_at, current(), zone()),
                t("gaps-column-reasons"): t("list-separator").join(
                    t(f"gaps-reason-{reason}") for reason in gaps.reasons(turn)
                ),
            }
            for turn in reversed(gap.turns)
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=t("gaps-examples", count=len(gap.turns)))


def _target(gap: Gap, key: str) -> str:
    """The knowledge base that the change goes to."""
    options = revision.targets(gap.desk, owner())
    if len(options) == 1:
        return options[0]
    labels = {
        base: t("gaps-target-copy", knowledge=base_label(base)) if base in TENANTS else base_label(base)
        for base in options
    }
    chosen = st.selectbox(t("gaps-target"), options, format_func=labels.__getitem__, key=f"{key}-target-{len(options)}")
    return chosen or options[0]


def _new_entry(gap: Gap, knowledge: Knowledge, key: str) -> Change:
    question = _text(f"{key}-question", t("gaps-question"), gap.medoid.question)
    phrasings = _phrasings(gap.phrasings, key)
    label = t("gaps-answer-agent" if gap.reply else "gaps-answer")
    filled = st.session_state.setdefault(f"{key}-answer", gap.reply)
    answer = (
        st.text_area(
            label, key=f"{key}-answer", height=140, placeholder=t("gaps-answer-empty"), persist_state="session"
        )
        or ""
    )
    if gap.reply and filled == gap.reply:
        st.caption(t("gaps-answer-agent-explain"))
    closest = _entry(knowledge, gap)
    if closest is not None:
        with st.expander(t("gaps-hint"), icon=":material/lightbulb:"):
            st.caption(t("gaps-hint-explain", confidence=percent(gap.confidence)))
            st.markdown(escape(closest.answer))
    identifier = _text(f"{key}-id", t("gaps-id"), revision.slug(gap.medoid.question, knowledge))
    return NewEntry(identifier, question, phrasings, answer)


def _more_phrasings(gap: Gap, knowledge: Knowledge, key: str) -> Change:
    entries = {entry.id: entry for entry in knowledge.entries if entry.language == gap.language} or {
        entry.id: entry for entry in knowledge.entries
    }
    ids, closest = list(entries), _entry(knowledge, gap)
    chosen = (
        st.selectbox(
            t("gaps-existing"),
            ids,
            index=ids.index(closest.id) if closest is not None and closest.id in entries else 0,
            format_func=lambda id: (entries[id].questions or (id,))[0],
            key=f"{key}-entry",
        )
        or ids[0]
    )
    with st.container(border=True):
        st.markdown(escape(entries[chosen].answer))
    return MorePhrasings(
        chosen, entries[chosen].language, _phrasings((gap.medoid.question, *gap.phrasings), f"{key}-more")
    )


def _entry(knowledge: Knowledge, gap: Gap) -> Entry | None:
    """The closest entry, in the language of the question where the base has it in both."""
    named = [entry for entry in knowledge.entries if gap.closest is not None and entry.id == gap.closest.id]
    return next((entry for entry in named if entry.language == gap.language), named[0] if named else None)


def _text(key: str, label: str, default: str) -> str:
    st.session_state.setdefault(key, default)
    return st.text_input(label, key=key, persist_state="session") or ""


def _phrasings(texts: Sequence[str], key: str) -> tuple[str, ...]:
    if not texts:
        return ()
    st.caption(t("gaps-phrasings"))
    with st.container(gap="xxsmall"):
        boxes = [
            st.checkbox(escape(text), value=True, key=f"{key}-phrasing-{_mark(text)}", persist_state="session")
            for text in texts[:_BOXES]
        ]
    if len(texts) > _BOXES:
        st.caption(t("gaps-phrasings-first", shown=_BOXES, count=len(texts)))
    return tuple(text for text, ticked in zip(texts, boxes, strict=False) if ticked)


def _mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _approve(change: Change, gap: Gap, base: str, knowledge: Knowledge) -> Work:
    change.check(knowledge)  # what can be said at once is said at once
    name, mine = model(), owner()
    return lambda progress, cancelled: revision.approve(change, gap, base, name, mine, progress, cancelled)


def _dismissed(records: Records) -> None:
    done = gaps.closed(owner())
    numbers = [turn.number for turn in records.turns if done.get(turn.number) == "dismissed"]
    if numbers:
        st.button(
            t("gaps-reopen", count=len(numbers)),
            key=f"{GAPS}-reopen",
            type="tertiary",
            icon=":material/undo:",
            on_click=attempt,
            args=(gaps.reopen, owner(), numbers),
        )


def approved(job: Job | None) -> None:
    """How far a change is, or what came of it: the questions of the gap, then all the others."""
    if job is None:
        return
    label = t("gaps-approve-label", question=escape(job.title))
    done = outcome(job, label, cancelled=t("gaps-approve-cancelled"))
    if done is None:
        return
    result: Approved = done.result
    if result.base not in own_knowledge():
        return
    if st.session_state.get(_SWITCHED) != job.id:
        st.session_state[_SWITCHED], st.session_state[KNOWLEDGE] = job.id, result.base
    with st.container(border=True):
        name = escape(base_label(result.base))
        said = t("gaps-done-copied", name=name, knowledge=escape(base_label(result.copied))) if result.copied else ""
        st.markdown(f"**{said or t('gaps-done', name=name)}**")
        if result.retest is None:
            st.caption(t("gaps-not-measured"))
        else:
            measured(result.retest)
        st.button(
            t("gaps-close"),
            key=f"{APPROVE}-close",
            type="tertiary",
            on_click=attempt,
            args=(jobs.collect, job.id, owner()),
        )


def measured(found: Retest) -> None:
    """Before and after: the gap's own questions, and those that should not have changed."""
    settled = sum(row.after[0] == "answer" for row in found.asked)
    st.markdown(t("gaps-settled", settled=settled, questions=len(found.asked)))
    st.dataframe(_asked_table(found), hide_index=True, alt=t("gaps-own-questions"))
    if any(row.stored for row in found.asked):
        st.caption(t("gaps-stored-explain"))
    comparison = found.comparison
    st.markdown(
        t(
            "gaps-regression-clear" if comparison.clear else "gaps-regression-chance",
            changed=found.changed,
            questions=len(found.before.asked.questions),
            better=comparison.second_only,
            worse=comparison.first_only,
            p=number(round(comparison.p, 3)),
        )
    )
    st.dataframe(_figures(found), hide_index=True, alt=t("gaps-regression"))
    st.caption(t(f"gaps-check-{found.check}"))


def _asked_table(found: Retest) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("gaps-column-question"): row.question,
            t("gaps-column-before"): _made(*row.before),
            t("gaps-column-after"): _made(*row.after),
            t("gaps-column-stored"): row.stored,
        }
        for row in found.asked
    )


def _made(result: Outcome, entry: str | None, confidence: float) -> str:
    return t("gaps-made", outcome=t(f"cs-outcome-{result}"), entry=entry or "–", confidence=percent(confidence))


def _figures(found: Retest) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("evidence-metric"): t(f"metric-{before.name}"),
            t("gaps-column-before"): f"{percent(before.value)} ({words.interval(before, current())})",
            t("gaps-column-after"): f"{percent(after.value)} ({words.interval(after, current())})",
            t("evidence-n"): after.n,
        }
        for before, after in found.rows()
    )


def changes() -> None:
    """What was changed in the visitor's own knowledge bases, and the way back."""
    job = newest(UNDO)
    done = outcome(job, t("gaps-undo-label", name=escape(job.title)) if job else "")
    if done is not None:
        st.success(t("gaps-undone", name=escape(done.title)), icon=":material/undo:")
    changed = [dataset for dataset in revision.own_bases(owner()) if dataset.meta.get("changes")]
    if not changed:
        return
    st.subheader(t("gaps-changes"), anchor=False)
    for dataset in changed:
        last = dataset.meta["changes"][-1]
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{escape(dataset.name)}**", width="content")
            st.caption(
                t("gaps-change-entry", id=escape(last["id"]))
                if last["kind"] == "entry"
                else t("gaps-change-phrasings", id=escape(last["id"]), count=len(last["phrasings"])),
                width="stretch",
            )
            st.button(
                t("gaps-undo"),
                key=f"{UNDO}-{dataset.id}",
                icon=":material/undo:",
                disabled=job is not None and job.unfinished,
                on_click=attempt,
                args=(_undo, dataset.id, dataset.name),
            )


def _undo(base: str, title: str) -> None:
    name, mine = model(), owner()
    for kind in (UNDO, APPROVE):
        last = newest(kind)
        if last is not None:
            jobs.collect(last.id, mine)
    jobs.start(mine, UNDO, lambda progress, cancelled: revision.undo(base, name, mine, progress, cancelled), title)
