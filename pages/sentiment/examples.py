"""Texts to try: what readers of sentiment stumble over, in the language of the page and in the other one."""

from __future__ import annotations

from collections.abc import Mapping

from bigmodel_apps.locales import Language

EXAMPLES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "sides": "The room was spotless and the staff were lovely, but breakfast was a joke.",
        "negation": "I wouldn't say the camera is bad. Not once did it let me down in two years.",
        "irony": "Great, another update that deletes my notes. Just what I needed on a Monday.",
        "mixed": "这个 App 的 UI 很 clean，不过 sync keeps failing on my phone，客服也不回复，有点失望。",
        "other": "物流第二天就到了，包装也仔细，就是颜色跟图片差得有点远。",
        "fact": "The museum opens at ten and closes at six. Tickets are sold at the west gate.",
        "long": (
            "We booked the lake house for a long weekend in May. The drive took three hours and the key was in a box "
            "by the door. The view from the terrace is breathtaking, and the children did not want to leave the "
            "water. The kitchen has everything you need and the beds are wonderfully soft. Sadly, the heating never "
            "worked, so the evenings were freezing. We called the owner twice and he never rang back. The bathroom "
            "smelled of damp and the towels were stained. Still, that view. I would come back in summer, but not "
            "before somebody has fixed the heating."
        ),
    },
    "zh": {
        "sides": "房间一尘不染，员工也很热情，就是早餐太差了。",
        "negation": "不能说这台相机不好，用了两年，一次都没让我失望过。",
        "irony": "真棒，又一次更新把我的笔记全删了，周一早上正需要这个。",
        "mixed": "这个 App 的 UI 很 clean，不过 sync keeps failing on my phone，客服也不回复，有点失望。",
        "other": "Delivery took one day and the box was sealed with care, but the colour is nothing like the picture.",
        "fact": "博物馆上午十点开门，下午六点闭馆，门票在西门出售。",
        "long": (
            "五月小长假我们订了湖边的民宿。开车三个小时，钥匙放在门口的盒子里。露台上的风景美得让人说不出话，"
            "孩子们泡在水里不肯走。厨房里什么都有，床也特别软。可惜暖气一直是坏的，晚上冷得睡不着。"
            "给房东打了两次电话，一次都没回。卫生间有股霉味，毛巾上还有污渍。不过风景是真的好。"
            "夏天我还会再来，但要等有人把暖气修好再说。"
        ),
    },
}
"""By language and name; the words for the names are the messages ``sentiment-example-<name>``."""
