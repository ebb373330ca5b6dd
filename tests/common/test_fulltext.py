"""Words in Chinese texts: what is indexed, what is compared, and what of a text is shown."""

import pytest
from django.db import connection

from common.fulltext import Piece, fold, pieces, snippet, words_of


def pairs(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(character_pairs(%s))", [text])
        return set(cursor.fetchone()[0]) - {" "}


@pytest.mark.django_db
class TestCharacterPairs:
    def test_are_all_neighbours_and_the_end(self):
        assert pairs("充电桩") == {"充电", "电桩", "桩 "}

    def test_of_an_empty_text_are_none_that_a_word_has(self):
        assert pairs("") == set()

    @pytest.mark.parametrize("text", ["５Ｇ基站", "ＡbＣ", "x\x01y", "第１期（ＰＰＰ）", "'\\&|:*"])
    def test_fold_as_the_words_are_folded(self, text):
        folded = fold(text)

        assert {folded[at : at + 2] for at in range(len(folded) - 1)} - pairs(text) <= {
            pair for pair in (folded[at : at + 2] for at in range(len(folded))) if "\x01" in pair
        }

    def test_of_a_book_fit_into_the_index(self):
        signs = [chr(0x4E00 + n) for n in range(400)]
        book = "".join(one + other for one in signs for other in signs)

        assert 50_000 < len(pairs(book)) < 100_000

    def test_do_not_depend_on_where_one_looks_for_functions(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', '', true)")
            cursor.execute("SELECT public.character_pairs('电梯')::text")
            (found,) = cursor.fetchone()
            cursor.execute("SELECT set_config('search_path', 'public', true)")

        assert "'电梯'" in found


def test_words_are_split_at_spaces_folded_and_few():
    assert words_of(" 电梯　Ｋ5 电梯\tｋ５ a b c d e ") == ["电梯", "k5", "a", "b", "c"]


def test_pieces_are_the_whole_text_with_each_hit_marked():
    found = pieces("水电５Ｇ水厂", ["水", "5g", "g水"])

    assert found == [
        Piece("水", True),
        Piece("电", False),
        Piece("５Ｇ水", True),
        Piece("厂", False),
    ]


def test_a_snippet_is_short_and_shows_the_first_hit():
    text = "前" * 100 + "\n充电桩" + "后" * 100

    found = snippet(text, ["充电桩"])

    assert [piece.text for piece in found if piece.is_hit] == ["充电桩"]
    assert sum(len(piece.text) for piece in found) == 62
    assert (found[0].text, found[-1].text) == ("…", "…")


def test_a_short_text_is_shown_whole():
    assert snippet("建充电桩。", ["充电桩"]) == [
        Piece("建", False),
        Piece("充电桩", True),
        Piece("。", False),
    ]
