from bigmodel_apps.evidence import CLASS, Metric
from bigmodel_apps.reporting import words


def test_a_users_class_is_none_of_our_groups() -> None:
    ours = Metric(name="class-recall", value=0.5, group=("en",))
    theirs = Metric(name="class-recall", value=0.5, group=(f"{CLASS}en",))
    assert words.group(ours, "en") == "English"
    assert words.group(theirs, "en") == "en"
