domain-diagnosis-name = 影像诊断
domain-diagnosis-promise = 给出结论，或“不确定”，或“不是我认识的图像类型”。
domain-diagnosis-purpose = 读取胸部 X 光片与血细胞图像，说明把握有多大、看了哪里，并拒绝其他类型的图像。
