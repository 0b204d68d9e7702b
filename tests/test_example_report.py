"""The example report of the docs is what the program prints today."""

from tools.example_report import PAGE, page


def test_example_report_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"
