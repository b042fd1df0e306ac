"""The live result on the overview: what stands first for a shopper of the sample shop, and because of what."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.recommendation import lists, shelf
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.palette import MARKDOWN
from pages.recommendation import opened, person
from pages.recommendation.made import Shown, heaviest


def draw() -> None:
    """Their last choices, the item, and the choice that weighs most for it."""
    shop = shelf.open_shop()
    user = person.offered(shop)[0]
    history = shop.histories[shop.users[user]]
    (made,) = lists.make(shop.recommender, [history])
    shown = Shown(made, lists.explain(shop.recommender, history, made.items))
    last = t("list-separator").join(opened.quoted(shop, int(item)) for item in history[-2:])
    st.markdown(f":material/shopping_bag: {t('recommendation-miniature-chose', items=last)}")
    st.markdown(f":{MARKDOWN['primary']}[:material/recommend: **{escape(opened.title(shop, int(made.items[0])))}**]")
    if (because := heaviest(shown, 0)) is not None:
        st.markdown(t("recommendation-miniature-because", item=escape(opened.title(shop, int(history[because])))))
    st.caption(t("recommendation-miniature"))
