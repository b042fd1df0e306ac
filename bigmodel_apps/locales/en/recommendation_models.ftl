# Models of recommendation
problem-recommendation-model-damaged = Files of the model are missing or damaged. Fit it again.
