# What is wrong with a request.
problem-recommendation-nobody = Neither a user nor a history is given. Give “user”, “history” or both.
problem-recommendation-shop-unknown = This shop is not open. Open it first, or leave it out to ask the sample shop.
problem-recommendation-model-damaged = The files of this model are missing or damaged. Fit it again.
