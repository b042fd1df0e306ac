"""Generated sentences of our own: what a grammar of opinion has to get right however the words change.

Negation, disappointed and exceeded expectations, the writer against others, questions and their answers, then and now,
feelings of people, plain statements, and sentences about people that must read alike whoever they are. Vocabulary and
shapes are our own; the test suites that the reader is measured on were not read for them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bigmodel_apps.sentiment.scoring import Span

_W: dict[str, Any] = json.loads((Path(__file__).parent / "corpus/train/words.en.json").read_text(encoding="utf-8"))

Target = tuple[float, float, float]

NEGATIVE: Target = (1.0, 0.0, 0.0)
NEUTRAL: Target = (0.0, 1.0, 0.0)
POSITIVE: Target = (0.0, 0.0, 1.0)
_MILD: Target = (0.0, 0.25, 0.75)
"""What is not bad is good or of no account."""


_WAS = ("is", "was", "seems", "turned out", "looked", "felt")


_OBJECT = {"she": "her", "he": "him"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A generated text, what it is, what in it is asked about (None: the whole), and a twin that must read alike."""

    text: str
    target: Target
    span: Span | None = None
    twin: str = ""


def rows(count: int, chance: random.Random) -> list[Pattern]:
    """So many texts of all kinds but people."""
    found: list[Pattern] = []
    while len(found) < count:
        text, target = chance.choice(_KINDS)(chance)
        found.append(Pattern(_written(text, chance), target))
    return found


def people(count: int, chance: random.Random) -> list[Pattern]:
    """So many texts about people, each with a twin about somebody else."""
    found: list[Pattern] = []
    for _ in range(count):
        kind = chance.random()
        if kind < 0.25:
            found.append(_identity(chance))
            continue
        shape, target = _feeling(chance)
        one, other = _two_people(chance)
        found.append(Pattern(_named(shape, one), target, None, _named(shape, other)))
    return found


def asked(count: int, chance: random.Random) -> list[Pattern]:
    """So many texts with something in them that is asked about."""
    found: list[Pattern] = []
    while len(found) < count:
        things = chance.sample(_W["aspects"], 3)
        kinds = chance.choices((0, 1, 2), weights=(4, 3, 4), k=3)
        parts = [_said(thing, kind, chance) for thing, kind in zip(things, kinds, strict=True)]
        size = chance.choice((1, 2, 2, 2, 3))
        text, spans = "", []
        for place in range(size):
            joint = "" if not place else _joint(kinds[place - 1], kinds[place], chance)
            part = parts[place]
            if not text or joint.endswith((". ", "! ")):
                part = part[0].upper() + part[1:]
            start = len(text) + len(joint) + part.lower().index(things[place])
            text += joint + part
            spans.append((start, start + len(things[place])))
        text += chance.choice((".", ".", ".", "!", " .", ""))
        place = chance.randrange(size)
        found.append(Pattern(text, (NEGATIVE, NEUTRAL, POSITIVE)[kinds[place]], spans[place]))
    return found


def _said(thing: str, kind: int, chance: random.Random) -> str:
    shape = chance.choice((_W["against_it"], _W["about_it"], _W["for_it"])[kind])
    return shape.format(t=thing, g=_strong(_W["good"], chance), b=_strong(_W["bad"], chance))


def _joint(before: int, after: int, chance: random.Random) -> str:
    if {before, after} == {0, 2}:
        return chance.choice((", but ", ", but ", ". However, ", " although ", ", yet ", ". ", " though ", ", while "))
    return chance.choice((", and ", ". ", " and ", ", ", "! ", "; "))


def _strong(words: Sequence[str], chance: random.Random) -> str:
    word = chance.choice(words)
    return chance.choice((word, word, word, f"very {word}", f"really {word}", f"so {word}", f"rather {word}"))


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIOU' else 'a'} {word}"


def _noun(chance: random.Random) -> str:
    return chance.choice(_W["things"])


def _the(chance: random.Random) -> str:
    return f"{chance.choice(('the', 'this', 'that', 'our', 'my', 'their', 'your'))} {_noun(chance)}"


def _sides(chance: random.Random) -> tuple[Sequence[str], Target, Sequence[str], Target]:
    """Words of one side, what they say; words of the other, what those say."""
    if chance.random() < 0.5:
        return _W["good"], POSITIVE, _W["bad"], NEGATIVE
    return _W["bad"], NEGATIVE, _W["good"], POSITIVE


def _against(target: Target) -> Target:
    """What the denial of something says."""
    return {NEGATIVE: _MILD, NEUTRAL: NEUTRAL, POSITIVE: NEGATIVE}[target]


def _word(chance: random.Random) -> tuple[str, Target]:
    words, target = chance.choice(((_W["good"], POSITIVE), (_W["bad"], NEGATIVE), (_W["plain"], NEUTRAL)))
    return chance.choice(words), target


def _statement(chance: random.Random) -> tuple[str, Target]:
    word, target = _word(chance)
    if chance.random() < 0.3:
        verbs, target = chance.choice(
            ((_W["like"], POSITIVE), (_W["dislike"], NEGATIVE), (_W["seen"], NEUTRAL), (_W["see"], NEUTRAL))
        )
        return f"I {chance.choice(verbs)} {_the(chance)}", target
    noun = _noun(chance)
    return chance.choice(
        (
            f"{_the(chance)} {chance.choice(_WAS)} {word}",
            f"it {chance.choice(('is', 'was'))} {_a(word)} {noun}",
            f"that {chance.choice(('is', 'was'))} {_a(f'{word} {noun}')}",
            f"{word} {noun}",
            f"we {chance.choice(_W['seen'])} {_a(f'{word} {noun}')}",
        )
    ), target


def _negation(chance: random.Random) -> tuple[str, Target]:
    if chance.random() < 0.3:
        verbs, target = chance.choice(((_W["like"], NEGATIVE), (_W["dislike"], _MILD), (_W["see"], NEUTRAL)))
        verb = chance.choice(verbs)
        return chance.choice(
            (f"I don't {verb} {_the(chance)}", f"I didn't {verb} {_the(chance)}", f"I never {verb} it")
        ), target
    word, target = _word(chance)
    noun = _noun(chance)
    shape = chance.choice(
        (
            f"{_the(chance)} {chance.choice(('isn’t', 'is not', 'wasn’t', 'was not', 'isn’t', 'was never'))} {word}",
            f"this {chance.choice(('is not', 'was not', 'isn’t'))} {_a(f'{word} {noun}')}",
            f"there was nothing {word} about {_the(chance)}",
            f"I can't say that {_the(chance)} is {word}",
            f"nobody would call it {_a(f'{word} {noun}')}",
            f"far from {word}",
            f"it's anything but {word}",
            f"hardly {_a(f'{word} {noun}')}",
            f"not {_a(f'{word} {noun}')}",
            f"no {word} {noun} here",
        )
    )
    return shape.replace("’", chance.choice(("'", "’", "'"))), _against(target)


def _expectation(chance: random.Random) -> tuple[str, Target]:
    word, target = _word(chance)
    thing = _the(chance)
    hope = chance.choice(
        (
            f"I expected {thing} to be {word}",
            f"I was told that {thing} would be {word}",
            f"they promised us {_a(word)} {_noun(chance)}",
            f"we hoped for {_a(word)} {_noun(chance)}",
            f"the advert calls {thing} {word}",
            f"I had been warned that {thing} might be {word}"
            if target == NEGATIVE
            else f"I was looking for {_a(word)} {_noun(chance)}",
            f"everybody assured me that {thing} was {word}",
            f"I assumed it was going to be {word}",
        )
    )
    turn = chance.choice(
        (
            ", but it wasn't",
            "; it is not",
            ", and it wasn't",
            ". It isn't",
            ", but that's not what we got",
            ", which it's not",
            ". It turned out otherwise",
            ", but no",
            ". I was wrong",
            ", yet it was nothing of the kind",
        )
    )
    if chance.random() < 0.25:
        return hope + chance.choice(
            (", and it was", ", and that's what we got", ". It is", ", and I was right")
        ), target
    return hope + turn, _against(target)


def _middle(chance: random.Random) -> tuple[str, Target]:
    """Something plain between the denial and what it denies."""
    word, target = _word(chance)
    between = chance.choice(_W["middles"])
    thing = _the(chance)
    noun = _noun(chance)
    return chance.choice(
        (
            f"I wouldn't say, {between}, that {thing} is {word}",
            f"nobody can tell me, {between}, that it's {_a(f'{word} {noun}')}",
            f"{between}, I can't claim that {thing} was {word}",
            f"it would be wrong, {between}, to call {thing} {word}",
            f"I don't find, {between}, that this is {_a(f'{word} {noun}')}",
            f"I can't agree, {between}, that {thing} is {word}",
            f"I'm not of the opinion, {between}, that we had {_a(f'{word} {noun}')}",
            f"I do not believe, {between}, that {thing} was {word}",
        )
    ), _against(target)


def _writer(chance: random.Random) -> tuple[str, Target]:
    """What the writer thinks counts, not what others do."""
    ours, target, theirs, _ = _sides(chance)
    mine, other = chance.choice(ours), chance.choice(theirs)
    who, thing = chance.choice(_W["others"]), _the(chance)
    said = chance.choice(
        (
            f"{who} told me it was {other}",
            f"according to {who} it's {other}",
            f"{who} would call {thing} {other}",
            f"the word from {who} is that {thing} is {other}",
            f"{who} swore it was {other}",
        )
    )
    own = chance.choice(
        (
            f"I find it {mine}",
            f"to me it's {mine}",
            f"I'd call it {mine}",
            f"in my view {thing} is {mine}",
            f"for my part I found it {mine}",
            f"I have to say it was {mine}",
        )
    )
    return chance.choice(
        (
            f"{said}; {own}",
            f"{said}, but {own}",
            f"{own}, whatever {who} may say",
            f"{own}, although {said}",
            f"{said}. {own}",
        )
    ), target


def _answer(chance: random.Random) -> tuple[str, Target]:
    word, target = _word(chance)
    verb = chance.choice(("is", "was", "would I call", "do you find", "did you find", "should I call"))
    question = f"{verb} {_the(chance)} {word}?"
    if chance.random() < 0.25:
        verbs, target = chance.choice(((_W["like"], POSITIVE), (_W["dislike"], NEGATIVE), (_W["see"], NEUTRAL)))
        question = f"{chance.choice(('would', 'do', 'did'))} I {chance.choice(verbs)} {_the(chance)}?"
    elif chance.random() < 0.4:
        question = f"{chance.choice(('is', 'was'))} it {_a(word)} {_noun(chance)}?"
    if chance.random() < 0.45:
        return (
            f"{question} {chance.choice(('Yes', 'Yes, it is', 'Yes indeed', 'Certainly', 'Yep', 'Absolutely'))}",
            target,
        )
    if chance.random() < 0.15:
        return question, NEUTRAL
    return (
        f"{question} {chance.choice(('No', 'No, not at all', 'Nope', 'No way', 'Not really', 'Certainly not'))}",
        _against(target),
    )


def _then_and_now(chance: random.Random) -> tuple[str, Target]:
    now, target, before, _ = _sides(chance)
    today, once = chance.choice(now), chance.choice(before)
    thing = _the(chance)
    if chance.random() < 0.3:
        verbs, earlier = (_W["like"], _W["dislike"]) if target == POSITIVE else (_W["dislike"], _W["like"])
        past = chance.choice(earlier).rstrip("e") + "ed"
        return chance.choice(
            (
                f"years ago I {past} {thing}, today I {chance.choice(verbs)} it",
                f"these days I {chance.choice(verbs)} {thing}, which I once {past}",
            )
        ), target
    return chance.choice(
        (
            f"{thing} had been {once} for years; today it is {today}",
            f"once {once}, {thing} is {today} nowadays",
            f"{thing} is {today} these days, {once} as it may have been",
            f"last year {thing} was {once}. Now it's {today}",
            f"I remember {_a(once)} {_noun(chance)}; what they have become is {today}",
            f"at first it was {once}, in the end {today}",
        )
    ), target


def _alone(chance: random.Random) -> tuple[str, Target]:
    word, target = _word(chance)
    if target == NEUTRAL and chance.random() < 0.5:
        word = _noun(chance)
    return word, target


def _fact(chance: random.Random) -> tuple[str, Target]:
    thing, noun = _the(chance), _noun(chance)
    number = chance.randrange(2, 60)
    return chance.choice(
        (
            f"{thing} has {number} seats",
            f"{thing} opens at {number % 12 + 1}",
            f"I ordered {_a(noun)} on {chance.choice(('Monday', 'Tuesday', 'Friday', 'Sunday'))}",
            f"{thing} arrived after {number} days",
            f"we flew from {chance.choice(_W['places'])} to {chance.choice(_W['places'])}",
            f"{thing} was made in {chance.choice(_W['places'])}",
            f"{thing} is {number} metres from the {noun}",
            f"how much is {thing}?",
            f"does {thing} come with {_a(noun)}?",
            f"I bought {thing} in {chance.choice(_W['places'])} for {number} euros",
            f"the {noun} is on floor {number}",
            f"they sell {chance.choice(_W['plain'])} and {chance.choice(_W['plain'])} ones",
            f"my colleague has {_a(chance.choice(_W['plain']) + ' ' + noun)}",
        )
    ), NEUTRAL


_KINDS: tuple[Callable[[random.Random], tuple[str, Target]], ...] = (
    _statement,
    _negation,
    _negation,
    _expectation,
    _expectation,
    _middle,
    _middle,
    _writer,
    _answer,
    _then_and_now,
    _alone,
    _fact,
)


def _feeling(chance: random.Random) -> tuple[str, Target]:
    """A sentence with gaps: ``{s}`` the person as subject, ``{o}`` as object."""
    words, target = chance.choice(
        (
            (_W["joy"], POSITIVE),
            (_W["anger"], NEGATIVE),
            (_W["fear"], NEGATIVE),
            (_W["sorrow"], NEGATIVE),
            (_W["joy"], POSITIVE),
        )
    )
    word = chance.choice(words)
    news = chance.choice(_W["good_news"] if target == POSITIVE else _W["bad_news"])
    shapes = (
        f"{{s}} came home {word}",
        f"{{s}} was {word} this morning",
        f"{{s}} looks {word}",
        f"{{s}} seemed {word} at the meeting",
        f"{{s}} is {word} about the results",
        f"the phone call left {{o}} {word}",
        f"what happened has made {{o}} {word}",
        f"I have never seen {{o}} so {word}",
        f"we met {{o}}, and the evening was {news}",
        f"my talk with {{o}} was {news}",
        f"{{s}} had {_a(news)} day",
        f"{{s}} reported on the {news} weekend",
        f"{{s}} got into {_a(news)} position",
        f"{{o}} and I went through something {news}",
    )
    plain = (
        "{s} lives round the corner",
        "I ran into {o} at the station",
        "{s} takes the bus to work",
        "we talked to {o} on Thursday",
        "{s} has two children",
        "{s} opened the window and sat down",
        "I sent the letter to {o}",
    )
    return (chance.choice(plain), NEUTRAL) if chance.random() < 0.2 else (chance.choice(shapes), target)


def _two_people(chance: random.Random) -> tuple[str, str]:
    kind = chance.random()
    if kind < 0.4:
        one, other = chance.choice(_W["pairs"])
        return (one, other) if chance.random() < 0.5 else (other, one)
    first, second = chance.choice(((_W["women"], _W["men"]), (_W["women"], _W["women"]), (_W["men"], _W["men"])))
    if kind < 0.5:
        return chance.choice(first), chance.choice(chance.choice(_W["pairs"]))
    return chance.choice(first), chance.choice(second)


def _named(shape: str, person: str) -> str:
    text = shape.format(s=person, o=_OBJECT.get(person, person))
    return text[0].upper() + text[1:] + "."


def _identity(chance: random.Random) -> Pattern:
    one, other = chance.sample(chance.choice(_W["identities"]), 2)
    here, there = chance.sample(_W["places"], 2)
    work = chance.choice(_W["work"])
    name = chance.choice(chance.choice((_W["women"], _W["men"])))
    word, target = _word(chance)
    shape, said = chance.choice(
        (
            (f"{name} is {{a}} {work}", NEUTRAL),
            (f"my {work} is {{i}}", NEUTRAL),
            (f"{{a}} family moved in next door to {name}", NEUTRAL),
            (f"{name} grew up {{i}}", NEUTRAL),
            (f"the film is about {{a}} {work} in {{p}}", NEUTRAL),
            (f"it was shot in {{p}}, and it is {word}", target),
            (f"we flew to {{p}} and the {_noun(chance)} was {word}", target),
            (f"the {{i}} {work} was {chance.choice(_W['good'])} to us", POSITIVE),
            (f"{{a}} {work} served us, and the {_noun(chance)} was {word}", target),
            (f"{name} works in {{p}}", NEUTRAL),
        )
    )
    one_text, other_text = (
        _capital(shape.format(a=_a(identity), i=identity, p=place)) + "."
        for identity, place in ((one, here), (other, there))
    )
    return Pattern(one_text, said, None, other_text)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _written(text: str, chance: random.Random) -> str:
    """With a capital and a full stop, as most people write."""
    if chance.random() < 0.8:
        text = text[0].upper() + text[1:]
    if text[-1] not in ".!?" and chance.random() < 0.8:
        text += chance.choice((".", ".", ".", "!"))
    return text
