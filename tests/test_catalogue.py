import subprocess
import sys

import pytest

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
