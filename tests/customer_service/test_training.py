from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from bigmodel_apps import evidence
from bigmodel_apps.customer_service import corpus, encoder_training, reader_training, training
from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.encoder_training import Group
from bigmodel_apps.customer_service.index import FEATURES as LEXICAL
from bigmodel_apps.customer_service.knowledge import LANGUAGES
from bigmodel_apps.customer_service.reader import FEATURES, LEADS
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.text.encoder import ADAPTER_FILE

WEIGHTS = evidence.PACKAGE / "customer_service" / "weights"
SMALL = [
    Group(((("money back when",), ("refunds take 5 days",)), (("stop the order",), ("how to cancel an order",)))),
    Group(((("closing time",), ("open from 9 to 6",)), (("paper for a present",), ("we wrap gifts",)))),
]


def test_the_adapter_is_trained_again_alike_and_its_loss_falls(tmp_path: Path) -> None:
    losses: list[float] = []
    facts = encoder_training.train(tmp_path / "a", material=SMALL, epochs=6, log=lambda _, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    assert facts["groups"] == 2
    encoder_training.train(tmp_path / "b", material=SMALL, epochs=6)
    first, second = (load_bytes(tmp_path / name) for name in "ab")
    assert first == second


def load_bytes(folder: Path) -> bytes:
    return (folder / ADAPTER_FILE).read_bytes()


def test_cancelling_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        encoder_training.train(tmp_path / "out", material=SMALL, epochs=1, cancelled=lambda: True)
    assert not (tmp_path / "out").exists()


def test_a_known_rule_is_recovered_and_rare_kinds_weigh_more() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(400, 5)).astype(np.float32)
    weights = reader_training.logistic(rows, rows[:, 2] > 0)
    assert np.abs(weights[:-1]).argmax() == 2
    assert weights[2] > 0
    mixed = reader_training.mixed(["ordinary", "ordinary", "ordinary", "near"])
    assert mixed[3] / mixed[0] == pytest.approx((1 / 6) / (1 / 4) / ((3 / 6) / (3 / 4)))


def test_shipped_weights_fit_the_code() -> None:
    reader = load_file(WEIGHTS / "reader" / "reader.safetensors")
    names = {f"{language}-{kind}" for language in ("en", "zh") for kind in ("faq", "passage")}
    assert set(reader) == names | {f"confidence-{name}" for name in names}
    for name in names:
        assert reader[name].shape == (len(FEATURES) + 1,)
        assert reader[f"confidence-{name}"].shape == (len(LEADS) + 1,)
    lexical = load_file(WEIGHTS / "confidence" / "model.safetensors")
    assert {name: vector.shape for name, vector in lexical.items()} == {
        f"{language}-lexical": (len(LEXICAL) + 1,) for language in ("en", "zh")
    }
    assert Confidence.load(WEIGHTS / "confidence").nbytes < 10_000
    assert sum(file.stat().st_size for file in WEIGHTS.rglob("*.safetensors")) < 4_000_000


@pytest.mark.parametrize("name", ["card.md", "card.zh.md"])
def test_the_model_card_names_what_it_must_and_is_about_these_weights(name: str) -> None:
    card = (WEIGHTS / name).read_text(encoding="utf-8")
    words = (
        ("Data:", "Licence:", "Seed:", "Command:", "Limits:")
        if name == "card.md"
        else ("数据：", "许可：", "随机种子：", "命令：", "局限：")
    )
    assert all(word in card for word in words)
    assert evidence.hash_files(training.corpus.files())[:16] in card, "the corpus has changed: train again"


@pytest.mark.slow
def test_the_command_trains_every_part_and_the_shipped_fit_of_words_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One pass over a part of the corpus: the whole takes half an hour."""
    few = {language: corpus.help_centres(language)[:3] for language in LANGUAGES}
    monkeypatch.setattr(corpus, "help_centres", few.__getitem__)
    facts = training.train(tmp_path, epochs=1)
    assert set(facts) == {"adapter", "folds/0", "folds/1", "folds/2", "reader"}
    shipped, fresh = (load_file(folder / "reader" / "reader.safetensors") for folder in (WEIGHTS, tmp_path))
    assert {name: rows.shape for name, rows in fresh.items()} == {name: rows.shape for name, rows in shipped.items()}
    again = training.train(tmp_path / "again", adapters=tmp_path)
    assert set(again) == {"reader"}
    np.testing.assert_allclose(  # the order of bfloat16 sums depends on threads
        load_file(tmp_path / "again" / "reader" / "reader.safetensors")["en-faq"], fresh["en-faq"], rtol=0.1, atol=0.5
    )


@pytest.mark.slow
def test_the_shipped_confidence_of_words_alone_is_what_the_command_fits() -> None:
    shipped = load_file(WEIGHTS / "confidence" / "model.safetensors")
    for language in LANGUAGES:
        fresh = training.fit_lexical(language)
        np.testing.assert_allclose(fresh, shipped[f"{language}-lexical"], rtol=0.1, atol=0.5)  # the features overlap
