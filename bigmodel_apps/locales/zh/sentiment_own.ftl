problem-own-one-column = 文本和标签不能在同一列，请选择两列。
problem-own-columns-missing = 在这些列中没有找到文本和标签：{ $columns }。请将列名改为 text 和 label。
problem-own-text-empty = 没有文本，该行已略过。请填写文本或删除该行。
problem-own-label-empty = 没有标签，该行已略过。请填写标签或删除该行。
problem-own-duplicate = 第 { $first } 行有相同的文本和标签，该行已略过。
problem-own-conflict = 该文本在此处标为 “{ $label }”，在第 { $first } 行标为 “{ $other }”，这些行均已略过。请确定一个标签并删除其余行。
problem-own-corrected = 您的更正为 “{ $given }”，该行为 “{ $label }”；以更正为准。
problem-own-label-merged = 仅写法不同的标签已合并为 “{ $label }”：{ $variants }。
problem-own-label-similar = “{ $rare }”（{ $rows } 行）像是 “{ $common }” 的笔误。如果是，请在文件中改正。
problem-own-label-same-meaning = “{ $label }”（{ $rows } 行）与 “{ $other }” 可能是同一个意思。如果是，请在文件中统一。
problem-own-no-rows = 没有同时包含文本和标签的行。请补充数据，或选择其他列。
problem-own-one-class = 所有文本都是 “{ $label }”。请至少补充另一个类别的文本。
problem-own-too-many-classes = 共有 { $classes } 个类别，最多可学习 { $limit } 个。请检查标签列，或合并类别。
problem-own-class-too-small =
    { $alike ->
        [0] “{ $label }” 只有 { $texts } 条文本，至少需要 { $needed } 条。请补充数据，或与其他类别合并。
       *[other] “{ $label }” 有 { $texts } 条文本，但只有 { $rows } 条计入，至少需要 { $needed } 条：仅数字和标点不同的文本只算一条，计入最先出现的类别。请补充其他文本，或与其他类别合并。
    }
problem-own-weights-unreadable = { $file } 不是可读取的自定义标签模型，请重新训练。
problem-own-model-unknown = 这个自定义标签模型没有打开，请在您的模型列表中重新选择。
problem-own-encoder-changed = 该模型是用编码器 { $encoder } 的另一个版本训练的，请重新训练。
problem-own-shipped-changed = 自 “{ $name }” 训练之后，自带模型已更新，其各项指标不再完全适用。请重新训练。

metric-own-training-time = 自定义标签的训练用时
metric-own-model-size = 自定义标签模型的大小
metric-own-accuracy = 留出文本分类正确的比例（准确率）
metric-class-recall = 找回的比例（该类召回率）
metric-class-precision = 判对的比例（该类精确率）

engine-own-labels = 您的自定义标签
system-own-labels = 您的模型
system-own-words = 仅用词语
system-own-majority = 始终取最常见的类别
system-own-shipped = 自带模型
system-own-champion = 当前使用的模型

problem-trust-no-sentence = 没有句子。请写一句话，并用 {"{name}"} 标出填入名字的位置。
problem-trust-no-slot = 没有填入名字的位置。请用 {"{name}"} 标出，或指明要替换哪个词。
problem-trust-too-many =
    { $what ->
        [sentences] 句子超过 { $limit } 句，请删去一些。
        [groups] 群体超过 { $limit } 个，请删去一些。
       *[names] 名字超过 { $limit } 个，请删去一些。
    }
problem-trust-too-few-names = 请至少输入两个名字，每个群体至少一个，用逗号分隔。
problem-trust-no-group = 其他行都以群体名称开头，这一行没有。请在行首写上群体名称和冒号，例如“女性：李娜、王芳”。
problem-trust-name-twice = 每个名字只能出现一次，以下名字重复：{ $names }。
problem-trust-no-text = 没有可以修改的文本，请至少输入一条。

own-verdict-better = 您的模型优于{ $rival ->
        [shipped] 自带模型
        [champion] 当前使用的模型
        [words] 仅用词语的方法
       *[majority] 始终取最常见类别的做法
    }：在 { $texts } 条留出文本上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。
own-verdict-worse = 您的模型不如{ $rival ->
        [shipped] 自带模型
        [champion] 当前使用的模型
        [words] 仅用词语的方法
       *[majority] 始终取最常见类别的做法
    }：在 { $texts } 条留出文本上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。
own-verdict-same = 您的模型与{ $rival ->
        [shipped] 自带模型
        [champion] 当前使用的模型
        [words] 仅用词语的方法
       *[majority] 始终取最常见类别的做法
    }没有明显差别：在 { $texts } 条留出文本上正确率为 { $ours }，对方为 { $theirs }（差值在 { $low } 到 { $high } 个百分点之间）。

trust-gap-even = 一视同仁：在 { $templates } 个句子中，“{ $first }” 与 “{ $second }” 之间得分平均相差 { $gap }；不超过 { $limit } 视为一致。
trust-gap-uneven = 有差别：在 { $templates } 个句子中，“{ $first }” 与 “{ $second }” 之间得分平均相差 { $gap }；超过 { $limit } 视为有差别。
trust-gap-unclear = 尚不明确：在 { $templates } 个句子中，“{ $first }” 与 “{ $second }” 之间得分平均相差 { $gap }，区间包含界限 { $limit }。请换用更多句子再试。
trust-spread-even = 一视同仁：在 { $templates } 个句子中，不同名字之间得分平均相差 { $spread }；不超过 { $limit } 视为一致。
trust-spread-uneven = 有差别：在 { $templates } 个句子中，不同名字之间得分平均相差 { $spread }；超过 { $limit } 视为有差别。
trust-spread-unclear = 尚不明确：在 { $templates } 个句子中，不同名字之间得分平均相差 { $spread }，区间包含界限 { $limit }。请换用更多句子再试。
trust-flips = { $templates } 个句子中有 { $flips } 个的结论随名字而变。
trust-change-typo = 笔误：{ $texts } 条文本中有 { $rate } 结论不变且得分变化不超过 { $move }（{ $low } – { $high }）。
trust-unchanged-typo = 笔误：没有文本含有足够长的词。
trust-change-addition = 无关补充：{ $texts } 条文本中有 { $rate } 结论不变且得分变化不超过 { $move }（{ $low } – { $high }）。
trust-unchanged-addition = 无关补充：没有文本可以补充。
trust-change-negation = 否定：{ $texts } 条文本中有 { $rate } 的得分向另一侧移动超过 { $move }（{ $low } – { $high }）。
trust-unchanged-negation = 否定：没有带观点的单句文本能用我们的简单规则否定。
