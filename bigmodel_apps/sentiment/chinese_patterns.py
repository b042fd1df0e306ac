"""Short phrases with degree and negation, made from word lists: reviews hold few of them, and people type them first.

In reviews 太……了 is mostly a complaint, so a reader of reviews alone takes 太好吃了 for one; here the adjective decides.
The forms are those of plain speech; the slang that is held out to measure with was kept out of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from bigmodel_apps.sentiment.datasets import NEGATIVE, POSITIVE, Labelled

# fmt: off
GOOD = (
    "好吃", "好看", "好用", "好喝", "好闻", "好听", "好玩", "漂亮", "干净", "舒服", "舒适", "满意", "精彩", "感人",
    "方便", "划算", "实惠", "热情", "周到", "贴心", "新鲜", "清晰", "流畅", "结实", "安静", "宽敞", "靠谱", "给力",
    "香", "快", "耐用", "详细", "有趣", "便宜", "柔软", "合身", "细心", "专业", "厉害", "棒", "美", "稳",
    "值", "开心", "惊喜", "喜欢", "省心", "顺手", "精致",
)
BAD = (
    "难吃", "难看", "难用", "难喝", "难闻", "难听", "丑", "脏", "乱", "差", "慢", "贵", "臭", "吵",
    "旧", "失望", "无聊", "粗糙", "敷衍", "冷淡", "难受", "卡", "模糊", "刺鼻", "油腻", "糟糕", "坑人", "气人",
    "简陋", "潮湿", "闷", "麻烦", "马虎", "廉价", "枯燥", "烂", "坑", "恶心", "垃圾", "讨厌", "离谱", "劣质",
    "费劲",
)
THINGS = (
    "味道", "房间", "服务", "手机", "这本书", "衣服", "屏幕", "电池", "快递", "客服", "老板", "早餐", "包装", "做工",
    "画面", "音质", "价格", "环境", "态度", "这家店",
)

# fmt: on

_ALIKE = (
    "太{word}了",
    "太{word}了！",
    "太太太{word}了",
    "真{word}",
    "真的很{word}",
    "好{word}啊",
    "非常{word}",
    "特别{word}",
    "超级{word}",
    "{word}极了",
    "{word}得不得了",
    "怎么这么{word}",
    "没想到这么{word}",
    "从没见过这么{word}的",
    "不是一般的{word}",
    "实在太{word}了",
    "{thing}太{word}了",
    "{thing}很{word}",
    "{thing}{word}，{other}也{word}",
    "我觉得{thing}挺{word}的",
    "比想象中{word}",
    "不是不{word}，是太{word}了",
)
_OPPOSITE = (
    "不{word}",
    "并不{word}",
    "一点也不{word}",
    "一点都不{word}",
    "{thing}不{word}",
    "{thing}一点也不{word}",
    "没有想象中{word}",
    "没想象的那么{word}",
    "本以为会很{word}，结果一点也不{word}",
)
_OPPOSITE_OF_PRAISE = (
    "不怎么{word}",
    "不太{word}",
    "谈不上{word}",
    "算不上{word}",
    "哪里{word}了？",
    "{thing}不够{word}",
)
_NEVER_NEGATED = frozenset(("烂", "坑", "恶心", "垃圾", "离谱", "劣质", "廉价", "坑人", "气人", "失望", "惊喜"))


def rows() -> list[Labelled]:
    """All of them; the same every time."""
    return [Labelled(text, label) for text, label in _phrases()]


def _phrases() -> Iterator[tuple[str, int]]:
    things, others = cycle(THINGS), cycle(THINGS[7:] + THINGS[:7])
    for words, label in ((GOOD, POSITIVE), (BAD, NEGATIVE)):
        opposite = POSITIVE + NEGATIVE - label
        turned = (*_OPPOSITE, *_OPPOSITE_OF_PRAISE) if label == POSITIVE else _OPPOSITE
        for word in words:
            never = word in _NEVER_NEGATED
            alike = [form for form in _ALIKE if not (never and "不{word}" in form)]
            for form, said in [(form, label) for form in alike] + [(form, opposite) for form in turned if not never]:
                yield form.format(word=word, thing=next(things), other=next(others)), said
