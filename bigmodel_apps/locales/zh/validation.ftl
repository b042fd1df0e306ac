# 问题的位置；$text 是各部分的问题说明之一。
problem-in-cell = 第 { $row } 行，“{ $field }” 列：{ $text }
problem-in-row = 第 { $row } 行：{ $text }
problem-in-cells = 第 { $rows } 行，“{ $field }” 列：{ $text }
problem-in-rows = 第 { $rows } 行：{ $text }
problem-rows-first = { $rows } 等 { $count }
problem-in-field = “{ $field }”：{ $text }

# 表单、文件或请求不符合格式时的说明。
problem-field-missing = 缺少这个值，请补上。
problem-field-not-text = 这里需要文本，请加上引号。
problem-field-empty =
    { $min_length ->
        [1] 这里是空的，请输入文字。
       *[other] 内容太短，请至少输入 { $min_length } 个字符。
    }
problem-field-too-long = 内容太长，请控制在 { $max_length } 个字符以内。
problem-field-unknown = 没有这个字段，请检查拼写或将其删除。
problem-field-not-list = 这里需要一个列表，请用方括号括起来。
problem-field-not-allowed = 这个值不在可选范围内，请使用以下之一：{ $expected }。
problem-field-too-large = 数值太大，请不要超过 { $le }。
problem-field-too-small = 数值太小，请不要小于 { $ge }。
problem-field-invalid = 这个值在这里不可用，请检查它的类型和格式。
problem-list-too-long = 列表有 { $actual_length } 项，请控制在 { $max_length } 项以内。
problem-not-json = 这不是有效的 JSON，请检查引号、逗号和括号。
problem-not-an-object = 这里需要带字段名的 JSON 对象，例如 {"{"}"text": "…"{"}"}。
