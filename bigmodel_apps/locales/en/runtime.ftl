# The queue and background work.
problem-busy =
    { $seconds ->
        [one] Too many requests are waiting. Try again in { $seconds } second.
       *[other] Too many requests are waiting. Try again in { $seconds } seconds.
    }
problem-cancelled = Stopped. Nothing was changed; start again when you are ready.
problem-unexpected = Something failed that should not have. Try again; if it fails again, report reference { $reference }.
problem-job-not-found = This job is no longer here: its result was taken, or an hour has passed. Start it again.

# What was asked for.
problem-model-unknown = There is no model “{ $model }”. Choose one from the list of models.
problem-domain-unknown = There is no domain “{ $domain }”. Choose one from the list of domains.
problem-model-shared = “{ $model }” cannot be released while it is used by { $users }. Release that first.

# The device, from the environment.
problem-device-unknown = BIGMODEL_APPS_DEVICE is “{ $value }”. Set it to cpu, cuda, cuda:1 or mps, or remove it.
problem-device-missing = This machine has no device “{ $value }”. Set BIGMODEL_APPS_DEVICE to one that it has, or remove it.
problem-precision-unknown = BIGMODEL_APPS_PRECISION is “{ $value }”. Set it to fp32 or bf16, or remove it.

# Why one place does not have the weights of a model. Each is also a sentence of problem-model-unreachable.
problem-source-repository =
    { $repository ->
        [pickled] The folder { $repository_location } has only pickled weights, which are never opened. Convert them to safetensors.
        [incomplete] The folder { $repository_location } lacks some weight files. Install this application again.
       *[missing] The folder { $repository_location } is not there. Install this application again.
    }
problem-source-package =
    { $package ->
        [pickled] The package { $package_location } has only pickled weights, which are never opened. Use a version with safetensors.
        [incomplete] The package { $package_location } lacks some weight files. Install it again.
        [missing] The package { $package_location } has no such folder. Install the version that is pinned.
       *[not-installed] The package { $package_location } is not installed. Install it.
    }
problem-source-hub =
    { $hub ->
        [offline] { $hub_location } is not in the local hub cache, and this process is set to work offline. Download it, or unset HF_HUB_OFFLINE.
        [timeout] { $hub_location } is not in the local hub cache, and the hub did not answer in time. Check the network, or set HF_ENDPOINT to a mirror.
        [gated] { $hub_location } is not in the local hub cache, and the hub gives it only to approved accounts. Ask for access there and set HF_TOKEN.
        [not-found] { $hub_location } is not in the local hub cache, and the hub does not have it. Check the name and the revision.
        [pickled] { $hub_location } has only pickled weights, which are never opened. Use a revision with safetensors.
        [no-weights] { $hub_location } has no weights. Check the name and the revision.
        [incomplete] { $hub_location } lacks some weight files. Delete it from the hub cache and try again.
        [missing] { $hub_location } lacks its files. Delete it from the hub cache and try again.
        [broken-off] The download of { $hub_location } broke off: { $hub_error }. Try again; it goes on where it stopped.
       *[unreachable] { $hub_location } is not in the local hub cache, and the hub cannot be reached. Check the network, or set HF_ENDPOINT to a mirror.
    }
problem-source-endpoint = No model server is named. Set { $endpoint_location } to its address.
problem-model-unreachable =
    The model “{ $model }” cannot be loaded.{ $repository ->
        [none] {""}
       *[other] {" "}{ problem-source-repository }
    }{ $package ->
        [none] {""}
       *[other] {" "}{ problem-source-package }
    }{ $hub ->
        [none] {""}
       *[other] {" "}{ problem-source-hub }
    }{ $endpoint ->
        [none] {""}
       *[other] {" "}{ problem-source-endpoint }
    }
