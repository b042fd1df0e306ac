"""Training the English reader, in miniature; the generated material; the low-rank differences."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.sentiment import english_training as training
from bigmodel_apps.sentiment import patterns
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE, Labelled
from bigmodel_apps.sentiment.english import EnglishScorer
from bigmodel_apps.sentiment.english_training import Example, Stage, Student, one_hot
from bigmodel_apps.sentiment.joined import Joiner
from bigmodel_apps.text.encoder import AdaptedEncoder, SentenceEncoder

ROWS = [
    Labelled("a lovely warm film", POSITIVE),
    Labelled("a dull cold mess", NEGATIVE),
    Labelled("the shop opens at nine", NEUTRAL),
    Labelled("we loved every minute of it", POSITIVE),
    Labelled("we hated every minute of it", NEGATIVE),
    Labelled("the box holds two cables", NEUTRAL),
]


@pytest.fixture(scope="module")
def base() -> SentenceEncoder:
    return training.base()


@pytest.fixture(scope="module")
def student(base: SentenceEncoder) -> Student:
    """Trained on a handful of rows of every kind."""
    torch.manual_seed(0)
    student = Student(base)
    material = [Example(row.text, one_hot(row.label)) for row in ROWS * 2]
    material += [Example("Ana is cross.", one_hot(NEGATIVE), None, "Tom is cross.")] * 2
    text = "the soup was lovely but the waiter was rude"
    material += [Example(text, one_hot(POSITIVE), (4, 8)), Example(text, one_hot(NEGATIVE), (28, 34))] * 2
    training.train_stage(student, Stage(rate=2e-4, epochs=10), lambda _epoch, _chance: list(material))
    return student


def test_it_learns_texts_and_what_they_think_of_a_term(student: Student) -> None:
    assert training.logits(student, [row.text for row in ROWS]).argmax(axis=1).tolist() == [row.label for row in ROWS]
    text = "the soup was lovely but the waiter was rude"
    found = training.logits(student, [text, text], [(4, 8), (28, 34)])
    assert found.argmax(axis=1).tolist() == [POSITIVE, NEGATIVE]


def test_only_linear_layers_and_words_change(student: Student, base: SentenceEncoder) -> None:
    start = dict(base.transformer.named_parameters())
    changed = {
        name for name, parameter in student.transformer.named_parameters() if not torch.equal(parameter, start[name])
    }
    changed.remove("embeddings.word_embeddings.weight")
    assert len(changed) == 36
    assert all(name.startswith("encoder.") and name.endswith(".weight") for name in changed)


def test_what_ships_reads_as_the_student_does(student: Student, base: SentenceEncoder, tmp_path: Path) -> None:
    facts = training.ship(student, base, tmp_path, ROWS)
    assert facts["right_as_shipped"] == 1
    scorer = EnglishScorer(tmp_path, choose(), encoder=AdaptedEncoder(tmp_path, choose(), base=base))
    texts = [row.text for row in ROWS]
    found = scorer.scores(texts)
    assert np.allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)
    assert found.argmax(axis=1).tolist() == [row.label for row in ROWS]
    text = "the soup was lovely but the waiter was rude"
    assert scorer.aspect_scores([text, text], [(4, 8), (28, 34)]).argmax(axis=1).tolist() == [POSITIVE, NEGATIVE]


def test_training_can_be_cancelled_and_says_how_far_it_is(base: SentenceEncoder) -> None:
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        training.train_stage(
            Student(base),
            Stage(rate=1e-5, epochs=3),
            lambda _epoch, _chance: [Example("a text", one_hot(POSITIVE))],
            report=lambda done, total: seen.append((done, total)),
            cancelled=lambda: len(seen) == 2,
        )
    assert seen == [(1, 3), (2, 3)]


def test_batches_hold_one_kind_each_and_everything() -> None:
    rows = [Example("word " * size, one_hot(POSITIVE)) for size in range(1, 200)]
    rows += [Example("a b", one_hot(NEGATIVE), (0, 1)), Example("a", one_hot(NEUTRAL), None, "b")]
    batches = list(training._batches(rows, random.Random(0), 48))
    assert sum(map(len, batches)) == len(rows)
    assert all(len({(row.span is None, bool(row.twin)) for row in batch}) == 1 for batch in batches)
    assert max(map(len, batches)) <= 48


def test_a_long_review_keeps_both_ends() -> None:
    text = "First words here. " + "middle " * 200 + "the last words"
    short = training.ends(text)
    assert short.startswith("First words here.")
    assert short.endswith("the last words")
    assert len(short) <= 410
    assert training.ends("short") == "short"


def test_a_missing_set_is_named_before_anything_is_trained(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        training.train(tmp_path / "out", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"
    assert not (tmp_path / "out").exists()


# --- Material -------------------------------------------------------------------------------------------------------


def test_generated_sentences_are_seeded_and_of_all_labels() -> None:
    once, again = (patterns.rows(400, random.Random(3)) for _ in range(2))
    assert once == again
    assert {row.target.index(max(row.target)) for row in once} == {NEGATIVE, NEUTRAL, POSITIVE}
    assert len({row.text for row in once}) > 350


def test_twins_differ_in_the_person_alone() -> None:
    for row in patterns.people(300, random.Random(1)):
        assert row.twin
        assert row.text != row.twin
        assert "{" not in row.text + row.twin
        assert row.text.split()[-1] == row.twin.split()[-1] or len(row.text.split()) < 12


def test_what_is_asked_about_is_in_the_sentence() -> None:
    for row in patterns.asked(200, random.Random(2)):
        assert row.span is not None
        assert row.text[slice(*row.span)].lower() in patterns._W["aspects"]


def test_joined_texts_ask_about_a_word_of_one_of_them() -> None:
    polar = [
        Labelled("the plot is a mess", NEGATIVE),
        Labelled("the plot is a delight", POSITIVE),
        Labelled("with a score that soars", POSITIVE),
        Labelled("with a score that drags", NEGATIVE),
    ]
    found = Joiner(polar, ["The box with the cable of the lamp is on the shelf"]).rows(40, random.Random(0))
    assert {row.label for row in found} == {NEGATIVE, NEUTRAL, POSITIVE}
    for row in found:
        assert row.text[slice(*row.span)].isalpha()
