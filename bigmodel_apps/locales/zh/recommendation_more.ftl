view-customers = 客户
view-experiment = 实验

recommendation-bounded = { $value }（{ $low } – { $high }）
recommendation-interactions = 选择次数
recommendation-period-week = 周（起始日）
recommendation-period-month = 月份
recommendation-period-quarter = 季度（起始月）
recommendation-period-year = 年份

# 混合模型的组成
recommendation-term = 组成部分
recommendation-term-ease = 相伴出现
recommendation-term-ease-what = EASE：描述同一批人会选哪些商品的线性模型，有闭式解；得分是历史各项之和。
recommendation-term-als = 共同口味
recommendation-term-als-what = 隐式 ALS：人与商品是同一空间中的点；任何历史都能以闭式解折入。
recommendation-term-neighbours = 相似商品
recommendation-term-neighbours-what = item-KNN：同一批人选择的商品；见证者少的向零收缩。
recommendation-term-popularity = 热门程度
recommendation-term-popularity-what = 大多数人的选择，对每个人都一样。
recommendation-term-next = 先后关系
recommendation-term-next-what = 马尔可夫：某件商品之后会是什么；越新的选择权重越大。
recommendation-term-text = 标题
recommendation-term-text-what = 标题与类别相近；对尚无人选择的商品也有效。
recommendation-term-sequence = 选择的顺序
recommendation-term-sequence-what = SASRec：按顺序阅读历史的网络。

# 自有数据
recommendation-data-title = 客户的选择
recommendation-data-upload = 选择记录表
recommendation-data-help = 每行一次选择：谁选了什么。若有时间、评分、金额、订单、标题和类别则更好。可识别 MovieLens、Online Retail 与 Amazon 评论文件。
recommendation-data-items = 商品表（可选）
recommendation-data-items-help = 每行一件商品：与另一张表相同的编号，以及标题、类别或价格。
recommendation-data-empty-title = 从购买记录到有理由的推荐
recommendation-data-empty =
    1. 拖入含有客户列和商品列的表，或使用我们的样例（模拟）。
    2. 核对识别出的列和读取结果。
    3. 拟合。所有模型都在较晚的选择上比较，旁边始终有热门与随机；随后混合模型从全部记录中学习。
    4. 在“{ view-try }”中查看带理由的列表，并下载每位客户的列表。
recommendation-data-schema = 已识别：{ $schema }
recommendation-data-more-columns = 更多列
recommendation-data-liked-from = 从哪个评分起算作选择
recommendation-data-liked-all = 全部评分
recommendation-data-liked-help = 评分更低的行不算选择，不予采用。
recommendation-data-choices = 选择次数
recommendation-data-users = 客户
recommendation-data-items-count = 商品
recommendation-data-density = 密度
recommendation-data-density-help = 在客户与商品的所有组合中，实际被选择的占比。
recommendation-data-activity = 每位客户选择 { $median } 件商品（中位数），至多 { $most } 件
recommendation-data-fit = 用 { $users } 位客户拟合
recommendation-data-cancelled = 已停止。文件已保留，可随时继续。
recommendation-data-waiting = { $rows } 次选择，尚未完成
recommendation-data-rows = { $rows } 次选择
recommendation-data-kept = 已拟合文件 { $count } 个
recommendation-result-try = 查看列表
recommendation-result-lists = 每位客户 { $k } 件商品（CSV）

# 排行榜
recommendation-standings-explain = 所有模型面对同样的客户、候选商品和较晚的选择；区间按客户重抽样。覆盖率：至少出现在一份列表中的商品占比。新颖度：所展示商品的稀有程度，以比特计。多样性：列表内商品彼此的差异。

# 客户
recommendation-segment = 客群
recommendation-segment-all = 全部
recommendation-segment-what = 他们是谁
recommendation-segments-title = 客户与他们带来的价值
recommendation-segments-help = 按最近一次、频率与价值（RFM）划分。
recommendation-segments-headline = “{ $segment }”占客户的 { $share }，占{ $measure ->
        [amount] 金额的 { $value }
       *[count] 选择次数的 { $value }
    }
recommendation-segments-customers = 客户
recommendation-segments-value-amount = 金额
recommendation-segments-value-count = 选择次数
recommendation-segments-axis = 占总体的比例
recommendation-segments-table = 全部数据
recommendation-segments-users = 客户数
recommendation-segments-recency = 距最近一次选择的天数（中位数）
recommendation-segments-frequency = 到访次数（中位数）
recommendation-segments-each-amount = 人均金额（中位数）
recommendation-segments-each-count = 人均选择次数（中位数）
recommendation-retention-title = 谁会回来
recommendation-retention-help = 每行是在该时段首次到来的客户；每格是其中在若干时段后又有选择的占比。首行也包含数据开始之前就已到来的客户。
recommendation-retention-read = 以百分比计；颜色越深，回来的越多。指向单元格可查看区间。
recommendation-retention-cohort = 首次到来
recommendation-retention-later-week = 若干周后
recommendation-retention-later-month = 若干个月后
recommendation-retention-later-quarter = 若干季度后
recommendation-retention-later-year = 若干年后
recommendation-retention-share = 再次到来
recommendation-customers-closer = 进一步查看
recommendation-categories-title = 他们选择什么
recommendation-categories-axis = 占选择次数的比例
recommendation-categories-none = 类别未知。
recommendation-categories-without = 无类别
recommendation-activity-title = 他们何时活跃
recommendation-activity-axis = 活跃客户数

# 实验
recommendation-experiment-simulation = 模拟：重放客户后来的选择。并没有人看过这些列表，因此它说明哪份列表更能预见选择，而不是列表会改变什么。
recommendation-experiment-mode = 查看内容
recommendation-experiment-mode-replay = A 对 B
recommendation-experiment-mode-size = 需要多少客户
recommendation-experiment-mode-aa = A 对 A
recommendation-experiment-arm = 列表 { $arm }
recommendation-experiment-start = 重放
recommendation-experiment-job = A 对 B
recommendation-experiment-cancelled = 已停止，没有得出结果。
recommendation-experiment-empty = 设定两份列表并重放：客户按其编号的哈希值分组；列表中若有客户后来选择的商品，即为命中。
recommendation-experiment-same = A 与 B 相同。请移动其中一个滑块。
recommendation-experiment-better = { $better } 命中更多：{ $more } 对 { $less } 的客户
recommendation-experiment-unclear = 没有超出随机波动的差异：A { $first }，B { $second }
recommendation-experiment-difference = 差异（B 减 A）：**{ $difference } 个百分点**（{ $low } 至 { $high }），p { $p }。
recommendation-experiment-true = 只有重放才知道全体客户在两份列表下的结果：差异为 { $difference } 个百分点。
recommendation-experiment-again = 重新分组
recommendation-experiment-again-help = 换一批客户看到 A 与 B：结果的变动即为随机波动。
recommendation-experiment-needed = 要以 { $power } 的检验功效看到这一差异，每组需要 { $users } 位客户；本次两组分别为 { $first } 和 { $second } 位。
recommendation-experiment-axis = 前 { $k } 项中含有后来选择的客户
recommendation-experiment-peeking = 请在全部 { $users } 位客户到齐后再作决定，而不是在 p 首次低于 { $alpha } 时：见“{ recommendation-experiment-mode-aa }”。

recommendation-test-base = 当前比率（%）
recommendation-test-lift = 值得发现的最小相对提升（%）
recommendation-test-power = 检验功效（%）
recommendation-test-alpha = 显著性水平（%）
recommendation-size-power = 检验功效
recommendation-size-headline = 每组 { $users } 位客户
recommendation-size-read = 以 { $power } 的概率发现从 { $base } 到 { $target } 的提升；在没有差异的检验中，有 { $alpha } 会误报（双侧）。
recommendation-size-chart = 检验功效与每组客户数
recommendation-size-users = 每组客户数
recommendation-size-formula = 两个比例，正态近似：n = (z₁₋α⁄₂ √(2 p̄ (1 − p̄)) + z₁₋β √(p₁ (1 − p₁) + p₂ (1 − p₂)))² / (p₁ − p₂)²，p̄ 为两者的均值（Fleiss、Levin 与 Paik，2003，4.14）。
recommendation-size-from-shop = 这家商店在较晚选择上的比率为 { $rate }。

recommendation-aa-empty = 两组得到同样的列表，每次换一种分组：任何差异都是随机的。可靠的检验约有 { $alpha } 的次数误报，其 p 值均匀分布。
recommendation-aa-running = 正在运行 { $runs } 次检验
recommendation-aa-corrected = 查看 { $looks } 次，经校正
recommendation-aa-peeking-read = 一看到显著就停止，误报率会远高于 { $alpha }。请让每次查看只用其份额的误报率（Bonferroni），或只查看一次。
recommendation-aa-headline = { $runs } 次没有差异的检验中，{ $share } 误报（{ $low } – { $high }）；约定值为 { $alpha }
recommendation-aa-p = p 值，应当均匀
recommendation-aa-p-axis = p 值
recommendation-aa-tests = 检验次数
recommendation-aa-even = 均匀性：Kolmogorov–Smirnov p { $p }。
recommendation-aa-peeking-title = 为何不应中途查看
recommendation-aa-once = 只在结束时查看一次
recommendation-aa-peeking = 查看 { $looks } 次，一见显著即停
recommendation-aa-peeking-axis = 误报的检验

# 模型
recommendation-model-ours = 我们的混合模型
recommendation-blend-headline = { $terms ->
        [one] 由一个部分作答：{ $first }
       *[other] { $terms } 个部分的混合；“{ $first }”占权重的 { $share }
    }
recommendation-blend-title = 混合模型的权重
recommendation-blend-axis = 占权重的比例
recommendation-refit-title = 新的选择与重新拟合
recommendation-refit-none = 还没有新的选择。“{ view-try }”中的喜欢会立即生效；在此加入购买记录后，重新拟合会从中学习。
recommendation-refit-new = 拟合之后又有 { $count } 次选择。列表已经用上它们；重新拟合会从中学习。
recommendation-new-choices = 加入选择
recommendation-new-user = 谁
recommendation-new-items = 选择了
recommendation-new-add = 加入
recommendation-new-listed = { $user } 选择了 { $item }
recommendation-refit-start = 在后台重新拟合
recommendation-refit-job = 重新拟合
recommendation-refit-cancelled = 已停止，没有保留任何内容。
recommendation-refit-swapped = 已重新拟合，在较晚的选择上更好，已上线。
recommendation-refit-kept = 已重新拟合，作为候选版保留：在较晚的选择上没有明显更好。
recommendation-versions = 版本
recommendation-versions-empty = 还没有。每次重新拟合都会在最后的选择上与使用中的模型比较，两者均未从中学习。
recommendation-version-learned = 学习了 { $users } 位客户的 { $interactions } 次选择，其中新增 { $new } 次；{ $created }。
recommendation-version-measured = 在 { $users } 位客户自 { $date } 起的选择上比较；区间按客户重抽样。
recommendation-version-measured-chance = 在 { $users } 位客户随机留出的选择上比较；区间按客户重抽样。
recommendation-verdict-better = 优于 { $rival }：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
recommendation-verdict-worse = 不如 { $rival }：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
recommendation-verdict-same = 就这些选择来看，与 { $rival } 相当：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
recommendation-rival-first = 首次拟合

# 商店的报告
rr-title = 推荐：{ $name }
rr-two-sentences = { $first }{ $second }
rr-headline = { $system }居首：前 10 项的 nDCG 为 { $ndcg }；热门为 { $popularity }，随机为 { $chance }
rr-measured-time = 在 { $users } 位客户身上评测，目标是他们自 { $date } 起选择的 { $choices } 件对其而言的新商品；每个模型只从更早的选择中学习。
rr-measured-chance = 在 { $users } 位客户身上评测，随机留出他们的 { $choices } 件商品，因为时间未知或全部相同。
rr-lead-better = 混合模型优于其余最好的模型（{ $system }）：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
rr-lead-worse = 混合模型不如其余最好的模型（{ $system }）：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
rr-lead-same = 混合模型与其余最好的模型（{ $system }）没有明显差别：前 10 项的 nDCG { $difference }（{ $low } 至 { $high }）。
rr-covers = { $users } 位客户对 { $items } 件商品的 { $choices } 次选择。
rr-covers-time = { $users } 位客户对 { $items } 件商品的 { $choices } 次选择，{ $first } 至 { $last }。
rr-rows = 文件共 { $rows } 行，其中 { $usable } 行为选择。
rr-fitted-on = 拟合于 { $date }。
rr-simulated = 模拟：客户及其选择均由程序生成，并非真实。
rr-how-well = 预见较晚选择的能力
rr-chart = 各模型的{ $metric }
rr-examples = 最活跃客户的列表，以及理由
rr-column-user = 客户
rr-column-rank = 名次
rr-column-item = 商品
rr-column-because = 因为
rr-because-rest = 热门程度等不依赖单件商品的部分
rr-limit-ease = EASE 只容纳 { $all } 件中被选择最多的 { $items } 件，其余在其中得 0 分；“相似商品”至少占 { $share } 的权重，使其余商品也按已选择的商品排序。
rr-limit-search = 参数与权重在 { $all } 件中被选择最多的 { $items } 件上选定。
rr-limit-text = 目录超过 { $items } 件，标题只按平均相似度计算，不使用较小目录所用的回归。
rr-blend = 混合模型的权重：{ $terms }。
rr-term = { $term } { $share }
rr-read = 读取：{ $columns }。
rr-column = 来自“{ $column }”列
rr-left-out = 未采用：{ $count } 行（{ $reasons }）。
rr-left-out-none = 文件的每一行都采用。
rr-how-shares = 某件商品后面的数字是它为得分增加的部分；各部分之和恰为得分。
rr-how-figures = 区间为按客户自助抽样的 95% 区间；列表长 10 项，候选为该客户未选择过的全部商品。
rr-notes = 说明
