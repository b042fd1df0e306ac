"""Questions that the knowledge did not settle, grouped by what they ask: what to write next.

A question counts when it was refused, when "did you mean" did not help, when the answer was disliked, or when a person
had to take over. Small talk and the wish for a person are no questions about knowledge and are left out.

Questions of one desk and one language are grouped by agglomerative clustering with average linkage (Sokal and
Michener, 1958) of their cosine distances, cut at `CUT`. English questions are compared by their vectors; Chinese ones
by the mean of the cosines of their vectors and of their character n-grams, since the packaged encoder reads Chinese
through a dictionary alone. The packaged encoder is used whatever model answers: the cuts were chosen for it, on the
tuning questions of the sample tenants, where four questions of one entry should form a group.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from bigmodel_apps import runtime, workspace
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.customer_service.index import Array, dense_text
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.customer_service.schema import Candidate, Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import DOMAIN, encoder_of, open_for
from bigmodel_apps.customer_service.vectors import Progress, QueuedEncoder
from bigmodel_apps.runtime import Priority
from bigmodel_apps.text.language import Language
from bigmodel_apps.text.segmentation import character_hashes

Reason = Literal["refused", "unclear", "disliked", "handed_over"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Settled = Literal["dismissed", "answered"]

CUT: Mapping[Language, float] = {"en": 0.55, "zh": 0.75}
"""Groups further apart than this (mean cosine distance) stay apart."""
MAX_QUESTIONS = 2_000
"""The newest so many questions are grouped."""

_CLOSED, _REOPENED = "gap-closed", "gap-reopened"
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same, and what the knowledge has that comes closest.

    Attributes:
        id: Stays the same while the group's oldest question is in it.
        turns: The oldest first.
        medoid: The question that is closest to all the others.
        closest: The best entry for the medoid now; None where the knowledge base has none.
        confidence, outcome: Of the medoid, asked again now.
    """

    id: str
    desk: str
    language: Language
    turns: tuple[Turn, ...]
    medoid: Turn
    closest: Candidate | None
    confidence: float
    outcome: Outcome

    @property
    def last_asked(self) -> datetime:
        """When the newest of its questions was asked."""
        return self.turns[-1].asked_at

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the messages that it is about."""
        return tuple(turn.number for turn in self.turns)

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many of its questions count for which reason; one may count for several."""
        counts = Counter(reason for turn in self.turns for reason in reasons(turn))
        return {reason: counts[reason] for reason in REASONS if counts[reason]}

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The other questions, each once, the newest first."""
        others = dict.fromkeys(turn.question for turn in reversed(self.turns))
        return tuple(question for question in others if question != self.medoid.question)

    @property
    def reply(self) -> str:
        """What a person last answered to one of its questions; empty where nobody did."""
        return next(("\n\n".join(turn.replies) for turn in reversed(self.turns) if turn.replies), "")

    @property
    def simulated(self) -> bool:
        """Whether any of its questions was not asked by a customer."""
        return any(turn.simulated for turn in self.turns)


def reasons(turn: Turn) -> tuple[Reason, ...]:
    """Why a question counts; empty where it does not."""
    if turn.kind != "knowledge" or turn.outcome == "hand_over":
        return ()
    holds: Mapping[Reason, bool] = {
        "refused": turn.outcome == "not_covered",
        "unclear": turn.outcome == "clarify" and not turn.helped,
        "disliked": turn.verdict == "bad",
        "handed_over": turn.handed_over,
    }
    return tuple(reason for reason in REASONS if holds[reason])


def unsettled(turns: Sequence[Turn], owner: str, wanted: Collection[Reason] = REASONS) -> list[Turn]:
    """The newest questions that count for one of the wanted reasons and that this visitor has not closed."""
    done = closed(owner)
    found = [turn for turn in turns if turn.number not in done and not set(wanted).isdisjoint(reasons(turn))]
    return found[-MAX_QUESTIONS:]


def find(
    turns: Sequence[Turn],
    model: str,
    owner: str,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Gap]:
    """Group questions, the largest group first. Blocks.

    The same questions give the same groups. A question that was grouped before is not encoded again.

    Args:
        turns: Of `unsettled`, the oldest first.
        model: What answers the representative question of each group again.
        owner: Who asks; everything was asked at desks that this visitor serves.
        progress: Called with (texts encoded, in total) for each desk and language.
        cancelled: Polled.

    Raises:
        Cancelled, Unavailable, Busy, InputError
    """
    apart: dict[tuple[str, Language], list[Turn]] = {}
    for turn in turns:
        apart.setdefault((turn.desk, turn.language), []).append(turn)
    gaps: list[Gap] = []
    for (desk, language), asked in apart.items():
        grouped = _group(asked, language, progress, cancelled)
        options = Options(knowledge=open_for(desk, model, owner))
        outputs: list[Output] = runtime.predict(
            DOMAIN,
            [Input(question=medoid.question) for _, medoid in grouped],
            options=options,
            model=model,
            priority=Priority.BULK,
            cancelled=cancelled,
        )
        for (members, medoid), output in zip(grouped, outputs, strict=True):
            oldest = min(turn.number for turn in members)
            closest = output.candidates[0] if output.candidates else None
            gaps.append(
                Gap(
                    f"{desk}-{oldest}",
                    desk,
                    language,
                    tuple(members),
                    medoid,
                    closest,
                    output.confidence,
                    output.outcome,
                )
            )
    return sorted(gaps, key=lambda gap: (-len(gap.turns), -gap.last_asked.timestamp(), gap.id))


def close(owner: str, numbers: Collection[int], how: Settled) -> None:
    """Leave these questions out of this visitor's gaps. Asked again, they count again.

    Raises:
        InputError: ``workspace-full``.
    """
    workspace.default().feedback.add(owner, DOMAIN, _CLOSED, how, {"messages": sorted(numbers)})


def reopen(owner: str, numbers: Collection[int]) -> None:
    """Undo `close`."""
    workspace.default().feedback.add(owner, DOMAIN, _REOPENED, context={"messages": sorted(numbers)})


def closed(owner: str) -> dict[int, Settled]:
    """Numbers of the messages that this visitor has closed, and how."""
    found: dict[int, Settled] = {}
    for note in reversed(workspace.default().feedback.list(owner, DOMAIN)):
        if note.verdict == _CLOSED:
            how: Settled = "dismissed" if note.reason == "dismissed" else "answered"
            found |= dict.fromkeys(note.context["messages"], how)
        elif note.verdict == _REOPENED:
            for number in note.context["messages"]:
                found.pop(number, None)
    return found


def clusters(
    questions: Sequence[str],
    language: Language,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[npt.NDArray[np.intp], Array]:
    """The group of each question, shape (n,), and the cosine distances, shape (n, n)."""
    vectors = _encoded(questions, language, progress, cancelled)
    likeness = vectors @ vectors.T
    if language == "zh":
        likeness = (likeness + _by_characters(questions)) / 2
    distances = np.clip(1 - likeness, 0, 2).astype(np.float32)
    np.fill_diagonal(distances, 0)
    if len(questions) == 1:
        return np.zeros(1, dtype=np.intp), distances
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=CUT[language]
    )
    return np.asarray(grouping.fit_predict(distances), dtype=np.intp), distances


def _group(
    turns: Sequence[Turn], language: Language, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> list[tuple[list[Turn], Turn]]:
    """Groups of questions, each with its medoid; of equals the oldest."""
    labels, distances = clusters([turn.question for turn in turns], language, progress, cancelled)
    found = []
    for label in range(int(labels.max()) + 1):
        places = np.flatnonzero(labels == label).tolist()
        medoid = places[int(distances[np.ix_(places, places)].sum(axis=1).round(6).argmin())]
        found.append(([turns[place] for place in places], turns[medoid]))
    return found


def _by_characters(questions: Sequence[str]) -> Array:
    """Cosines of character n-grams, shape (n, n)."""
    weighed = TfidfVectorizer(analyzer=lambda text: character_hashes(text, "zh").tolist(), sublinear_tf=True)
    try:
        found = weighed.fit_transform(questions)
    except ValueError:  # not one n-gram in all of them, such as "？"
        return np.zeros((len(questions), len(questions)), dtype=np.float32)
    return np.asarray((found @ found.T).toarray(), dtype=np.float32)


_vectors: OrderedDict[str, Array] = OrderedDict()
_using = threading.Lock()


def _encoded(
    questions: Sequence[str], language: Language, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Array:
    """Vectors, shape (n, dimension); those of earlier calls are kept in memory, for customers' words belong in no file."""
    encoder = QueuedEncoder(encoder_of(DOMAINS[DOMAIN].models[0]), progress, cancelled)
    texts = [dense_text(question, language, encoder) for question in questions]
    with _using:
        known = {text: _vectors[text] for text in texts if text in _vectors}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known |= dict(zip(missing, encoder.encode(missing, query=True), strict=True))
    with _using:
        for text in known:
            _vectors[text] = known[text]
            _vectors.move_to_end(text)
        while len(_vectors) > _REMEMBERED:
            _vectors.popitem(last=False)
    return np.stack([known[text] for text in texts])
