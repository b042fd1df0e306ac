# 表格读取：整个文件的问题。
problem-table-not-found = 找不到这个文件，请检查路径。
problem-table-unreadable = 无法打开这个文件（{ $reason }）。请确认它是文件，并且有读取权限。
problem-table-too-large = 文件大小为 { $size } MB，最多读取 { $limit } MB。请拆分成较小的文件。
problem-table-unpacked-too-large = 文件解压后超过 { $limit } MB。请另存为 CSV，或拆分文件。
problem-table-too-many-rows = 表格超过 { $limit } 行，请拆分成较小的文件。
problem-table-too-many-columns = 表格超过 { $limit } 列。请只保留需要的列，并检查分隔符。
problem-table-empty = 文件是空的。请添加一行列名和至少一行数据。
problem-table-no-rows = 表格只有列名，没有数据。请至少添加一行数据。
problem-table-no-usable-rows = 没有一行数据可用。下面列出了最前面的问题，请修正后重试。
problem-table-not-text =
    { $kind ->
        [pdf] 这看起来是 PDF 文档，不是表格。请将表格导出为 CSV 或 XLSX。
        [image] 这看起来是图片，不是表格。请将表格导出为 CSV 或 XLSX。
        [archive] 这看起来是压缩包。请先解压，再使用其中的表格。
        [database] 这看起来是数据库文件。请将表格导出为 CSV。
        [arrow] 这看起来是 Arrow 或 Feather 文件。请将表格另存为 Parquet 或 CSV。
        [docx] 这看起来是 Word 文档。请将表格另存为 CSV 或 XLSX。
        [old-office] 这看起来是旧版或二进制格式的 Office 文件。请另存为 XLSX 或 CSV。
        [opendocument] 这看起来是 OpenDocument 文件。请另存为 XLSX 或 CSV。
       *[binary] 这看起来是二进制文件，不是表格。请使用 CSV、XLSX、Parquet 或 JSON。
    }
problem-table-encoding = 第 { $line } 行无法按 { $encoding } 文本读取。请将文件另存为 UTF-8 后重试。
problem-table-nul = 第 { $line } 行含有 NUL 字符，文本中不应出现。请重新导出文件，或删除该字符。
problem-table-line-too-long = 第 { $line } 行超过 { $limit } 字节。请确认文件有换行符，并且确实是表格。

# 行与列。
problem-table-row-fields = 这一行有 { $found } 个字段，而表头有 { $expected } 个。请补齐（文本文件请检查分隔符和引号）；该行已略过。
problem-table-header-narrow = 第一行（“{ $first }”）只有 { $expected } 个单元格，而下面每行都有 { $found } 个单元格。如果它是标题，请删除列名以上的内容；如果缺少列名，请补全。
problem-table-title = 已将第 { $header } 行作为表头，其上方的内容视为标题：“{ $title }”。
problem-table-cell-too-long = 这里有单元格超过 { $limit } 个字符，请缩短；该行已略过。
problem-table-quote-unclosed = 文件第 { $line } 行的引号没有闭合。请补上引号；如果引号属于正文，请写成两个（""）。
problem-table-quote-misplaced = 文件第 { $line } 行起，闭合引号后面还有文字。属于正文的引号请写成两个（""）；该行已略过。
problem-table-quote-stray = 文件第 { $line } 行的引号把后面的行也包了进去。请删除该引号；如果它属于正文，请写成两个（""）；该行已略过。
problem-table-column-duplicate = 有另一列同名，这一列改称 “{ $renamed }”。
problem-table-column-unnamed = 有一列没有列名，暂称 “{ $renamed }”。
problem-table-column-type = 这一列是 { $type } 类型，无法作为单元格显示。请使用文本、数字或日期。
problem-table-nested = 这个值是列表或对象。请使用文本、数字、true、false 或 null；该行已略过。

# 工作簿。
problem-table-workbook-encrypted = 工作簿有密码保护。请在表格软件中取消密码后重新保存。
problem-table-workbook-corrupt = 工作簿已损坏。请用表格软件打开，并重新保存为 XLSX。
problem-table-sheet-missing = 没有名为 “{ $sheet }” 的工作表。现有工作表：{ $sheets }。
problem-table-formula-unsaved = 有 { $count } 个公式单元格没有保存计算结果，按空白读取（第 { $rows } 行）。请用表格软件打开文件并重新保存。

# JSON 与 Parquet。
problem-table-json = 第 { $line } 行第 { $position } 个字符处不是有效的 JSON。请检查此处的引号、逗号和括号。
problem-table-json-line = 这一行不是 JSON 对象。请每行写一个对象，例如 {"{"}"text": "…"{"}"}；该行已略过。
problem-table-json-not-object = 这一项不是带字段名的对象，例如 {"{"}"text": "…"{"}"}；已略过。
problem-table-json-shape = 这份 JSON 不是表格。请使用对象列表、按列组织的对象，或每行一个对象。
problem-table-json-lengths = 各列的值数量不一致（{ $shortest } 到 { $longest } 个）。请让每一列的数量相同。
problem-table-parquet-corrupt = Parquet 文件已损坏或不完整，请重新生成。
