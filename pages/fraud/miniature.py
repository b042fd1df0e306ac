"""The live result on the overview: the alert at the top of the newest queue."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.fraud import reasons, shelf
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import date, t
from pages.fraud import opened
from pages.fraud.looks import coloured_band


def draw() -> None:
    """Its amount, band and heaviest reason."""
    bank = shelf.open_bank()
    queue = bank.queue(bank.last_day)
    (output,) = opened.explain(bank, queue.tops[:1])
    amount = opened.money(bank.transactions.amounts[queue.tops[0]])
    st.markdown(f":material/credit_card: {t('fraud-miniature-payment', amount=amount)}")
    st.markdown(coloured_band(output.band))
    st.markdown(escape(reasons.heaviest(output.reasons or [], 1)[0].text))
    st.caption(t("fraud-miniature", cards=len(queue), date=date(opened.day_date(bank.last_day))))
