"""What a message asks for apart from knowledge: a person, a courtesy, or the rest of what was asked before.

All of it is told by form, with no model: courtesies must fill the whole message, so that "thanks, but how do I return
it?" stays a question, and a wish for a person must be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from bigmodel_apps.customer_service.schema import Turn
from bigmodel_apps.text.segmentation import words

SmallTalk = Literal["greeting", "thanks", "goodbye", "identity", "complaint", "acknowledgement"]
Lean = Literal["swap", "pronoun", "short"]

_PERSON = (
    r"(human|person|agent|representative|operator|advisor|adviser|real person|live (agent|person|chat)|someone real)"
)
_HAND_OVER = re.compile(
    rf"\b(speak|talk|chat)(ing)?\b.{{0,6}}\b(to|with)\b.{{0,12}}\b{_PERSON}\b"
    rf"|\b(connect|transfer|put)\b.{{0,4}}\b(me|us)\b.{{0,6}}\b(to|through to|with)\b.{{0,12}}\b{_PERSON}\b"
    rf"|\b(want|need|get me|give me)\b (a |an |some )?(real |live |human )?{_PERSON}( now| please)?\W*$"
    rf"|^\W*(a |an )?(real |live |human )?{_PERSON}( please)?\W*$"
    r"|转\s?(接)?\s?(到)?\s?人工|(找|要|接|换)\s?(个|一个|一位)?\s?(人工|真人|客服人员)|人工(客服|服务|坐席)|^\W*人工\W*$",
    re.IGNORECASE,
)

_PHRASES: dict[SmallTalk, str] = {
    "greeting": r"(hi+|hello+|hey+|hiya|howdy|greetings|good (morning|afternoon|evening|day)|how are you( doing)?( today)?"
    r"|how is it going|how's it going|what's up|nice to meet you|is (anyone|anybody|someone) (there|here)"
    r"|are you (there|here|online)|anyone there"
    r"|(您|你|你们|大家)好|(哈|嗨|嘿)(喽|啰|罗)?|嗨|嘿|早上好|上午好|中午好|下午好|晚上好|早安|早|在吗|在不在|在么|有人吗"
    r"|有人在吗|你好吗|最近好吗|幸会|很高兴认识(你|您))",
    "thanks": r"(thanks|thank you|thankyou|thx|ty|cheers|much appreciated|(i )?appreciate (it|that)|many thanks"
    r"|that (helps|helped)|(that's|that is|this is|it's|it is) (very |really |so )?(helpful|great|perfect)"
    r"|you('re| are| were| have been|'ve been) (very |really |so |a )?(helpful|great|kind|the best|great help)"
    r"|谢谢(你|您|你们|啦|了)?|多谢|感谢|谢了|谢啦|非常感谢|十分感谢|太感谢了|辛苦(了|您了|你了)|麻烦(你|您)了"
    r"|(很|太|真)有帮助|帮大忙了)",
    "goodbye": r"(bye+( bye)?|goodbye|good bye|see you( later| soon)?|cya|later|take care|good night|have a (nice|good|great)"
    r" (day|evening|weekend|one|night)|that's all|that is all|that will be all|that'll be all|nothing else|no more questions"
    r"|再见|拜拜|拜|回头见|下次见|晚安|没(有)?(别的|其他)?(事|问题)了|没(有)?别的了|就这些|没事了|不用了|先这样)",
    "identity": r"(who are you|what are you|what('s| is) your name|are you (a |an )?(real )?(bot|robot|human|person|machine"
    r"|ai|chatbot|real person)|am i (talking|speaking|chatting) (to|with) (a |an )?(real )?(bot|robot|human|person|machine|ai)"
    r"|is this (a |an )?(bot|robot|human|person|machine|ai|chatbot)|what can you do|what do you do|what can you help( me)? with"
    r"|how can you help( me)?|what can i ask( you)?|who made you"
    r"|(你|您)(是|到底是)(谁|什么|哪位|机器人|真人|人工智能|人|ai)(啊|呀|吗|么|还是(人|真人|机器人))*|(你|您)(叫|叫做)什么(名字)?"
    r"|(你|您)(能|会|可以)(做|干|帮我做|帮我|帮忙做)?(些)?(什么|啥|哪些事|点什么)|我在(和|跟)(机器人|真人|谁)(说话|聊天|对话)(吗|么)?"
    r"|怎么称呼|谁(做|开发)的(你|您)|有什么功能)",
    "complaint": r"((you are|you're|u are|this is|this bot is|the bot is|this chatbot is|stupid|what a) ?(so |really |just |completely"
    r" |totally |absolutely |a )*(useless|stupid|dumb|no help|not helping|not helpful|unhelpful|terrible|hopeless|rubbish|annoying"
    r"|bad|awful|an idiot|idiot|ridiculous|bot|joke|waste of time)( bot| chatbot| robot)?"
    r"|you (do not|don't|did not|didn't|never|still don't) (even )?(understand|get|listen|listen to|help|helped)( me| it| anything| at all)*"
    r"|(that|this|it) (is not|isn't|was not|wasn't) (what i asked|what i meant|my question|helpful|an answer|right|helping)( for| at all)?"
    r"|(that|this|it) (did not|didn't|does not|doesn't|do not|don't) (help|answer my question|work for me|make sense)( me| at all)?"
    r"|(that|this|it)('s| is) (wrong|nonsense|no help|not what i asked|useless|not helpful|not true)|wrong answer|useless( bot)?"
    r"|i (have )?already (said|told you|asked)( that| this| you)*|not helpful( at all)?"
    r"|(你|您|机器人|客服|这个机器人|这机器人|你们这机器人)?(真|太|好|也太|完全|根本|怎么这么|这么|真的|简直)*(没用|笨|蠢|傻|差劲|垃圾|智障|烂|烦人|不靠谱)"
    r"(了|啊|吧|死了|的机器人)*|答非所问|(完全|根本|你|您)*(听不懂|没听懂|没看懂|看不懂|不明白|没明白|没回答|不懂)(我(的话|的问题|说的|在说什么|的意思|问的)|人话)?(啊|吗|吧)*"
    r"|(这|那)?不是我(问|想问|要问|想要|要)的(问题|答案)?|(说|讲|问)了(等于|跟)没(说|讲|问)(一样)?|我(已经|刚才|刚刚)(说|问|讲)过了"
    r"|(没|没有|一点)(帮助|都没帮上忙|用都没有)|胡说八道|(你|您)?(回答|答)(错|得不对|的不对)了?|不对吧|不对)",
    "acknowledgement": r"(ok(ay)?|k|kk|yes|yeah|yep|yup|no|nope|sure|fine|great|good|cool|nice|perfect|awesome|alright|all right"
    r"|right|got it|i see|i understand|understood|makes sense|sounds good|no problem|never ?mind|noted|will do|wow|hm+|oh|ah|lol|haha+"
    r"|(that's|that is) (fine|ok|okay|good|all right|clear)|i('ll| will) (try|do|check) (that|it)"
    r"|好(的|吧|啊|呀|嘞|哒|滴)?|行(吧|啊)?|嗯+|哦+|噢|喔|对(的)?|是(的)?|可以(的)?|不是|不用|明白(了)?|知道(了|啦)?|了解(了)?|懂(了)?"
    r"|收到|原来如此|原来是这样|这样啊|没(关系|问题|事)|算了|当然|哈哈+|嘻嘻|呵呵|我(试试|看看|明白了|知道了|懂了|再想想|考虑一下)|厉害|不错|太好了|真棒|棒)",
}
_WHEN = re.compile(r"\b(when|what time|hours)\b|几点|什么时[候间]|(工作|服务|营业|上班)时间", re.IGNORECASE)
# Around a courtesy: whom it is for, how much, and what makes it soft. No alternative is several others in a row: they are
# repeated with nothing between them, and two ways to read one text are exponentially many for a long one.
_FILLER = (
    r"(there|so much|very much|a lot|a bunch|again|then|now|everyone|team|all|guys|dear|sir|madam|bot|please|too|well|and|so|but|oh"
    r"|really|just|for (your|the|all your|all the) (help|time|answer|reply|info|information|support)|for that|for now|for today|today"
    r"|bye for now|啊|呀|哦|啦|了|吧|呢|哈|的|哟|喔|非常|真的|真是|那|就|先|客服|小助手|机器人|亲|请问|你们|(您|你)?的(帮助|解答|回复|帮忙))"
)
_SEPARATORS = r"[\s,.;!?~…、，。；！？～·\-—()（）:：\"'“”]*"
_TALK = {
    kind: re.compile(rf"{_SEPARATORS}(?:{_FILLER}{_SEPARATORS})*(?P<said>{phrase})(?![A-Za-z])", re.IGNORECASE)
    for kind, phrase in _PHRASES.items()
}
_REST = re.compile(rf"{_SEPARATORS}(?:{_FILLER}(?![A-Za-z]){_SEPARATORS})*", re.IGNORECASE)
_PICTURES = re.compile("[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]")
# What a message of several courtesies is about: "ok thanks, bye" is a goodbye, "hi, who are you?" asks who.
_WEIGHT: tuple[SmallTalk, ...] = ("complaint", "identity", "goodbye", "thanks", "greeting", "acknowledgement")
_LONGEST_TALK = 120

_UPSET = re.compile(
    r"\b(furious|fed up|outrageous|unacceptable|ridiculous|disgusting|disgusted|infuriat\w+|livid|pissed( off)?|wtf"
    r"|worst (service|company|bank|shop)|this is a joke|sick of|had enough|i('m| am) (so |really |very |getting )*(angry|upset|mad|frustrated)"
    r"|terrible service|awful service|useless|never again|i('ll| will) sue)\b"
    r"|气死|气愤|生气|愤怒|火大|忍无可忍|受够|太过分|欺人太甚|骗子|骗人|坑人|垃圾(公司|服务|客服|银行|平台)|什么破|太差了|太差劲|太离谱|无语|恶心|我要投诉|差评"
    r"|(什么|这叫什么)(态度|服务)|到底(能不能|会不会|管不管|有没有人)",
    re.IGNORECASE,
)

_SWAP = re.compile(
    r"^\W*((and|but|or|also|then|so|ok(ay)?)\b[ ,]*)+(?!so\b)|^\W*(what|how) about\b|^\W*what if\b|^\W*(for|in|from|with|to) \w+( \w+)?\W*$"
    r"|^\W*(那么?|还有|另外|如果|要是|假如|换成|或者)|呢\W*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(it|its|that|this|these|those|them|they|their|one|ones|the same)\b|它|(这|那)(个|种|些|样|边|里|笔|张|件)?(?=\W*$|[^\w]|[怎要会能可收多是有])|也一样|同样",
    re.IGNORECASE,
)
# More words of its own than these, and a question stands by itself.
_OWN_WORDS = {"swap": 3, "pronoun": 2, "short": 2}
_CONTEXT_TURNS = 3


def asks_for_person(question: str) -> bool:
    """Whether the customer wants to be handed over ("转人工", "can I talk to a human"); not when that is possible."""
    return bool(_HAND_OVER.search(question)) and not _WHEN.search(question) and small_talk(question) != "identity"


def small_talk(message: str) -> SmallTalk | None:
    """The courtesy or complaint that a message consists of; None as soon as it holds anything else."""
    rest = _PICTURES.sub(" ", message).replace("’", "'").strip()
    if not rest or len(rest) > _LONGEST_TALK:
        return None
    found: set[SmallTalk] = set()
    while rest:
        longest = max(
            ((match.end(), kind) for kind, pattern in _TALK.items() if (match := pattern.match(rest))), default=None
        )
        if longest is None:
            break
        found.add(longest[1])
        rest = rest[longest[0] :]
    if not found or not _REST.fullmatch(rest):
        return None
    return next(kind for kind in _WEIGHT if kind in found)


def upset(message: str) -> bool:
    """Whether the customer says in clear words that the patience is over."""
    return bool(_UPSET.search(message)) or small_talk(message) == "complaint"


def leans(question: str) -> Lean | None:
    """How a question leans on what was said before, by its form alone; None where it stands by itself.

    Returns:
        ``swap``: it puts something else in the place of what was asked about ("and for express?", "那国际订单呢？").
        ``pronoun``: it points back ("how long does it take?").  ``short``: it names next to nothing ("要多久？").
    """
    own = sum(1 for _ in words(question))
    if _SWAP.search(question) and own <= _OWN_WORDS["swap"]:
        return "swap"
    if _PRONOUN.search(question) and own <= _OWN_WORDS["pronoun"]:
        return "pronoun"
    return "short" if own <= _OWN_WORDS["short"] else None


def in_context(question: str, history: Sequence[Turn] | None) -> str:
    """The question with what it leans on: the customer's last question that stands by itself, and what followed it.

    A question that stands by itself comes back as it is.
    """
    if not leans(question):
        return question
    earlier = [
        turn.text
        for turn in history or ()
        if turn.role == "customer" and not small_talk(turn.text) and not asks_for_person(turn.text)
    ]
    context: list[str] = []
    for text in reversed(earlier[-_CONTEXT_TURNS:]):
        context.insert(0, text)
        if not leans(text):
            break
    return " ".join([*context, question])
