# 文档读取时发现的问题。
problem-document-not-found = 找不到这个文件，请检查路径。
problem-document-unreadable = 无法打开这个文件（{ $reason }）。请确认它是文件，并且有读取权限。
problem-document-too-large = 文档超过 { $limit } MB，请拆分成较小的文件。
problem-document-unpacked-too-large = 文档解压后超过 { $limit } MB。请删除较大的图片，或拆分文档。
problem-document-too-many-pages = 文档超过 { $limit } 页，请拆分成较小的文件。
problem-document-too-long = 文档超过 { $limit } 个字符，请拆分成较小的文件。
problem-document-empty = 文档中没有文字。请添加文字，或换一个文件。
problem-document-no-text = 这份 PDF 中没有可读取的文字，看起来是扫描件。请先进行文字识别（OCR）。
problem-document-encrypted = 文档有密码保护，请另存一份没有密码的副本。
problem-document-corrupt = 文档已损坏或不完整，请用相应的软件打开后重新保存。
problem-document-old-word = 这看起来是旧版 Office 格式的文件，请另存为 DOCX。
problem-document-unsupported = 这里无法读取这种文件。请使用 PDF、DOCX、Markdown、HTML 或纯文本。
problem-document-encoding = 第 { $line } 行无法按文本读取。请将文档另存为 UTF-8 后重试。
problem-document-page-no-text = 第 { $page } 页没有文字，已略过。如果是扫描页，请进行文字识别（OCR）。
problem-document-page-unreadable = 第 { $page } 页已损坏，已略过。请重新保存文档以修复。
