"""What the README says is true: its figures are those of the evidence, and its commands work in a fresh clone."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from benchmarks import tables
from bigmodel_apps import evidence

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_evidence() -> None:
    assert tables.main(["--check"]) == 0, "run: python -m benchmarks.tables"


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_every_benchmark_has_results_with_their_origin() -> None:
    for module in (ROOT / "benchmarks").glob("[!_]*.py"):
        if module.stem != "tables":
            item = evidence.read(ROOT / "benchmarks" / "results" / f"{module.stem}.json")
            assert item.command == f"python -m bigmodel_apps bench {module.stem}"
            assert item.hardware.processor
            assert item.date


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "bigmodel_apps"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def without_network() -> list[str]:
    """Runs a command where nothing but the loopback interface exists."""
    command = ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    tools = shutil.which("unshare") and shutil.which("ip")
    return command if tools and subprocess.run([*command, "true"], capture_output=True).returncode == 0 else []


# Runs beside the server where no other network exists: starts it by the README's command, asks, stops it.
VISIT = """
import json, os, signal, subprocess, sys, time, urllib.request

port = sys.argv[1]
base = f"http://127.0.0.1:{port}"
with open("demo.log", "w") as log:
    demo = subprocess.Popen(["make", "demo", f"PORT={port}"], stdout=log, stderr=log, start_new_session=True)
try:
    for _ in range(240):
        try:
            urllib.request.urlopen(base + "/api/ready", timeout=5)
            break
        except OSError:
            time.sleep(0.5)
    body = json.dumps({"question": "How many days do I have to send something back?"}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(base + "/api/customer_service/predict", body, headers)
    answer = json.load(urllib.request.urlopen(request, timeout=60))
    page = urllib.request.urlopen(base + "/customer-service", timeout=60).read()
finally:
    os.killpg(demo.pid, signal.SIGINT)
    demo.wait(60)
assert answer["outcome"] == "answer", answer
assert b'<div id="root">' in page
"""


@pytest.mark.slow
def test_the_two_commands_work_in_a_fresh_clone_and_then_without_network(clone: Path) -> None:
    """`make demo` installs and answers; stopped and started again without any network it answers still."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = os.environ | {"BIGMODEL_APPS_HOME": str(clone / "var")}
    subprocess.run(["make", ".venv/dev"], cwd=clone, env=environment, check=True, timeout=1500)
    cut = without_network()
    assert cut, "unshare and ip are needed to cut the network"
    (clone / "visit.py").write_text(VISIT)
    done = subprocess.run([*cut, ".venv/bin/python", "visit.py", port], cwd=clone, env=environment, timeout=400)
    assert done.returncode == 0, (clone / "demo.log").read_text()

    small = [*cut, "make", "test", "PYTEST=tests/test_catalogue.py tests/customer_service/test_model.py"]
    tests = subprocess.run(small, cwd=clone, env=environment, capture_output=True, text=True, timeout=900)
    assert tests.returncode == 0, tests.stdout[-3000:]
    assert " passed" in tests.stdout


@pytest.mark.slow
def test_the_commands_without_a_browser_work() -> None:
    block = README.split("## Use it without a browser")[1].split("```sh")[1].split("```")[0]
    first = block.strip().splitlines()[0]
    done = subprocess.run(
        [
            "bash",
            "-c",
            first.replace("python -m", f"{ROOT}/.venv/bin/python -m" if (ROOT / ".venv").exists() else "python -m"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert json.loads(done.stdout)["outcome"] == "answer", done.stderr
    code = README.split("```python")[1].split("```")[0]
    python = ROOT / ".venv" / "bin" / "python"
    done = subprocess.run(
        [str(python) if python.exists() else "python", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
