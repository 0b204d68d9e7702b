"""The page about the real cluster lists the failures that are confirmed there."""

from tools.failures_doc import PAGE, filled


def test_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == filled(text), "run make docs"
