problem-own-one-column = 文本和标签不能在同一列，请选择两列。
problem-own-columns-missing = 在这些列中没有找到文本和标签：{ $columns }。请将列名改为 text 和 label。
problem-own-text-empty = 没有文本，该行已略过。请填写文本或删除该行。
problem-own-label-empty = 没有标签，该行已略过。请填写标签或删除该行。
problem-own-duplicate = 第 { $first } 行有相同的文本和标签，该行已略过。
problem-own-conflict = 该文本在此处标为 “{ $label }”，在第 { $first } 行标为 “{ $other }”，这些行均已略过。请确定一个标签并删除其余行。
problem-own-corrected = 您的更正为 “{ $given }”，该行为 “{ $label }”；以更正为准。
problem-own-label-merged = 仅写法不同的标签已合并为 “{ $label }”：{ $variants }。
problem-own-label-similar = “{ $rare }”（{ $rows } 行）像是 “{ $common }” 的笔误。如果是，请在文件中改正。
problem-own-no-rows = 没有同时包含文本和标签的行。请补充数据，或选择其他列。
problem-own-one-class = 所有文本都是 “{ $label }”。请至少补充另一个类别的文本。
problem-own-too-many-classes = 共有 { $classes } 个类别，最多可学习 { $limit } 个。请检查标签列，或合并类别。
problem-own-class-too-small = “{ $label }” 只有 { $rows } 条不同的文本，至少需要 { $needed } 条。请补充数据，或与其他类别合并。
problem-own-weights-unreadable = { $file } 不是可读取的自定义标签模型，请重新训练。
problem-own-model-unknown = 这个自定义标签模型没有打开，请在您的模型列表中重新选择。
problem-own-encoder-changed = 该模型是用编码器 { $encoder } 的另一个版本训练的，请重新训练。

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
problem-trust-name-twice = 每个名字只能出现一次，以下名字重复：{ $names }。
problem-trust-no-text = 没有可以修改的文本，请至少输入一条。
