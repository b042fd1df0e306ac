cs-knowledge = 知识库
cs-tenant-shop = 示例：港松生活，网店
cs-tenant-bank = 示例：子午银行
cs-tenant-helpdesk = 示例：流明科技，IT 与人事服务台
cs-threshold = 置信度达到此值即作答
cs-threshold-help = 低于阈值时反问“您是不是想问”；低于阈值的一半时说明知识库未覆盖该问题。
cs-question = 问题
cs-question-empty = 请输入问题，或在上方选一个示例。

cs-outcome-answer = 已作答
cs-outcome-clarify = 您是不是想问
cs-outcome-not_covered = 知识库未覆盖
cs-outcome-hand_over = 转人工
cs-say-clarify = 还不确定您问的是下面哪一个。
cs-say-not_covered = 知识库没有这个问题的答案，因此不作猜测。
cs-say-hand_over = 您希望与人工沟通，接下来由同事为您服务。
cs-source = 来源：{ $source }
cs-confidence = 置信度 { $confidence }，阈值 { $threshold }
cs-confidence-over = 超过 { $share }
cs-did-you-mean = 选择其一查看答案：
cs-closest = 知识库能回答的最接近的问题：
cs-feedback-kept = 谢谢，您的反馈已保存在此工作区。

cs-why = 为什么是这一条
cs-shares-title = 各检索器对得分的贡献
cs-share-axis = 得分
cs-engine-dense = 语义（向量）
cs-engine-words = 词语（BM25）
cs-engine-characters = 字符（BM25）
cs-engine-gloss = 词典释义（BM25）
cs-candidates = 最接近的条目
cs-column-entry = 条目
cs-column-question = 库中问题
cs-column-score = 得分
cs-score-help = 各检索器得分高出候选均值的标准差数的加权和。
cs-engine = 作答引擎：{ $engine }

cs-data-title = 您的知识
cs-data-upload = 问答表格或文档
cs-data-help = 表格需要问题列和答案列；若有编号列，同一编号的多行视为同一问题的不同问法。文档会切分为段落。
cs-data-empty = 请把问答表格或文档拖到上方，也可以从我们的示例开始：
cs-data-sample = { $name }
cs-data-create = 建立索引并保存
cs-data-update = 更新
cs-data-ready =
    { $reused ->
        [0] **{ $name }** 已建立索引。
       *[other] **{ $name }** 已建立索引，其中 { $reused } 条没有变化，直接沿用。
    }
cs-data-lexical = **{ $name }** 已保存，现按词语作答，下次提问时再生成向量。
cs-data-cancelled = 保存之前已停止，没有任何改动。
cs-data-deleted = { $name } 建立索引后已被删除。
cs-data-ask = 去提问
cs-report-entries = 条目
cs-report-phrasings = 问法
cs-report-duplicates = 重复
cs-report-empty = 空行
cs-report-language = { $language } { $entries } 条
cs-report-languages = 语言：{ $languages }。编码：{ $encodings }。
cs-report-problems =
    { $count ->
        [0] 表格的读取方式
       *[other] 有 { $count } 行未采用
    }
cs-own-title = 此工作区已保存
cs-own-entries = { $entries } 条
cs-own-share = 共享
cs-own-share-help = 打开本应用的人都可以向它提问。
cs-own-delete = 删除
cs-reset = 重置演示
cs-reset-explain = 删除此浏览器的知识库和反馈，其他人的内容保留。
cs-reset-confirm = 删除我的内容

cs-bulk-title = 批量回答问题文件
cs-bulk-upload = 含问题列的表格
cs-bulk-help = 最多一百万行。页面上的提问优先于文件。
cs-bulk-empty = 拖入一个含问题列的表格，即可取回带有结果、条目、答案和置信度的表格。
cs-bulk-found = 共 { $rows } 行，问题取自“{ $column }”列。
cs-bulk-start = 回答文件
cs-bulk-label = { $file }，所问知识库：{ $knowledge }
cs-bulk-first = 此处显示 { $rows } 行中的前 { $shown } 行，下载文件包含全部。
cs-bulk-download = 下载答案

cs-model-explain = 英文问题按向量、词语和字符比较；编码器不识中文时，中文问题先用词典逐词释义。能连上模型库时可选用更大的编码器。
cs-model-card = 置信度模型的模型卡

cs-miniature = 刚刚作答，置信度 { $confidence } · { $tenant }

problem-knowledge-empty = 没有找到可以提问的内容。表格需要同时有问题和答案的行，文档需要有文字。
problem-knowledge-too-large = 共 { $entries } 条，超过一个知识库的上限 { $limit } 条，请按主题拆分文件。
problem-knowledge-column-missing =
    { $column ->
        [question] 没有找到问题列
       *[answer] 没有找到答案列
    }，现有列：{ $columns }。请将该列命名为“{ $column }”。
problem-knowledge-cell-empty = 单元格为空，此行未采用。请补全或删除该行。
problem-knowledge-answer-long = 答案超过 { $limit } 个字符，此行未采用。请拆分为多条。
problem-knowledge-two-answers = 编号“{ $id }”在第 { $first } 行已有不同的答案。请改用不同编号，或统一答案。
problem-knowledge-id-twice = 编号“{ $id }”出现在多个文件中，另见 { $source }。请为每个条目使用唯一编号。
problem-knowledge-unknown = 没有名为“{ $name }”的知识库。请选择 shop、bank 或 helpdesk，或上传一个。
problem-knowledge-path-missing = 没有名为“{ $name }”的文件或文件夹，请检查路径。
problem-questions-column-missing = 没有找到问题列，现有列：{ $columns }。请将该列命名为“question”。
problem-protocol-unknown = 没有名为“{ $name }”的评测方案，可选：{ $known }。
problem-protocol-data-missing = 数据文件夹中没有 { $file }。请从 { $source } 获取，并用 --data 指定所在文件夹。

metric-recall-at-1 = 正确条目排第一（召回 @1）
metric-recall-at-3 = 正确条目在前三（召回 @3）
metric-overlap = 与库中问题的重合度（Jaccard）
metric-answered = 已回答
metric-wrong-when-answered = 所作回答中的错误
metric-refused = 范围外问题未作答
metric-auroc = 区分范围内外（AUROC）

system-bm25 = BM25（词语）
system-tfidf = TF-IDF
system-lexical = 我们的方法，不用向量

group-en = 英文
group-zh = 中文
group-heldout = 留出集
group-tuning = 口语化
group-near = 近范围外
group-far = 远范围外
group-shop = 网店
group-bank = 银行
group-helpdesk = 服务台
group-overlap-low = 重合度低
group-overlap-middle = 重合度中
group-overlap-high = 重合度高
group-unseen = 未见文章

metric-threshold = 阈值
metric-auroc-lead = 领先最佳单项得分（AUROC）

system-bm25-share = BM25，占完全匹配的比例
system-cosine = 余弦，段落
system-cosine-sentence = 余弦，句子

group-threshold-default = 默认阈值
group-threshold-80 = 回答 80% 的阈值
group-answerable = 可答与不可答
group-titles = 依标题写成的近似问题
