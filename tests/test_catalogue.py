import subprocess
import sys
from pathlib import Path

import pytest

import bigmodel_apps
from bigmodel_apps.catalogue import DOMAINS, MODELS, load


def test_importing_it_brings_neither_torch_nor_streamlit() -> None:
    code = (
        "import sys, bigmodel_apps.catalogue; print([m for m in ('torch', 'streamlit', 'numpy') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.parametrize("name", DOMAINS)
def test_every_path_of_a_domain_can_be_imported(name: str) -> None:
    spec = DOMAINS[name]
    schema = load(spec.schema)
    assert schema.Options() == schema.Options()
    assert hash(schema.Options()) == hash(schema.Options())
    for path in (spec.commands, spec.miniature, *filter(None, (spec.prepare, spec.warm_up))):
        assert load(path)
    assert set(spec.models) <= set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_imported_and_uses_known_models(name: str) -> None:
    spec = MODELS[name]
    assert load(spec.loader)
    assert {used for _, used in spec.uses} <= set(MODELS)
    assert spec.sources


SHIPPED = [name for name, spec in MODELS.items() if spec.sources[0].kind == "repository"]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_size_shown_is_that_of_the_weights_that_ship(name: str) -> None:
    spec = MODELS[name]
    folder = Path(bigmodel_apps.__file__).parent / spec.sources[0].location
    files = [*folder.rglob("*.safetensors"), *folder.rglob("trees-*.txt")]
    weights = sum(file.stat().st_size for file in files) / 1e6
    assert spec.size_mb == pytest.approx(weights, rel=0.05, abs=0.05)
