from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import bigmodel_apps
from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.problems import InputError, Unavailable
from bigmodel_apps.runtime.residency import Residency

from .models import CPU, MISSING, PATIENCE, Counted, FailsOnce, Gate, GatedLoad, catalogue, spec, wait_for

ROOT = str(Path(bigmodel_apps.__file__).parents[1])
SHARED = catalogue(
    spec("encoder", Counted),
    spec("answers", Counted, uses=(("the-encoder", "encoder"),), preload=True),
    spec("ranks", Counted, uses=(("encoder", "encoder"),)),
)


@pytest.fixture(autouse=True)
def _count_from_zero() -> Iterator[None]:
    gc.collect()
    Counted.made = 0
    Counted.most = 0
    yield
    st.cache_resource.clear()


def residency(models: dict[str, ModelSpec], home: Path) -> Residency:
    return Residency(models, CPU, home)


def test_what_a_model_uses_is_loaded_once_and_shared(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("answers")
    models.load("ranks")
    assert Counted.made == 3
    with models.use("encoder") as encoder, models.use("answers") as answers, models.use("ranks") as ranks:
        assert encoder
        assert answers
        assert ranks
        assert answers.model.uses["the_encoder"] is encoder.model is ranks.model.uses["encoder"]  # type: ignore[attr-defined]
    described = {each.name: each for each in models.resident()}
    assert list(described) == ["encoder", "answers", "ranks"]
    assert {name: each.users for name, each in described.items()} == {"encoder": 2, "answers": 0, "ranks": 0}
    assert (described["encoder"].nbytes, described["encoder"].device, described["encoder"].dtype) == (
        1000,
        "cpu",
        "float32",
    )
    assert described["encoder"].source == "code"


def test_memory_is_asked_anew(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("encoder")
    with models.use("encoder") as held:
        assert held
        held.model.weights.extend(bytes(1_000))  # type: ignore[attr-defined]
    assert [each.nbytes for each in models.resident()] == [2_000]


def test_threads_that_ask_together_load_once(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    names = ["answers", "ranks", "encoder"] * 4
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(models.load, names))
    assert Counted.made == 3


def test_failures_are_not_remembered(tmp_path: Path) -> None:
    (tmp_path / "weights").touch()
    models = residency(
        catalogue(spec("flaky", FailsOnce, Source("repository", str(tmp_path))), MISSING), tmp_path / "home"
    )
    with pytest.raises(OSError, match="hiccuped"):
        models.load("flaky")
    models.load("flaky")
    with pytest.raises(Unavailable):
        models.load("missing")
    (tmp_path / "home" / "models" / "missing").mkdir(parents=True)
    (tmp_path / "home" / "models" / "missing" / "model.safetensors").touch()
    models.load("missing")
    assert [(each.name, each.source) for each in models.resident()] == [
        ("flaky", f"repository:{tmp_path}"),
        ("missing", "workspace:missing"),
    ]


def test_a_failed_load_lets_go_of_what_it_used(tmp_path: Path) -> None:
    (tmp_path / "weights").touch()
    broken = spec("broken", FailsOnce, Source("repository", str(tmp_path)), uses=(("encoder", "encoder"),))
    models = residency({**SHARED, **catalogue(broken)}, tmp_path)
    with pytest.raises(TypeError):  # its constructor takes no encoder
        models.load("broken")
    assert [(each.name, each.users) for each in models.resident()] == [("encoder", 0)]


def test_use_never_loads(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    with models.use("encoder") as held:
        assert held is None
    assert Counted.made == 0


def test_unknown_models_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        residency({}, tmp_path).load("nobody")


def test_release_frees_memory_and_what_was_used_only_by_it(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("answers")
    with pytest.raises(InputError) as caught:
        models.release("encoder")
    assert caught.value.problems[0].details == {"model": "encoder", "users": "answers"}
    assert models.release("answers")
    assert len(Counted.alive) == 1
    assert models.release("encoder")
    assert len(Counted.alive) == 0
    assert models.resident() == ()
    assert models.release("encoder")


def test_release_waits_for_the_last_user(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("encoder")
    with models.use("encoder") as held:
        assert not models.release("encoder", timeout=0.01)
        assert held
        assert held.model.predict([1], None) == [1]
        with models.use("encoder") as newcomer:
            assert newcomer is None
    assert held.gone.is_set()
    assert len(Counted.alive) == 0


def test_clearing_streamlits_caches_retires_models_and_spares_those_in_use(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("answers")
    with models.use("answers") as held:
        st.cache_resource.clear()
        assert models.resident() == ()
        assert held
        assert held.model.predict([1], None) == [1]
        assert len(Counted.alive) == 2
    assert len(Counted.alive) == 0
    models.load("answers")
    assert Counted.made == 4


def test_a_successor_is_loaded_after_its_predecessor_is_gone(tmp_path: Path) -> None:
    models = residency(SHARED, tmp_path)
    models.load("encoder")
    with models.use("encoder"):
        models.release("encoder", timeout=0)
        successor = threading.Thread(target=models.load, args=("encoder",))
        successor.start()
        successor.join(0.1)
        assert successor.is_alive()
    successor.join(PATIENCE)
    assert (Counted.made, Counted.most) == (2, 1)
    assert [each.name for each in models.resident()] == ["encoder"]


def test_release_while_a_user_of_it_is_being_loaded(tmp_path: Path) -> None:
    loading = Gate(tmp_path / "slow")
    (loading.folder / "weights").touch()
    slow = spec("slow", GatedLoad, Source("repository", str(loading.folder)), uses=(("encoder", "encoder"),))
    models = residency({**SHARED, **catalogue(slow)}, tmp_path)
    thread = threading.Thread(target=models.load, args=("slow",))
    thread.start()
    loading.wait_until_reached()
    assert not models.release("encoder", timeout=0)
    loading.open()
    thread.join(PATIENCE)
    with models.use("slow") as held:
        assert held
        assert held.model.uses["encoder"].predict([1], None) == [1]  # type: ignore[attr-defined]
    assert models.release("slow")
    wait_for(lambda: not Counted.alive)


def test_preload_and_ready(tmp_path: Path) -> None:
    (tmp_path / "weights").touch()
    flaky = spec("flaky", FailsOnce, Source("repository", str(tmp_path)), preload=True)
    models = residency({**catalogue(flaky), **SHARED}, tmp_path)
    assert not models.ready()
    assert [problem.code for problem in models.preload()] == ["unexpected"]
    assert not models.ready()
    assert {each.name for each in models.resident()} == {"encoder", "answers"}
    assert models.preload() == []
    assert models.ready()


def test_two_residencies_share_nothing(tmp_path: Path) -> None:
    first, second = residency(SHARED, tmp_path), residency(SHARED, tmp_path)
    first.load("encoder")
    second.load("encoder")
    first.close()
    assert first.resident() == ()
    assert [each.name for each in second.resident()] == ["encoder"]


def test_models_survive_reruns_and_are_shared_by_sessions(tmp_path: Path) -> None:
    def page() -> None:
        import streamlit as st

        models = st.session_state["models"]
        models.load("answers")
        st.write(str(len(models.resident())))

    models = residency(SHARED, tmp_path)
    for _ in range(2):
        app = AppTest.from_function(page, default_timeout=30)
        app.session_state["models"] = models
        app.run()
        app.run()
        assert not app.exception
        assert app.markdown[0].value == "2"
    assert Counted.made == 2


def test_a_plain_process_loads_without_a_word(tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {ROOT!r})
from pathlib import Path
import bigmodel_apps.runtime
assert not {{"torch", "streamlit", "huggingface_hub"}} & set(sys.modules), "importing the runtime must be cheap"
from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.runtime.residency import Residency
class Echo:
    batches = True
    nbytes = 1
    def __init__(self, path, device): pass
models = Residency(
    {{"echo": ModelSpec("echo", "test", "__main__:Echo", (Source("code"),))}},
    Device("cpu", 0, "float32", "test"),
    Path({str(tmp_path)!r}),
)
models.load("echo")
assert models.release("echo")
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
