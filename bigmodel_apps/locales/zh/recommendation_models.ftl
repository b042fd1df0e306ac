# 推荐：模型
problem-recommendation-model-damaged = 模型文件缺失或损坏，请重新拟合。
