"""What a message asks for apart from knowledge: a person to talk to, or the rest of the sentence before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bigmodel_apps.customer_service.schema import Turn
from bigmodel_apps.text.segmentation import words

_PERSON = (
    r"(human|person|agent|representative|operator|advisor|adviser|real person|live (agent|person|chat)|someone real)"
)
_HAND_OVER = re.compile(
    rf"\b(speak|talk|chat)(ing)?\b.{{0,6}}\b(to|with)\b.{{0,12}}\b{_PERSON}\b"
    rf"|\b(connect|transfer|put)\b.{{0,4}}\b(me|us)\b.{{0,6}}\b(to|through to|with)\b.{{0,12}}\b{_PERSON}\b"
    rf"|\b(want|need|get me|give me)\b (a |an |some )?(real |live |human )?{_PERSON}( now| please)?\W*$"
    rf"|^\W*(a |an )?(real |live |human )?{_PERSON}( please)?\W*$"
    r"|转\s?(接)?\s?(到)?\s?人工|(找|要|接|换)\s?(个|一个|一位)?\s?(人工|真人|客服人员)|人工(客服|服务|坐席)|^\W*人工\W*$",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"^\W*(and|but|what about|how about|also|then|ok(ay)?,? (and|but|what)|so what)\b|^\W*(那|那么|还有|另外|如果是|要是)",
    re.IGNORECASE,
)
_FEW_WORDS = 3


def asks_for_person(question: str) -> bool:
    """Whether the customer wants to be handed over ("转人工", "can I talk to a human")."""
    return bool(_HAND_OVER.search(question))


def in_context(question: str, history: Sequence[Turn] | None) -> str:
    """The question as it must be searched: a follow-up ("and for express?") brings the question before it along."""
    earlier = [turn.text for turn in history or () if turn.role == "customer"]
    if not earlier:
        return question
    short = sum(1 for _ in words(question)) < _FEW_WORDS
    return f"{earlier[-1]} {question}" if short or _FOLLOW_UP.search(question) else question
