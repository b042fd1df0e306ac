view-gaps = 知识缺口

asked-period = 时段
asked-period-today = 今天
asked-period-week = 7 天
asked-period-month = 30 天
asked-period-all = 全部
asked-bases = 知识库
asked-bases-all = 全部
asked-source = 问题来自
asked-source-customers = 客户
asked-source-simulated = 模拟
asked-simulated = 模拟
asked-simulated-explain = 客户与时间为模拟；回答及其耗时来自真实模型。仅此浏览器可见。
asked-simulated-remove = 移除模拟数据
asked-empty = 此时段没有问题。请在“{ view-try }”中提问，或放宽时段。
asked-empty-simulated = 此选择下没有模拟问题。请放宽时段，或选择一个示例。
asked-simulate-explain = 想看看此页如何工作？可将我们自己的 { $questions } 个问题此刻提交给{ $knowledge }，如同客户在过去 7 天内提出。
asked-simulate = 载入模拟的一周
asked-simulate-cancelled = 已停止，未存储任何内容。

gaps-reasons = 计入哪些问题
gaps-reason-refused = 未覆盖
gaps-reason-unclear = 不明确
gaps-reason-disliked = 评价不好
gaps-reason-handed_over = 已转人工
gaps-why = { $reason } { $count }
gaps-grouping = 正在归类问题
gaps-group-again = 归类问题
gaps-none = 此选择下的问题均已解决。
gaps-count = { $gaps } 个缺口，共 { $questions } 个问题
gaps-more = 显示更多（{ $count }）
gaps-facts = { $questions } 个问题 · 最近一次 { $moment } · { $reasons }
gaps-closest = 最接近的条目：{ $entry }（{ $confidence }）
gaps-choose = 撰写答案
gaps-chosen = 已选中
gaps-examples =
    { $count ->
        [one] 原问题
       *[other] 全部 { $count } 个问题
    }
gaps-column-question = 问题
gaps-column-asked = 提问时间
gaps-column-reasons = 计入原因
gaps-column-before = 之前
gaps-column-after = 之后
gaps-column-stored = 已逐字收录

gaps-way = 处理方式
gaps-way-new = 新增条目
gaps-way-existing = 已有答案
gaps-target = 加入到
gaps-target-copy = 新的副本：{ $knowledge }
gaps-question = 问题
gaps-phrasings = 其他问法
gaps-phrasings-first = 共 { $count } 个，此处为前 { $shown } 个。
gaps-answer = 答案
gaps-answer-agent = 答案（草稿取自人工回复）
gaps-answer-agent-explain = 人工客服曾这样回复其中一个问题，批准前请核对。
gaps-answer-empty = 应当如何答复客户？
gaps-hint = 提示：最接近的条目
gaps-hint-explain = 知识库中相近内容的摘录（置信度 { $confidence }），把握不足以直接作答。
gaps-id = 编号
gaps-existing = 能回答它的条目
gaps-copied = { $knowledge }不可更改，将为您创建一份副本。
gaps-added = 将加入“{ $knowledge }”。
gaps-approve = 批准并测试
gaps-dismiss = 忽略
gaps-dismiss-help = 不再计入这些问题；再次被问到时重新计入。
gaps-reopen = 恢复 { $count } 个已忽略的问题

gaps-approve-label = 答复：{ $question }
gaps-approve-cancelled = 在存储前已停止，草稿仍保留在此。
gaps-done = “{ $name }”已有此答案。
gaps-done-copied = “{ $name }”已有此答案：它是“{ $knowledge }”的副本，现归您所有并已选用。
gaps-not-measured = 已存储，测试被中止。
gaps-close = 关闭
gaps-settled = 此缺口的 { $questions } 个不同问题中，现有 { $settled } 个得到回答。
gaps-own-questions = 缺口中的问题：之前与之后
gaps-stored-explain = 逐字收录的问题必然能找到；其余问题才能看出条目的理解范围。
gaps-made = { $outcome }：{ $entry }（{ $confidence }）
gaps-regression = 其他问题：之前与之后
gaps-regression-clear = 其他 { $questions } 个问题中，{ $changed } 个结果不同：{ $better } 个变好，{ $worse } 个变差。这不太可能是偶然（McNemar 精确检验，p = { $p }）。
gaps-regression-chance = 其他 { $questions } 个问题中，{ $changed } 个结果不同：{ $better } 个变好，{ $worse } 个变差。这在偶然范围之内（McNemar 精确检验，p = { $p }）。
gaps-check-heldout = 所问：示例在该条目语言下的留出问题，以及未覆盖的问题。区间为 95%，阈值 0.5。
gaps-check-phrasings = 所问：有多种问法的条目各取最后一种，提问时将其移出；另有其他话题的问题。区间为 95%，阈值 0.5。
gaps-check-stored = 所问：已收录的问题原文（没有条目含多种问法），以及其他话题的问题。这只能看出是否被别的条目抢答。区间为 95%，阈值 0.5。
gaps-changes = 更改
gaps-change-entry = 最近更改：新增条目 { $id }
gaps-change-phrasings = 最近更改：为 { $id } 增加 { $count } 种问法
gaps-undo = 撤销
gaps-undo-label = 撤销：{ $name }
gaps-undone = “{ $name }”已恢复原样。

problem-gap-question-empty = 问题为空，请填写。
problem-gap-answer-empty = 答案为空，请填写应当如何答复客户。
problem-gap-id-empty = 编号为空，请填写。
problem-gap-id-taken = 知识库中已有条目“{ $id }”。请换一个编号，或将问法加入该条目。
problem-gap-entry-missing = 知识库中已没有条目“{ $id }”，请另选一个。
problem-gap-phrasings-empty = 该条目已有这些问法，请勾选它没有的问法。
problem-gap-nothing-to-undo = 没有可撤销的更改，内容可能已被替换。
problem-gap-base-changed = 知识库在此期间已被更改。请重新批准，草稿仍保留。
