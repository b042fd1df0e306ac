"""One text: the verdict in words, what it rests on, and what a small change does to it."""

from __future__ import annotations

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.sentiment import explanation, own_shelf
from bigmodel_apps.sentiment.explanation import Explanation
from bigmodel_apps.sentiment.model import how_often_right
from bigmodel_apps.sentiment.schema import MAX_TEXT, Input, Options, Output
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.problems import guard, show_attempted
from bigmodel_apps.ui.samples import samples
from pages.sentiment.aspect_lists import aspects, choose_list
from pages.sentiment.choices import DOMAIN, serving
from pages.sentiment.compare import compare
from pages.sentiment.examples import EXAMPLES
from pages.sentiment.feedback import correction, label_word
from pages.sentiment.looks import LOOKS, SIGNS, coloured, confidence, headline, reader, word

TEXT = "sentiment-text"

_EXPLAINED = "sentiment.explained"
# A word is marked from this share of the strongest one's weight on, and from this weight on.
_MARKED_SHARE, _MARKED_LEAST = 0.25, 0.15
_RIBBON_PIXELS = 58
_LEAST_SENTENCES = 3


def try_view() -> None:
    """The view."""
    show_attempted()
    given = EXAMPLES[current()]
    samples(TEXT, list(given.values()), [t(f"sentiment-example-{name}") for name in given])
    left, right = st.columns(2, gap="medium")
    with left:
        text = (
            st.text_area(
                t("sentiment-text"),
                max_chars=MAX_TEXT,
                key=TEXT,
                height=104,
                placeholder=t("sentiment-text-empty"),
                label_visibility="collapsed",
                persist_state="session",
            )
            or ""
        ).strip()
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.button(t("sentiment-judge"), type="primary", key="sentiment-judge", help=t("sentiment-judge-help"))
            chosen = choose_list("restaurant", collapsed=True)
    if not text:
        right.caption(t("sentiment-text-empty"))
        return
    name, options, _ = serving(Options(sentences=True, aspects=aspects(chosen)))
    output: Output = runtime.predict(DOMAIN, [Input(text=text)], options=options, model=name)[0]
    with right:
        verdict(text, output, name, options)
    left, right = st.columns(2, gap="medium")  # a row of its own: on a phone the verdict comes before its reasons
    with left:
        why(text, output, name, options)
    with right:
        found_aspects(text, output)
    compare(text, output, partial(judge, name=name, options=options))


def judge(text: str, *, name: str, options: Options) -> Output:
    """The verdict on another text, without sentences and aspects."""
    plain = options.model_copy(update={"aspects": (), "sentences": False})
    found: list[Output] = runtime.predict(DOMAIN, [Input(text=text)], options=plain, model=name)
    return found[0]


def verdict(text: str, output: Output, name: str, options: Options) -> None:
    """The verdict first in words, then how often such verdicts are right, then who says so."""
    with st.container(key="sentiment-verdict", gap="xsmall"):
        st.header(headline(output), anchor=False)
        st.progress(confidence(output), text=t("sentiment-confidence", confidence=percent(confidence(output))))
        st.markdown(how_right(output, name, options))
        st.caption(
            t(
                "sentiment-shares",
                opinion=percent(output.opinion),
                positive=percent(output.positive),
                reader=reader(output),
            )
        )
    correction(text, output, "try")


def how_right(output: Output, name: str, options: Options) -> str:
    """Of texts like this, so many are right; or why that is not known."""
    found = own_shelf.how_often_right(output, options) if output.own else how_often_right(output, name)
    if found is None:
        return t("sentiment-right-own" if output.own else "sentiment-right-unknown")
    share, n = found
    if output.own and output.own.unsure:
        return t("sentiment-right-unsure", share=percent(share), n=n, lean=label_word(output.own.label))
    if output.own is None and output.label == "unsure":
        lean = word("positive" if output.positive >= 0.5 else "negative")
        return t("sentiment-right-unsure", share=percent(share), n=n, lean=lean)
    return t("sentiment-right", share=percent(share), n=n)


# --- Why --------------------------------------------------------------------------------------------------------------


def why(text: str, output: Output, name: str, options: Options) -> None:
    """The text with the words that decided, the check of that beside them, and its sentences."""
    st.markdown(f"**{t('sentiment-why')}**")
    with guard(), st.skeleton(height=64):
        found = explained(text, name, options)
        with st.container(key="sentiment-words", gap="xsmall"):
            st.markdown(mark(text, spans(found)))
            st.caption(checked(found))
    if len(output.sentences) >= _LEAST_SENTENCES:
        ribbon(text, output)


def explained(text: str, name: str, options: Options) -> Explanation:
    """The explanation, once for a text and a model."""
    plain = options.model_copy(update={"aspects": (), "sentences": False})
    key = (text, name, plain)
    kept: tuple[object, Explanation] | None = st.session_state.get(_EXPLAINED)
    if kept is None or kept[0] != key:

        def read(texts: object) -> explanation.Shares:
            inputs = [Input(text=one) for one in texts]  # type: ignore[attr-defined]
            # Hundreds of readings: as bulk work, so that nobody's own text waits for them.
            return explanation.of(
                runtime.predict(DOMAIN, inputs, options=plain, model=name, priority=runtime.Priority.BULK)
            )

        st.session_state[_EXPLAINED] = kept = key, explanation.explain(text, read)
    return kept[1]


def spans(found: Explanation) -> list[Span]:
    """Phrases and words that weigh enough, in the colour of the side they speak for."""
    strongest = max((abs(one.weight) for one in (*found.words, *found.phrases)), default=0.0)
    least = max(_MARKED_LEAST, _MARKED_SHARE * strongest)
    marked: list[Span] = []
    for one in (*found.phrases, *found.words):
        if abs(one.weight) < least or any(one.start < span.end and span.start < one.end for span in marked):
            continue
        meaning: palette.Meaning = "good" if one.weight > 0 else "bad"
        if found.label == "neutral":
            meaning = "primary" if one.weight > 0 else "neutral"
        marked.append(Span(one.start, one.end, meaning))
    return marked


def checked(found: Explanation) -> str:
    """The check of the marks, in one line."""
    label = word(found.label)
    if found.check is None:
        return t("sentiment-check-none")
    values = {
        "words": found.check.words,
        "label": label,
        "top": number(round(100 * found.check.top)),
        "random": number(round(100 * found.check.random)),
    }
    holds = found.check.top > found.check.random
    line = t("sentiment-check" if holds else "sentiment-check-failed", **values)
    sides = t("sentiment-check-sides-neutral" if found.label == "neutral" else "sentiment-check-sides")
    rest = t("sentiment-check-capped", words=len(found.words), total=found.total) if found.capped else ""
    return f"{':material/verified:' if holds else ':material/warning:'} {line} {sides}{rest}"


def ribbon(text: str, output: Output) -> None:
    """The sentences as a strip: where the text turns."""
    rows = pd.DataFrame(
        {
            "start": one.start,
            "end": one.end,
            "middle": (one.start + one.end) / 2,
            "sign": SIGNS[one.label],
            "word": word(one.label),
            "meaning": LOOKS[one.label][1],
            "sentence": text[one.start : one.end].strip(),
            "confidence": percent(one.confidence),
        }
        for one in output.sentences
    )
    title = t("sentiment-ribbon", sentences=len(rows))
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, len(text)], nice=False))
    base = alt.Chart(rows).encode(
        tooltip=[
            alt.Tooltip("sentence:N", title=t("sentiment-sentence")),
            alt.Tooltip("word:N", title=t("sentiment-verdict")),
            alt.Tooltip("confidence:N", title=t("sentiment-column-confidence")),
        ]
    )
    st.caption(title)
    st.altair_chart(
        alt.layer(
            base.mark_rect(opacity=0.3, cornerRadius=3, xOffset=1, x2Offset=-1).encode(
                x=x, x2="end:Q", color=palette.by_meaning("meaning")
            ),
            base.mark_text(fontWeight="bold", fontSize=16).encode(
                x=alt.X("middle:Q", axis=None), text="sign:N", color=palette.by_meaning("meaning")
            ),
            height=_RIBBON_PIXELS,
        ),
        alt=title,
    )


def found_aspects(text: str, output: Output) -> None:
    """What it says about what, in its own words."""
    st.markdown(f"**{t('sentiment-aspects-found')}**")
    if not output.aspects:
        st.caption(t("sentiment-aspects-none"))
        return
    lines = [
        f"{coloured(one.label)} · **{escape(one.aspect)}** – "
        + mark(text[one.start : one.end], [Span(one.term_start - one.start, one.term_end - one.start, "primary")])
        for one in output.aspects[:8]
    ]
    with st.container(key="sentiment-aspects-found"):
        st.markdown("  \n".join(lines))
