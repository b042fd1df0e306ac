# 文本表格的问题。
problem-sentiment-no-text-column = 没有找到文本列。现有的列：{ $columns }。请选择文本所在的列，或添加名为 “text” 的列。
problem-sentiment-column-unknown = 没有这一列。现有的列：{ $columns }。
problem-sentiment-column-twice = 同一列被用作两种用途，请为其中一种另选一列。
problem-sentiment-no-usable-texts = 没有可读的文本：{ $empty } 行为空，{ $long } 行超过 { $limit } 个字符。请另选一列，或缩短文本。
problem-sentiment-text-too-long = 这段文本超过 { $limit } 个字符，未作判断。请缩短，或拆成多行。
problem-sentiment-date-unreadable = 无法把 “{ $value }” 识别为日期，该行照常判断，但不计入趋势。请写成 2026-03-05 的形式。
problem-sentiment-table-unfinished = 这张表尚未判断完毕，请先继续。
problem-sentiment-workbook-too-long = 此处的工作簿最多 { $limit } 行。请改用 CSV，或先筛选表格。

# 页面与报告中的结论。
st-headline = 共 { $n } 条文本，{ $positive } 正面，{ $negative } 负面。
st-two-sentences = { $first }{ $second }
st-no-dates = 带日期的文本太少，看不出变化。
st-no-shift = 没有哪段时间与其余时间明显不同。
st-shift-all = { $start } 至 { $end }，{ $measure ->
    [negative] 负面
   *[positive] 正面
    }占 { $inside }，其余时间为 { $outside }（p ≤ { $p }）。
st-shift-group = { $group }：{ $start } 至 { $end }，{ $measure ->
    [negative] 负面
   *[positive] 正面
    }占 { $inside }，其余时间为 { $outside }（p ≤ { $p }）。
st-shift-rest = 较大分组之外：{ $start } 至 { $end }，{ $measure ->
    [negative] 负面
   *[positive] 正面
    }占 { $inside }，其余时间为 { $outside }（p ≤ { $p }）。
st-shift-mark = 变化
st-grain-day = 按日
st-grain-week = 按周
st-grain-month = 按月
st-trend-title =
    { $count ->
        [0] 没有明显不同的时段，{ $grain }
       *[other] { $count } 个时段明显不同，{ $grain }
    }
st-shares-title = 最多的是：{ $label }
st-share-axis = 文本占比
st-aspects-question = 各评价维度的评价如何？
st-aspects-finding = { $high ->
        [liked] 评价最好
       *[disliked] 差评最少
    }：{ $best }。{ $low ->
        [disliked] 评价最差
       *[liked] 好评相对最少
    }：{ $worst }。
st-unsure = 多数不确定、未作排名：{ $aspects }。
st-aspect = 评价维度
st-texts = 文本数
st-net = 净情感
st-interval = { $value }（{ $low } 至 { $high }）
st-drivers = 变化由何而来
st-too-few = 文本太少
st-cell = { $count }（{ $share }）
st-row = 第 { $row } 行
st-quote = “{ $text }”（{ $place }）
st-word = { $word }（{ $inside }:{ $outside }）
st-list-separator = 、
st-driver-words = { $label ->
    [negative] 偏负面
   *[positive] 偏正面
    }的文本中比平时更多的词（括号内为含该词的文本数：此时段 { $inside } 条中，其余 { $outside } 条中）：{ $words }。
st-driver-aspects = { $label ->
    [negative] 负面
   *[positive] 正面
    }评价增多的维度：{ $aspects }。
st-moved = { $name }（{ $inside }，平时 { $outside }）

# 表格的读取方式。
st-report-title = 情感分析：{ $file }
st-report-notes = 读取方式
st-rows = 文件共 { $rows } 行，判断了 { $usable } 行。
st-filtered = 已筛选：{ $rows } 条文本中的 { $shown } 条。
st-judged-by = 判断：{ $engines }（模型 { $model }）。
st-scored-on = 判断日期：{ $date }。
st-read-texts = 文本取自 “{ $column }” 列。
st-read-date = 日期取自 “{ $column }” 列。
st-read-group = 分组取自 “{ $column }” 列。
st-read-language = 语言取自 “{ $column }” 列；既非英文也非中文的，自动识别。
st-left-out = 未判断：{ $count } 行，其中 { $empty } 行没有文本，{ $long } 行过长，{ $skipped } 行无法读取。
st-duplicates = { $count } 条文本与前文重复，照常计数。
st-undated = { $count } 条文本没有可识别的日期，不计入趋势。
st-ambiguous-dates = { $count } 个日期有两种读法，按{ $order ->
    [month-first] 月在前
   *[day-first] 日在前
    }读取。
st-other-languages = 文件标明 { $count } 条文本为其他语言，其判断价值不大。
st-how-labels = “没有态度” 是一种判断；“不确定” 指置信度低于 { $below }。
st-expected = 依留出集上同等置信度的表现推算，{ $rows } 条判断中约 { $share } 正确（不含 “不确定”）。
st-expected-unknown = 此模型的判断有多少正确尚不可知，请抽查核对。
st-how-intervals = 区间为 95% Wilson 区间；不足 { $least } 条文本的时段以空心表示。净情感为正面减负面，除以两者之和，以百分点计；每条文本对每个维度只计一次。
st-how-shifts = 文本的倾向（每条的正面程度，0 至 100）与其余时间平均相差至少 { $points } 点，且通过对所有时段与分组同时进行的置换检验，才算明显不同；在没有变化的表格中，该检验误报的比例为 { $level }。p 为这类表格中出现同样明显的时段的概率。
