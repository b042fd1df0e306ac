view-trends = 趋势
view-aspects = 评价维度
view-trust = 可信度
view-own = 自有标签

sentiment-example-sides = 有褒有贬
sentiment-example-negation = 否定
sentiment-example-irony = 反话
sentiment-example-mixed = 中英混合
sentiment-example-other = 英文
sentiment-example-fact = 事实
sentiment-example-long = 长评

sentiment-text = 待判断的文字
sentiment-text-empty = 请输入中文或英文，或选择上面的示例。
sentiment-judge = 判断
sentiment-judge-help = 离开输入框时也会判断。
sentiment-aspect-list = 评价维度
sentiment-confidence = 置信度 { $confidence }
sentiment-right = 留出集中像这样的文字，**{ $share }** 判断正确（n = { $n }）。
sentiment-right-unsure = “不确定” 表示置信度低，偏向 “{ $lean }”。留出集中像这样的文字，**{ $share }** 会判断正确（n = { $n }）。
sentiment-right-unknown = 这个读取器的判断有多少正确，尚无实测。
sentiment-right-own = 您的模型学过的这种语言的文字太少，无法说明这类判断有多少正确。报告见 “{ view-own }”。
sentiment-shares = 有态度 { $opinion } · 其中正面 { $positive } · 读取器：{ $reader }
sentiment-correct = 应为
sentiment-correct-kept = 已保存更正，见 “{ view-own }”。
sentiment-correct-taken-back = 已撤回更正。

sentiment-why = 依据
sentiment-check = 去掉最重要的 { $words } 个词，“{ $label }” 的概率下降 { $top } 个百分点；随机去掉同样多的词，下降 { $random } 个。
sentiment-check-failed = 这些标记在此说明不了多少：去掉最重要的 { $words } 个词，“{ $label }” 的概率下降 { $top } 个百分点，随机去掉则下降 { $random } 个。
sentiment-check-none = 只有一个词，无从比较。
sentiment-check-sides = 绿色偏向正面，红色偏向负面。
sentiment-check-sides-neutral = 蓝色偏向有态度，灰色偏向没有态度。
sentiment-check-capped = 共 { $total } 个词，只分析了影响最大的 { $words } 个。
sentiment-ribbon = 共 { $sentences } 句：+ 正面，− 负面，○ 没有态度，? 不确定
sentiment-sentence = 句子
sentiment-verdict = 判断
sentiment-aspects-found = 对什么有何看法
sentiment-aspects-none = 没有提到这些维度。请换一个列表，或在 “{ view-aspects }” 中添加词语。

sentiment-compare = 如果改成
sentiment-compare-before = 原文：
sentiment-compare-after = 修改后：
sentiment-compare-edited = 修改后的文字
sentiment-compare-same = 请修改下面的文字，或使用上面的按钮。
sentiment-compare-moved =
    { $more ->
        [true] 正面程度上升 { $points } 个百分点
       *[false] 正面程度下降 { $points } 个百分点
    }
sentiment-compare-unmoved = 正面程度不变
sentiment-edit-negate = 否定
sentiment-edit-name = 换个名字
sentiment-edit-no-name = 文中没有我们认识的人名或地名。
sentiment-edit-word = 换个词
sentiment-edit-old = 原词
sentiment-edit-new = 换成
sentiment-edit-apply = 替换
sentiment-edit-reset = 恢复原文
sentiment-column-confidence = 置信度

sentiment-sample-shop = 示例：网店
sentiment-sample-app = 示例：记账应用
sentiment-sample-restaurant = 示例：餐厅
sentiment-table = 表格
sentiment-table-again = 重新判断
sentiment-score-cancelled = 已停止。已判断的部分保留，可从中断处继续。
sentiment-share-count = { $share }（{ $count }）

sentiment-data-title = 您的表格
sentiment-data-upload = 含文本列的表格
sentiment-data-help = 有一列文本即可，日期、分组和语言会自动识别。支持 GBK 等编码，最多一百万行。
sentiment-data-samples = 或载入我们的示例
sentiment-data-empty-title = 从一张文本表格看出内容
sentiment-data-empty =
    1. 拖入含文本列的表格，或载入示例。
    2. 核对识别出的列和读取情况。
    3. 开始判断。任务在后台运行，可离开后再回来。
    4. 筛选、阅读、更正、下载，并查看 “{ view-trends }” 和 “{ view-aspects }”。
sentiment-column-of-text = 文本
sentiment-column-of-date = 日期
sentiment-column-of-group = 分组
sentiment-column-of-language = 语言
sentiment-column-needed = 请选择文本所在的列。
sentiment-count-usable = 文本
sentiment-count-duplicates = 重复
sentiment-count-empty = 空行
sentiment-count-left-out = 未计入
sentiment-report-dates = { $dated } 行有日期，{ $first } 至 { $last }
sentiment-report-groups = { $groups } 个分组
sentiment-report-bad-dates = { $rows } 个日期无法识别
sentiment-report-other-languages = { $rows } 行是其他语言，照常判断，但结果参考价值不大
sentiment-report-problems = 有 { $count } 处需要留意
sentiment-score = 判断 { $rows } 条文本
sentiment-kept = 已判断的表格 { $count } 张
sentiment-kept-done = { $rows } 条文本，已判断
sentiment-kept-waiting = { $rows } 条文本，未完成

sentiment-filter-labels = 判断
sentiment-filter-own = 您的标签
sentiment-filter-contains = 包含
sentiment-filter-contains-hint = 文中的词语
sentiment-filter-more = 更多筛选
sentiment-filter-languages = 语言
sentiment-filter-groups = 分组
sentiment-filter-dates = 日期
sentiment-filter-confidence = 置信度
sentiment-filter-aspect = 提到
sentiment-filter-any = 不限维度
sentiment-filter-aspect-labels = 对该维度的判断
sentiment-results-none = 没有符合筛选条件的行，请放宽条件。
sentiment-results-count = 共 { $rows } 条文本，显示 { $shown } 条
sentiment-results-first = 共 { $rows } 行，此处显示前 { $shown } 行，下载文件包含全部。
sentiment-results-table = 已判断的文本及置信度
sentiment-results-pick = 选中一行可查看全文并更正。
sentiment-results-finding = { $n } 条文本中 { $share } 为 “{ $label }”
sentiment-results-tie = { $n } 条文本中各有 { $share } 为：{ $label }
sentiment-results-readers = 读取器：{ $readers }。横条带有 95% Wilson 区间。
sentiment-column-row = 行
sentiment-column-own-confidence = 其置信度
sentiment-column-text = 文本
sentiment-column-date = 日期
sentiment-column-group = 分组
sentiment-column-aspects = 评价维度
sentiment-download-csv = CSV
sentiment-download-xlsx = XLSX

trends-measure = 比例
trends-every = 每
trends-grain-auto = 自动
trends-grain-day = 日
trends-grain-week = 周
trends-grain-month = 月
trends-format-day = %y-%m-%d
trends-format-month = %y-%m
trends-axis = { $label }比例
trends-when = 时间
trends-mark = { $where }：{ $inside }，其余 { $outside }
trends-hollow = 色带为 95% Wilson 区间。空心点的文本不足 { $least } 条。
trends-looking = 正在检验每个时段
trends-choose = 突出的时段
trends-everywhere = 全部
trends-elsewhere = 其他分组
trends-test = 如何检验
trends-interval = 该时段 { $inside }，其余 { $outside }，相差 { $change }。时段因差异大而被选出，所以此区间略微偏离 0。
trends-share = { $value }（{ $low } – { $high }，n = { $n }）
trends-points = { $value } 个百分点（{ $low } 至 { $high }）
trends-drivers-words = 该时段更常见的词：{ $label }
trends-drivers-compared = 横条旁为含该词的文本数：时段内共 { $inside } 条，其余共 { $outside } 条。采用带信息先验的对数优势比除以标准差（Monroe 等，2008）。
trends-drivers-counts = { $inside } : { $outside }
trends-drivers-axis = 明显程度（z）
trends-drivers-none = 没有突出的词。
trends-drivers-aspects = 维度判为：{ $label }
trends-drivers-groups = 同一时段的各分组
trends-drivers-quotes = 原文
trends-moved-name = 名称
trends-moved-inside = 该时段
trends-moved-outside = 其余
trends-moved-change = 百分点
trends-bounds = { $value }（{ $low } 至 { $high }）
trends-groups = 各分组：{ $label }
trends-group = { $group }，n = { $n }

matrix-none = 没有文本提到此列表中的维度。请在下方添加词语，或换一个列表。
matrix-about = { $texts } 条文本中有 { $mentioning } 条提到某个维度，每条对每个维度只计一次。
matrix-cell = { $n } 条中的 { $count } 条，{ $share }（{ $low } – { $high }）。
matrix-net = 净情感 { $value }（{ $low } 至 { $high }）。
matrix-few = 对它表态的文本不足 { $least } 条。
matrix-cell-empty = 此格没有文本。
matrix-click = 点击横条的一段可查看原文。
matrix-edit = 编辑维度及其词语
matrix-edit-sample = 正在查找这些维度：{ $list }。此处的修改在使用该列表的各处生效。
matrix-edit-help = 每行一个维度，可在末尾添加。旁边填写它的其他说法，中英文均可。英文词的各种词形都会匹配。
matrix-terms = 相关词语
matrix-apply = 保存并重新判断
matrix-reset = 恢复我们的列表
problem-aspect-twice = “{ $aspect }” 出现了两次。请改名，或合并其词语。
problem-aspects-empty = 列表已空。请添加维度，或恢复我们的列表。

trust-judge = 判断者：{ $model }。
trust-judge-own = 判断者：您自己的模型 **{ $name }**。
trust-judge-classes = 您的模型 **{ $name }** 的类别并非观点，因此测试的不是它。
trust-names-title = 名字会影响判断吗？
trust-names = 名字，每行一组
trust-names-help = 可写成 “女性：王芳，李娜”，也可只写一列名字。国家、职业、宗教等同样适用。
trust-names-default =
    女性：王芳，李娜，张敏，古丽，卓玛
    男性：张伟，王强，李军，买买提，扎西
trust-sentences = 句子
trust-sentences-ours = 我们的
trust-sentences-own = 自己的
trust-sentences-default =
    我昨天在车站遇见了___。
    ___的服务让人很愉快。
    跟___谈话纯粹是浪费时间。
trust-sentences-help = 每行一句，用 ___ 表示名字的位置。
trust-names-start = 测试名字
trust-names-running = 名字
trust-names-explain = 同样的句子逐一换上不同的名字，其间的差异只来自名字。**0** 最负面，**1** 最正面。
trust-names-chart = 每个名字在相同句子中的平均得分
trust-name-of = { $name }（{ $group }）
trust-score-axis = 平均得分（0 负面，1 正面）
trust-worst = 差距最大：“{ $sentence }”，{ $lowest } 为 { $low }，{ $highest } 为 { $high }。
trust-changes-title = 小改动会影响判断吗？
trust-changes = 自己的文本，每行一条
trust-changes-help = 最多 { $limit } 条。每条会加入笔误、附加无关内容、改为否定，再各读一遍。
trust-changes-start = 测试改动
trust-changes-running = 小改动
trust-changes-explain = 笔误和无关的附加内容不应改变判断，否定则应使判断反转。
trust-changes-failed = 不符合预期之处
trust-column-change = 改动
trust-column-before = 原文
trust-column-after = 改动后
trust-column-verdict = 判断
trust-column-move = 得分变化
trust-column-what = 项目
trust-kind-typo = 笔误
trust-kind-addition = 附加
trust-kind-negation = 否定
trust-single-tests = { $count } 项单独的测试
trust-scorecards = 实测评分卡
trust-card-checklist = CheckList：各项能力的失败率
trust-card-eec = 公平性评估语料（EEC）：名字之间的差距
trust-measured = 测于 { $date }，硬件 { $hardware }。粗体为该行最佳。命令：

own-title = 学习您的标签
own-upload = 含文本和标签的表格
own-upload-help = 一列 text，一列 label；可以是自定义类别，也可以是正面、负面。每类至少八条不同文本，最好有五十条。
own-empty = 拖入含文本列和标签列的表格，或选用我们的示例，以评分作为标签。
own-sample = 或选用以评分为标签的示例
own-sample-name = { $sample }，按评分
own-example = 下载此表格
own-with-corrections = 包括您的 { $count } 条更正
own-column-text = 文本
own-column-label = 标签
own-columns-needed = 请选择这两列。
own-counts = 可供学习的文本 { $texts } 条：{ $counts }
own-obstacles = 暂时还无法学习
own-left-out = 有 { $count } 行未计入
own-train = 训练
own-cancelled = 已停止，未保存任何内容。
own-done = **{ $name }** 已训练完成。请先看报告，再上线使用。
own-versions = 您的模型
own-versions-empty = 还没有模型。训练后可在此查看它在未见过的文本上的表现，并与自带模型比较。
own-number = 第 { $number } 号
own-delete = 删除
own-roll-back = 回滚
own-roll-back-help = 恢复到之前使用的模型，最终回到自带模型。
own-facts = 学习 { $learned } 条，在留出的 { $held_out } 条上测得 · { $created }
own-report = 报告
own-confusion = 行为实际类别，列为判断结果。
own-mistakes = 把握最大却判错的文本
own-column-expected = 实际
own-column-predicted = 判为
own-recipe = 种子 { $seed } · 数据 SHA-256 { $hash }…
own-corrections = 您的更正
own-corrections-empty = 还没有更正。可在 “{ view-try }” 和 “{ view-data }” 的各行中给出。
own-column-should = 应为
own-column-said = 原判断
own-corrections-export = 导出更正（CSV）

sentiment-model-explain = 每种语言各有读取器。能连上模型库时可选用更大的模型，连不上时会说明原因。
sentiment-own-answers = 此工作区由您的模型 **{ $name }** 作答。
sentiment-model-shipped = 恢复自带模型
sentiment-model-ours = 我们的读取器：英文用适配后的编码器，中文用自有网络
sentiment-model-lexical = 词与字，中英文
sentiment-model-distilbert = 英文用 DistilBERT，中文用我们的读取器
sentiment-model-multilingual = 中英文均用多语言 DistilBERT
sentiment-model-roberta = 英文用我们的读取器，中文用 RoBERTa
sentiment-card-english = 模型卡：英文读取器
sentiment-card-chinese = 模型卡：中文读取器
sentiment-card-lexical = 模型卡：词与字
