# 一组输入背后的事实；推高还是压低评分，由旁边的数字说明。
fraud-reason-amount = 金额 { $amount }，高于此处 { NUMBER($share, style: "percent") } 的交易
fraud-reason-amount-alone = 金额 { $amount }
fraud-reason-habit = 是该客户平时金额（{ $usual }）的 { $ratio } 倍
fraud-reason-habit-below = 是该客户平时金额（{ $usual }）的 { NUMBER($ratio, style: "percent") }
fraud-reason-habit-new = 该客户的首笔付款，金额 { $amount }，尚无平时金额可比
fraud-reason-habit-zero = 该客户的平时金额为 0
fraud-reason-unusual = 该客户此前 { $days } 天内有 { $count } 笔付款超过平时金额的 { $times } 倍，最高达 { $largest } 倍
fraud-reason-unusual-none = 该客户此前 { $days } 天内没有付款超过平时金额的 { $times } 倍
fraud-reason-pace = { $day ->
        [1] 该客户 24 小时内仅此一笔付款
       *[other] 该客户 24 小时内付款 { $day } 笔，其中最近一小时 { $hour } 笔
    }；平时每天 { $usual } 笔
fraud-reason-places = 该客户此前 { $payments } 笔付款中有 { $visits } 笔在这台终端
fraud-reason-places-first = { $payments ->
        [0] 该客户的首笔付款
       *[other] 该客户在别处付款 { $payments } 笔后，首次使用这台终端；24 小时内新用终端 { $new } 台
    }
fraud-reason-customer-frauds = { $frauds ->
        [0] 该客户 { $days } 天内已有结论的 { $known } 笔付款均非欺诈
       *[other] 该客户 { $days } 天内已有结论的 { $known } 笔付款中有 { $frauds } 笔欺诈；最近 { $last } 笔中有 { $last_frauds } 笔
    }
fraud-reason-customer-frauds-unknown = 该客户此前的付款尚无结论
fraud-reason-terminal-frauds = 这台终端最近 { $last } 笔已有结论的交易中有 { $last_frauds } 笔欺诈；{ $days } 天内 { $known } 笔中有 { $frauds } 笔
fraud-reason-terminal-frauds-none = 这台终端 { $days } 天内已有结论的 { $known } 笔交易均非欺诈
fraud-reason-terminal-frauds-unknown = 这台终端的交易尚无结论：标签要晚 { $delay } 天才到
fraud-reason-terminal-traffic = { $day ->
        [1] 这台终端 24 小时内仅此一笔交易
       *[other] 这台终端 24 小时内有 { $day } 笔交易，其中最近一小时 { $hour } 笔
    }；平时每天 { $usual } 笔
fraud-reason-terminal-amount = 是这台终端平时金额（{ $usual }）的 { $ratio } 倍
fraud-reason-terminal-amount-below = 是这台终端平时金额（{ $usual }）的 { NUMBER($ratio, style: "percent") }
fraud-reason-terminal-amount-new = 这台终端此前没有可比的金额
fraud-reason-time = { fraud-reason-moment }；该客户有 { NUMBER($share, style: "percent") } 的付款在这个时段前后
fraud-reason-time-new = { fraud-reason-moment }
fraud-reason-moment = { $weekday ->
        [0] 周一
        [1] 周二
        [2] 周三
        [3] 周四
        [4] 周五
        [5] 周六
       *[other] 周日
    } { $clock }
fraud-reason-sequence = { $payments ->
        [0] 这张卡的首笔付款，此前没有记录
       *[other] 这笔付款与这张卡此前 { $payments } 笔的衔接方式：次序、金额与间隔
    }
fraud-reason-numbers = { $inputs }{ $further ->
        [0] {""}
       *[other] {""}，以及另外 { $further } 项输入
    }
fraud-reason-unnamed-customer = 数据中没有客户信息，无法回看
fraud-reason-unnamed-terminal = 数据中没有终端信息，无法回看
fraud-reason-habit-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-unusual-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-pace-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-customer-frauds-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-places-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-frauds-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-traffic-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-amount-unnamed = { fraud-reason-unnamed-terminal }

problem-fraud-what-if-amount = 金额应为 0 到 { $limit } 之间的数字，请更正。
problem-fraud-what-if-number = 这笔交易没有这一列，或填写的不是数字。请选择已有的列并填写数字。
problem-fraud-drift-days = 天数不足：作为参照的只有 { $found } 天，至少需要 { $needed } 天，其后还需至少 { $window } 天。请另选日期或使用更长的文件。
problem-fraud-drift-terminals = 交易中没有终端信息，无法加入新终端。请选择另一种漂移。
problem-fraud-nothing-decided = 这家银行的告警还没有处理为欺诈或正常。请先在队列中处理一些，再开始训练。

# 漂移评测
protocol-drift = 漂移：多久发现，多少误报
metric-drift-delay = 得知漂移所需天数
metric-drift-false-alarms = 无漂移时每 100 天的误报
group-simulated = 模拟银行
group-april = 四月
group-may-june = 五、六月
group-fraud-rate = 欺诈率
group-inputs = 输入与评分
group-drift-amounts = 金额升高
group-drift-night = 移到夜间
group-drift-terminals = 新终端
group-weak = 弱

# 成本滑块基准测试
metric-slider-curve = 从改动成本到得出新曲线的用时（不含浏览器）
metric-slider-page = 浏览器中从改动到曲线重绘的时间
metric-slider-building = 构建曲线一次的用时

problem-money-no-labels = 这些交易都没有标签，无法计算金额。请选择标签已到的日期。
