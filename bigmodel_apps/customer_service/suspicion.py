"""Text in documents that wants something: of the assistant that reads it, or of the customer.

Two nets, both wide on purpose, since what they catch is not hidden but shown as the document's own words:

* `addresses_assistant`: the text speaks to whoever answers (commands, roles, fake system messages, what to tell the
  customer), forges the frame it is shown in (delimiters, tool calls, mark-up, Streamlit directives), or hides
  something (invisible characters, encoded blobs).
* `directs`: the text sends the reader somewhere or asks for money, secrets or software, or it promises an act of ours
  (a refund, a hand-over).

A list of patterns is never complete: an order in words of its own gets past it. That is why nothing rests on it alone:
links are inert wherever they come from, contact points are found by their form (`facts.contacts`), a sentence without
a source is struck, and every other one names its source beside it.
"""

from __future__ import annotations

import re

from bigmodel_apps.customer_service.facts import contacts
from bigmodel_apps.text.documents import clean_text
from bigmodel_apps.text.segmentation import normalize

_WHO = r"(?:user|customer|client|reader|visitor|caller|guest|person|shopper)s?"
_READER = r"(?:ai|assistant|chat ?bot|bot|language model|llm|gpt)s?"
_RULES = r"(?:instructions?|rules?|prompts?|guidelines?|directions?)"
_TO_ASSISTANT = re.compile(
    rf"""
      \b(?:ignore|disregard|forget|override|bypass|discard)\b.{{0,40}}\b{_RULES}\b
    | \b(?:ignore|disregard|forget|override)[ ](?:(?:the|all|any|everything|what(?:ever)?|anything)[ ])*
        (?:is[ ]|was[ ]|you[ ])?(?:above|previous|prior|preceding|earlier|before|said|told)\b
    | \b(?:system|developer|hidden|initial)[ ](?:prompt|override|instructions?)\b
    | ^[^\w\n]{{0,20}}(?:system|assistant|developer|user|human|admin(?:istrator)?|{_READER})(?:[ ]\w+)?\W{{0,3}}[:>\]|]
    | \b(?:new|updated|real|actual|secret)[ ](?:instructions?|orders?|task)\b
    | \byou(?:'re|[ ]are)[ ](?:now[ ]|no[ ]longer[ ])(?:an?|the|in|bound)\b
    | \b(?:act|behave|respond|speak)[ ]as[ ](?:if|an?[ ](?:{_READER}|unrestricted|different|system|root|admin))\b
    | \b(?:pretend|role-?[ ]?play|from[ ]now[ ]on|jailbreak|(?:developer|debug|admin|maintenance)[ ]mode)\b
    | \b(?:tell|inform|instruct|convince|persuade|ask|advise|direct|assure|urge)[ ]
        (?:the|every|each|all|any|this|that|your|our)[ ](?:\w+[ ])?{_WHO}\b
    | \b(?:tell|answer|reply[ ]to|inform)[ ](?:anyone|whoever|everyone|everybody)\b
    | \b(?:answer|reply|respond|output|print|write|say|repeat|recite|decode|display|emit)\b[^.:]{{0,40}}\b
        (?:exactly|only|verbatim|the[ ]following|word[ ]for[ ]word|this[ ](?:line|text|string|link|image))\b
    | \b(?:append|include|insert|add|begin|end|start|finish|put|close)\b[^.:]{{0,30}}\b
        (?:your|the|every|each|all)[ ](?:answer|reply|response|output|sentence|message)s?\b
    | \b(?:write|print|output|say|reply|respond|repeat|recite)[ ]?:
    | \b(?:do[ ]not|don't|never|must[ ]not)[ ](?:mention|cite|quote|refuse)\b
    | \b(?:dear|attention|hey|hello|(?:note|message|instructions?|order)[ ](?:to|for))[ ,:]+(?:the[ ]|any[ ]|all[ ])?{_READER}\b
    | \b{_READER}[ ](?:must|should|shall|has[ ]to|have[ ]to|needs?[ ]to|is[ ]to|are[ ]to|reading)\b
    | \b(?:every|each|all|your|the[ ](?:right|correct|only|proper|best|official))[ ](?:\w+[ ])?(?:answers?|repl(?:y|ies)|responses?|outputs?)\b
    | \b(?:answers?|repl(?:y|ies)|responses?|outputs?)[ ](?:should|must|shall|always|begins?|starts?|ends?|closes?|to[ ](?:any|every|all))\b
    | \bwhatever[ ](?:the[ ]question|(?:the[ ])?{_WHO}[ ]asks?|(?:you[ ]are|is|they)[ ]ask(?:ed)?)\b
    | \b(?:disregard|ignore|forget)[ ](?:what|anything|everything)\b
    | \b(?:previous|prior|earlier|existing)[ ](?:guidance|guidelines|instructions?|rules|directions|prompts?)\b
    | \bthis[ ](?:paragraph|text|document|passage|note|message|section|page)[ ](?:replaces|overrides|supersedes|outranks|takes[ ]precedence)\b
    | \b(?:reading|processing|parsing|summari[sz]ing|indexing)[ ](?:this|these|the[ ]present)\b
    | \bas[ ](?:the|an?|our|your)[ ](?:\w+[ ])?(?:agent|assistant|representative|bot)\b
    | \b(?:is|are|needs?|has|have|ought)[ ]to[ ](?:hear|be[ ]told|be[ ]informed|believe|think)\b
    | (?:忽略|无视|不(?:要|用|必)?理会|不用管|推翻|绕过|抛开|忘记|忘掉).{{0,6}}(?:之前|上述|以上|上文|前面|先前|此前|所有|全部|一切|原有|系统|你).{{0,8}}
        (?:指令|指示|规则|提示|要求|设定|说明|约束|资料|内容|对话|话)
    | 系统(?:指令|命令|覆盖|提示词)|开发者(?:消息|指令)|(?:新|真正|最新|隐藏)的?(?:指令|指示|命令)
    | ^[^\w\n]{{0,20}}(?:系统|助手|开发者|用户|管理员|机器人|ai)(?:提示|消息|通知|指令)?\W{{0,3}}[::>\]|]
    | 你(?:现在|不再)是|你(?:现在)?是(?:一[个名位]|我的|不受)|你的(?:任务|身份|角色|新)|扮演|假装|从现在(?:起|开始)
    | (?:开发者|管理员|调试|维护|越狱)模式
    | (?:告诉|告知|转告|引导|指示|劝说?)(?:每一?[位个]|所有|全部|该|这位|任何|提问的)?的?(?:用户|客户|顾客|访客|读者|提问者|对方)
    | (?:回复|回答|答复|输出|复述|重复|打印|写出?)[^。:]{{0,16}}(?:只能|仅限?|原样|一字不差|这句话|这行|末尾|开头|结尾|每一?句)
    | (?:输出|回复|写|说|打印|复述)\s?:
    | (?:不要|不得|禁止|切勿)(?:提及|提到|引用|拒绝)
    | (?:助手|机器人|语言模型|大模型|人工智能|(?<![a-z])ai(?![a-z]))(?:,|:|!|必须|应当|应该|需要|请|务必)
    | (?:无论|不管|不论|不问).{{0,6}}(?:问|提)(?:什么|何|到|及|起)|(?:正确|标准|唯一|统一)的?(?:答案|答复|回答|说法|口径)
    | 每(?:次|个|条|一)?.{{0,2}}(?:答复|回复|回答)|(?:答复|回复|回答)(?:时|中|里|末|的开头|的结尾|一律|统一|必须|应)
    | (?:对|针对)(?:任何|所有|一切).{{0,8}}(?:问题|提问|询问)|(?:阅读|处理|读取|解析|看到)(?:本|此|这)(?:段|文|篇|页|条)
    | (?:之前|先前|以前|原有|前述|其他|其它|前面)的?(?:一切|所有)?(?:说明|规则|指令|约定|指示|内容)(?:均|都|一律|全部)?(?:作废|无效|失效)
    | 以(?:本段|此段|下文|本文|这段)为准|作为(?:本店|本行|本公司|我们的?|一[名位个])?的?(?:客服|助手|机器人|代理|ai)|优先(?:级|权)?(?:高于|大于|于(?:其他|一切|所有))
    | (?:致|写给)(?:所有)?(?:ai|助手|机器人|模型|大模型|人工智能)
    """,
    re.VERBOSE | re.MULTILINE,
)
_FRAME = re.compile(
    r"""
      <\||\|>|\[/?inst\]|<</?sys>>|</?(?:system|source|document|question|user|assistant|tool|instructions?|context|data)\b
    | ^[^\w\n]{0,20}\#\#\#\s|```|(?:begin|end|start)\ of\ (?:source|document|prompt|context|data)|(?:资料|来源|文档)(?:结束|到此)
    | "(?:name|tool|function|arguments|action|parameters)"\s*:|tool_calls?|function_call
    | <(?:script|img|iframe|a|svg|form|object|embed|style|meta|link|base|video|audio|input|button)\b|<!--
    | !\[|\]\(|(?:javascript|vbscript|data):
    | :material/|:[a-z]+(?:-badge|-background)?\[|\$\$
    """,
    re.VERBOSE | re.MULTILINE,
)
# A long run that is neither a word nor a number: base64, hexadecimal.
_ENCODED = re.compile(
    r"(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{24,}={0,2}|[A-Za-z0-9+/]{40,}={0,2}"
)

_SECRETS = (
    r"(?:passwords?|passcodes?|pass ?phrases?|pins?|cvv|cvc|otp|codes?|card (?:number|details)|seed|keys?|tokens?|cookies?"
    r"|passport|identity card|security number|bank details|login)"
)
_DIRECTS = re.compile(
    rf"""
      \b(?:send|share|provide|give|submit|confirm|verify|reply|forward|mail|post|read[ ]out|tell|type|paste|enter|text)\b.{{0,40}}\b{_SECRETS}\b
    | \b(?:transfer|wire|pay|send|deposit|buy|purchase)\b.{{0,40}}\b(?:gift[ ]cards?|bitcoin|crypto\w*|wallet|iban|(?:this|our|safe|new)[ ]account|
        (?:release|processing|unlock\w*|verification|handling|customs)[ ]fee)\b
    | \b(?:download|install|run|open|paste|execute)\b.{{0,40}}\b(?:remote|attachment|teamviewer|anydesk|scripts?|commands?|patch|
        this[ ](?:file|app|tool|program))\b
    | \b(?:turn[ ]off|disable|switch[ ]off|deactivate)\b.{{0,30}}\b(?:firewall|antivirus|security|two-factor|2fa|protection)\b
    | \b(?:scan|click|tap|follow)\b.{{0,20}}\b(?:qr|code|link|here|below)\b
    | \b(?:you|you're|chat|case|conversation|request)\b.{{0,15}}\b(?:being|been|now)\b.{{0,10}}\b(?:connect|transferr|forward|hand|escalat|rout)(?:ed|ing)\b
    | \b(?:refund|compensation|credit|discount|voucher|payout|bonus|gift[ ]card|cashback|prize)s?\b.{{0,20}}\b
        (?:has|have|is|was|are)[ ](?:\w+[ ])?(?:been[ ])?(?:approved|granted|confirmed|guaranteed|doubled|authori[sz]ed|waiting|released)\b
    | \b(?:you|customer)[ ](?:have|has|'ve)[ ](?:been[ ])?(?:won|granted|awarded|approved)\b
    | (?:发送|提供|告知|告诉|提交|回复|转发|发给|填写|输入|粘贴|报出|说出).{{0,16}}(?:密码|验证码|口令|卡号|安全码|助记词|密钥|令牌|身份证|护照)
    | (?:密码|验证码|口令|卡号|安全码|助记词|密钥|身份证号?).{{0,10}}(?:发送|发给|提供给|告诉|告知|回复)
    | (?:转账|汇款|转|汇|打|支付|付款|缴纳|购买|充值).{{0,16}}(?:礼品卡|比特币|钱包|手续费|解冻费|保证金|押金|验证金|安全账户|指定账户|以下账户|此账户)
    | (?:下载|安装|运行|打开|粘贴|执行).{{0,16}}(?:远程|附件|脚本|命令|补丁|该(?:程序|软件|文件)|此(?:程序|软件|文件))
    | (?:关闭|停用|禁用).{{0,8}}(?:防火墙|杀毒|安全|双重验证|两步验证|防护)
    | (?:扫描?|点击|点开).{{0,10}}(?:二维码|链接|此处|这里|下方)
    | (?:正在|已经?|马上|立即|即将)(?:为您|将您|把您)?.{{0,6}}(?:转接|转人工|接通|转交|移交|升级)
    | (?:退款|赔偿|赔付|补偿|优惠券?|返现|奖金|代金券|礼品卡).{{0,6}}(?:已|将|获).{{0,4}}(?:批准|通过|发放|生效|确认|双倍|翻倍)
    | (?:您|客户|用户)(?:已经?|已获|获得|赢得|中了).{{0,10}}(?:退款|赔偿|赔付|补偿|返现|奖金|代金券|礼品卡|大奖)
    """,
    re.VERBOSE,
)

# Zero-width and invisible characters, bidirectional controls, tags.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")


def addresses_assistant(text: str) -> bool:
    """Whether a document speaks to the one who answers from it, forges its frame or holds encoded text."""
    folded = normalize(clean_text(text))
    return bool(_TO_ASSISTANT.search(folded) or _FRAME.search(folded) or _ENCODED.search(text))


def directs(text: str) -> bool:
    """Whether a sentence sends its reader somewhere, asks for something precious, or promises an act of ours."""
    return bool(contacts(text) or _DIRECTS.search(normalize(text)))


def hides_characters(text: str) -> bool:
    """Whether it holds characters that nobody sees. Documents that we read ourselves have lost them; other callers' may not."""
    return bool(_UNSEEN.search(text.removeprefix("\ufeff")))
