"""
The function with which texts are indexed: all pairs of neighbouring characters, folded.

Every name in it says its schema, so that it works wherever an index is built, as by a restore with
an empty search path. A change of what it returns needs a new name and new indexes.
"""

from django.db import migrations

# A space at the end closes the last pair. array_to_tsvector keeps each pair once, in order.
_MAKE = """
CREATE FUNCTION character_pairs(a_text text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 300
AS $function$
    SELECT pg_catalog.array_to_tsvector(pg_catalog.array_remove(pg_catalog.string_to_array(
        pg_catalog.regexp_replace(folded, '(..)', E'\\\\1\\x01', 'g')
        OPERATOR(pg_catalog.||) E'\\x01' OPERATOR(pg_catalog.||)
        pg_catalog.regexp_replace(pg_catalog.substr(folded, 2), '(..)', E'\\\\1\\x01', 'g'),
        E'\\x01'), ''))
    FROM (
        SELECT CASE WHEN low OPERATOR(pg_catalog.~) '[０-９Ａ-Ｚａ-ｚ]'
            THEN pg_catalog.translate(low,
                '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ'
                'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
                '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz')
            ELSE low END AS folded
        -- Longer texts would not fit into a tsvector: a megabyte of pairs.
        FROM (SELECT pg_catalog.lower(pg_catalog.left(a_text, 100000) COLLATE pg_catalog."C")
            OPERATOR(pg_catalog.||) ' ' AS low) lowered
        OFFSET 0
    ) text_folded
$function$
"""


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0007_index_what_waits")]

    operations = [
        migrations.RunSQL(_MAKE, reverse_sql="DROP FUNCTION character_pairs(text)"),
    ]
