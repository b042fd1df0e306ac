# 图像诊断页面：单幅图像、同一患者的多幅图像、更正。
diagnosis-own-images = 自己的图像
diagnosis-back = 绘制的患者
diagnosis-files = 已上传的图像
diagnosis-file-name = { $name }，{ $width } × { $height } 像素
diagnosis-no-cells = 绘制的患者是胸部 X 光片，此模型并不认识。请使用自己的图像。
diagnosis-file-word = 图像 { $number }
diagnosis-sensitivity = 灵敏度
diagnosis-sensitivity-help = “{ $name }”应被检出的比例，由此决定概率从多少起判为该类别。检出越多，误报也越多。关闭时取更可能的类别。
diagnosis-sensitivity-off = 关闭
diagnosis-sensitivity-cost = 从 { $threshold } 起判为“{ $name }”。在亮度与清晰度变化下的留出图像上，可检出 { $found }，其余图像有 { $passed } 不被误报。
diagnosis-settings-in-words = 设置：受检者中“{ $name }”占 { $prevalence }；{ $coverage } 的图像给出答案。
diagnosis-probability-alone = { $name }：{ $share }
diagnosis-departs = 与所学图像的不同之处：
diagnosis-departs-children = 与所学图像（28 × 28 像素、一至五岁儿童、同一家医院）的不同之处：

# 热力图是否可信。
diagnosis-checks = 这幅热力图可信吗？
diagnosis-check-deletion = 遮住最强的 { $cells } 个格子，“{ $name }”由 { $before } 变为 { $after }；随机遮住 { $cells } 个格子，平均变为 { $random }。
diagnosis-finding-passed = 热力图指出了真正起作用之处
diagnosis-finding-failed = 热力图所指并不比随机更准
diagnosis-check-randomised = 将网络权重重新随机后，新热力图与此图的秩相关为 { $value }。接近 0 表示热力图反映所学内容；接近 1 或 −1 则只反映边缘，与所学无关。
diagnosis-check-randomised-none = 将网络权重重新随机后没有任何证据，无图可比。
diagnosis-finding-learned = 未经学习的网络画出的是另一幅图
diagnosis-finding-edges = 未经学习的网络画出的图十分相似

# 更正。
diagnosis-correct = 应为
diagnosis-correct-kept = 已保存，可供训练新版本。
diagnosis-correct-taken-back = 已删除更正。
diagnosis-corrections = { $count } 条更正
diagnosis-corrections-help = 保存在您的工作区：仅有像素（每边最多 { $side }）与类别，不含文件的其他内容。图像本身所带的文字仍在其中。
diagnosis-correction-line = { $said } → **{ $label }**
diagnosis-correction-delete = 删除
diagnosis-corrections-delete-all = 全部删除
diagnosis-corrections-more = 另有 { $count } 条较早的未显示。

# 单幅图像的报告，以及不含患者信息的文件。
diagnosis-report = 报告（HTML）
diagnosis-report-name = 单幅图像
diagnosis-report-image = 图像
diagnosis-report-map = 支持“{ $name }”的证据（橙色）与反对的证据（蓝色）
diagnosis-gone-download-png = 删除后的图像（PNG）

# 多幅图像并排。
view-compare = 并排对照
diagnosis-compare-none = 两位绘制的患者。可改为上传同一患者的二至四幅图像。
diagnosis-compare-which = 并排显示，最多 { $most } 幅
diagnosis-compare-frame = { $file }，第 { $frame } 幅
diagnosis-compare-zoom = 放大
diagnosis-place-across = 左右
diagnosis-place-down = 上下
diagnosis-compare-window = 窗口
diagnosis-compare-window-file = 按文件设定
diagnosis-compare-window-whole = 全部范围
diagnosis-compare-window-own = 自定
diagnosis-range-level = 窗位
diagnosis-range-width = 窗宽
diagnosis-compare-units = 窗位与窗宽采用文件自身的单位，使用全部 { $bits } 位。
diagnosis-compare-relative = 窗位与窗宽为各文件取值范围的比例，保留完整位深。
diagnosis-compare-ask = 按所见判断
diagnosis-compare-ask-help = 关闭：按各文件自身的窗口判断。开启：按此处所选的窗口判断。放大不影响判断。
diagnosis-compare-differ = 判断不一：{ $verdicts }。
diagnosis-compare-notes = { $count } 项须知
diagnosis-compare-verdict = { $name }：{ $verdict }
diagnosis-compare-same = 判断全部一致。
diagnosis-compare-scale = 每幅图像的长边占满同样大小的方框；放大倍数与位置对所有图像相同。
diagnosis-compare-one = 请至少选择两幅图像进行对照。

problem-diagnosis-image-infant = 文件标明这是未满一岁的婴儿。网络只学习过一至五岁儿童的图像。
problem-diagnosis-image-body-part = 文件标明这不是胸部（{ $part }）。网络只学习过胸部 X 光片。
problem-diagnosis-image-view = 文件标明体位为 { $view }。网络只学习过正位片。
problem-diagnosis-image-look = 外观已接近未知：距离 { $distance }（上限为 1）。
problem-diagnosis-upload-too-much = 这些图像合计占用内存超过 { $limit } MB，此后的图像未读取。
