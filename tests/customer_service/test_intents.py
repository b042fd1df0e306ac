"""What is no question of knowledge, and what a follow-up leans on."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.customer_service.intents import (
    _FILLER,
    _PHRASES,
    _REST,
    _TALK,
    Lean,
    SmallTalk,
    asks_for_person,
    in_context,
    leans,
    small_talk,
    upset,
)
from bigmodel_apps.customer_service.knowledge import LANGUAGES, TENANTS
from bigmodel_apps.customer_service.questions import Split, out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Turn

SAID: dict[SmallTalk, list[str]] = {
    "greeting": [
        *("hi", "Hello!", "hey there", "Good morning", "Hi, how are you?", "hello, anyone there?", "Greetings 👋"),
        *("您好", "你好呀", "早上好！", "在吗？", "有人吗", "哈喽～", "嗨", "你好，在吗"),
    ],
    "thanks": [
        *(
            "thanks",
            "Thank you so much!",
            "thx",
            "ok thanks",
            "That helps, thank you",
            "cheers 🙏",
            "thanks for your help",
        ),
        *("谢谢", "好的，谢谢", "非常感谢！", "多谢了", "谢谢您", "辛苦了", "谢谢您的帮助"),
    ],
    "goodbye": [
        *("bye", "Goodbye!", "thanks, bye", "see you later", "Have a nice day", "that's all, thank you"),
        *("再见", "拜拜", "好的，再见", "没别的问题了，谢谢", "晚安"),
    ],
    "identity": [
        *("who are you?", "Are you a robot?", "hi, what can you do?", "Am I talking to a human?", "is this a bot"),
        *("你是谁？", "您是机器人吗", "你叫什么名字", "你能做什么？", "我在和机器人说话吗", "你是真人还是机器人"),
    ],
    "complaint": [
        *(
            "you are useless",
            "This bot is stupid!",
            "you don't understand me",
            "that's not what I asked",
            "that didn't help",
        ),
        *("没用", "答非所问", "你听不懂我的话", "太笨了", "这不是我问的", "机器人真没用"),
    ],
    "acknowledgement": [
        *("ok", "Okay.", "got it", "I see", "yes", "no", "sounds good", "alright then", "👌 fine"),
        *("好的", "嗯嗯", "知道了", "明白了", "行吧", "原来如此", "没关系"),
    ],
}


@pytest.mark.parametrize(("kind", "message"), [(kind, said) for kind, messages in SAID.items() for said in messages])
def test_a_courtesy_is_no_question(kind: SmallTalk, message: str) -> None:
    assert small_talk(message) == kind
    assert not asks_for_person(message)


@pytest.mark.parametrize(
    "question",
    [
        "thanks, but how do I return it?",
        "hello, where is my parcel",
        "ok and for express?",
        "Hi there, can I pay by card?",
        "good morning, when do you open",
        "no, the other card",
        "thank you card wrapping",
        "Are you open on Sunday?",
        "what can you do about a lost parcel?",
        "the bot said 30 days",
        "your delivery is useless to me on Mondays",
        "are you a member of the deposit insurance",
        "谢谢，那怎么退货？",
        "您好，我的包裹在哪里",
        "好的，那多久到账",
        "你好，请问能开发票吗",
        "你们是上市公司吗",
        "在吗？我要退款",
        "你能帮我查一下快递吗",
        "没用过优惠券能补吗",
        "不是我签收的怎么办",
        "可以退吗",
        "",
        "   ",
        "?!",
        "👍",
    ],
)
def test_a_question_is_not_swallowed(question: str) -> None:
    assert small_talk(question) is None


@pytest.mark.parametrize(("tenant", "language", "split"), product(TENANTS, LANGUAGES, ("heldout", "tuning")))
def test_no_question_of_the_tenants_is_small_talk_or_a_wish_for_a_person(
    tenant: str, language: str, split: Split
) -> None:
    asked = [question.text for question in paraphrases(tenant, language, split)]  # type: ignore[arg-type]
    assert len(asked) == 240
    assert [text for text in asked if small_talk(text) or asks_for_person(text)] == []


@pytest.mark.parametrize(("tenant", "language"), product(TENANTS, LANGUAGES))
def test_no_question_outside_the_knowledge_is_either(tenant: str, language: str) -> None:
    for asked in out_of_scope(tenant, language).values():  # type: ignore[arg-type]
        assert [one.text for one in asked if small_talk(one.text) or asks_for_person(one.text)] == []


@given(st.text(max_size=300))
def test_any_text_is_read_and_quickly(text: str) -> None:
    assert small_talk(text) in (None, *SAID)
    leans(text)
    upset(text)


@pytest.mark.parametrize("flood", ["hi " * 1_000, "啊" * 5_000, "ok," * 60 + "x", "-" * 5_000, "you are so " * 9 + "y"])
def test_a_flood_is_read_in_no_time(flood: str) -> None:
    assert small_talk(flood) is None


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Ends a match that does not end: 2 to the power of 60 steps can only be interrupted."""

    def stop(*_: object) -> None:
        pytest.fail(f"not done in {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


PIECES = sorted(set(re.findall("[a-z][a-z ]*|[\u4e00-\u9fff]+", "|".join((_FILLER, *_PHRASES.values())))))


def test_the_pieces_are_those_of_the_patterns() -> None:
    assert {"那", "就", "so much", "for now", "for ", "help", "真的", "怎么这么", "really "} <= set(PIECES)


@pytest.mark.parametrize("separator", ["", " ", "，"])
def test_a_word_said_sixty_times_is_read_in_no_time(separator: str) -> None:
    floods = ["那就" * 60 + "x", *((piece + separator) * 60 + "x" for piece in PIECES)]
    for flood in (*floods, *("for your help" + flood for flood in floods)):
        with deadline(5):
            _REST.fullmatch(flood)
            for pattern in _TALK.values():
                pattern.match(flood)
            asks_for_person(flood)
            upset(flood)
            leans(flood)


def test_then_comes_before_a_courtesy_in_any_way() -> None:
    assert small_talk("那就谢谢了") == small_talk("那谢谢") == small_talk("就谢谢") == "thanks"
    assert small_talk("好的那就") == "acknowledgement"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("This is ridiculous, I want my money", True),
        ("I am so angry", True),
        ("you are useless", True),
        ("I'm fed up with this", True),
        ("气死我了", True),
        ("我要投诉", True),
        ("太差劲了，三次都没解决", True),
        ("How do I return it?", False),
        ("is this text message a scam?", False),
        ("My parcel is late", False),
        ("怎么退货", False),
        ("包裹破了", False),
        ("谢谢", False),
    ],
)
def test_upset_takes_clear_words(message: str, expected: bool) -> None:
    assert upset(message) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And for international orders?", "swap"),
        ("what about express", "swap"),
        ("那国际订单呢？", "swap"),
        ("房贷呢", "swap"),
        ("如果是在国外呢", "swap"),
        ("how long does it take?", "pronoun"),
        ("Is that free?", "pronoun"),
        ("它收费吗", "pronoun"),
        ("这个怎么收费", "pronoun"),
        ("why?", "short"),
        ("How much?", "short"),
        ("要多久？", "short"),
        ("Do you offer gift wrapping for birthday presents?", None),
        ("Where can I buy spare parts for my lamp?", None),
        ("怎么申请第二台显示器？", None),
        ("And what happens when an account holder has died abroad?", None),
    ],
)
def test_how_a_question_leans(question: str, expected: Lean | None) -> None:
    assert leans(question) == expected


def turns(*texts: str) -> list[Turn]:
    return [Turn(role="customer", text=text) for text in texts]


def test_a_follow_up_takes_what_it_leans_on_along() -> None:
    first = "How much does delivery cost within the country?"
    assert in_context("And for express?", turns(first)) == f"{first} And for express?"
    chain = turns("When do branches open on Saturday?", first, "thanks", "And for express?", "agent please")
    assert in_context("how long does it take?", chain) == f"{first} And for express? how long does it take?"
    alone = "Where can I buy spare parts for my lamp?"
    assert in_context(alone, turns(first)) == alone
    assert in_context("why?", None) == "why?"
    assert in_context("why?", [Turn(role="assistant", text="Because.")]) == "why?"
