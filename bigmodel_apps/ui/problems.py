"""What went wrong, said calmly in the page's language. No traceback reaches a user."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from bigmodel_apps import locales, runtime
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t

_AT_ONCE = 5
_ATTEMPTED = "problems.attempted"

logger = logging.getLogger(__name__)


def describe(problem: Problem) -> str:
    """One problem in the current language, as Markdown that shows users' text literally."""
    return escape(locales.describe(problem, current()))


def described(problems: Sequence[Problem]) -> list[str]:
    """The same of several; those that differ in their row only are one."""
    return [escape(line) for line in locales.describe_all(problems, current())]


def show(problems: Sequence[Problem], *, title: str | None = None) -> None:
    """A callout with the first problems, the rest folded below it."""
    if not problems:
        return
    lines = described(problems)
    body = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines[:_AT_ONCE])
    st.warning(body, icon=":material/edit_note:", title=title)
    if len(lines) > _AT_ONCE:
        with st.expander(t("problems-more", count=len(lines) - _AT_ONCE), type="compact"):
            st.markdown("\n".join(f"- {line}" for line in lines[_AT_ONCE:]))


def attempt(action: Callable[..., object], *arguments: Any) -> None:
    """For callbacks, which run before anything is drawn: `show_attempted` says on the page what went wrong."""
    try:
        action(*arguments)
    except Exception as error:
        st.session_state[_ATTEMPTED] = runtime.problems_of(error)


def show_attempted() -> None:
    """What went wrong in the callback before this run, once."""
    show(st.session_state.pop(_ATTEMPTED, ()))


@contextmanager
def guard() -> Iterator[None]:
    """Show whatever the block raises in words; log the unexpected under a reference that the user can quote.

    Works as a decorator too. A fragment reruns without its page, so decorate fragments: ``@st.fragment`` above
    ``@guard()``.
    """
    try:
        yield
    except InputError as error:
        show(error.problems)
    except Unavailable as error:
        st.info(describe(error.problem), icon=":material/cloud_off:")
    except Busy as error:
        st.info(describe(error.problem), icon=":material/hourglass_top:")
    except Cancelled as error:
        st.info(describe(error.problem), icon=":material/do_not_disturb_on:")
    except Exception:
        reference = uuid.uuid4().hex[:8]
        logger.exception("unexpected error %s", reference)
        st.error(t("unexpected-error", reference=reference), icon=":material/error:")
