"""Which words of an answer meet the question."""

from __future__ import annotations

from bigmodel_apps.text.language import HAN
from bigmodel_apps.text.segmentation import words


def matches(question: str, text: str) -> list[tuple[int, int]]:
    """Places in `text` of content words that the question has too, in order and without overlap.

    English words match by their stem; a Chinese word also when it shares two characters in a row with a word of the
    question (退货 meets 退货费), which is how the character n-grams meet it.
    """
    asked = {word.term for word in words(question)}
    pairs = {term[place : place + 2] for term in asked if HAN.search(term) for place in range(len(term) - 1)}
    found = []
    for word in words(text):
        shared = any(word.term[place : place + 2] in pairs for place in range(len(word.term) - 1))
        if word.term in asked or (HAN.search(word.term) and shared):
            found.append((word.start, word.end))
    return found
