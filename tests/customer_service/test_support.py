"""Which sentences a source supports: figures, words and "not", in both languages and across them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.customer_service.facts import contacts, facts, without_contacts, without_facts
from bigmodel_apps.customer_service.support import Doubt, Grounds, Source
from bigmodel_apps.customer_service.suspicion import addresses_assistant, directs

SOURCES = [
    Source(
        "Returns",
        "You have 30 days from delivery to return an item. Items must be unworn. Sale items cannot be returned. "
        "If you have not received a label, ask for one within 3 days.",
    ),
    Source("Contact", "Call us on +1 555 010 0199 or write to help@harbour.example. We answer within 2 working days."),
    Source(
        "退款",
        "退货运费由我们承担。退款在五个工作日内退回原支付方式。定制商品不支持退货。礼品卡余额为 1,200 元，有效期至 5 月 12 日。",
    ),
]


@pytest.mark.parametrize(
    ("text", "cited", "doubt"),
    [
        ("You can return an item within 30 days of delivery.", [1], None),
        ("You have thirty days from delivery to return items.", [1], None),
        ("You can return an item within 60 days of delivery.", [1], "figure"),
        ("You can return an item within 30 hours of delivery.", [1], "figure"),
        ("You can return an item within 30 days of delivery.", [2], "figure"),
        ("Sale items cannot be returned.", [1], None),
        ("Sale items can be returned.", [1], "negation"),
        ("Unworn items must not be returned.", [1], "negation"),
        ("Ask for a label within 3 days.", [1], None),
        ("You can call us on (+1) 555-010-0199.", [2], None),
        ("You can call us on +1 555 010 0198.", [2], "contact"),
        ("Write to help@harbour.example.com.", [2], "contact"),
        ("We answer within two business days.", [2], None),
        ("We answer within 2 days.", [2], "figure"),
        ("Our shop in Paris opens at dawn.", [1], "words"),
        ("Yes.", [1], "words"),
        ("You can return an item within 30 days.", [], "uncited"),
        ("退货运费由我们承担。", [3], None),
        ("退款将在5个工作日内退回原支付方式。", [3], None),
        ("退款将在三个工作日内退回原支付方式。", [3], "figure"),
        ("定制商品支持退货。", [3], "negation"),
        ("礼品卡余额为 1200 元。", [3], None),
        ("礼品卡余额为 1200 美元。", [3], "figure"),
        ("礼品卡有效期至 6 月 12 日。", [3], "figure"),
        # Across the languages.
        ("Refunds reach your original payment method within 5 working days.", [3], None),
        ("Refunds reach your original payment method within 9 working days.", [3], "figure"),
        ("Custom items can be returned.", [3], "negation"),
        ("收货后30天内可以退回商品。", [1], None),
        ("收货后90天内可以退回商品。", [1], "figure"),
        ("本店出售自行车和雨伞。", [1], "words"),
    ],
)
def test_support(text: str, cited: list[int], doubt: Doubt | None) -> None:
    found = Grounds(SOURCES).support(text, cited)
    assert found.doubt == doubt
    assert bool(found.sentences) == (doubt is None)
    for sentence in found.sentences:
        assert sentence.text in SOURCES[sentence.source - 1].text


def test_every_sentence_of_the_sources_supports_itself() -> None:
    grounds = Grounds(SOURCES)
    for found in grounds._sentences:
        assert grounds.support(found.text, [found.source]).doubt is None, found


@given(st.text(max_size=200), st.lists(st.integers(0, 5), max_size=3))
def test_any_text_is_judged(text: str, cited: list[int]) -> None:
    found = Grounds(SOURCES).support(text, cited)
    assert (found.doubt is None) == bool(found.sentences)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thirty days", "30 天"),
        ("三十天", "30 days"),
        ("$1,250.00", "1250 dollars"),
        ("20%", "百分之二十"),
        ("5 working days", "五个工作日"),
        ("两周", "2 weeks"),
        ("1万元", "10,000 yuan"),
        ("12 May", "5月12日"),
        ("on Mondays", "周一"),
        ("in May 2026", "2026年五月"),
        ("https://www.Shop.example/a/.", "shop.example/a"),
        ("evil [dot] example", "hxxp://evil.example"),
    ],
)
def test_one_fact_in_two_spellings(one: str, other: str) -> None:
    assert facts(one, required=True) == facts(other, required=True)
    assert facts(one)


@pytest.mark.parametrize(
    "text", ["我们一起吃", "十分感谢", "万一下雨", "One of us may march on", "e.g. this", "in a way"]
)
def test_no_facts(text: str) -> None:
    assert not facts(text, required=True)


@given(st.text())
def test_what_is_required_is_also_given(text: str) -> None:
    assert facts(text, required=True) <= facts(text)
    assert not contacts(without_contacts(text))
    assert not contacts(without_facts(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/b?c=d",
        "www.shop.example",
        "javascript:alert(1)",
        "mailto:x@y.example",
        "data:text/html;base64,AAAA",
        "me@shop.example",
        "@help_desk",
        "+44 20 7946 0958",
        "4111 1111 1111 1111",
        "call 911",
        "拨打95588",
        "微信号 abc_123",
        "10.0.0.1:8080",
        "hxxps://evil[.]example",
        "evil (dot) example",
        "name [at] host.example",
        "请打开evil.example看看",
        "tel:110",
    ],
)
def test_contact_points(text: str) -> None:
    assert contacts(text)
    assert directs(text)
    assert not contacts(without_contacts(f"Now {text} please"))


@pytest.mark.parametrize(
    "text", ["We open at 9:30.", "On 2026-05-12 we close.", "It costs 1,250.00 dollars, e.g. for two.", "共 1200 件。"]
)
def test_no_contact_points(text: str) -> None:
    assert not contacts(text)


ORDINARY = [
    "If you forget your password, choose “Reset” and follow the instructions in the message.",
    "A system update starts at night; ignore the message about low disk space.",
    "We transfer your call to a colleague when we cannot help.",
    "You are entitled to a refund within 14 days.",
    "Our assistant answers simple questions around the clock.",
    "忘记密码时，请按页面提示重置。",
    "系统提示密码错误时，请重试。",
    "客服将在 24 小时内回复您。",
    "请不要把验证码告诉他人。",
    "如果您是会员，可以享受折扣。",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_documents_do_not_speak_to_the_assistant(text: str) -> None:
    assert not addresses_assistant(text)
