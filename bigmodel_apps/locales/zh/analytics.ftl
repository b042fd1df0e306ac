view-analytics = 运营分析

fate-answer = 已回答
fate-clarify = 反问确认
fate-not_covered = 未覆盖
fate-hand_over = 要求人工
fate-small_talk = 闲聊

analytics-questions = 问题数
analytics-conversations = 会话数
analytics-response = 模型响应时间
analytics-hand-over = 转人工率
analytics-wait = 人工首次回复
analytics-closing = 至结束用时
analytics-rating = 评分（1–5）
analytics-thumbs = 好评率
analytics-high-90 = 90%
analytics-high-95 = 95%
analytics-high = { $name } 在 { $value } 之内，n = { $n }
analytics-interval = { $low } – { $high }，n = { $n }
analytics-too-few = 数量不足
analytics-over-time-hour = 每小时的问题
analytics-over-time-day = 每天的问题
analytics-over-time-week = 每周的问题
analytics-when = 时间
analytics-outcome = 结果
analytics-outcomes = 问题的结果
analytics-outcomes-answered = { $count } 个问题中有 { $share } 得到回答
analytics-share = 占问题的比例
analytics-share-count = { $share }（{ $count }）
analytics-top-gaps = 最大的缺口
analytics-gap = { $question } – { $questions } 个问题，{ $base }
analytics-by-base = 按知识库
analytics-by-language = 按提问语言
analytics-group = 分组
analytics-note = 比例与时间至少需要 { $least } 个观测值。较大的时间数字为中位数。比例采用 95% Wilson 区间，评分采用 95% 自助法区间；同一会话的问题分别计数。
