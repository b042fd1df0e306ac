"""The language of this page: the address (``?lang=zh``), then the session, then the browser."""

from __future__ import annotations

import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from bigmodel_apps import locales
from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.ui import address

_OWN_NAMES = {"en": "English", "zh": "中文"}


def current() -> Language:
    """The language in which this run speaks."""
    return cast(Language, address.chosen("lang", LANGUAGES, locales.negotiate(st.context.locale)))


def t(id: str, /, **values: Any) -> str:
    """The message `id` in the current language. `KeyError` where the catalogue lacks it or one of its values."""
    return locales.message(id, current(), **values)


def switcher() -> Language:
    """The language switch; draws it where it is called and returns the language."""
    default = locales.negotiate(st.context.locale)
    return cast(Language, address.switch(t("language-switch"), "lang", LANGUAGES, default, _OWN_NAMES.__getitem__))


def number(value: float) -> str:
    """A whole number exactly, any other with three significant digits, in the current language."""
    return locales.number(value, current())


def percent(share: float) -> str:
    """A share between 0 and 1 as a percentage with three significant digits, in the current language."""
    return locales.percent(share, current())


def date(value: datetime.date) -> str:
    """A calendar day, in the current language."""
    return locales.date(value, current())


def moment(value: datetime.datetime) -> str:
    """Day and time to the minute on the visitor's clock, in the current language."""
    return locales.moment(value, current(), zone())


def zone() -> datetime.tzinfo:
    """The visitor's time zone; UTC where the browser names none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):  # such as Etc/Unknown
        return datetime.UTC


def duration(seconds: float) -> str:
    """A length of time in the two units that matter, in the current language: 45 s, 3 min, 1 h 20 min."""
    return locales.duration(seconds, current())
