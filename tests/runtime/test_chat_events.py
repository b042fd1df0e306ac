"""Bytes to events to pieces of text, however they are cut and whatever they hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.runtime.chat.events import MAX_LINE, Delta, Events, MalformedError, delta, whole

DATA = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), max_size=5)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
NOISE = st.sampled_from(["", ": keep-alive", "event: message", "id: 7", "retry: 10", "unknown"])


def read(chunks: list[bytes]) -> list[str]:
    events = Events()
    return [data for chunk in chunks for data in events.feed(chunk)]


@given(st.lists(DATA.filter(bool), max_size=5), ENDS, NOISE, st.data())
def test_events_come_back_however_the_bytes_are_cut(
    events: list[list[str]], end: str, noise: str, draw: st.DataObject
) -> None:
    lines = [line for data in events for line in ([noise] * bool(noise) + [f"data: {part}" for part in data] + [""])]
    body = "".join(line + end for line in lines).encode()
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=20)))
    chunks = [body[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert read(chunks) == ["\n".join(data) for data in events]


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_bytes_are_events_or_refused(chunks: list[bytes]) -> None:
    for data in read(chunks):
        try:
            assert isinstance(delta(data), Delta)
        except MalformedError as error:
            assert error.reason in ("malformed", "failed")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["choices", "delta", "message", "content", "finish_reason", "error"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_delta_or_refused(value: object) -> None:
    text = json.dumps(value)
    for reader in (lambda: delta(text), lambda: whole(text.encode())):
        try:
            found = reader()
        except MalformedError:
            continue
        assert isinstance(found.text, str)


def test_an_unfinished_event_is_not_given_out() -> None:
    assert read([b"data: one\n\ndata: two\n"]) == ["one"]


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: " + b"x" * (MAX_LINE + 1)],
        [b"x" * 4096] * (MAX_LINE // 4096 + 1),
        [b"data: " + b"y" * 4096 + b"\n"] * 65,
    ],
)
def test_giant_lines_and_events_are_refused(chunks: list[bytes]) -> None:
    with pytest.raises(MalformedError, match="giant"):
        read(chunks)


def test_deep_json_is_malformed() -> None:
    with pytest.raises(MalformedError, match="malformed"):
        delta("[" * 100_000)


def test_what_servers_send() -> None:
    assert delta('{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}') == Delta("")
    assert delta('{"choices":[{"delta":{"content":"Hi"}}]}') == Delta("Hi")
    assert delta('{"choices":[{"delta":{},"finish_reason":"length"}]}') == Delta("", "length")
    assert delta('{"choices":[],"usage":{"total_tokens":3}}') == Delta("")
    assert delta("[DONE]") == Delta("", "stop")
    assert whole(b'{"choices":[{"message":{"content":"Hi"}}]}') == Delta("Hi", "stop")
    with pytest.raises(MalformedError, match="failed"):
        delta('{"error":{"message":"out of memory"}}')
