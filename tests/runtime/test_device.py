from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from bigmodel_apps.problems import InputError, Unavailable
from bigmodel_apps.runtime import device as devices


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGMODEL_APPS_DEVICE", "cpu")
    monkeypatch.delenv("BIGMODEL_APPS_PRECISION", raising=False)


def test_precision_is_measured_once_and_remembered(tmp_path: Path) -> None:
    device = devices.detect(tmp_path / "new")
    assert (device.kind, device.index, device.torch_name) == ("cpu", 0, "cpu")
    assert device.name
    file = tmp_path / "new" / "device.json"
    ((key, entry),) = json.loads(file.read_text()).items()
    assert device.name in key
    assert torch.__version__ in key
    sizes = entry["milliseconds"]
    worth = (
        sizes["large"]["bfloat16"] * 1.2 <= sizes["large"]["float32"]
        and sizes["tiny"]["bfloat16"] * 0.8 <= sizes["tiny"]["float32"]
    )
    assert entry["dtype"] == device.dtype == ("bfloat16" if worth else "float32")
    assert set(entry["milliseconds"]) == {"tiny", "large"}
    assert all(milliseconds > 0 for sizes in entry["milliseconds"].values() for milliseconds in sizes.values())

    other = "bfloat16" if device.dtype == "float32" else "float32"
    file.write_text(json.dumps({key: {"dtype": other}}))
    assert devices.detect(tmp_path / "new").dtype == other


@pytest.mark.parametrize("text", ["not json", '{"a": 1}'])
def test_an_unreadable_memory_is_measured_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "device.json").write_text(text)
    dtype = devices.detect(tmp_path).dtype
    assert dtype in {
        entry["dtype"] for entry in json.loads((tmp_path / "device.json").read_text()).values() if entry != 1
    }


def test_a_home_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert devices.detect(tmp_path / "file").dtype in ("float32", "bfloat16")


@pytest.mark.parametrize(("precision", "dtype"), [("fp32", "float32"), ("bf16", "bfloat16")])
def test_the_environment_decides_the_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: str, dtype: str
) -> None:
    monkeypatch.setenv("BIGMODEL_APPS_PRECISION", precision)
    assert devices.detect(tmp_path).dtype == dtype
    assert not (tmp_path / "device.json").exists()


@pytest.mark.parametrize(
    ("name", "value", "error", "code"),
    [
        ("BIGMODEL_APPS_PRECISION", "fp8", InputError, "precision-unknown"),
        ("BIGMODEL_APPS_DEVICE", "abacus", InputError, "device-unknown"),
        ("BIGMODEL_APPS_DEVICE", "cuda:one", InputError, "device-unknown"),
        ("BIGMODEL_APPS_DEVICE", "cuda:99", Unavailable, "device-missing"),
    ],
)
def test_impossible_wishes_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, error: type[Exception], code: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(error) as caught:
        devices.detect(tmp_path)
    assert str(caught.value) == code


def test_emptying_the_cache_of_a_cpu_is_harmless() -> None:
    devices.empty_cache(devices.Device("cpu", 0, "float32", "test"))
