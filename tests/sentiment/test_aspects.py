from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.locales import LANGUAGES, Language, describe, message
from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment.aspects import MAX_MENTIONS, clause, list_names, mentions, parse, shipped
from bigmodel_apps.sentiment.schema import MAX_ASPECTS, Aspect
from bigmodel_apps.text.language import HAN


def found(text: str, *aspects: Aspect) -> list[tuple[str, str]]:
    return [(one.aspect, text[one.start : one.end]) for one in mentions(text, aspects)]


@pytest.mark.parametrize("name", list_names())
def test_the_lists_that_ship_speak_both_languages(name: str) -> None:
    english, chinese = shipped(name, "en"), shipped(name, "zh")
    assert 8 <= len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert one.terms == other.terms
        assert not HAN.search(one.name)
        assert HAN.search(other.name)
        terms = [term for term in one.terms if HAN.search(term)]
        assert min(len(terms), len(one.terms) - len(terms)) >= 7
    for language in LANGUAGES:
        assert message(f"aspects-{name}", language)
        names = [one.name for one in shipped(name, language)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("restaurant", "房间一尘不染，员工也很热情，就是早餐太差了。", {"卫生", "环境", "服务", "菜品"}),
        ("restaurant", "等了半个小时，包厢很安静，晚餐地道", {"等位", "环境", "菜品", "口味"}),
        ("shop", "员工耐心，衣服开线了，还偏长，袋子破了", {"客服", "质量", "尺码", "包装"}),
        ("shop", "It broke, the driver was late, and the assistant was rude", {"质量", "物流", "客服"}),
        ("app", "更新后打不开，手机号也登不上，手机号找工作人员也没用", {"更新", "稳定性", "登录", "客服"}),
        ("app", "The phone number is gone, the cache is full, and it is not working", {"登录", "耗电", "稳定性"}),
        ("bank", "专业热情，理财划算，挂失很麻烦，取钱要取号", {"员工", "利率", "银行卡", "自助设备", "网点"}),
    ],
)
def test_plain_words_lead_to_their_aspects(name: str, text: str, expected: set[str]) -> None:
    assert {aspect for aspect, _ in found(text, *shipped(name, "zh"))} == expected


@pytest.mark.parametrize("name", list_names())
def test_no_word_of_a_list_stands_for_two_aspects(name: str) -> None:
    words = Counter(term.casefold() for one in shipped(name, "en") for term in one.terms)
    assert {word for word, count in words.items() if count > 1} == set()


def test_english_words_match_in_every_form() -> None:
    waiter, price = Aspect(name="Staff", terms=("waiter", "front desk")), Aspect(name="price")
    assert found("The WAITERS were rude. Front-desk too. Pricing and prices!", waiter, price) == [
        ("Staff", "WAITERS"),
        ("Staff", "Front-desk"),
        ("price", "Pricing"),
    ]
    assert found("A waitering thing, surprise", Aspect(name="rise"), Aspect(name="price")) == []


def test_the_longest_term_wins() -> None:
    service, customer = Aspect(name="Service"), Aspect(name="Hotline", terms=("customer service",))
    assert found("Customer service is bad, the service is good", service, customer) == [
        ("Hotline", "Customer service"),
        ("Service", "service"),
    ]
    assert found("客服态度差", Aspect(name="态度"), Aspect(name="客服", terms=("客服态度",))) == [("客服", "客服态度")]


def test_chinese_terms_respect_words() -> None:
    noodles, air = Aspect(name="面"), Aspect(name="天气")
    assert found("各方面都好，面很好吃", noodles) == [("面", "面")]
    assert found("今天气死我了", Aspect(name="别的", terms=("天气",))) == []
    assert found("天气很好", air) == [("天气", "天气")]


def test_a_name_that_is_no_word_is_found_as_it_stands() -> None:
    assert found("We paid $4.99 for C++ and Wi-Fi", *parse("$4.99, C++, wi-fi", "en")) == [
        ("$4.99", "$4.99"),
        ("C++", "C++"),
        ("wi-fi", "Wi-Fi"),
    ]
    assert found("今天气死我了", Aspect(name="天气")) == [("天气", "天气")]  # where it is nowhere else


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("The room was spotless, but breakfast was a joke.", "room", "The room was spotless"),
        ("The room was spotless, but breakfast was a joke.", "breakfast", "but breakfast was a joke."),
        ("Great food, terrible service!", "service", "terrible service!"),
        ("The food is good and the service is slow", "food", "The food is good"),
        ("The food is good and the service is slow", "service", "and the service is slow"),
        ("The service, however, was slow.", "service", "The service, however, was slow."),
        ("Food: great. Rooms: dirty.", "Food", "Food: great."),
        ("菜很好吃，但是服务员态度差。", "菜", "菜很好吃"),
        ("菜很好吃，但是服务员态度差。", "服务员", "但是服务员态度差。"),
        ("服务，很差", "服务", "服务，很差"),
        ("屏幕清晰就是电池不耐用", "电池", "就是电池不耐用"),
        ("屏幕", "屏幕", "屏幕"),
    ],
)
def test_clauses(text: str, term: str, expected: str) -> None:
    start = text.index(term)
    first, last = clause(text, start, start + len(term))
    assert text[first:last] == expected


def test_once_for_each_clause_and_a_few_for_each_text() -> None:
    food = Aspect(name="food")
    assert len(found("Food and more food, bad food", food)) == 2
    assert len(found("The food is fine. " * 30, food)) == MAX_MENTIONS


def test_what_is_written_on_a_command_line() -> None:
    assert parse("restaurant", "zh") == shipped("restaurant", "zh")
    assert parse(" food, staff=waiter|waitress ,食物，food,", "en") == (
        Aspect(name="food"),
        Aspect(name="staff", terms=("waiter", "waitress")),
        Aspect(name="食物"),
    )
    assert parse("", "en") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("=a|b", "aspect-unusable"),
        ("x" * 61, "aspect-unusable"),
        ("a=" + "y" * 61, "aspect-unusable"),
        (",".join(map(str, range(MAX_ASPECTS + 1))), "aspects-too-many"),
    ],
)
def test_what_cannot_be_an_aspect(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "en")
    assert caught.value.problems[0].code == code
    assert len({describe(caught.value.problems[0], language) for language in LANGUAGES}) == 2


pieces = st.sampled_from(
    ["food", " Foods", "服务", "很", "，", ", but ", ". ", "\n", "😀", "ﬁ", "㎡", "C++", "and the ", "(", "!"]
)


@given(st.lists(pieces | st.text(max_size=2), max_size=40).map("".join), st.sampled_from(LANGUAGES))
def test_mentions_index_the_text(text: str, language: Language) -> None:
    end = 0
    for one in mentions(text, (*shipped("restaurant", language), Aspect(name="C++"))):
        assert end <= one.start < one.end <= len(text)
        assert one.sentence[0] <= one.clause[0] <= one.start
        assert one.end <= one.clause[1] <= one.sentence[1] <= len(text)
        end = one.end if one.aspect != "C++" else end
