from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from safetensors.numpy import save_file

from bigmodel_apps.catalogue import MODELS, ModelSpec, Source
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.sentiment.aspects import parse, shipped
from bigmodel_apps.sentiment.model import SentimentModel, how_often_right
from bigmodel_apps.sentiment.routing import by_language, has_words, worded
from bigmodel_apps.sentiment.schema import MAX_TEXT, Aspect, Input, Options, Output
from tests.sentiment.scorers import WordList

CPU = Device("cpu", 0, "float32", "test")


def build() -> tuple[SentimentModel, WordList, WordList]:
    english, chinese = WordList("en"), WordList("zh")
    return SentimentModel(None, CPU, english=english, chinese=chinese), english, chinese


def read(text: str, options: Options | None = None, aspects: list[str] | None = None) -> Output:
    return build()[0].predict([Input(text=text, aspects=aspects)], options)[0]


def test_each_text_goes_to_the_reader_of_its_language() -> None:
    model, english, chinese = build()
    texts = ["The staff were lovely.", "服务很差。", "Terrible food", "很满意"]
    outputs = model.predict([Input(text=text) for text in texts], Options(unsure_below=0.5))
    assert [output.label for output in outputs] == ["positive", "negative", "negative", "positive"]
    assert [output.language for output in outputs] == ["en", "zh", "en", "zh"]
    assert [output.engine for output in outputs] == ["words-en", "words-zh", "words-en", "words-zh"]
    assert english.calls == [("The staff were lovely.", "Terrible food")]
    assert chinese.calls == [("服务很差。", "很满意")]


def test_a_forced_language_is_the_reader_that_answers() -> None:
    output = read("很满意", Options(language="en"))
    assert (output.language, output.engine, output.label) == ("en", "words-en", "unsure")


def test_one_call_a_reader_whatever_is_asked() -> None:
    model, english, chinese = build()
    aspects = (Aspect(name="food"), Aspect(name="服务"))
    texts = ["Great food. Terrible staff. The food was great.", "服务很好。菜很好吃。", "Great food."]
    model.predict([Input(text=text) for text in texts], Options(sentences=True, aspects=aspects))
    assert len(english.calls) == 2  # texts with sentences, and aspects
    assert len(chinese.calls) == 2
    assert len(english.calls[0]) == len(set(english.calls[0]))


def test_neutral_is_no_opinion_and_unsure_is_low_confidence() -> None:
    plain = read("The shop opens at nine.", Options(unsure_below=0.4))
    assert plain.label == "neutral"
    assert plain.opinion < 0.6
    torn = read("Great food, terrible service.", Options(unsure_below=0.6))
    assert torn.label == "unsure"
    assert torn.positive == pytest.approx(0.5)
    assert torn.confidence < 0.6
    sure = read("Great food, great service.", Options(unsure_below=0.6))
    assert sure.label == "positive"
    assert sure.confidence == pytest.approx(sure.positive * sure.opinion, abs=1e-6)


def test_the_threshold_moves_the_label_and_nothing_else() -> None:
    low, high = (read("Great food", Options(unsure_below=value)) for value in (0.0, 1.0))
    assert (low.label, high.label) == ("positive", "unsure")
    assert low.model_dump(exclude={"label"}) == high.model_dump(exclude={"label"})


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("The food was great, 但是服务员的态度很差。", ["en", "zh"]),
        ("这家酒店的位置很好, but the room was dirty and nobody helped us with anything", ["en", "zh"]),
        ("我的 VPN client 连不上", ["zh"]),
        ("这个 app 真的 good", ["zh"]),
        ("The food at 海底捞 was really great today", ["en"]),
        ("A café, naïve", ["en"]),
        ("很好", ["zh"]),
        ("12 345", ["en"]),
    ],
)
def test_languages_inside_a_text(text: str, languages: list[str]) -> None:
    spoken = by_language(text)
    assert sorted(spoken) == languages
    if len(languages) == 1:
        assert spoken == {languages[0]: text}


def test_a_mixed_text_is_read_by_both() -> None:
    both = read("The food was great and tasty, 但是服务员的态度很差。", Options(unsure_below=0))
    assert both.engine == "words-en+words-zh"
    english, chinese = read("The food was great and tasty, ").positive, read("但是服务员的态度很差。").positive
    assert chinese < both.positive < english


def test_a_long_text_keeps_its_tail() -> None:
    plot = "They walk to the station and take the train. " * 40
    assert len(plot) > 4 * 300
    for verdict in ("It is terrible. ", "It is wonderful. "):
        alone, long = read(verdict * 20, Options(unsure_below=0)), read(plot + verdict * 20, Options(unsure_below=0))
        assert abs(long.positive - alone.positive) < 0.1


@pytest.mark.parametrize("unit", ["word ", "字", "好吃。", "a", "x\n", "9", "😀", "<b>", "\u202e", "A中"])
def test_the_longest_text_of_anything(unit: str) -> None:
    text = (unit * MAX_TEXT)[:MAX_TEXT]
    output = read(text.strip() or "x", Options(sentences=True, aspects=shipped("restaurant", "en")))
    assert 0 <= output.positive <= 1
    with pytest.raises(ValidationError):
        Input(text="a" * (MAX_TEXT + 1))


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_blank_text_is_no_input(text: str) -> None:
    with pytest.raises(ValidationError):
        Input(text=text)


@pytest.mark.parametrize("text", ["12345", "!!!", "Это было ужасно", "ひどい", "\u202e\u200b?", "<br/>", "\x00\x01."])
def test_what_nobody_can_read_is_not_judged(text: str) -> None:
    output = read(text)
    assert (output.label, output.engine) == ("unsure", "nothing")
    assert output.positive == pytest.approx(0.5)
    assert output.confidence == pytest.approx(1 / 3, abs=1e-6)


def test_emoji_speak() -> None:
    assert worded("😡😡😠", "zh") == " 生气 "
    assert read("😍😍", Options(unsure_below=0)).label == "positive"
    assert read("👎 👎", Options(unsure_below=0)).label == "negative"
    assert read("🤢", Options(language="en", unsure_below=0)).label == "negative"
    aspect = read("The pizza 😡 and the pasta 😍", Options(unsure_below=0), aspects=["pizza", "pasta"]).aspects
    assert [one.term for one in aspect] == ["pizza", "pasta"]


def test_markup_and_hidden_characters_are_not_read() -> None:
    clean = read("The food was great")
    for hostile in ("<p>The food was <b>great</b></p>", "\u202eThe food was\u200b great", "The food was&nbsp;great"):
        assert read(hostile).positive == pytest.approx(clean.positive)
    output = read("<script>alert('bad')</script> The <i>food</i> was great", aspects=["food"])
    assert output.aspects[0].term == "food"


def test_sentences_of_a_text() -> None:
    text = "Great food. Terrible staff!\n服务很好。"
    output = read(text, Options(sentences=True, unsure_below=0))
    assert [text[one.start : one.end] for one in output.sentences] == ["Great food.", "Terrible staff!", "服务很好。"]
    assert [one.label for one in output.sentences] == ["positive", "negative", "positive"]


def test_aspects_are_judged_by_what_is_said_of_them() -> None:
    text = "The room was spotless, but breakfast was a joke. 服务很好，位置很差。"
    aspects = parse("room, breakfast, 服务, 位置, pool", "en")
    output = read(text, Options(aspects=aspects, unsure_below=0))
    assert {one.aspect: one.label for one in output.aspects} == {
        "room": "positive",
        "breakfast": "negative",
        "服务": "positive",
        "位置": "negative",
    }
    for one in output.aspects:
        assert text[one.term_start : one.term_end] == one.term == one.aspect
        assert one.start <= one.term_start < one.term_end <= one.end


def test_an_inputs_own_aspects_replace_those_of_the_options() -> None:
    output = read("Great food, rude waiter", Options(aspects=(Aspect(name="food"),)), aspects=["waiter"])
    assert [one.aspect for one in output.aspects] == ["waiter"]
    assert read("Great food", Options(aspects=(Aspect(name="food"),)), aspects=[]).aspects == []


words = st.sampled_from(
    ["great", "Food", "差", "服务", "。", ". ", "\n", " ", "😀", "<b>", "&amp;", "\u202e", "ﬁ", "!?"]
)
anything = (
    st.lists(words | st.text(max_size=3), min_size=1, max_size=80).map("".join).filter(lambda text: bool(text.strip()))
)


@given(anything)
def test_every_span_indexes_the_original_text(text: str) -> None:
    text = text.strip()
    aspects = (Aspect(name="Food", terms=("meal",)), Aspect(name="服务"), Aspect(name="great"))
    output = read(text, Options(sentences=True, aspects=aspects))
    end = 0
    for one in output.sentences:
        assert end <= one.start < one.end <= len(text)
        end = one.end
    for one in output.aspects:
        assert text[one.term_start : one.term_end] == one.term
        assert 0 <= one.start <= one.term_start < one.term_end <= one.end <= len(text)
        assert one.term.casefold() in {"food", "foods", "meal", "服务", "great"}


@given(anything)
def test_the_languages_of_a_text_lose_no_word(text: str) -> None:
    spoken = by_language(text)
    assert sorted(c for said in spoken.values() for c in said if c.isalpha()) == sorted(c for c in text if c.isalpha())
    assert has_words(text) == any(has_words(said) for said in spoken.values())


def test_how_often_such_verdicts_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"en": [{"low": 0.4, "high": 0.8, "n": 50, "right": 30}, {"low": 0.8, "high": 1.0, "n": 40, "right": 38}]}
    save_file({"x": np.zeros(1)}, tmp_path / "w.safetensors", metadata={"calibration": json.dumps(facts)})
    reader = ModelSpec("reader", "test", "x:Y", (Source("repository", str(tmp_path)),))
    model = ModelSpec("both", "test", "x:Y", (Source("code"),), uses=(("english", "reader"), ("chinese", "reader")))
    monkeypatch.setitem(MODELS, "reader", reader)
    monkeypatch.setitem(MODELS, "both", model)
    output = read("Great food, great staff, great room")
    assert output.confidence > 0.8
    assert how_often_right(output, "both") == (38 / 40, 40)
    assert how_often_right(read("很好"), "both") is None
    assert how_often_right(read("12345"), "both") is None
    monkeypatch.setitem(MODELS, "reader", ModelSpec("reader", "test", "x:Y", (Source("hub", "org/name"),)))
    assert how_often_right(output, "both") is None
