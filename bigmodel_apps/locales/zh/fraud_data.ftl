# 交易文件的问题。
problem-fraud-no-time-column = 没有找到日期或时间列。现有的列：{ $columns }。请选择记录交易时间的列。
problem-fraud-no-amount-column = 没有找到金额列。现有的列：{ $columns }。请选择金额所在的列。
problem-fraud-column-unknown = 没有这一列。现有的列：{ $columns }。
problem-fraud-column-twice = 同一列被用作两种用途，请为其中一种另选一列。
problem-fraud-zone-unknown = “{ $zone }” 不是时区。请写成 +08:00 这样的偏移，或 Asia/Shanghai 这样的名称。
problem-fraud-no-usable-rows = { $rows } 行中没有一行是可用的交易。下面列出了最前面的问题，请另选列或修正后重试。

# 略过的行，或有内容无法识别的行。
problem-fraud-time-missing = 缺少时间，请补上；该行已略过。
problem-fraud-time-unreadable = 无法把 “{ $value }” 识别为时间。请写成 2026-03-05 14:05:00 的形式；该行已略过。
problem-fraud-time-not-counted = “{ $value }” 不是从起点算起的数字。请写成不小于 0 的数字；该行已略过。
problem-fraud-time-future = “{ $value }” 是将来的时间。请检查日期以及日与月的顺序；该行已略过。
problem-fraud-time-stray = “{ $value }” 远早于其他交易。请检查日期；该行已略过。
problem-fraud-amount-missing = 缺少金额，请补上；该行已略过。
problem-fraud-amount-unreadable = 无法把 “{ $value }” 识别为金额。请写成 1234.50 的形式；该行已略过。
problem-fraud-amount-negative = “{ $value }” 的正负号与多数金额相反，应为退款或冲正，不予评分；该行已略过。
problem-fraud-row-copied = 该行与前面交易编号为 “{ $value }” 的一行完全相同，只计一次；该行已略过。
problem-fraud-id-repeated = 交易编号 “{ $value }” 在前面已出现，内容不同。两行都保留，此行的编号后加序号。
problem-fraud-label-unreadable = “{ $value }” 既不表示欺诈，也不表示正常。请写成 1 或 0；该行保留，不带标签。

# 整个文件的情况。
problem-fraud-times-counted = 时间是从某个起点算起的{ $unit ->
        [seconds] 秒数
        [minutes] 分钟数
        [hours] 小时数
       *[days] 天数
    }，文件没有说明起点。现按某个星期一零点计，因此钟点与星期可能有偏差，间隔是准确的。
problem-fraud-times-are-days = 时间只有日期，没有钟点，所有交易都按零点计。如有钟点，请补上。
problem-fraud-zones-mixed = 时间使用了 { $zones } 个不同的时区。{ $zone ->
        [given] 已换算为您给定时区的时间。
       *[other] 已全部换算为 { $zone }。如果银行使用其他时区，请另行指定。
    }
problem-fraud-dates-ambiguous = { $count } 个日期有两种读法，现按{ $order ->
        [month-first] 月在前
       *[day-first] 日在前
    }读取。如有误，请更改。
problem-fraud-amounts-ambiguous = { $count } 个金额有两种读法，现以 “{ $mark }” 为小数点。如有误，请更改。
problem-fraud-rows-repeated = { $count } 行与前面的行完全相同。没有交易编号，无法区分重复记录与第二笔付款，因此每行都计。
problem-fraud-signs-changed = 多数金额为负数（{ $count } 个），与对账单的写法一致，现已改变正负号。
problem-fraud-currencies-mixed = 金额使用了多种货币（{ $currencies }），现按原值比较。请先换算，或拆分文件。
problem-fraud-column-gives-away = 这一列会泄露标签，模型在评分时不可能得到它，因此不作为输入。
problem-fraud-column-empty = 这一列是空的，没有使用。
problem-fraud-names-missing = { $count } 行在此没有名称，每行各算作一个独立的对象。
problem-fraud-all-in-future = 多数交易（{ $count } 笔）的日期在将来，现按原样使用，视为模拟数据。
problem-fraud-labels-unclear = 不清楚以下哪个值表示欺诈：{ $values }。请指定；在此之前所有行都不带标签。
problem-fraud-no-labels = 没有一行说明是否为欺诈，因此无法用此文件训练或评测模型，改由异常交易检测器排序。
problem-fraud-one-class-fraud = 带标签的 { $count } 行全部是欺诈。只有一类数据，无法学习或评测；请加入正常交易。
problem-fraud-one-class-legitimate = 带标签的 { $count } 行全部正常。只有一类数据，无法学习或评测；请加入已知的欺诈。
problem-fraud-some-unlabelled = { $count } 行没有标签：照常评分，不计入任何指标。

# 略过的原因与行数。
fraud-left-row-unreadable = { $count } 行无法读取
fraud-left-row-empty = { $count } 行为空
fraud-left-fraud-time-missing = { $count } 行缺少时间
fraud-left-fraud-time-unreadable = { $count } 行的时间无法识别
fraud-left-fraud-time-not-counted = { $count } 行的时间不是数字
fraud-left-fraud-time-future = { $count } 行的时间在将来
fraud-left-fraud-time-stray = { $count } 行远早于其他交易
fraud-left-fraud-amount-missing = { $count } 行缺少金额
fraud-left-fraud-amount-unreadable = { $count } 行的金额无法识别
fraud-left-fraud-amount-negative = { $count } 行为退款
fraud-left-fraud-row-copied = { $count } 行与前面重复

# 可以认出的公开数据文件。
fraud-schema-handbook = Fraud Detection Handbook 的模拟交易
fraud-schema-ulb = ULB 机器学习组的信用卡交易
fraud-schema-sparkov = Sparkov 模拟的银行卡交易
fraud-schema-paysim = PaySim 模拟的移动支付
fraud-schema-ieee = IEEE-CIS 竞赛的电商支付

# 评分结果文件中，各行略过的原因。
fraud-why-fraud-time-missing = 缺少时间
fraud-why-fraud-time-unreadable = 时间无法识别
fraud-why-fraud-time-not-counted = 时间不是数字
fraud-why-fraud-time-future = 时间在将来
fraud-why-fraud-time-stray = 远早于其他交易
fraud-why-fraud-amount-missing = 缺少金额
fraud-why-fraud-amount-unreadable = 金额无法识别
fraud-why-fraud-amount-negative = 退款
fraud-why-fraud-row-copied = 与前面重复

# 由谁评分，以及其他检测器不可用的原因。
fraud-engine-own = 用此文件训练的检测器
fraud-engine-bank = 模拟示例银行的检测器
fraud-engine-outliers = 不依赖标签的异常交易检测器
problem-fraud-bank-unfit = 示例银行的检测器需要卡号列，以及商户或终端列。请选择这些列，或使用其他检测器。
problem-fraud-own-too-short = 文件只有 { $days } 天，太短，无法用一部分学习、再用之后的部分评测。请补充更早或更晚的数据。
problem-fraud-own-too-few = 学习时段内有 { $learned } 笔已知欺诈，评测时段内有 { $tested } 笔，至少需要 { $least } 笔和 { $least_tested } 笔。请补充标签，或使用其他检测器。
problem-fraud-table-unfinished = 此文件尚未评分完毕，请先继续。

# 文件或银行的评分报告。
fr-title = 欺诈评分：{ $name }
fr-two-sentences = { $first }{ $second }
fr-headline = { $date }共有 { $cards } 张卡，其中 { $high } 张达到 “{ $band }” 档。
fr-headline-first = 排在首位的是 { $card }，金额 { $amount }：{ $why }。
fr-headline-empty = { $date }没有需要查看的卡。
fr-no-reason = 没有突出的原因
fr-simulated = 模拟数据：所有交易均为生成，没有真实交易。
fr-rows = 文件共 { $rows } 行，其中 { $usable } 行已评分。
fr-covers = { $first }至{ $last }，共 { $count } 笔交易。
fr-scored-on = 评分日期：{ $date }。
fr-engine = 评分：{ $engine }。
fr-queue = { $date }的队列：{ $cards } 张卡中的前 { $shown } 张
fr-column-rank = 名次
fr-column-card = 卡号
fr-column-time = 时间
fr-column-amount = 金额
fr-column-score = 得分
fr-column-band = 档位
fr-column-why = 原因
fr-reason-separator = {" · "}
fr-how-well = 排序效果
fr-measured = 评测时段为 { $first }至{ $last }，检测器未用其学习：带标签的交易 { $rows } 笔，其中欺诈 { $frauds } 笔。
fr-ranking = 平均精度 { $ap }；只按金额排序为 { $amount }，随机排序为 { $chance }。ROC 曲线下面积 { $auc }。
fr-cards = 每日前 { $k } 张卡的命中率为 { $value }，上限为 { $ceiling }，即达到完美排序的 { $share }（{ $days } 天平均）。
fr-from-recall = “{ $band }” 及以上捕获的欺诈
fr-from-false = “{ $band }” 及以上的误报
fr-recall-title = 自 “{ $band }” 档起，捕获 { $recall } 的欺诈，误报 { $false } 的正常交易
fr-recall-axis = 交易占比
fr-money-rule = 成本按 scikit-learn 示例：拒绝一笔欺诈得 { $caught }，放行则损失其金额的 { $missed }；拒绝一笔正常交易损失 { $annoyed }，放行得金额的 { $earned }。每日至多 { $k } 条告警。
fr-notes = 说明
fr-schema = 已识别：{ $schema }。
fr-read-time = 时间取自 “{ $column }” 列。
fr-read-clock = 钟点取自 “{ $column }” 列。
fr-read-amount = 金额取自 “{ $column }” 列。
fr-read-customer = 卡号取自 “{ $column }” 列。
fr-read-terminal = 商户取自 “{ $column }” 列。
fr-read-id = 交易编号取自 “{ $column }” 列。
fr-read-fraud = 标签取自 “{ $column }” 列。
fr-numbers = 另有 { $count } 列数字作为输入。
fr-left-out = 未评分 { $count } 行（按最先符合的原因）：{ $reasons }。
fr-left-out-none = 文件的每一行都已评分。
fr-how-scores = 得分是校准后的概率。各档的起点，是验证时段中至多 5%、2% 和 1% 的正常交易达到的得分。
fr-how-outliers = 没有标签时，得分表示交易有多异常，只用于排序，不是概率；各档为最异常的 5%、2% 和 1%。
fr-how-queue = 每张卡按当日最可疑的一笔交易排序。标签在 { $days } 天后视为已知；已知被盗用的卡不在队列中。
fr-how-figures = 横线为 95% Wilson 区间。前 { $k } 张卡的命中率：每日查看的 { $k } 张卡中，当日确有欺诈的占比。
