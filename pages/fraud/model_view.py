"""What answers, what analysts' decisions make of it, which version is in use, and the way back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.fraud import retraining
from bigmodel_apps.fraud.retraining import Report
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui import odds
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import date, moment, number, percent, t
from bigmodel_apps.ui.models import card, choice
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show_attempted
from bigmodel_apps.ui.versions import Actions, versions
from bigmodel_apps.workspace import Version
from pages.fraud import decisions, opened
from pages.fraud.choices import DOMAIN
from pages.fraud.looks import decision_word

TRAIN = "fraud-train"
CARD = PACKAGE / "fraud" / "weights" / "bank"

_KEY = "fraud-model"
_INPUTS = 12


def model_view() -> None:
    """The view."""
    show_attempted()
    key = opened.choose()
    with guard():
        bank = opened.bank_of(key)
        left, right = st.columns(2, gap="medium")
        with left:
            challenger(bank)
        with right:
            made(bank)
        detector(bank)
    st.caption(t("fraud-model-explain"))
    choice(DOMAIN, lambda name: (name,), lambda _: t("fraud-model-ours"))
    card(CARD, "card", t("fraud-card"), key="fraud-card")


# --- From decisions to a challenger -----------------------------------------------------------------------------------


def challenger(bank: Bank) -> None:
    """The decisions made so far, and the button that learns from them."""
    st.subheader(t("fraud-train-title"), anchor=False)
    given = list(decisions.decided(bank).values())
    counts = {name: sum(case.decision == name for case in given) for name in ("fraud", "legitimate", "later")}
    labels = counts["fraud"] + counts["legitimate"]
    if given:
        said = t("list-separator").join(f"{decision_word(name)} {number(count)}" for name, count in counts.items())
        st.caption(t("fraud-train-decisions", said=said))
    else:
        st.caption(t("fraud-train-empty"))
    start(
        TRAIN,
        t("fraud-train-start", count=labels),
        lambda: _train(bank),
        title=t("fraud-train-job"),
        about={"bank": bank.key},
        disabled=not labels,
    )
    job = newest(TRAIN)
    done = outcome(job, cancelled=t("fraud-train-cancelled"))
    if done is not None:
        st.success(t("fraud-train-done"), icon=":material/check_circle:")


def _train(bank: Bank) -> Work:
    mine = owner()

    def work(progress: Progress, cancelled: Stop) -> str:
        return retraining.train(bank, mine, report=progress, cancelled=cancelled).id

    return work


# --- Versions ---------------------------------------------------------------------------------------------------------


def made(bank: Bank) -> None:
    """The models made so far, the newest first, which one is in use, and the way back."""
    versions(
        retraining.versions(owner(), bank.key),
        retraining.deployed(owner(), bank.key),
        Actions(
            lambda who, id: retraining.deploy(who, id, bank.key),
            retraining.delete,
            lambda who: retraining.roll_back(who, bank.key),
        ),
        what_came_of_it,
        title=t("fraud-versions"),
        empty=t("fraud-versions-empty"),
        key=_KEY,
    )


def what_came_of_it(version: Version) -> None:
    """The comparison, its figures, and what it rests on."""
    found = retraining.report_of(version)
    st.markdown(in_words(found))
    st.dataframe(figures(found), hide_index=True, alt=t("evidence-table"))
    st.caption(
        t(
            "fraud-version-facts",
            rows=found.rows,
            frauds=found.frauds,
            new=found.applied.new,
            overruled=found.applied.overruled,
            first=date(opened.day_date(found.first_test_day)),
            days=found.test_days,
            test_rows=found.test_rows,
            test_frauds=found.test_frauds,
            created=moment(version.created_at),
        )
    )


def in_words(found: Report) -> str:
    """Whether the challenger ranks better than what it was compared with."""
    return t(
        f"fraud-verdict-{found.verdict}",
        rival=escape(found.rival or t("fraud-model-of-bank")),
        difference=odds.signed(found.difference.value),
        low=odds.signed(found.difference.low),
        high=odds.signed(found.difference.high),
    )


def figures(found: Report) -> pd.DataFrame:
    """Both on the same later days."""
    return pd.DataFrame(
        {
            t("evidence-system"): t(f"fraud-system-{name}"),
            t("fraud-figure-ap"): opened.bounded(one.average_precision),
            t("fraud-figure-auc"): opened.bounded(one.auc),
            t("fraud-figure-cp"): t(
                "fraud-figure-of", value=percent(one.card_precision), ceiling=percent(found.ceiling)
            ),
        }
        for name, one in (("challenger", found.challenger), ("champion", found.champion))
    )


# --- What answers -----------------------------------------------------------------------------------------------------


def detector(bank: Bank) -> None:
    """What the detector in use learned from, and which inputs its trees split on."""
    facts = bank.detector.facts
    with st.expander(t("fraud-detector"), icon=":material/account_tree:"):
        if "rows" in facts:
            first = int(facts["first_train_day"])
            st.markdown(
                t(
                    "fraud-detector-facts",
                    engine=escape(bank.detector.engine),
                    rows=int(facts["rows"]),
                    frauds=int(facts["frauds"]),
                    first=date(opened.day_date(first)),
                    last=date(opened.day_date(first + int(facts["train_days"]) - 1)),
                    delay=int(facts["delay_days"]),
                )
            )
        gain = pd.Series(bank.detector.trees.gain(), index=bank.detector.names).nlargest(_INPUTS)
        st.dataframe(
            pd.DataFrame({t("alert-column-input"): gain.index, t("fraud-detector-gain"): gain.to_numpy()}),
            hide_index=True,
            column_config={
                t("fraud-detector-gain"): st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent")
            },
            alt=t("fraud-detector"),
        )
