# The REST door.
problem-unknown-domain = There is no domain “{ $name }”. Use one of { $domains }.
problem-address-not-found = There is nothing at { $path }. See the list of addresses in the API description.
problem-method-not-allowed = This address does not take { $method } requests. Use { $allowed }.
problem-content-type-not-json = The request does not say that its body is JSON. Send the header Content-Type: application/json.
problem-body-too-large = The request is too large. Keep it to { $limit_mb } MB, and split a longer list over several requests.
problem-models-loading = The models are still loading. Try again in a few seconds.

# The command line.
problem-unknown-model = There is no model “{ $name }” for { $domain }. Use one of { $models }.
problem-unknown-benchmark = There is no benchmark “{ $name }”. { $count ->
        [0] This installation holds none: run it from a checkout.
       *[other] Use one of { $names }.
    }
problem-line-blank = This line is empty. Write one JSON object a line.
problem-line-not-utf8 = This line is not UTF-8 text. Save the file as UTF-8.
problem-line-too-long = This line is longer than { $limit_mb } MB. Split it or shorten the text.
problem-port-in-use = Port { $port } on { $host } is in use. Stop the other program, or choose another port with --port.
problem-address-not-usable = The server cannot listen on { $host }, port { $port } ({ $reason }). Choose another one with --host and --port.
serve-address = Big Model Apps is at { $url } (stop with Ctrl-C)
