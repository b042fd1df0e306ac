"""A day of the bank once more, as it happened: transactions arrive, inputs are brought up to date, the queue moves."""

from __future__ import annotations

import time
from typing import Any, cast

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud.replay import Replay, Step
from bigmodel_apps.fraud.schema import BANDS
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import DAY
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.fraud import opened
from pages.fraud.looks import band_word

_KEY = "fraud-live"
_HELD, _PLAYING, _TICKED, _LAST = f"{_KEY}.replay", f"{_KEY}.playing", f"{_KEY}.ticked", f"{_KEY}.step"
_SECONDS = 1.0
_SPEEDS = (600, 3_600, 14_400)
_FIRST, _ARRIVED, _PIXELS = 15, 8, 570
_OPENS = 8 * 3_600
"""When analysts begin: what came in the night waits for them."""


def live_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        bank = opened.bank_of(key)
        with bar:
            replay = choose(bank)
        if st.session_state.get(_PLAYING) and not replay.done:
            moving()
        else:
            standing()


def choose(bank: Bank) -> Replay:
    """Day and speed, and the buttons that start, stop and begin anew."""
    last = opened.day_date(bank.last_day)
    first = min(last, opened.day_date(bank.first_test_day))
    chosen = st.date_input(
        t("queue-day"), last, min_value=first, max_value=last, key=f"{_KEY}-day-{bank.key}", width=150
    )
    day = ((chosen or last) - opened.day_date(0)).days
    speed = st.segmented_control(
        t("live-speed"),
        _SPEEDS,
        default=_SPEEDS[1],
        required=True,
        format_func={one: t("live-speed-of", minutes=one // 60) for one in _SPEEDS}.__getitem__,
        key=f"{_KEY}-speed",
        persist_state="session",
    )
    held: tuple[Bank, int, Replay] | None = st.session_state.get(_HELD)
    if held is None or held[0] is not bank or held[1] != day:
        held = bank, day, _begin(bank, day)
    replay = held[2]
    replay.speed = float(speed or _SPEEDS[1])
    playing = bool(st.session_state.get(_PLAYING)) and not replay.done
    st.button(
        t("live-pause" if playing else "live-play"),
        icon=":material/pause:" if playing else ":material/play_arrow:",
        type="primary",
        key=f"{_KEY}-play",
        disabled=replay.done,
        on_click=_play,
        args=(not playing,),
    )
    st.button(t("live-again"), icon=":material/replay:", key=f"{_KEY}-again", on_click=_again, args=(bank, day))
    return replay


def _begin(bank: Bank, day: int) -> Replay:
    replay = Replay(bank, day * DAY + _OPENS, (day + 1) * DAY)
    st.session_state[_HELD] = bank, day, replay
    st.session_state[_PLAYING] = False
    st.session_state.pop(_LAST, None)
    return replay


def _again(bank: Bank, day: int) -> None:
    _begin(bank, day)


def _play(playing: bool) -> None:
    st.session_state[_PLAYING], st.session_state[_TICKED] = playing, time.monotonic()


@st.fragment(run_every=_SECONDS)
@guard()
def moving() -> None:
    """The queue while time passes."""
    bank, _, replay = cast(tuple[Bank, int, Replay], st.session_state[_HELD])
    now = time.monotonic()
    # A browser that was asleep does not skip half a day.
    passed = min(now - st.session_state.get(_TICKED, now), 5 * _SECONDS)
    st.session_state[_TICKED] = now
    st.session_state[_LAST] = step = replay.advance(passed)
    if replay.done:
        st.session_state[_PLAYING] = False
        st.rerun()
    draw(bank, replay, step)


def standing() -> None:
    """The queue at a moment."""
    bank, _, replay = cast(tuple[Bank, int, Replay], st.session_state[_HELD])
    draw(bank, replay, st.session_state.get(_LAST))


def draw(bank: Bank, replay: Replay, step: Step | None) -> None:
    """The clock and what has come so far; the first of the queue with how they moved, and the last arrivals."""
    queue = replay.queue
    day = bank.transactions.between(queue.day, 1)
    came = len(replay.scores) - day.start
    with st.container(horizontal=True, key=f"{_KEY}-facts"):
        st.metric(t("live-clock"), f"{opened.clock(replay.now):%H:%M}")
        st.metric(t("live-arrived"), number(max(0, came)))
        st.metric(t("live-high"), number(int((queue.bands == len(BANDS) - 1).sum())))
        if bank.truth[day].any():
            caught, frauds = replay.caught(_FIRST)
            st.metric(
                t("live-caught", k=_FIRST), t("live-of", caught=caught, frauds=frauds), help=t("live-caught-help")
            )
    st.progress(min(1.0, (replay.now - replay.start) / max(1, replay.until - replay.start)))
    if not len(queue):
        st.info(t("live-empty"), icon=":material/hourglass_empty:")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(f"**{t('live-queue', k=_FIRST)}**")
        st.dataframe(
            _ranked(bank, replay, step),
            hide_index=True,
            height=_PIXELS,
            column_config=_columns(),
            alt=t("live-queue", k=_FIRST),
        )
    with right:
        st.markdown(f"**{t('live-last')}**")
        st.dataframe(_arrivals(bank, replay), hide_index=True, column_config=_columns(), alt=t("live-last"))


def _ranked(bank: Bank, replay: Replay, step: Step | None) -> pd.DataFrame:
    queue = replay.queue.take(slice(_FIRST))
    return pd.DataFrame(
        {
            t("queue-column-rank"): np.arange(1, len(queue) + 1),
            t("live-column-moved"): [_moved(int(card), rank, step) for rank, card in enumerate(queue.cards)],
            t("queue-column-score"): queue.scores,
            t("queue-column-band"): [band_word(queue.band(place)) for place in range(len(queue))],
            t("queue-column-amount"): bank.transactions.amounts[queue.tops],
            t("queue-column-card"): [opened.card_name(bank, int(card)) for card in queue.cards],
            t("alert-column-time"): [
                f"{opened.clock(int(one)):%H:%M}" for one in bank.transactions.seconds[queue.tops]
            ],
        }
    )


def _moved(card: int, rank: int, step: Step | None) -> str:
    """How a card moved since the last step."""
    if step is None:
        return ""
    if card not in step.before:
        return t("live-new")
    up = step.before[card] - rank
    return f"▲ {up}" if up > 0 else f"▼ {-up}" if up < 0 else ""


def _arrivals(bank: Bank, replay: Replay) -> pd.DataFrame:
    end = len(replay.scores)
    places = np.arange(max(bank.transactions.between(replay.queue.day, 1).start, end - _ARRIVED), end)[::-1]
    return pd.DataFrame(
        {
            t("alert-column-time"): [f"{opened.clock(int(one)):%H:%M}" for one in bank.transactions.seconds[places]],
            t("queue-column-amount"): bank.transactions.amounts[places],
            t("queue-column-score"): replay.scores[places],
            t("queue-column-card"): [opened.card_of(bank, int(one)) for one in places],
        }
    )


def _columns() -> dict[str, Any]:
    return {
        t("queue-column-rank"): st.column_config.NumberColumn(width=40),
        t("live-column-moved"): st.column_config.TextColumn(width=60),
        t("queue-column-amount"): st.column_config.NumberColumn(format="%.2f", width=80),
        t("queue-column-score"): st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=110),
    }
