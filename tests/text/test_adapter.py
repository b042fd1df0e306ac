from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.text.adapter import adapted, additions, differences, merged
from bigmodel_apps.text.encoder import ADAPTER_FILE, AdaptedEncoder, SentenceEncoder

TEXTS = ["How long do refunds take?", "Where is my parcel", "x"]


class Place:
    torch_name, dtype = "cpu", "float32"


@pytest.fixture(scope="module")
def base() -> SentenceEncoder:
    path = resolve(MODELS["minilm-l6"]).path
    assert path is not None
    return SentenceEncoder(path, Place())


@pytest.fixture(scope="module")
def folder(base: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(1)
    tensors = {
        name: torch.randn_like(tensor) * 0.02 for name, tensor in additions(adapted(base.transformer, 2)).items()
    }
    found = tmp_path_factory.mktemp("adapter")
    save_file(tensors, found / ADAPTER_FILE, metadata={"about": json.dumps({"encoder": base.identity})})
    return found


def hidden(module: torch.nn.Module, ids: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return module.eval()(input_ids=ids).last_hidden_state


def test_a_new_adapter_adds_nothing_and_only_it_is_trained(base: SentenceEncoder) -> None:
    twin = adapted(base.transformer, 2)
    ids = torch.tensor([[101, 2129, 2146, 102]])
    assert torch.allclose(hidden(twin, ids), hidden(base.transformer, ids))
    trained = {name for name, parameter in twin.named_parameters() if parameter.requires_grad}
    assert trained == set(additions(twin))
    assert len(trained) == 2 * 6 * 6


def test_merging_equals_adding_and_leaves_the_original_alone(base: SentenceEncoder) -> None:
    ids = torch.tensor([[101, 2129, 2146, 102]])
    before = hidden(base.transformer, ids).clone()
    twin = adapted(base.transformer, 2)
    with torch.no_grad():
        for name, parameter in twin.named_parameters():
            if name in additions(twin):
                parameter.normal_(std=0.02)
    together = merged(base.transformer, additions(twin))
    assert torch.allclose(hidden(together, ids), hidden(twin, ids), atol=1e-4)
    assert not torch.allclose(hidden(together, ids), before, atol=1e-3)
    assert torch.equal(hidden(base.transformer, ids), before)


def test_a_missing_layer_is_noticed(base: SentenceEncoder) -> None:
    with pytest.raises(KeyError):
        merged(base.transformer, {})


def test_an_adapted_encoder_shares_what_it_can(base: SentenceEncoder, folder: Path) -> None:
    encoder = AdaptedEncoder(folder, Place(), base=base)
    assert 0 < encoder.nbytes < base.nbytes * 0.6
    assert encoder.identity != base.identity
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert not np.allclose(vectors, base.encode(TEXTS), atol=1e-3)


def test_an_adapter_of_another_encoder_is_refused(base: SentenceEncoder, folder: Path, tmp_path: Path) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / ADAPTER_FILE, metadata={"about": json.dumps({"encoder": "another"})})
    with pytest.raises(ValueError, match="another encoder"):
        AdaptedEncoder(tmp_path, Place(), base=base)


def test_texts_are_read_token_by_token(base: SentenceEncoder) -> None:
    text = "Refunds take 5 days."
    first, empty = base.read([text, ""])
    assert [text[start:end] for start, end in first.spans][-2:] == ["days", "."]
    assert first.vectors.shape == (len(first.ids), base.dimension)
    np.testing.assert_allclose(np.linalg.norm(first.vectors.astype(np.float32), axis=1), 1, atol=2e-3)
    assert len(empty.ids) == 0
    together = base.read([text, "a much longer text that pads the first one, " * 3])[0]
    np.testing.assert_allclose(together.vectors.astype(np.float32), first.vectors.astype(np.float32), atol=5e-3)


def test_what_full_training_changed_comes_back_at_low_rank_in_eight_bits() -> None:
    torch.manual_seed(0)
    start = torch.nn.Sequential(torch.nn.Linear(40, 30), torch.nn.ReLU(), torch.nn.Linear(30, 20))
    learned = torch.nn.Sequential(torch.nn.Linear(40, 30), torch.nn.ReLU(), torch.nn.Linear(30, 20))
    learned.load_state_dict(start.state_dict())
    change = torch.randn(30, 3) @ torch.randn(3, 40) * 0.05
    with torch.no_grad():
        learned[0].weight += change
    tensors = differences(learned, start, rank=3)
    assert tensors["0.a"].dtype == tensors["0.b"].dtype == torch.int8
    assert tensors["0.a"].shape == (3, 40)
    assert tensors["0.b"].shape == (30, 3)
    twin = merged(start, tensors)
    error = (twin[0].weight - learned[0].weight).norm() / change.norm()
    assert error < 0.02
    assert torch.allclose(twin[2].weight, start[2].weight, atol=1e-6)
    poor = merged(start, differences(learned, start, rank=1))
    assert (poor[0].weight - learned[0].weight).norm() / change.norm() > 0.2


def test_words_may_move_along_a_few_directions_and_the_table_stays_shared() -> None:
    torch.manual_seed(0)
    start = torch.nn.Sequential(torch.nn.Embedding(50, 12), torch.nn.Linear(12, 4))
    learned = torch.nn.Sequential(torch.nn.Embedding(50, 12), torch.nn.Linear(12, 4))
    learned.load_state_dict(start.state_dict())
    moved = torch.randn(50, 2) @ torch.randn(2, 12) * 0.1
    with torch.no_grad():
        learned[0].weight += moved
    tensors = differences(learned, start, rank=2, word_rank=2)
    assert tensors["0.u"].dtype == torch.int8
    twin = merged(start, tensors)
    ids = torch.arange(50)
    assert (twin[0](ids) - learned[0](ids)).norm() / moved.norm() < 0.02
    assert twin[0].base.weight.data_ptr() == start[0].weight.data_ptr()
    assert isinstance(start[0], torch.nn.Embedding)
    assert not any(parameter.requires_grad for parameter in (twin[0].u, twin[0].v))
    assert not any(name.startswith("0.") for name in differences(learned, start, rank=2))
    assert not any(name.startswith("0.") for name in differences(start, start, rank=2, word_rank=2))
