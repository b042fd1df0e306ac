"""Many images on the page: our sample, files of one's own with and without labels, and what is no image."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.diagnosis import batch, samples
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.runtime import jobs
from bigmodel_apps.vision import archives
from pages.diagnosis.batch_opened import CHOSEN
from pages.diagnosis.batch_results import PART, THRESHOLD
from pages.diagnosis.data_view import SAMPLE, UPLOAD
from tests.vision.made import encoded

ROOT = Path(__file__).parents[2]
LABELLED, UNLABELLED = f"{PART}-threshold-sure-worst-images", f"{PART}-said-first-images"


@pytest.fixture(scope="module", autouse=True)
def only_this_domain() -> Iterator[None]:
    """The overview, where the app opens, would load every domain; the sample is read before, once."""
    every = dict(DOMAINS)
    DOMAINS.clear()
    DOMAINS["diagnosis"] = every["diagnosis"]
    collection = samples.collection()
    batch.score(batch.keep("samples", collection).id, "samples", collection)
    yield
    DOMAINS.clear()
    DOMAINS.update(every)


def open_page(language: Language = "en", owner: str = "batch-visitor") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = "data"
    app.session_state["owner.id"] = owner
    app.run()
    app.switch_page("pages/diagnosis/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error)
    return "\n".join(str(element.value) for element in parts).replace("\\", "")


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The files in the uploader, as a browser sends them."""
    app.file_uploader(key=UPLOAD).set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    assert not app.exception
    assert not app.error
    return app


def read(app: AppTest, owner: str = "batch-visitor") -> AppTest:
    """Press the button and wait for the job."""
    app.button(key="diagnosis-batch-read").click().run()
    return settled(app, owner)


def settled(app: AppTest, owner: str = "batch-visitor") -> AppTest:
    deadline = time.monotonic() + 240
    while any(job.unfinished for job in jobs.list(owner)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    app.run()
    assert not app.exception
    assert not app.error
    return app


def packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def drawn(count: int) -> list[tuple[str, bytes]]:
    """Drawn images with their folders, the classes by turns."""
    collection = samples.collection()
    by_class = [[entry for entry in collection.entries if entry.label == name] for name in samples.CLASSES]
    entries = [entry for pair in zip(*by_class, strict=False) for entry in pair]
    return [(entry.name, collection.content(entry.name)) for entry in entries if "cut" not in entry.name][:count]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    for dataset in batch.mine("batch-visitor"):
        batch.delete(dataset.id, "batch-visitor")


# --- The sample -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_on_a_simulated_sample_and_every_part_of_it(language: Language) -> None:
    app = open_page(language)
    text = shown(app)
    assert message("diagnosis-notice", language) in text
    assert message("diagnosis-batch-simulated", language) in text
    assert len(app.get("vega_lite_chart")) == 4  # verdicts, right and wrong, two curves
    for part, charts in (("sure", 3), ("worst", 1), ("images", 1)):
        app.segmented_control(key=LABELLED).set_value(part).run()
        assert not app.exception
        assert not app.error
        assert len(app.get("vega_lite_chart")) == charts
        assert any("drawn" in str(caption.value) and "png" in str(caption.value) for caption in app.caption) == (
            part == "worst"
        )
    assert len(app.dataframe[0].value) == samples.IMAGES


def test_the_threshold_moves_and_finds_a_share() -> None:
    app = open_page()
    result = batch.open_result(batch.finished("samples")[0].id, "samples")
    slider = f"{THRESHOLD}-{result.id}"
    before = shown(app)
    app.slider(key=slider).set_value(0.9).run()
    assert message("dr-threshold", "en", threshold="90%", name="", sensitivity="", specificity="", hits=0, misses=0,
                   alarms=0)[:10] in shown(app)  # fmt: skip
    assert shown(app) != before
    app.button(key="diagnosis-batch-reach-99").click().run()
    assert not app.exception
    threshold = app.session_state[slider]
    scored = batch.scored(result)
    assert (scored.chances()[scored.sick] >= threshold).mean() >= 0.99
    app.segmented_control(key=LABELLED).set_value("images").run()
    app.toggle(key=f"diagnosis-batch-wrong-{result.id}").set_value(True).run()
    assert len(app.dataframe[0].value) == ((scored.chances() >= threshold) != scored.sick).sum()


def test_the_class_and_its_share_that_are_asked_about() -> None:
    app = open_page()
    id = batch.finished("samples")[0].id
    app.segmented_control(key=f"diagnosis-batch-positive-{id}").set_value("normal").run()
    assert "“Normal”" in shown(app)
    app.radio(key=f"diagnosis-batch-prevalence-{id}").set_value("other").run()
    app.segmented_control(key=LABELLED).set_value("sure").run()
    assert message("dr-prevalence", "en", share="10%", name="Normal") in shown(app)


# --- Files of one's own -----------------------------------------------------------------------------------------------


def test_a_zip_with_folders_is_reported_read_measured_reopened_and_deleted() -> None:
    app = drop(open_page(), ("mine.zip", packed({**dict(drawn(40)), "normal/broken.png": b"none"})))
    assert message("diagnosis-batch-labels-folders", "en", labels="normal (21), pneumonia (20)") in shown(app)
    read(app)
    text = shown(app)
    assert "40 images were read" in text
    assert "area under the ROC curve" in text
    assert "TIFF or DICOM" in text  # why one was left out
    (dataset,) = batch.finished("batch-visitor")
    again = open_page()
    assert again.session_state[CHOSEN] == dataset.id
    again.button(key=f"diagnosis-batch-delete-{dataset.id}").click().run()
    assert not batch.mine("batch-visitor")
    assert message("diagnosis-batch-simulated", "en") in shown(again)


def test_labels_that_cannot_be_guessed_are_matched_by_hand() -> None:
    files = {name.replace("normal/", "gesund/").replace("pneumonia/", "krank/"): data for name, data in drawn(24)}
    app = read(drop(open_page(), ("foreign.zip", packed(files))))
    assert message("diagnosis-batch-no-figures-match", "en") in shown(app)
    (dataset,) = batch.finished("batch-visitor")
    for label, name in (("gesund", "normal"), ("krank", "pneumonia")):
        app.selectbox(key=f"diagnosis-batch-means-{dataset.id}-{label}").set_value(name).run()
    assert not app.exception
    assert "area under the ROC curve" in shown(app)
    assert batch.open_result(dataset.id, "batch-visitor").classes_of == {"gesund": "normal", "krank": "pneumonia"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_images_without_labels_get_verdicts(language: Language) -> None:
    files = [(name.replace("/", "-"), data) for name, data in drawn(30)]
    app = read(drop(open_page(language), *files))
    assert message("diagnosis-batch-no-figures", language) in shown(app)
    for part in ("first", "images"):
        app.segmented_control(key=UNLABELLED).set_value(part).run()
        assert not app.exception
        assert not app.error
    assert len(app.dataframe[0].value) == 30


def test_a_table_beside_the_images_labels_them_and_another_model_reads() -> None:
    files = [(name.split("/")[1], data) for name, data in drawn(24)]
    table = "file,label\n" + "\n".join(f"{name.split('/')[1]},{name.split('/')[0]}" for name, _ in drawn(24))
    app = drop(open_page(), *files, ("labels.csv", table.encode()))
    assert message("diagnosis-batch-labels-table", "en", labels="normal (12), pneumonia (12)") in shown(app)
    reader = next(box for box in app.selectbox if str(box.key).startswith("diagnosis-batch-reader"))
    reader.set_value("diagnosis-cells").run()
    read(app)
    assert batch.finished("batch-visitor")[0].meta["model"] == "diagnosis-cells"


def test_what_was_stopped_goes_on_with_the_same_files_only() -> None:
    content = packed(dict(drawn(20)))
    collection = archives.open_zip(content, "mine.zip")
    dataset = batch.keep("batch-visitor", collection)
    app = open_page()
    assert message("diagnosis-batch-stopped-files-gone", "en", done=0, count=20) in shown(app)
    assert not [button for button in app.button if button.key == f"diagnosis-batch-continue-{dataset.id}"]
    drop(app, ("mine.zip", content))
    app.button(key=f"diagnosis-batch-continue-{dataset.id}").click().run()
    settled(app)
    assert [each.id for each in batch.finished("batch-visitor")] == [dataset.id]


def test_too_few_images_show_what_can_be_shown() -> None:
    app = read(drop(open_page(), ("few.zip", packed(dict(drawn(8))))))
    text = shown(app)
    assert message("problem-diagnosis-too-few-known", "en", least=10, sick=4, others=4) in text
    assert message("diagnosis-batch-right-wrong", "en") in text


# --- What is no use ---------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A few kilobytes that unpack to more than is taken."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.png", bytes(100_000))
    data = bytearray(stream.getvalue())
    for at in (place for place in range(len(data)) if data[place : place + 4] == b"PK\x01\x02"):
        data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")  # the size that the directory states
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no archive", "image-archive-damaged"),
        (packed({"notes.txt": b""}), "image-archive-empty"),
        (bomb(), "image-archive-bomb"),
    ],
)
def test_a_zip_that_is_none_or_a_bomb_is_refused_in_words(content: bytes, code: str) -> None:
    app = drop(open_page(), ("bad.zip", content))
    details = {"limit": archives.DEFAULT_LIMITS.max_unpacked // 2**20} if code.endswith("bomb") else {}
    assert message(f"problem-{code}", "en", **details) in shown(app)
    assert message("diagnosis-batch-simulated", "en") in shown(app)  # the page stays


def test_of_a_mixed_zip_what_is_good_is_read_and_the_rest_named() -> None:
    good = dict(drawn(2))
    wide = encoded(Image.fromarray(np.zeros((8, 8), dtype=np.uint8)), "PNG")
    files = {
        **good,
        "../../etc/passwd.png": next(iter(good.values())),
        "inner.zip": packed(good),
        "normal/cut.png": next(iter(good.values()))[:60],
        "normal/tiny.png": wide,
        "normal/letter.docx": b"no image",
    }
    app = drop(open_page(), ("mixed.zip", packed(files)))
    text = shown(app)
    assert message("problem-image-archive-unsafe-name", "en") in text
    assert message("problem-image-archive-nested", "en") in text
    read(app)
    result = batch.open_result(batch.finished("batch-visitor")[0].id, "batch-visitor")
    assert len(result.rows) == 2
    assert result.refused == 5
    assert {problem.code for problem in result.left_out} == {
        "image-archive-unsafe-name", "image-archive-nested", "image-corrupt", "image-too-small", "image-unsupported",
    }  # fmt: skip


def test_a_zip_without_any_image_says_so_after_it_was_looked_at() -> None:
    app = read(drop(open_page(), ("texts.zip", packed({"a.png": b"x", "b.png": b"y"}))))
    assert message("problem-diagnosis-batch-nothing-read", "en") in shown(app)
    assert not batch.mine("batch-visitor")


def test_images_of_another_kind_only_say_so() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (12, 40, 40), dtype=np.uint8)
    files = {f"{'ab'[row % 2]}/{row}.png": encoded(Image.fromarray(one), "PNG") for row, one in enumerate(noise)}
    app = read(drop(open_page(), ("noise.zip", packed(files))))
    assert message("diagnosis-batch-all-unknown", "en") in [one.value for one in app.info]


def test_what_everybody_looks_at_is_not_matched_by_one() -> None:
    app = open_page()
    assert not [box for box in app.selectbox if str(box.key).startswith("diagnosis-batch-means")]


def test_the_sample_may_be_read_by_another_model() -> None:
    app = open_page()
    app.toggle(key=SAMPLE).set_value(True).run()
    assert not app.exception
    read(app)
    assert [each.name for each in batch.finished("batch-visitor")] == [samples.NAME]


@pytest.mark.slow
def test_five_thousand_images() -> None:
    images = drawn(100)
    files = {f"{name.split('/')[0]}/{copy}-{name.split('/')[1]}": data for copy in range(50) for name, data in images}
    assert len(files) == 5_000
    app = read(drop(open_page(), ("many.zip", packed(files))))
    assert "5,000 images were read" in shown(app)
