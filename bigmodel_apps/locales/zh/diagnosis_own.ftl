# 用户自己图像的分类器、由更正得到的候选版，以及页面上的模型。
view-own-classes = 自定义类别
model-name-diagnosis-own = 您自己的分类器
model-name-diagnosis-generator = 绘制患者的生成器

diagnosis-own-title = 学习您的类别
diagnosis-own-upload = 带标签的图像：每类一个文件夹的 ZIP，或图像加一张标签表
diagnosis-own-upload-help = 每类至少 { $least } 张不同图像，最好一百张。取每张图像中央的方块，灰度缩至 28 × 28 像素、彩色缩至 40 × 40 像素用于学习；只有这些小图保存在您的工作区，直到您删除模型。
diagnosis-own-empty = 拖入带标签的图像，每类至少 { $least } 张，或使用我们的示例。训练出的模型归您所有，只为您作答。
diagnosis-own-sample = 我们的示例：不属于任何人的绘制胸片
diagnosis-own-counts = 带标签的图像 { $images } 张：{ $counts }
diagnosis-own-unlabelled = 有 { $count } 张图像没有标签，已略过。
diagnosis-own-most = 从中均匀选取 { $limit } 张用于学习，各类按比例。
diagnosis-own-versions-empty = 还没有模型。训练后可在此查看它在未见过的图像上的表现，并与始终取最常见类别的做法比较。
diagnosis-own-verdict-better = 优于{ $rival ->
        [image-shipped] 自带模型
        [image-champion] 当前使用的模型
       *[most-frequent] 始终取最常见类别的做法
    }：在 { $images } 张未见过的图像上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。
diagnosis-own-verdict-worse = 在此处或别处不如{ $rival ->
        [image-shipped] 自带模型
        [image-champion] 当前使用的模型
       *[most-frequent] 始终取最常见类别的做法
    }：在 { $images } 张未见过的图像上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。
diagnosis-own-verdict-same = 与{ $rival ->
        [image-shipped] 自带模型
        [image-champion] 当前使用的模型
       *[most-frequent] 始终取最常见类别的做法
    }没有明显差别：在 { $images } 张未见过的图像上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。
diagnosis-own-states = 设定为回答 { $coverage } 时：实际回答 { $answered }，其中 { $right } 正确；{ $refused } 被当作其他类型的图像拒绝。
diagnosis-own-of-corrections = 以上为您的更正，每条都由未学过它的模型判断。更正大多针对模型判错的图像，因此原模型的正确率偏低是选择所致。
diagnosis-own-of-drawn = 在 { $images } 张不属于任何人的绘制图像上，它的正确率为 { $ours }，自带模型为 { $theirs }。
diagnosis-own-facts-folder = 学习 { $learned } 张，{ $settled } 张用于设定置信度与门控，留出 { $held_out } 张 · 起点：{ $base } · { $seconds } 秒 · { $created }
diagnosis-own-facts-corrections = 学习 { $learned } 条更正 · 起点：{ $base } · { $seconds } 秒 · { $created }
diagnosis-own-left-out = 略过 { $count } 个文件
diagnosis-own-method-heads = 自带网络保持不变，只针对这些类别重新读取其所见。尝试的两种方式中，这一种在图像偏移下对正确类别更有把握。
diagnosis-own-method-tuned = 用这些图像继续训练了两个自带网络。尝试的两种方式中，这一种在图像偏移下对正确类别更有把握。
diagnosis-own-persons = 完全相同的图像只计一次。同一人或同一玻片的图像是否分在不同部分，此处无从得知；若有，这些指标会偏高。
diagnosis-own-mistake = { $expected } → { $predicted }，{ $share }
diagnosis-own-card = 模型卡

diagnosis-challenge-title = 从您的更正中学习
diagnosis-challenge-what = 为当前作答的模型（{ $name }）训练一个候选版，只有您确认后才会使用。
diagnosis-challenge-empty = 还没有更正。可在“{ view-try }”的每个结论下给出。
diagnosis-challenge-count = 有 { $count } 条更正符合其类别，至少需要 { $least } 条。
diagnosis-challenge-start = 训练候选版
diagnosis-challenge-job = 候选版
diagnosis-challenge-done = 候选版已就绪。请先看它的表现，再作决定。

diagnosis-own-answers = 本页由您自己的分类器 **{ $name }** 作答。
diagnosis-model-shipped = 恢复自带模型
diagnosis-model-explain = 我们的网络会说明把握有多大、哪些图像不认识。视觉 Transformer 在能连上模型库时从中获取，并经过我们的门控；连不上时会说明原因。
diagnosis-model-speed = { $name }：最近的回答有一半在 { $p50 } 毫秒内，95% 在 { $p95 } 毫秒内（服务启动以来共 { $requests } 次请求）。
diagnosis-card-xray = 模型卡：胸片
diagnosis-card-cells = 模型卡：血细胞
diagnosis-card-generator = 模型卡：绘制患者的生成器

problem-diagnosis-own-one-class =
    { $found ->
        [0] 这些图像都没有标签。请为每个类别建一个文件夹，或附上一张含文件名和标签的表格。
       *[other] 所有带标签的图像都是 “{ $label }”。请至少补充另一个类别的图像。
    }
problem-diagnosis-own-many-classes = 共有 { $found } 个类别，最多可学习 { $limit } 个。请检查文件夹或标签表，或合并类别。
problem-diagnosis-own-class-small = “{ $label }” 有 { $images } 张可用图像，需要 { $least } 张不同的图像。请补充，或与其他类别合并。
problem-diagnosis-own-copy = 该图像与 { $other } 相同，只计一次。
problem-diagnosis-own-conflict = 该图像在此处为 “{ $label }”，在 { $other } 处为 “{ $says }”，两者均已略过。请确定一个。
problem-diagnosis-own-nothing-new = 当前使用的模型已学过这些更正，请先给出新的更正。
problem-diagnosis-own-few-corrections = 候选版至少需要 { $least } 条符合其类别的更正，现有 { $found } 条。请先更正更多结论。

metric-image-kind-auc = 凭距离与这些图像区分（AUC）
metric-image-right-answered = 已回答图像中类别正确的比例
system-image-own = 您的模型
system-image-shipped = 自带模型
system-image-champion = 当前使用的模型
