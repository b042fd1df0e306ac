product = 大模型应用

language-switch = 语言
views-switch = 视图
view-try = 试用
view-data = 我的数据
view-evidence = 实测依据
view-model = 模型

header-model = { $model } · { $device }
header-model-cold = { $model } · 尚未加载
header-model-help = 本页由哪个模型作答，以及它运行在哪个设备上。

samples-label = 试试示例

upload-reading = 正在读取文件……
upload-widget = 把文件拖到这里，或点按钮选择：{ $types }，不超过 { $size } MB。
upload-refused = 这个文件暂时无法使用
upload-several = { $name } 及另外 { $more } 个文件
upload-in-use = 正在使用：**{ $name }**
upload-kept = 仍在使用：**{ $name }**
upload-remove = 移除

table-looking = 正在查看
table-column-none = 无
table-date-order-day-first = 5 月 3 日
table-date-order-month-first = 3 月 5 日
table-date-order = 有 { $rows } 个日期可作两种理解，03/05/2026 是
table-encoding = 编码 { $encoding }
table-continue = 继续
table-delete = 删除
table-sample-file = 下载样例文件
table-sample = 使用我们的样例
table-columns-needed = 请选择这些列：{ $missing }。
table-problems = { $count } 处需要查看
period = { $first } 至 { $last }
table-notes = 请核对

problems-more = 还有 { $count } 个问题
unexpected-error = 程序内部出错了。已输入的内容都还在，请重试；如果再次出现，请提供编号 { $reference }。

status-title = 运行状态
status-device = 设备
status-no-model = 内存中还没有模型，首次提问时加载。
status-waiting = 等待中
status-waiting-counts = 提问 { $interactive } 条，文件数据 { $bulk } 条
status-loading = 正在加载
status-resident = 内存中的模型
status-response = 响应时间
status-response-times = p50 { $p50 } 毫秒，p95 { $p95 } 毫秒
status-response-help = 本进程内实测：每个模型最近 1,024 次提问，从提问到作答的时间。

megabytes = { $size } MB
duration-seconds = { $seconds } 秒
duration-minutes = { $minutes } 分钟
duration-hours = { $hours } 小时 { $minutes } 分钟

job-waiting = 正在开始
job-done-of = { $done } / { $total }
job-rate = {" "}· 每秒 { $rate } 条 · 剩余 { $left }
job-cancel = 取消
job-stopping = 正在停止…
job-cancelled = 已停止，任务没有完成。

# 评测方案
protocol-answerability = 能否回答
protocol-tenants = 示例知识库
protocol-xquad = 阅读段落（XQuAD）
protocol-banking77 = 银行问题（Banking77）
protocol-banking77-oos = 银行，含未覆盖的问题
protocol-clinc150 = 日常请求（CLINC150）
protocol-sst2 = 影评（SST-2）
protocol-blitzer-loo = 未见过的商品类别
protocol-neutral = 不含观点的事实（英文）
protocol-checklist = 能力测试（CheckList）
protocol-eec = 姓名与性别（EEC）
protocol-aspects = 评价维度（英文）
protocol-chnsenticorp = 酒店、书籍、电脑评论（ChnSentiCorp）
protocol-shopping-loo = 未见过的商品类别（中文）
protocol-colloquial = 口语化中文
protocol-neutral-zh = 不含观点的事实（中文）
protocol-aspects-zh = 手机评价维度（中文）

evidence-none = 还没有实测数据，请用这条命令测量：
evidence-protocol = 评测方案
evidence-metric = 指标
evidence-group = 测量范围
evidence-whole = 全部
evidence-system = 系统
evidence-value = 数值
evidence-interval = 区间
evidence-n = 样本数
evidence-goal-column = 目标
evidence-goal = 竖线为目标值。
evidence-measured = 实测于 { $date }，{ $hardware }，{ $cores } 核
evidence-question = { $metric }及其区间
evidence-finding = { $metric }：{ $ours }；最好的基线（{ $system }）：{ $best }
evidence-axis = { $metric }（{ $unit }）
evidence-table = 全部数字
evidence-repeat = 如何重新测量
evidence-command = 得出这些数字的命令：
evidence-dataset = **数据：** { $name }，{ $rows } 行，许可证 { $licence }，来源 { $source }（SHA-256 { $hash }…）
evidence-hardware = **硬件：** { $processor }，{ $cores } 核，内存 { $memory } GB，{ $precision }；耗时 { $duration }
evidence-version = **代码：** 版本 { $version }（SHA-256 { $code }…）
evidence-weights = **权重：** { $hashes }
evidence-seed = **随机种子：** { $seed }

system-ours = 本系统

unit-ms = { $value } 毫秒
unit-s = { $value } 秒
unit-mb = { $value } MB
unit-per-second = 每秒 { $value } 次
unit-ratio = { $value } 倍

list-separator = 、
model-name-customer-service-hybrid = 混合检索
model-name-customer-service-e5 = 混合检索（E5）
model-name-customer-service-bge-zh = 混合检索（BGE）
model-name-sentiment-own = 我们的读取器
model-name-sentiment-lexical = 词与字
model-name-sentiment-distilbert = DistilBERT
model-name-sentiment-multilingual = 多语言 DistilBERT
model-name-sentiment-roberta = RoBERTa
model-name-sentiment-own-labels = 您的自定义标签
model-name-fraud-trees = 我们的检测器
model-name-recommendation-blend = 我们的混合模型
model-facts = { $languages } · { $size } MB · { $licence }
model-facts-alone = { $size } MB · { $licence }
model-in-use = 使用中
model-use = 使用
model-checking = 正在检查能否连上
model-cancelled = 已停止，仍使用原来的模型。
model-resident = 已载入内存，不计共用部分 { $size } MB
