"""Any causal language model of the hub, or of a folder laid out like one, written with on this machine.

It shares the device with the engine, not its worker: an answer takes seconds, a prediction milliseconds. One model is
in memory at a time and writes one answer at a time; others wait for their turn, and a few more than that are told to
come back. On a CPU it takes half of the cores, so that predictions of other visitors keep running beside it.

Safetensors only, no code of the model's author is run, and a model whose weights do not fill it (an encoder that has
never learnt to write, say) is refused.
"""

from __future__ import annotations

import gc
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil
import threadpoolctl

from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.runtime import device as devices
from bigmodel_apps.runtime.chat import Finish, Listener, Message, Meter
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.runtime.jobs import in_background, result_of
from bigmodel_apps.runtime.sources import HUB_DEADLINE, resolve

MAX_NEW_TOKENS = 512
MAX_WAITING = 4
"""Answers that may wait for the model before `Busy`."""

_SECONDS_AN_ANSWER = 20.0
_POLL = 0.1
_SHARE_OF_MEMORY = 0.8
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}(@[\w./-]{1,100})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Local:
    """A model of the hub (``owner/name`` or ``owner/name@revision``) or of a local folder (an absolute path).

    Raises:
        InputError: `model` is neither.
    """

    model: str

    def __post_init__(self) -> None:
        if not (_HUB_ID.fullmatch(self.model) or self._is_folder):
            raise InputError(Problem("chat-model-name"))

    @property
    def _is_folder(self) -> bool:
        return self.model.startswith(("/", "~")) and self.model.isprintable()

    @property
    def name(self) -> str:
        """The id, or the folder's name."""
        return Path(self.model).name if self._is_folder else self.model

    def write(self, messages: list[Message], listener: Listener) -> Finish:
        """See `ChatModel.write`."""
        with _turns.take(listener):
            listener.phase("loading")
            writer = result_of(in_background(lambda: _held.get(self)), listener.stopped)
            listener.phase("writing")
            return writer.write(messages, listener)

    def folder(self) -> Path:
        """Where the weights lie, downloading them if need be.

        Raises:
            Unavailable: Out of reach, or too large to be downloaded for this machine; the problem says why.
        """
        if self._is_folder:
            _check_folder(self.model)
        else:
            _check_size(_hub_size(self.model), devices.choose(), self.name)
        location = str(Path(self.model).expanduser()) if self._is_folder else self.model
        # The name is also that of a folder for adapted copies, so nothing a visitor types may be in it.
        name = f"chat-{sha256(location.encode()).hexdigest()[:16]}"
        source = Source("repository" if self._is_folder else "hub", location)
        try:
            path = resolve(ModelSpec(name=name, task="chat", loader="", sources=(source,))).path
        except Unavailable as error:
            if not self._is_folder:
                raise Unavailable(
                    Problem("model-unreachable", details={**error.problem.details, "model": self.model})
                ) from None
            reason = error.problem.details["repository"]
            raise Unavailable(Problem("chat-folder", details={"folder": self.model, "reason": reason})) from None
        if path is None or not any(path.glob("*.safetensors")) or not (path / "config.json").is_file():
            raise Unavailable(Problem("chat-folder", details={"folder": self.model, "reason": "missing"}))
        return path


class _Turns:
    """One at a time, in the order of arrival as far as the lock keeps it; no more than `MAX_WAITING` behind."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0

    @contextmanager
    def take(self, listener: Listener) -> Iterator[None]:
        listener.phase("waiting")
        with self._counting:
            if self._waiting >= MAX_WAITING:
                raise Busy(self._waiting * _SECONDS_AN_ANSWER)
            self._waiting += 1
        try:
            while not self._writing.acquire(timeout=_POLL):
                if listener.stopped():
                    raise Cancelled
        finally:
            with self._counting:
                self._waiting -= 1
        try:
            yield
        finally:
            self._writing.release()


class _Held:
    """The model in memory: the last one that was asked."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._name = ""
        self._writer: _Writer | None = None

    def get(self, local: Local) -> _Writer:
        # A load that its reader has given up on goes on here, and the next reader waits for it.
        with self._loading:
            if self._writer is None or self._name != local.model:
                folder, device = local.folder(), devices.choose()
                self._writer = None  # before the next one comes in: two may not fit
                gc.collect()
                devices.empty_cache(device)
                self._writer, self._name = _Writer(folder, device, local.name), local.model
            return self._writer


class _Writer:
    """A loaded model. One thread at a time."""

    def __init__(self, folder: Path, device: Device, name: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        _check_size(sum(file.stat().st_size for file in folder.glob("*.safetensors")), device, name)
        self._name = name
        self._device = device
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            self._model, report = AutoModelForCausalLM.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=getattr(torch, device.dtype),
                output_loading_info=True,
            )
            missing = report["missing_keys"]
            self._model = self._model.to(device.torch_name).eval()
        except torch.OutOfMemoryError:
            raise Unavailable(Problem("chat-memory", details={"model": name})) from None
        except Exception as error:  # whatever a folder of a stranger can hold
            raise Unavailable(
                Problem("chat-model-broken", details={"model": name, "error": type(error).__name__})
            ) from error
        if missing:
            raise Unavailable(Problem("chat-model-not-causal", details={"model": name}))

    def write(self, messages: list[Message], listener: Listener) -> Finish:
        import torch
        from transformers import StoppingCriteria, TextStreamer

        meter = Meter(listener)

        class Streamer(TextStreamer):
            """Hands finished text to the meter."""

            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002
                meter.piece(text)

        class Stop(StoppingCriteria):
            """Ends the answer when nobody reads it any more, or when it is long enough."""

            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:  # noqa: ARG002
                over = meter.full or listener.stopped()
                return torch.full((input_ids.shape[0],), over, dtype=torch.bool, device=input_ids.device)

        with ExitStack() as stack:
            if self._device.kind == "cpu":
                # Limits this thread only, once torch has given the thread its number.
                half = max(1, torch.get_num_threads() // 2)
                stack.enter_context(threadpoolctl.threadpool_limits(half, user_api="openmp"))
            inputs = self._encode(messages)
            length = inputs["input_ids"].shape[1]
            room = self._room(length)
            try:
                with torch.inference_mode():
                    output = self._model.generate(
                        **inputs,
                        max_new_tokens=room,
                        do_sample=False,
                        pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id or 0,
                        streamer=Streamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True),
                        stopping_criteria=[Stop()],
                    )
            except torch.OutOfMemoryError:
                raise Unavailable(Problem("chat-memory", details={"model": self._name})) from None
        if listener.stopped():
            raise Cancelled
        return "cut" if meter.full or output.shape[1] - length >= room else "complete"

    def _encode(self, messages: list[Message]) -> Any:
        """Token ids and mask, by the model's own chat template where it has one."""
        tokenizer = self._tokenizer
        if not tokenizer.chat_template:
            text = "\n\n".join(message.content for message in messages) + "\n\n"
            encoded = tokenizer(text, return_tensors="pt")
        else:
            from jinja2.exceptions import TemplateError

            try:
                encoded = self._template([{"role": message.role, "content": message.content} for message in messages])
            except TemplateError:  # a template that knows no system message
                content = "\n\n".join(message.content for message in messages)
                encoded = self._template([{"role": "user", "content": content}])
        names = ("input_ids", "attention_mask")
        return {name: encoded[name].to(self._device.torch_name) for name in names if name in encoded}

    def _template(self, messages: list[dict[str, str]]) -> Any:
        return self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )

    def _room(self, length: int) -> int:
        """Tokens that may be written after a prompt of `length` tokens."""
        most = getattr(self._model.config, "max_position_embeddings", None)
        room = min(MAX_NEW_TOKENS, most - length) if isinstance(most, int) else MAX_NEW_TOKENS
        if room < 16:
            raise Unavailable(
                Problem("chat-prompt-long", details={"model": self._name, "tokens": length, "limit": most or 0})
            )
        return room


def _check_folder(model: str) -> None:
    """Refuse what does not look like a model, before anything walks what may be a whole disk."""
    reason = "missing"
    with suppress(OSError, RuntimeError):  # no permission, a name that is too long, the home of nobody
        folder = Path(model).expanduser()
        if (folder / "config.json").is_file():
            if any(folder.glob("*.safetensors")):
                return
            reason = "pickled" if any(folder.glob("pytorch_model*.bin")) else "missing"
    raise Unavailable(Problem("chat-folder", details={"folder": model, "reason": reason}))


def _hub_size(model: str) -> int:
    """Bytes of weights that the hub would send; 0 where they lie here already or the hub does not say."""
    from huggingface_hub import HfApi, constants, try_to_load_from_cache

    repository, _, revision = model.partition("@")
    cached = try_to_load_from_cache(repository, "config.json", revision=revision or None)
    if isinstance(cached, str) or constants.is_offline_mode():
        return 0
    try:
        info = HfApi().model_info(repository, revision=revision or None, timeout=HUB_DEADLINE, files_metadata=True)
    except Exception:  # `resolve` asks again and says why
        return 0
    return sum(file.size or 0 for file in info.siblings or () if file.rfilename.endswith(".safetensors"))


def _check_size(size: int, device: Device, name: str) -> None:
    """Refuse what does not fit, before it takes the memory that others work in."""
    if device.kind == "cuda":
        import torch

        free = torch.cuda.mem_get_info(device.index)[0]
    else:
        free = psutil.virtual_memory().available
    if size > _SHARE_OF_MEMORY * free:
        raise Unavailable(
            Problem("chat-too-large", details={"model": name, "size": round(size / 1e6), "free": round(free / 1e6)})
        )


_turns = _Turns()
_held = _Held()
