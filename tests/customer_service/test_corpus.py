"""The training corpus is what it says it is, and shares nothing with what is reported on."""

from __future__ import annotations

import pytest

from bigmodel_apps.customer_service import corpus
from bigmodel_apps.customer_service.knowledge import LANGUAGES, TENANTS, sample
from bigmodel_apps.customer_service.questions import out_of_scope, paraphrases
from bigmodel_apps.tables import read_table
from bigmodel_apps.text.language import Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_s_entry_exists(language: Language) -> None:
    centres = corpus.help_centres(language)
    assert len(centres) == 21
    for centre in centres:
        ids = {entry.id for entry in centre.knowledge.entries}
        expected = [question.expected for question in centre.questions if question.expected]
        assert len(ids) in (30, 36), centre.name
        assert set(expected) == ids
        assert len(expected) == 3 * len(ids)
        assert len(centre.questions) - len(expected) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["documents", "titled", "answerability"])
def test_answers_stand_in_their_paragraph(language: Language, part: corpus.Part) -> None:
    asked = corpus.documents(language, part)
    texts = {entry.id: entry.answer for entry in asked.knowledge.entries}
    for file in sorted((corpus.CORPUS / part).glob(f"*.{language}.csv")):
        frame = read_table(file, file.name).frame.fillna("")
        for number, answer in zip(frame["paragraph"], frame["answer"], strict=True):
            assert bool(number) == bool(answer), file.name
            if number:
                assert answer in texts[f"{file.name.split('.')[0]}-{number}"], (file.name, answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answerability_is_measured_on_as_many_of_each(language: Language) -> None:
    questions = corpus.documents(language, "answerability").questions
    assert sum(question.expected is None for question in questions) == 200
    assert len({question.text for question in questions}) == len(questions)
    assert len(corpus.from_titles(language)) == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_reported_on_is_trained_on(language: Language) -> None:
    trained = {question.text for centre in corpus.help_centres(language) for question in centre.questions}
    trained |= {question.text for question in corpus.documents(language).questions}
    trained |= {entry.answer for centre in corpus.help_centres(language) for entry in centre.knowledge.entries}
    trained |= {entry.answer for entry in corpus.documents(language).knowledge.entries}
    reported = {entry.answer for tenant in TENANTS for entry in sample(tenant, language).entries}
    for tenant in TENANTS:
        reported |= {question.text for question in paraphrases(tenant, language, "heldout")}
        reported |= {question.text for kind in out_of_scope(tenant, language).values() for question in kind}
    measured = corpus.documents(language, "answerability")
    reported |= {question.text for question in measured.questions} | {e.answer for e in measured.knowledge.entries}
    assert not trained & reported


def test_trials_ask_all_kinds_and_expect_only_what_is_there() -> None:
    kinds: dict[str, int] = {}
    for trial in (trial for fold in range(corpus.FOLDS) for trial in corpus.trials("en", fold)):
        ids = {entry.id for entry in trial.knowledge.entries}
        kinds[trial.kind] = kinds.get(trial.kind, 0) + len(trial.questions)
        for question in trial.questions:
            assert (question.expected in ids) if trial.kind in ("ordinary", "oblique") else question.expected is None
    assert set(kinds) == set(corpus.MIX)
    assert min(kinds.values()) > 500


def test_folds_part_help_centres_and_documents_alike_in_both_languages() -> None:
    for language in LANGUAGES:
        names = [centre.name for centre in corpus.help_centres(language)]
        sizes = [sum(corpus.fold(name) == fold for name in names) for fold in range(corpus.FOLDS)]
        assert max(sizes) - min(sizes) <= 1
        parts = [corpus.documents(language, of_fold=fold).knowledge.entries for fold in range(corpus.FOLDS)]
        assert {entry.id for part in parts for entry in part} == {
            entry.id for entry in corpus.documents(language).knowledge.entries
        }
        for fold, part in enumerate(parts):
            assert {corpus.fold(corpus.document(entry.id)) for entry in part} == {fold}
