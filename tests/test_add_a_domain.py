"""`docs/add-a-domain.md` is followed to the letter in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```\w+ (file|entry)=(\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("copy")
    for name in ("app.py", "pages", "bigmodel_apps", ".streamlit"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    catalogue = copy / "bigmodel_apps" / "catalogue.py"
    for kind, target, content in BLOCK.findall((ROOT / "docs" / "add-a-domain.md").read_text(encoding="utf-8")):
        if kind == "file":
            (copy / target).parent.mkdir(parents=True, exist_ok=True)
            (copy / target).write_text(content, encoding="utf-8")
        else:
            text = catalogue.read_text(encoding="utf-8")
            start = text.index(f"\n{target}: ")
            end = text.index("\n    )\n}", start)
            catalogue.write_text(text[:end] + "\n" + content.rstrip("\n") + text[end:], encoding="utf-8")
    return copy


def run(copy: Path, *command: str, given: str = "") -> str:
    environment = os.environ | {"PYTHONPATH": str(copy), "BIGMODEL_APPS_HOME": str(copy / "home")}
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, input=given, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_line_answers(followed: Path) -> None:
    line = run(followed, "-m", "bigmodel_apps", "predict", "reading_level", given='{"text": "Short words."}\n')
    assert json.loads(line)["hard"] is False
    assert "reading_level" in run(followed, "-m", "bigmodel_apps", "domains", "--json")


def test_rest_answers_and_describes_itself(followed: Path) -> None:
    code = (
        "from starlette.testclient import TestClient; from bigmodel_apps import api; c = TestClient(api.build());"
        "print(c.post('/reading_level/predict', json={'text': 'A b.'}).json()['hard'],"
        "'/reading_level/predict' in str(c.get('/openapi.json').json()['paths']))"
    )
    assert run(followed, "-c", code).split() == ["False", "True"]


def test_the_page_and_the_overview_show_it(followed: Path) -> None:
    code = (
        "from streamlit.testing.v1 import AppTest; app = AppTest.from_file('app.py', default_timeout=120).run();"
        "print([m.value for m in app.markdown]); app.switch_page('pages/reading_level/page.py').run();"
        "assert not app.exception; print([m.value for m in app.markdown])"
    )
    overview, page = run(followed, "-c", code).strip().splitlines()
    assert "Grade" in overview
    assert "Grade" in page
