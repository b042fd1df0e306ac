overview-name = Overview
overview-purpose = Put language and data models to work on your own data, see why each result came out as it did, and check every figure yourself.
overview-open = Open
overview-life-cycle = From your data to a running model, and back

stage-data = 1 Input data
stage-data-place = “{ view-data }”: drop a file or load our sample
stage-preprocessing = 2 Preprocessing
stage-preprocessing-place = “{ view-data }”: the report under the file
stage-training = 3 Training
stage-training-place = “{ view-own }”, or the command train; the model card is in “{ view-model }”
stage-optimisation = 4 Optimisation
stage-optimisation-place = “{ view-try }”: the threshold beside the result
stage-evaluation = 5 Evaluation
stage-evaluation-place = “{ view-evidence }”, or the command evaluate
stage-deployment = 6 Deployment
stage-deployment-place = “{ view-model }”: take a model into use, or the command serve
stage-feedback = 7 Application feedback
stage-feedback-place = “{ view-try }”: the buttons under a result
stage-again = 1 Input data again
stage-again-place = Feedback becomes input data: the cycle closes

domain-customer-service-name = Customer service
domain-customer-service-promise = Answers from your FAQ, or not at all.
domain-customer-service-purpose = Answers customers’ questions from your own FAQ and documents, asks back when unsure, and hands over when a person is needed.
