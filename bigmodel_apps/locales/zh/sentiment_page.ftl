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
sentiment-right-own = 您的模型有多少正确，见 “{ view-own }” 中的报告。
sentiment-shares = 有态度 { $opinion } · 其中正面 { $positive } · 读取器：{ $reader }
sentiment-cut = 文字超出读取器的长度，结尾部分未读。
sentiment-correct = 判断有误？应为
sentiment-correct-help = 更正保存在此工作区，可在 “{ view-own }” 中用于训练。再次点击即可撤回。
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
sentiment-data-looking = 正在查看
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
sentiment-column-none = 无
sentiment-column-needed = 请选择文本所在的列。
sentiment-date-order = 有 { $rows } 个日期可作两种理解，03/05/2026 是
sentiment-date-order-day-first = 5 月 3 日
sentiment-date-order-month-first = 3 月 5 日
sentiment-count-usable = 文本
sentiment-count-duplicates = 重复
sentiment-count-empty = 空行
sentiment-count-left-out = 未计入
sentiment-report-dates = { $dated } 行有日期，{ $first } 至 { $last }
sentiment-report-groups = { $groups } 个分组
sentiment-report-bad-dates = { $rows } 个日期无法识别
sentiment-report-other-languages = { $rows } 行是其他语言，照常判断，但结果参考价值不大
sentiment-report-encoding = 编码 { $encoding }
sentiment-report-problems = 有 { $count } 处需要留意
sentiment-score = 判断 { $rows } 条文本
sentiment-kept = 此工作区中的表格
sentiment-kept-done = { $rows } 条文本，已判断
sentiment-kept-waiting = { $rows } 条文本，未完成
sentiment-kept-continue = 继续
sentiment-kept-delete = 删除

sentiment-filter-labels = 判断
sentiment-filter-contains = 包含
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
sentiment-results-readers = 读取器：{ $readers }。横条带有 95% Wilson 区间。
sentiment-column-row = 行
sentiment-column-text = 文本
sentiment-column-date = 日期
sentiment-column-group = 分组
sentiment-column-aspects = 评价维度
sentiment-download-csv = CSV
sentiment-download-xlsx = XLSX

trends-measure = 比例
trends-grain = 每
trends-grain-auto = 自动
trends-grain-day = 日
trends-grain-week = 周
trends-grain-month = 月
trends-period = { $first } 至 { $last }
trends-format = %y-%m-%d
trends-axis = { $label }比例
trends-when = 时间
trends-mark = { $inside }，其余 { $outside }
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
trends-moved-change = 差值
trends-moved-p = p
trends-groups = 各分组：{ $label }
trends-group = { $group }，n = { $n }
