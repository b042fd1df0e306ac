from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest
from pydantic import BaseModel, ConfigDict

from bigmodel_apps import catalogue, runtime
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime.engine import Engine
from bigmodel_apps.runtime.residency import Residency

from .models import CPU, Counted, Probe, spec
from .models import catalogue as specs


class Options(BaseModel):
    model_config = ConfigDict(frozen=True)

    style: str = "plain"


def prepare(options: Options, model: str) -> None:
    if options.style == "missing":
        raise InputError(Problem("style-missing", details={"model": model}))


def warm_up(model: str) -> None:
    runtime.engine().call(model, lambda loaded: setattr(loaded, "offset", 0.5)).result()


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A domain of two models, entered in the catalogue as any other, and an engine for it."""
    module = ModuleType("doubling_domain")
    vars(module).update(Options=Options, prepare=prepare, warm_up=warm_up)
    monkeypatch.setitem(sys.modules, "doubling_domain", module)
    models = specs(spec("doubles", Probe, preload=True), spec("echoes", Counted))
    monkeypatch.setattr(catalogue, "MODELS", models)
    monkeypatch.setattr(
        catalogue,
        "DOMAINS",
        {
            "doubling": catalogue.DomainSpec(
                name="doubling",
                url_path="doubling",
                icon="",
                models=tuple(models),
                schema="doubling_domain",
                commands="doubling_domain",
                prepare="doubling_domain:prepare",
                warm_up="doubling_domain:warm_up",
                page="",
                miniature="",
            )
        },
    )
    engine = Engine(Residency(device=CPU))
    monkeypatch.setattr(runtime, "_engine", engine)
    monkeypatch.setattr(runtime, "_warm", False)
    yield "doubling"
    engine.close()


def test_predict_uses_the_first_model_and_the_default_options(domain: str) -> None:
    (seen,) = runtime.predict(domain, [21])
    assert (seen.value, seen.options) == (42, Options())
    (seen,) = runtime.predict(domain, [21], options=Options(style="bold"))
    assert seen.options == Options(style="bold")


def test_predict_with_another_model_priority_progress_and_cancel(domain: str) -> None:
    reports: list[tuple[int, int]] = []
    outputs = runtime.predict(
        domain,
        ["a", "b"],
        model="echoes",
        priority=runtime.Priority.BULK,
        progress=lambda done, total: reports.append((done, total)),
    )
    assert outputs == ["a", "b"]
    assert reports[-1] == (2, 2)
    with pytest.raises(Cancelled):
        runtime.predict(domain, [1], cancelled=lambda: True)


@pytest.mark.parametrize(
    ("name", "model", "code"), [("cooking", None, "domain-unknown"), ("doubling", "x", "model-unknown")]
)
def test_unknown_names_are_input_errors(domain: str, name: str, model: str | None, code: str) -> None:
    with pytest.raises(InputError) as caught:
        runtime.predict(name, [1], model=model)
    assert caught.value.problems[0].code == code


def test_what_the_options_name_is_prepared_before_anything_is_queued(domain: str) -> None:
    with pytest.raises(InputError) as caught:
        runtime.predict(domain, [1], options=Options(style="missing"))
    assert caught.value.problems[0].details == {"model": "doubles"}
    assert runtime.engine().snapshot().models == ()


def test_preload_warms_up_and_makes_ready(domain: str) -> None:
    runtime.engine().residency.preload()
    assert not runtime.ready()
    assert runtime.preload() == []
    assert runtime.ready()
    assert [each.name for each in runtime.resident()] == ["doubles"]
    assert runtime.predict(domain, [1])[0].value == 2.5


def test_a_domain_that_cannot_be_warmed_up_is_reported_and_served(
    domain: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(sys.modules["doubling_domain"], "warm_up")
    assert [problem.code for problem in runtime.preload()] == ["unexpected"]
    assert "AttributeError" in caplog.text
    assert runtime.predict(domain, [1])[0].value == 2


def test_the_engine_of_the_process_is_created_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_engine", None)
    found: list[Engine] = []
    threads = [threading.Thread(target=lambda: found.append(runtime.engine())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    found[0].close()
