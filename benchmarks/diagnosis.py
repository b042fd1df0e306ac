"""Chest X-rays through the engine, against a plain loop with PIL and the same networks, in one run; one image; a new patient."""

from __future__ import annotations

import base64
import io
import itertools
import os
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import psutil
import pydicom
import torch
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset

from benchmarks import _common as common
from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery, shelf
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Input, Options, Output
from bigmodel_apps.evidence import Metric
from bigmodel_apps.vision import reading

MODEL = "diagnosis-xray"
DRAWN, ROUNDS, PATIENTS, WARM = 48, 3, 5, 10
IMAGES, LOOPED, SINGLES = 1_000, 200, 100
SIDES = (28, 256)
"""Of the images that are read many at a time: that of the public set, and ten times as many pixels a side."""

SIDE = 1_024
"""Of single images: about that of a radiograph as it is passed on."""

_FIRST_SEED = 100  # none of the gallery's
_BLACK, _WHITE = 200, 3_900  # of 12 bits


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    drawn = [picture.grey for picture in gallery.draw([Draw(n % 2, _FIRST_SEED + n) for n in range(DRAWN)])]
    metrics = [*many(drawn), *single(drawn), *patients()]
    memory = psutil.Process(os.getpid()).memory_info().rss / 1e6
    metrics.append(common.figure("memory", memory, "MB"))
    members, runs = len(shelf.xray().classifier.members), ROUNDS
    common.keep(
        "diagnosis",
        {
            "en": f"Drawn chest X-rays as files, no two alike. Batched: {IMAGES:,} PNG files through reading, engine, gate and "
            f"verdict, against a script that opens each file with PIL, resizes it and asks the same {members} networks, one image "
            f"after the other, {LOOPED:,} files; medians of {runs} alternating rounds; the probabilities of both agree. One image: "
            f"{SINGLES} files of {SIDE} × {SIDE} pixels, one after the other, from the file's bytes in base64 to verdict and heat "
            "map, as REST takes them; DICOM loses its patient on the way. New patient: one image drawn. Memory: resident set size of "
            "this process at the end, generator included.",
            "zh": f"由绘制的胸片制成的文件，互不相同。批量：{IMAGES:,} 个 PNG 文件经读取、引擎、类型检查与判定；对照脚本用 PIL 打开并缩放每个文件，逐张交给"
            f"同样的 {members} 个网络，共 {LOOPED:,} 个文件；取 {runs} 轮交替测量的中位数，两者概率一致。单张：{SINGLES} 个 {SIDE} × {SIDE} 像素的文件"
            "依次处理，从 base64 字节到判定与热力图，与 REST 相同；DICOM 在途中去除患者信息。新患者：绘制一张图像。内存：结束时本进程的常驻集大小，"
            "含生成模型。",
        },
        metrics,
        started,
        domain="diagnosis",
    )


def many(drawn: Sequence[npt.NDArray[np.float32]]) -> list[Metric]:
    """Images a second, by the size of the files."""
    metrics = []
    for side in SIDES:
        files = pngs(drawn, IMAGES, side)
        ways: dict[str, tuple[list[bytes], Callable[[list[bytes]], object]]] = {
            "engine": (files, through_the_engine),
            "loop": (files[:LOOPED], plain_loop),
        }
        _check(files[:DRAWN])
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):  # in turns, so that a busy neighbour slows both
            for name, (some, run) in ways.items():
                rates[name].append(len(some) / _seconds(partial(run, some)))
        rate = {name: sorted(found)[ROUNDS // 2] for name, found in rates.items()}
        group = f"png-{side}"
        metrics += [
            common.figure("throughput", rate[name], "per-second", name, group, higher=True, n=len(some))
            for name, (some, _) in ways.items()
        ]
        metrics.append(common.figure("speed-up", rate["engine"] / rate["loop"], "ratio", group, goal=3, higher=True))
    return metrics


def single(drawn: Sequence[npt.NDArray[np.float32]]) -> list[Metric]:
    """One image after the other, heat map included."""
    metrics = []
    for name, files in (("png", pngs(drawn, SINGLES, SIDE)), ("dicom", dicoms(drawn, SINGLES, SIDE))):
        inputs = [Input(image=base64.b64encode(data).decode()) for data in files]
        times = [_seconds(partial(runtime.predict, "diagnosis", [one], model=MODEL)) for one in inputs][WARM:]
        p50, p95 = common.percentiles(times)
        group = f"{name}-{SIDE}"
        metrics.append(common.figure("answer-p50", p50, "ms", group, goal=150, n=len(times)))
        metrics.append(common.figure("answer-p95", p95, "ms", group, n=len(times)))
    return metrics


def patients() -> list[Metric]:
    """A patient whom nobody has seen."""
    seeds = range(_FIRST_SEED + DRAWN, _FIRST_SEED + DRAWN + PATIENTS)
    times = [_seconds(partial(gallery.draw, [Draw(seed % 2, seed)])) for seed in seeds]
    return [common.figure("new-patient", max(times), "s", goal=3, n=len(times))]


def through_the_engine(files: Sequence[bytes]) -> list[Output]:
    """As a batch of the page is read."""
    inputs = [Input.of(reading.read(data, "image.png")[0]) for data in files]
    return runtime.predict(
        "diagnosis", inputs, options=Options(heatmap=False), model=MODEL, priority=runtime.Priority.BULK
    )


def plain_loop(files: Sequence[bytes]) -> list[npt.NDArray[np.float32]]:
    """As a script would read them: probabilities of each."""
    classifier = shelf.xray().classifier
    found = []
    for data in files:
        with Image.open(io.BytesIO(data)) as image:
            small = image.convert("L").resize((classifier.side, classifier.side), Image.Resampling.BICUBIC)
        pixels = torch.from_numpy(np.asarray(small, dtype=np.float32) / 255)[None, None]
        with torch.no_grad():
            logits = torch.stack([member(pixels) for member in classifier.members]).mean(dim=0)
        found.append(torch.softmax(logits[0] / classifier.temperature, dim=0).numpy())
    return found


def pngs(drawn: Sequence[npt.NDArray[np.float32]], count: int, side: int) -> list[bytes]:
    """Files of 8 bits."""
    files = []
    for image in itertools.islice(_varied(drawn, side), count):
        stream = io.BytesIO()
        image.save(stream, "PNG")
        files.append(stream.getvalue())
    return files


def dicoms(drawn: Sequence[npt.NDArray[np.float32]], count: int, side: int) -> list[bytes]:
    """Files of 12 bits in 16, with a patient's name."""
    files = []
    for number, image in enumerate(itertools.islice(_varied(drawn, side), count)):
        values = _BLACK + np.asarray(image, dtype=np.uint16) * ((_WHITE - _BLACK) // 255)
        found = Dataset()
        found.SOPClassUID, found.SOPInstanceUID = (
            uid.ComputedRadiographyImageStorage,
            f"1.2.826.0.1.3680043.9.{number + 1}",
        )
        found.PatientName, found.PatientID, found.Modality = f"Nobody^{number}", str(number), "CR"
        found.PhotometricInterpretation, found.SamplesPerPixel = "MONOCHROME2", 1
        found.Rows, found.Columns = values.shape
        found.BitsAllocated, found.BitsStored, found.HighBit, found.PixelRepresentation = 16, 12, 11, 0
        found.PixelData = values.tobytes()
        found["PixelData"].VR = "OW"
        found.file_meta = FileMetaDataset()
        found.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        stream = io.BytesIO()
        pydicom.dcmwrite(stream, found, enforce_file_format=True)
        files.append(stream.getvalue())
    return files


def _varied(drawn: Sequence[npt.NDArray[np.float32]], side: int) -> itertools.chain[Image.Image]:
    """The drawn images over and over, enlarged, each time a little noisier, so that no two are alike."""
    generator = np.random.default_rng(0)

    def made(pixels: npt.NDArray[np.float32]) -> Image.Image:
        noisy = np.clip(pixels + generator.normal(0, 0.01, pixels.shape), 0, 1)
        small = Image.fromarray(np.round(noisy * 255).astype(np.uint8))
        return small.resize((side, side), Image.Resampling.BICUBIC)

    return itertools.chain.from_iterable(map(made, drawn) for _ in itertools.count())


def _check(files: Sequence[bytes]) -> None:
    """Both ways say the same of the same file, but for how they resize."""
    theirs = np.array(plain_loop(files))
    outputs = through_the_engine(files)
    ours = np.array([list(one.probabilities.values()) if one.probabilities else [np.nan] * 2 for one in outputs])
    difference = float(np.nanmean(np.abs(ours - theirs)))
    if not difference < 0.02:
        raise RuntimeError(f"the script's probabilities differ from ours by {difference:.3f} on average")


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
