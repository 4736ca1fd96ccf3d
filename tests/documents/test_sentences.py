"""A page in, its sentences with their lines out."""

from opsready.documents.markdown import Markdown
from opsready.documents.sentences import sentences


def test_sentences_know_their_lines_and_where_they_stand() -> None:
    page = Markdown.parse(
        "a.md",
        "# A\n\nOne is here. Two goes\non; Three, e.g. Redis, ends! `four` begins.\n\n"
        "- item one. More\n",
    )
    assert [(s.text, s.line_of(), s.is_item, s.start) for s in sentences(page)] == [
        ("One is here.", 3, False, 0),
        ("Two goes on;", 3, False, 13),
        ("Three, e.g. Redis, ends!", 4, False, 26),
        ("four begins.", 4, False, 51),
        ("item one.", 6, True, 0),
        ("More", 6, True, 10),
    ]


def test_a_word_of_a_sentence_has_the_line_that_it_stands_on() -> None:
    page = Markdown.parse("a.md", "First. It is\nstored in\nPostgreSQL today.\n")
    sentence = list(sentences(page))[1]
    assert sentence.line_of(sentence.text.index("PostgreSQL")) == 3


def test_what_goes_on_without_a_stop_is_data_and_no_sentence() -> None:
    page = Markdown.parse("a.md", "redis, " * 1_000 + "\n\nA sentence.\n")
    assert [sentence.text for sentence in sentences(page)] == ["A sentence."]
