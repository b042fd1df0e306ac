"""The drawn sample is what it says it is: labelled, of three states, and with something to refuse."""

from __future__ import annotations

import numpy as np

from bigmodel_apps.diagnosis import batch, measuring, samples
from bigmodel_apps.locales import message
from bigmodel_apps.reporting import diagnosis as reporting
from bigmodel_apps.reporting import to_html
from bigmodel_apps.vision import archives


def test_the_sample_shows_every_state_and_errors() -> None:
    collection = samples.collection()
    assert collection.labels == samples.CLASSES
    assert len(collection.entries) == samples.IMAGES + 1
    dataset = batch.keep("me", collection)
    result = batch.score(dataset.id, "me", collection)
    assert all(count >= 5 for count in result.counts().values())
    assert [problem.code for problem in result.left_out] == ["image-corrupt"]
    scored = batch.scored(result)
    figures = measuring.measure(scored)
    assert figures.auc.value > 0.9
    assert measuring.worst(scored)
    simulated = message("diagnosis-batch-simulated", "en")
    assert simulated in batch.scored_file(result, "en").decode()
    assert simulated in to_html(reporting.from_result(result, "en")).decode()
    nameless = batch.without_names(result)
    for content in (batch.scored_file(nameless, "en"), to_html(reporting.from_result(nameless, "en"))):
        assert "drawn-5" not in content.decode()
        assert "cut-short" not in content.decode()
        assert samples.NAME not in content.decode()
    batch.delete(dataset.id, "me")


def test_departed_images_stay_images() -> None:
    collection = archives.open_zip(samples.content(), samples.NAME)
    for entry in collection.entries[:: samples.IMAGES // 8]:
        if "cut" not in entry.name:
            picture = collection.read(entry)
            assert picture.pixels.shape == (28, 28)
            assert np.ptp(picture.pixels) > 0.1
