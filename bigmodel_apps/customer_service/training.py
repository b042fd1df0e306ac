"""Trains everything that ships with the domain, on the project's own corpus: ``train customer_service``.

- ``adapter``: makes the shared encoder read questions to a help centre (`encoder_training`).
- ``reader``: ranks candidates and says how sure it is (`reader_training`).
- ``confidence``: how sure a search by words alone is, where no encoder may run; a logistic regression over
  `index.FEATURES`.

Of the sample tenants only the scale of the confidence is taken (`scaling`), and each is reported on with the scale that
the others want: what is reported on them holds for help centres that no weight has seen.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from bigmodel_apps import evidence
from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service import corpus, encoder_training, reader_training
from bigmodel_apps.customer_service.confidence import WEIGHTS_FILE
from bigmodel_apps.customer_service.index import FEATURES, Array, Index
from bigmodel_apps.customer_service.knowledge import LANGUAGES, Entry
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.text.encoder import ADAPTER_FILE, AdaptedEncoder, SentenceEncoder
from bigmodel_apps.text.language import Language

CARDS = Path(__file__).parent / "cards"


def train(
    out: Path,
    *,
    adapters: Path | None = None,
    epochs: int = encoder_training.EPOCHS,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Train and write ``adapter/``, ``reader/`` and ``confidence/`` with their card to `out`.

    The adapters of the folds, which the reader is fitted with, stay beside them in ``folds/``.

    Args:
        out: Folder, made if need be.
        adapters: Such a folder of an earlier run: the adapters that it holds are kept instead of trained.
        epochs: Passes of each adapter over the corpus.
        report: Called with (steps done, steps in total) of the part being trained.
        cancelled: Polled between the steps of an adapter.

    Returns:
        What each part reports.
    """
    facts: dict[str, object] = {}
    device = choose()
    path = resolve(MODELS[encoder_training.BASE]).path
    assert path is not None
    base = SentenceEncoder(path, device)

    def adapted(part: str, left_out: int | None) -> AdaptedEncoder:
        """The adapter of an earlier run, or a new one."""
        folder = out / part
        if adapters is not None and (adapters / part).is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(adapters / part / ADAPTER_FILE, folder / ADAPTER_FILE)
        else:
            material = encoder_training.groups(left_out)
            facts[part] = encoder_training.train(
                folder, material=material, epochs=epochs, report=report, cancelled=cancelled
            )
        return AdaptedEncoder(folder, device, base=base)

    encoder = adapted("adapter", None)
    unseeing = [adapted(f"folds/{fold}", fold) for fold in range(corpus.FOLDS)]
    facts["reader"] = reader_training.train(out / "reader", encoder, unseeing, report)
    weights = {f"{language}-lexical": fit_lexical(language) for language in LANGUAGES}
    (out / "confidence").mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same fit must give the same file.
    save_file(weights, out / "confidence" / WEIGHTS_FILE, metadata={"about": json.dumps({"features": FEATURES})})
    for language in LANGUAGES:
        name = "card.md" if language == "en" else f"card.{language}.md"
        (out / name).write_text(_card((CARDS / name).read_text(encoding="utf-8"), out), encoding="utf-8")
    return facts


def fit_lexical(language: Language) -> Array:
    """Coefficients for a search by words alone, with the bias last."""
    rows: list[Array] = []
    right: list[bool] = []
    kinds: list[corpus.Kind] = []
    trials = (
        trial
        for fold in range(corpus.FOLDS)
        for trials_of in (corpus.trials, corpus.titled_trials)
        for trial in trials_of(language, fold)
    )
    for asked in trials:
        hits = Index(asked.knowledge).search([question.text for question in asked.questions], None, 2)
        for question, hit in zip(asked.questions, hits, strict=True):
            rows.append(hit.features)
            right.append(hit.entries[0].id == question.expected)
            kinds.append(asked.kind)
    return reader_training.logistic(np.stack(rows), np.array(right), reader_training.mixed(kinds))


def _documents() -> Iterator[Entry]:
    for part in corpus.TRAINED:
        yield from corpus.documents("en", part).knowledge.entries


def _card(template: str, out: Path) -> str:
    parts = {
        part: f"{sum(file.stat().st_size for file in (out / part).glob('*.safetensors')) / 1e6:.2f}"
        for part in ("adapter", "reader", "confidence")
    }
    return template.format(
        date=evidence.today(),
        code=evidence.code_version(),
        data=evidence.hash_files(corpus.files())[:16],
        centres=len(corpus.help_centres("en")),
        documents=len({corpus.document(entry.id) for entry in _documents()}),
        seed=encoder_training.SEED,
        rank=encoder_training.RANK,
        rate=encoder_training.RATE,
        epochs=encoder_training.EPOCHS,
        **parts,
    )
