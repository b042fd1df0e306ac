# 文件在图像之外记录了什么，为何移除。
diagnosis-removed-patient = 说明患者是谁，或患者的情况
diagnosis-removed-person = 含有人名
diagnosis-removed-date = 日期或时间
diagnosis-removed-place = 说明地点
diagnosis-removed-device = 说明设备
diagnosis-removed-uid = 可在别处找到这张图像的编号；需要编号之处已换成新的
diagnosis-removed-text = 自由文字，可能含有任何内容
diagnosis-removed-private = 私有数据元素，内容无从得知
diagnosis-removed-overlay = 叠加层，可能含有文字
diagnosis-removed-curve = 曲线或波形
diagnosis-removed-thumbnail = 图像的缩略图
diagnosis-removed-nested = 序列及其中嵌套的全部内容
diagnosis-removed-bytes = 不属于图像的字节
diagnosis-removed-header = 位于文件头中
diagnosis-removed-not-needed = 查看图像时不需要

# 图像的问题，或需要知道的情况。
problem-image-not-found = 找不到这个文件，请检查路径。
problem-image-unreadable = 无法打开这个文件（{ $reason }）。请确认它是文件，并且有读取权限。
problem-image-empty = 文件是空的，请重新导出图像。
problem-image-too-large = 文件超过 { $limit } MB。请导出较小的图像，或减少帧数。
problem-image-unsupported = 无论文件名是什么，这都不是此处能读取的图像。请使用 PNG、JPEG、WebP、TIFF 或 DICOM。
problem-image-corrupt = 图像已损坏或不完整，请重新导出。
problem-image-too-many-pixels = 文件声明图像超过 { $limit } 百万像素，因此没有打开。请导出较小的图像。
problem-image-too-small = 图像只有 { $width } × { $height } 像素；每边至少要有 { $limit } 像素才能看出内容。
problem-image-animated = 这是动态图像，共 { $frames } 幅；已读取第一幅。
problem-image-frames-left-out = 文件共有 { $frames } 帧或页；显示前 { $limit } 帧。
problem-image-turned = 已按文件的要求（EXIF）将图像旋转 { $degrees } 度摆正。
problem-image-shrunk = 图像已缩小到长边 { $side } 像素。
problem-image-transparent = 透明部分已铺在黑色背景上。
problem-image-cmyk = 图像使用印刷色（CMYK），已转换为红、绿、蓝。
problem-image-depth-guessed = 文件每像素 16 位，实际只用到 { $bits } 位；亮度已按实际范围展开。
problem-image-range-stretched = 数值范围为 { $low } 至 { $high }；最低值显示为黑色，最高值显示为白色。
problem-image-burned-in-suspected = 图像本身似乎带有文字，文字未被移除。转交图像之前，请先查看其中是否有人名等身份信息。
problem-image-burned-in-declared = 文件声明图像中烧录了文字，文字未被移除。转交图像之前，请先查看其中是否有人名等身份信息。
problem-image-dicom-corrupt = DICOM 文件已损坏或不完整，请重新导出。
problem-image-dicom-no-pixels = 这个 DICOM 文件中没有图像（可能是报告、计划或索引），请选择图像。
problem-image-dicom-photometric = 此处无法读取这个 DICOM 文件的颜色存储方式，请导出为灰度或 RGB。
problem-image-dicom-bits = 这个 DICOM 文件每像素超过 16 位，或位数不足。请以 8 至 16 位导出。
problem-image-dicom-compression = 此处无法读取这个 DICOM 文件的压缩方式（{ $name }），请导出为未压缩的文件。
problem-image-dicom-table-applied = 已应用文件自带的亮度查找表。
problem-image-dicom-window-guessed = 文件没有建议窗口；显示其全部数值范围。
problem-image-dicom-windows = 文件建议了 { $count } 个窗口；已应用第一个。

# 一次处理许多图像。
problem-image-archive-damaged = 这不是 ZIP 文件，或者已损坏。请重新打包图像。
problem-image-archive-too-large = ZIP 文件超过 { $limit } MB，请拆分。
problem-image-archive-bomb = 其中的内容解压后超过 { $limit } MB；没有解压任何内容。请拆分。
problem-image-archive-too-many = 其中有 { $count } 个文件；最多读取 { $limit } 个。请拆分。
problem-image-archive-empty = 其中没有可能是图像的文件。
problem-image-archive-encrypted = 这个文件有密码保护，已略过。
problem-image-archive-method = 此处无法读取这个文件的打包方式，已略过。请使用常用方式（Deflate）打包。
problem-image-archive-twice = 有多个同名文件；已采用第一个。
problem-image-archive-unsafe-name = 这个文件的名称指向压缩包之外，已略过。
problem-image-archive-nested = 不打开压缩包中的压缩包，已略过。请先解压。
problem-image-archive-entry-damaged = 这个文件已损坏，无法解压。
problem-image-archive-table-unfit = 这个表格没有说明哪张图像是哪个标签。需要一列文件名和一列名为“label”的标签。
