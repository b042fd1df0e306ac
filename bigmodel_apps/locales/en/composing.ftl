composing-title = Compose with a chat model
composing-explain = A chat model writes one answer over the entries that were found. Each sentence has to cite one of them and is checked against it; what is not supported is struck.
composing-on = Compose answers
composing-kind = Kind of model
composing-kind-endpoint = Server
composing-kind-local = On this machine
composing-url = Address
composing-url-help = Of any server that speaks the OpenAI chat completions protocol, such as http://localhost:8000/v1. It is reached from the machine that runs this app, not from your computer. The question and the entries found are sent there.
composing-model = Model
composing-model-help = Its name on that server.
composing-key = Key
composing-key-help = Kept in this session's memory only, and never shown again. Leave it empty where the server asks for none.
composing-key-set = A key is kept for this session.
composing-key-deployment = The key of this installation is used.
composing-key-forget = Forget the key
composing-local = Hub id or folder
composing-local-help = A causal language model as owner/name, or the absolute path of a folder laid out like one. It is downloaded if need be; safetensors only.
composing-locked = This installation uses its own chat model only; no other can be entered.
composing-test = Test connection
composing-test-passed = { $model } answered after { $seconds } s.

composing-phase-waiting = Waiting for { $model }
composing-phase-loading = Loading { $model }
composing-phase-writing = { $model } is writing; each sentence is checked
composing-stop = Stop
composing-again = Compose again
composing-by = Composed by { $model }
composing-incomplete = Incomplete
composing-struck =
    Not supported: { $doubt ->
        [uncited] no source given
        [contact] this address or number is not in the source
        [figure] a figure or date is not in the source
        [negation] the source says the opposite
       *[words] the source does not say so
    }
composing-quotation = From the document, not from us
composing-quoted = “{ $text }”
composing-sources = Sources
composing-copy = Copy the answer
composing-extractive = The answer as it stands in the knowledge base:

composing-end-nothing = Nothing that the chat model wrote is supported by the entries found.
composing-end-cut = The chat model's answer grew too long and was cut off.
composing-end-stopped = Stopped.

problem-chat-url = This is not an address of a server. Enter one such as http://localhost:8000/v1, without user name and without “?”.
problem-chat-model-missing = The model has no name. Enter the one that the server knows it by.
problem-chat-key = This key has characters that no key has. Copy it again without spaces and line breaks.
problem-chat-model-name = This is neither a hub id nor a folder. Enter owner/name, or a path that begins with “/”.
problem-chat-endpoint =
    { $reason ->
        [unreachable] { $host } cannot be reached. Check the address and whether the server is running.
        [slow] { $host } did not answer in time. Try again, or choose a smaller model.
        [broken-off] { $host } broke off in mid-answer. Try again.
        [malformed] { $host } sent something that is not a chat completion. Check the address.
        [giant] { $host } sent more than a chat completion can be. Check the address.
        [failed] { $host } reported an error in mid-answer. Try again.
        [no-chat] { $host } answered with a page instead of a chat completion. Check the address.
        [moved] { $host } redirects elsewhere (status { $status }). Enter the final address.
        [refused] { $host } refuses the key (status { $status }). Enter another one.
        [not-found] { $host } has no such model, or no chat completions at this address (status { $status }). Check both.
        [rate] { $host } has had too many requests (status { $status }). Try again in a while.
        [too-long] The entries found are too long for { $host } (status { $status }). Choose a model with a longer context.
        [form] { $host } does not understand the request. Check that the model is a chat model.
        [server] { $host } has an error of its own (status { $status }). Try again later.
       *[status] { $host } answered with status { $status }. Check the address and the model.
    }
problem-chat-locked = This installation uses its own chat model only, and has none set up.
problem-chat-silent = { $model } ended its answer without a word. Check the model.
problem-chat-folder =
    { $reason ->
        [pickled] The folder { $folder } has only pickled weights, which are never opened. Convert them to safetensors.
        [incomplete] The folder { $folder } lacks some weight files. Copy it again.
       *[missing] The folder { $folder } holds no model. It needs config.json, the tokenizer and safetensors.
    }
problem-chat-model-broken = The files of { $model } cannot be loaded ({ $error }). Choose another model.
problem-chat-model-not-causal = { $model } has not learnt to write: some of its weights are missing. Choose a causal language model.
problem-chat-too-large = { $model } takes { $size } MB, and { $free } MB are free. Choose a smaller model.
problem-chat-memory = The memory was not enough for { $model }. Choose a smaller model.
problem-chat-prompt-long = The entries found take { $tokens } tokens, and { $model } reads { $limit }. Choose a model with a longer context.
