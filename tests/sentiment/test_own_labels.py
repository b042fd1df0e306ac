"""Own labels from a table to a live page: trained, measured, put in use, rolled back; the owner's alone."""

from __future__ import annotations

import io
import json
import uuid
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import catalogue, cli, measures, runtime, workspace
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Cancelled, InputError, Unavailable
from bigmodel_apps.runtime import sources
from bigmodel_apps.sentiment import corrections, head, labels, own_commands, own_labels, own_shelf
from bigmodel_apps.sentiment.labels import Labelled
from bigmodel_apps.sentiment.schema import Input, Options, Output
from bigmodel_apps.workspace import Recipe, Version, Workspace

TOPICS = {
    "delivery": (
        *("The courier left my parcel at the wrong house", "Shipping took three weeks", "My package never arrived"),
        *(
            "Where is my order, tracking has not moved",
            "The van driver dropped the parcel",
            "Delivery came a day early",
        ),
        *("The shipment was split into two boxes", "They deliver on Saturdays too", "The parcel was left in the rain"),
        *(
            "快递把包裹送错了地方",
            "等了三周还没发货",
            "物流信息一直不更新",
            "快递员态度很好，送货上门",
            "包裹在路上丢了",
        ),
        *("发货很快，第二天就到了", "快递盒子被雨淋湿了"),
    ),
    "price": (
        *("Far too expensive for what it is", "Cheaper than in the shop next door", "The discount code did not work"),
        *("They raised the price overnight", "Good value for the money", "I paid twice as much as my friend"),
        *("The sale made it affordable", "Fees were added at the checkout", "Costs less than a cup of coffee"),
        *("价格太贵了，不值这个钱", "比实体店便宜很多", "优惠券用不了", "性价比很高", "一夜之间涨价了"),
        *("打折的时候买很划算", "结账时多收了费用"),
    ),
    "size": (
        *("The jacket is two sizes too large", "Sleeves are too short for me", "It fits as if it were made for me"),
        *("The shoes are tight around the toes", "Order one size up", "The waist is too wide"),
        *(
            "A medium here is a small elsewhere",
            "The trousers are too long",
            "Narrow feet will be happy with these boots",
        ),
        *("尺码偏大，穿着松", "袖子太短了", "鞋子有点挤脚", "大小刚好，很合身", "裤子太长要改"),
        *("腰围偏小，建议买大一号", "码数不准，换了两次"),
    ),
}


def topics() -> Labelled:
    return labels.of("topics.csv", [(text, label) for label, texts in TOPICS.items() for text in texts])


def opinions(count: int = 60) -> Labelled:
    """Our sample's reviews, by their stars."""
    found = labels.sample("shop", "shop.csv")
    half = np.concatenate([np.flatnonzero(found.labels == place)[: count // 2] for place in (0, 1)])
    return labels.of("shop.csv", [(found.texts[place], found.classes[found.labels[place]]) for place in half])


def someone() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def ann() -> str:
    return someone()


@pytest.fixture(scope="module")
def version(ann: str) -> Version:
    """Topics, trained once for all the tests that only look at them."""
    return own_labels.train(topics(), ann, "Topics")


@pytest.fixture(scope="module")
def polar() -> tuple[str, Version]:
    owner = someone()
    return owner, own_labels.train(opinions(), owner)


@pytest.fixture(autouse=True)
def nothing_in_use(ann: str) -> Iterator[None]:
    yield
    own_labels.deploy(ann, None)


def ask(owner: str, *texts: str, **options: float) -> list[Output]:
    model, chosen, _ = own_shelf.serve(owner, Options(**options))  # type: ignore[arg-type]
    return runtime.predict("sentiment", [Input(text=text) for text in texts], options=chosen, model=model)


def code(caught: pytest.ExceptionInfo[InputError] | pytest.ExceptionInfo[Unavailable]) -> str:
    problem = caught.value.problems[0] if isinstance(caught.value, InputError) else caught.value.problem
    assert all(describe(problem, language) for language in LANGUAGES)
    return problem.code


def test_own_labels_start_from_the_domains_first_model() -> None:
    shipped, encoder = own_labels.parts()
    assert shipped == catalogue.DOMAINS["sentiment"].models[0]
    assert encoder in catalogue.MODELS


def test_a_run_is_on_record_with_data_code_seed_parameters_and_figures(ann: str, version: Version) -> None:
    recipe = version.run.recipe
    assert (version.name, version.number, recipe.seed) == ("Topics", 1, own_labels.SEED)
    assert recipe.data["sha256"] == topics().sha256
    assert recipe.data["rows"] == sum(map(len, TOPICS.values()))
    assert recipe.data["counts"] == {name: len(texts) for name, texts in TOPICS.items()}
    assert recipe.code_version
    assert set(recipe.parameters["penalties"]) == {"words", "states"}
    assert recipe.parameters["pool"]["shipped"] == 0  # the classes are no polarities
    assert workspace.default().registry.deployed(ann, "sentiment") is None
    challenger = workspace.default().registry.deployed(ann, "sentiment", "challenger")
    assert challenger is not None
    assert challenger.id == version.id


def test_the_report_is_the_same_after_a_restart(ann: str, version: Version) -> None:
    again = Workspace().registry.get(version.id, ann)
    report = own_labels.report_of(again)
    assert report == own_labels.report_of(version)
    assert (report.classes, report.polarities) == (("delivery", "price", "size"), None)
    assert report.learned + report.held_out == sum(map(len, TOPICS.values()))
    assert np.array(report.confusion).sum() == report.held_out
    assert set(report.comparisons) == {"words", "majority"}
    assert report.against in ("words", "majority")


def test_figures_are_those_of_the_texts_held_out(ann: str, version: Version) -> None:
    labelled, report = topics(), own_labels.report_of(version)
    held = labels.split(labelled, own_labels.SEED).held_out
    _, fitted = own_shelf.open_version(version.id, ann)
    assert not fitted.has_seen([labelled.texts[place] for place in held]).any()
    own_labels.deploy(ann, version.id)
    outputs = ask(ann, *(labelled.texts[place] for place in held))
    told = [output.own.label if output.own else "" for output in outputs]
    right = [label == labelled.classes[labelled.labels[place]] for label, place in zip(told, held, strict=True)]
    accuracy = report.find("own-accuracy")
    assert accuracy is not None
    assert accuracy.value == pytest.approx(np.mean(right), abs=1e-4)
    assert accuracy.n == len(held)
    assert len(report.mistakes) == len(held) - sum(right)


def test_it_beats_always_the_same_class_on_topics_in_both_languages(version: Version) -> None:
    report = own_labels.report_of(version)
    accuracy, majority = report.find("own-accuracy"), report.find("own-accuracy", "own-majority")
    assert accuracy is not None
    assert majority is not None
    assert accuracy.value > majority.value + 0.2
    assert report.languages == {"en": 27, "zh": 21}


def test_a_live_page_follows_deploy_and_roll_back(ann: str, version: Version) -> None:
    text = "The courier lost my parcel"
    assert ask(ann, text)[0].own is None
    own_labels.deploy(ann, version.id)
    answered = ask(ann, text)[0]
    assert answered.own is not None
    assert answered.own.label == "delivery"
    assert answered.engine == "own-labels"
    assert sum(answered.own.shares.values()) == pytest.approx(1, abs=1e-4)
    assert list(answered.own.shares.values()) == sorted(answered.own.shares.values(), reverse=True)
    assert own_labels.roll_back(ann) is None
    assert ask(ann, text)[0].own is None


def test_own_classes_leave_the_verdict_of_the_model_that_ships(ann: str, version: Version) -> None:
    text = "Delivery was wonderful, I love it"
    plain = ask(ann, text)[0]
    own_labels.deploy(ann, version.id)
    adapted = ask(ann, text)[0]
    assert (adapted.label, adapted.positive, adapted.opinion) == (plain.label, plain.positive, plain.opinion)


def test_how_often_it_is_right_comes_from_texts_its_judges_had_not_seen(ann: str, version: Version) -> None:
    own_labels.deploy(ann, version.id)
    _, options, _ = own_shelf.serve(ann)
    (output,) = ask(ann, "Delivery was wonderful, I love it")
    _, head = own_shelf.open_version(version.id, ann)
    found = own_shelf.how_often_right(output, options)
    assert found is not None
    assert found[1] in [row.n for row in head.calibration["en"]]
    assert own_shelf.how_often_right(output.model_copy(update={"own": None}), options) is None


def test_open_models_count_as_memory(ann: str, version: Version) -> None:
    key, head = own_shelf.open_version(version.id, ann)
    before = own_shelf.shelf.nbytes
    assert before >= head.nbytes > 0
    own_shelf.shelf.close(key)
    assert own_shelf.shelf.nbytes == before - head.nbytes


def test_another_owner_cannot_see_or_use_it(ann: str, version: Version) -> None:
    own_labels.deploy(ann, version.id)
    bob = someone()
    assert own_shelf.serve(bob)[0] is None
    assert own_labels.versions(bob) == []
    for attempt in (
        lambda: own_shelf.open_version(version.id, bob),
        lambda: own_labels.deploy(bob, version.id),
        lambda: own_shelf.delete(version.id, bob),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "version-not-found"
    own_shelf.open_version(version.id, ann)  # it is open in this process, and still nobody else's
    for key in (version.id, own_shelf.key_of(version.id, bob), "~"):
        with pytest.raises(InputError) as caught:
            runtime.predict("sentiment", [Input(text="x")], options=Options(own=key), model=own_shelf.MODEL)
        assert code(caught) == "own-model-unknown"


def test_owners_at_once_each_get_their_own_classes(ann: str, version: Version, polar: tuple[str, Version]) -> None:
    bob, other = polar
    own_labels.deploy(ann, version.id)
    own_labels.deploy(bob, other.id)

    def told(place: int) -> tuple[str, ...]:
        owner = (ann, bob, someone())[place % 3]
        own = ask(owner, f"The parcel came late, number {place}")[0].own
        return tuple(sorted(own.shares)) if own else ()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(told, range(30)))
    assert found == [("delivery", "price", "size"), ("negative", "positive"), ()] * 10


def test_a_key_is_not_ignored_by_a_model_that_cannot_use_it(ann: str, version: Version) -> None:
    key, _ = own_shelf.open_version(version.id, ann)
    with pytest.raises(InputError) as caught:
        runtime.predict("sentiment", [Input(text="x")], options=Options(own=key))
    assert code(caught) == "own-model-unknown"


def test_a_confidence_below_the_limit_is_unsure(ann: str, version: Version) -> None:
    own_labels.deploy(ann, version.id)
    text = "Hello there"
    for limit in (0.0, 1.0):
        answered = ask(ann, text, unsure_below=limit)[0].own
        assert answered is not None
        assert answered.unsure == (limit == 1.0)


def test_polarities_are_compared_with_the_model_that_ships_and_answer_in_its_terms(polar: tuple[str, Version]) -> None:
    owner, version = polar
    report = own_labels.report_of(version)
    assert report.polarities == ("negative", "positive")
    assert report.against == "shipped"
    compared = report.comparisons["shipped"]
    assert compared.p == measures.mcnemar(compared.first_only, compared.second_only)
    ours, shipped = report.find("own-accuracy"), report.find("own-accuracy", "own-shipped")
    assert ours is not None
    assert shipped is not None
    assert compared.difference.value == pytest.approx(ours.value - shipped.value, abs=1e-3)
    assert report.verdict == ("same" if not compared.clear else "better" if ours.value > shipped.value else "worse")
    own_labels.deploy(owner, version.id)
    for output in ask(owner, "Excellent, I love it and would buy it again.", "质量太差了，退货。", unsure_below=0.0):
        assert output.own is not None
        assert output.label == output.own.label
        assert output.confidence == output.own.confidence
        assert output.positive == pytest.approx(output.own.shares["positive"], abs=1e-6)


def test_the_next_version_is_compared_with_the_one_in_use_on_texts_new_to_it() -> None:
    owner = someone()
    first = own_labels.train(opinions(40), owner)
    own_labels.deploy(owner, first.id)
    second = own_labels.report_of(own_labels.train(opinions(200), owner))
    assert second.against == "champion"
    champion = second.find("own-accuracy", "own-champion")
    assert champion is not None
    assert champion.n is not None
    assert champion.n <= second.held_out
    _, used = own_shelf.open_version(first.id, owner)
    held = labels.split(opinions(200), own_labels.SEED).held_out
    assert champion.n == int((~used.has_seen([opinions(200).texts[place] for place in held])).sum())


def test_the_same_data_and_seed_give_the_same_weights() -> None:
    found = [own_labels.fit(topics()).head for _ in range(2)]
    for name in ("vocabulary", "words_weights", "states_weights", "pool", "bias"):
        assert np.array_equal(getattr(found[0], name), getattr(found[1], name))


def test_progress_rises_to_its_end_and_a_cancel_keeps_nothing() -> None:
    owner, steps = someone(), []
    own_labels.fit(topics(), progress=lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1] == (3 * len(topics().texts), 3 * len(topics().texts))
    for limit in (1, len(topics().texts) + 1, 2 * len(topics().texts) + 1):
        reached: list[int] = []

        def stop(limit: int = limit, reached: list[int] = reached) -> bool:
            return bool(reached) and reached[-1] >= limit

        with pytest.raises(Cancelled):
            own_labels.train(topics(), owner, progress=lambda done, _: reached.append(done), cancelled=stop)  # noqa: B023
    assert own_labels.versions(owner) == []


def test_what_cannot_be_learned_from_is_refused_before_anything_is_read() -> None:
    with pytest.raises(InputError) as caught:
        own_labels.train(labels.of("x.csv", [("a", "good")]), someone())
    assert code(caught) == "own-one-class"


def test_a_deleted_version_is_not_used_any_more() -> None:
    owner = someone()
    version = own_labels.train(topics(), owner)
    own_labels.deploy(owner, version.id)
    with pytest.raises(InputError) as caught:
        own_shelf.delete(version.id, owner)
    assert code(caught) == "version-in-use"
    key = own_shelf.serve(owner)[1].own
    own_labels.roll_back(owner)
    own_shelf.delete(version.id, owner)
    with pytest.raises(InputError):
        own_shelf.shelf.get(key)
    assert [run.version for run in workspace.default().registry.runs(owner, "sentiment")] == [None]


def test_a_kept_key_answers_again_after_a_restart(ann: str, version: Version) -> None:
    key, _ = own_shelf.open_version(version.id, ann)
    own_shelf.shelf.close(key)
    assert own_shelf.open_version(version.id, ann)[0] == key
    options = Options(own=key)
    answered = runtime.predict("sentiment", [Input(text="Too expensive")], options=options, model=own_shelf.MODEL)[0]
    assert answered.own is not None
    assert answered.own.label == "price"


def test_whose_model_is_damaged_learns_which_it_is_and_goes_back() -> None:
    owner = uuid.uuid4().hex
    registry = workspace.default().registry
    recipe = Recipe({}, "abc", 7, {}, [], {}, 1.0)
    damaged = registry.add(
        owner,
        own_shelf.DOMAIN,
        "Topics",
        recipe,
        lambda folder: (folder / own_shelf.WEIGHTS_FILE).write_bytes(b"no weights"),
    )
    registry.deploy(owner, own_shelf.DOMAIN, damaged.id)
    with pytest.raises(Unavailable):
        own_shelf.serve(owner)
    assert own_shelf.deployed(owner) == damaged
    assert own_labels.roll_back(owner) is None
    assert own_shelf.serve(owner)[0] is own_shelf.deployed(owner) is None


def test_a_version_says_when_the_model_that_ships_has_changed(
    version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_labels.outdated(version) is None
    monkeypatch.setattr(sources, "weights_hash", lambda model: "other")
    found = own_labels.outdated(version)
    assert found is not None
    assert all("Topics" in describe(found, language) for language in LANGUAGES)


def test_weights_come_back_as_they_were_saved_and_others_are_refused(
    tmp_path: Path, ann: str, version: Version
) -> None:
    _, used = own_shelf.open_version(version.id, ann)
    head.save(tmp_path, used)
    again = head.load(tmp_path)
    assert (again.classes, again.penalties, again.calibration) == (used.classes, used.penalties, used.calibration)
    assert np.array_equal(again.words_weights, used.words_weights)
    (tmp_path / own_shelf.WEIGHTS_FILE).write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(Unavailable) as caught:
            head.load(folder)
        assert code(caught) == "own-weights-unreadable"


def test_the_command_line_trains_a_folder_that_predict_reads(tmp_path: Path) -> None:
    table = "text,label\n" + "\n".join(f'"{text}",{label}' for label, texts in TOPICS.items() for text in texts)
    (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    out = io.BytesIO()
    paths = ["--data", str(tmp_path / "labels.csv"), "--out", str(tmp_path / "model")]
    assert cli.main(["train", "sentiment", "--own", *paths], results=out) == 0
    found = json.loads(out.getvalue())
    assert found["classes"] == ["delivery", "price", "size"]
    assert found["metrics"]["own-labels own-accuracy"][0] > 0.5
    run = json.loads((tmp_path / "model" / own_labels.RUN_FILE).read_text(encoding="utf-8"))
    assert run["data"]["sha256"] == topics().sha256
    given = [{"text": "The parcel never came"}, {"text": "价格太贵"}]
    out = io.BytesIO()
    arguments = ["predict", "sentiment", "--model", str(tmp_path / "model")]
    lines = "\n".join(json.dumps(one) for one in given).encode()
    assert cli.main(arguments, io.BytesIO(lines), out) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["own"]["label"] for answer in answers] == ["delivery", "price"]


def test_a_table_without_those_columns_says_which_it_has(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        own_commands.train(Namespace(data=tmp_path / "x.csv", out=tmp_path, lang="en"))
    assert code(caught) == "own-columns-missing"


def test_corrections_are_given_listed_exported_and_learned_from(polar: tuple[str, Version]) -> None:
    owner, version = polar
    other = someone()
    own_labels.deploy(owner, version.id)
    assert corrections.choices(owner) == ("negative", "positive")
    assert corrections.choices(other) == ("negative", "neutral", "positive")
    output = ask(other, "=1+1 is broken")[0]
    given = corrections.give(other, "=1+1 is broken", "negative", output)
    assert (given.predicted, given.model) == (output.label, output.engine)
    own = ask(owner, "Fine.")[0]
    assert own.own is not None
    assert corrections.give(owner, "Fine.", "negative", own).predicted == own.own.label
    exported = corrections.csv(corrections.listed(other))
    assert b'"\'=1+1 is broken"' in exported
    table = labels.read(exported, "corrections.csv")
    again = labels.label(table, "text", "label")
    assert again.texts == ("=1+1 is broken",)
    joined = labels.combine(opinions(), corrections.listed(other), "both")
    assert len(joined.texts) == len(opinions().texts) + 1
    corrections.edit(other, given.id, "positive")
    assert corrections.listed(other)[0].label == "positive"
    corrections.delete(other, [given.id])
    assert corrections.listed(other) == []
