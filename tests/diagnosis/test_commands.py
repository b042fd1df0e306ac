from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bigmodel_apps.cli import main
from bigmodel_apps.diagnosis import datasets, shelf
from bigmodel_apps.problems import InputError
from tests.diagnosis.conftest import draw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of images for each of two classes."""
    images = draw(40, 1)
    for label, name in enumerate(("plain", "spotted")):
        (tmp_path / name).mkdir()
        for row in np.flatnonzero(images.labels == label):
            Image.fromarray(images.pixels[row]).save(tmp_path / name / f"{row}.png")
    return tmp_path


def _predict(lines: list[dict[str, object]], *arguments: str) -> list[dict[str, object]]:
    out = io.BytesIO()
    source = io.BytesIO("".join(json.dumps(line) + "\n" for line in lines).encode())
    main(["predict", "diagnosis", *arguments], source, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def _paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command line may name files; what runs after these tests may not."""
    monkeypatch.setattr(shelf, "_paths_allowed", False)


def test_images_on_the_command_line(folder: Path) -> None:
    file = next((folder / "plain").glob("*.png"))
    answers = _predict([{"path": str(file)}, {"path": "none.png"}, {}], "--lang", "en", "--no-heatmap")
    assert answers[0]["verdict"] in ("answer", "unsure", "unknown_kind")
    assert "error" in answers[1]
    assert "error" in answers[2]


def test_a_folder_of_ones_own_images(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    result = io.BytesIO()
    code = main(
        ["train", "diagnosis", "--head", "own", "--data", str(folder), "--out", str(out), "--epochs", "2"], None, result
    )
    assert code == 0
    assert json.loads(result.getvalue())["of_classes"] == [16, 16]
    assert "plain, spotted" in (out / "card.md").read_text(encoding="utf-8")
    (answer,) = _predict(
        [{"path": str(next((folder / "plain").glob("*.png")))}], "--model", str(out), "--coverage", "1"
    )
    assert answer["engine"] == "diagnosis-own"


def test_the_shipped_head_is_trained_whole_with_its_cards(tmp_path: Path) -> None:
    file = tmp_path / datasets.XRAYS
    file.parent.mkdir()
    parts = {name: draw(count, seed) for seed, (name, count) in enumerate((("train", 64), ("val", 40), ("test", 8)))}
    arrays = {f"{name}_images": images.pixels for name, images in parts.items()}
    np.savez(file, **arrays, **{f"{name}_labels": images.labels[:, None] for name, images in parts.items()})
    out, result = tmp_path / "model", io.BytesIO()
    arguments = ["--head", "pneumonia", "--data", str(tmp_path), "--out", str(out), "--epochs", "1"]
    assert main(["train", "diagnosis", *arguments], None, result) == 0
    assert json.loads(result.getvalue())
    assert {path.name for path in out.iterdir()} >= {"card.md", "card.zh.md", "members.safetensors", "gate.safetensors"}
    Image.fromarray(parts["test"].pixels[0]).save(picture := tmp_path / "one.png")
    (answer,) = _predict([{"path": str(picture)}], "--model", str(out))
    assert answer["engine"] == "diagnosis-xray"


def test_images_of_any_size_become_alike(folder: Path) -> None:
    Image.fromarray(np.zeros((50, 90, 3), dtype=np.uint8)).save(folder / "plain" / "large.png")
    images, classes = datasets.folder(folder)
    assert classes == ("plain", "spotted")
    assert images.pixels.shape == (41, 28, 28)


@pytest.mark.parametrize("make", [lambda path: path / "none", lambda path: path])
def test_a_folder_without_classes_is_refused(make: object, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        datasets.folder(make(tmp_path))  # type: ignore[operator]
    assert caught.value.problems[0].code == "diagnosis-no-classes"


def test_damaged_public_data_are_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / datasets.XRAYS
    file.parent.mkdir()
    file.write_bytes(b"no archive")
    with pytest.raises(InputError) as caught:
        datasets.xrays(tmp_path, "train")
    assert caught.value.problems[0].code == "diagnosis-data-damaged"


def test_exact_copies_are_counted(tmp_path: Path) -> None:
    file = tmp_path / datasets.XRAYS
    file.parent.mkdir()
    images = draw(6, 1)
    parts = {"train": images.pixels, "val": images.pixels[:2], "test": images.pixels[:1]}
    labels = {f"{name}_labels": images.labels[: len(pixels), None] for name, pixels in parts.items()}
    np.savez(file, **{f"{name}_images": pixels for name, pixels in parts.items()}, **labels)
    assert datasets.leaks(tmp_path) == {"train_val": 2}
