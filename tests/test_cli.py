from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps import catalogue, cli
from bigmodel_apps.catalogue import DomainSpec, ModelSpec, Source

ROOT = Path(__file__).parents[1]

VOWELS = textwrap.dedent(
    '''
    """A small domain with a real model: it counts vowels, and prints as some libraries do."""
    import os
    from pydantic import BaseModel, ConfigDict, Field
    from bigmodel_apps.problems import InputError, Problem

    class Input(BaseModel):
        model_config = ConfigDict(extra="forbid")
        text: str = Field(min_length=1)

    class Output(BaseModel):
        text: str
        vowels: int
        engine: str

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True)
        alphabet: str = "aeiou"

    class Counter:
        batches = True
        nbytes = 0
        engine = "plain"

        def __init__(self, path, device):
            print("loading")
            os.write(1, b"loading, from C\\n")

        def predict(self, inputs, options):
            if any(one.text == "refuse" for one in inputs):
                raise InputError(Problem("field-invalid", field="text"))
            count = lambda text: sum(text.count(letter) for letter in options.alphabet)
            return [Output(text=one.text, vowels=count(one.text), engine=self.engine) for one in inputs]

    class Second(Counter):
        engine = "second"

    def prepare(options, model):
        pass

    def warm_up(model):
        pass

    def add_arguments(parser):
        parser.add_argument("--alphabet", default="aeiou")

    def options(namespace):
        if not namespace.alphabet:
            raise InputError(Problem("field-missing", field="alphabet"))
        return Options(alphabet=namespace.alphabet)

    def add_train_arguments(parser):
        parser.add_argument("--data", required=True)

    def train(namespace):
        print("training")
        return {"data": namespace.data}

    def add_evaluate_arguments(parser):
        parser.add_argument("--protocol", required=True)

    def evaluate(namespace):
        return Options(alphabet=namespace.protocol)
    '''
)


@pytest.fixture
def vowels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a domain that exists for one test."""
    name = f"vowels_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(VOWELS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for model, loader in ((name, "Counter"), (f"{name}-second", "Second")):
        spec = ModelSpec(model, "counting", f"{name}:{loader}", (Source("code"),))
        monkeypatch.setitem(catalogue.MODELS, model, spec)
    domain = DomainSpec(
        name=name,
        url_path=name,
        icon=":material/abc:",
        models=(name, f"{name}-second"),
        schema=name,
        commands=name,
        prepare=f"{name}:prepare",
        warm_up=f"{name}:warm_up",
        page="",
        miniature="",
    )
    monkeypatch.setitem(catalogue.DOMAINS, name, domain)
    yield name
    sys.modules.pop(name, None)


def run(*arguments: str, source: bytes = b"") -> tuple[int, list[Any]]:
    results = io.BytesIO()
    code = cli.main(arguments, io.BytesIO(source), results)
    text = results.getvalue().decode("utf-8")
    assert not text or text.endswith("\n")
    return code, [json.loads(line) for line in text.split("\n")[:-1]]


def error(line: Any) -> tuple[int, str | None]:
    assert list(line) == ["error"]
    assert list(line["error"]) == ["row", "field", "message"]
    assert line["error"]["message"]
    return line["error"]["row"], line["error"]["field"]


def program(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bigmodel_apps", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180, **settings)


def test_one_line_out_for_each_line_in(vowels: str) -> None:
    lines = [
        b'{"text": "education"}',
        b"",
        b"{",
        b'{"text": "\xff"}',
        b'{"text": "a", "other": 1}',
        b"[]",
        b'{"text": "refuse"}',
        b'{"text": "\\ud800"}',
        b"   ",
        '\t{"text": "你好，ａ e"}\r'.encode(),
    ]
    code, out = run("predict", vowels, "--lang", "zh", source=b"\n".join(lines))
    assert code == 1
    assert len(out) == len(lines)
    assert out[0] == {"text": "education", "vowels": 5, "engine": "plain"}
    expected = [(2, None), (3, None), (4, None), (5, "other"), (6, None), (7, "text"), (8, None), (9, None)]
    assert [error(line) for line in out[1:-1]] == expected
    assert out[-1] == {"text": "你好，ａ e", "vowels": 1, "engine": "plain"}
    assert out[1]["error"]["message"].startswith("第 2 行")


def test_good_lines_exit_with_zero_and_a_byte_order_mark_does_no_harm(vowels: str) -> None:
    source = b'\xef\xbb\xbf{"text": "a"}\n{"text": "b"}\n'
    code, out = run("predict", vowels, source=source)
    assert code == 0
    assert [line["vowels"] for line in out] == [1, 0]
    assert run("predict", vowels) == (0, [])


def test_model_and_domain_options(vowels: str) -> None:
    source = b'{"text": "xyz"}\n'
    assert run("predict", vowels, "--model", f"{vowels}-second", source=source)[1][0]["engine"] == "second"
    assert run("predict", vowels, "--alphabet", "xyz", source=source)[1][0]["vowels"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["predict", "DOMAIN", "--model", "third"], ["third", "DOMAIN-second"]),
        (["predict", "numbers"], ["numbers", "DOMAIN"]),
        (["predict", "DOMAIN", "--alphabet", ""], ["alphabet"]),
        (["bench", "nothing"], ["nothing"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_choice_is_one_line_on_standard_error(
    vowels: str, capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str], language: str
) -> None:
    arguments = [word.replace("DOMAIN", vowels) for word in arguments]
    assert run("--lang", language, *arguments, source=b'{"text": "x"}\n') == (1, [])
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    assert all(word.replace("DOMAIN", vowels) in message for word in words)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message) == (language == "zh")


def test_wrong_usage_exits_with_two(vowels: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["nothing"], ["predict"], ["predict", vowels, "--no-such-option"]):
        with pytest.raises(SystemExit) as exit:
            run(*arguments)
        assert exit.value.code == 2


def test_train_and_evaluate_write_what_the_domain_returns(vowels: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", vowels, "--data", "表.csv") == (0, [{"data": "表.csv"}])
    assert capsys.readouterr() == ("", "training\n")
    assert run("evaluate", vowels, "--protocol", "held-out") == (0, [{"alphabet": "held-out"}])


def test_benchmarks_run_by_name_or_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name, code in (("fast", 0), ("slow", 3), ("_shared", 9), ("__init__", 9)):
        (folder / f"{name}.py").write_text(f"def main(argv):\n    print('{name}: {code} ms')\n    return {code}\n")
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "benchmarks", raising=False)
    try:
        assert cli.main(["bench", "fast"]) == 0
        assert capsys.readouterr() == ("fast: 0 ms\n", "fast\n")
        assert cli.main(["bench"]) == 3
        assert capsys.readouterr() == ("fast: 0 ms\nslow: 3 ms\n", "fast\nslow\n")
        assert cli.main(["bench", "_shared"]) == 1
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
            del sys.modules[name]


def test_help_shows_the_options_of_the_domain(vowels: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        run("predict", vowels, "--help")
    assert exit.value.code == 0
    assert "--alphabet" in capsys.readouterr().out


def test_domains() -> None:
    listed = run("domains", "--json")[1][0]["domains"]
    assert [domain["name"] for domain in listed] == list(catalogue.DOMAINS)
    assert listed[0]["models"][0]["name"] == catalogue.DOMAINS[listed[0]["name"]].models[0]
    out = program("domains").stdout.decode().splitlines()
    assert [line.split("\t")[0] for line in out] == list(catalogue.DOMAINS)


def test_domains_imports_neither_torch_nor_streamlit() -> None:
    code = "import sys; from bigmodel_apps.cli import main; main(['domains']); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    modules = set(out.stdout.decode().split())
    assert not modules & {"torch", "streamlit", "transformers", "pandas", "fastapi"}


class Trickle(io.BytesIO):
    """Delivers a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size = size

    def read1(self, size: int | None = -1) -> bytes:
        return super().read1(self.size)


@given(st.binary(max_size=200), st.integers(4, 50))
def test_lines_are_those_of_the_whole_whatever_the_pieces(content: bytes, size: int) -> None:
    lines = [line for chunk in cli._lines(Trickle(content, size)) for line in chunk]
    expected = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert lines == (expected if expected[-1] else expected[:-1])


@pytest.mark.parametrize("last", [b"\nend\n", b"\nend", b"\n", b""])
def test_an_overlong_line_is_given_up_and_the_next_ones_are_not(monkeypatch: pytest.MonkeyPatch, last: bytes) -> None:
    monkeypatch.setattr(cli, "MAX_LINE_BYTES", 20)
    content = b"first\n" + b"x" * 100 + last
    lines = [line for chunk in cli._lines(Trickle(content, 7)) for line in chunk]
    assert lines == [b"first", None, *([b"end"] if b"end" in last else [])]


def test_an_overlong_line_in_one_piece(vowels: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "MAX_LINE_BYTES", 20)
    code, out = run("predict", vowels, source=b'{"text": "a"}\n{"text": "' + b"a" * 30 + b'"}\n{"text": "e"}\n')
    assert code == 1
    assert error(out[1]) == (2, None)
    assert (out[0]["vowels"], out[2]["vowels"]) == (1, 1)


DRIVER = """
import sys
from bigmodel_apps import catalogue, cli
from bigmodel_apps.catalogue import DomainSpec, ModelSpec, Source
catalogue.MODELS["{name}"] = ModelSpec("{name}", "counting", "{name}:Counter", (Source("code"),))
catalogue.DOMAINS["{name}"] = DomainSpec(
    "{name}", "{name}", "", ("{name}",), "{name}", "{name}", "{name}:prepare", "{name}:warm_up", "", ""
)
sys.exit(cli.main(["predict", "{name}"]))
"""


@pytest.fixture
def driver(vowels: str, tmp_path: Path) -> subprocess.Popen[bytes]:
    """`predict` in a process of its own, on pipes, in a locale without UTF-8."""
    path = os.pathsep.join(filter(None, [str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "LC_ALL": "C", "PYTHONUTF8": "0"}
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER.format(name=vowels)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_each_line_is_answered_before_the_next_is_written(driver: subprocess.Popen[bytes]) -> None:
    assert driver.stdin
    assert driver.stdout
    assert driver.stderr
    for text, vowels in (("一 a", 1), ("uu", 2), ("", None)):
        driver.stdin.write(json.dumps({"text": text}, ensure_ascii=False).encode() + b"\n")
        driver.stdin.flush()
        line = json.loads(driver.stdout.readline())
        assert line.get("vowels") == vowels
    rest, errors = driver.communicate(timeout=60)
    assert rest == b""
    assert driver.returncode == 1
    assert b"loading\n" in errors
    assert b"loading, from C\n" in errors


def test_a_closed_pipe_ends_quietly(driver: subprocess.Popen[bytes]) -> None:
    assert driver.stdin
    assert driver.stdout
    assert driver.stderr
    driver.stdin.write(b'{"text": "a"}\n')
    driver.stdin.flush()
    driver.stdout.readline()
    driver.stdout.close()
    driver.stdin.write(b'{"text": "a"}\n')
    driver.stdin.close()
    errors = driver.stderr.read()
    assert driver.wait(timeout=60) == 141
    assert b"Traceback" not in errors
    assert b"BrokenPipe" not in errors


def test_ctrl_c_ends_quietly(driver: subprocess.Popen[bytes]) -> None:
    assert driver.stdin
    assert driver.stdout
    assert driver.stderr
    driver.stdin.write(b'{"text": "a"}\n')
    driver.stdin.flush()
    driver.stdout.readline()
    driver.send_signal(signal.SIGINT)
    _, errors = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert b"Traceback" not in errors


def test_customer_service_answers_from_the_command_line(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge.csv"
    knowledge.write_text("id,question,answer\n1,Where is my parcel?,Track it in your account.\n", encoding="utf-8")
    source = b'{"question": "Where is my parcel?"}\n{"question": ""}\n'
    out = program("predict", "customer_service", "--knowledge", str(knowledge), input=source)
    first, second = map(json.loads, out.stdout.decode().splitlines())
    assert out.returncode == 1
    assert first["outcome"] in {"answer", "clarify", "not_covered", "hand_over"}
    assert first["id"] in {"1", None}
    assert second["error"]["row"] == 2
    assert second["error"]["field"] == "question"
