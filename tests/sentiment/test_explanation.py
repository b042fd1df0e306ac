from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import edits, explanation
from bigmodel_apps.sentiment.explanation import FEWEST_WORDS, MAX_WORDS, Shares, explain, through, word_spans
from bigmodel_apps.sentiment.model import SentimentModel
from bigmodel_apps.sentiment.schema import Input, Options, Output
from tests.sentiment.scorers import WordList
from tests.sentiment.test_model import CPU

ENGLISH, CHINESE = through(WordList("en", 20_000)), through(WordList("zh", 20_000))


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


def test_words_as_people_see_them() -> None:
    assert words_of("It wasn't well-made!! 😡") == ["It", "wasn't", "well-made", "!!", "😡"]
    assert words_of("这家店的服务员不热情 ok") == ["这家", "店", "的", "服务员", "不", "热情", "ok"]
    assert words_of("<b>good</b>\u202e") == ["good"]


def test_the_words_that_decided_weigh_most() -> None:
    text = "The food was terrible and we waited in the rain for an hour"
    found = explain(text, ENGLISH)
    assert found.label == "negative"
    lowest = min(found.words, key=lambda word: word.weight)
    assert text[lowest.start : lowest.end] == "terrible"
    assert not found.capped
    assert len(found.words) == found.total == 13
    assert sum(abs(word.weight) < 0.01 for word in found.words) >= 8


def test_chinese_characters_are_weighed_as_words() -> None:
    text = "房间很干净，位置也方便，可是早餐难吃"
    found = explain(text, CHINESE)
    weights = {text[word.start : word.end]: word.weight for word in found.words}
    assert weights["干净"] > 0.5
    assert weights["难吃"] < -0.5


def test_a_phrase_is_more_than_its_words() -> None:
    text = "We are not happy with the room"
    found = explain(text, ENGLISH)
    assert [text[one.start : one.end] for one in found.phrases] == ["not happy"]
    assert explain("We love the lovely room", ENGLISH).phrases == ()


def test_no_opinion_is_explained_by_what_would_be_one() -> None:
    found = explain("The shop opens at nine and closes at six", ENGLISH)
    assert found.label == "neutral"
    assert all(word.weight == pytest.approx(0, abs=1e-9) for word in found.words)


def test_the_check_tells_a_true_explanation_from_chance() -> None:
    text = "The food was terrible and we waited in the rain for an hour but nobody came"
    check = explain(text, ENGLISH).check
    assert check is not None
    assert check.words == 3
    assert len(check.draws) == explanation.DRAWS
    assert check.random == pytest.approx(np.mean(check.draws))
    assert check.top > 0.3 > check.random
    assert explain(text, ENGLISH).check == check  # seeded
    assert explain(text, ENGLISH, seed=1).check != check


def test_the_check_fails_a_reader_that_reads_no_words() -> None:
    def by_length(texts: Sequence[str]) -> Shares:
        positive = np.array([0.1 + 0.8 * (len(text) % 7) / 7 for text in texts])
        return np.stack([0.95 - positive, np.full(len(texts), 0.05), positive], axis=1)

    check = explain("one two three four five six seven eight nine ten", by_length).check
    assert check is not None
    assert min(check.draws) < check.top + 0.05


def test_one_word_has_no_check() -> None:
    found = explain("Great", ENGLISH)
    assert found.check is None
    assert found.words[0].weight > 0


def test_a_long_text_says_what_was_left_out() -> None:
    text = "We went to the shop on the corner and came back. " * 60 + "It was terrible."
    found = explain(text, ENGLISH)
    assert found.capped
    assert len(found.words) == MAX_WORDS
    assert found.total > 600
    assert "terrible" in [text[word.start : word.end] for word in found.words]


def test_a_very_long_text_is_read_a_few_times_only() -> None:
    read_characters = 0

    def read(texts: Sequence[str]) -> Shares:
        nonlocal read_characters
        read_characters += sum(map(len, texts))
        return ENGLISH(texts)

    text = "We were there again in May. " * 700 + "The food was awful."
    found = explain(text, read)
    assert read_characters < 90 * len(text)
    assert found.total > len(found.words) >= FEWEST_WORDS
    strongest = max(found.words, key=lambda word: abs(word.weight))
    assert text[strongest.start : strongest.end] == "awful"


def test_it_asks_in_few_calls() -> None:
    calls: list[int] = []

    def counted(texts: Sequence[str]) -> Shares:
        calls.append(len(texts))
        return ENGLISH(texts)

    explain("The food was terrible and the staff were lovely", counted)
    assert len(calls) == 3
    assert sum(calls) < 60


def test_through_the_outputs_of_a_model() -> None:
    model = SentimentModel(None, CPU, english=WordList("en"), chinese=WordList("zh"))
    seen: list[Sequence[Output]] = []

    def read(texts: Sequence[str]) -> Shares:
        seen.append(model.predict([Input(text=text) for text in texts], Options()))
        return explanation.of(seen[-1])

    text = "The room was lovely, but the breakfast was terrible and slow"
    found, direct = explain(text, read), explain(text, ENGLISH)
    assert [word.weight for word in found.words] == pytest.approx([word.weight for word in direct.words], abs=1e-3)


pieces = st.sampled_from(["good ", "not ", "差", "服务", "。", "\n", "😀", "<b>", "\u202e", "ﬁ", "wasn't ", "É", "㎡"])
anything = st.lists(pieces | st.text(max_size=2), max_size=40).map("".join)


@given(anything)
def test_word_spans_index_the_text(text: str) -> None:
    end = 0
    for start, stop in word_spans(text):
        assert end <= start < stop <= len(text)
        end = stop


@given(anything.filter(lambda text: bool(text.strip())))
def test_explanations_index_the_text(text: str) -> None:
    found = explain(text, ENGLISH)
    assert [(word.start, word.end) for word in found.words] == word_spans(text)[:MAX_WORDS]
    assert all(np.isfinite(word.weight) for word in found.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The room is great.", "The room is not great."),
        ("I love this phone", "I do not love this phone"),
        ("Works well", "Does not work well"),
        ("I loved it", "I did not love it"),
        ("It wasn't good", "It was good"),
        ("I can't recommend it", "I can recommend it"),
        ("He is not rude", "He is rude"),
        ("Never boring", "Boring"),
        ("Great phone", "Not great phone"),
        ("很好吃", "不好吃"),
        ("服务非常好", "服务不好"),
        ("我不喜欢", "我喜欢"),
        ("没有空调", "有空调"),
        ("不太满意", "很满意"),
        ("并不好", "好"),
        ("味道不错", "味道不好"),
        ("我喜欢这里", "我不喜欢这里"),
    ],
)
def test_negations(text: str, expected: str) -> None:
    assert edits.negate(text).after == expected


def test_a_negation_changes_what_is_read() -> None:
    model = SentimentModel(None, CPU, english=WordList("en"), chinese=WordList("zh"))
    for text in ("The room is great.", "服务很好。"):
        before, after = model.predict([Input(text=text), Input(text=edits.negate(text).after)], Options(unsure_below=0))
        found = edits.change(before, after)
        assert found.label
        assert found.positive < -0.5


def test_names_are_swapped_for_their_counterparts() -> None:
    swapped = edits.swap_name("Emily was filmed in France")
    assert "Emily was filmed in France" not in [edit.after for edit in swapped]
    assert {edit.after[edit.start : edit.end] for edit in swapped} < set(edits.NAMES["en"][0])
    assert [edit.after for edit in edits.swap_name("It was filmed in France", "Chad")] == ["It was filmed in Chad"]
    assert edits.swap_name("服务员王芳很好")[0].after.endswith("很好")


def test_words_are_changed_as_words() -> None:
    assert edits.change_word("A carpet, a car", "car", "bus").after == "A carpet, a bus"
    assert edits.change_word("Good food", "good", "bad").after == "Bad food"
    assert edits.change_word("很好吃", "好吃", "难吃").after == "很难吃"
    assert edits.change_word("a+b (c)", "(c)", "d").after == "a+b d"


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        ("negate", lambda: edits.negate("Blue")),
        ("negate", lambda: edits.negate("质量一般")),
        ("name", lambda: edits.swap_name("The room")),
        ("word", lambda: edits.change_word("The room", "roo", "x")),
        ("word", lambda: edits.change_word("The room", " ", "x")),
    ],
)
def test_no_place_to_edit_is_said(kind: str, edit: object) -> None:
    with pytest.raises(InputError) as caught:
        edit()  # type: ignore[operator]
    problem = caught.value.problems[0]
    assert (problem.code, problem.details["edit"]) == ("edit-no-place", kind)
    assert len({describe(problem, language) for language in LANGUAGES}) == 2


@given(anything)
def test_edits_mark_what_is_new(text: str) -> None:
    for edit in (lambda: edits.negate(text), lambda: edits.change_word(text, "good", "bad")):
        try:
            found = edit()
        except InputError:
            continue
        assert 0 <= found.start <= found.end <= len(found.after)
        assert found.after != text
        assert len(found.after) - len(text) <= 12
