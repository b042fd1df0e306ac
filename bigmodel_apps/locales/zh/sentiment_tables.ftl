# 文本表格的问题。
problem-sentiment-no-text-column = 没有找到文本列。现有的列：{ $columns }。请选择文本所在的列，或添加名为 “text” 的列。
problem-sentiment-column-unknown = 没有这一列。现有的列：{ $columns }。
problem-sentiment-column-twice = 同一列被用作两种用途，请为其中一种另选一列。
problem-sentiment-no-usable-texts = 没有可读的文本：{ $empty } 行为空，{ $long } 行超过 { $limit } 个字符。请另选一列，或缩短文本。
problem-sentiment-text-too-long = 这段文本超过 { $limit } 个字符，未作判断。请缩短，或拆成多行。
problem-sentiment-date-unreadable = 无法识别这个日期，该行照常判断，但不计入趋势。请写成 2026-03-05 的形式。
problem-sentiment-table-unfinished = 这张表尚未判断完毕，请先继续。
problem-sentiment-workbook-too-long = 此处的工作簿最多 { $limit } 行。请改用 CSV，或先筛选表格。
