from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.catalogue import DOMAINS, MODELS, ModelSpec, Source
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Unavailable
from bigmodel_apps.runtime import sources
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.runtime.residency import Residency
from bigmodel_apps.sentiment.hub import HubClassifier, classes_of
from bigmodel_apps.sentiment.model import SentimentModel
from bigmodel_apps.sentiment.schema import Input, Options
from tests.sentiment import tiny_classifier

CPU = Device("cpu", 0, "float32", "test")
LABELS = {0: "positive", 1: "neutral", 2: "negative"}
TEXTS = ["the food was great", "great", "the food was terrible , but the food was great", "菜 很 好"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Laid out as the hub's client keeps it."""
    path = tmp_path_factory.mktemp("cache") / "models--org--tiny-sentiment" / "snapshots" / "0123"
    path.mkdir(parents=True)
    return tiny_classifier.make(path, LABELS)


@pytest.fixture(scope="module")
def classifier(folder: Path) -> HubClassifier:
    return HubClassifier(folder, CPU)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["NEGATIVE", "POSITIVE"], "-+"),
        (["positive", "neutral", "negative"], "+0-"),
        (["LABEL_0", "LABEL_1"], "-+"),
        (["LABEL_0", "LABEL_1", "LABEL_2"], "-0+"),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], "--0++"),
        (["star 1", "star 2", "star 3", "star 4", "star 5"], "--0++"),
        (["negative (stars 1, 2 and 3)", "positive (stars 4 and 5)"], "-+"),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], "--0++"),
        (["消极", "积极"], "-+"),
        (["1", "2", "3", "4", "5"], "--0++"),
    ],
)
def test_what_models_call_their_classes(names: list[str], expected: str) -> None:
    found = classes_of(dict(enumerate(names)), "m")
    assert found.shape == (len(names), 3)
    assert ["-0+"[row.argmax()] for row in found] == list(expected)
    assert (found.sum(axis=1) == 1).all()


@pytest.mark.parametrize("names", [["spam", "ham"], ["joy", "anger", "fear"], ["NEGATIVE", "other"], ["LABEL_0"]])
def test_other_classes_are_refused_with_their_names(names: list[str]) -> None:
    with pytest.raises(Unavailable) as caught:
        classes_of(dict(enumerate(names)), "org/other")
    for language in LANGUAGES:
        line = describe(caught.value.problem, language)
        assert names[0].lower() in line
        assert "\n" not in line


def test_it_computes_what_transformers_computes(folder: Path, classifier: HubClassifier) -> None:
    from transformers import pipeline

    reference = pipeline("text-classification", model=str(folder), top_k=None)
    scores = classifier.scores(TEXTS)
    assert scores.shape == (4, 3)
    assert np.exp(scores).sum(axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for row, said in zip(np.exp(scores), reference(TEXTS), strict=True):
        shares = {one["label"]: one["score"] for one in said}
        assert row == pytest.approx([shares["negative"], shares["neutral"], shares["positive"]], abs=1e-4)
    assert np.ptp(np.exp(scores[:, 2])) > 0.01


def test_company_and_order_change_nothing(classifier: HubClassifier) -> None:
    together = classifier.scores(TEXTS)
    alone = np.concatenate([classifier.scores([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-4)
    assert classifier.scores(TEXTS[::-1]) == pytest.approx(together[::-1], abs=1e-4)


def test_an_aspect_is_judged_by_its_clause(classifier: HubClassifier) -> None:
    text = "the food was terrible , but the food was great"
    first, second = classifier.aspect_scores([text, text], [(4, 8), (32, 36)])
    assert first == pytest.approx(classifier.scores(["the food was terrible"])[0], abs=1e-5)
    assert second == pytest.approx(classifier.scores(["but the food was great"])[0], abs=1e-5)


def test_two_classes_leave_neutral_next_to_nothing(tmp_path: Path) -> None:
    binary = HubClassifier(tiny_classifier.make(tmp_path / "two", {0: "NEGATIVE", 1: "POSITIVE"}), CPU)
    assert np.exp(binary.scores(TEXTS)[:, 1]).max() < 1e-5


def test_a_long_text_is_read_to_its_end(classifier: HubClassifier) -> None:
    assert classifier.engine == "tiny-sentiment"
    model = SentimentModel(None, CPU, english=classifier, chinese=classifier)
    start = "the food was great. " * 50
    options = Options(unsure_below=0)
    outputs = model.predict([Input(text=start + "the food was terrible. " * 800), Input(text=start)], options)
    assert outputs[0].opinion != pytest.approx(outputs[1].opinion, abs=0.1)


def test_only_safetensors_are_loaded(folder: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification

    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save(AutoModelForSequenceClassification.from_pretrained(folder).state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        HubClassifier(tmp_path, CPU)


def test_the_engine_loads_it_by_its_spec(folder: Path, tmp_path: Path) -> None:
    loader = "bigmodel_apps.sentiment.hub:HubClassifier"
    models = {
        "reader": ModelSpec("reader", "sentiment", loader, (Source("repository", str(folder)),)),
        "both": ModelSpec(
            "both",
            "sentiment",
            "bigmodel_apps.sentiment.model:SentimentModel",
            (Source("code"),),
            uses=(("english", "reader"), ("chinese", "reader")),
        ),
    }
    residency = Residency(models, CPU, tmp_path)
    try:
        residency.load("both")
        with residency.use("both") as held:
            assert held is not None
            output = held.model.predict([Input(text="the food was great")], Options())[0]
        assert output.engine == "tiny-sentiment"
        with pytest.raises(InputError):
            residency.release("reader")
    finally:
        residency.close()


@pytest.mark.parametrize("name", [name for name, spec in MODELS.items() if spec.loader.endswith(":HubClassifier")])
def test_out_of_reach_is_one_clear_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(sources, "_remembered", {})
    with pytest.raises(Unavailable) as caught:
        sources.resolve(MODELS[name], tmp_path)
    for language in LANGUAGES:
        line = describe(caught.value.problem, language)
        assert MODELS[name].sources[0].location.split("@")[0] in line
        assert "\n" not in line
    users = [other for other in DOMAINS["sentiment"].models if name in dict(MODELS[other].uses).values()]
    assert users
    assert all(sources.availability(MODELS[user], MODELS, tmp_path) for user in users)
