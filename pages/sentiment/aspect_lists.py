"""The aspects to judge: a list that ships, or what its owner made of it, kept in the workspace."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.locales import LANGUAGES
from bigmodel_apps.sentiment.aspects import list_names, shipped
from bigmodel_apps.sentiment.schema import Aspect
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Dataset
from pages.sentiment.choices import DOMAIN

LIST = "sentiment-aspect-list"
_KIND = "sentiment-aspects"


def choose_list(default: str, key: str = LIST, *, collapsed: bool = False) -> str:
    """The selector of the list; returns its name."""
    names = list_names()
    chosen: str = st.selectbox(
        t("sentiment-aspect-list"),
        names,
        index=names.index(default),
        format_func={name: t(f"aspects-{name}") for name in names}.__getitem__,
        key=key,
        persist_state="session",
        label_visibility="collapsed" if collapsed else "visible",
        width=200,
    )
    return chosen


def aspects(name: str) -> tuple[Aspect, ...]:
    """A list as this visitor has it."""
    return _edited(name) or shipped(name, current())


def to_judge(name: str) -> tuple[Aspect, ...]:
    """The same by names that do not depend on the page's language, so that a table is scored once for both."""
    return _edited(name) or shipped(name, LANGUAGES[0])


def _edited(name: str) -> tuple[Aspect, ...]:
    kept = _kept(name)
    if kept is None:
        return ()
    rows = json.loads(workspace.default().datasets.content(kept.id, owner()))
    return tuple(Aspect(name=row["name"], terms=row["terms"]) for row in rows)


def changed(name: str) -> bool:
    """Whether the list is no longer the one that ships."""
    return _kept(name) is not None


def keep(name: str, found: Sequence[Aspect]) -> None:
    """Keep a list as edited."""
    content = json.dumps([aspect.model_dump(mode="json") for aspect in found], ensure_ascii=False).encode()
    kept, datasets = _kept(name), workspace.default().datasets
    if kept is None:
        datasets.add(owner(), DOMAIN, _KIND, name, content, {"rows": len(found), "language": current()})
    else:
        datasets.update(kept.id, owner(), content, {**kept.meta, "rows": len(found)})


def reset(name: str) -> None:
    """Return to the list that ships."""
    kept = _kept(name)
    if kept is not None:
        workspace.default().datasets.delete(kept.id, owner())


def _kept(name: str) -> Dataset | None:
    """The edited list of this language: names are words of the page's language."""
    found = workspace.default().datasets.list(owner(), DOMAIN, _KIND)
    mine = (one for one in found if one.owner == owner() and one.name == name)
    return next((one for one in mine if one.meta.get("language") == current()), None)
