"""Where sentences end, in English and Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        # A ¦ stands where a sentence ends.
        "Dr. Smith paid $3.50 at 5 p.m. on Monday.¦ He left.",
        "J. R. R. Tolkien met Mr. Lewis.¦ So did I.¦ You too?",
        "Use it, e.g. at home, i.e. not here, cf. Fig. 3 vs. No. 5.¦ No.¦ Really.",
        "See https://a.com/x?y=1.2!¦ Then mail a.b@c.com.¦ Done.",
        "Node.js 3.11.4 is out!¦ Yahoo! is not.¦ Wait… what?¦ Yes…¦ No... fine.",
        'She said "Stop."¦ Then she left.¦ (Really.)¦ OK',
        "1. Open the app.¦ 2. Tap Cards.¦\n3. Done.¦\na) Or not",
        "Acme Inc. of York grew.¦ Sales rose 3.5 %.",
        "第一句。¦第二句！¦第三句？！¦没有句号",
        "价格是 3.5 元。¦访问 https://x.cn/a?b=1。¦谢谢",
        "他说：「走吧。我们回家。」¦然后离开。¦“走！”，她说。",
        "（注意：这里有说明。请阅读。）¦后面还有。¦《你好。再见》是书。",
        "是的……¦好吧…也行",
        "很好.¦下次再来!¦不错?¦行",
        "用 Python 3.8 写的。¦Great 很好！¦OK.¦ 再见",
        "没有句号的标题¦\n正文第一句。¦\r\n\r\n  另一段",
        "“没有关上的引号。¦下一句。¦再下一句。",
    ],
)
def test_sentences(marked: str) -> None:
    assert split(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_nothing(text: str) -> None:
    assert sentences(text) == []


@pytest.mark.parametrize("piece", ["“", "「a", ".", "a.b+c@", "w.w", "e.g. ", "…", "(", "A. ", "。", "http://"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert sentences(text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from(list('.。!?…「」“”（） \n"aA1中')))))
def test_spans_are_in_order_and_leave_out_nothing_but_white_space(text: str) -> None:
    place = 0
    for start, end in sentences(text):
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()
