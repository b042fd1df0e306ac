product = Big Model Apps

language-switch = Language
views-switch = View
view-try = Try
view-data = Your data
view-evidence = Evidence
view-model = Model

header-model = { $model } · { $device }
header-model-cold = { $model } · not loaded
header-model-help = The model that answers on this page, and the device it runs on.

samples-label = Try a sample

upload-reading = Reading the file…
upload-widget = Drop a file here or choose one: { $types }, up to { $size } MB.
upload-refused = This file cannot be used yet
upload-several = { $name } and { $more } more
upload-in-use = In use: **{ $name }**
upload-kept = Still in use: **{ $name }**
upload-remove = Remove

table-looking = Looking into it
table-column-none = none
table-date-order-day-first = 3 May
table-date-order-month-first = 5 March
table-date-order = { $rows } dates can be read in two ways. 03/05/2026 is
table-encoding = encoding { $encoding }
table-continue = Continue
table-delete = Delete
table-sample-file = Sample as a file
table-sample = Take our sample
table-columns-needed = Choose the column for: { $missing }.
table-problems =
    { $count ->
        [one] 1 thing to look at
       *[other] { $count } things to look at
    }
period = { $first } – { $last }
table-notes = Please check

problems-more =
    { $count ->
        [one] { $count } more problem
       *[other] { $count } more problems
    }
unexpected-error = Something went wrong on our side. Your entries are kept; try again, and quote reference { $reference } if it comes back.

status-title = Status
status-device = Device
status-no-model = No model is in memory yet. The first question loads one.
status-waiting = Waiting
status-waiting-counts = { $interactive } questions, { $bulk } from files
status-loading = Loading
status-resident = In memory
status-response = Response time
status-response-times = p50 { $p50 } ms, p95 { $p95 } ms
status-response-help = Measured in this process, from question to answer, over the last 1,024 questions of each model.

megabytes = { $size } MB
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
duration-hours = { $hours } h { $minutes } min

job-waiting = Starting
job-done-of = { $done } of { $total }
job-rate = {" "}· { $rate } a second · { $left } left
job-cancel = Cancel
job-stopping = Stopping…
job-cancelled = Stopped before it was done.

# Protocols
protocol-answerability = Can it be answered
protocol-tenants = Sample knowledge bases
protocol-xquad = Reading passages (XQuAD)
protocol-banking77 = Bank questions (Banking77)
protocol-banking77-oos = Bank, with what is not covered
protocol-clinc150 = Everyday requests (CLINC150)
protocol-sst2 = Film reviews (SST-2)
protocol-blitzer-loo = A kind of goods never seen
protocol-neutral = Facts without an opinion, English
protocol-checklist = Capabilities (CheckList)
protocol-eec = Names and genders (EEC)
protocol-aspects = Aspects, English
protocol-chnsenticorp = Hotels, books, notebooks (ChnSentiCorp)
protocol-shopping-loo = A kind of goods never seen, Chinese
protocol-colloquial = Colloquial Chinese
protocol-neutral-zh = Facts without an opinion, Chinese
protocol-aspects-zh = Aspects of phones, Chinese

evidence-none = Nothing is measured yet. Measure it with this command:
evidence-protocol = Protocol
evidence-metric = Metric
evidence-group = Measured on
evidence-whole = All of it
evidence-system = System
evidence-value = Value
evidence-interval = Interval
evidence-n = Observations
evidence-goal-column = Goal
evidence-goal = The upright tick is the goal.
evidence-measured = Measured on { $date } with { $hardware }, { $cores } cores
evidence-question = { $metric } and its interval
evidence-finding = { $metric }: { $ours }, the best baseline ({ $system }) { $best }
evidence-axis = { $metric } ({ $unit })
evidence-table = All figures
evidence-repeat = How to measure it again
evidence-command = The command that wrote these figures:
evidence-dataset = **Data:** { $name }, { $rows } rows, licence { $licence }, from { $source } (SHA-256 { $hash }…)
evidence-hardware = **Hardware:** { $processor }, { $cores } cores, { $memory } GB of memory, { $precision }; it took { $duration }
evidence-version = **Code:** revision { $version } (SHA-256 { $code }…)
evidence-weights = **Weights:** { $hashes }
evidence-seed = **Seed:** { $seed }

system-ours = Ours

unit-ms = { $value } ms
unit-s = { $value } s
unit-mb = { $value } MB
unit-per-second = { $value } a second
unit-ratio = { $value } ×

list-separator = {", "}
model-name-customer-service-hybrid = Hybrid search
model-name-customer-service-e5 = Hybrid search with E5
model-name-customer-service-bge-zh = Hybrid search with BGE
model-name-sentiment-own = Our readers
model-name-sentiment-lexical = Words and characters
model-name-sentiment-distilbert = DistilBERT
model-name-sentiment-multilingual = Multilingual DistilBERT
model-name-sentiment-roberta = RoBERTa
model-name-sentiment-own-labels = Your own labels
model-name-fraud-trees = Our detector
model-name-recommendation-blend = Our blend
model-facts = { $languages } · { $size } MB · { $licence }
model-facts-alone = { $size } MB · { $licence }
model-in-use = In use
model-use = Use
model-checking = Checking whether it is in reach
model-cancelled = Stopped. The model in use has not changed.
model-resident = in memory, { $size } MB besides what it shares
